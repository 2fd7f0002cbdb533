"""Estimates and their standard errors from sums per weighting cell.

A raked weight depends on the cell alone, so sums per cell are exactly sufficient for the
calibrated-residual variance: the cost is cells times items, whatever the number of respondents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from surveys.statistics.effects import effective_base, linearised_design_effect, ratio
from surveys.statistics.margins import Floats
from surveys.statistics.samples import Moments, Sample, moments

_ROUNDING = 1e-12


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
    whose counts are of that domain only, with the sample's cells whole. Raises ValueError where
    more of a cell chose an item than answered it.
    """
    gave, chosen = moments(sample, answered), moments(sample, chose)
    here, of = np.broadcast_arrays(chosen.n, gave.n)
    if np.any(here > of):
        at = np.unravel_index(np.argmax(here > of), here.shape)
        raise ValueError(f"In a cell {here[at]:g} chose an item that {of[at]:g} answered.")
    estimates = means(sample, gave, chosen, chosen)
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
    plus, minus = moments(sample, positive), moments(sample, negative)
    return means(sample, answered, plus - minus, plus + minus)


def changes(
    sample: Sample,
    both: Moments | ArrayLike,
    pairs: Moments | ArrayLike,
    before: ArrayLike,
    after: ArrayLike,
) -> Estimates:
    """Mean change of the same people between two answers, such as before and after an explainer.

    both: (K,) who gave both answers; pairs: (K, J) who gave each pair of answers; before, after:
    (J,) values of the two answers of a pair: steps of a scale, or 1 and 0 for having chosen one
    option; (J, M) for M options at once. The error is that of paired differences within persons.
    """
    step = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    counts = moments(sample, pairs)

    def summed(power: int) -> Moments:
        return Moments(*(sums @ step**power for sums in (counts.n, counts.w, counts.w2)))

    return means(sample, both, summed(1), summed(2))


def means(
    sample: Sample,
    answered: Moments | ArrayLike,
    total: Moments | ArrayLike,
    total_squared: Moments | ArrayLike,
) -> Estimates:
    """Mean of each of J scales among those who answered; arrays as in `shares`.

    `total` and `total_squared` are sums of the answers and of their squares. Of answers far from 0
    beside how far they are apart (account numbers) take a middle one off first, or their squares
    have too few digits; where the spread is under a millionth they count as all the same. Error by
    linearisation (Binder 1983; Woodruff 1971) of calibrated residuals (Deville & Särndal 1992,
    section 3; Särndal, Swensson & Wretman 1992, chapter 6; D'Arrigo & Skinner 2010), as R's survey
    package gives it for calibrate(calfun="raking").
    """
    v, y, q = (moments(sample, m) for m in (answered, total, total_squared))
    _refuse_more_than_people(sample, v.n)
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
    total: tuple[Moments | ArrayLike, Moments | ArrayLike],
    total_squared: tuple[Moments | ArrayLike, Moments | ArrayLike] | None = None,
) -> tuple[Floats, Floats]:
    """Difference in share or mean, second group minus first, and its standard error, both (J,).

    The groups are disjoint parts of one sample: two segments, two randomised arms, an organisation
    and the rest of its parent. Raking them together makes their estimates depend on each other,
    which this accounts for. Each pair is of `answered` and, as for `shares`, of who chose the
    answer; for the means of scales it has their totals and `total_squared` of their squares. A
    group of fewer than two who answered gives NaN.
    """
    sides = []
    known = np.array(True)
    for v, y, q in zip(answered, total, total_squared or total, strict=True):
        v, y, q = (moments(sample, sums) for sums in (v, y, q))
        sides.append(_linearise(sample, v, y, q))
        known = known & (v.n[sample.weight > 0].sum(axis=0) >= 2)
    together = moments(sample, answered[0]) + moments(sample, answered[1])
    _refuse_more_than_people(sample, together.n)
    (first, a), (second, b) = sides
    contrast = _Residuals(b.first - a.first, b.second - a.second, b.squares + a.squares)
    se = _standard_error(sample, contrast, calibrated=True)
    return np.where(known, second - first, np.nan), np.where(known, se, np.nan)


def _refuse_more_than_people(sample: Sample, answered: Floats) -> None:
    counted = sample.weight > 0
    most = answered[counted].max(axis=1, initial=0)
    wrong = most > sample.respondents[counted]
    if np.any(wrong):
        at = int(np.argmax(wrong))
        raise ValueError(
            f"{most[at]:g} answered of a cell of {sample.respondents[counted][at]:g}: count each "
            "once, and compare groups that have nobody in common."
        )


def _linearise(sample: Sample, v: Moments, y: Moments, q: Moments) -> tuple[Floats, _Residuals]:
    W = sample.factors @ v.w
    p = ratio(sample.factors @ y.w, W)
    share = ratio(1, W)  # of each unit of weight; (J,), so that (K, J) is only multiplied
    first = (y.w - p * v.w) * share
    alike = y.w2 is y.w and v.w2 is v.w  # where base weights are 1
    second = first if alike else (y.w2 - p * v.w2) * share
    return p, _Residuals(first, second, (q.w2 - p * (2 * y.w2 - p * v.w2)) * share**2)


def _standard_error(sample: Sample, e: _Residuals, calibrated: bool) -> Floats:
    """Root of the variance of z = g d (e - x'B), B of base-weighted least squares; without
    `calibrated` B is 0. NaN where the sample has a single respondent."""
    g = sample.factors[:, None]
    if not calibrated:
        return np.sqrt(sample.variances(g * e.first, g**2 * e.squares))
    f = sample.projected(e.first)
    sums = g * (e.first - f * sample.weight[:, None])
    squares = e.squares + f * (f * sample.weight_squared[:, None] - 2 * e.second)
    variance = sample.variances(sums, g**2 * squares)
    # What the margins fix (the share of a category that was raked to) has no error, and what
    # rounding leaves of it must not pass for one.
    unexplained = (sample.spread[:, None] * g**2 * e.squares).sum(axis=0)
    return np.sqrt(np.where(variance <= _ROUNDING * unexplained, 0, variance))


def covariance(sample: Sample, answered: Moments | ArrayLike, chose: Moments | ArrayLike) -> Floats:
    """(J, J) sampling covariance of the shares of J answers that exclude each other.

    `answered` is (K,), `chose` (K, J), both as in `shares`. NaN where nobody answered.
    """
    v, y = moments(sample, answered), moments(sample, chose)
    p, e = _linearise(sample, v, y, y)
    W = sample.factors @ v.w
    f = sample.projected(e.first)
    sums = sample.factors[:, None] * (e.first - f * sample.weight[:, None])
    counted = sample.spread * sample.factors**2
    # Products of two answers' residuals; nobody gave both, so only their means are crossed.
    cross = np.outer(p, counted @ y.w2)
    products = np.diag(counted @ y.w2) - cross - cross.T + np.outer(p, p) * (counted @ v.w2)
    leaning = (counted[:, None] * f).T @ e.second
    explained = (counted * sample.weight_squared)[:, None] * f
    products = ratio(products, W * W) - leaning - leaning.T + explained.T @ f
    return sample.covariance(sums, products)
