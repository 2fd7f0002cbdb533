"""Strata, clusters and finite populations, and designs that no variance follows from."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.statistics.estimation import shares
from surveys.statistics.samples import Design, DesignRefused, Sample

NO_MARGINS = np.zeros((4, 0))


def drawn(design: Design) -> Sample:
    """Forty people in four cells, each of weight 1."""
    n = np.full(4, 10.0)
    return Sample(n, n, n, np.ones(4), NO_MARGINS, design)


def test_strata_take_out_what_differs_between_them() -> None:
    # Stratum 1: 4 of 20 chose it; stratum 2: 16 of 20. By hand n/(n-1) * n p(1-p)
    # of each over 40^2: 20/19 * 20 * .16 * 2 / 1600; as one sample 40/39 * 40 * .25 / 1600.
    chose = [1, 3, 7, 9]
    apart = drawn(Design(np.array([0, 0, 1, 1])))
    ours = shares(apart, [10] * 4, chose).standard_error[0]
    assert ours**2 == pytest.approx(20 / 19 * 6.4 / 1600, rel=1e-12)
    together = shares(Sample.equal([10] * 4, np.ones(4), NO_MARGINS), [10] * 4, chose)
    assert together.standard_error[0] ** 2 == pytest.approx(40 / 39 * 10 / 1600, rel=1e-12)


def test_a_finite_population_leaves_only_those_who_were_not_drawn_uncertain() -> None:
    # 20 of 25 and 20 of 80: the strata's variances times .2 and .75.
    finite = drawn(Design(np.array([0, 0, 1, 1]), population=np.array([25.0, 80.0])))
    ours = shares(finite, [10] * 4, [1, 3, 7, 9]).standard_error[0]
    assert ours**2 == pytest.approx(20 / 19 * 3.2 * (0.2 + 0.75) / 1600, rel=1e-12)


def test_people_of_one_cluster_count_as_one_draw() -> None:
    # Four clusters of ten with 1, 3, 7 and 9: sum of (z - mean)^2 of totals, times 4/3.
    clustered = drawn(Design(np.zeros(4, int), np.arange(4)))
    ours = shares(clustered, [10] * 4, [1, 3, 7, 9]).standard_error[0]
    assert ours**2 == pytest.approx(4 / 3 * (16 + 4 + 4 + 16) / 1600, rel=1e-12)
    assert clustered.degrees_of_freedom([10] * 4).tolist() == [3]
    assert clustered.degrees_of_freedom([10, 5, 0, 0]).tolist() == [1]


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (Design(np.array([0, 0, 0, 1]), np.arange(4)), "Stratum 2 .* single sampling unit"),
        (Design(np.zeros(4, int), population=np.array([39.0])), "more sampling units than"),
    ],
)
def test_a_design_without_a_variance_is_refused(design: Design, said: str) -> None:
    with pytest.raises(DesignRefused, match=said):
        shares(drawn(design), [10] * 4, [1, 3, 7, 9])


def test_a_cluster_in_two_strata_is_refused() -> None:
    with pytest.raises(DesignRefused, match=r"Cluster 2 .* lies in two strata"):
        Design(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]))
