"""Estimates and standard errors equal R's, cell by cell as respondent by respondent."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.statistics.estimation import (
    between_groups,
    changes,
    covariance,
    means,
    net_scores,
    shares,
)
from surveys.statistics.margins import design_matrix
from surveys.statistics.raking import Margin, rake
from surveys.statistics.samples import Moments, Sample
from tests.statistics.golden import case, number
from tests.statistics.test_raking import RAKED


def entries() -> list[Any]:
    return [
        pytest.param(name, entry, id=f"{name}-{entry['item']}-{entry['option']}-{entry['level']}")
        for name in RAKED
        for kind in ("estimates", "by")
        for entry in case(name).expected.get(kind, [])
        if entry["n_valid"]
    ]


@pytest.mark.parametrize(("name", "entry"), entries())
def test_estimates_and_errors_equal_r(name: str, entry: dict[str, Any]) -> None:
    # expected.json of the case: R survey svymean on raked designs, calibrate(calfun="raking").
    ours = case(name).estimate(entry)
    figures = {
        "est": ours.estimate,
        "se_fixed": ours.standard_error_fixed,
        "se_calib": ours.standard_error,
        "deff_calib": ours.design_effect,
        "n_valid": ours.base,
    }
    if "kish_neff_valid" in entry:
        figures["kish_neff_valid"] = ours.kish_effective_base
    for key, figure in figures.items():
        np.testing.assert_allclose(
            figure[0], number(entry[key]), rtol=1e-8, atol=1e-13, err_msg=key
        )
    assert ours.effective_base[0] <= ours.base[0]


def test_an_item_nobody_answered_has_no_estimate() -> None:
    entry = next(e for e in case("edge/missing_answers").expected["estimates"] if e["item"] == "q2")
    ours = case("edge/missing_answers").estimate(entry)
    assert ours.base.tolist() == [0]
    for name, figure in vars(ours).items():
        assert name == "base" or np.isnan(figure).all(), name


def test_a_single_respondent_has_a_share_and_nothing_else() -> None:
    c = case("edge/single_respondent")
    assert len(c.rows) == 1
    ours = shares(Sample.equal([1], [1], design_matrix([], 1)), [1], [c.rows[0]["q1"] == "yes"])
    assert ours.estimate.tolist() == [1]
    for name in ("standard_error", "standard_error_fixed", "effective_base", "design_effect"):
        assert np.isnan(getattr(ours, name)).all(), name


def test_one_who_answered_among_many_has_no_standard_error_either() -> None:
    ours = means(Sample.equal([50, 50], [1, 1], np.zeros((2, 0))), [1, 0], [7, 0], [49, 0])
    assert ours.estimate.tolist() == [7]
    assert np.isnan(ours.standard_error).all()


def test_respondents_of_base_weight_zero_keep_weight_zero_and_do_not_count() -> None:
    # input_full.csv adds the three rows that R cannot take; figures must not move.
    full, without = (
        case("edge/zero_base_weights", file=f) for f in ("input_full.csv", "input.csv")
    )
    assert len(full.rows) == len(without.rows) + 3
    assert full.sample.size == without.sample.size == 117
    for entry in without.expected["estimates"]:
        ours, theirs = full.estimate(entry), without.estimate(entry)
        for a, b in zip(astuple(ours), astuple(theirs), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)


def test_figures_of_a_batch_are_the_figures_one_by_one() -> None:
    c = case("beps")
    entries = [e for e in c.expected["estimates"] if e["item"] == "econ_nat"]
    answered = c.sums(c.column(lambda row: row["econ_nat"] != ""))
    options = [str(e["option"]) for e in entries]
    chose = np.stack([c.sums(c.column(lambda r, o=o: r["econ_nat"] == o)) for o in options], 1)
    batch = shares(c.sample, answered, chose)
    np.testing.assert_allclose(batch.estimate, [e["est"] for e in entries], rtol=1e-8)
    np.testing.assert_allclose(batch.standard_error, [e["se_calib"] for e in entries], rtol=1e-8)
    assert batch.base.shape == batch.kish_effective_base.shape == (len(entries),)
    assert batch.estimate.sum() == pytest.approx(1)


def row_level_error(
    X: np.ndarray, weights: np.ndarray, base: np.ndarray, residuals: np.ndarray
) -> float:
    """The same formula written over respondents (Deville & Särndal 1992, section 3)."""
    root = np.sqrt(base)
    B = np.linalg.lstsq(root[:, None] * X, root * residuals, rcond=None)[0]
    z = weights * (residuals - X @ B)
    n = z.size
    return float(np.sqrt(n / (n - 1) * ((z - z.mean()) ** 2).sum()))


@pytest.mark.parametrize("name", ["beps", "edge/unequal_base_weights"])
def test_a_net_score_has_the_error_of_the_difference_of_its_options(name: str) -> None:
    c = case(name)
    item, plus, minus = ("econ_nat", "4", "2") if name == "beps" else ("q1", "yes", "no")
    up, down = (c.column(lambda row, o=o: row[item] == o) for o in (plus, minus))
    answered = c.column(lambda row: row[item] != "")
    ours = net_scores(c.sample, c.moments(answered), c.moments(up), c.moments(down))
    weights = c.base * c.sample.factors[c.cell_of_row]
    net = (weights @ (up - down)) / (weights @ answered)
    e = answered * (up - down - net) / (weights @ answered)
    X = c.sample.rows[c.cell_of_row]
    assert ours.estimate[0] == pytest.approx(net, rel=1e-12)
    assert ours.standard_error[0] == pytest.approx(
        row_level_error(X, weights, c.base, e), rel=1e-10
    )


def test_a_difference_between_groups_of_one_sample_knows_their_covariance() -> None:
    c = case("beps")
    groups = [c.column(lambda r, v=v: r["vote"] == v) for v in ("Conservative", "Labour")]
    chose = c.column(lambda row: row["econ_nat"] == "4")
    weights = c.base * c.sample.factors[c.cell_of_row]
    p = [weights @ (g * chose) / (weights @ g) for g in groups]
    e = [g * (chose - q) / (weights @ g) for g, q in zip(groups, p, strict=True)]
    difference, error = between_groups(
        c.sample,
        (c.sums(groups[0]), c.sums(groups[1])),
        (c.sums(groups[0] * chose), c.sums(groups[1] * chose)),
    )
    X = c.sample.rows[c.cell_of_row]
    assert difference[0] == pytest.approx(p[1] - p[0], rel=1e-12)
    assert error[0] == pytest.approx(row_level_error(X, weights, c.base, e[1] - e[0]), rel=1e-10)
    alone = c.sums(groups[0]) * 0
    difference, error = between_groups(c.sample, (c.sums(groups[0]), alone), (alone, alone))
    assert np.isnan(difference).all()
    assert np.isnan(error).all()


def test_weights_from_outside_give_the_error_of_fixed_weights() -> None:
    # R's raked weights taken as given: they are the base weights, and there is no design.
    c = case("beps")
    w = c.weights["rake"]
    sample = Sample(
        c.sums(w > 0), c.sums(w), c.sums(w**2), np.ones(len(c.cells)), np.zeros((len(c.cells), 0))
    )
    for entry in c.expected["estimates"][:5]:
        y = c.column(lambda r, e=entry: r[e["item"]] == str(e["option"]))
        v = c.column(lambda r, e=entry: r[e["item"]] != "")
        answered, chose = (Moments(c.sums(a), c.sums(a * w), c.sums(a * w * w)) for a in (v, y))
        ours = shares(sample, answered, chose)
        assert ours.standard_error[0] == pytest.approx(entry["se_fixed"], rel=1e-8)
        assert ours.standard_error[0] == ours.standard_error_fixed[0]


def test_everyone_choosing_one_option_leaves_no_noise_of_rounding() -> None:
    sample = Sample.equal([30, 50, 41], [0.7, 1.3, 0.91], np.zeros((3, 0)))
    answered = np.array([[27], [49], [40]])
    ours = shares(sample, answered, answered * np.array([[1, 1, 0]]))
    assert ours.estimate.tolist() == [1, 1, 0]
    assert ours.standard_error.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(ours.effective_base, ours.kish_effective_base)
    assert np.isnan(ours.design_effect).all()
    sevens = means(sample, answered, answered * 7, answered * 49)
    assert sevens.estimate[0] == pytest.approx(7)
    assert sevens.standard_error.tolist() == [0]


def test_counts_alone_are_refused_where_base_weights_differ() -> None:
    c = case("edge/unequal_base_weights")
    with pytest.raises(ValueError, match="give Moments"):
        shares(c.sample, c.sums(np.ones(120)), c.sums(np.ones(120)))


def test_counts_of_other_cells_are_refused() -> None:
    sample = Sample.equal([1, 2], [1, 1], np.zeros((2, 0)))
    with pytest.raises(ValueError, match="cover 3 cells, the sample has 2"):
        shares(sample, [1, 1, 1], [0, 1, 0])
    with pytest.raises(ValueError, match=r"Sample\.factors"):
        Sample.equal([1, 2], [1], np.zeros((2, 0)))
    with pytest.raises(ValueError, match="same shape"):
        Moments(np.ones(2), np.ones(3), np.ones(2))


def small_sample(order: np.ndarray, counts: np.ndarray) -> Sample:
    margins = [
        Margin("age", ("a", "b", "c"), order // 2, np.array([0.3, 0.3, 0.4])),
        Margin("sex", ("F", "M"), order % 2, np.array([0.52, 0.48])),
    ]
    X = design_matrix(margins, order.size)
    return Sample.equal(counts, rake(counts, margins).factors, X)


answers = st.lists(
    st.tuples(st.integers(2, 40), st.integers(1, 40), st.integers(0, 40)), min_size=6, max_size=6
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(drawn=answers, seed=st.integers(0, 1000))
def test_figures_depend_on_neither_the_order_nor_the_splitting_of_cells(
    drawn: list[tuple[int, int, int]], seed: int
) -> None:
    n, answered, chose = np.array(drawn).T
    answered = np.minimum(answered, n - 1)  # somebody did not
    chose = np.minimum(chose, answered)
    whole = astuple(shares(small_sample(np.arange(6), n), answered, chose))
    order = np.random.default_rng(seed).permutation(6)
    shuffled = shares(small_sample(order, n[order]), answered[order], chose[order])
    # Cell 3 in two: one who did not answer, and the others.
    apart = np.append(np.arange(6), 3)
    first = np.array([1, 0, 0])

    def split(sums: np.ndarray, part: int) -> np.ndarray:
        out = np.append(sums, part)
        out[3] -= part
        return out

    parts = [split(n, int(first[0])), split(answered, int(first[1])), split(chose, int(first[2]))]
    divided = shares(small_sample(apart, parts[0]), parts[1], parts[2])
    for other in (shuffled, divided):
        for a, b in zip(astuple(other), whole, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(drawn=answers, scale=st.floats(0.01, 100))
def test_figures_are_free_of_the_scale_of_base_weights(
    drawn: list[tuple[int, int, int]], scale: float
) -> None:
    n, answered, chose = np.array(drawn, dtype=float).T
    answered = np.minimum(answered, n)
    chose = np.minimum(chose, answered)
    plain = small_sample(np.arange(6), n)
    scaled = Sample(n, n * scale, n * scale**2, plain.factors, plain.rows)

    def moments(sums: np.ndarray) -> Moments:
        return Moments(sums, sums * scale, sums * scale**2)

    ours = shares(scaled, moments(answered), moments(chose))
    for a, b in zip(astuple(ours), astuple(shares(plain, answered, chose)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(drawn=answers, more=answers)
def test_adding_respondents_and_taking_them_away_restores_every_figure_bit_for_bit(
    drawn: list[tuple[int, int, int]], more: list[tuple[int, int, int]]
) -> None:
    counts = np.array(drawn).T
    counts[1] = np.minimum(counts[1], counts[0])
    counts[2] = np.minimum(counts[2], counts[1])
    before = [Moments.equal(c) for c in counts]
    extra = [Moments.equal(c) for c in np.array(more).T]
    after = [b + e - e for b, e in zip(before, extra, strict=True)]

    def figures(moments: list[Moments]) -> tuple[Any, ...]:
        n, answered, chose = moments
        return astuple(shares(small_sample(np.arange(6), n.n[:, 0]), answered, chose))

    for a, b in zip(figures(after), figures(before), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_change_of_the_same_people_has_the_error_of_paired_differences() -> None:
    # 100 people before and after, two cells of weight 1: mean and error of the 100 differences.
    before, after = [0, 0, 1, 1], [0, 1, 0, 1]
    pairs = np.array([[20, 15, 3, 12], [18, 9, 5, 18]])
    sample = Sample.equal([50, 50], [1, 1], np.zeros((2, 0)))
    ours = changes(sample, pairs.sum(axis=1), pairs, before, after)
    steps = np.repeat([0, 1, -1, 0], pairs.sum(axis=0))
    assert ours.estimate[0] == pytest.approx(steps.mean())
    assert ours.standard_error[0] == pytest.approx(steps.std(ddof=1) / 10)
    # As two shares of independent people the same gap would be much less certain.
    apart = shares(
        sample,
        pairs.sum(axis=1),
        np.column_stack([pairs[:, 2] + pairs[:, 3], pairs[:, 1] + pairs[:, 3]]),
    )
    assert ours.standard_error[0] < np.hypot(*apart.standard_error)


def test_covariances_agree_with_the_errors_of_shares_and_of_their_differences() -> None:
    for name in ("beps", "edge/unequal_base_weights", "apistrat", "nhanes"):
        c = case(name)
        item = next(e["item"] for e in c.expected["estimates"] if e["type"] == "single")
        options = sorted({row[item] for row in c.rows} - {""})
        answered = c.moments(c.column(lambda row, item=item: row[item] != ""))
        each = [
            c.moments(c.column(lambda row, item=item, one=one: row[item] == one)) for one in options
        ]
        chose = Moments(*(np.hstack([getattr(m, f) for m in each]) for f in ("n", "w", "w2")))
        V = covariance(c.sample, answered, chose)
        errors = shares(c.sample, answered, chose).standard_error
        np.testing.assert_allclose(np.diag(V), errors**2, rtol=1e-9)
        np.testing.assert_allclose(V.sum(axis=0), 0, atol=1e-9 * np.diag(V).max())
        net = net_scores(c.sample, answered, each[0], each[1]).standard_error[0]
        assert V[0, 0] + V[1, 1] - 2 * V[0, 1] == pytest.approx(net**2, rel=1e-8)


@pytest.mark.parametrize(
    "name", ["beps", "apistrat", "edge/unequal_base_weights", "edge/one_respondent_in_a_category"]
)
def test_the_share_of_a_category_that_was_raked_to_has_no_error_and_no_noise_of_rounding(
    name: str,
) -> None:
    # Raking fixes it: V is 0. Left as 1e-21 it would claim the whole base, and certain differences.
    c = case(name)
    margin = c.margins[0]
    category = np.arange(len(margin.categories))
    inside = (margin.of_cell[c.cell_of_row][:, None] == category).astype(float)
    each = [c.moments(column) for column in inside.T]
    chose = Moments(*(np.hstack([getattr(m, f) for m in each]) for f in ("n", "w", "w2")))
    ours = shares(c.sample, c.moments(np.ones(len(c.rows))), chose)
    np.testing.assert_allclose(ours.estimate, margin.shares, rtol=1e-9)
    assert not ours.standard_error.any()
    assert (ours.standard_error_fixed > 0).all()
    np.testing.assert_array_equal(ours.effective_base, ours.kish_effective_base)


def test_more_who_chose_an_answer_than_answered_are_refused() -> None:
    sample = Sample.equal([10, 10], [1, 1], np.zeros((2, 0)))
    with pytest.raises(ValueError, match="In a cell 12 chose an item that 10 answered"):
        shares(sample, [10, 10], [[3, 12], [4, 2]])


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_base_weights_of_any_unit_give_the_same_figures(scale: float) -> None:
    c = case("edge/unequal_base_weights")
    entry = c.expected["estimates"][0]
    plain = c.estimate(entry)
    answered = c.column(lambda row: row["q1"] != "")
    chose = c.column(lambda row: row["q1"] == str(entry["option"]))
    base = c.cell_base * scale
    sample = Sample(
        c.sample.respondents,
        base,
        c.sample.weight_squared * scale**2,
        rake(base, c.margins).factors,
        c.sample.rows,
    )

    def scaled(figure: np.ndarray) -> Moments:
        m = c.moments(figure)
        return Moments(m.n, m.w * scale, m.w2 * scale**2)

    ours = shares(sample, scaled(answered), scaled(chose))
    for a, b in zip(astuple(ours), astuple(plain), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10)


def test_more_who_answered_than_there_are_people_are_refused() -> None:
    sample = Sample.equal([10, 10], [1, 1], np.zeros((2, 0)))
    with pytest.raises(ValueError, match="11 answered of a cell of 10"):
        shares(sample, [11, 10], [3, 4])
    # Two groups that together are more than everybody have somebody in common.
    with pytest.raises(ValueError, match=r"12 answered of a cell of 10: .* in common"):
        between_groups(sample, ([6, 5], [6, 5]), ([3, 2], [1, 1]))
