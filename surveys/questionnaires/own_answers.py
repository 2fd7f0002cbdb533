"""The answers that a respondent may look at beside those of others, as short numbers.

Left out is whatever could tell who somebody is: the profile, words of one's own, a refusal, and
each question whose being asked would tell of the profile or of the arm that was drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from surveys.questionnaires.conditions import ArmIs, Condition, leaves
from surveys.questionnaires.document import (
    SCALE_POINTS,
    Document,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    SingleChoice,
)
from surveys.questionnaires.packing import points

Places = Sequence[Any]  # for each comparable question: a place, several, a number, or None


def comparable(document: Document) -> list[Question]:
    """The questions whose answers may stand beside published figures, in document order."""
    return [
        question
        for page in document.pages
        if page.show_if is None or not _tells(page.show_if, document)
        for question in page.questions
        if not (question.profile or isinstance(question, FreeText))
    ]


def _tells(condition: Condition, document: Document) -> bool:
    """Whether to be asked under this condition tells of an arm or of the profile."""
    return any(
        isinstance(part, ArmIs) or document.questions[part.question].profile
        for part in leaves(condition)
    )


Placing = Callable[[Any], Any]


def placings(document: Document) -> dict[str, Placing]:
    """For each comparable question what gives the place of an answer; made once, used by many."""
    return {question.code: _placing(question) for question in comparable(document)}


def to_places(placings: Mapping[str, Placing], answers: Mapping[str, Any]) -> list[Any]:
    """The comparable ones among `answers`; None where there is none, or it says nothing."""
    return [place(answers[code]) if code in answers else None for code, place in placings.items()]


def _placing(question: Question) -> Placing:
    options = getattr(question, "options", ())
    refused = {option.code for option in options if option.kind == "prefer_not_to_say"}
    if isinstance(question, MultipleChoice):
        places = {one.code: place for place, one in enumerate(options) if one.code not in refused}
        return lambda answer: [places[code] for code in answer if code not in refused] or None
    if isinstance(question, SingleChoice | Scale):
        steps = {code: place for place, code in enumerate(points(question)) if code not in refused}
        return lambda answer: None if answer in refused else steps[str(answer)]
    return lambda answer: answer


def from_places(document: Document, places: Places) -> dict[str, Any]:
    """What `to_places` was given, as far as it was kept.

    Raises ValueError where `places` were made of another document.
    """
    found: dict[str, Any] = {}
    try:
        for question, place in zip(comparable(document), places, strict=True):
            if place is not None:
                found[question.code] = _answer(question, place)
    except (IndexError, TypeError) as error:
        raise ValueError("these answers belong to another questionnaire") from error
    return found


def _answer(question: Question, place: Any) -> Any:
    if isinstance(question, MultipleChoice):
        return [question.options[one].code for one in place]
    if isinstance(question, SingleChoice | Scale):
        step = isinstance(question, Scale) and place < SCALE_POINTS
        return place if step else points(question)[place]
    return int(place)
