"""What can be worked out about counts that are not shown, and what else must be hidden.

Counts are whole numbers of people and everything shown about them is a linear equation: a total, a
net, a count itself. A linear program finds between which limits each hidden count must lie (Cox
1980; Hundepool et al. 2012, chapter 4). Limits are those of the reals, which hold those of the
integers: a pattern that is called safe here may be a little less wide in whole people, so audits
ask for a stated width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from surveys.statistics.margins import Floats

Mask = NDArray[np.bool_]
_EXACT = 1e-6


@dataclass(frozen=True)
class Audit:
    """What everything shown says about the hidden counts.

    hidden: (H,) places of the hidden counts; lower, upper: (H,) limits between which each must lie.
    exposed: (H,) whether its limits are too close: for a count that must be protected, closer than
        the threshold; for any other, the same.
    """

    hidden: NDArray[np.intp]
    lower: Floats
    upper: Floats
    exposed: Mask

    @property
    def safe(self) -> bool:
        """Whether no hidden count can be worked out."""
        return not bool(self.exposed.any())


def table_equations(rows: int, columns: int) -> Floats:
    """(R + C, R*C) the totals of a table's rows and columns, of counts row by row."""
    return np.vstack([np.kron(np.eye(rows), np.ones(columns)), np.tile(np.eye(columns), rows)])


def small(counts: ArrayLike, threshold: int) -> Mask:
    """Which counts are of somebody, and of fewer people than the threshold."""
    n = np.asarray(counts)
    return np.asarray((n > 0) & (n < threshold))


def audit(
    counts: ArrayLike, equations: ArrayLike, hidden: ArrayLike, protected: ArrayLike, threshold: int
) -> Audit:
    """Limits of every hidden count, given all others and the (E, C) equations over them.

    counts: (C,); hidden, protected: (C,) masks. A protected count's limits must be `threshold`
    apart, so that it cannot be told to within that many people; every other hidden count's must
    not be a point, as that would open the equation that it protects.
    """
    n = np.asarray(counts, dtype=np.float64)
    A = np.asarray(equations, dtype=np.float64)
    mask, must = np.asarray(hidden, bool), np.asarray(protected, bool)
    places = np.flatnonzero(mask)
    if not len(places):
        nothing = np.zeros(0)
        return Audit(places, nothing, nothing, np.zeros(0, bool))
    known = A @ np.where(mask, 0, n)
    free = A[:, places]
    telling = np.any(free != 0, axis=1)
    free, totals = free[telling], (A @ n - known)[telling]
    lower, upper = (
        np.array([_limit(free, totals, place, sign) for place in range(len(places))])
        for sign in (1, -1)
    )
    width = upper - lower
    exposed = np.where(must[places], width < threshold - _EXACT, width < _EXACT)
    return Audit(places, lower, upper, exposed)


def protect(
    counts: ArrayLike,
    equations: ArrayLike,
    protected: ArrayLike,
    threshold: int,
    order: Sequence[int] | None = None,
) -> Mask | None:
    """(C,) which counts to hide so that no protected one can be worked out; None where no pattern
    can do it and the whole table has to be withheld.

    Starts with everything hidden and shows again what may be shown, the most people first, or in
    `order`. What is left cannot be made smaller by showing any one more, though another pattern
    may be smaller still.
    """
    n = np.asarray(counts, dtype=np.float64)
    must = np.asarray(protected, bool)
    if not must.any():
        return np.zeros(n.shape, bool)
    hidden = np.ones(n.shape, bool)
    if _gives_away(n, equations, hidden, must, threshold):
        return None
    shown_first = np.argsort(-n, kind="stable") if order is None else np.asarray(order, np.intp)
    for _ in range(2):  # what others turned out to tell is shown in the second round
        for place in shown_first:
            if must[place] or not hidden[place]:
                continue
            hidden[place] = False
            hidden[place] = _gives_away(n, equations, hidden, must, threshold)
    return hidden


def _gives_away(
    counts: Floats, equations: ArrayLike, hidden: Mask, protected: Mask, threshold: int
) -> bool:
    """Whether a protected count can be told too closely. Others may be told: they are harmless."""
    found = audit(counts, equations, hidden, protected, threshold)
    return bool((found.exposed & protected[found.hidden]).any())


def _limit(equations: Floats, totals: Floats, place: int, sign: int) -> float:
    """Least (sign 1) or greatest (sign -1) value of one count that the equations allow."""
    cost = np.zeros(equations.shape[1])
    cost[place] = sign
    if not len(equations):
        return 0.0 if sign > 0 else np.inf
    found = optimize.linprog(cost, A_eq=equations, b_eq=totals, bounds=(0, None), method="highs")
    if found.status == 3:  # unbounded: nothing shown limits it
        return float(np.inf)
    if found.x is None:
        raise ArithmeticError(f"The limits of a hidden count could not be found: {found.message}")
    return float(found.x[place])
