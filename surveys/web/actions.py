"""Actions as pages show them: in the page's language, as far as they were written in it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy

from surveys.questionnaires.versions import Frozen
from surveys.reports.models import Action
from surveys.web.public.pages import document_in

Versions = Mapping[int, Frozen]  # the newest of each questionnaire
AUDIENCES = {"public": gettext_lazy("the public"), "staff": gettext_lazy("NHS staff")}


@dataclass(frozen=True)
class Said:
    """A text, and its language where that is not the page's."""

    text: str
    language: str


@dataclass(frozen=True)
class ShownAction:
    """What was heard and what was done about it."""

    heard: Said
    did: Said
    happened_on: datetime.date
    link: str
    invented: bool


def shown_actions(actions: Iterable[Action]) -> list[ShownAction]:
    """The actions in the language of the page; English, marked as such, where there is no other."""
    return [
        ShownAction(
            heard=_said(action.heard, action.heard_cy),
            did=_said(action.did, action.did_cy),
            happened_on=action.happened_on,
            link=action.link,
            invented=action.invented,
        )
        for action in actions
    ]


def _said(english: str, welsh: str) -> Said:
    language = get_language() or "en"
    if language == "cy" and welsh.strip():
        return Said(welsh, "")
    return Said(english, "" if language.startswith("en") else "en")


def subjects_of(action: Action, versions: Versions, *, whose: bool = False) -> list[str]:
    """What an action is about, in words; nothing of a question that is no longer asked.

    whose: say of each question who is asked it, where two audiences are asked the same.
    """
    found = []
    for subject in action.subjects.all():
        version = versions.get(subject.questionnaire_id)
        if version is None:
            continue
        document = document_in(version.version_id, get_language() or "en")
        question = document.questions.get(subject.question)
        if not subject.question:
            found.append(document.title)
        elif question is not None:
            audience = f" ({AUDIENCES[document.audience]})" if whose else ""
            found.append(f"{question.text}{audience}")
    return list(dict.fromkeys(found))
