"""How many digits figures have where a small group is hidden that weights tell apart.

A weighted figure with all its digits is an equation: whoever knows the weights, which follow from
the margins and from how many people are shown, finds the whole numbers that solve it, and with them
what the people of a hidden group answered. A linear program does not see this, because it is the
digits that tell. So in such a question every figure is rounded to a step that is worth at least
PEOPLE answers, with everybody counted once as well, and its error says what the step adds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, hypot, isfinite, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.derivation import following_from_cell
from surveys.questionnaires.document import SCALE_POINTS, Document, Scale, WholeNumber
from surveys.reports.items import Item
from surveys.reports.models import Contrast, Estimate
from surveys.reports.slices import EVERYONE, Slice
from surveys.statistics.intervals import student, wilson, within_scale
from surveys.statistics.margins import Margin

Towards = Callable[[float], int]
Ends = tuple[float, float]
Floats = NDArray[np.float64]
Hidden = Mapping[tuple[str, str, Slice], str]  # as `hiding.hidden_figures` returns it

PEOPLE = 3
FINEST_SHARE, FINEST_MEAN = 0.001, 0.01
TELLS_OF_FEW = set(Estimate.Suppressed) - {Estimate.Suppressed.NO, Estimate.Suppressed.UNRELIABLE}


def coarse_questions(
    document: Document,
    margins: Sequence[Margin],
    weights: Floats,
    items: Sequence[Item],
    groups: Mapping[Slice, Floats],
    hidden: Hidden,
    minimum: int,
) -> dict[str, float]:
    """The questions in which weights tell a hidden group apart, with the largest weight of one.

    margins: as raked to, none where all weigh alike; weights: (K,) of a person in each cell, beside
    the mean; groups: (K, slots) counts of people, of everyone and of each part. Weights differ
    between the categories of a margin. So a question counts where fewer than `minimum` of a
    category answered it, or where a part is hidden of a segment that the cells determine. Weights
    are 1, 2 or 5 times a power of ten: that of a small group would tell how small it is.
    """
    found: dict[str, float] = {}
    if not margins:
        return found

    def add(question: str, people: Floats) -> None:
        mean = float((weights @ people) / people.sum())
        found[question] = max(found.get(question, 1.0), round_number(mean))

    by_weight = set(following_from_cell(document))
    for item in items:
        everyone = groups[EVERYONE] @ item.answered
        for margin in margins:
            for place, people in enumerate(margin.totals(everyone)):
                if 0 < people < minimum:
                    add(item.question, everyone * (margin.of_cell == place))
        for one, counts in groups.items():
            if one.segment not in by_weight:
                continue
            if hidden.get((item.question, item.option, one)) not in TELLS_OF_FEW:
                continue
            answered = counts @ item.answered
            if answered.any():
                add(item.question, answered)
    return found


@dataclass(frozen=True)
class Steps:
    """The steps of a document's figures; coarse: as `coarse_questions` found them."""

    document: Document
    coarse: Mapping[str, float]

    def step(self, question: str, option: str, base: float) -> float | None:
        """What a figure of `base` people is rounded to; None where it keeps its digits.

        The least of 1, 2 and 5 times a power of ten that is not below what PEOPLE of the hidden
        group move the figure by. Of 1,000 people with weights up to 2 it is 1 per cent.
        """
        if question not in self.coarse:
            return None
        least, largest = self.ends(question, option)
        finest = FINEST_SHARE if option else FINEST_MEAN
        return max(finest, round_number(PEOPLE * self.coarse[question] * (largest - least) / base))

    def ends(self, question: str, option: str) -> Ends:
        """The least and the largest that a share or, without an option, a mean can be."""
        asked = self.document.questions[question]
        if not option and isinstance(asked, Scale):
            return 0.0, SCALE_POINTS - 1.0
        if not option and isinstance(asked, WholeNumber):
            return float(asked.minimum), float(asked.maximum)
        return 0.0, 1.0

    def estimates(self, rows: Iterable[Estimate]) -> Iterator[Estimate]:
        """The same rows, those of coarse questions rounded."""
        for row in rows:
            if row.estimate is not None and row.base:
                step = self.step(row.question, row.option, row.base)
                if step is not None:
                    _round_estimate(row, step, self.ends(row.question, row.option))
            yield row

    def of_contrast(self, row: Contrast) -> float | None:
        """What the figures of a pair or an arm are rounded to; None where they keep their digits,
        or are hidden."""
        kind, _, other = row.against.partition(":")
        question = other if kind == "pair" and other in self.coarse else row.question
        if row.difference is None or not row.base or not row.their_base:
            return None
        return self.step(question, row.option, min(row.base, row.their_base))

    def contrasts(self, rows: Iterable[Contrast]) -> Iterator[Contrast]:
        """The same rows, rounded where one of the two questions is coarse."""
        for row in rows:
            step = self.of_contrast(row)
            if step is not None:
                _round_contrast(row, step, self.ends(row.question, row.option))
            yield row


def _round_estimate(row: Estimate, step: float, ends: Ends) -> None:
    """Round a figure; what goes with it is made of the rounded one, and so tells no more.

    The degrees of freedom are those of the base, which is shown: a segment's people that did not
    answer would be told by the digits of an interval.
    """
    for name in ("estimate", "unweighted"):
        setattr(row, name, _kept(to_step(getattr(row, name), step), ends))
    base = float(row.base or 0)
    figure, error = row.estimate or 0.0, with_step(row.standard_error or 0.0, step, 1)
    if row.statistic == Estimate.Statistic.MEAN:
        worth = two_digits(row.effective_base or 0.0, floor)
        lower, upper = within_scale(student(figure, error, base - 1), ends)
    else:
        worth = min(figure * (1 - figure) / error**2, base)
        worth = worth or two_digits(row.effective_base or 0.0, floor)
        lower, upper = wilson(figure, worth)
    row.standard_error, row.effective_base = error, worth
    row.lower, row.upper = float(lower), float(upper)


def _kept(value: float, ends: Ends) -> float:
    """A mean of 7 to a step of 2 is 8, which a scale that ends at 7 has not."""
    return min(max(value, ends[0]), ends[1])


def _round_contrast(row: Contrast, step: float, ends: Ends) -> None:
    for name in ("estimate", "their_estimate", "unweighted", "their_unweighted"):
        setattr(row, name, _kept(to_step(getattr(row, name), step), ends))
    longest = ends[1] - ends[0]
    if row.lower is not None and row.upper is not None:
        row.lower = max(to_step(row.lower, step, floor), -longest)
        row.upper = min(to_step(row.upper, step, ceil), longest)
    row.difference = to_step((row.estimate or 0.0) - (row.their_estimate or 0.0), step)
    row.standard_error = with_step(row.standard_error or 0.0, step, 2)
    row.effective_base = two_digits(row.effective_base or 0.0, floor)


def with_step(error: float, step: float, figures: int) -> float:
    """A standard error with that of so many rounded figures, each uniform over a step, and rounded
    itself: up, because the few of the hidden group with their large weights are most of it."""
    return to_step(hypot(error, step * sqrt(figures / 12)), step / 4, ceil)


def to_step(value: float, step: float, towards: Towards = round) -> float:
    """The multiple of a step that is nearest, or with `floor` and `ceil` the one beyond which the
    value does not lie."""
    # 0.35 is 7.0000000000000001 steps of 0.05: what is a whole number but for that is one.
    return float(round(towards(round(value / step, 9)) * step, 9))


def two_digits(value: float, towards: Towards) -> float:
    """A number to its first two digits, towards one end; 0 as it is."""
    if not value or not isfinite(value):
        return value
    return to_step(value, 10.0 ** (floor(log10(abs(value))) - 1), towards)


def round_number(value: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is not below a value above 0."""
    power = 10.0 ** floor(log10(value))
    return float(
        round(next(one for one in (1, 2, 5, 10) if one * power >= value - 1e-12) * power, 9)
    )
