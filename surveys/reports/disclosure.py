"""No small group is shown, and no figure that says nothing; what is hidden is never stored.

Disclosure: a figure about fewer than DISCLOSURE_MINIMUM people is hidden. Reliability: below an
effective base of EFFECTIVE_BASE_MINIMUM nothing is shown. What can be worked out counts as shown,
so more is hidden where it has to be: within a segment, between segments that overlap, and between
an organisation and its siblings. `dominance` adds the rule for what single people chose, and
`ledger` what an earlier release has told.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.reports.models import Estimate
from surveys.reports.slices import EVERYONE, Division, Slice
from surveys.statistics.suppression import audit, protect, small

Suppressed = Estimate.Suppressed
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEWEST_CHILDREN = 3  # with answers, below an organisation that is shown
LARGEST_CHILD = 0.5  # of an organisation's answers, at most, are those of one below it


@dataclass(frozen=True)
class Bases:
    """How many people one question's figures rest on, for one slice."""

    base: int
    effective_base: float  # Kish's, of those who answered


def suppress(
    divisions: Sequence[Division],
    bases: Mapping[Slice, Bases],
    *,
    minimum: int,
    effective_minimum: float,
    parents: Mapping[str, str | None] | None = None,
) -> dict[Slice, str]:
    """Decide for each slice of one question whether it is shown, and if not, why.

    bases: the slices in which anybody answered; others are known to be empty. parents: the
    organisation above each, where organisations are told apart.

    Returns a value of Estimate.Suppressed for each of `bases`, in its order.
    """
    counts = {one: has.base for one, has in bases.items()}
    leading = _one_leads(counts, parents or {})
    found = {}
    for one, has in bases.items():
        if has.base < minimum or one.organisation in leading:
            found[one] = Suppressed.PRIMARY
        elif not has.effective_base >= effective_minimum:
            found[one] = Suppressed.UNRELIABLE
        else:
            found[one] = Suppressed.NO
    small_ones = {one for one, base in counts.items() if base < minimum}
    hidden = hide(
        divisions, counts, small_ones, {one for one, why in found.items() if why}, minimum
    )
    return {
        one: why or (Suppressed.SECONDARY if one in hidden else Suppressed.NO)
        for one, why in found.items()
    }


def unless_unreliable(row: Estimate) -> Estimate:
    """The row, without its number where the effective base that it shows is too small.

    A group is hidden where Kish's is; the figure's own may be smaller still.
    """
    if row.effective_base is not None and row.effective_base < settings.EFFECTIVE_BASE_MINIMUM:
        row.suppressed = Suppressed.UNRELIABLE
        for name in NUMBERS:
            setattr(row, name, None)
    return row


NUMBERS = (
    *("estimate", "unweighted", "standard_error", "lower", "upper"),
    *("base", "effective_base"),
)


def _one_leads(counts: Mapping[Slice, int], parents: Mapping[str, str | None]) -> set[str]:
    """The organisations whose figures would be told by what one below them knows of itself.

    A part of the whole survey is shown only with at least three organisations below it that have
    answers, none of them with more than half.
    """
    found = set()
    for code in set(parents.values()) - {None, EVERYONE.organisation}:
        below = [counts.get(Slice(one), 0) for one, above in parents.items() if above == code]
        largest = max(below) > LARGEST_CHILD * counts.get(Slice(str(code)), 0)
        if np.count_nonzero(below) < FEWEST_CHILDREN or largest:
            found.add(str(code))
    return found


def hide(
    divisions: Sequence[Division],
    counts: Mapping[Slice, int],
    must: Set[Slice],
    hidden: Set[Slice],
    minimum: int,
    unknown: Set[Slice] = frozenset(),
) -> set[Slice]:
    """The slices to hide so that nobody can tell a small group to within `minimum` people.

    counts: of people, by slice; must: those to protect; hidden: those that are hidden anyway, they
    and more are returned; unknown: those whose count nobody can know. Everyone is never hidden for
    another's sake: where all of a division is hidden, only everyone's count tells of it.
    """
    found = set(hidden) | must
    while True:
        before = len(found)
        for division in divisions:
            found |= _hide(division, counts, must, found, minimum, unknown)
        if len(found) == before:
            return found


def _hide(
    division: Division,
    counts: Mapping[Slice, int],
    must: Set[Slice],
    hidden: Set[Slice],
    minimum: int,
    unknown: Set[Slice],
) -> set[Slice]:
    members = division.members
    n = np.array([counts.get(one, 0) for one in members] + [0] * len(division.helpers), np.float64)
    never = np.array([one in unknown for one in members] + [True] * len(division.helpers))
    lower, upper = implied(n, division.equations, never)
    # A helper that is known to be empty protects nobody.
    n = np.where(never, lower, n)
    masked = np.array([one in hidden for one in members] + [True] * len(division.helpers))
    masked &= (n > 0) | (never & (upper > 0))
    protected = never & (upper > 0) & (lower < minimum) & (upper - lower < minimum)
    protected |= np.array([one in must for one in members] + [False] * len(division.helpers))
    protected &= small(n, minimum) | (never & (upper > 0))
    fixed = np.array([one == EVERYONE for one in members] + [False] * len(division.helpers))
    pattern = protect(
        *(n, division.equations, protected, minimum),
        hidden=masked,
        fixed=fixed,
        totals=np.zeros(len(division.equations)),
    )
    if pattern is None:
        pattern = (n > 0) & ~fixed
    return {one for one, closed in zip(members, pattern, strict=False) if closed}


def implied(counts: Floats, equations: Floats, unknown: Mask) -> tuple[Floats, Floats]:
    """Limits of every count, (C,) each, where all are known but some; equations come to 0."""
    places, totals = np.flatnonzero(unknown), np.zeros(len(equations))
    lower, upper = counts.copy(), counts.copy()
    if not places.size:
        return lower, upper
    free, rest = equations[:, places], -equations[:, ~unknown] @ counts[~unknown]
    solved, _, rank, _ = np.linalg.lstsq(free, rest)
    if rank == places.size:  # the sums settle each of them
        lower[places] = upper[places] = np.round(solved, 6)
        return lower, upper
    found = audit(counts, equations, unknown, np.zeros(counts.shape, bool), 0, totals)
    lower[found.hidden] = np.round(found.lower, 6)
    upper[found.hidden] = np.round(found.upper, 6)
    return lower, upper
