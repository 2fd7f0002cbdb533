"""Whether two questions' answers depend on each other, from one sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, stats

from surveys.statistics.estimation import covariance, shares
from surveys.statistics.margins import Floats
from surveys.statistics.samples import Moments, Sample, moments


@dataclass(frozen=True)
class Independence:
    """A test of independence of rows and columns.

    All but the base is NaN where a table has one row or one column, or so many empty places that
    its interactions cannot be told apart.

    f, numerator, denominator, p_value: Rao and Scott's second-order correction. Show this one.
    chi_squared, first_order_p_value: Pearson's statistic of the weighted table scaled to the number
        of all respondents, as R prints it, and its first-order correction. The other fields do
        not depend on that scale.
    base: respondents who answered both questions.
    """

    f: float
    numerator: float
    denominator: float
    p_value: float
    chi_squared: float
    first_order_p_value: float
    base: float


def independence(
    sample: Sample, both: Moments | ArrayLike, table: Moments | ArrayLike, shape: tuple[int, int]
) -> Independence:
    """Rao-Scott test of a table of two single-choice questions (Rao & Scott 1981, 1984; Thomas &
    Rao 1987), as R's svychisq.

    both: (K,) who answered both; table: (K, R*C) who is in each place of the table, row by row.
    Empty rows and columns are left out. Raises ValueError where shape and table differ.
    """
    v, y = moments(sample, both), moments(sample, table)
    if y.n.shape[1] != shape[0] * shape[1]:
        raise ValueError(f"A table of {shape} has not {y.n.shape[1]} places.")
    p = shares(sample, v, y).estimate.reshape(shape)
    rows, cols = np.flatnonzero(p.sum(axis=1) > 0), np.flatnonzero(p.sum(axis=0) > 0)
    n = float(v.n[sample.weight > 0].sum())
    untested = Independence(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, n)
    if len(rows) < 2 or len(cols) < 2:
        return untested
    kept = (rows[:, None] * shape[1] + cols).ravel()
    p = p[np.ix_(rows, cols)]
    V = covariance(sample, v, Moments(y.n[:, kept], y.w[:, kept], y.w2[:, kept]))

    scale = sample.size
    expected = np.outer(p.sum(axis=1), p.sum(axis=0))
    chi_squared = float(scale * ((p - expected) ** 2 / expected).sum())
    # Generalised design effects: V against that of a simple sample, along the interactions.
    C = _interactions(len(rows), len(cols))
    inverse = np.where(p.ravel() > 0, 1 / np.where(p.ravel() > 0, p.ravel(), 1), 0)
    scaled = inverse[:, None] * C
    simple = C.T @ scaled
    if np.linalg.matrix_rank(simple) < len(simple):
        return untested
    effects = linalg.solve(simple / scale, scaled.T @ V @ scaled)
    trace = float(np.trace(effects))
    numerator = trace**2 / float(np.trace(effects @ effects))
    units = float(sample.degrees_of_freedom(sample.respondents)[0])  # as R: of the whole sample
    f = chi_squared / trace
    return Independence(
        f=f,
        numerator=numerator,
        denominator=numerator * units,
        p_value=float(stats.f.sf(f, numerator, numerator * units)),
        chi_squared=chi_squared,
        first_order_p_value=float(stats.chi2.sf(chi_squared * len(effects) / trace, len(effects))),
        base=n,
    )


def _interactions(rows: int, cols: int) -> Floats:
    """(R*C, (R-1)*(C-1)) a basis of what rows and columns apart do not explain."""

    def contrasts(size: int) -> Floats:
        return np.vstack([np.eye(size - 1), -np.ones(size - 1)])

    return np.asarray(np.kron(contrasts(rows), contrasts(cols)), dtype=np.float64)
