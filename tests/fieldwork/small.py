"""A small questionnaire with every type of question, and waves that ask it."""

import datetime
import random
from typing import Any

from django.utils import timezone

from surveys.fieldwork.keys import make_mixing_key
from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.questionnaires.routing import asked

WAYS_OUT = [
    {"code": "dont_know", "text": "Don't know", "kind": "dont_know"},
    {"code": "prefer_not_to_say", "text": "Prefer not to say", "kind": "prefer_not_to_say"},
]


def options(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": code.capitalize()} for code in codes]


def document(slug: str = "small", audience: str = "public") -> Document:
    """Two weighting variables, one segment apart, a split, a condition, a pair and a net."""
    scale = {"low": "None", "high": "Full", "options": WAYS_OUT, "type": "scale"}
    questions = {
        "sex": {"type": "single", "options": [*options("female", "male"), WAYS_OUT[1]]},
        "nation": {"type": "single", "options": [*options("england", "wales", "mars")]},
        "job": {"type": "single", "options": [*options("nurse", "porter"), WAYS_OUT[1]]},
        "before": scale,
        "aware": {"type": "single", "required": True, "options": [*options("yes", "no")]},
        "worries": {
            "type": "multiple",
            "max_choices": 2,
            "nets": [{"code": "any", "text": "Any", "options": ["jobs", "errors"]}],
            "options": [
                *options("jobs", "errors", "privacy"),
                {"code": "none", "text": "None", "kind": "none_of_these"},
            ],
        },
        "years": {"type": "number", "minimum": 0, "maximum": 60},
        "robots": {"type": "single", "options": [*options("like", "dislike"), WAYS_OUT[0]]},
        "after": scale,
        "comment": {"type": "long_text"},
    }
    conditions = {
        "worries": {"question": "aware", "is": ["yes"]},
        "robots": {"split": "arm", "is": ["robot"]},
    }
    return Document.model_validate(
        {
            "slug": slug,
            "audience": audience,
            "title": "Small",
            "introduction": "A small survey.",
            "minutes": 1,
            "splits": [{"code": "arm", "title": "Arm", "arms": options("robot", "nothing")}],
            "pages": [
                {
                    "code": code,
                    "section": "All",
                    "show_if": conditions.get(code),
                    "questions": [{"code": code, "text": f"About {code}?", **question}],
                }
                for code, question in questions.items()
            ],
            "variables": [
                {
                    "code": "sex",
                    "title": "Sex",
                    "question": "sex",
                    "categories": options("female", "male"),
                },
                {
                    "code": "nation",
                    "title": "Nation",
                    "question": "nation",
                    "categories": options("england", "wales"),
                    "outside": ["mars"],
                },
                {
                    "code": "job",
                    "title": "Job",
                    "question": "job",
                    "categories": options("nurse", "porter"),
                },
            ],
            "weight_by": ["sex", "nation"],
            "segments": ["sex", "job"],
            "pairs": [{"before": "before", "after": "after"}],
        }
    )


def publish(asked_document: Document) -> QuestionnaireVersion:
    """A published version, without the checks that the library's documents go through."""
    questionnaire, _ = Questionnaire.objects.get_or_create(
        slug=asked_document.slug,
        defaults={"audience": asked_document.audience, "title": asked_document.title},
    )
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=questionnaire.versions.count() + 1,
        status="published",
        published_at=timezone.now(),
        document=asked_document.model_dump(mode="json", by_alias=True),
        sha256=f"{questionnaire.versions.count() + 1:064d}",
    )


def make_wave(slug: str = "wave", *, audience: str = "public", **fields: Any) -> Wave:
    """An open wave that asks the small questionnaire."""
    version = fields.pop("version", None) or publish(document(f"small-{audience}", audience))
    today = timezone.localdate()
    staff = version.questionnaire.audience == "staff"
    return Wave.objects.create(
        **{
            "mixing_public": make_mixing_key(slug) if staff else None,
            "slug": slug,
            "title": slug.capitalize(),
            "questionnaire": version.questionnaire,
            "version": version,
            "weighting": "none",
            "status": "open",
            "opens_on": today - datetime.timedelta(7),
            "closes_on": today + datetime.timedelta(7),
            **fields,
        }
    )


def random_answers(chance: random.Random, asked_document: Document) -> dict[str, Any]:
    """Answers that fit the small questionnaire, some questions left open."""
    candidates: dict[str, Any] = {
        "sex": ["female", "male", "prefer_not_to_say"],
        "nation": ["england", "england", "wales", "mars"],
        "job": ["nurse", "porter", "prefer_not_to_say"],
        "before": [*range(11), "dont_know"],
        "aware": ["yes", "no"],
        "worries": [["jobs"], ["errors", "privacy"], ["none"], []],
        "years": list(range(61)),
        "robots": ["like", "dislike", "dont_know"],
        "after": [*range(11), "prefer_not_to_say"],
        "comment": ["All fine.", "I wonder."],
    }
    answers: dict[str, Any] = {"arm": chance.choice(["robot", "nothing"])}
    for code, values in candidates.items():
        if code in asked(asked_document, answers) and chance.random() < 0.9:
            answers[code] = chance.choice(values)
    answers["aware"] = answers.get("aware", "no")
    kept = asked(asked_document, answers) | {"arm"}
    return {code: answer for code, answer in answers.items() if code in kept}
