"""Estimates and their standard errors from sums per weighting cell.

A raked weight depends on the cell alone, so sums per cell are exactly sufficient for the
calibrated-residual variance: the cost is cells times items, whatever the number of respondents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from surveys.statistics.effects import effective_base, linearised_design_effect, ratio
from surveys.statistics.margins import Floats, design_matrix

__all__ = [
    "Estimates",
    "Moments",
    "Sample",
    "between_groups",
    "design_matrix",
    "means",
    "net_scores",
    "shares",
]

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Moments:
    """Sums over the respondents of each cell and item, (K, J), of a figure y.

    n: sum of y; w: sum of d*y; w2: sum of d^2*y, with d the base weight. For who answered and who
    chose y is 1; for the total of a scale it is the answer, for its total of squares the square.
    """

    n: Floats
    w: Floats
    w2: Floats

    def __post_init__(self) -> None:
        for name in ("n", "w", "w2"):
            object.__setattr__(self, name, _columns(getattr(self, name)))
        if not self.n.shape == self.w.shape == self.w2.shape:
            raise ValueError("The three sums of Moments need the same shape, cells by items.")

    @classmethod
    def equal(cls, counts: ArrayLike) -> Moments:
        """Moments where every base weight is 1: one sum serves as all three."""
        sums = _columns(counts)
        return cls(sums, sums, sums)

    def __sub__(self, other: Moments) -> Moments:
        return Moments(self.n - other.n, self.w - other.w, self.w2 - other.w2)

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.w + other.w, self.w2 + other.w2)


@dataclass(frozen=True)
class Sample:
    """The respondents of one wave by weighting cell, with their raking factors.

    respondents: (K,) number of respondents, those of base weight 0 left out.
    weight, weight_squared: (K,) sums of base weights and of their squares.
    factors: (K,) raking factors g.
    design: (K, P) rows of `design_matrix` for the margins that were raked, closed and collapsed as
        they were for `rake`. With no columns standard errors take the weights as fixed: the right
        ones for weights that were supplied from outside.
    """

    respondents: Floats
    weight: Floats
    weight_squared: Floats
    factors: Floats
    design: Floats

    def __post_init__(self) -> None:
        for name in ("respondents", "weight", "weight_squared", "factors", "design"):
            array = np.asarray(getattr(self, name), dtype=np.float64)
            object.__setattr__(self, name, array)
            if array.shape[:1] != self.respondents.shape:
                raise ValueError(
                    f"Sample.{name} covers {array.shape[:1]} cells, respondents cover "
                    f"{self.respondents.shape}: give one row per cell."
                )
        weightless = self.weight == 0
        if np.isnan(self.design[~weightless]).any():
            raise ValueError(
                "A cell with respondents is open in a margin of the design: apply close_open to "
                "the margins before design_matrix, as for rake."
            )
        # Respondents without weight count for nothing, in n neither.
        object.__setattr__(self, "respondents", np.where(weightless, 0, self.respondents))
        object.__setattr__(self, "design", np.where(weightless[:, None], 0, self.design))

    @classmethod
    def equal(cls, respondents: ArrayLike, factors: ArrayLike, design: ArrayLike) -> Sample:
        """A sample whose base weights are all 1, from (K,) counts of respondents."""
        n = np.asarray(respondents, dtype=np.float64)
        return cls(n, n, n, np.asarray(factors, np.float64), np.asarray(design, np.float64))

    @property
    def size(self) -> float:
        """n, the respondents with a base weight."""
        return float(self.respondents.sum())

    @cached_property
    def is_equal(self) -> bool:
        """Whether every base weight is 1, so that counts are all the moments there are."""
        return bool(
            np.array_equal(self.respondents, self.weight)
            and np.array_equal(self.weight, self.weight_squared)
        )

    @cached_property
    def normal_inverse(self) -> Floats:
        """(P, P) inverse of X'DX; a pseudo-inverse, as margins that share a split alias."""
        X = self.design
        inverse = linalg.pinvh(X.T @ (self.weight[:, None] * X), rtol=1e-12)
        return np.asarray(inverse, dtype=np.float64)


@dataclass(frozen=True)
class Estimates:
    """J estimates of one sample; every field is (J,).

    estimate: weighted share in [0, 1], or weighted mean in the units of the scale.
    standard_error: by calibrated residuals, knowing that the margins were met.
    standard_error_fixed: as if the weights had been given.
    base: respondents who answered.
    variance: weighted variance of the answers; p(1-p) for a share.
    kish_effective_base: of those who answered.
    effective_base: variance / standard_error^2, at most the base; Kish's where the error is 0.
    design_effect: against a simple sample of the same base; NaN where answers do not vary.

    All but base are NaN where nobody answered, and all but base and estimate where one person did.
    """

    estimate: Floats
    standard_error: Floats
    standard_error_fixed: Floats
    base: Floats
    variance: Floats
    kish_effective_base: Floats
    effective_base: Floats
    design_effect: Floats


@dataclass(frozen=True)
class _Residuals:
    """Per cell and item: sums of d*e, d^2*e and d^2*e^2, e = (y - estimate) / W."""

    first: Floats
    second: Floats
    squares: Floats


def shares(sample: Sample, answered: Moments | ArrayLike, chose: Moments | ArrayLike) -> Estimates:
    """Share of those who answered that chose each of J items.

    Arrays are (K, J), integers where base weights are equal, Moments otherwise; (K, 1) `answered`
    serves all options of a question, and (K,) is one item. A domain (a segment) is an item
    whose counts are of that domain only, with the sample's cells whole.
    """
    chosen = _moments(sample, chose)
    estimates = means(sample, answered, chosen, chosen)
    everyone = (estimates.variance == 0) & (estimates.estimate > 0.5)
    return replace(estimates, estimate=np.where(everyone, 1.0, estimates.estimate))


def net_scores(
    sample: Sample,
    answered: Moments | ArrayLike,
    positive: Moments | ArrayLike,
    negative: Moments | ArrayLike,
) -> Estimates:
    """Share that chose positive minus share that chose negative, in [-1, 1].

    Nobody may be in both. It is also the difference between two options of a single-choice
    question, with their covariance taken into account.
    """
    plus, minus = _moments(sample, positive), _moments(sample, negative)
    return means(sample, answered, plus - minus, plus + minus)


def means(
    sample: Sample,
    answered: Moments | ArrayLike,
    total: Moments | ArrayLike,
    total_squared: Moments | ArrayLike,
) -> Estimates:
    """Mean of each of J scales among those who answered; arrays as in `shares`.

    `total` and `total_squared` are sums of the answers and of their squares. Standard error by
    linearisation (Binder 1983; Woodruff 1971) of calibrated residuals (Deville & Särndal 1992,
    section 3; Särndal, Swensson & Wretman 1992, chapter 6; D'Arrigo & Skinner 2010), as R's survey
    package gives it for calibrate(calfun="raking").
    """
    v, y, q = (_moments(sample, m) for m in (answered, total, total_squared))
    g = sample.factors
    estimate, residuals = _linearise(sample, v, y, q)

    counted = sample.weight > 0
    base = np.broadcast_to(v.n[counted].sum(axis=0), estimate.shape)
    answering = ratio((g @ v.w) ** 2, g**2 @ v.w2)
    second_moment = ratio(g @ q.w, g @ v.w)
    variance = second_moment - estimate**2
    # Where all answers are the same only rounding is left, and p(1-p)/V would be noise over noise.
    constant = variance <= _ROUNDING * second_moment
    variance = np.where(constant, 0, variance)
    se, fixed = (
        np.where(constant, 0, _standard_error(sample, residuals, calibrated))
        for calibrated in (True, False)
    )
    known = base >= 2
    se, fixed, variance, answering = (
        np.where(known, figure, np.nan) for figure in (se, fixed, variance, answering)
    )
    return Estimates(
        estimate=estimate,
        standard_error=se,
        standard_error_fixed=fixed,
        base=base.copy(),
        variance=variance,
        kish_effective_base=answering,
        effective_base=effective_base(se, variance, base, answering),
        design_effect=linearised_design_effect(se, variance, base),
    )


def between_groups(
    sample: Sample,
    answered: tuple[Moments | ArrayLike, Moments | ArrayLike],
    chose: tuple[Moments | ArrayLike, Moments | ArrayLike],
) -> tuple[Floats, Floats]:
    """Difference in share, second group minus first, and its standard error, both (J,).

    The groups are disjoint parts of one sample (an organisation and the rest of its parent); raking
    them together makes their estimates depend on each other, which this accounts for. A group of
    fewer than two who answered gives NaN.
    """
    sides = []
    known = np.array(True)
    for v, y in zip(answered, chose, strict=True):
        v, y = _moments(sample, v), _moments(sample, y)
        sides.append(_linearise(sample, v, y, y))
        known = known & (v.n[sample.weight > 0].sum(axis=0) >= 2)
    (first, a), (second, b) = sides
    contrast = _Residuals(b.first - a.first, b.second - a.second, b.squares + a.squares)
    se = _standard_error(sample, contrast, calibrated=True)
    return np.where(known, second - first, np.nan), np.where(known, se, np.nan)


def _linearise(sample: Sample, v: Moments, y: Moments, q: Moments) -> tuple[Floats, _Residuals]:
    W = sample.factors @ v.w
    p = ratio(sample.factors @ y.w, W)
    return p, _Residuals(
        ratio(y.w - p * v.w, W),
        ratio(y.w2 - p * v.w2, W),
        ratio(q.w2 - 2 * p * y.w2 + p**2 * v.w2, W * W),
    )


def _standard_error(sample: Sample, e: _Residuals, calibrated: bool) -> Floats:
    """Root of n/(n-1) (sum z^2 - (sum z)^2 / n), z = g d (e - x'B), B of base-weighted least
    squares; without `calibrated` B is 0. NaN where the sample has a single respondent."""
    n = sample.size
    g = sample.factors[:, None]
    if calibrated and sample.design.shape[1]:
        coefficients = sample.normal_inverse @ (sample.design.T @ e.first)
        f = sample.design @ coefficients
        squares = e.squares - 2 * f * e.second + f**2 * sample.weight_squared[:, None]
        sums = e.first - f * sample.weight[:, None]
    else:
        squares, sums = e.squares, e.first
    total = (g * sums).sum(axis=0)
    variance = np.maximum((g**2 * squares).sum(axis=0) - total**2 / max(n, 1), 0)
    return np.sqrt(variance * ratio(n, n - 1))


def _moments(sample: Sample, sums: Moments | ArrayLike) -> Moments:
    """Moments of the sample's cells; plain counts only where base weights are all 1."""
    if not isinstance(sums, Moments):
        if not sample.is_equal:
            raise ValueError(
                "Counts are enough only where every base weight is 1: give Moments, with the sums "
                "of base weights and of their squares."
            )
        sums = Moments.equal(sums)
    if sums.n.shape[0] != sample.respondents.size:
        raise ValueError(
            f"The counts cover {sums.n.shape[0]} cells, the sample has "
            f"{sample.respondents.size}: give one row per cell."
        )
    return sums


def _columns(sums: ArrayLike) -> Floats:
    array = np.asarray(sums, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array
