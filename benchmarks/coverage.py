"""How often 95% intervals hold the truth, with the margins that the service ships.

`python -m benchmarks.coverage` prints the table of docs/statistics.md. A population is made of the
shipped margins; its opinions depend on all of them; who answers depends on them as well. Each draw
is weighted and trimmed as a release is, and its shown interval is asked whether it holds the true
share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.population import shipped
from surveys.statistics.effects import ratio
from surveys.statistics.estimation import Estimates, shares
from surveys.statistics.intervals import Interval, displayed_interval, wilson
from surveys.statistics.margins import Margin, RakingRefused, collapse, design_matrix
from surveys.statistics.samples import Sample
from surveys.statistics.trimming import trim

Floats = NDArray[np.float64]
ADULTS = "gb-adults-18"
BASES = (50, 100, 300, 1_000, 4_000)
DRAWS = 1_000
CAP = 5.0  # times the mean weight, as `reports.weighting` has it
LEVELS = (-2.2, -1.1, -0.4, 0.0, 0.6, 1.8)  # log-odds of six opinions: from about 10% to 86%


@dataclass(frozen=True)
class Coverage:
    """What came out at one base: draws that could be raked, and intervals that held the truth.

    uncapped: the same if effective bases were allowed to exceed the base.
    """

    base: int
    draws: int
    raked: int
    covered: float
    uncapped: float


@dataclass(frozen=True)
class World:
    """A population by cell: categories, share, opinions and who is apt to answer."""

    margins: tuple[Margin, ...]
    rules: tuple[dict[str, str], ...]  # where an empty category goes, by margin
    share: Floats  # (K,)
    chosen: Floats  # (K, J) probability of each opinion
    answering: Floats  # (K,) chance to be drawn, relative to the share


@cache
def world(population: str = ADULTS, seed: int = 2026) -> World:
    """The population that all draws come from, with the margins that are shipped for it."""
    rng = np.random.default_rng(seed)
    targets = shipped(population)
    sizes = [len(one.categories) for one in targets]
    codes = np.array(np.unravel_index(np.arange(np.prod(sizes)), sizes))
    share = np.ones(codes.shape[1])
    leaning, apt = np.zeros((codes.shape[1], len(LEVELS))), np.zeros(codes.shape[1])
    margins = []
    for target, of_cell in zip(targets, codes, strict=True):
        categories = len(target.categories)
        share *= target.shares[of_cell]
        leaning += rng.normal(0, 0.35, (categories, len(LEVELS)))[of_cell]
        apt += rng.normal(0, 0.25, categories)[of_cell]
        margins.append(Margin(target.name, target.categories, of_cell, target.shares))
    chosen = 1 / (1 + np.exp(-(leaning + np.array(LEVELS))))
    rules = tuple(target.collapsed_into for target in targets)
    return World(tuple(margins), rules, share, chosen, np.exp(apt))


@cache
def covers(base: int, draws: int = DRAWS, population: str = ADULTS, seed: int = 1) -> Coverage:
    """Draw `draws` samples of `base` respondents; shares are of all raked draws' intervals."""
    made = world(population)
    truth = made.share @ made.chosen
    rng = np.random.default_rng([seed, base])
    chance = made.share * made.answering
    held, without_cap, raked = 0, 0, 0
    for _ in range(draws):
        met = rng.multinomial(base, chance / chance.sum())
        cells = np.flatnonzero(met)
        n = met[cells]
        chose = rng.binomial(n[:, None], made.chosen[cells])
        estimated = _estimates(made, cells, n.astype(float), chose)
        if estimated is None:
            continue
        raked += 1
        held += _holding(displayed_interval(estimated), truth)
        p, error = estimated.estimate, estimated.standard_error
        worth = ratio(p * (1 - p), error**2)
        worth = np.where(error > 0, worth, estimated.kish_effective_base)
        without_cap += _holding(wilson(p, worth), truth)
    tried = raked * len(LEVELS) or float("nan")
    return Coverage(base, draws, raked, held / tried, without_cap / tried)


def _holding(interval: Interval, truth: Floats) -> int:
    return int(((interval[0] <= truth) & (truth <= interval[1])).sum())


def _estimates(
    made: World, cells: NDArray[np.intp], n: Floats, chose: NDArray[np.int64]
) -> Estimates | None:
    """The shares of one draw, or None where its margins cannot be met."""
    margins = [
        Margin(m.name, m.categories, m.of_cell[cells], m.targets, 1e-9) for m in made.margins
    ]
    try:
        used = [collapse(m, into, n)[0] for m, into in zip(margins, made.rules, strict=True)]
        factors = trim(n, n, used, CAP).factors  # untrimmed where no weights can keep to the cap
    except RakingRefused:
        return None
    sample = Sample.equal(n, factors, design_matrix(used, len(n)))
    return shares(sample, n, chose)


def table(bases: Sequence[int] = BASES, draws: int = DRAWS) -> list[Coverage]:
    """One row for each base."""
    return [covers(base, draws) for base in bases]


if __name__ == "__main__":
    print("   base  draws  could be raked  95% intervals that hold the truth")
    for row in table():
        print(f"{row.base:7,} {row.draws:6,} {row.raked / row.draws:15.1%} {row.covered:18.1%}")
