"""Several waves equal R: their estimates, differences, lines and families of tests."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from surveys.statistics.differences import Difference, from_published, independent, within
from surveys.statistics.families import benjamini_hochberg, holm, screening
from surveys.statistics.lines import line
from tests.statistics.golden import REFERENCE, case, number

WAVES = ("beps_waves", "gss_waves")
EXPECTED: dict[str, dict[str, Any]] = {
    name: json.loads((REFERENCE / name / "expected.json").read_text(encoding="utf-8"))
    for name in WAVES
}
Figures = dict[tuple[str, str, str], dict[str, Any]]
ERROR = {"fixed": "se_fixed", "rake": "se_calib", "calib": "se_calib"}


def figures(name: str) -> Figures:
    """R's estimates by item, option and wave."""
    return {
        (entry["item"], str(entry["option"]), str(entry["wave"])): entry
        for entry in EXPECTED[name]["estimates"]
    }


def listed(kind: str) -> list[Any]:
    return [
        pytest.param(name, entry, id=f"{name}-{place}")
        for name in WAVES
        for place, entry in enumerate(EXPECTED[name][kind])
    ]


def measured(name: str, entry: dict[str, Any], wave: Any) -> SimpleNamespace:
    found = figures(name)[entry["item"], str(entry["option"]), str(wave)]
    return SimpleNamespace(estimate=found["est"], standard_error=found[ERROR[entry["variance"]]])


def assert_equal(ours: Difference, entry: dict[str, Any]) -> None:
    for key, figure in (
        ("diff", ours.estimate),
        ("se", ours.standard_error),
        ("z", ours.z),
        ("lo95", ours.lower),
        ("hi95", ours.upper),
    ):
        assert float(figure) == pytest.approx(entry[key], rel=1e-7, abs=1e-12), key
    assert float(ours.p_value) == pytest.approx(entry["p_normal"], abs=1e-8)


@pytest.mark.parametrize(("name", "entry"), listed("estimates"))
def test_the_estimates_of_each_wave_equal_r(name: str, entry: dict[str, Any]) -> None:
    c = case(name, str(entry["wave"]))
    ours = c.estimate(entry)
    for key, figure in (
        ("est", ours.estimate),
        ("se_fixed", ours.standard_error_fixed),
        ("se_calib", ours.standard_error),
    ):
        np.testing.assert_allclose(figure[0], number(entry[key]), rtol=1e-8, err_msg=key)


@pytest.mark.parametrize("name", WAVES)
def test_the_weights_of_each_wave_equal_r(name: str) -> None:
    for wave in EXPECTED[name]["waves"]:
        c = case(name, str(wave))
        weights = c.base * c.sample.factors[c.cell_of_row]
        expected = c.weights["rake"]
        np.testing.assert_allclose(weights * expected.sum() / weights.sum(), expected, rtol=1e-8)


@pytest.mark.parametrize(("name", "entry"), listed("differences"))
def test_a_difference_between_waves_equals_r(name: str, entry: dict[str, Any]) -> None:
    ours = independent(measured(name, entry, entry["from"]), measured(name, entry, entry["to"]))
    assert_equal(ours, entry)


@pytest.mark.parametrize(("name", "entry"), listed("svyttest"))
def test_a_difference_equals_rs_test_of_the_pooled_waves(name: str, entry: dict[str, Any]) -> None:
    # svyttest does not name its waves: they are those whose difference it prints.
    pairs = [
        one
        for one in EXPECTED[name]["differences"]
        if (one["item"], one["option"], one["variance"])
        == (entry["item"], entry["option"], entry["variance"])
    ]
    found = min(pairs, key=lambda one: abs(one["diff"] - entry["diff"]))
    ours = independent(
        measured(name, found, found["from"]),
        measured(name, found, found["to"]),
        degrees_of_freedom=entry["df"],
    )
    assert float(ours.estimate) == pytest.approx(entry["diff"], rel=1e-8)
    assert float(ours.standard_error) == pytest.approx(entry["se"], rel=1e-8)
    assert float(ours.z) == pytest.approx(entry["t"], rel=1e-8)
    assert float(ours.p_value) == pytest.approx(entry["p"], abs=1e-8)


@pytest.mark.parametrize(("name", "entry"), listed("trends"))
def test_a_line_through_waves_equals_r(name: str, entry: dict[str, Any]) -> None:
    waves = EXPECTED[name]["waves"][-entry["waves"] :]
    each = [measured(name, entry, wave) for wave in waves]
    ours = line(
        [float(wave) for wave in waves],
        [one.estimate for one in each],
        [one.standard_error for one in each],
    )
    for key, figure in (
        ("slope", ours.slope),
        ("slope_se", ours.standard_error),
        ("z", ours.z),
        ("Q_heterogeneity", ours.heterogeneity),
        ("Q_lack_of_fit", ours.lack_of_fit),
    ):
        assert figure == pytest.approx(entry[key], rel=1e-6), key
    for key, p_value in (
        ("p_linear", ours.p_value),
        ("p_heterogeneity", ours.heterogeneity_p_value),
        ("p_lack_of_fit", ours.lack_of_fit_p_value),
    ):
        assert p_value == pytest.approx(entry[key], abs=1e-8), key
    assert ours.inflated_standard_error >= ours.standard_error


@pytest.mark.parametrize(("name", "entry"), listed("versus_published"))
def test_a_difference_from_a_published_figure_equals_r(name: str, entry: dict[str, Any]) -> None:
    own = measured(name, entry, entry["wave"])
    ours = from_published(
        own.estimate,
        own.standard_error,
        entry["published_p"],
        entry["published_n"],
        entry["assumed_deff"],
        entry["rounding_unit"],
    )
    assert_equal(ours, entry)


@pytest.mark.parametrize("name", WAVES)
def test_families_equal_r(name: str) -> None:
    rows = EXPECTED[name]["multiplicity"]
    p = np.array([row["p_normal"] for row in rows])
    np.testing.assert_allclose(holm(p).adjusted, [row["holm"] for row in rows], rtol=1e-12)
    np.testing.assert_allclose(benjamini_hochberg(p), [row["BH"] for row in rows], rtol=1e-12)


def test_an_adjusted_interval_leaves_out_nothing_exactly_where_the_claim_stands() -> None:
    rng = np.random.default_rng(20)
    for _ in range(300):
        gaps, errors = rng.normal(0, 2.5, 8), rng.uniform(0.5, 1.5, 8)
        first = SimpleNamespace(estimate=np.zeros(8), standard_error=errors / 2**0.5)
        second = SimpleNamespace(estimate=gaps, standard_error=errors / 2**0.5)
        family = holm(independent(first, second).p_value)
        adjusted = independent(first, second, family.levels)
        outside = (adjusted.lower > 0) | (adjusted.upper < 0)
        np.testing.assert_array_equal(outside, family.rejected)


def test_an_interval_of_a_screening_leaves_out_nothing_exactly_where_it_found_something() -> None:
    rng = np.random.default_rng(21)
    found = 0
    for _ in range(300):
        gaps = rng.normal(0, 2.5, 40)
        p_values = within(gaps, np.ones(40)).p_value
        grid = screening(p_values)
        adjusted = within(gaps, np.ones(40), grid.levels)
        outside = (adjusted.lower > 0) | (adjusted.upper < 0)
        np.testing.assert_array_equal(outside, grid.rejected)
        np.testing.assert_array_equal(grid.adjusted, benjamini_hochberg(p_values))
        found += int(grid.rejected.sum())
    assert found > 300


def test_the_levels_of_a_screening_by_hand() -> None:
    # Four tested: .001 and .02 are at most 1/4 and 2/4 of .05, .04 is over 3/4 of it. So R = 2.
    grid = screening([0.04, np.nan, 0.001, 0.02, 0.9])
    assert grid.size == 4
    assert grid.rejected.tolist() == [False, False, True, True, False]
    expected = [1 - 0.05 * 3 / 4, np.nan, 1 - 0.05 * 2 / 4, 1 - 0.05 * 2 / 4, 1 - 0.05 * 3 / 4]
    np.testing.assert_allclose(grid.levels, expected, rtol=1e-14)
    assert screening([]).size == 0


def test_what_was_not_tested_is_no_part_of_a_family() -> None:
    family = holm([0.02, np.nan, 0.03])
    assert family.size == 2
    assert family.adjusted.tolist()[0] == pytest.approx(0.04)
    assert np.isnan(family.adjusted[1])
    assert not family.rejected[1]
    assert benjamini_hochberg([0.02, np.nan, 0.03])[0] == pytest.approx(0.03)


def test_a_line_needs_three_waves_with_errors() -> None:
    with pytest.raises(ValueError, match="at least 3 waves"):
        line([1, 2], [0.1, 0.2], [0.1, 0.1])
    with pytest.raises(ValueError, match="positive standard errors"):
        line([1, 2, 3], [0.1, 0.2, 0.3], [0.1, 0, 0.1])
