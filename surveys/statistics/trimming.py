"""Trimming: no respondent weighs more than a stated multiple of the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from surveys.statistics.effects import kish
from surveys.statistics.margins import Floats, Margin, RakingRefused
from surveys.statistics.raking import BOUNDARY, rake

_SLACK = 1e-6
_ROUNDS = 2000


@dataclass(frozen=True)
class Trimming:
    """Factors over K cells under a cap, or the untrimmed ones where the cap cannot be met.

    factors: (K,) as of `rake`; margins hold to its tolerance in either case.
    capped: (K,) bool, the cells at the cap; none where it is infeasible.
    feasible: whether cap and margins hold together. Where False, nothing was trimmed: say so.
    smallest_cap: the lowest multiple of the mean any non-negative weights on these margins could
        keep to; NaN where no trimming was needed.
    rounds: times capped and raked again.
    largest_before, largest_after: highest weight as a multiple of the mean.
    design_effect_before, design_effect_after: Kish's.
    """

    factors: Floats
    capped: NDArray[np.bool_]
    feasible: bool
    smallest_cap: float
    rounds: int
    largest_before: float
    largest_after: float
    design_effect_before: float
    design_effect_after: float


def trim(
    base: ArrayLike, respondents: ArrayLike, margins: Sequence[Margin], cap: float
) -> Trimming:
    """Rake, cap weights at `cap` times their mean, rake again, until cap and margins both hold.

    base: (K,) sums of base weights; respondents: (K,) how many share them. A cell's respondents are
    taken to have the same base weight; where they have not, add a class of base weights to
    the key of the cells, since the cap then acts within them.

    A linear program first finds the smallest cap that any weights could keep to, so infeasible caps
    are recognised exactly rather than by running out of rounds (Potter 1990; Folsom & Singh 2000
    on trimming within calibration). A cap that could be kept only by weights next to 0, or is not
    met within 2,000 rounds, counts as infeasible too. Raises RakingRefused where the margins cannot
    be raked at all, ValueError for a cap that is no number above 1.
    """
    if not 1 < cap < np.inf:
        raise ValueError(f"A cap of {cap:g} times the mean is no cap: give a number above 1.")
    base = np.asarray(base, dtype=np.float64)
    n = np.where(base > 0, np.asarray(respondents, dtype=np.float64), 0)
    if np.any((base > 0) & (n <= 0)):
        raise ValueError("A cell has base weight and no respondents: count those who share it.")
    untrimmed = rake(base, margins).factors
    mean = base.sum() / n.sum() if n.sum() else 1.0
    largest = _largest(base * untrimmed, n, mean)
    if largest <= cap * (1 + _SLACK):
        return _trimming(base, n, untrimmed, untrimmed, np.zeros(base.shape, bool), np.nan, 0)

    smallest = _smallest_cap(n, margins)
    ceiling = cap * mean * n
    weight = base * untrimmed
    rounds = 0
    while cap >= smallest * (1 - _SLACK) and rounds < _ROUNDS:
        rounds += 1
        clipped = np.minimum(weight, ceiling)
        clipped *= base.sum() / clipped.sum()
        try:
            weight = clipped * rake(clipped, margins).factors
        except RakingRefused:
            break
        factors = np.where(base > 0, weight / np.where(base > 0, base, 1), 1.0)
        if factors.min() < BOUNDARY:
            break
        if np.all(weight <= ceiling * (1 + _SLACK)):
            capped = (n > 0) & (weight >= ceiling * (1 - _SLACK))
            return _trimming(base, n, untrimmed, factors, capped, smallest, rounds)
    nothing = np.zeros(base.shape, bool)
    return _trimming(base, n, untrimmed, untrimmed, nothing, smallest, rounds, feasible=False)


def clip_and_share(
    weight: ArrayLike, respondents: ArrayLike, cap: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Weights at most `cap`, the excess shared equally among those below, until none is above.

    weight: (K,) weight of each respondent of a cell; cap in the same unit. R's trimWeights with
    strict=TRUE. It breaks the margins: a yardstick, not what reports use. Returns the weights and
    which of them were ever cut. Raises ValueError where the cap is below the mean weight.
    """
    w = np.asarray(weight, dtype=np.float64).copy()
    n = np.asarray(respondents, dtype=np.float64)
    if not cap * n.sum() >= w @ n:
        raise ValueError(f"A cap of {cap:g} is below the mean weight: nobody can take the excess.")
    cut = np.zeros(w.shape, dtype=bool)
    while np.any(above := (w > cap) & (n > 0)):
        cut |= above
        excess = float((w[above] - cap) @ n[above])
        w[above] = cap
        if n[~cut].sum() == 0:
            break
        w[~cut] += excess / n[~cut].sum()
    return w, cut


def _smallest_cap(n: Floats, margins: Sequence[Margin]) -> float:
    """Least m with weights 0 <= w_k <= m n_k on the margins, the mean weight being 1."""
    if not margins:
        return 1.0
    cells = np.flatnonzero(n > 0)
    size = n[cells] / n[cells].sum()
    # In units of the cap: s_k = w_k / (m n_k) in [0, 1], and 1/m is to be as large as can be.
    rows = []
    for margin in margins:
        inside = margin.of_cell[cells] == np.arange(len(margin.categories))[:, None]
        rows.append(np.column_stack([inside * size, -margin.shares]))
    equations = np.vstack(rows)
    solution = optimize.linprog(
        np.append(np.zeros(cells.size), -1.0),
        A_eq=equations,
        b_eq=np.zeros(len(equations)),
        bounds=(0, 1),
        method="highs",
    )
    if solution.x is None or not solution.x[-1] > 0:
        raise ArithmeticError(f"The smallest cap could not be found: {solution.message}")
    return 1 / float(solution.x[-1])


def _largest(weight: Floats, n: Floats, mean: float) -> float:
    return float((weight[n > 0] / n[n > 0]).max() / mean) if np.any(n > 0) else np.nan


def _trimming(
    base: Floats,
    n: Floats,
    before: Floats,
    after: Floats,
    capped: NDArray[np.bool_],
    smallest: float,
    rounds: int,
    feasible: bool = True,
) -> Trimming:
    occupied = n > 0
    mean = base.sum() / n.sum() if n.sum() else 1.0

    def effect(factors: Floats) -> float:
        weight, count = (base * factors)[occupied], n[occupied]
        return float(kish(count.sum(), weight.sum(), (weight**2 / count).sum()).design_effect)

    return Trimming(
        factors=after,
        capped=capped,
        feasible=feasible,
        smallest_cap=float(smallest),
        rounds=rounds,
        largest_before=_largest(base * before, n, mean),
        largest_after=_largest(base * after, n, mean),
        design_effect_before=effect(before),
        design_effect_after=effect(after),
    )
