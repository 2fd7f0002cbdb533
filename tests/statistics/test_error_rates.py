"""Tests and intervals of differences are wrong as often as they say, in samples with a fixed seed.

A population of six weighting cells whose answers depend on both margins, as does who answers. With
1,000 draws the standard error of a rate of 5% is .7 of a point, so 3% to 7% is three of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surveys.statistics.crosstabs import independence
from surveys.statistics.differences import independent, minimum_detectable, within
from surveys.statistics.estimation import Estimates, between_groups, changes, shares
from surveys.statistics.families import holm
from surveys.statistics.margins import Margin, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Sample

DRAWS, BASE = 1_000, 400
CELL = np.arange(6)
POPULATION = np.array([0.12, 0.18, 0.22, 0.16, 0.14, 0.18])
ANSWERING = np.array([1.0, 0.6, 1.2, 0.8, 1.5, 1.0])
OPINION = np.array([0.2, 0.3, 0.35, 0.5, 0.55, 0.7])
MARGINS = [
    Margin("age", ("a", "b", "c"), CELL // 2, POPULATION.reshape(3, 2).sum(axis=1)),
    Margin("sex", ("F", "M"), CELL % 2, POPULATION.reshape(3, 2).sum(axis=0)),
]


@dataclass(frozen=True)
class Draw:
    """One sample of those who answered, whose answers are yet to be drawn."""

    sample: Sample
    counts: NDArray[np.int64]


@cache
def draws(base: int = BASE) -> list[Draw]:
    rng = np.random.default_rng(base)
    chance = POPULATION * ANSWERING
    found = []
    for _ in range(DRAWS):
        n = rng.multinomial(base, chance / chance.sum())
        factors = rake(n, MARGINS).factors
        found.append(Draw(Sample.equal(n, factors, design_matrix(MARGINS, 6)), n))
    return found


def asked(draw: Draw, chances: NDArray[np.float64], rng: np.random.Generator) -> Estimates:
    """The estimates of one sample, from (K, J) chances to choose each of J answers."""
    return shares(draw.sample, draw.counts, rng.binomial(draw.counts[:, None], chances))


def rate(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_two_segments_and_two_arms_that_do_not_differ_are_seldom_told_apart() -> None:
    rng = np.random.default_rng(1)
    # Segments are more frequent in some cells than in others; arms are drawn by a coin.
    for chance in (np.linspace(0.3, 0.7, 6), np.full(6, 0.5)):
        seen = []
        for draw in draws():
            group = rng.binomial(draw.counts, chance)
            apart = (draw.counts - group, group)
            gap, error = between_groups(
                draw.sample, apart, (rng.binomial(apart[0], 0.4), rng.binomial(apart[1], 0.4))
            )
            seen.append(bool(within(gap, error).p_value[0] < 0.05))
        assert 0.03 <= rate(seen) <= 0.07


def test_people_who_do_not_change_are_seldom_said_to() -> None:
    rng, seen = np.random.default_rng(2), []
    for draw in draws():
        moved = rng.binomial(draw.counts, 0.2)
        up = rng.binomial(moved, 0.5)
        pairs = np.column_stack([draw.counts - moved, up, moved - up])
        ours = changes(draw.sample, draw.counts, pairs, [0, 0, 1], [0, 1, 0])
        seen.append(bool(within(ours.estimate, ours.standard_error).p_value[0] < 0.05))
    assert 0.03 <= rate(seen) <= 0.07


def test_waves_and_the_public_beside_staff_cover_their_difference_and_its_power() -> None:
    # Two samples of bases of their own; the second differs by what 80% of such pairs should show.
    rng = np.random.default_rng(3)
    first = [asked(draw, OPINION[:, None], rng) for draw in draws()]
    error = np.mean([one.standard_error[0] for one in first])
    gap = float(minimum_detectable(error * (1 + BASE / 800) ** 0.5))
    second = [asked(draw, OPINION[:, None] + gap, rng) for draw in draws(800)]
    found = [independent(one, other) for one, other in zip(first, second, strict=True)]
    assert 0.93 <= rate([bool(f.lower[0] <= gap <= f.upper[0]) for f in found]) <= 0.97
    # 80%, and three standard errors of it: .8 x .2 / 1,000.
    assert 0.762 <= rate([bool(f.p_value[0] < 0.05) for f in found]) <= 0.838


def test_questions_that_do_not_depend_on_each_other_are_seldom_said_to() -> None:
    rng, seen = np.random.default_rng(4), []
    place = np.outer([0.3, 0.7], [0.2, 0.5, 0.3]).ravel()
    for draw in draws():
        table = rng.multinomial(draw.counts, place)
        seen.append(independence(draw.sample, draw.counts, table, (2, 3)).p_value < 0.05)
    assert 0.03 <= rate(seen) <= 0.07


def test_a_family_without_a_change_makes_a_claim_in_no_more_than_its_share_of_draws() -> None:
    # Holm holds 5% at most, and five questions that do not depend on each other come close to it.
    rng, claims = np.random.default_rng(5), []
    chances = np.broadcast_to([0.2, 0.35, 0.5, 0.65, 0.8], (6, 5))
    for one, other in zip(draws(), draws(800), strict=True):
        apart = independent(asked(one, chances, rng), asked(other, chances, rng))
        claims.append(bool(holm(apart.p_value).rejected.any()))
    assert 0.03 <= rate(claims) <= 0.07
