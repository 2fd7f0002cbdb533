"""Many tests at once: claims in a family, and screening that is never a claim.

Comparisons that are suppressed or rest on too few people are left out by the caller, before the
family is counted; NaN among p-values is left out here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveys.statistics.margins import Floats


@dataclass(frozen=True)
class Family:
    """Tests that are looked at together; fields have the shape of the p-values.

    adjusted: p-values, by Holm for claims that were declared beforehand, by Benjamini and Hochberg
        for screening.
    rejected: whether each is at most alpha.
    levels: the confidence level of the interval that says the same: it leaves out 0 exactly where
        the test rejects.
    size: how many were tested.
    """

    adjusted: Floats
    rejected: NDArray[np.bool_]
    levels: Floats
    size: int


def holm(p_values: ArrayLike, alpha: float = 0.05) -> Family:
    """Holm's step-down test of a family (Holm 1979), as R's p.adjust, and the levels that fit.

    Rejected claims take the level of their step; all others share the level of the step that
    stopped, which makes their intervals hold together (Strassburger & Bretz 2008).
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted, levels = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    m = len(order)
    steps = m - np.arange(m)  # what each p-value is multiplied by
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * steps), 1)
    rejected = adjusted <= alpha
    stopped = int(rejected[order].sum())
    divisor = steps.copy()
    divisor[stopped:] = m - stopped
    levels[order] = 1 - alpha / divisor
    return Family(adjusted, rejected, levels, m)


def screening(p_values: ArrayLike, alpha: float = 0.05) -> Family:
    """A grid in which something is looked for: Benjamini-Hochberg, and the levels that fit.

    With R of m found, these take 1 - alpha R/m (Benjamini & Yekutieli 2005: of the intervals of
    what was found, a share of alpha at most is expected to miss). All others take the level of the
    step that stopped, 1 - alpha (R + 1)/m, which promises nothing but to say what the test says.
    """
    adjusted = benjamini_hochberg(p_values)
    tested, found = ~np.isnan(adjusted), adjusted <= alpha
    size, steps = int(tested.sum()), found.sum() + ~found
    levels = np.where(tested, 1 - alpha * steps / max(size, 1), np.nan)
    return Family(adjusted, found, levels, size)


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """P-values adjusted to the false discovery rate (Benjamini & Hochberg 1995), as R's p.adjust.

    For screening: what is worth a look, in a grid whose size is stated.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    falling = tested[np.argsort(-p[tested], kind="stable")]
    m = len(falling)
    scaled = p[falling] * m / (m - np.arange(m))
    adjusted[falling] = np.minimum(np.minimum.accumulate(scaled), 1)
    return adjusted
