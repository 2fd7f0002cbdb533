"""Sums per cell give the figures that the respondents themselves give, one by one.

`Survey` knows nothing of cells or tallies: it holds 240 respondents, and writes each figure and its
variance out over them (Deville & Särndal 1992, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from numpy.typing import NDArray

from surveys.statistics.estimation import (
    Estimates,
    between_groups,
    changes,
    covariance,
    means,
    net_scores,
    shares,
)
from surveys.statistics.margins import OPEN, Margin, close_open, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Design, Moments, Sample
from surveys.statistics.trimming import trim

Floats = NDArray[np.float64]
N = 240
AGES, REGIONS, STRATA, CLUSTERS = 3, 4, 3, 24
POPULATION = np.array([400.0, 300.0, 200.0])  # of each stratum


@dataclass(frozen=True)
class Survey:
    """Respondents with unequal base weights, drawn in clusters; some left a margin open."""

    base: Floats
    age: NDArray[np.int64]
    region: NDArray[np.int64]  # -1 for those who left it open
    stratum: NDArray[np.int64]
    cluster: NDArray[np.int64]
    kind: str

    @classmethod
    def drawn(cls, kind: str) -> Survey:
        rng = np.random.default_rng(240)
        region = rng.integers(0, REGIONS, N)
        if kind == "open":
            region[rng.random(N) < 0.1] = OPEN
        weight = np.round(rng.lognormal(0, 0.5, N), 1) + 0.1
        cluster = np.repeat(np.arange(CLUSTERS), N // CLUSTERS)
        return cls(
            np.ones(N) if kind == "equal" else weight,
            rng.integers(0, AGES, N),
            region,
            cluster // (CLUSTERS // STRATA),
            cluster,
            kind,
        )

    @cached_property
    def cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The cell of each respondent, and a respondent of each cell."""
        key = [self.age, self.region, np.unique(self.base, return_inverse=True)[1]]
        if self.kind in ("strata", "clusters"):
            key += [self.stratum, self.cluster]
        _, first, of_row = np.unique(np.array(key), axis=1, return_index=True, return_inverse=True)
        return of_row.ravel(), first

    def sums(self, figure: NDArray[np.generic]) -> Moments:
        of_row, first = self.cells
        y = figure.astype(np.float64).reshape(N, -1)
        return Moments(
            *(
                np.stack([np.bincount(of_row, c * self.base**k, len(first)) for c in y.T], 1)
                for k in range(3)
            )
        )

    @cached_property
    def sample(self) -> Sample:
        _, first = self.cells
        whole = self.sums(np.ones(N))
        n, w, w2 = whole.n[:, 0], whole.w[:, 0], whole.w2[:, 0]
        margins = [
            Margin("age", ("a", "b", "c"), self.age[first], np.array([0.25, 0.35, 0.4])),
            close_open(
                Margin(
                    "region",
                    ("n", "e", "s", "w"),
                    self.region[first],
                    np.array([0.3, 0.3, 0.2, 0.2]),
                ),
                w,
            ),
        ]
        factors = rake(w, margins).factors
        if self.kind == "trimmed":
            trimming = trim(w, n, margins, 2.5)
            assert trimming.feasible
            assert trimming.capped.any()
            factors = trimming.factors
        design = None
        if self.kind in ("strata", "clusters"):
            design = Design(
                self.stratum[first],
                self.cluster[first] if self.kind == "clusters" else None,
                POPULATION if self.kind == "strata" else None,
            )
        return Sample(n, w, w2, factors, design_matrix(margins, len(first)), design)

    # From here on nothing of what is tested is used but the weights.

    @cached_property
    def weight(self) -> Floats:
        return np.asarray(self.base * self.sample.factors[self.cells[0]])

    def ratio(self, y: Floats, v: Floats) -> tuple[float, Floats]:
        """A mean of y over v, and what each respondent adds to its error."""
        total = self.weight @ v
        mean = float(self.weight @ (y * v) / total)
        return mean, v * (y - mean) / total

    def covariance(self, one: Floats, other: Floats, calibrated: bool = True) -> float:
        """Of two figures, from what each respondent adds to their errors."""
        dummies = [self.age == a for a in range(1, AGES)]
        dummies += [self.region == r for r in range(OPEN, REGIONS) if r != 0]
        X = np.column_stack([np.ones(N), *dummies]).astype(float)
        root = np.sqrt(self.base)
        z = []
        for e in (one, other):
            fitted = X @ np.linalg.lstsq(root[:, None] * X, root * e, rcond=None)[0]
            z.append(self.weight * (e - fitted * calibrated))
        strata, fraction = np.zeros(N, int), np.zeros(STRATA)
        if self.kind == "strata":
            strata, fraction = self.stratum, np.bincount(self.stratum) / POPULATION
        if self.kind == "clusters":
            z = [np.bincount(self.cluster, each) for each in z]
            strata = np.arange(CLUSTERS) // (CLUSTERS // STRATA)
        total = 0.0
        for h in np.unique(strata):
            a, b = (each[strata == h] for each in z)
            n = len(a)
            total += (1 - fraction[h]) * n / (n - 1) * float((a - a.mean()) @ (b - b.mean()))
        return total

    def error(self, e: Floats, calibrated: bool = True) -> float:
        return float(np.sqrt(self.covariance(e, e, calibrated)))


KINDS = ["equal", "unequal", "open", "trimmed", "strata", "clusters"]


@pytest.fixture(params=KINDS)
def survey(request: pytest.FixtureRequest) -> Survey:
    return Survey.drawn(request.param)


def answers(low: int, high: int, seed: int) -> Floats:
    return np.random.default_rng(seed).integers(low, high, N).astype(float)


def test_shares_of_the_whole_and_of_a_domain(survey: Survey) -> None:
    option, answered = answers(0, 3, 1), answers(0, 6, 2) > 0
    for domain in (np.ones(N, bool), answers(0, 2, 3) > 0, survey.age == 1):
        v = (answered & domain).astype(float)
        ours = shares(survey.sample, survey.sums(v), survey.sums(v * (option == 1)))
        p, e = survey.ratio((option == 1).astype(float), v)
        agree(ours, p, survey.error(e), survey.error(e, calibrated=False))
        w = survey.weight * v
        assert ours.base[0] == v.sum()
        assert ours.kish_effective_base[0] == pytest.approx(w.sum() ** 2 / (w**2).sum())


def test_means_of_scales_top_two_boxes_and_counts_of_choices(survey: Survey) -> None:
    trust, ticked = answers(0, 11, 4), np.stack([answers(0, 2, 5 + o) for o in range(4)], 1)
    v = (answers(0, 9, 9) > 0).astype(float)
    for y in (trust, ticked.sum(axis=1)):
        ours = means(survey.sample, *(survey.sums(v * y**k) for k in range(3)))
        mean, e = survey.ratio(y, v)
        agree(ours, mean, survey.error(e), survey.error(e, calibrated=False))
    top = (trust >= 9).astype(float)
    p, e = survey.ratio(top, v)
    agree(shares(survey.sample, survey.sums(v), survey.sums(v * top)), p, survey.error(e))


def test_net_scores(survey: Survey) -> None:
    trust, v = answers(0, 11, 10), (answers(0, 5, 11) > 0).astype(float)
    up, down = (trust >= 9).astype(float), (trust <= 6).astype(float)
    ours = net_scores(survey.sample, *(survey.sums(v * y) for y in (np.ones(N), up, down)))
    net, e = survey.ratio(up - down, v)
    agree(ours, net, survey.error(e))


def test_two_segments_or_arms_of_one_sample(survey: Survey) -> None:
    arm, chose, trust = answers(0, 3, 12), answers(0, 2, 13), answers(0, 11, 14)
    v = [(arm == a).astype(float) for a in (0, 1)]
    for y in (chose, trust):
        sides = [survey.ratio(y, each) for each in v]
        gap, error = between_groups(
            survey.sample,
            (survey.sums(v[0]), survey.sums(v[1])),
            (survey.sums(v[0] * y), survey.sums(v[1] * y)),
            (survey.sums(v[0] * y**2), survey.sums(v[1] * y**2)),
        )
        assert gap[0] == pytest.approx(sides[1][0] - sides[0][0], rel=1e-10)
        assert error[0] == pytest.approx(survey.error(sides[1][1] - sides[0][1]), rel=1e-9)


def test_the_same_people_before_and_after(survey: Survey) -> None:
    before, after = answers(0, 3, 15), answers(0, 3, 16)
    both = (answers(0, 7, 17) > 0).astype(float)
    pairs = np.stack([(before == b) & (after == a) for b in range(3) for a in range(3)], 1)
    steps = [(b, a) for b in range(3) for a in range(3)]
    ours = changes(
        survey.sample,
        survey.sums(both),
        survey.sums(pairs * both[:, None]),
        [b for b, _ in steps],
        [a for _, a in steps],
    )
    change, e = survey.ratio(after - before, both)
    agree(ours, change, survey.error(e))


def test_covariances_of_answers_that_exclude_each_other(survey: Survey) -> None:
    option = answers(0, 4, 18)
    v = (answers(0, 8, 19) > 0).astype(float)
    chose = np.stack([v * (option == o) for o in range(4)], 1)
    ours = covariance(survey.sample, survey.sums(v), survey.sums(chose))
    e = [survey.ratio(chose[:, o], v)[1] for o in range(4)]
    expected = [[survey.covariance(a, b) for b in e] for a in e]
    np.testing.assert_allclose(ours, expected, rtol=1e-8, atol=1e-12)


def agree(ours: Estimates, estimate: float, error: float, fixed: float | None = None) -> None:
    assert ours.estimate[0] == pytest.approx(estimate, rel=1e-10)
    assert ours.standard_error[0] == pytest.approx(error, rel=1e-9)
    if fixed is not None:
        assert ours.standard_error_fixed[0] == pytest.approx(fixed, rel=1e-9)
