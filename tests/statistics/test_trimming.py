"""A cap holds together with the margins, or is reported as infeasible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from surveys.statistics.effects import kish
from surveys.statistics.raking import Margin, RakingRefused, rake
from surveys.statistics.trimming import clip_and_share, trim
from tests.statistics.golden import case
from tests.statistics.test_raking import RAKED


def by_respondent(name: str) -> tuple[np.ndarray, list[Margin]]:
    """Base weights and margins with a cell per respondent, for unequal base weights."""
    c = case(name)
    margins = [
        Margin.from_labels(margin, [c.profile(row)[at] for row in c.rows], targets)
        for at, (margin, (_, targets)) in enumerate(c.targets.items())
    ]
    return c.base, margins


@pytest.mark.parametrize("cap", [2.37, 2.5, 3.0])
def test_cap_and_margins_hold_together_and_the_design_effect_falls(cap: float) -> None:
    c = case("beps")
    trimming = trim(c.cell_base, c.sample.respondents, c.margins, cap)
    assert trimming.feasible
    weights = c.cell_base * trimming.factors
    assert (trimming.factors[c.cell_base > 0].max()) <= cap * (1 + 1e-6)
    assert trimming.largest_after <= cap * (1 + 1e-6)
    assert trimming.capped.any()
    np.testing.assert_allclose(trimming.factors[trimming.capped], cap, rtol=2e-6)
    for margin in c.margins:
        np.testing.assert_allclose(margin.totals(weights) / weights.sum(), margin.shares, atol=1e-8)
    assert trimming.design_effect_after < trimming.design_effect_before
    # expected.json: Kish's design effect of R's raked weights is 1.32707059272522.
    assert trimming.design_effect_before == pytest.approx(1.32707059272522, rel=1e-9)


@pytest.mark.parametrize("cap", [1.5, 2.0])
def test_an_infeasible_cap_is_reported_and_weights_stay_untrimmed(cap: float) -> None:
    c = case("beps")
    # expected.json: trim_rerake ok=false; R creeps to 2.3677631578947, which is the limit.
    trimming = trim(c.cell_base, c.sample.respondents, c.margins, cap)
    assert not trimming.feasible
    assert not trimming.capped.any()
    assert trimming.smallest_cap == pytest.approx(2.36776315789, rel=1e-7)
    np.testing.assert_array_equal(trimming.factors, rake(c.cell_base, c.margins).factors)
    assert trimming.largest_after == trimming.largest_before == pytest.approx(3.53844903220053)


@pytest.mark.parametrize("cap", [3, 8])
def test_one_respondent_who_must_carry_a_quarter_of_the_weight_cannot_be_capped(cap: int) -> None:
    c = case("edge/one_respondent_in_a_category")
    trimming = trim(c.cell_base, c.sample.respondents, c.margins, cap)
    # 28% of 120 respondents' weight on one of them is 33.6 times the mean.
    assert not trimming.feasible
    assert trimming.smallest_cap == pytest.approx(33.6)
    assert trimming.design_effect_before == pytest.approx(10.1862187114303, rel=1e-8)


def test_unequal_base_weights_are_capped_respondent_by_respondent() -> None:
    base, margins = by_respondent("edge/unequal_base_weights")
    ones = np.ones(base.size)
    trimming = trim(base, ones, margins, 2.5)
    assert trimming.feasible
    weights = base * trimming.factors / (base * trimming.factors).mean()
    assert weights.max() <= 2.5 * (1 + 1e-6)
    # R's cap-and-rake reaches 1.59081708538305; asked to agree within 1%.
    effect = float(kish(ones.sum(), weights.sum(), (weights**2).sum()).design_effect)
    assert effect == pytest.approx(1.59081708538305, rel=0.01)
    assert trimming.design_effect_after == pytest.approx(effect)
    assert not trim(base, ones, margins, 1.5).feasible


def test_weights_under_the_cap_are_left_alone() -> None:
    c = case("edge/near_separable")
    trimming = trim(c.cell_base, c.sample.respondents, c.margins, 3)
    assert trimming.feasible
    assert trimming.rounds == 0
    assert not trimming.capped.any()
    np.testing.assert_array_equal(trimming.factors, rake(c.cell_base, c.margins).factors)


def test_without_margins_a_heavy_base_weight_is_capped_and_the_rest_share_the_excess() -> None:
    # Weights 8, 1 x 9: mean 1.7, cap 5.1; the nine others share 17 - 5.1 = 11.9.
    trimming = trim([8, 9], [1, 9], [], 3)
    np.testing.assert_allclose(np.array([8, 9]) * trimming.factors, [5.1, 11.9], rtol=1e-5)
    assert trimming.capped.tolist() == [True, False]


def test_bad_input_to_trimming_is_refused() -> None:
    for cap in (1.0, 0.5, 0, -5, np.nan, np.inf):
        with pytest.raises(ValueError, match="above 1"):
            trim([1, 1], [1, 1], [], cap)
    with pytest.raises(ValueError, match="no respondents"):
        trim([1, 1], [1, 0], [], 5)
    c = case("edge/structurally_infeasible")
    with pytest.raises(RakingRefused):
        trim(c.cell_base, c.cell_base, c.margins, 5)


@pytest.mark.parametrize(
    ("name", "trim"),
    [
        (name, entry)
        for name in ("apistrat", "beps", "nhanes")
        for entry in case(name).expected["trims"]
    ],
)
def test_clipping_and_sharing_equals_rs_strict_trimming(name: str, trim: dict[str, float]) -> None:
    # weights.csv: trimWeights(strict=TRUE) of R's raked weights at the cap.
    c = case(name)
    column = f"trimWeights_{trim['cap_ratio_to_mean']:g}"
    weights, _ = clip_and_share(c.weights["rake"], np.ones(len(c.rows)), trim["cap"])
    np.testing.assert_allclose(weights, c.weights[column], rtol=1e-8)


def test_a_cap_below_the_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="below the mean"):
        clip_and_share([1.0, 3.0], [1, 1], 1.5)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param(name, entry, id=f"{name}-{entry['cap_ratio_to_mean']}")
        for name in RAKED
        for entry in case(name).expected["trims"]
    ],
)
def test_capping_and_raking_again_ends_where_that_of_r_does(
    name: str, entry: dict[str, Any]
) -> None:
    # expected.json, trim_rerake: margins and cap held, Kish's design effect within a hundredth; or
    # ok false, after 2,000 rounds.
    base, margins = by_respondent(name)
    cap, expected = entry["cap_ratio_to_mean"], entry["trim_rerake"]
    trimming = trim(base, np.ones(len(base)), margins, cap)
    assert trimming.feasible is expected["ok"]
    if expected["ok"]:
        weights = base * trimming.factors
        assert weights.max() / weights.mean() <= cap * (1 + 1e-6)
        for margin in margins:
            got = margin.totals(weights) / weights.sum()
            np.testing.assert_allclose(got, margin.shares, atol=1e-8)
        assert trimming.design_effect_after == pytest.approx(expected["kish_deff"], rel=0.01)
