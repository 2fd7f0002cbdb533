"""Raking equals R where there is a solution and refuses by name where there is none."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.statistics.raking import (
    OPEN,
    Margin,
    RakingRefused,
    Reason,
    close_open,
    collapse,
    rake,
)
from tests.statistics.golden import case

RAKED = [
    "apistrat",
    "apistrat_nofpc",
    "beps",
    "nhanes",
    "edge/all_same_answer",
    "edge/empty_target_category_collapsed",
    "edge/missing_answers",
    "edge/multi_select",
    "edge/near_separable",
    "edge/one_respondent_in_a_category",
    "edge/unequal_base_weights",
    "edge/zero_base_weights",
]


@pytest.mark.parametrize("name", RAKED)
def test_weights_equal_those_of_r(name: str) -> None:
    # weights.csv of the case: R survey::rake at convergence.
    c = case(name)
    raking = rake(c.cell_base, c.margins)
    weights = c.base * raking.factors[c.cell_of_row]
    weights *= c.expected["total"] / weights.sum()
    np.testing.assert_allclose(weights, c.weights["rake"], rtol=1e-8)
    assert raking.error <= 1e-10


def test_newton_takes_over_where_fitting_creeps() -> None:
    # near_separable: fitting needs more than 5,000 sweeps.
    c = case("edge/near_separable")
    raking = rake(c.cell_base, c.margins)
    assert raking.method == "newton"
    assert raking.iterations <= 220
    assert rake(case("beps").cell_base, case("beps").margins).method == "ipf"


def test_an_empty_target_category_is_refused_until_a_rule_collapses_it() -> None:
    c = case("edge/empty_target_category")
    # 18-34 is in the targets and in nobody's row.
    with pytest.raises(RakingRefused, match="“18-34” of margin “age”") as refused:
        rake(c.cell_base, c.margins)
    assert refused.value.reason is Reason.EMPTY_CATEGORY
    assert (refused.value.margin, refused.value.category) == ("age", "18-34")

    collapsed, merged = zip(
        *(collapse(m, {"18-34": "35-54"}, c.cell_base) for m in c.margins), strict=True
    )
    assert merged == ([], [("18-34", "35-54")])
    factors = rake(c.cell_base, collapsed).factors
    assert (c.cell_base * factors).sum() == pytest.approx(120)


def test_collapsing_equals_raking_to_the_collapsed_target() -> None:
    # The targets of R's collapsed case (.28 + .34 = .62), from the uncollapsed ones.
    c = case("edge/empty_target_category_collapsed")
    sex = next(m for m in c.margins if m.name == "sex")
    labels = ["35-54" if cell[1] == "18-54" else cell[1] for cell in c.cells]
    age = Margin.from_labels("age", labels, {"18-34": 0.28, "35-54": 0.34, "55+": 0.38})
    collapsed, _ = collapse(age, {"18-34": "35-54"}, c.cell_base)
    factors = rake(c.cell_base, [sex, collapsed]).factors
    np.testing.assert_allclose(factors[c.cell_of_row], c.weights["rake"], rtol=1e-8)


def test_a_category_of_the_sample_without_a_target_is_refused_by_name() -> None:
    with pytest.raises(RakingRefused, match="“75\\+”") as refused:
        _ = case("edge/sample_category_without_target").margins
    assert refused.value.reason is Reason.NO_TARGET
    assert (refused.value.margin, refused.value.category) == ("age", "75+")


def test_an_open_margin_is_refused_until_the_rule_for_open_answers_is_applied() -> None:
    c = case("edge/missing_margin_value")
    with pytest.raises(RakingRefused, match="close_open") as refused:
        rake(c.cell_base, c.margins)
    assert refused.value.reason is Reason.NO_TARGET
    is_open = [bool((m.of_cell == OPEN).any()) for m in c.margins]
    assert refused.value.margin == c.margins[is_open.index(True)].name

    closed = [close_open(m, c.cell_base) for m in c.margins]
    raking = rake(c.cell_base, closed)
    for margin, before in zip(closed, c.margins, strict=True):
        got = margin.totals(c.cell_base * raking.factors) / c.cell_base.sum()
        np.testing.assert_allclose(got, margin.targets, rtol=1e-9)
        # Among those who answered, the published shares hold.
        answered = got[: len(before.categories)]
        np.testing.assert_allclose(answered / answered.sum(), before.targets, rtol=1e-9)


def test_totals_that_disagree_are_refused_by_margin() -> None:
    # sex sums to 1.02; R's rake says "converged".
    with pytest.raises(RakingRefused, match=r"“sex” .* sum to 1\.02") as refused:
        _ = case("edge/margin_totals_disagree").margins
    assert refused.value.reason is Reason.TOTALS_DISAGREE
    assert refused.value.margin == "sex"


def test_margins_that_contradict_each_other_are_refused_and_not_called_converged() -> None:
    # sex and region are one split with different targets; R's rake says "converged".
    c = case("edge/structurally_infeasible")
    with pytest.raises(RakingRefused, match="cannot be met together") as refused:
        rake(c.cell_base, c.margins)
    assert refused.value.reason is Reason.NOT_CONVERGED
    assert refused.value.margin in {"sex", "region"}
    assert refused.value.category in {"F", "M", "N", "S"}


def test_a_solution_that_ignores_someone_is_refused_at_once() -> None:
    # The targets can only be met with weight 0 for the one respondent F, 55+; of her categories
    # the sample has too many of F (68 of 120 for a target of a half).
    c = case("edge/boundary_solution")
    started_at = time.perf_counter()
    with pytest.raises(RakingRefused, match="no weight for respondents of") as refused:
        rake(c.cell_base, c.margins)
    assert time.perf_counter() - started_at < 1
    assert refused.value.reason is Reason.BOUNDARY
    assert (refused.value.margin, refused.value.category) == ("sex", "F")
    assert "age “55+”" in str(refused.value)


def test_a_sample_with_nobody_in_it_is_refused() -> None:
    margin = Margin("sex", ("F", "M"), np.array([0, 1]), np.array([0.5, 0.5]))
    with pytest.raises(RakingRefused, match="Nobody") as refused:
        rake([0, 0], [margin])
    assert refused.value.reason is Reason.NO_RESPONDENTS


def test_margin_and_sample_of_different_cells_are_refused() -> None:
    margin = Margin("sex", ("F", "M"), np.array([0, 1]), np.array([0.5, 0.5]))
    with pytest.raises(RakingRefused, match="covers 2 cells and the sample has 3"):
        rake([1, 1, 1], [margin])


@pytest.mark.parametrize("base", [[1, -1], [1, float("nan")], [[1, 1]]])
def test_base_weights_that_are_none_are_refused(base: list[float]) -> None:
    with pytest.raises(ValueError, match="Base weights"):
        rake(base, [])


def test_without_margins_every_factor_is_one() -> None:
    raking = rake([3, 0, 5], [])
    assert raking.factors.tolist() == [1, 1, 1]
    assert (raking.iterations, raking.error) == (0, 0)


def test_cells_without_base_weight_do_not_count_even_when_open() -> None:
    with_them = Margin("sex", ("F", "M"), np.array([0, OPEN, 1]), np.array([0.6, 0.4]))
    factors = rake([10, 0, 10], [with_them]).factors
    np.testing.assert_allclose(factors, [1.2, 1, 0.8], rtol=1e-12)


def test_margins_that_share_a_split_are_met_when_they_agree() -> None:
    # Nation is nested in region: the design is singular, the targets agree.
    region = Margin("region", ("N", "S", "Wales"), np.array([0, 1, 2]), np.array([0.4, 0.5, 0.1]))
    nation = Margin("nation", ("England", "Wales"), np.array([0, 0, 1]), np.array([0.9, 0.1]))
    raking = rake([30, 40, 30], [region, nation], sweeps=0)
    assert raking.method == "newton"
    np.testing.assert_allclose(raking.factors * [30, 40, 30], [40, 50, 10], rtol=1e-9)


tables = st.lists(st.integers(1, 60), min_size=12, max_size=12)
raw_targets = st.lists(st.floats(0.5, 2.0), min_size=3, max_size=3)


def margins_of(raw: list[float], order: np.ndarray) -> list[Margin]:
    """A 3 x 2 x 2 table of cells, in an order of one's choice."""
    index = np.arange(12)[order % 12]
    shares = np.array(raw) / sum(raw)
    return [
        Margin("age", ("a", "b", "c"), index // 4, shares),
        Margin("sex", ("F", "M"), index // 2 % 2, np.array([0.51, 0.49])),
        Margin("nation", ("E", "W"), index % 2, np.array([0.7, 0.3])),
    ]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(counts=tables, raw=raw_targets, scale=st.floats(1e-3, 1e3))
def test_weights_meet_their_margins_whatever_the_scale_and_order_of_cells(
    counts: list[int], raw: list[float], scale: float
) -> None:
    base = np.array(counts, dtype=float)
    straight = margins_of(raw, np.arange(12))
    factors = rake(base, straight).factors
    for margin in straight:
        got = margin.totals(base * factors) / base.sum()
        np.testing.assert_allclose(got, margin.targets, atol=1e-10)
    np.testing.assert_allclose(rake(base * scale, straight).factors, factors, rtol=1e-8)
    order = np.random.default_rng(7).permutation(12)
    shuffled = rake(base[order], margins_of(raw, order)).factors
    np.testing.assert_allclose(shuffled, factors[order], rtol=1e-8)
    reverse = rake(base, straight[::-1]).factors
    np.testing.assert_allclose(reverse, factors, rtol=1e-7)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(counts=tables, raw=raw_targets, part=st.floats(0.0, 1.0))
def test_splitting_a_cell_in_two_of_the_same_profile_changes_nothing(
    counts: list[int], raw: list[float], part: float
) -> None:
    base = np.array(counts, dtype=float)
    whole = rake(base, margins_of(raw, np.arange(12))).factors
    split = np.append(base, base[5] * part)
    split[5] -= split[12]
    order = np.append(np.arange(12), 5)
    factors = rake(split, margins_of(raw, order)).factors
    occupied = split > 0
    np.testing.assert_allclose(factors[occupied], whole[order][occupied], rtol=1e-8)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(counts=tables, raw=raw_targets)
def test_newton_and_fitting_find_the_same_weights(counts: list[int], raw: list[float]) -> None:
    margins = margins_of(raw, np.arange(12))
    fitted, newton = rake(counts, margins), rake(counts, margins, sweeps=0)
    np.testing.assert_allclose(newton.factors, fitted.factors, rtol=1e-7)
