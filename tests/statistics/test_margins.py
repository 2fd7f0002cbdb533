"""Margins are refused where they are wrong, closed and collapsed by stated rules."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.statistics.margins import (
    OPEN,
    Margin,
    RakingRefused,
    Reason,
    close_open,
    collapse,
    design_matrix,
)
from surveys.statistics.samples import Sample


def age(of_cell: list[int], targets: tuple[float, ...] = (0.2, 0.3, 0.5)) -> Margin:
    return Margin("age", ("young", "middle", "old"), np.array(of_cell), np.array(targets))


def test_rounding_of_printed_shares_explains_half_a_unit_per_category() -> None:
    # Three shares printed to one decimal: 3 x 0.0005 = 0.0015 may be missing, 0.002 may not.
    targets = np.array([0.333, 0.333, 0.3325])
    margin = Margin("age", ("a", "b", "c"), np.array([0]), targets, printed_unit=0.001)
    assert margin.shares.sum() == pytest.approx(1, abs=1e-15)
    with pytest.raises(RakingRefused, match=r"sum to 0\.998") as refused:
        Margin("age", ("a", "b", "c"), np.array([0]), targets - [0, 0, 0.0005], 0.001)
    assert refused.value.reason is Reason.TOTALS_DISAGREE
    assert refused.value.margin == "age"


def test_a_category_that_was_forgotten_is_never_taken_for_rounding() -> None:
    # Eighteen shares in whole per cent: half a unit each could explain .09, and .08 are missing.
    targets = np.full(18, 0.92 / 18)
    names = tuple("abcdefghijklmnopqr")
    with pytest.raises(RakingRefused, match=r"sum to 0\.92, .*add a category that is missing"):
        Margin("age", names, np.array([0]), targets, printed_unit=0.01)
    assert Margin("age", names, np.array([0]), targets * 0.9951 / 0.92, 0.01).shares.sum() == (
        pytest.approx(1, abs=1e-15)
    )


def test_shares_without_a_printed_unit_must_sum_to_one() -> None:
    with pytest.raises(RakingRefused, match="“age”"):
        age([0, 1, 2], (0.2, 0.3, 0.499))


@pytest.mark.parametrize("target", [0.0, -0.1, float("nan")])
def test_a_target_that_is_not_a_positive_share_is_refused_by_name(target: float) -> None:
    with pytest.raises(RakingRefused) as refused:
        age([0], (0.9, target, 0.1))
    assert (refused.value.margin, refused.value.category) == ("age", "middle")
    assert refused.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("categories", "of_cell", "targets"),
    [
        (("a", "b"), [0, 2], [0.5, 0.5]),
        (("a", "b"), [-2], [0.5, 0.5]),
        (("a", "b"), [0], [1.0]),
        (("a", "a"), [0], [0.5, 0.5]),
        ((), [], []),
    ],
)
def test_a_malformed_margin_is_refused_by_name(
    categories: tuple[str, ...], of_cell: list[int], targets: list[float]
) -> None:
    with pytest.raises(RakingRefused, match="“sex”") as refused:
        Margin("sex", categories, np.array(of_cell, dtype=int), np.array(targets))
    assert refused.value.reason is Reason.MALFORMED


def test_open_cells_become_a_category_at_their_own_share_and_the_rest_keep_their_proportions() -> (
    None
):
    closed = close_open(age([0, 1, 2, OPEN, OPEN]), [10, 20, 30, 15, 25])
    # 40 of 100 are open, so the published targets share the other 0.6.
    assert closed.categories == ("young", "middle", "old", "~")
    assert closed.of_cell.tolist() == [0, 1, 2, 3, 3]
    np.testing.assert_allclose(closed.targets, [0.12, 0.18, 0.30, 0.40], rtol=1e-14)


def test_a_margin_nobody_with_weight_left_open_comes_back_as_it_was() -> None:
    margin = age([0, 1, 2, OPEN])
    assert close_open(margin, [1, 1, 1, 0]) is margin


def test_an_empty_category_gives_its_target_along_the_chain_of_rules() -> None:
    # "young" and "middle" are both empty: young -> middle -> old.
    margin, merged = collapse(
        age([0, 1, 2, OPEN]), {"young": "middle", "middle": "old"}, [0, 0, 7, 1]
    )
    assert margin.categories == ("old",)
    assert margin.targets.tolist() == [1.0]
    assert margin.of_cell.tolist() == [0, 0, 0, OPEN]
    assert merged == [("young", "old"), ("middle", "old")]


def test_a_category_with_respondents_is_not_collapsed_whatever_the_rule_says() -> None:
    margin = age([0, 1, 2])
    assert collapse(margin, {"young": "middle"}, [1, 1, 1]) == (margin, [])


def test_collapsing_keeps_the_tolerance_that_the_printed_shares_had() -> None:
    # Sum .9985 is within 3 x .0005; with two categories left it is still the same three roundings.
    margin = Margin(
        "age", ("a", "b", "c"), np.array([1, 2]), np.array([0.333, 0.333, 0.3325]), 0.001
    )
    collapsed, merged = collapse(margin, {"a": "b"}, [1, 1])
    assert merged == [("a", "b")]
    assert collapsed.targets.tolist() == pytest.approx([0.666, 0.3325])


@pytest.mark.parametrize("into", [{"young": "middle", "middle": "young"}, {"young": "ancient"}])
def test_a_rule_that_leads_nowhere_is_refused(into: dict[str, str]) -> None:
    with pytest.raises(RakingRefused, match=r"“age” collapses") as refused:
        collapse(age([0, 1, 2]), into, [0, 0, 1])
    assert refused.value.category == "young"


def test_the_design_has_an_intercept_and_each_category_but_the_first() -> None:
    sex = Margin("sex", ("F", "M"), np.array([0, 1, 1]), np.array([0.5, 0.5]))
    X = design_matrix([age([0, 1, 2]), sex], 3)
    assert X.tolist() == [[1, 0, 0, 0], [1, 1, 0, 1], [1, 0, 1, 1]]
    assert design_matrix([], 3).shape == (3, 0)
    with pytest.raises(ValueError, match="“age” covers 3 cells"):
        design_matrix([age([0, 1, 2])], 4)


def test_a_sample_refuses_the_design_of_a_margin_that_respondents_left_open() -> None:
    X = design_matrix([age([0, 1, 2, OPEN])], 4)
    with pytest.raises(ValueError, match="close_open"):
        Sample.equal([1, 1, 1, 1], np.ones(4), X)
    assert Sample.equal([1, 1, 1, 0], np.ones(4), X).rows[3].tolist() == [0, 0, 0]


def test_an_empty_category_may_share_its_target_among_all_the_rest_in_proportion():
    # By hand: .2 is nobody's, so .6 and .2 become .6/.8 and .2/.8.
    margin = Margin("sex", ("female", "male", "other"), np.array([0, 1]), np.array([0.6, 0.2, 0.2]))
    shared, merged = collapse(margin, {"other": "*"}, np.array([5.0, 5.0]))
    assert merged == [("other", "*")]
    assert shared.categories == ("female", "male")
    assert shared.targets == pytest.approx([0.75, 0.25], rel=1e-12)


def test_a_margin_that_everybody_left_open_is_refused() -> None:
    with pytest.raises(RakingRefused, match="Everybody left margin “age” open") as refused:
        close_open(age([OPEN, OPEN, 2]), [10, 20, 0])
    assert refused.value.reason is Reason.NO_RESPONDENTS


def test_the_name_of_open_answers_is_no_category_of_ones_own() -> None:
    margin = Margin("sex", ("F", "~"), np.array([0, 1, OPEN]), np.array([0.5, 0.5]))
    with pytest.raises(RakingRefused, match="stands for open answers") as refused:
        close_open(margin, [1, 1, 1])
    assert refused.value.category == "~"
