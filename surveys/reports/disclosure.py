"""No small group is shown, and no figure that says nothing: two rules, in plain form.

Disclosure: a figure about fewer than DISCLOSURE_MINIMUM people is hidden, and where everyone less
all shown values of a segment would give it back, the next smallest value is hidden as well.
Reliability: below an effective base of EFFECTIVE_BASE_MINIMUM a figure is not shown. What is hidden
is never stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.reports.models import Estimate

Suppressed = Estimate.Suppressed


@dataclass(frozen=True)
class Bases:
    """How many people one question's figures rest on, for one value of one segment."""

    segment: str  # "" for everyone
    value: str
    base: int
    effective_base: float  # Kish's, of those who answered


def suppress(bases: Sequence[Bases], *, minimum: int, effective_minimum: float) -> list[str]:
    """Decide for each group of one question whether its figures are shown, and if not, why.

    Returns a value of Estimate.Suppressed for each of `bases`, in order.
    """
    found = [_primary(one, minimum, effective_minimum) for one in bases]
    everyone = next((one.base for one in bases if not one.segment), 0)
    for segment in {one.segment for one in bases if one.segment}:
        mine = [place for place, one in enumerate(bases) if one.segment == segment]
        _hide_remainder(bases, found, mine, everyone, minimum)
    return found


def _hide_remainder(
    bases: Sequence[Bases], found: list[str], mine: list[int], everyone: int, minimum: int
) -> None:
    """Hide the next smallest values until what all shown ones leave over is no small group.

    Everyone less all shown values is what is left over: the hidden values, and those who have no
    value in this segment, who are never shown either.
    """
    if all(found[place] != Suppressed.PRIMARY for place in mine):
        return
    without_value = everyone - sum(bases[place].base for place in mine)
    shown = sorted(
        (place for place in mine if found[place] == Suppressed.NO),
        key=lambda place: (bases[place].base, place),
    )
    for place in shown:
        hidden = [other for other in mine if found[other] != Suppressed.NO]
        groups = len(hidden) + (without_value >= minimum)
        left_over = sum(bases[other].base for other in hidden) + without_value
        if groups > 1 and left_over >= minimum:
            return
        found[place] = Suppressed.SECONDARY


def _primary(one: Bases, minimum: int, effective_minimum: float) -> str:
    if one.base < minimum:
        return Suppressed.PRIMARY
    if not one.effective_base >= effective_minimum:
        return Suppressed.UNRELIABLE
    return Suppressed.NO
