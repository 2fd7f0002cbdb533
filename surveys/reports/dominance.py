"""What a few people chose is not shown where these few could be known.

For every part of a staff wave, and for every organisation, a share needs at least CHOSEN_MINIMUM
people who chose it and as many who did not. The answers of one question and the slices of one
division make tables whose sums are known, so further answers are hidden until none of these counts
can be told to within that number. A count that the figures of everyone tell by themselves is no
secret: national shares have no such rule. Nor do those who would not say what they are sorted by:
nobody can recognise them.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveys.reports.disclosure import implied
from surveys.reports.slices import EVERYONE, Division, Slice
from surveys.statistics.suppression import protect

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CHOSEN_MINIMUM = 5


def few_chose(count: Floats, base: Floats) -> Mask:
    """Whether fewer than CHOSEN_MINIMUM people chose an answer, or did not; shapes alike."""
    return np.asarray((np.minimum(count, base - count) < CHOSEN_MINIMUM) & (base > 0))


def suppress_answers(
    divisions: Sequence[Division],
    counts: Mapping[Slice, Floats],
    figures: Mask,
    hidden: Set[Slice],
    parts: Set[Slice],
) -> dict[Slice, Mask]:
    """Decide which figures of one question are hidden in each slice that is shown.

    counts: (J,) people by answer, each of whom gave one of the J; figures: (F, J) the answers that
    each figure counts; hidden: the slices that are hidden as a whole; parts: those under the rule.

    Returns (F,) masks of the slices that are shown and are parts.
    """
    concealed = {one: np.zeros(len(figures), bool) for one in counts.keys() & parts - hidden}
    if EVERYONE in hidden or not concealed:
        return concealed
    while True:
        before = sum(int(mask.sum()) for mask in concealed.values())
        for division in divisions:
            table = _Table(division, counts, figures, hidden, parts)
            for one, mask in table.protect(concealed).items():
                concealed[one] |= mask
        if sum(int(mask.sum()) for mask in concealed.values()) == before:
            return concealed


class _Table:
    """One question in one division, as counts and the sums they make.

    For each of M groups, members and then helpers: J answers, which are no figures themselves, then
    F figures, then the base.
    """

    def __init__(
        self,
        division: Division,
        counts: Mapping[Slice, Floats],
        figures: Mask,
        hidden: Set[Slice],
        parts: Set[Slice],
    ) -> None:
        self.members, helpers = division.members, division.helpers
        self.figures = figures
        nothing = np.zeros(figures.shape[1])
        known = np.array([counts.get(one, nothing) for one in self.members])
        helper = np.arange(len(self.members) + len(helpers)) >= len(self.members)
        limits = [
            implied(np.append(column, np.zeros(len(helpers))), division.equations, helper)
            for column in known.T
        ]
        # What the sums leave open of a helper is taken as few as it can be: that protects least.
        self.answers = np.column_stack([lower for lower, _ in limits])
        self.empty = ~np.any(np.column_stack([upper for _, upper in limits]), axis=1)
        self.closed = self._of_groups(hidden, [True] * len(helpers))
        self.under_rule = self._of_groups(parts, list(helpers))
        self.whole = self._of_groups({EVERYONE}, [False] * len(helpers))
        self.equations = self._equations(division.equations)

    def protect(self, concealed: Mapping[Slice, Mask]) -> dict[Slice, Mask]:
        """Which figures to hide in each slice, those that are hidden already among them."""
        answers, base = self.answers, self.answers.sum(axis=1)
        chose = answers @ self.figures.T
        apart = np.minimum(CHOSEN_MINIMUM, self._left_open(chose, base))
        secret = few_chose(chose, base[:, None]) & self.under_rule[:, None] & (apart > 0)
        nobody, everybody = np.zeros(answers.shape, bool), np.ones(answers.shape, bool)
        none = np.zeros(len(self.figures), bool)
        already = np.array([concealed.get(one, none) for one in self.members] + [none])
        already = already[np.minimum(np.arange(len(answers)), len(self.members))]
        hidden = self._join(everybody, already | self.closed[:, None], self.closed)
        fixed = self._join(nobody, np.broadcast_to(self.whole[:, None], chose.shape), ~self.closed)
        pattern = protect(
            self._join(answers, chose, base),
            self.equations,
            self._join(nobody, secret, np.zeros(len(base), bool)),
            self._join(nobody, apart, np.zeros(len(base))),
            hidden=hidden & ~np.repeat(self.empty, self._width),
            fixed=fixed,
            totals=np.zeros(len(self.equations)),
        )
        if pattern is None:
            pattern = ~fixed
        found = pattern.reshape(-1, self._width)[:, answers.shape[1] : -1]
        return {one: found[place] for place, one in enumerate(self.members) if one in concealed}

    def _left_open(self, chose: Floats, base: Floats) -> Floats:
        """(M, F) how far the figures of everyone and the bases leave each count open."""
        place = int(np.flatnonzero(self.whole)[0])
        of_all = np.broadcast_to(chose[place], chose.shape)
        upper = np.where(self.closed[:, None], of_all, np.minimum(of_all, base[:, None]))
        lower = np.where(self.closed[:, None], 0, of_all + base[:, None] - base[place])
        return np.asarray(upper - np.maximum(lower, 0))

    def _equations(self, between: Floats) -> Floats:
        """Sums over groups for each answer, and within each group over its answers."""
        answers = self.figures.shape[1]
        one = np.eye(self._width)
        within = one[answers:].copy()
        within[:, :answers] -= np.vstack([self.figures, np.ones(answers)])
        return np.vstack(
            [np.kron(between, one[:answers]), np.kron(np.eye(len(self.answers)), within)]
        )

    @property
    def _width(self) -> int:
        return self.figures.shape[1] + len(self.figures) + 1

    def _of_groups(self, slices: Set[Slice], helpers: list[bool]) -> Mask:
        return np.array([one in slices for one in self.members] + helpers)

    @staticmethod
    def _join(answers: NDArray[Any], figures: NDArray[Any], base: NDArray[Any]) -> NDArray[Any]:
        """The three kinds of counts of each group side by side, as one vector."""
        return np.hstack([answers, figures, base[:, None]]).ravel()
