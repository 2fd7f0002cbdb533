"""What weighting takes away of a gap is who answered, as far as the margins measure it."""

import numpy as np
import pytest

from surveys.statistics.composition import Composition, composition
from surveys.statistics.estimation import shares
from surveys.statistics.margins import Margin, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Sample


def figures(respondents: tuple[int, int], chose: tuple[int, int]) -> tuple[float, float]:
    """The weighted and the unweighted share of a wave of two groups of the same size."""
    counts, yes = (np.array(one, dtype=float) for one in (respondents, chose))
    margins = [Margin("age", ("young", "old"), np.array([0, 1]), np.array([0.5, 0.5]))]
    sample = Sample.equal(counts, rake(counts, margins).factors, design_matrix(margins, 2))
    return float(shares(sample, counts, yes).estimate[0]), yes.sum() / counts.sum()


def between(earlier: tuple[float, float], later: tuple[float, float]) -> Composition:
    return composition(*earlier, *later)


def test_a_gap_that_is_only_who_answered_is_taken_away_whole() -> None:
    # Of the young 80% say yes and of the old 40%, both times; 300 of 400 are young, then 100.
    found = between(figures((300, 100), (240, 40)), figures((100, 300), (80, 120)))
    assert found.unweighted == pytest.approx(0.5 - 0.7)
    assert found.weighted == pytest.approx(0, abs=1e-12)
    assert found.taken_by_weighting == pytest.approx(-0.2)


def test_a_change_of_the_same_people_stays_whole() -> None:
    found = between(figures((200, 200), (160, 80)), figures((200, 200), (180, 100)))
    assert found.unweighted == found.weighted == pytest.approx(0.1)
    assert found.taken_by_weighting == pytest.approx(0, abs=1e-12)


def test_weighting_may_add_to_a_gap() -> None:
    # Both groups rise by 10 points, but more of those with the lower share answer.
    found = between(figures((200, 200), (160, 80)), figures((100, 300), (90, 150)))
    assert found.weighted == pytest.approx(0.1)
    assert found.unweighted == pytest.approx(0)
    assert found.taken_by_weighting == pytest.approx(-0.1)


def test_a_difference_outside_the_margins_is_not_seen() -> None:
    # Supporters answer more readily within each group: the weighted gap is all of it.
    found = between(figures((200, 200), (100, 100)), figures((200, 200), (120, 120)))
    assert found.taken_by_weighting == pytest.approx(0, abs=1e-12)
    assert found.weighted == pytest.approx(0.1)


def test_two_samples_of_the_same_people_part_by_a_point_or_two_by_chance() -> None:
    # 300 of a population of two equal groups that say yes by 80% and 40%; nothing changes.
    rng = np.random.default_rng(7)

    def wave() -> tuple[float, float]:
        young = int(rng.binomial(300, 0.5))
        yes = (int(rng.binomial(young, 0.8)), int(rng.binomial(300 - young, 0.4)))
        return figures((young, 300 - young), yes)

    taken = [between(wave(), wave()).taken_by_weighting for _ in range(400)]
    # Each wave's unweighted less weighted share is (young / 300 - 1/2) * (.8 - .4): its standard
    # deviation is .4 * sqrt(.25 / 300), and that of two waves' difference sqrt(2) times that.
    assert np.std(taken) == pytest.approx(0.4 * (0.25 / 300) ** 0.5 * 2**0.5, rel=0.1)
    assert np.mean(taken) == pytest.approx(0, abs=0.003)
