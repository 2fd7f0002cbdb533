"""Shares of a finite group: right on the average over all samples that there are."""

import itertools

import numpy as np
import pytest

from surveys.statistics.poststrata import stratified_share


def test_a_share_is_weighted_to_headcounts_and_corrected_for_who_is_left() -> None:
    # By hand: .6 * .5 + .4 * .25, and .36 * (50/60) * .25/9 + .16 * (32/40) * .1875/7.
    found = stratified_share([5, 2], [10, 8], [60, 40])
    assert found.share == pytest.approx(0.4, abs=1e-12)
    expected = 0.36 * (50 / 60) * 0.25 / 9 + 0.16 * (32 / 40) * 0.1875 / 7
    assert found.variance == pytest.approx(expected, abs=1e-15)
    assert found.effective_base == pytest.approx(0.24 / expected, abs=1e-9)


def test_over_all_samples_share_and_variance_are_right_on_the_average() -> None:
    """Every sample of 3 out of 6 and 2 out of 5: 20 times 10, each as likely as another."""
    strata = ([1, 1, 0, 0, 0, 1], [1, 0, 0, 0, 1])
    found = [
        stratified_share([sum(one), sum(other)], [3, 2], [6, 5])
        for one in itertools.combinations(strata[0], 3)
        for other in itertools.combinations(strata[1], 2)
    ]
    shares = np.array([one.share for one in found])
    assert shares.mean() == pytest.approx((3 + 2) / 11, abs=1e-12)
    assert np.mean([one.variance for one in found]) == pytest.approx(shares.var(), abs=1e-12)


def test_without_a_second_stratum_it_is_the_plain_share_with_its_correction() -> None:
    found = stratified_share([30], [100], [400])
    assert found.share == 0.3
    assert found.variance == pytest.approx(0.75 * 0.3 * 0.7 / 99)


def test_where_everybody_has_answered_nothing_is_left_to_chance() -> None:
    found = stratified_share([3, 1], [10, 4], [10, 4])
    assert (found.share, found.variance) == (pytest.approx(4 / 14), 0)
    assert found.effective_base == np.inf
    assert stratified_share([3, 1], [10, 4], [8, 4]).share == found.share  # headcounts too small


def test_a_stratum_with_one_answer_is_put_with_the_next_smallest() -> None:
    found = stratified_share([1, 3, 10], [1, 6, 40], [5, 20, 200])
    assert found == stratified_share([4, 10], [7, 40], [25, 200])
    alone = stratified_share([1, 0], [1, 0], [5, 20])
    assert (alone.share, alone.variance) == (1, 0)
    assert alone.effective_base == pytest.approx(1 / (1 - 1 / 25))


def test_at_none_and_all_it_knows_as_much_as_those_who_answered() -> None:
    found = stratified_share([0, 0], [10, 10], [100, 100])
    assert (found.share, found.variance) == (0, 0)
    assert found.effective_base == pytest.approx(20 / 0.9)


def test_where_nobody_answered_there_is_no_share() -> None:
    with pytest.raises(ValueError, match="nobody answered"):
        stratified_share([0, 0], [0, 0], [5, 5])
