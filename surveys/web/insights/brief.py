"""What the report says first: the headline measures, how they were tested, and what stands out."""

from collections.abc import Iterable
from dataclasses import dataclass

from surveys.questionnaires.document import Document
from surveys.reports.gaps import Comparison
from surveys.reports.items import subject
from surveys.reports.trends import Trend
from surveys.reports.words import NOT_NO_CHANGE
from surveys.web.insights.presenters import Statement, statement


@dataclass(frozen=True)
class Headline:
    """One declared measure: what its comparison says, and the question that it is about."""

    statement: Statement
    code: str
    question: str


@dataclass(frozen=True)
class Look:
    """A measure that the screening found."""

    code: str
    subject: str


@dataclass(frozen=True)
class Brief:
    """The head of the report. `looked_through` is the size of the grid that was screened."""

    headlines: tuple[Headline, ...]
    tested: str  # how many were tested together, and which were left out
    reading: str  # how to read "no detectable change"; empty where nothing was tested
    looks: tuple[Look, ...]
    looked_through: int


def brief(document: Document, trends: Iterable[Trend]) -> Brief:
    """The headline measures with their family, and what is worth a look outside it."""
    found = list(trends)
    by_question = {trend.question.code: trend for trend in found}
    chosen = [
        (trend, one)
        for headline in document.headlines
        if (trend := by_question.get(headline.question)) is not None
        and (one := _first(trend, headline.option)) is not None
    ]
    screened = [
        one
        for trend in found
        for one in trend.comparisons
        if one.outcome is not None and one.outcome.family == "screening"
    ]
    measured = any(one.outcome is not None for trend in found for one in trend.comparisons)
    return Brief(
        headlines=tuple(
            Headline(statement(one), trend.question.code, trend.question.text)
            for trend, one in chosen
        ),
        tested=_tested(document, [one for _, one in chosen]),
        reading=NOT_NO_CHANGE if measured else "",
        looks=tuple(
            Look(one.question, one.subject)
            for one in screened
            if one.outcome is not None and one.outcome.worth_a_look
        ),
        looked_through=len(screened),
    )


def _first(trend: Trend, option: str) -> Comparison | None:
    """The comparison with the wave before where there is one, else with what was published."""
    mine = [
        one
        for one in trend.comparisons
        if one.option == option and one.relation in ("wave", "survey")
    ]
    return next((one for one in mine if one.between_waves), mine[0] if mine else None)


def _tested(document: Document, chosen: list[Comparison]) -> str:
    before = [one for one in chosen if one.between_waves]
    if not before:
        return "There is no earlier wave to test them against."
    if not all(one.circumstances.over for one in before):
        return "Nothing is tested while a wave is open."
    declared, wave = len(document.headlines), before[0].label
    family = [one for one in before if one.outcome is not None]
    share = "All" if len(family) == declared > 1 else f"{len(family) or 'None'} of"
    text = f"{share} {declared} is tested against {wave}"
    if len(family) > 1:
        text = (
            f"{share} {declared} are tested together against {wave}: the more there are, the wider"
            " each interval, so that no more than 1 report in 20 finds a change that is only chance"
        )
    if left := [one.subject for one in before if one.outcome is None]:
        text += f". Left out, for the reason that each gives: {'; '.join(left)}"
    known = {(one.question, one.option) for one in before}
    if absent := [
        subject(document.questions[one.question], one.option)
        for one in document.headlines
        if (one.question, one.option) not in known
    ]:
        text += f". Without a figure in {wave}: {'; '.join(absent)}"
    return f"{text}."
