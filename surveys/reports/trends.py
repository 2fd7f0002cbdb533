"""One questionnaire's figures over time, ready for charts and tables.

What it costs depends on questions and waves, never on respondents; the number of queries is the
same for any number of either.
"""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.document import Document, Question, WholeNumber
from surveys.questionnaires.versions import frozen
from surveys.reports.circumstances import days, fieldwork_of
from surveys.reports.comparisons import Comparison, compare
from surveys.reports.group_gaps import group_gaps
from surveys.reports.items import measures
from surveys.reports.judging import Published, judge_waves, judge_with_published, published_for
from surveys.reports.ledger import NO_MIRRORS, Mirrors
from surveys.reports.models import Estimate, PublishedEstimate, Release
from surveys.reports.together import ALL_WAVES, Since, since

CHARTED = 4  # series that one chart can carry with direct labels


@dataclass(frozen=True)
class Point:
    """One figure of one wave; no number where it is suppressed."""

    place: int  # of its wave among those on the page
    release: Release
    row: Estimate

    @property
    def wave(self) -> Wave:
        """The wave it is of."""
        return self.release.wave

    @property
    def day(self) -> datetime.date:
        """The middle of fieldwork: where charts put it."""
        first, last = days(fieldwork_of(self.release))
        return first + (last - first) / 2

    @property
    def provisional(self) -> bool:
        """Whether it may still change."""
        return self.release.state == Release.State.PROVISIONAL


@dataclass(frozen=True)
class Beside:
    """One figure that somebody else published."""

    figure: PublishedEstimate
    judgement: Judgement


@dataclass(frozen=True)
class Series:
    """One option, net or mean over the waves, and what was published about it."""

    option: str  # empty for a mean
    text: str
    statistic: str
    points: tuple[Point, ...]
    published: tuple[Beside, ...] = ()
    joins: tuple[Judgement, ...] = ()  # between each wave and the next, of this very measure
    since: Since = ALL_WAVES  # the last break: what was before is not shown with the latest

    @property
    def together(self) -> tuple[Point, ...]:
        """The points that may be shown with the latest wave."""
        return tuple(point for point in self.points if point.place >= self.since.place)

    @property
    def shown(self) -> tuple[Point, ...]:
        """Those that have a number."""
        return tuple(point for point in self.together if point.row.estimate is not None)

    @property
    def beside(self) -> tuple[Beside, ...]:
        """The published figures that may be shown with the latest wave."""
        return tuple(one for one in self.published if one.judgement.verdict != "break")


@dataclass(frozen=True)
class SegmentTable:
    """The latest wave's charted figures for each value of one segment."""

    title: str
    columns: tuple[str, ...]  # the series' texts
    rows: tuple[tuple[str, tuple[Estimate | None, ...]], ...]  # value → figures


@dataclass(frozen=True)
class Trend:
    """Everything that the page says about one question."""

    question: Question
    section: str
    unit: str  # "share" or "mean"
    maximum: float  # of the axis
    series: tuple[Series, ...]
    charted: tuple[Series, ...]
    segments: tuple[SegmentTable, ...]
    comparisons: tuple[Comparison, ...]
    joins: tuple[Judgement, ...]  # between each wave and the next
    groups: tuple[Comparison, ...] = ()  # of the latest wave beside each other


def trends(releases: Sequence[Release], mirrors: Mirrors = NO_MIRRORS) -> list[Trend]:
    """The trend of every question of the latest release's questionnaire, in its order.

    Parameters
    ----------
    releases : readable releases of one questionnaire, oldest first, waves prefetched; not empty.
    mirrors : the other audience's figures beside the latest, from `series.mirror_releases`.
    """
    latest = releases[-1]
    document = frozen(latest.wave.version_id).document
    whole = _rows(releases)
    apart = _segment_rows(latest)
    published = published_for(document)
    comparisons = defaultdict(list)
    earlier = releases[-2] if len(releases) > 1 else None
    for one in compare(latest, earlier, published, mirrors):
        comparisons[one.question].append(one)
    between = defaultdict(list)
    for one in group_gaps(latest, [row for rows in apart.values() for row in rows.values()]):
        between[one.question].append(one)
    found = []
    for question in document.questions.values():
        series = tuple(_series_of(question, releases, whole, published))
        if not any(one.points for one in series):
            continue
        charted = _charted(document, question, series)
        mean = all(one.statistic == Estimate.Statistic.MEAN for one in charted)
        found.append(
            Trend(
                question=question,
                section=document.page_of[question.code].section,
                unit="mean" if mean else "share",
                maximum=_maximum(question) if mean else 1.0,
                series=series,
                charted=charted,
                segments=tuple(_segments(document, question.code, charted, apart)),
                comparisons=tuple(comparisons[question.code]),
                joins=tuple(
                    judge_waves(before, after, question.code, "", published.signed)
                    for before, after in itertools.pairwise(releases)
                ),
                groups=tuple(between[question.code]),
            )
        )
    return found


def _maximum(question: Question) -> float:
    return float(question.maximum) if isinstance(question, WholeNumber) else 10.0


Whole = dict[tuple[int, str, str, str], Estimate]


def _rows(releases: Sequence[Release]) -> Whole:
    rows = Estimate.objects.filter(release__in=releases, segment="")
    return {(row.release_id, row.question, row.statistic, row.option): row for row in rows}


def _segment_rows(release: Release) -> dict[tuple[str, str, str], dict[str, Estimate]]:
    found: dict[tuple[str, str, str], dict[str, Estimate]] = defaultdict(dict)
    for row in release.estimates.exclude(segment=""):
        found[row.question, row.option, row.segment][row.value] = row
    return found


def _series_of(
    question: Question, releases: Sequence[Release], whole: Whole, published: Published
) -> Iterable[Series]:
    for statistic, option, text in measures(question):
        found = tuple(
            Point(place, release, row)
            for place, release in enumerate(releases)
            if (row := whole.get((release.pk, question.code, statistic, option))) is not None
        )
        if found:
            beside = tuple(_published(question, option, releases[-1], published))
            joins = tuple(
                judge_waves(before, after, question.code, option, published.signed)
                for before, after in itertools.pairwise(releases)
            )
            start = since(releases, joins, question.code, option, published.signed)
            yield Series(option, text, statistic, found, beside, joins, start)


def _published(
    question: Question, option: str, release: Release, published: Published
) -> Iterable[Beside]:
    for link in question.benchmarks:
        for theirs, ours in link.options.items():
            figure = published.figures.get((link.survey, link.question, theirs, link.subpopulation))
            if ours == option and figure is not None:
                yield Beside(
                    figure, judge_with_published(release, question, link, figure.survey, published)
                )


def _charted(
    document: Document, question: Question, series: tuple[Series, ...]
) -> tuple[Series, ...]:
    """The series that the chart shows: nets where there are any, else a mean, else the declared
    headline, what was published, and the largest.

    Never shares together with a mean: one axis cannot measure both.
    """
    for statistic in (Estimate.Statistic.NET, Estimate.Statistic.MEAN):
        if found := [one for one in series if one.statistic == statistic]:
            return tuple(found[:CHARTED])
    declared = {one.option for one in document.headlines if one.question == question.code}

    def rank(one: Series) -> tuple[bool, bool, float]:
        latest = one.points[-1].row.estimate or 0.0
        return (one.option not in declared, not one.published, -latest)

    chosen = sorted(series, key=rank)[:CHARTED]
    return tuple(one for one in series if one in chosen)


def _segments(
    document: Document,
    question: str,
    charted: tuple[Series, ...],
    apart: dict[tuple[str, str, str], dict[str, Estimate]],
) -> Iterable[SegmentTable]:
    for code in document.segments:
        variable = document.variables_by_code[code]
        rows = []
        for category in variable.categories:
            cells = tuple(
                apart.get((question, one.option, code), {}).get(category.code) for one in charted
            )
            if any(cell is not None for cell in cells):
                rows.append((category.text, cells))
        if rows:
            yield SegmentTable(variable.title, tuple(one.text for one in charted), tuple(rows))
