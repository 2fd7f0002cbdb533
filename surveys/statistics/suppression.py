"""What can be worked out about counts that are not shown, and what else must be hidden.

Counts are whole numbers of people and everything shown about them is a linear equation: a total, a
net, a count itself. A linear program finds between which limits each hidden count must lie (Cox
1980; Hundepool et al. 2012, chapter 4). Limits are those of the reals, which hold those of the
integers: a pattern that is called safe here may be a little less wide in whole people, so audits
ask for a stated width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, optimize

from surveys.statistics.margins import Floats

Mask = NDArray[np.bool_]
_EXACT = 1e-6
_RIDGE = 1e-11


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
    counts: ArrayLike,
    equations: ArrayLike,
    hidden: ArrayLike,
    protected: ArrayLike,
    threshold: ArrayLike,
    totals: ArrayLike | None = None,
) -> Audit:
    """Limits of every hidden count, given all others and the (E, C) equations over them.

    counts: (C,); hidden, protected: (C,) masks; totals: (E,) what each equation is known to come
    to, by default what it comes to; with it hidden counts need not be known here. A protected
    count's limits must be `threshold` (one for all, or (C,)) apart, so that it cannot be told to
    within that many people; every other hidden count's must not be a point, as that would open the
    equation that it protects.
    """
    system = _System.of(counts, equations, hidden, totals)
    must = np.asarray(protected, bool)
    apart = np.broadcast_to(np.asarray(threshold, np.float64), must.shape)
    places = np.flatnonzero(system.hidden)
    limits = [system.limits(place) for place in places.tolist()]
    lower = np.array([one.lower for one in limits], np.float64)
    upper = np.array([one.upper for one in limits], np.float64)
    width = upper - lower
    exposed = np.where(must[places], width < apart[places] - _EXACT, width < _EXACT)
    return Audit(places, lower, upper, exposed)


def protect(
    counts: ArrayLike,
    equations: ArrayLike,
    protected: ArrayLike,
    threshold: ArrayLike,
    *,
    hidden: ArrayLike = False,
    fixed: ArrayLike = False,
    totals: ArrayLike | None = None,
) -> Mask | None:
    """(C,) which counts to hide so that no protected one can be worked out; None where no pattern
    can do it and the whole table has to be withheld.

    hidden: (C,) what is hidden anyway; fixed: (C,) what is shown whatever happens; the rest as for
    `audit`. Others are hidden one by one, the fewest people first, out of those that a limit of a
    protected count rests on: those with a price in the linear program. Where no count that may be
    hidden has one, the program is at its best for every pattern, so that none is safe. At last
    what proved not to be needed is shown again; then no single count more could be, though another
    pattern may be smaller still.
    """
    n = np.asarray(counts, dtype=np.float64)
    must = np.asarray(protected, bool)
    anyway = must | np.asarray(hidden, bool)
    stays = np.broadcast_to(np.asarray(fixed, bool), n.shape)
    apart = np.broadcast_to(np.asarray(threshold, np.float64), n.shape)
    system = _System.of(n, equations, anyway, totals)
    added: list[int] = []
    for place in np.flatnonzero(must).tolist():
        while (found := system.limits(place, apart[place])).width < apart[place] - _EXACT:
            resting = [other for other in found.rests_on if not stays[other]]
            if not resting:
                return None
            # One that nobody is in can only be thought larger: it protects least.
            added.append(min(resting, key=lambda other: (n[other] == 0, n[other], other)))
            system = system.hiding(added[-1], True)
    for place in sorted(added, key=lambda other: -n[other]):
        without = system.hiding(place, False)
        if not without.exposes(must, apart):
            system = without
    return system.hidden


@dataclass(frozen=True)
class _Limits:
    """Between which numbers a count lies, and the shown counts that these limits rest on."""

    lower: float
    upper: float
    rests_on: frozenset[int]

    @property
    def width(self) -> float:
        return self.upper - self.lower


@dataclass(frozen=True)
class _System:
    """Counts, the equations over them, and which of them are hidden."""

    counts: Floats  # (C,)
    equations: Floats  # (E, C)
    totals: Floats  # (E,)
    hidden: Mask  # (C,)
    _parts: list[_Part] = field(default_factory=list)  # as far as they were looked at

    @classmethod
    def of(
        cls,
        counts: ArrayLike,
        equations: ArrayLike,
        hidden: ArrayLike,
        totals: ArrayLike | None,
    ) -> _System:
        n = np.asarray(counts, dtype=np.float64)
        A = np.asarray(equations, np.float64).reshape(-1, n.size)
        mask = np.broadcast_to(np.asarray(hidden, bool), n.shape).copy()
        return cls(n, A, A @ n if totals is None else np.asarray(totals, np.float64), mask)

    def hiding(self, place: int, whether: bool) -> _System:
        """The same with one count hidden, or shown again."""
        hidden = self.hidden.copy()
        hidden[place] = whether
        return _System(self.counts, self.equations, self.totals, hidden)

    def exposes(self, protected: Mask, apart: Floats) -> bool:
        """Whether a protected count can be told too closely. Others may be: they are harmless."""
        return any(
            self.limits(place, apart[place]).width < apart[place] - _EXACT
            for place in np.flatnonzero(protected).tolist()
        )

    def limits(self, place: int, enough: float = np.inf) -> _Limits:
        """Least and greatest value of one hidden count that everything shown allows.

        Where counts that allow all that is shown are seen to be `enough` apart, these are returned
        in place of the limits, which lie beyond them and take two linear programs.
        """
        part = self._part(place)
        if not len(part.free):
            return _Limits(0.0, np.inf, frozenset())
        at = int(np.flatnonzero(part.columns == place)[0])
        if enough < np.inf and part.holds and (seen := part.seen(at, enough)).width >= enough:
            return seen
        ends: list[float] = []
        resting: set[int] = set()
        for sign in (1.0, -1.0):
            end, prices = _least(part.free, part.totals, at, sign)
            ends.append(sign * end)
            gain = prices @ part.pull
            # A count above 0 that were hidden could turn out smaller as well as larger.
            shown = part.shown
            helps = (gain > _EXACT) | ((gain < -_EXACT) & (self.counts[shown] > 0))
            resting |= set(shown[helps].tolist())
        return _Limits(ends[0], ends[1], frozenset(resting))

    def _part(self, place: int) -> _Part:
        """Equations and hidden counts that have to do with one hidden count at all."""
        for known in self._parts:
            if place in known.columns:
                return known
        hidden = np.flatnonzero(self.hidden)
        touches = self.equations[:, hidden] != 0
        mine, reached = hidden == place, 0
        while np.count_nonzero(mine) > reached:
            reached = int(np.count_nonzero(mine))
            rows = touches[:, mine].any(axis=1)
            mine = mine | touches[rows].any(axis=0)
        equations, columns = self.equations[rows], hidden[mine]
        shown = np.flatnonzero(~self.hidden & np.any(equations != 0, axis=0))
        pull = equations[:, shown]
        totals = self.totals[rows] - pull @ self.counts[shown]
        found = _Part(columns, self.counts[columns], equations[:, columns], totals, shown, pull)
        self._parts.append(found)
        return found


@dataclass(frozen=True)
class _Part:
    """Hidden counts that hang together, and the equations over them."""

    columns: NDArray[np.intp]  # (H,) places of the hidden counts
    counts: Floats  # (H,)
    free: Floats  # (E, H)
    totals: Floats  # (E,) less what is shown
    shown: NDArray[np.intp]  # (S,) places of the shown counts in these equations
    pull: Floats  # (E, S)

    @cached_property
    def holds(self) -> bool:
        """Whether the counts themselves keep the equations: they may be known to some extent."""
        return np.allclose(self.free @ self.counts, self.totals, rtol=0, atol=_EXACT / 100)

    @cached_property
    def _scaled(self) -> Floats:
        return np.asarray(self.free * self.counts)

    @cached_property
    def _factor(self) -> tuple[Floats, bool]:
        # Equations may follow from each other; what the ridge leaves is taken out in more rounds.
        squares = self._scaled @ self._scaled.T
        squares[np.diag_indices(len(squares))] += _RIDGE * np.trace(squares)
        factor, lower = linalg.cho_factor(squares, check_finite=False)
        return factor, bool(lower)

    def seen(self, at: int, enough: float) -> _Limits:
        """Two values of one count among counts that keep all that is shown: never beyond its
        limits.

        From the counts along the direction that takes from each in proportion to what it has (the
        step of affine scaling, Dikin 1967), until one is 0, or by `enough`.
        """
        this = float(self.counts[at])
        still = _Limits(this, this, frozenset())
        if not this > 0:
            return still
        step = (np.arange(self.counts.size) == at).astype(np.float64)
        for _ in range(3):
            left = linalg.cho_solve(self._factor, self._scaled @ step, check_finite=False)
            step -= self._scaled.T @ left
        if step[at] < _EXACT:
            return still
        step /= step[at]
        up = min(-1 / min(step.min(), -_EXACT), enough / this)
        down = 1 / step.max()
        if np.abs(self._scaled @ step).max() * max(up, down) > _EXACT / 100:
            return still  # lost in rounding
        return _Limits(this * (1 - down), this * (1 + up), frozenset())


def _least(free: Floats, totals: Floats, at: int, sign: float) -> tuple[float, Floats]:
    """Least value of `sign` times one count, and the price of each equation (E,) at it."""
    nothing = np.zeros(len(free))
    if len(free) == 1 and (np.all(free > 0) or np.all(free < 0)):
        # One equation without a difference in it: all of it is this count's, or none.
        a = free[0]
        if a.size > 1 and sign > 0:
            return 0.0, nothing
        return sign * float(totals[0] / a[at]), np.array([sign / a[at]])
    cost = np.zeros(free.shape[1])
    cost[at] = sign
    found = optimize.linprog(cost, A_eq=free, b_eq=totals, bounds=(0, None), method="highs")
    if found.status == 3:  # unbounded: nothing shown limits it
        return -np.inf, nothing
    if found.x is None or found.fun is None:
        raise ArithmeticError(f"The limits of a hidden count could not be found: {found.message}")
    return float(found.fun), np.asarray(found.eqlin.marginals, dtype=np.float64)
