"""The respondents of one wave by weighting cell, how they were drawn, and sums of what they said.

A raked weight depends on the cell alone, so sums per cell are exactly sufficient for every variance
here: the cost is cells times items, whatever the number of respondents.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from surveys.statistics.effects import ratio
from surveys.statistics.margins import Floats

Integers = NDArray[np.int64]


class DesignRefused(ValueError):
    """Strata, clusters or population sizes that no variance can be computed from."""


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
            object.__setattr__(self, name, columns(getattr(self, name)))
        if not self.n.shape == self.w.shape == self.w2.shape:
            raise ValueError("The three sums of Moments have the same shape, (K, J).")

    @classmethod
    def equal(cls, counts: ArrayLike) -> Moments:
        """Moments where every base weight is 1: one sum serves as all three."""
        sums = columns(counts)
        return cls(sums, sums, sums)

    def __sub__(self, other: Moments) -> Moments:
        return Moments(self.n - other.n, self.w - other.w, self.w2 - other.w2)

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.w + other.w, self.w2 + other.w2)


@dataclass(frozen=True)
class Design:
    """How the respondents of K cells were drawn, where that was not one by one from everybody.

    stratum: (K,) codes from 0. A cell lies in one stratum: put it into the key of the cells.
    cluster: (K,) codes from 0 of primary sampling units, each within one stratum; None where
        respondents were drawn one by one.
    population: (H,) how many units (clusters, or people where there are none) each stratum has
        altogether; None for draws with replacement. Without it there is no finite population
        correction.

    Raises DesignRefused where a cluster lies in two strata, a stratum has a single unit, or a
    population fewer than were drawn from it.
    """

    stratum: Integers
    cluster: Integers | None = None
    population: Floats | None = None

    def __post_init__(self) -> None:
        if self.cluster is None:
            return
        _, first, place = np.unique(self.cluster, return_index=True, return_inverse=True)
        astray = np.flatnonzero(self.stratum != self.stratum[first][place])
        if len(astray):
            raise DesignRefused(
                f"Cluster {int(self.cluster[astray[0]]) + 1} (in the order of the codes) lies in "
                "two strata: number the clusters of each stratum apart."
            )

    def units(self, respondents: Floats) -> Floats:
        """(H,) units of each stratum that were met: clusters, or else respondents."""
        strata = int(self.stratum.max(initial=-1)) + 1
        if self.cluster is None:
            return np.bincount(self.stratum, respondents, strata).astype(np.float64)
        met = respondents > 0
        _, first = np.unique(self.cluster[met], return_index=True)
        return np.bincount(self.stratum[met][first], minlength=strata).astype(np.float64)

    def spread(self, respondents: Floats) -> Floats:
        """(H,) (1 - f) n/(n-1) of each stratum, n units met of N and f = n/N."""
        n = self.units(respondents)
        if np.any(n == 1):
            raise DesignRefused(
                f"Stratum {int(np.argmax(n == 1)) + 1} (in the order of the file) has a single "
                "sampling unit, from which no variance follows: merge it with a similar stratum."
            )
        fraction = np.zeros_like(n)
        if self.population is not None:
            if np.any(self.population < n):
                raise DesignRefused(
                    f"Stratum {int(np.argmax(self.population < n)) + 1} (in the order of the "
                    "file) has more sampling units than its population: correct the population."
                )
            fraction = n / self.population
        return (1 - fraction) * np.where(n > 1, n / np.maximum(n - 1, 1), 0)


@dataclass(frozen=True)
class Sample:
    """The respondents of one wave by weighting cell, with their raking factors.

    respondents: (K,) number of respondents, those of base weight 0 left out.
    weight, weight_squared: (K,) sums of base weights and of their squares.
    factors: (K,) raking factors g.
    rows: (K, P) rows of `design_matrix` for the margins that were raked, closed and collapsed as
        they were for `rake`. With no columns standard errors take the weights as fixed: the right
        ones for weights that were supplied from outside.
    design: strata and clusters; None where everybody was drawn alike, one by one.
    """

    respondents: Floats
    weight: Floats
    weight_squared: Floats
    factors: Floats
    rows: Floats
    design: Design | None = None

    def __post_init__(self) -> None:
        for name in ("respondents", "weight", "weight_squared", "factors", "rows"):
            array = np.asarray(getattr(self, name), dtype=np.float64)
            object.__setattr__(self, name, array)
            if array.shape[:1] != self.respondents.shape:
                raise ValueError(
                    f"Sample.{name} covers {array.shape[:1]} cells, respondents cover "
                    f"{self.respondents.shape}: give one row per cell."
                )
        weightless = self.weight == 0
        if np.isnan(self.rows[~weightless]).any():
            raise ValueError(
                "A cell with respondents is open in a margin of the design: apply close_open to "
                "the margins before design_matrix, as for rake."
            )
        # Respondents without weight count for nothing, in n neither.
        object.__setattr__(self, "respondents", np.where(weightless, 0, self.respondents))
        object.__setattr__(self, "rows", np.where(weightless[:, None], 0, self.rows))

    @classmethod
    def equal(cls, respondents: ArrayLike, factors: ArrayLike, rows: ArrayLike) -> Sample:
        """A sample whose base weights are all 1, from (K,) counts of respondents."""
        n = np.asarray(respondents, dtype=np.float64)
        return cls(n, n, n, np.asarray(factors, np.float64), np.asarray(rows, np.float64))

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
        X = self.rows
        inverse = linalg.pinvh(X.T @ (self.weight[:, None] * X), rtol=1e-12)
        return np.asarray(inverse, dtype=np.float64)

    def projected(self, first: Floats) -> Floats:
        """(K, J) part of residuals that the margins explain, x'B, from (K, J) sums of d*e.

        B are coefficients of base-weighted least squares (D'Arrigo & Skinner 2010 on that choice).
        """
        if not self.rows.shape[1]:
            return np.zeros_like(first)
        fitted = self.rows @ (self.normal_inverse @ (self.rows.T @ first))
        return np.asarray(fitted, dtype=np.float64)

    @cached_property
    def spread(self) -> Floats:
        """(K,) what squared residuals of each cell count: (1 - f) n/(n-1) of its stratum.

        NaN where there is a single respondent and no design.
        """
        if self.design is None:
            return np.broadcast_to(ratio(self.size, self.size - 1), self.respondents.shape)
        return self.design.spread(self.respondents)[self.design.stratum]

    def variances(self, sums: Floats, squares: Floats) -> Floats:
        """(J,) sampling variances of totals of z, from (K, J) sums of z and of z^2 over cells.

        V = sum over strata of (1 - f) n/(n-1) sum (z - mean)^2 over units: respondents, or the
        totals of clusters.
        """
        spread = self.spread[:, None]
        if self.design is not None and self.design.cluster is not None:
            totals, spread = self._cluster_totals(sums)
            squares = totals**2
        about_the_mean = (spread * squares).sum(axis=0) - self._of_means(sums, False)
        return np.asarray(np.maximum(about_the_mean, 0))

    def covariance(self, sums: Floats, products: Floats) -> Floats:
        """(J, J) sampling covariance of totals, from (K, J) sums of z over cells.

        products: (J, J) sum over all respondents of `spread` times z z'; not looked at where there
        are clusters, whose totals tell it.
        """
        if self.design is not None and self.design.cluster is not None:
            totals, spread = self._cluster_totals(sums)
            products = (spread * totals).T @ totals
        return products - self._of_means(sums, True)

    def _cluster_totals(self, sums: Floats) -> tuple[Floats, Floats]:
        """(C, J) totals of each cluster that was met, and (C, 1) the spread of its stratum."""
        assert self.design is not None
        assert self.design.cluster is not None
        met = self.respondents > 0
        _, first, place = np.unique(
            self.design.cluster[met], return_index=True, return_inverse=True
        )
        return grouped(place, sums[met], len(first)), self.spread[met][first][:, None]

    def _of_means(self, sums: Floats, crossed: bool) -> Floats:
        """What squares about 0 have too much: n times the squared mean, by stratum, spread."""
        if self.design is None:
            share = ratio(self.spread[:1], self.size)[:, None]
            totals = sums.sum(axis=0, keepdims=True)
        else:
            stratum, units = self.design.stratum, self.design.units(self.respondents)
            spread = np.zeros(len(units))
            spread[stratum] = self.spread
            share = np.where(units > 0, spread / np.maximum(units, 1), 0)[:, None]
            totals = grouped(stratum, sums, len(units))
        return (share * totals).T @ totals if crossed else (share * totals**2).sum(axis=0)

    def degrees_of_freedom(self, domain: ArrayLike) -> Floats:
        """(J,) sampling units less strata in each domain, from (K, J) counts of its respondents.

        Those who left the question open are in the domain too, as in R's degf of a subset. With
        nothing but respondents drawn alike it is their number less 1.
        """
        met = columns(domain) * (self.respondents > 0)[:, None]
        if self.design is None:
            return np.maximum(np.asarray(met.sum(axis=0) - 1), 0)
        strata = len(self.design.units(self.respondents))
        in_stratum = grouped(self.design.stratum, met, strata)
        if self.design.cluster is None:
            units = met.sum(axis=0)
        else:
            clusters = int(self.design.cluster.max(initial=-1)) + 1
            units = (grouped(self.design.cluster, met, clusters) > 0).sum(axis=0)
        return np.asarray(units - (in_stratum > 0).sum(axis=0), dtype=np.float64)


def moments(sample: Sample, sums: Moments | ArrayLike) -> Moments:
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


def columns(sums: ArrayLike) -> Floats:
    """Sums per cell as (K, J): one item may be given as (K,)."""
    array = np.asarray(sums, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array


def grouped(group: Integers, values: Floats, groups: int) -> Floats:
    """(groups, J) sums of the (K, J) values of each group, from (K,) codes."""
    found = [np.bincount(group, column, groups) for column in values.T]
    return np.array(found, dtype=np.float64).reshape(values.shape[1], groups).T
