"""Margins: which category of a known population each weighting cell belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OPEN = -1
"""Code of a cell that left a margin open, or whose answer the margin does not know."""

ALL_THE_REST = "*"
"""Where `collapse` is told to share a target among all other categories, in proportion."""

OPEN_CATEGORY = "~"
"""Name of the category that `close_open` makes of those cells."""

_EXACT = 1e-9
MOST_MISSING = 0.005
"""How far targets may be from 1 in all, however coarsely and in however many parts they are
printed: beyond it a category may have been forgotten."""


class Reason(StrEnum):
    """Why a set of margins cannot be raked."""

    MALFORMED = "malformed margin"
    TOTALS_DISAGREE = "totals disagree"
    EMPTY_CATEGORY = "empty target category"
    NO_TARGET = "category without target"
    NO_RESPONDENTS = "no respondents"
    NOT_CONVERGED = "not converged"
    BOUNDARY = "boundary solution"


class RakingRefused(ValueError):
    """The margins cannot be met honestly; no weights are returned.

    `reason` is for programs, `margin` and `category` say where (category is empty where the whole
    margin is at fault), and the message is one sentence that says how to mend it.
    """

    def __init__(self, reason: Reason, margin: str, category: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.margin = margin
        self.category = category


@dataclass(frozen=True)
class Margin:
    """One margin of the population over K weighting cells.

    of_cell: (K,) index into `categories` of each cell, -1 (OPEN) where the cell leaves the margin
        open or its answer is unknown to it.
    targets: (M,) shares of the population, positive, summing to 1 but for rounding.
    printed_unit: the last printed digit of the source (0.001 for "12.3%"). The sum may be off by
        half a unit per category, which is all that rounding can explain, and by MOST_MISSING at
        most; 0 asks for 1e-9.

    Raises RakingRefused where shapes, codes, targets or their sum are wrong.
    """

    name: str
    categories: tuple[str, ...]
    of_cell: Integers
    targets: Floats
    printed_unit: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_cell", np.asarray(self.of_cell, dtype=np.int64))
        object.__setattr__(self, "targets", np.asarray(self.targets, dtype=np.float64))
        self._check_shape()
        self._check_targets()

    @classmethod
    def from_labels(
        cls,
        name: str,
        labels: Sequence[str | None],
        targets: Mapping[str, float],
        printed_unit: float = 0.0,
    ) -> Margin:
        """A margin from one category label per cell; None leaves it open.

        A label without a target is refused by name: give None for it (it then shares the rule for
        open answers, see `close_open`), or add its target.
        """
        codes = {category: code for code, category in enumerate(targets)}
        for label in labels:
            if label is not None and label not in codes:
                raise RakingRefused(
                    Reason.NO_TARGET,
                    name,
                    label,
                    f"Margin “{name}” has no target for the category “{label}” of the sample: "
                    "add its target, or treat it as open.",
                )
        of_cell = [OPEN if label is None else codes[label] for label in labels]
        shares = np.array(list(targets.values()), dtype=np.float64)
        return cls(name, tuple(targets), np.array(of_cell, dtype=np.int64), shares, printed_unit)

    @cached_property
    def shares(self) -> Floats:
        """(M,) the targets, normalised to sum to 1."""
        return self.targets / self.targets.sum()

    def totals(self, weight: Floats) -> Floats:
        """(M,) sum of (K,) `weight` per category; open cells are left out."""
        # Open cells fall into a first bin of their own, so one pass serves.
        bins = np.bincount(self.of_cell + 1, weight, len(self.categories) + 1)
        return np.asarray(bins[1:], dtype=np.float64)

    def _check_shape(self) -> None:
        problem = ""
        category = ""
        if self.of_cell.ndim != 1 or self.targets.shape != (len(self.categories),):
            problem = "needs one target per category and one code per cell"
        elif not self.categories:
            problem = "has no categories"
        elif len(set(self.categories)) != len(self.categories):
            category = next(c for c in self.categories if self.categories.count(c) > 1)
            problem = f"lists the category “{category}” twice"
        elif self.of_cell.size and (
            self.of_cell.min() < OPEN or self.of_cell.max() >= len(self.categories)
        ):
            problem = "has a cell whose code is no category of it"
        if problem:
            raise RakingRefused(
                Reason.MALFORMED, self.name, category, f"Margin “{self.name}” {problem}: mend it."
            )

    def _check_targets(self) -> None:
        for category, target in zip(self.categories, self.targets, strict=True):
            if not (np.isfinite(target) and target > 0):
                raise RakingRefused(
                    Reason.MALFORMED,
                    self.name,
                    category,
                    f"Margin “{self.name}” gives “{category}” the target {target:g}: a target is a "
                    "positive share; leave out a category nobody in the population is in.",
                )
        total = float(self.targets.sum())
        explained = self.printed_unit / 2 * len(self.categories)
        allowed = min(explained, MOST_MISSING) + _EXACT
        if abs(total - 1) > allowed:
            raise RakingRefused(
                Reason.TOTALS_DISAGREE,
                self.name,
                "",
                f"The targets of margin “{self.name}” ({', '.join(self.categories)}) sum to "
                f"{total:.6g}, further from 1 than rounding may explain ({allowed:.2g}): correct "
                "the shares, add a category that is missing, or give the unit they were printed"
                " in.",
            )


def close_open(margin: Margin, base: ArrayLike) -> Margin:
    """The margin with its open cells as a category "~" of their own.

    The target of "~" is the share of the (K,) base weights that is open; the published targets
    share the rest in proportion. So an open answer moves no weight on this margin. The target is
    then estimated but treated as known, which is a small effect, and those who leave a margin open
    are not missing at random: say how many they are. Without open weight the margin comes back as
    it was. Raises RakingRefused where everybody left it open, and where "~" names a category.
    """
    base = np.asarray(base, dtype=np.float64)
    is_open = margin.of_cell == OPEN
    open_weight = float(base[is_open].sum())
    if open_weight == 0:
        return margin
    if OPEN_CATEGORY in margin.categories:
        raise RakingRefused(
            Reason.MALFORMED,
            margin.name,
            OPEN_CATEGORY,
            f"Margin “{margin.name}” has a category “{OPEN_CATEGORY}”, which stands for open "
            "answers: give the category another name.",
        )
    if not np.any(base[~is_open] > 0):
        raise RakingRefused(
            Reason.NO_RESPONDENTS,
            margin.name,
            OPEN_CATEGORY,
            f"Everybody left margin “{margin.name}” open (“{OPEN_CATEGORY}”), so its targets can "
            "weigh nobody: leave the margin out.",
        )
    share = open_weight / float(base.sum())
    return Margin(
        margin.name,
        (*margin.categories, OPEN_CATEGORY),
        np.where(is_open, len(margin.categories), margin.of_cell),
        np.append(margin.shares * (1 - share), share),
    )


def collapse(
    margin: Margin, into: Mapping[str, str], base: ArrayLike
) -> tuple[Margin, list[tuple[str, str]]]:
    """The margin with its empty categories merged as `into` says, and what was merged.

    A category is empty where its (K,) base weights sum to 0. `into` maps a category to the one that
    takes its target; where that one is empty too its own entry is followed. "*" shares the target
    among all that are not empty, in proportion. Categories without an
    entry stay, and `rake` refuses them. Raises RakingRefused where the rule names a category the
    margin does not have, or goes round in a circle.
    """
    totals = margin.totals(np.asarray(base, dtype=np.float64))
    empty = {c for c, total in zip(margin.categories, totals, strict=True) if total == 0}
    merged: list[tuple[str, str]] = []
    for category in margin.categories:
        if category in empty and category in into:
            merged.append((category, _destination(margin, into, empty, category)))
    if not merged:
        return margin, []

    index = {category: code for code, category in enumerate(margin.categories)}
    targets = margin.targets.copy()
    of_cell = margin.of_cell.copy()
    gone = {category for category, _ in merged}
    for category, destination in merged:
        if destination != ALL_THE_REST:
            targets[index[destination]] += targets[index[category]]
            of_cell[of_cell == index[category]] = index[destination]
    staying = [code for category, code in index.items() if category not in gone]
    if staying:
        targets[staying] *= margin.targets.sum() / targets[staying].sum()
    kept = [code for category, code in index.items() if category not in gone]
    renumbered = np.full(len(index) + 1, OPEN)  # its last place answers the code -1
    renumbered[kept] = np.arange(len(kept))
    # Half a unit per printed category still bounds the sum, though fewer categories are left.
    unit = margin.printed_unit * len(index) / len(kept)
    collapsed = replace(
        margin,
        categories=tuple(margin.categories[code] for code in kept),
        of_cell=renumbered[of_cell],
        targets=targets[kept],
        printed_unit=unit,
    )
    return collapsed, merged


def _destination(margin: Margin, into: Mapping[str, str], empty: set[str], category: str) -> str:
    """Where the target of an empty category ends up, following chains of empty ones."""
    seen = [category]
    while seen[-1] in empty and seen[-1] in into:
        following = into[seen[-1]]
        if following == ALL_THE_REST:
            return following
        if following not in margin.categories or following in seen:
            fault = "goes round in a circle" if following in seen else "is no category of it"
            raise RakingRefused(
                Reason.MALFORMED,
                margin.name,
                category,
                f"Margin “{margin.name}” collapses “{seen[-1]}” into “{following}”, which {fault}: "
                "correct the order in which its categories collapse.",
            )
        seen.append(following)
    return seen[-1]


def design_matrix(margins: Sequence[Margin], K: int) -> Floats:
    """(K, P) dummy rows of the margins: an intercept and every category but each margin's first.

    Without margins P is 0: the residual of nothing is the figure itself, so a standard error is
    then the one that takes weights as fixed. The row of a cell left open by a margin is NaN in that
    margin's columns; `Sample` accepts it only where the cell has no weight.
    """
    if not margins:
        return np.zeros((K, 0))
    columns = [np.ones((K, 1))]
    for margin in margins:
        if margin.of_cell.shape != (K,):
            raise ValueError(
                f"Margin “{margin.name}” covers {margin.of_cell.size} cells, the sample has {K}: "
                "build both from the same cells."
            )
        dummies = (margin.of_cell[:, None] == np.arange(1, len(margin.categories))).astype(float)
        dummies[margin.of_cell == OPEN] = np.nan
        columns.append(dummies)
    return np.hstack(columns)
