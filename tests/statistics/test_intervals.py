"""Intervals equal R's where R has one, and are honest where it has none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from surveys.statistics.estimation import means, shares
from surveys.statistics.intervals import (
    all_alike,
    clopper_pearson,
    displayed_interval,
    displayed_mean_interval,
    korn_graubard,
    logit,
    student,
    wilson,
    within_scale,
)
from surveys.statistics.margins import design_matrix
from surveys.statistics.raking import Margin, rake
from surveys.statistics.samples import Sample
from tests.statistics.golden import case, number
from tests.statistics.test_estimation import entries
from tests.statistics.test_raking import RAKED

# R's intervals named _rake rest on se_rake, which is se_calib only where base weights are equal and
# ten sweeps suffice.
EXACT_RAKE = set(RAKED) - {
    "apistrat",
    "apistrat_nofpc",
    "nhanes",
    "edge/near_separable",
    "edge/unequal_base_weights",
    "edge/zero_base_weights",
}


@pytest.mark.parametrize(("name", "entry"), entries())
def test_intervals_equal_r(name: str, entry: dict[str, Any]) -> None:
    # expected.json of the case: svyciprop(xlogit, beta), confint, and closed forms.
    c = case(name)
    ours = c.estimate(entry)
    domain = c.domain(entry) * (c.base > 0)
    p, df = ours.estimate, c.sample.degrees_of_freedom(c.sums(domain))
    assert df.tolist() == [entry["df"]]
    found = {}
    designs = {"fixed": ours.standard_error_fixed}
    if name in EXACT_RAKE:
        designs["rake"] = ours.standard_error
    for design, se in designs.items():
        # R keeps the rows outside a domain of a raked design, not those of a fixed one.
        kept = domain.sum() if design == "fixed" else c.expected["n"]
        found[f"ci_mean_{design}"] = student(p, se, df)
        if "ci_xlogit_fixed" in entry:
            found[f"ci_xlogit_{design}"] = logit(p, se, df)
            found[f"ci_beta_{design}"] = korn_graubard(p, se, df, kept)
            n_eff = np.where(se > 0, p * (1 - p) / np.where(se > 0, se, 1) ** 2, np.nan)
            found[f"ci_wilson_neff_{design}"] = wilson(p, n_eff)
    if "ci_wilson_kish" in entry:
        found["ci_wilson_kish"] = wilson(p, ours.kish_effective_base)
        found["ci_clopper_kish"] = clopper_pearson(p, ours.kish_effective_base)
    for key, interval in found.items():
        if key in entry:
            expected = [number(limit) for limit in entry[key]]
            np.testing.assert_allclose(
                np.ravel(interval), expected, rtol=1e-8, atol=1e-10, err_msg=key
            )


@pytest.mark.parametrize(("name", "entry"), entries())
def test_the_interval_of_the_logit_equals_that_of_rs_fitted_model(
    name: str, entry: dict[str, Any]
) -> None:
    # expected.json: svyciprop(method="logit"), which fits a model by iteration: 1e-6 is asked for.
    c = case(name)
    ours = c.estimate(entry)
    p = float(ours.estimate[0])
    domain = c.domain(entry) * (c.base > 0)
    df = c.sample.degrees_of_freedom(c.sums(domain))
    designs = {"fixed": ours.standard_error_fixed}
    if name in EXACT_RAKE:
        designs["rake"] = ours.standard_error
    for design, se in designs.items():
        if (given := entry.get(f"ci_logit_{design}")) is None:
            continue  # a mean
        found, expected = np.ravel(logit(p, se, df)), [number(limit) for limit in given]
        if not 0 < p < 1:
            # R's model runs off towards infinity and stops somewhere: a rounding artefact.
            assert np.isnan(found).all()
            assert np.ptp(expected) < 1e-10
        elif name == "beps" and not expected[1] > expected[0]:
            # In three small domains R's model ended at 0 without an error; its closed form did not.
            np.testing.assert_allclose(found, entry[f"ci_xlogit_{design}"], rtol=1e-8)
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-10)


def test_the_interval_shown_is_never_a_point_at_zero_or_one() -> None:
    c = case("edge/all_same_answer")
    for entry in c.expected["estimates"]:
        lower, upper = displayed_interval(c.estimate(entry))
        # R's Wilson on Kish's effective base: [.966195524558006, 1] for "yes".
        np.testing.assert_allclose(
            [lower[0], upper[0]], entry["ci_wilson_kish"], rtol=1e-8, atol=1e-12
        )
        assert upper[0] - lower[0] > 0.03


def test_the_interval_shown_never_rests_on_more_than_answered() -> None:
    # se_calib alone would claim 140.56 effective respondents of 120.
    c = case("edge/one_respondent_in_a_category")
    entry = c.expected["estimates"][0]
    ours = c.estimate(entry)
    assert ours.effective_base.tolist() == [120]
    np.testing.assert_allclose(
        np.ravel(displayed_interval(ours)), np.ravel(wilson(entry["est"], 120)), rtol=1e-9
    )
    assert np.diff(entry["ci_wilson_neff_rake"])[0] < np.ptp(np.ravel(displayed_interval(ours)))


def test_without_an_answer_or_an_error_there_is_no_interval() -> None:
    single = shares(Sample.equal([1], [1], np.zeros((1, 0))), [1], [1])
    assert np.isnan(np.ravel(displayed_interval(single))).all()
    for interval in (
        wilson(np.nan, np.nan),
        wilson(0.5, 0),
        clopper_pearson(0.5, np.nan),
        logit(0, 0, 10),
        logit(1, 0, 10),
        korn_graubard(1, 0, 10),
        student(0.5, 0.1, 0),
    ):
        assert np.isnan(interval).all()


def test_wilson_matches_the_closed_form_by_hand() -> None:
    # 20 of 100, from the formula of Wilson (1927) written out.
    z2 = stats.norm.ppf(0.975) ** 2
    centre, half = (
        (0.2 + z2 / 200) / (1 + z2 / 100),
        np.sqrt(z2 * (0.2 * 0.8 / 100 + z2 / 40000)) / (1 + z2 / 100),
    )
    np.testing.assert_allclose(np.ravel(wilson(0.2, 100)), [centre - half, centre + half])
    np.testing.assert_allclose(np.ravel(wilson(0.2, 100)), [0.1333669, 0.2888292], atol=1e-6)


def test_the_interval_shown_covers_the_truth_about_as_often_as_it_says() -> None:
    # 400 samples of 600 from a known population whose answer depends on both margins; 95% +- 3 s.e.
    # of a simulated coverage is .917 to .983.
    rng = np.random.default_rng(20200901)
    population = np.array([0.12, 0.18, 0.22, 0.16, 0.14, 0.18])
    truth_of_cell = np.array([0.2, 0.3, 0.35, 0.5, 0.55, 0.7])
    response = np.array([1.0, 0.6, 1.2, 0.8, 1.5, 1.0])
    index = np.arange(6)
    margins = [
        Margin("age", ("a", "b", "c"), index // 2, population.reshape(3, 2).sum(1)),
        Margin("sex", ("F", "M"), index % 2, population.reshape(3, 2).sum(0)),
    ]
    X = design_matrix(margins, 6)
    drawn = population * response / (population * response).sum()
    covered = 0
    # What raking to margins estimates is the truth of the raked population, not of the cells.
    truth = float((drawn * rake(drawn, margins).factors) @ truth_of_cell)
    for _ in range(400):
        n = rng.multinomial(600, drawn)
        chose = rng.binomial(n, truth_of_cell)
        estimates = shares(Sample.equal(n, rake(n, margins).factors, X), n, chose)
        lower, upper = displayed_interval(estimates)
        covered += int(lower[0] <= truth <= upper[0])
    assert 0.917 <= covered / 400 <= 0.983


def test_a_mean_of_answers_that_are_all_alike_leaves_room_for_those_not_seen() -> None:
    # By hand: z^2 = 3.8414588; of 100 who all said 7 of 0 to 10 at most z^2 / (100 + z^2) =
    # .0369935 of the population would say otherwise: 7 - .0369935 x 7 and 7 + .0369935 x 3.
    lower, upper = all_alike(7, 100, (0, 10))
    assert lower == pytest.approx(6.7410456, abs=1e-6)
    assert upper == pytest.approx(7.1109805, abs=1e-6)
    at_the_end = all_alike(10, 100, (0, 10))
    assert at_the_end[1] == 10
    assert at_the_end[0] < 10


def test_the_interval_of_a_mean_ends_where_its_scale_ends() -> None:
    # By hand: of 4 simple draws three say 0 and one says 2, so m = .5, s^2 = 1 and se = .5; t of 3
    # degrees of freedom is 3.1824463, which gives .5 - 1.5912232 < 0 and .5 + 1.5912232.
    one_cell = Sample.equal(np.array([4.0]), np.ones(1), np.ones((1, 1)))
    found = means(one_cell, [[4.0]], [[2.0]], [[4.0]])
    assert found.standard_error == pytest.approx([0.5], abs=1e-12)
    lower, upper = displayed_mean_interval(found, 3, (0, 10))
    assert lower[0] == 0
    assert upper[0] == pytest.approx(2.0912232, abs=1e-6)
    # The same answers on a scale that ends at 2: nobody could mean more.
    assert displayed_mean_interval(found, 3, (0, 2))[1][0] == 2
    # All alike, at one end: the interval begins there and is no point.
    alike = means(one_cell, [[4.0]], [[0.0]], [[0.0]])
    lower, upper = displayed_mean_interval(alike, 3, (0, 10))
    assert lower[0] == 0 < upper[0] < 10


def test_an_interval_is_cut_where_the_scale_ends_and_nowhere_else() -> None:
    lower, upper = within_scale(([-0.5, 2.0], [3.0, 11.0]), (0, [10, 12]))
    assert lower.tolist() == [0, 2]
    assert upper.tolist() == [3, 11]
