"""Answers, progress and dates in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.questionnaires.document import (
    Document,
    FreeText,
    MultipleChoice,
    Page,
    Question,
    Scale,
    SingleChoice,
    StackedChoice,
    WholeNumber,
)
from surveys.web.public.steps import Progress, Way, progress


@dataclass(frozen=True)
class Row:
    """One question on the page where answers are checked."""

    key: str
    values: list[str]
    href: str


@dataclass(frozen=True)
class Group:
    """The rows of a page, or of several: below the words that statements share, if they do."""

    lead_in: str
    rows: list[Row]


@dataclass(frozen=True)
class Section:
    """What was answered in one section."""

    title: str
    groups: list[Group]


def progress_line(document: Document, answers: Mapping[str, Any], page: Page) -> str:
    """Such as "Your views: question 4 of 12"; the section alone where nothing is asked."""
    if not page.questions:
        return page.section
    told = progress(document, answers, page)
    return _("%(section)s: %(place)s") % {"section": page.section, "place": _place(told)}


def _place(told: Progress) -> str:
    numbers = {"first": told.first, "last": told.last, "total": told.total}
    if told.first == told.last:
        text = (
            _("question %(first)d of %(total)d")
            if told.exact
            else _("question %(first)d of up to %(total)d")
        )
    else:
        text = (
            _("questions %(first)d to %(last)d of %(total)d")
            if told.exact
            else _("questions %(first)d to %(last)d of up to %(total)d")
        )
    return text % numbers


def answer_in_words(question: Question, answer: Any) -> list[str]:
    """What was answered, line by line."""
    if answer is None:
        return [_("Not answered")]
    match question:
        case SingleChoice() | MultipleChoice():
            given = answer if isinstance(answer, list) else [answer]
            return [option.text for option in question.options if option.code in given]
        case Scale():
            ways_out = {option.code: option.text for option in question.options}
            if answer in ways_out:
                return [ways_out[answer]]
            return [
                _("%(number)d on a scale from 0 (%(low)s) to 10 (%(high)s)")
                % {"number": answer, "low": question.low, "high": question.high}
            ]
        case WholeNumber():
            return [f"{answer} {question.unit}".strip()]
        case FreeText():
            return str(answer).splitlines()


def sections(way: Way, path: str) -> list[Section]:
    """Everything that was asked and answered, by section, with the way to change it."""
    found = []
    pages = [page for page in way.pages if page.questions]
    for title, section in groupby(pages, key=lambda page: page.section):
        groups = [
            Group(lead_in, [row for page in together for row in _rows(page, way, path)])
            for lead_in, together in groupby(section, key=_lead_in)
        ]
        found.append(Section(title, groups))
    return found


def _lead_in(page: Page) -> str:
    return page.stack.text if page.stack else ""


def _rows(page: Page, way: Way, path: str) -> Iterator[Row]:
    for question in page.questions:
        yield Row(
            question.statement if isinstance(question, StackedChoice) else question.text,
            answer_in_words(question, way.answers.get(question.code)),
            f"{path}q/{page.code}?until={page.code}",
        )


def dropped_in_words(number: int) -> str:
    """That answers were taken away because they no longer apply."""
    return ngettext(
        "You changed an answer. We took away 1 later answer, because that question is not for"
        " you any more.",
        "You changed an answer. We took away %(number)d later answers, because those questions"
        " are not for you any more.",
        number,
    ) % {"number": number}
