"""Differences equal R's; a published figure without its base is refused."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surveys.statistics.differences import (
    Difference,
    PublishedBaseMissing,
    chance_of_parting,
    from_published,
    hybrid,
    independent,
    minimum_detectable,
)
from surveys.statistics.intervals import wilson
from tests.statistics.golden import REFERENCE

EXTRACT: dict[str, Any] = json.loads((REFERENCE / "differences.json").read_text(encoding="utf-8"))


def assert_equal(ours: Difference, expected: dict[str, Any]) -> None:
    figures = {
        "diff": ours.estimate,
        "se": ours.standard_error,
        "z": ours.z,
        "lo95": ours.lower,
        "hi95": ours.upper,
    }
    for key, figure in figures.items():
        assert float(figure) == pytest.approx(expected[key], rel=1e-8, abs=1e-13), key
    assert float(ours.p_value) == pytest.approx(expected["p_normal"], abs=1e-8)


@pytest.mark.parametrize("expected", EXTRACT["versus_published"])
def test_a_difference_from_a_published_share_equals_that_of_r(expected: dict[str, Any]) -> None:
    ours = from_published(
        expected["est"],
        expected["est_se"],
        expected["published_p"],
        expected["published_n"],
        design_effect=expected["assumed_deff"],
        rounding=expected["rounding_unit"],
    )
    assert_equal(ours, expected)


@pytest.mark.parametrize("expected", EXTRACT["between_waves"])
def test_a_difference_between_waves_equals_that_of_r(expected: dict[str, Any]) -> None:
    earlier, later = (
        SimpleNamespace(estimate=figures[0], standard_error=figures[1])
        for figures in (expected["earlier"], expected["later"])
    )
    assert_equal(independent(earlier, later), expected)


def test_waves_are_compared_item_by_item() -> None:
    earlier = SimpleNamespace(estimate=np.array([0.3, 0.4]), standard_error=np.array([0.03, 0.03]))
    later = SimpleNamespace(estimate=np.array([0.4, 0.4]), standard_error=np.array([0.04, 0.04]))
    ours = independent(earlier, later)
    np.testing.assert_allclose(ours.standard_error, [0.05, 0.05])
    np.testing.assert_allclose(ours.z, [2, 0], atol=1e-12)


@pytest.mark.parametrize("base", [None, 0, -5, float("nan")])
def test_a_published_share_without_a_base_is_refused(base: float | None) -> None:
    with pytest.raises(PublishedBaseMissing, match="number of respondents"):
        from_published(0.4, 0.02, 0.36, base)


def test_impossible_published_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="36%"):
        from_published(0.4, 0.02, 36, 1000)
    with pytest.raises(ValueError, match="design effect"):
        from_published(0.4, 0.02, 0.36, 1000, design_effect=0)


def test_no_test_is_made_of_an_option_that_nobody_chose() -> None:
    nobody = SimpleNamespace(estimate=0.0, standard_error=0.0)
    some = SimpleNamespace(estimate=0.02, standard_error=0.005)
    for ours in (independent(nobody, some), independent(some, nobody)):
        assert abs(float(ours.estimate)) == 0.02
        assert np.isnan([ours.z, ours.p_value, ours.lower, ours.upper]).all()


def test_what_could_have_been_seen_has_the_power_it_says() -> None:
    # A true change of that size is significant at 5% in 80% of normal draws (exactly, by its cdf).
    change = float(minimum_detectable(0.02))
    assert change == pytest.approx(0.02 * 2.801585, rel=1e-6)
    assert stats.norm.sf(1.959963985 - change / 0.02) == pytest.approx(0.8, abs=1e-6)


@given(
    of=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    chose=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_shares_of_people_part_by_chance_as_often_as_pearson_says(
    of: tuple[int, int], chose: tuple[float, float]
) -> None:
    did = [round(part * n) for part, n in zip(chose, of, strict=True)]
    found = float(chance_of_parting(did, of))
    if sum(did) in (0, sum(of)):
        assert found == 1  # all of both, or none: scipy refuses such a table
        return
    table = [did, [n - k for n, k in zip(of, did, strict=True)]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_more_people_than_there_are_is_refused_and_nobody_tells_nothing() -> None:
    with pytest.raises(ValueError, match="as many as there are"):
        chance_of_parting([12, 5], [10, 10])
    assert np.isnan(chance_of_parting([0, 5], [0, 10]))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Newcombe (1998), table II, method 10: 56/70 less 48/80, 9/10 less 3/10, 10/10 less 0/10.
        ((48, 80), (56, 70), (0.0524, 0.3339)),
        ((3, 10), (9, 10), (0.1705, 0.8090)),
        ((0, 10), (10, 10), (0.6075, 1.0)),
    ],
)
def test_the_interval_of_two_intervals_is_that_of_newcombe(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, float]
) -> None:
    sides = [(k / n, *wilson(k / n, n)) for k, n in (first, second)]
    assert np.ravel(hybrid(*sides)) == pytest.approx(expected, abs=5e-5)
