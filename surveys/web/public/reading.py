"""The answers of a page out of what its form has sent, by a table made once from the document.

Nearly every page that comes in is right. Building a Django form for each, with a field and a widget
for every question, would cost more than all the rest of reading it. So each question has one row:
what its field may send, and which answer that is. Whatever is not plainly right (a gap, too many,
a number with a stray letter) is left to `PageForm`, which says what to do about it; a test holds
that a page which is read here is read the same way there.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, assert_never

from django.http import QueryDict

from surveys.questionnaires.document import (
    SCALE_POINTS,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    SingleChoice,
    WholeNumber,
)
from surveys.questionnaires.versions import frozen

DIGITS = re.compile("[0-9]{1,9}", re.ASCII)

Meaning = Callable[[Sequence[str]], Any]


class Doubtful(ValueError):
    """What was sent is not plainly an answer: the form decides, and tells the respondent."""


class Row(NamedTuple):
    """One question: the name of its field, and what its values mean; None is an open question."""

    code: str
    required: bool
    meaning: Meaning


def read_page(version_id: int, page_code: str, sent: QueryDict) -> dict[str, Any] | None:
    """The answers of a page, None for each question left open; None where the form must decide."""
    try:
        return {row.code: _answer(row, sent) for row in table(version_id, page_code)}
    except Doubtful:
        return None


@lru_cache(maxsize=1024)
def table(version_id: int, page_code: str) -> tuple[Row, ...]:
    """The rows of a page of a frozen version; texts play no part, so languages share them."""
    page = frozen(version_id).document.pages_by_code[page_code]
    return tuple(Row(one.code, one.required, _meaning(one)) for one in page.questions)


def _answer(row: Row, sent: QueryDict) -> Any:
    answer = row.meaning(sent.getlist(row.code))
    if answer is None and row.required:
        raise Doubtful(f"{row.code} is open")
    return answer


def _meaning(question: Question) -> Meaning:
    match question:
        case SingleChoice():
            return _one_of({option.code: option.code for option in question.options})
        case Scale():
            steps: dict[str, Any] = {str(step): step for step in range(SCALE_POINTS)}
            return _one_of(steps | {option.code: option.code for option in question.options})
        case MultipleChoice():
            return _some_of(question)
        case WholeNumber():
            return _number_in(question.minimum, question.maximum)
        case FreeText():
            return _text_up_to(question.max_length)
    assert_never(question)


def _one_of(answers: dict[str, Any]) -> Meaning:
    def meaning(values: Sequence[str]) -> Any:
        if not (value := _last(values)):
            return None
        if value not in answers:
            raise Doubtful("no such option")
        return answers[value]

    return meaning


def _some_of(question: MultipleChoice) -> Meaning:
    codes = [option.code for option in question.options]
    alone = {option.code for option in question.options if option.exclusive}
    most = question.max_choices or len(codes)

    def meaning(values: Sequence[str]) -> list[str] | None:
        chosen = set(values)
        # In document order: the order in which they were shown is not kept.
        answer = [code for code in codes if code in chosen]
        if len(answer) != len(chosen) or len(answer) > most:
            raise Doubtful("an unknown option, or too many")
        if len(answer) > 1 and not alone.isdisjoint(chosen):
            raise Doubtful("something beside an option that stands alone")
        return answer or None

    return meaning


def _number_in(minimum: int, maximum: int) -> Meaning:
    def meaning(values: Sequence[str]) -> int | None:
        if not (value := _last(values)):
            return None
        if not DIGITS.fullmatch(value) or not minimum <= int(value) <= maximum:
            raise Doubtful("not a plain number in range")
        return int(value)

    return meaning


def _text_up_to(most: int) -> Meaning:
    def meaning(values: Sequence[str]) -> str | None:
        # A line break counts as one character, however the browser sends it.
        text = _last(values).strip().replace("\r\n", "\n")
        if len(text) > most or "\0" in text:
            raise Doubtful("too long, or with what no keyboard sends")
        return text or None

    return meaning


def _last(values: Sequence[str]) -> str:
    return values[-1] if values else ""
