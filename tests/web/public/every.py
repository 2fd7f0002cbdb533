"""A questionnaire with every type of question and page, and hard words in all of them."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import load
from tests.fieldwork.small import WAYS_OUT, make_wave, publish

LIBRARY = Path(__file__).parents[3] / "surveys" / "questionnaires" / "library"
HARD = """Tea & <b>"cake"</b>, it's 🍰"""  # every character that HTML could trip over


def options(*codes: str, **told: Any) -> list[dict[str, Any]]:
    return [{"code": code, "text": f"{code.capitalize()} {HARD}", **told} for code in codes]


QUESTIONS: dict[str, dict[str, Any]] = {
    "single": {"type": "single", "options": [*options("a", "b"), *WAYS_OUT]},
    "mixed": {
        "type": "single",
        "shuffle": True,
        "required": True,
        "hint": "Choose <one>",
        "options": [
            *options("c1", "c2", "c3", "c4", hint="Think & choose"),
            *options("anchored", anchored=True),
            WAYS_OUT[0],
        ],
    },
    "several": {
        "type": "multiple",
        "shuffle": True,
        "max_choices": 3,
        "required": True,
        "options": [
            *options("d1", "d2", "d3", "d4", "d5"),
            {"code": "none", "text": "None of these", "kind": "none_of_these"},
            WAYS_OUT[0],
        ],
    },
    "many": {"type": "multiple", "options": options("e1", "e2")},
    "scale": {
        "type": "scale",
        "required": True,
        "low": "None <b>",
        "high": "All & more",
        "options": WAYS_OUT,
    },
    "number": {"type": "number", "minimum": 0, "maximum": 60, "unit": "years"},
    "short": {"type": "short_text", "max_length": 50},
    "long": {"type": "long_text", "max_length": 200, "required": True},
}


def stack(code: str, **told: Any) -> dict[str, Any]:
    """A page with three statements that share their answers, which are shuffled."""
    statements = [
        {"code": f"{code}_{one}", "text": f"Statement {one} of {code}, {HARD}."}
        for one in ("first", "second", "third")
    ]
    asked = {
        "text": f"How far do you agree, {HARD}?",
        "hint": "Choose <one> for each",
        "required": True,
        "shuffle": True,
        "credit": "Asked by <us>",
        "options": [*options("f1", "f2", "f3"), *options("f4", anchored=True), *WAYS_OUT],
        "statements": statements,
    }
    return {"code": code, "section": "Four", "stack": {**asked, **told}}


def document(slug: str = "every", audience: str = "public") -> Document:
    """One page for each question, one with all of them, and explainers with and without one."""
    asked = [
        {"code": code, "text": f"About {code}, {HARD}?", "credit": "Asked by <us>", **question}
        for code, question in QUESTIONS.items()
    ]
    explainer = {
        "title": f"What it is, {HARD}",
        "text": "First.\n\nSecond & last.",
        "example": "An <example>.",
        "source": "A book",
    }
    pages: list[dict[str, Any]] = [
        {"code": question["code"], "section": "One & one", "questions": [question]}
        for question in asked
    ]
    pages += [
        {"code": "explained", "section": "Two", "explainer": explainer},
        {
            "code": "asked",
            "section": "Two",
            "explainer": explainer,
            "questions": [{**asked[0], "code": "x_asked"}],
        },
        {
            "code": "all",
            "section": "Three",
            "title": f"All, {HARD}",
            "questions": [{**question, "code": f"x_{question['code']}"} for question in asked],
        },
    ]
    pages += [stack("stacked"), stack("moving", shuffle_statements=True)]
    pages += [{**stack("told"), "explainer": explainer}]
    return Document.model_validate(
        {
            "slug": slug,
            "audience": audience,
            "title": "Everything",
            "introduction": "All there is.",
            "minutes": 3,
            "pages": pages,
        }
    )


@lru_cache(maxsize=4)
def library(name: str) -> Document:
    """A questionnaire that comes with the service."""
    return load(LIBRARY / f"{name}.yaml").document


def wave_of(asked: Document, slug: str = "wave", **fields: Any) -> Wave:
    """An open wave that asks `asked`."""
    return make_wave(slug, audience=asked.audience, version=publish(asked), **fields)
