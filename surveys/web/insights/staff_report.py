"""What the page about one organisation says: shares, gaps, and those below it side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.fieldwork.models import Organisation
from surveys.questionnaires.document import Document, Question
from surveys.reports.items import Measure, measures, subject
from surveys.reports.models import Estimate, OrganisationEstimate
from surveys.web.insights.presenters import HIDDEN

Rows = Mapping[tuple[str, str], OrganisationEstimate]  # question, option
WIDTH, LEFT, ROW = 720, 260, 30  # of a drawing, in its own units


@dataclass(frozen=True)
class Line:
    """One measure of the organisation."""

    text: str
    share: str  # empty where it is hidden
    interval: str
    base: str
    hidden: str
    parent: str  # beside the rest of the one above
    country: str  # beside the rest of the country


@dataclass(frozen=True)
class Asked:
    """One question with its measures."""

    code: str
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Dot:
    """One organisation in a drawing: where its share and its interval stand."""

    name: str
    code: str
    y: float
    x: float
    lower: float
    upper: float
    text: str  # the same in words; why there is no dot, where there is none
    shown: bool


@dataclass(frozen=True)
class Dots:
    """One measure of all organisations directly below, by name: an order that ranks nobody."""

    question: str
    title: str
    description: str
    height: int
    ticks: tuple[tuple[float, str], ...]
    dots: tuple[Dot, ...]


def asked(document: Document, rows: Rows, *, parent: str) -> list[Asked]:
    """Every question with figures of an organisation, in the order of the questionnaire."""
    found = []
    for question in document.questions.values():
        lines = tuple(
            _line(measure, rows[question.code, measure.option], parent)
            for measure in _shares(question)
            if (question.code, measure.option) in rows
        )
        if lines:
            found.append(Asked(question.code, question.text, lines))
    return found


def brief(document: Document, rows: Rows, *, parent: str) -> list[Asked]:
    """The declared headline measures of an organisation, each with its gaps."""
    found = []
    for headline in document.headlines:
        row = rows.get((headline.question, headline.option))
        if row is not None:
            question = document.questions[headline.question]
            measure = next(one for one in measures(question) if one.option == headline.option)
            line = _line(measure, row, parent)
            found.append(Asked(question.code, subject(question, headline.option), (line,)))
    return found


def _shares(question: Question) -> list[Measure]:
    return [one for one in measures(question) if one.statistic != Estimate.Statistic.MEAN]


def _line(measure: Measure, row: OrganisationEstimate, parent: str) -> Line:
    if row.estimate is None or row.lower is None or row.upper is None:
        why = HIDDEN[Estimate.Suppressed(row.suppressed)]
        return Line(measure.text, "", "", "", why, "", "")
    return Line(
        measure.text,
        f"{row.estimate:.0%}",
        f"{row.lower * 100:.0f} to {row.upper * 100:.0f}",
        f"about {row.base}",
        "",
        beside(row.parent_difference, row.parent_lower, row.parent_upper, f"the rest of {parent}"),
        beside(
            row.country_difference, row.country_lower, row.country_upper, "the rest of the country"
        ),
    )


def beside(difference: float | None, lower: float | None, upper: float | None, others: str) -> str:
    """A gap in words: higher or lower only where chance does not explain it."""
    if difference is None or lower is None or upper is None:
        return (
            f"Not compared with {others}: its figure may not be told, or too few others answered."
        )
    gap, least, most = (round(100 * one) for one in (difference, lower, upper))
    if least > 0 or most < 0:
        near, far = sorted((abs(least), abs(most)))
        way = "higher" if least > 0 else "lower"
        return f"{abs(gap)} points {way} than {others} ({near} to {far})"
    return f"No clear difference from {others} ({_signed(least)} to {_signed(most)} points)"


def _signed(points: int) -> str:
    return f"{abs(points)} lower" if points < 0 else f"{points} higher" if points else "none"


def dots(
    document: Document,
    below: Sequence[Organisation],
    rows: Mapping[tuple[int, str, str], OrganisationEstimate],
) -> list[Dots]:
    """The declared headline measures of the organisations directly below one."""
    found = []
    for headline in document.headlines:
        question = document.questions[headline.question]
        here = [
            (one, row)
            for one in sorted(below, key=lambda one: one.name)
            if (row := rows.get((one.pk, headline.question, headline.option))) is not None
        ]
        if not any(row.estimate is not None for _, row in here):
            continue
        marks = tuple(_dot(one, row, place) for place, (one, row) in enumerate(here))
        told = [f"{mark.name}: {mark.text}" for mark in marks]
        ticks = tuple((_x(step / 4), f"{step * 25}%") for step in range(5))
        title = subject(question, headline.option)
        found.append(
            Dots(
                question.code,
                title,
                f"{title}. {'. '.join(told)}.",
                ROW * len(marks) + 54,
                ticks,
                marks,
            )
        )
    return found


def _dot(one: Organisation, row: OrganisationEstimate, place: int) -> Dot:
    y = ROW * place + 36.0
    if row.estimate is None or row.lower is None or row.upper is None:
        return Dot(one.name, one.code, y, 0, 0, 0, "not shown", False)
    text = f"{row.estimate:.0%} ({row.lower * 100:.0f} to {row.upper * 100:.0f})"
    return Dot(one.name, one.code, y, _x(row.estimate), _x(row.lower), _x(row.upper), text, True)


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - 20), 1)
