"""The geometry of a trend chart: numbers in, coordinates out; a template draws them.

Drawn on the server as SVG, so that a page needs no chart library. Each series has its own colour,
marker, dash and direct label: none of them alone tells series apart.
"""

import datetime
import itertools
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

from surveys.reports.models import Estimate
from surveys.reports.trends import Point, Series, Trend

COLOURS = ("#005eb8", "#8a1c5c", "#00703c", "#5c3d99")
DASHES = ("", "7 4", "2 4", "10 4 2 4")
MARKERS = ("circle", "square", "triangle", "cross")
LABEL_GAP, LABEL_LINE = 38, 15
Across = Callable[[datetime.date], float]
Up = Callable[[float], float]
PADDING = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Frame:
    """The shape of a drawing: where its plot lies, and where the labels of its series go."""

    width: int
    left: int
    right: int
    top: int
    bottom: int
    label_width: int  # letters
    labels_below: bool  # with a key each; else beside the newest figure
    most_years: int  # ticks that fit side by side


WIDE = Frame(896, 48, 634, 28, 320, label_width=32, labels_below=False, most_years=12)
# For a phone: nothing to swipe, and letters as large as the text around it.
NARROW = Frame(300, 44, 284, 28, 240, label_width=36, labels_below=True, most_years=6)
BELOW_AXIS = 40


@dataclass(frozen=True)
class Tick:
    """One mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Mark:
    """One of our figures: its place and its interval."""

    x: float
    y: float
    top: float
    bottom: float
    path: str  # the marker's outline
    text: str  # what a pointer shows


@dataclass(frozen=True)
class Diamond:
    """One published figure."""

    path: str
    text: str


@dataclass
class Line:
    """One series, drawn."""

    colour: str
    dash: str
    label: tuple[str, ...]
    label_y: float
    label_x: float
    marks: list[Mark] = field(default_factory=list)
    diamonds: list[Diamond] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)  # polylines, broken where not comparable
    bands: list[str] = field(default_factory=list)  # polygons of the intervals
    key: str = ""  # the marker's outline before the label, where that is not beside the figure


@dataclass(frozen=True)
class Chart:
    """A whole chart."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    across: tuple[Tick, ...]  # years
    up: tuple[Tick, ...]  # the scale
    lines: tuple[Line, ...]
    description: str
    simulated: bool  # said inside the drawing, wherever it may be copied to


def trend_chart(trend: Trend, frame: Frame = WIDE) -> Chart:
    """Lay out the chart of one question."""
    days = [point.day for one in trend.charted for point in one.together]
    days += [beside.figure.survey.plotted_on for one in trend.charted for beside in one.beside]
    if not days:  # all that there is was asked in another way, and is told below the chart
        days = [point.day for one in trend.charted for point in one.points]
    first, last = min(days) - PADDING, max(days) + PADDING

    def x(day: datetime.date) -> float:
        across = (day - first) / (last - first) * (frame.right - frame.left)
        return round(frame.left + across, 1)

    def y(value: float) -> float:
        return round(frame.bottom - value / trend.maximum * (frame.bottom - frame.top), 1)

    lines = []
    for place, one in enumerate(trend.charted):
        label = _label(one, trend, frame)
        line = Line(COLOURS[place], DASHES[place], label, _anchor(one, y), frame.right + 14)
        _draw(line, one, trend, MARKERS[place], x, y)
        lines.append(line)
    if frame.labels_below:
        height = _stack_labels(lines, frame)
    else:
        _part_labels(lines, frame)
        height = frame.bottom + BELOW_AXIS
    return Chart(
        frame.width,
        height,
        frame.left,
        frame.right,
        frame.top,
        frame.bottom,
        tuple(_times(first, last, days, x, frame)),
        tuple(Tick(y(step * trend.maximum / 4), _scale(step, trend)) for step in range(5)),
        tuple(lines),
        " ".join(_described(one, trend) for one in trend.charted),
        any(point.wave.simulated for one in trend.charted for point in one.together),
    )


def _scale(step: int, trend: Trend) -> str:
    value = step * trend.maximum / 4
    return f"{value:.0%}" if trend.unit == "share" else f"{value:g}"


def _value(value: float, trend: Trend) -> str:
    return f"{value:.0%}" if trend.unit == "share" else f"{value:.1f}"


def _with_interval(row: Estimate, trend: Trend) -> str:
    told = _value(float(row.estimate or 0), trend)
    if row.lower is None or row.upper is None:
        return told
    lower, upper = max(row.lower, 0.0), min(row.upper, trend.maximum)
    return f"{told} ({_value(lower, trend)} to {_value(upper, trend)})"


def _times(
    first: datetime.date,
    last: datetime.date,
    days: list[datetime.date],
    x: Across,
    frame: Frame,
) -> list[Tick]:
    """The years that begin inside the plot; where there are none to speak of, the months shown."""
    starts = [datetime.date(year, 1, 1) for year in range(first.year, last.year + 2)]
    years = [day for day in starts if first <= day <= last]
    if len(years) > 1:
        step = -(-len(years) // frame.most_years)
        return [Tick(x(day), str(day.year)) for day in years[::-1][::step]][::-1]
    ends = dict.fromkeys([min(days), max(days)])
    return [Tick(x(day), f"{day:%b %Y}") for day in ends]


def _anchor(one: Series, y: Up) -> float:
    shown = [float(point.row.estimate or 0) for point in one.shown]
    shown += [float(beside.figure.share) for beside in one.beside]
    return float(y(shown[len(one.shown) - 1] if one.shown else shown[-1] if shown else 0))


def _label(one: Series, trend: Trend, frame: Frame) -> tuple[str, ...]:
    value = f"{_value(float(one.shown[-1].row.estimate or 0), trend)} " if one.shown else ""
    return tuple(textwrap.wrap(value + one.text, frame.label_width, max_lines=2, placeholder="…"))


def _draw(line: Line, one: Series, trend: Trend, marker: str, x: Across, y: Up) -> None:
    for run in _runs(one, trend):
        found = [_mark(point, trend, marker, x, y) for point in run]
        line.marks += found
        if len(found) > 1:
            line.segments.append(" ".join(f"{mark.x},{mark.y}" for mark in found))
            edge = [(mark.x, mark.top) for mark in found]
            edge += [(mark.x, mark.bottom) for mark in reversed(found)]
            line.bands.append(" ".join(f"{across},{up}" for across, up in edge))
    for beside in one.beside:
        figure = beside.figure
        text = f"{figure.survey.commissioner}, {figure.survey.fieldwork_start[:4]}: "
        place = (x(figure.survey.plotted_on), y(float(figure.share)))
        line.diamonds.append(Diamond(_diamond(*place), text + _value(float(figure.share), trend)))


def _runs(one: Series, trend: Trend) -> list[list[Point]]:
    """The points in stretches that may be joined: no gap, and no doubt about comparability."""
    runs: list[list[Point]] = []
    before = -1
    for point in one.shown:
        follows = runs and point.place == before + 1
        if follows and one.joins[before].verdict in ("same", "annotate"):
            runs[-1].append(point)
        else:
            runs.append([point])
        before = point.place
    return runs


def _mark(point: Point, trend: Trend, marker: str, x: Across, y: Up) -> Mark:
    row = point.row
    assert row.estimate is not None
    assert row.lower is not None
    assert row.upper is not None
    lower, upper = max(row.lower, 0.0), min(row.upper, trend.maximum)
    place = (x(point.day), y(row.estimate))
    text = (
        f"{point.wave.title}: {_value(row.estimate, trend)}"
        f" ({_value(lower, trend)} to {_value(upper, trend)}), {row.base:,} people"
    )
    return Mark(*place, y(upper), y(lower), _outline(marker, *place), text)


def _outline(marker: str, x: float, y: float, size: float = 5) -> str:
    if marker == "square":
        return f"M{x - size} {y - size}h{2 * size}v{2 * size}h{-2 * size}z"
    if marker == "triangle":
        return f"M{x} {y - size - 1}l{size + 1} {2 * size}h{-2 * size - 2}z"
    if marker == "cross":
        return f"M{x - size} {y - 2}h{2 * size}v4h{-2 * size}zM{x - 2} {y - size}h4v{2 * size}h-4z"
    return f"M{x - size} {y}a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0z"


def _diamond(x: float, y: float, size: float = 7) -> str:
    return f"M{x} {y - size}l{size} {size}l{-size} {size}l{-size} {-size}z"


def _stack_labels(lines: list[Line], frame: Frame) -> int:
    """Write the labels one below the other under the axis; returns the drawing's height."""
    at = frame.bottom + BELOW_AXIS + LABEL_LINE
    for place, line in enumerate(lines):
        line.label_x, line.label_y = 24, at
        line.key = _outline(MARKERS[place], 10, at)
        at += LABEL_LINE * len(line.label) + 9
    return at


def _part_labels(lines: list[Line], frame: Frame) -> None:
    """Move labels apart until none touches another, and all stay inside."""
    ordered = sorted(lines, key=lambda line: line.label_y)
    for above, below in itertools.pairwise(ordered):
        below.label_y = max(below.label_y, above.label_y + LABEL_GAP)
    ceiling = float(frame.bottom - LABEL_LINE)
    for line in reversed(ordered):
        line.label_y = min(line.label_y, ceiling)
        ceiling = line.label_y - LABEL_GAP


def _described(one: Series, trend: Trend) -> str:
    """The series in a sentence, for those who do not see the chart."""
    if not one.shown:
        return f"{one.text}: no figure may be shown."
    told = [f"{_with_interval(point.row, trend)} in {point.wave.title}" for point in one.shown]
    told += [
        f"{_value(float(beside.figure.share), trend)} published by"
        f" {beside.figure.survey.commissioner} for {beside.figure.survey.fieldwork_start[:4]}"
        for beside in one.published
        if beside.judgement.verdict != "break"
    ]
    return f"{one.text}: {', '.join(told)}."
