"""A straight line through the estimates of several waves, and whether they lie on one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

FEWEST_WAVES = 5
"""Fewer waves of one sampling make no trend: of these reports say that a line describes them."""


@dataclass(frozen=True)
class Line:
    """Weighted least squares of k estimates on time (Cochran 1954; Grizzle, Starmer & Koch 1969).

    slope, standard_error, z, p_value: per unit of time, from the sampling variances alone.
    heterogeneity, heterogeneity_p_value: whether the waves differ at all, on k - 1.
    lack_of_fit, lack_of_fit_p_value: whether they leave the line, on k - 2.
    inflated_standard_error: times the root of lack_of_fit / (k - 2) where that exceeds 1: waves
        that leave the line by more than sampling explains know less of its slope.
    """

    slope: float
    standard_error: float
    z: float
    p_value: float
    heterogeneity: float
    heterogeneity_p_value: float
    lack_of_fit: float
    lack_of_fit_p_value: float
    inflated_standard_error: float


def line(times: ArrayLike, estimates: ArrayLike, standard_errors: ArrayLike) -> Line:
    """Fit a line to (k,) independent estimates at (k,) times, weighted by 1/V.

    Raises ValueError for fewer than 3 waves, times that are all the same, and errors that are not
    positive: a wave without a standard error has no weight of its own.
    """
    t, y, se = (np.asarray(a, dtype=np.float64) for a in (times, estimates, standard_errors))
    if t.size < 3 or t.shape != y.shape or t.shape != se.shape:
        raise ValueError("A line needs time, estimate and standard error of at least 3 waves.")
    if not np.all(se > 0) or np.ptp(t) == 0:
        raise ValueError("A line needs positive standard errors and waves at different times.")
    weight = 1 / se**2
    time, level = (float(weight @ a / weight.sum()) for a in (t, y))
    spread = float(weight @ (t - time) ** 2)
    slope = float(weight @ ((t - time) * (y - level))) / spread
    error = spread**-0.5
    apart = float(weight @ (y - level) ** 2)
    off = float(weight @ (y - level - slope * (t - time)) ** 2)
    k = t.size
    return Line(
        slope=slope,
        standard_error=error,
        z=slope / error,
        p_value=float(2 * stats.norm.sf(abs(slope / error))),
        heterogeneity=apart,
        heterogeneity_p_value=float(stats.chi2.sf(apart, k - 1)),
        lack_of_fit=off,
        lack_of_fit_p_value=float(stats.chi2.sf(off, k - 2)),
        inflated_standard_error=error * max(1.0, off / (k - 2)) ** 0.5,
    )
