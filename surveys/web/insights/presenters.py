"""Trends as the page shows them: words and cells, never a suppressed number."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from surveys.reports.charts import NARROW, Chart, trend_chart
from surveys.reports.figures import percent
from surveys.reports.gaps import Comparison, Relation
from surveys.reports.models import Action, Estimate, Release
from surveys.reports.over_waves import over_waves, told
from surveys.reports.trends import Point, SegmentTable, Series, Trend
from surveys.reports.words import change, lead, other_effects, who_answered
from surveys.web.actions import ShownAction, shown_actions
from surveys.web.insights.apart import Earlier, earlier_waves
from surveys.web.insights.ledger import VERDICTS, Called

HIDDEN = {
    Estimate.Suppressed.PRIMARY: "Hidden: too few people answered.",
    Estimate.Suppressed.SECONDARY: "Hidden, so that another hidden figure stays hidden.",
    Estimate.Suppressed.FEW: "Hidden: too few people chose this, or did not.",
    Estimate.Suppressed.UNRELIABLE: "Not shown: too few people answered for a reliable figure.",
}


@dataclass(frozen=True)
class Cell:
    """One figure of a table, in words."""

    text: str
    interval: str = ""
    base: str = ""
    low: bool = False
    hidden: str = ""


@dataclass(frozen=True)
class Column:
    """One wave or published survey at the head of a table."""

    title: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One option over the waves."""

    text: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PublishedRow:
    """One published figure, with its source; without the figure where it may not stand here."""

    text: str
    figure: str
    who: str
    when: str
    base: str
    alone: str  # what sampling alone could explain, were their design effect another
    wording: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]  # worth knowing, and no reason for a verdict
    called: Called  # the verdict, as the ledger has it
    source: str
    url: str


@dataclass(frozen=True)
class Statement:
    """The sentence about one comparison: what it is of, and what follows."""

    lead: str
    rest: str


def statement(one: Comparison) -> Statement:
    """The sentence of words.change, parted so that a page can make its lead stand out."""
    return Statement(lead(one), change(one).removeprefix(lead(one)))


@dataclass(frozen=True)
class SegmentRows:
    """One segment's table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class QuestionCard:
    """One question of the page."""

    code: str
    text: str
    credit: str
    section: str
    chart: Chart
    narrow_chart: Chart  # the same, for a phone
    statements: tuple[Statement, ...]
    looks: tuple[Statement, ...]  # worth a look, and never a claim
    mirrored: tuple[Statement, ...]  # beside the other audience
    paired: tuple[Statement, ...]  # beside what the same people answered before
    effects: tuple[Statement, ...]  # of what chance decided that people were shown
    lines: tuple[Statement, ...]  # over the waves that compare
    who_answered: tuple[str, ...]  # of the gap since the wave before
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    gaps: tuple[Statement, ...]  # what every row may say of the newest wave and the one before
    earlier: tuple[Earlier, ...]  # waves that stand apart
    published: tuple[PublishedRow, ...]
    segments: tuple[SegmentRows, ...]
    groups: tuple[Statement, ...]  # of which one stands out beside another
    groups_looked_through: int  # in all headline measures; 0 where this question is none
    breaks: tuple[str, ...]
    actions: tuple[ShownAction, ...]  # what was done about it


def question_card(
    trend: Trend, releases: list[Release], actions: Iterable[Action] = ()
) -> QuestionCard:
    """Everything that the page says about one question."""
    first = min((one.since.place for one in trend.series), default=0)
    earlier = earlier_waves(trend, releases)
    return QuestionCard(
        code=trend.question.code,
        text=trend.question.text,
        credit=trend.question.credit,
        section=trend.section,
        chart=trend_chart(trend),
        narrow_chart=trend_chart(trend, NARROW),
        statements=_statements(trend, "wave", "survey"),
        looks=tuple(statement(one) for one in trend.comparisons if _look(one)),
        mirrored=_statements(trend, "mirror"),
        paired=_statements(trend, "pair"),
        effects=tuple(statement(one) for one in trend.comparisons if one.relation == "arm"),
        lines=tuple(
            Statement(one.lead, told(one)) for one in over_waves(trend.question, trend.charted)
        ),
        who_answered=tuple(who_answered(one) for one in _compared(trend) if one.composition),
        columns=tuple(_columns(releases[first:])),
        rows=tuple(_row(one, range(first, len(releases))) for one in trend.series),
        gaps=tuple(
            statement(one)
            for one in trend.comparisons
            if one.between_waves and one.judgement.verdict != "break"
        ),
        earlier=earlier,
        published=tuple(_published(trend)),
        segments=tuple(_segment(table, trend) for table in trend.segments),
        groups=tuple(statement(one) for one in trend.groups if _look(one)),
        groups_looked_through=max(
            (one.outcome.size for one in trend.groups if one.outcome), default=0
        ),
        breaks=tuple(
            f"{before.wave} and {after.wave}"
            f" {'are joined, but note' if join.verdict == 'annotate' else 'are not joined'}:"
            f" {' '.join(join.reasons)}"
            for place, (before, after, join) in enumerate(
                zip(releases, releases[1:], trend.joins, strict=False)
            )
            if join.verdict != "same" and not (earlier and place < first)
        ),
        actions=tuple(shown_actions(actions)),
    )


def _statements(trend: Trend, *relations: Relation) -> tuple[Statement, ...]:
    return tuple(
        statement(one) for one in _compared(trend) if one.relation in relations and not _look(one)
    )


def _compared(trend: Trend) -> Iterable[Comparison]:
    """What is said of the charted measures; change since the last wave first, as a leader asks."""
    charted = {one.option for one in trend.charted}
    for one in sorted(trend.comparisons, key=lambda one: not one.between_waves):
        # Where whole waves are not joined, the legend says so once.
        told = one.between_waves and trend.joins[-1].verdict == "break"
        if one.option in charted and not told:
            yield one


def _look(one: Comparison) -> bool:
    return one.outcome is not None and one.outcome.worth_a_look


def _columns(releases: list[Release]) -> Iterable[Column]:
    for release in releases:
        notes = []
        if release.state == Release.State.PROVISIONAL:
            notes.append("provisional")
        if release.wave.simulated:
            notes.append("simulated answers")
        yield Column(release.wave.title, ", ".join(notes))


def _row(one: Series, places: range) -> Row:
    points: dict[int, Point] = {point.place: point for point in one.points}
    mean = one.statistic == Estimate.Statistic.MEAN
    cells = tuple(
        Cell("–", hidden="Not shown with later waves: see below.")
        if place < one.since.place
        else _cell(points[place].row if place in points else None, mean)
        for place in places
    )
    return Row(one.text, cells)


def _cell(row: Estimate | None, mean: bool) -> Cell:
    if row is None:
        return Cell("–", hidden="Not asked, or nobody answered.")
    if row.estimate is None or row.lower is None or row.upper is None:
        return Cell("[c]", hidden=HIDDEN[Estimate.Suppressed(row.suppressed)])
    if mean:
        text, interval = f"{row.estimate:.1f}", f"{row.lower:.1f} to {row.upper:.1f}"
    else:
        text = f"{row.estimate * 100:.1f}%"
        interval = f"{row.lower * 100:.1f} to {row.upper * 100:.1f}"
    return Cell(text, interval, f"{row.base:,}", _low(row))


def _low(row: Estimate) -> bool:
    return (row.effective_base or 0) < settings.EFFECTIVE_BASE_LOW


def _published(trend: Trend) -> Iterable[PublishedRow]:
    gaps = {(one.with_, one.option): one for one in trend.comparisons}
    for one in trend.series:
        for beside in one.published:
            figure = beside.figure
            survey = figure.survey
            gap = gaps.get((f"survey:{survey.slug}", one.option))
            end = f" to {survey.fieldwork_end}" * (survey.fieldwork_end != survey.fieldwork_start)
            yield PublishedRow(
                text=one.text,
                figure="" if beside.judgement.verdict == "break" else percent(float(figure.share)),
                who=survey.commissioner,
                when=survey.fieldwork_start + (end if survey.fieldwork_end else ""),
                base=f"{figure.base:,}" if figure.base else "not published",
                alone=other_effects(gap) if gap else "",
                wording="exact" if figure.wording_status == "exact" else "as reported",
                reasons=beside.judgement.reasons,
                notes=beside.judgement.notes,
                called=VERDICTS[beside.judgement.verdict],
                source=figure.source_title,
                url=figure.source_url if figure.source_url.startswith("https://") else "",
            )


def _segment(table: SegmentTable, trend: Trend) -> SegmentRows:
    mean = trend.unit == "mean"
    rows = tuple(
        Row(text, tuple(_cell(cell, mean) for cell in cells)) for text, cells in table.rows
    )
    return SegmentRows(table.title, table.columns, rows)
