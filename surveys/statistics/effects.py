"""Design effects: how many respondents the weighted ones are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kish:
    """What unequal weights cost, whatever the question: arrays of the shape that was asked for."""

    design_effect: Floats
    effective_base: Floats


def kish(respondents: ArrayLike, weight: ArrayLike, weight_squared: ArrayLike) -> Kish:
    """Design effect n * sum(w^2) / sum(w)^2 and effective base n / deff (Kish 1965, 1992).

    Takes the moments of final weights: the number of respondents, sum of w and sum of w^2. NaN
    where nobody responded.
    """
    n = np.asarray(respondents, dtype=np.float64)
    w = np.asarray(weight, dtype=np.float64)
    w2 = np.asarray(weight_squared, dtype=np.float64)
    effective = ratio(w * w, w2)
    return Kish(ratio(n, effective), effective)


def linearised_design_effect(
    standard_error: ArrayLike, variance: ArrayLike, base: ArrayLike
) -> Floats:
    """V / (s^2 / (n - 1)): the variance against that of a simple sample of the same base.

    `variance` is the weighted variance of the answers, p(1-p) for a share; `base` is n. This is
    deff="replace" of R's survey package (Lumley 2010). NaN where answers do not vary.
    """
    se = np.asarray(standard_error, dtype=np.float64)
    n = np.asarray(base, dtype=np.float64)
    simple = ratio(np.asarray(variance, dtype=np.float64), n - 1)
    return ratio(se * se, simple)


def effective_base(
    standard_error: ArrayLike, variance: ArrayLike, base: ArrayLike, kish_effective_base: ArrayLike
) -> Floats:
    """Base of a simple sample with this standard error, s^2 / V, never more than the base.

    Where V is 0 (everyone or nobody chose it) the estimate knows nothing of its uncertainty, and
    Kish's effective base of those who answered stands in. The cap is there because V from a
    few positives is unstable and s^2 / V can exceed the number who answered. NaN where there is no
    standard error.
    """
    se = np.asarray(standard_error, dtype=np.float64)
    own = ratio(np.asarray(variance, dtype=np.float64), se * se)
    own = np.where(se == 0, np.asarray(kish_effective_base, dtype=np.float64), own)
    return np.minimum(own, np.asarray(base, dtype=np.float64))


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """numerator / denominator, NaN where the denominator is not positive."""
    top, bottom = np.broadcast_arrays(
        np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    )
    out = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out
