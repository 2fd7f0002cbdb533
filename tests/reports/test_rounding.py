"""Rounded figures have intervals that a scale can hold, from what is shown and nothing else."""

import pytest
from scipy import stats

from surveys.reports.models import Contrast, Estimate
from surveys.reports.rounding import Steps
from tests.fieldwork.small import document

STEPS = Steps(document(), {"before": 5.0, "aware": 5.0})


def mean(estimate: float, error: float, base: int) -> Estimate:
    row = Estimate(
        statistic=Estimate.Statistic.MEAN,
        question="before",
        option="",
        estimate=estimate,
        unweighted=estimate,
        standard_error=error,
        base=base,
        effective_base=base / 2,
    )
    (rounded,) = STEPS.estimates([row])
    return rounded


def test_the_interval_of_a_rounded_mean_is_students_on_the_base_that_is_shown() -> None:
    # Weights up to 5 on a scale of ten steps: 3 · 5 · 10 / 60 = 2.5, so the step is 5.
    row = mean(4.2, 0.3, 60)
    assert row.estimate == 5
    # √(0.3² + 5²/12) = 1.474, up to a quarter of a step.
    assert row.standard_error == 2.5
    half = stats.t.ppf(0.975, 59) * 2.5
    assert row.lower == pytest.approx(max(5 - half, 0))
    assert row.upper == pytest.approx(min(5 + half, 10))


@pytest.mark.parametrize(("estimate", "end"), [(0.4, 0.0), (9.7, 10.0)])
def test_the_interval_of_a_rounded_mean_ends_where_its_scale_ends(
    estimate: float, end: float
) -> None:
    row = mean(estimate, 0.1, 900)  # to a step of 0.2, by 3 · 5 · 10 / 900
    assert abs((row.estimate or 0) - estimate) <= 0.1
    assert 0 <= (row.lower or 0) < (row.estimate or 0) < (row.upper or 0) <= 10
    row = mean(end, 0.1, 900)
    assert end in (row.lower, row.upper)
    assert row.lower != row.upper


def test_the_difference_of_two_rounded_means_ends_where_their_scale_ends() -> None:
    row = Contrast(
        question="before",
        option="",
        against="arm:arm=robot",
        estimate=9.8,
        their_estimate=0.3,
        unweighted=9.8,
        their_unweighted=0.3,
        difference=9.5,
        standard_error=0.2,
        lower=9.1,
        upper=9.9,
        base=100,
        their_base=100,
        effective_base=90,
    )
    (rounded,) = STEPS.contrasts([row])
    # 3 · 5 · 10 / 100 = 1.5, so the step is 2: 9.8 is 10, 0.3 is 0.
    assert (rounded.estimate, rounded.their_estimate, rounded.difference) == (10, 0, 10)
    assert (rounded.lower, rounded.upper) == (8, 10)
