"""Which pages a respondent sees, given what was answered so far."""

from collections.abc import Mapping
from typing import Any, assert_never

from surveys.questionnaires.conditions import (
    AllOf,
    AnswerIs,
    AnyOf,
    ArmIs,
    Condition,
    Not,
)
from surveys.questionnaires.document import (
    Document,
    Page,
)


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Whether `condition` is true of `answers`; an open question makes no condition true."""
    match condition:
        case AnswerIs():
            answer = answers.get(condition.question)
            given = answer if isinstance(answer, list) else [answer]
            return any(str(one) in condition.is_ for one in given if one is not None)
        case ArmIs():
            return answers.get(condition.split) in condition.is_
        case AllOf():
            return all(holds(part, answers) for part in condition.all_)
        case AnyOf():
            return any(holds(part, answers) for part in condition.any_)
        case Not():
            return not holds(condition.not_, answers)
    assert_never(condition)


def route(document: Document, answers: Mapping[str, Any]) -> list[Page]:
    """The pages that a respondent with these answers sees, in order.

    An answer on a page that the route has left no longer counts for later conditions.
    """
    seen: list[Page] = []
    counting: dict[str, Any] = {
        split.code: answers[split.code] for split in document.splits if split.code in answers
    }
    for page in document.pages:
        if page.show_if is not None and not holds(page.show_if, counting):
            continue
        seen.append(page)
        for question in page.questions:
            if question.code in answers:
                counting[question.code] = answers[question.code]
    return seen


def asked(document: Document, answers: Mapping[str, Any]) -> set[str]:
    """The codes of the questions on the route of these answers."""
    return {question.code for page in route(document, answers) for question in page.questions}


def prune(document: Document, answers: Mapping[str, Any]) -> dict[str, Any]:
    """`answers` without those to questions that the route has left; the arms drawn stay."""
    on_route = asked(document, answers) | {split.code for split in document.splits}
    return {code: answer for code, answer in answers.items() if code in on_route}
