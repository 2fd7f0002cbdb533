"""A line through the waves that compare: how fast a measure moves, and whether they lie on it.

It describes and claims nothing: claims are the declared comparisons with the wave before.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Question
from surveys.reports.figures import TWO_SIDED, Units
from surveys.reports.gaps import TESTED
from surveys.reports.items import subject
from surveys.reports.trends import Point, Series
from surveys.statistics.lines import FEWEST_WAVES, Line, line

FEWEST = 3  # waves: two always lie on a line
RARELY = 0.05
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class OverWaves:
    """The line of one measure; slope, lower and upper are per year, in the figure's own units."""

    question: str
    option: str  # none for a mean
    lead: str
    is_mean: bool
    unit: str
    points: tuple[Point, ...]
    fitted: Line

    @property
    def ends(self) -> tuple[float, float]:
        """95% interval of the slope; wider where waves leave the line by more than sampling."""
        half = TWO_SIDED * self.fitted.inflated_standard_error
        return self.fitted.slope - half, self.fitted.slope + half

    @property
    def scattered(self) -> bool:
        """Whether sampling explains so much scatter around the line less than once in 20 times."""
        return self.fitted.lack_of_fit_p_value < RARELY


def over_waves(question: Question, series: Sequence[Series]) -> Iterator[OverWaves]:
    """The line of each measure that has figures of at least FEWEST waves that compare."""
    for one in series:
        points = _comparable(one)
        if len(points) < FEWEST or len({point.day for point in points}) < FEWEST:
            continue
        rows = [point.row for point in points]
        fitted = line(
            [point.day.toordinal() / DAYS_A_YEAR for point in points],
            [row.estimate or 0.0 for row in rows],
            [row.standard_error or 0.0 for row in rows],
        )
        simulated = "Simulated answers: " * any(point.wave.simulated for point in points)
        yield OverWaves(
            question=question.code,
            option=one.option,
            lead=f"{simulated}{subject(question, one.option)}",
            is_mean=not one.option,
            unit=getattr(question, "unit", ""),
            points=points,
            fitted=fitted,
        )


def _comparable(one: Series) -> tuple[Point, ...]:
    """The latest waves of which each may be compared with the next, and can carry a weight: they
    are over, and have a figure with an error that rests on enough people."""
    at = {point.place: point for point in one.points}
    found: list[Point] = []
    for place in range(len(one.joins), one.since.place - 1, -1):
        if found and one.joins[place].verdict not in TESTED:
            break
        point = at.get(place)
        if point is None or not _weighs(point):
            break
        found.append(point)
    return tuple(reversed(found))


def _weighs(point: Point) -> bool:
    row = point.row
    over = point.wave.status in (Wave.Status.CLOSED, Wave.Status.PUBLISHED)
    enough = (row.effective_base or 0) >= settings.EFFECTIVE_BASE_LOW
    return over and row.estimate is not None and bool(row.standard_error) and enough


def told(one: OverWaves) -> str:
    """What follows the lead: the slope, its interval, and whether the waves lie on the line."""
    units = _units(one)
    lower, upper = one.ends
    first, last = one.points[0].wave.title, one.points[-1].wave.title
    each = f"{_way(lower, units)} to {_way(upper, units)}"
    if lower > 0 or upper < 0:
        near, far = sorted((abs(lower), abs(upper)))
        each = f"{units.number(near)} to {units.size(far)} {'up' if lower > 0 else 'down'}"
    text = (
        f": over {len(one.points)} waves, {first} to {last}, a straight line goes"
        f" {_way(one.fitted.slope, units)} a year (95% interval: {each})."
    ).replace("goes level a year", "is level")
    if lower <= 0 <= upper:
        text += " So these waves do not tell up from down."
    if one.scattered:
        wider = one.fitted.inflated_standard_error / one.fitted.standard_error
        text += (
            " They scatter around the line more than sampling explains: something else moved them"
            f" too, and the interval is {wider:.1f} times as wide for it."
        )
    else:
        text += " They scatter around it no more than sampling explains."
    if len(one.points) < FEWEST_WAVES:
        text += f" From fewer than {FEWEST_WAVES} waves that describes them and is no trend."
    return text


def _way(slope: float, units: Units) -> str:
    if not units.rounded(slope):
        return "level"
    return f"{units.size(slope)} {'up' if slope > 0 else 'down'}"


def _units(one: OverWaves) -> Units:
    """The fewest decimals with which neither end of the interval reads as level or as the other."""
    for decimals in itertools.count(1 + one.is_mean):
        units = Units(one.is_mean, one.unit, decimals)
        lower, upper = (units.rounded(end) for end in one.ends)
        if (lower and upper and lower != upper) or decimals > FINEST:
            return units
    raise AssertionError("counting ends nowhere")


FINEST = 3
