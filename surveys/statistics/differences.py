"""Differences between estimates that were measured apart, and what they could have shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from surveys.statistics.effects import ratio

Floats = NDArray[np.float64]

ASSUMED_DESIGN_EFFECT = 1.5
"""Of a published survey that does not print its own; show the result at 1 and 2 beside it."""


class PublishedBaseMissing(ValueError):
    """A published figure without its base cannot enter a difference."""


@dataclass(frozen=True)
class Difference:
    """Later minus earlier, in the units of the estimates; every field has their shape.

    The interval and the two-sided p-value are normal, or Student's where degrees of freedom are
    given. z, p-value, interval and error are NaN where
    either side has no standard error or one of 0: an option everyone or nobody chose knows nothing
    of its own uncertainty, and a test would claim certainty from it.
    """

    estimate: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    z: Floats
    p_value: Floats


class Measured(Protocol):
    """Anything with an estimate and its standard error, such as Estimates."""

    @property
    def estimate(self) -> ArrayLike: ...

    @property
    def standard_error(self) -> ArrayLike: ...


def independent(
    first: Measured,
    second: Measured,
    level: ArrayLike = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Difference:
    """Second minus first of two samples taken as independent: their variances add.

    For two waves, and for the public beside staff. Nobody can be followed from one to the other.
    Where the same people answer both and agree with themselves, the true variance is smaller: the
    test then errs towards seeing no difference, which is not the same as there being none. NHS
    staff are a part of the public, so those two overlap a little.
    """
    before = _positive(first.standard_error)
    after = _positive(second.standard_error)
    change = np.asarray(second.estimate, float) - np.asarray(first.estimate, float)
    return _difference(change, np.sqrt(before**2 + after**2), level, degrees_of_freedom)


def from_published(
    share: ArrayLike,
    standard_error: ArrayLike,
    published_share: ArrayLike,
    base: ArrayLike | None,
    design_effect: float = ASSUMED_DESIGN_EFFECT,
    rounding: float = 0.01,
    level: ArrayLike = 0.95,
) -> Difference:
    """Difference of a share from a published one: V + deff p0(1-p0)/n0 + r^2/12.

    `base` is the n0 of the published figure, the smaller one where it says "more than 1,000";
    `rounding` is the unit r it was printed in (0 where it is exact). The design effect measures
    sampling noise only. Raises PublishedBaseMissing without a base.
    """
    p0 = np.asarray(published_share, dtype=np.float64)
    if np.any((p0 < 0) | (p0 > 1)):
        raise ValueError("A published share is in [0, 1]: give 0.36 for 36%.")
    variance = _published(p0 * (1 - p0), base, design_effect) + rounding**2 / 12
    own = _positive(standard_error)
    return _difference(np.asarray(share, dtype=np.float64) - p0, np.sqrt(own**2 + variance), level)


def hybrid(
    first: tuple[ArrayLike, ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> tuple[Floats, Floats]:
    """Interval of second minus first, made of the interval that each has on its own.

    first, second: estimate, lower and upper end, of one level, which the result has too. For two
    figures of which one has an error of 0, because all its answers are the same: its interval still
    knows how many were asked, and the error of the difference does not. Method 10 of Newcombe
    (1998), with any interval as by Zou & Donner (2008); it takes the two as independent.
    """
    (p1, l1, u1), (p2, l2, u2) = (
        [np.asarray(one, dtype=np.float64) for one in side] for side in (first, second)
    )
    gap = p2 - p1
    return gap - np.hypot(p2 - l2, u1 - p1), gap + np.hypot(u2 - p2, p1 - l1)


def minimum_detectable(
    standard_error: ArrayLike, power: float = 0.8, level: ArrayLike = 0.95
) -> Floats:
    """Smallest true difference that a two-sided test would have seen with this power.

    (z of 1 - alpha/2 plus z of the power) times the standard error of the difference: 2.80 of them
    at 5% and 80%. In a family each test has a level of its own.
    """
    z = stats.norm.ppf((1 + np.asarray(level, dtype=np.float64)) / 2) + stats.norm.ppf(power)
    return np.asarray(z * np.asarray(standard_error, dtype=np.float64))


def chance_of_parting(chose: ArrayLike, of: ArrayLike) -> Floats:
    """P-value that two shares of simple counts, drawn alike, are as far apart as these.

    chose, of: (2, ...) people who did, and people who could. Pearson's chi-squared of the two by
    two table on one degree of freedom (Pearson 1900), which is the square of the difference over
    its pooled standard error. 1 where all did or none, as then nothing is apart; NaN where nobody
    could. Raises ValueError where more did than could, or fewer than nobody.
    """
    k, n = (np.asarray(one, dtype=np.float64) for one in (chose, of))
    if np.any((k < 0) | (k > n)):
        raise ValueError("Of those who could, none or all or some did: 0 to as many as there are.")
    (k0, k1), (n0, n1) = k, n
    together = ratio(k0 + k1, n0 + n1)
    variance = together * (1 - together) * (ratio(1, n0) + ratio(1, n1))
    apart = ratio((ratio(k1, n1) - ratio(k0, n0)) ** 2, variance)
    apart = np.where(variance == 0, 0.0, apart)
    return np.asarray(stats.chi2.sf(apart, 1))


def _published(spread: Floats, base: ArrayLike | None, design_effect: float) -> Floats:
    n0 = np.asarray(np.nan if base is None else base, dtype=np.float64)
    if not np.all(np.isfinite(n0) & (n0 > 0)):
        raise PublishedBaseMissing(
            "A published share has no base, so its own uncertainty is unknown: enter the number "
            "of respondents it is a share of, or show it beside without a test."
        )
    if not design_effect > 0:
        raise ValueError("A design effect is a positive number; 1 is a simple random sample.")
    return design_effect * spread / n0


def _positive(standard_error: ArrayLike) -> Floats:
    se = np.asarray(standard_error, dtype=np.float64)
    return np.where(se > 0, se, np.nan)


def within(difference: ArrayLike, standard_error: ArrayLike, level: ArrayLike = 0.95) -> Difference:
    """A difference inside one sample, whose error already knows the covariance.

    For segments and randomised arms (`estimation.between_groups`), for two options of a question
    and for before and after of the same people (`estimation.net_scores`, `estimation.changes`).
    """
    gap = np.asarray(difference, dtype=np.float64)
    return _difference(gap, _positive(standard_error), level)


def _difference(
    estimate: Floats, se: Floats, level: ArrayLike, degrees_of_freedom: ArrayLike = np.inf
) -> Difference:
    df = np.asarray(degrees_of_freedom, dtype=np.float64)
    half = stats.t.ppf((1 + np.asarray(level, dtype=np.float64)) / 2, df) * se
    z = ratio(estimate, se)
    p = np.asarray(2 * stats.t.sf(abs(z), df), dtype=np.float64)
    return Difference(estimate, se, estimate - half, estimate + half, z, p)
