"""Numbers as people read them: whole per cent, honest about what is not known."""

from surveys.reports.comparisons import Comparison
from surveys.statistics.differences import minimum_detectable


def percent(share: float, decimals: int = 0) -> str:
    """A share as per cent."""
    return f"{share:.{decimals}%}"


def points(difference: float, decimals: int = 0) -> str:
    """The size of a gap between two shares, in points."""
    size = f"{abs(difference) * 100:.{decimals}f}"
    if not float(size):
        return "less than 1 point" if decimals == 0 else "less than 0.1 points"
    return f"{size} point{'s' * (size != '1')}"


def change(one: Comparison) -> str:
    """What a comparison says, in a sentence or two that fit its verdict."""
    if one.tested:
        return _tested(one)
    return _beside(one)


def _figure(one: Comparison, value: float, decimals: int = 0) -> str:
    """A share as per cent; a mean with one decimal more."""
    return f"{value:.{decimals + 1}f}" if one.is_mean else percent(value, decimals)


def _size(one: Comparison, value: float, decimals: int = 0) -> str:
    return f"{abs(value):.{decimals + 1}f}" if one.is_mean else points(value, decimals)


def _decimals(one: Comparison, *ends: float) -> int:
    """One more where whole figures would contradict each other: from 58% to 62%, up 3 points.

    So too where an end of an interval that does not hold 0 would be written as 0.
    """
    steps = 10 if one.is_mean else 100
    shown = round(one.estimate * steps) - round(one.their_estimate * steps)
    contradicts = shown != round(one.difference * steps)
    return int(contradicts or any(round(end * steps) == 0 for end in ends))


def _tested(one: Comparison) -> str:
    assert one.lower is not None
    assert one.upper is not None
    assert one.standard_error is not None
    if one.lower > 0 or one.upper < 0:
        direction = "Up" if one.difference > 0 else "Down"
        low, high = sorted((abs(one.lower), abs(one.upper)))
        exact = _decimals(one, low)
        near, far = (
            f"{end * (1 if one.is_mean else 100):.{exact + one.is_mean}f}" for end in (low, high)
        )
        unit = "" if one.is_mean else " points"
        likely = (
            f"between {near} and {far}{unit}"
            if float(near)
            else f"at most {far}{unit}, and may be next to nothing"
        )
        return (
            f"{direction} {_size(one, one.difference, exact)} since {one.label}, from"
            f" {_figure(one, one.their_estimate, exact)} to {_figure(one, one.estimate, exact)}."
            f" Chance alone would rarely do this: the change is likely to be {likely}."
        )
    seen = float(minimum_detectable(one.standard_error))
    return (
        f"No detectable change since {one.label}: {_figure(one, one.their_estimate)} then,"
        f" {_figure(one, one.estimate)} now. We could have seen a change of {_size(one, seen)}."
    )


def _beside(one: Comparison) -> str:
    published = one.with_.startswith("survey:")
    # What others print as whole per cent has no decimal to compare with.
    exact = 0 if published else _decimals(one)
    if not float(f"{abs(one.difference) * (1 if one.is_mean else 100):.{exact + one.is_mean}f}"):
        gap = "about the same"
    else:
        gap = f"{_size(one, one.difference, exact)} {'higher' if one.difference > 0 else 'lower'}"
    source = f"{one.label}, {one.year}" if published else one.label
    text = (
        f"{_figure(one, one.estimate, exact)} now, beside"
        f" {_figure(one, one.their_estimate, exact)} ({source}): {gap}."
    )
    if one.judgement.reasons:
        first, *others = one.judgement.reasons
        more = {0: "", 1: " There is 1 more reason below."}.get(
            len(others), f" There are {len(others)} more reasons below."
        )
        text += f" This may not be change. {first}{more}"
    elif one.low_base:
        text += " Too few people answered to say whether this is change."
    if one.standard_error is None:
        return text + " Their base is not published, so the gap is not tested."
    return text + f" Sampling alone could explain a gap of {_size(one, 1.96 * one.standard_error)}."
