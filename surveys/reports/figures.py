"""The numbers of a sentence: rounded so that none of them contradicts another."""

from dataclasses import dataclass

from surveys.reports.gaps import Comparison

WHOLE = 0.01  # a published figure printed in this unit has no decimal to show
TWO_SIDED = 1.959963984540054  # standard errors that hold 95%
NOTHING = "next to nothing"


@dataclass(frozen=True)
class Figures:
    """What a sentence prints of one comparison whose two figures are both shown."""

    now: str
    then: str
    direction: str  # "up" or "down"
    size: str  # of the gap
    gap: str  # "6 points higher", "about the same"
    interval: str
    detectable: str
    alone: str  # a gap that sampling alone could explain


@dataclass(frozen=True)
class Units:
    """How a figure is written: per cent and points, or a mean on its own scale."""

    is_mean: bool
    unit: str
    decimals: int

    def rounded(self, value: float) -> float:
        """The number that is printed; never a negative nought."""
        return round(value * (1 if self.is_mean else 100), self.decimals) + 0.0

    def number(self, value: float) -> str:
        """It, as text, without its unit."""
        return f"{self.rounded(value):.{self.decimals}f}"

    def figure(self, value: float) -> str:
        """A share or a mean."""
        if self.is_mean:
            return f"{self.number(value)} {self.unit}".rstrip()
        return f"{self.number(value)}%"

    def size(self, value: float) -> str:
        """How large a gap is, whatever its sign."""
        text = self.number(abs(value))
        least = f"{10.0**-self.decimals:.{self.decimals}f}"
        if not float(text):
            return f"less than {least}{self.named(least)}"
        return text + self.named(text)

    def moved(self, value: float) -> str:
        """A gap with its direction."""
        if not self.rounded(value):
            return "no gap"
        return f"{self.size(value)} {'up' if value > 0 else 'down'}"

    def named(self, text: str) -> str:
        """The unit of a gap, with a space before it."""
        if self.is_mean:
            return f" {self.unit}".rstrip()
        return " point" if text == "1" else " points"


def percent(share: float) -> str:
    """A share as whole per cent."""
    return Units(False, "", 0).figure(share)


def figures(one: Comparison) -> Figures:
    """Write a comparison's numbers; its two figures are known."""
    assert one.estimate is not None
    assert one.their_estimate is not None
    assert one.difference is not None
    units = _units(one)
    gap = _gap(one, units)
    size = units.size(gap)
    higher = "higher" if gap > 0 else "lower"
    return Figures(
        now=units.figure(one.estimate),
        then=_theirs(one, units).figure(one.their_estimate),
        direction="up" if one.difference > 0 else "down",
        size=size,
        gap=f"{size} {higher}" if units.rounded(gap) else "about the same",
        interval=_interval(one, units),
        detectable=units.size(one.outcome.detectable) if one.outcome else "",
        alone=_alone(one, units, size),
    )


def _theirs(one: Comparison, units: Units) -> Units:
    whole = one.print is not None and one.print.rounding >= WHOLE
    return Units(one.is_mean, one.unit, 0) if whole else units


def _gap(one: Comparison, units: Units) -> float:
    """Between the figures as printed: a reader who subtracts them gets what we say."""
    assert one.estimate is not None
    assert one.their_estimate is not None
    shown = units.rounded(one.estimate) - _theirs(one, units).rounded(one.their_estimate)
    return shown if one.is_mean else shown / 100


def _units(one: Comparison) -> Units:
    """Whole per cent, or with the fewest decimals that keep figures from contradicting each other.

    From 58% to 62%, up 3 points; a share of 0% that somebody is in; an interval that begins at 0
    and leaves it out, or is a point; nothing found where the gap is as large as what could be seen.
    """
    whole, finer, finest = (Units(one.is_mean, one.unit, one.is_mean + more) for more in range(3))
    if not (_contradict(one, whole) or _crude(one, whole)):
        return whole
    return finest if _contradict(one, finer) else finer


def _crude(one: Comparison, units: Units) -> bool:
    """What one decimal more mends: from there on the gap is between the figures as printed."""
    assert one.difference is not None
    if units.rounded(_gap(one, units)) != units.rounded(one.difference):
        return True
    ends = _ends(one) or ()
    return not all(units.rounded(end) for end in ends) or _seems_empty(one, units)


def _contradict(one: Comparison, units: Units) -> bool:
    gap = units.rounded(_gap(one, units))
    test = one.outcome
    if test and not test.found and gap and abs(gap) >= units.rounded(test.detectable):
        return True
    ends = _ends(one)
    return ends is not None and units.rounded(ends[0]) == units.rounded(ends[1])


def _ends(one: Comparison) -> tuple[float, float] | None:
    """The interval that the sentence prints: of a test, of a change of the same people, or of two
    arms of which all of one answered alike."""
    printed = one.outcome is not None or one.bounds is not None or one.relation == "pair"
    if one.interval is None or not printed:
        return None
    return one.interval[1:]


def _seems_empty(one: Comparison, units: Units) -> bool:
    """Whether a share would read as nobody or everybody, and is neither."""
    if one.is_mean:
        return False
    shares = (one.estimate or 0.0, one.their_estimate or 0.0)
    return any(0 < share < 1 and units.rounded(share) in (0, 100) for share in shares)


def _interval(one: Comparison, units: Units) -> str:
    """On one side of 0 as "2 to 10 points", on both as "3 points down to 4 up"."""
    ends = _ends(one)
    if ends is None:
        return ""
    if ends[0] > 0 or ends[1] < 0:
        near, far = sorted(abs(end) for end in ends)
        return f"{units.number(near) if units.rounded(near) else NOTHING} to {units.size(far)}"
    below, above = ("down", "up") if one.between_waves else ("lower", "higher")
    lower, upper = (units.rounded(end) for end in ends)
    if not lower:
        return f"{NOTHING} to {units.size(ends[1])} {above}"
    high = f"{units.number(ends[1])} {above}" if upper else NOTHING
    return f"{units.size(ends[0])} {below} to {high}"


def _alone(one: Comparison, units: Units, size: str) -> str:
    """With a decimal more where it would read like the gap and is not."""
    if one.standard_error is None:
        return ""
    gap = TWO_SIDED * one.standard_error
    finer = Units(units.is_mean, units.unit, units.decimals + 1)
    return finer.size(gap) if units.size(gap) == size else units.size(gap)
