"""The answers of one respondent, and whether they fit the questionnaire.

Answers are plain data, as they are archived: question code → option code (single choice), list of
option codes (multiple choice), whole number (number, scale), text; and split code → arm code. A
question that was not answered has no key. On a scale, an option code ("dont_know") stands for a
way not to answer.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from surveys.questionnaires.document import (
    SCALE_POINTS,
    Document,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    SingleChoice,
    WholeNumber,
)
from surveys.questionnaires.routing import asked

Answers = Mapping[str, Any]


class Problem(NamedTuple):
    """One thing that is wrong with an answer."""

    question: str
    reason: str


def text_questions(document: Document) -> frozenset[str]:
    """The questions that are answered in the respondent's own words."""
    return frozenset(
        code for code, question in document.questions.items() if isinstance(question, FreeText)
    )


def problem_with(question: Question, answer: Any) -> str | None:
    """Say why `answer` cannot be an answer to `question`; None if it can."""
    match question:
        case SingleChoice():
            return _not_an_option(question, answer)
        case MultipleChoice():
            return _bad_choices(question, answer)
        case Scale():
            if isinstance(answer, str):
                return _not_an_option(question, answer)
            return _not_in_range(answer, 0, SCALE_POINTS - 1)
        case WholeNumber():
            return _not_in_range(answer, question.minimum, question.maximum)
        case FreeText():
            return _bad_text(question, answer)


def problems(document: Document, answers: Answers) -> list[Problem]:
    """Everything that keeps `answers` from being a finished answer to `document`.

    That a required question is open is no problem here: the page asks for it again and a
    respondent may still go on; a file from elsewhere has only what was asked there.
    """
    found = []
    splits = {split.code: {arm.code for arm in split.arms} for split in document.splits}
    on_route = asked(document, answers)
    for code, answer in answers.items():
        if code in splits:
            if answer not in splits[code]:
                found.append(Problem(code, f"{answer!r} is not an arm"))
        elif code not in document.questions:
            found.append(Problem(code, "the questionnaire has no such question"))
        elif reason := problem_with(document.questions[code], answer):
            found.append(Problem(code, reason))
        elif code not in on_route:
            found.append(Problem(code, "was answered, but the other answers lead past it"))
    return found


def _not_an_option(question: SingleChoice | Scale, answer: Any) -> str | None:
    if any(option.code == answer for option in question.options):
        return None
    return f"{answer!r} is not one of its options"


def _bad_choices(question: MultipleChoice, answer: Any) -> str | None:
    if not isinstance(answer, list):
        return f"{answer!r} is not a list of options"
    options = {option.code: option for option in question.options}
    if unknown := [code for code in answer if code not in options]:
        return f"{unknown[0]!r} is not one of its options"
    if len(set(answer)) != len(answer):
        return "an option stands there twice"
    if question.max_choices is not None and len(answer) > question.max_choices:
        return f"{len(answer)} options were chosen, and at most {question.max_choices} may be"
    if len(answer) > 1 and (alone := [code for code in answer if options[code].exclusive]):
        return f"{alone[0]!r} excludes every other option"
    return None


def _not_in_range(answer: Any, minimum: int, maximum: int) -> str | None:
    if isinstance(answer, bool) or not isinstance(answer, int):
        return f"{answer!r} is not a whole number"
    if not minimum <= answer <= maximum:
        return f"{answer} is not between {minimum} and {maximum}"
    return None


def _bad_text(question: FreeText, answer: Any) -> str | None:
    if not isinstance(answer, str) or not answer.strip():
        return "an empty text is no answer"
    if len(answer) > question.max_length:
        return f"the text has {len(answer)} characters, and at most {question.max_length} fit"
    return None
