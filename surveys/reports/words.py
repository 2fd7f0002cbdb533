"""Numbers as people read them: whole per cent, honest about what is not known."""

from surveys.reports.comparisons import Comparison
from surveys.statistics.differences import minimum_detectable


def percent(share: float) -> str:
    """A share as whole per cent."""
    return f"{share:.0%}"


def points(difference: float) -> str:
    """The size of a gap between two shares, in whole points."""
    size = round(abs(difference) * 100)
    return "less than 1 point" if size == 0 else f"{size} point{'s' * (size != 1)}"


def change(one: Comparison) -> str:
    """What a comparison says, in a sentence or two that fit its verdict."""
    if one.tested:
        return _tested(one)
    return _beside(one)


def _tested(one: Comparison) -> str:
    assert one.lower is not None
    assert one.upper is not None
    assert one.standard_error is not None
    if one.lower > 0 or one.upper < 0:
        direction = "Up" if one.difference > 0 else "Down"
        low, high = sorted((abs(one.lower), abs(one.upper)))
        return (
            f"{direction} {points(one.difference)} since {one.label}, from"
            f" {percent(one.their_estimate)} to {percent(one.estimate)}. Chance alone would rarely"
            f" do this: the change is likely to be between {low * 100:.0f} and"
            f" {high * 100:.0f} points."
        )
    seen = float(minimum_detectable(one.standard_error))
    return (
        f"No detectable change since {one.label}: {percent(one.their_estimate)} then,"
        f" {percent(one.estimate)} now. We could have seen a change of {points(seen)}."
    )


def _beside(one: Comparison) -> str:
    where = "higher" if one.difference > 0 else "lower"
    gap = f"{points(one.difference)} {where}"
    if round(abs(one.difference) * 100) == 0:
        gap = "about the same"
    source = f"{one.label}, {one.year}" if one.with_.startswith("survey:") else one.label
    text = f"{percent(one.estimate)} now, beside {percent(one.their_estimate)} ({source}): {gap}."
    if one.judgement.reasons:
        first, *others = one.judgement.reasons
        more = f" There are {len(others)} more reasons below." if len(others) > 1 else ""
        text += f" This may not be change. {first}{more}"
    elif one.low_base:
        text += " Too few people answered to say whether this is change."
    if one.standard_error is None:
        return text + " Their base is not published, so the gap is not tested."
    return text + f" Sampling alone could explain a gap of {points(1.96 * one.standard_error)}."
