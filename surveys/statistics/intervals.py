"""Confidence intervals; each function takes arrays and returns (lower, upper) of their shape.

`displayed_interval` and `displayed_mean_interval` are those that reports show. The others exist for
comparison (Franco, Little, Louis & Slud 2019 compare them). All give NaN where there is no standard
error or no base.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from surveys.statistics.effects import ratio
from surveys.statistics.estimation import Estimates

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]


def displayed_interval(shares: Estimates, level: float = 0.95) -> Interval:
    """Wilson's interval on the effective base of the shares.

    That base is p(1-p)/V, at most the number who answered, and Kish's where V is 0. It stays inside
    [0, 1] and is never a point.
    """
    return wilson(shares.estimate, shares.effective_base, level)


def displayed_mean_interval(
    found: Estimates,
    degrees_of_freedom: ArrayLike,
    ends: tuple[ArrayLike, ArrayLike],
    level: float = 0.95,
) -> Interval:
    """Student's interval of means, kept to what the scale can give; `all_alike` where V is 0.

    ends: the least and the largest answer of each scale. No mean lies beyond them, so what is cut
    off holds no truth and the interval covers as often as before.
    """
    usual = student(found.estimate, found.standard_error, degrees_of_freedom, level)
    alike = all_alike(found.estimate, found.kish_effective_base, ends, level)
    no_error = found.standard_error == 0
    lower, upper = (np.where(no_error, *two) for two in zip(alike, usual, strict=True))
    return within_scale((lower, upper), ends)


def within_scale(
    interval: tuple[ArrayLike, ArrayLike], ends: tuple[ArrayLike, ArrayLike]
) -> Interval:
    """An interval as far as it lies between the least and the largest answer of a scale."""
    lower, upper = _floats(*interval)
    least, largest = _floats(*ends)
    return np.maximum(lower, least), np.minimum(upper, largest)


def wilson(share: ArrayLike, effective_base: ArrayLike, level: float = 0.95) -> Interval:
    """Score interval of a share (Wilson 1927) on an effective base."""
    p, n = _floats(share, effective_base)
    z = stats.norm.ppf((1 + level) / 2)
    shrink = ratio(1, 1 + ratio(z * z, n))
    centre = (p + ratio(z * z, 2 * n)) * shrink
    half = z * np.sqrt(ratio(p * (1 - p), n) + ratio(z * z, 4 * n * n)) * shrink
    # At 0 and 1 the interval ends there; rounding would put it a hair inside.
    lower = np.where(p == 0, 0 * centre, np.maximum(centre - half, 0))
    upper = np.where(p == 1, 1 + 0 * centre, np.minimum(centre + half, 1))
    return lower, upper


def student(
    estimate: ArrayLike,
    standard_error: ArrayLike,
    degrees_of_freedom: ArrayLike = np.inf,
    level: float = 0.95,
) -> Interval:
    """Estimate plus and minus t standard errors, for means; normal without degrees of freedom."""
    m, se, df = _floats(estimate, standard_error, degrees_of_freedom)
    half = _t(df, level) * se
    return m - half, m + half


def all_alike(
    estimate: ArrayLike,
    effective_base: ArrayLike,
    ends: tuple[ArrayLike, ArrayLike],
    level: float = 0.95,
) -> Interval:
    """Interval of a mean of answers that are all the same, whose standard error is 0.

    ends: the least and the largest answer there is. As many as Wilson's interval allows for when
    nobody was seen could answer otherwise; the limits are the means if all of them gave the least,
    or the largest. Never a point, unless no other answer can be given.
    """
    m, n, least, largest = _floats(estimate, effective_base, *ends)
    _, others = wilson(np.zeros_like(n), n, level)
    return m - others * (m - least), m + others * (largest - m)


def logit(
    share: ArrayLike,
    standard_error: ArrayLike,
    degrees_of_freedom: ArrayLike = np.inf,
    level: float = 0.95,
) -> Interval:
    """Interval symmetric on the log-odds scale (R's "xlogit"); NaN at 0 and 1, where that scale
    has no such point."""
    p, se, df = _floats(share, standard_error, degrees_of_freedom)
    inside = (p > 0) & (p < 1)
    odds = np.log(ratio(np.where(inside, p, np.nan), 1 - p))
    half = _t(df, level) * ratio(se, p * (1 - p))
    return 1 / (1 + np.exp(-(odds - half))), 1 / (1 + np.exp(-(odds + half)))


def korn_graubard(
    share: ArrayLike,
    standard_error: ArrayLike,
    degrees_of_freedom: ArrayLike,
    respondents: ArrayLike | None = None,
    level: float = 0.95,
) -> Interval:
    """Clopper-Pearson on p(1-p)/V times (t of respondents - 1 over t of the d.f.) squared (Korn &
    Graubard 1998), as R's survey 4.1 has it ("beta").

    `respondents` are those of the domain, by default one more than the degrees of freedom, which
    makes the second term 1. NaN where the standard error is 0.
    """
    p, se, df = _floats(share, standard_error, degrees_of_freedom)
    effective = ratio(p * (1 - p), se * se)
    if respondents is not None:
        n = np.asarray(respondents, dtype=np.float64)
        effective = effective * (_t(n - 1, level) / _t(df, level)) ** 2
    return clopper_pearson(p, np.where(df > 0, effective, np.nan), level)


def clopper_pearson(share: ArrayLike, effective_base: ArrayLike, level: float = 0.95) -> Interval:
    """Exact binomial interval (Clopper & Pearson 1934) on an effective base, whole or not."""
    p, n = _floats(share, effective_base)
    tail = (1 - level) / 2
    chosen, rest = p * n, (1 - p) * n
    known = n > 0
    lower = np.where(known, 0.0, np.nan)
    upper = np.where(known, 1.0, np.nan)
    some, others = known & (chosen > 0), known & (rest > 0)
    lower[some] = stats.beta.ppf(tail, chosen[some], rest[some] + 1)
    upper[others] = stats.beta.ppf(1 - tail, chosen[others] + 1, rest[others])
    return lower, upper


def _t(degrees_of_freedom: Floats, level: float) -> Floats:
    known = degrees_of_freedom > 0
    t = stats.t.ppf((1 + level) / 2, np.where(known, degrees_of_freedom, 1))
    return np.where(known, t, np.nan)


def _floats(*arrays: ArrayLike) -> list[Floats]:
    return [np.array(a) for a in np.broadcast_arrays(*(np.asarray(a, float) for a in arrays))]
