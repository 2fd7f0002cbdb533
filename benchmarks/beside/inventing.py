"""A wave of any size: profiles by the shipped margins, answers that depend on them.

Each margin is drawn apart from the rest, so that far more cells are met than in a real wave; who
answers depends on the profile, so that there is something to rake. Everybody answers everything.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.beside.rows import GROUPS, OPTIONS, QUESTIONS, write_rows
from benchmarks.population import Shipped

CHUNK = 50_000
Floats = NDArray[np.float64]


def invent(folder: Path, margins: list[Shipped], respondents: int, seed: int = 2026) -> None:
    """Write the rows of a wave; the same population whatever its size."""
    rng = np.random.default_rng(seed)
    sizes = [len(margin.categories) for margin in margins]
    cells = np.array(np.unravel_index(np.arange(np.prod(sizes)), sizes), np.int8)
    chance: Floats = np.ones(cells.shape[1])
    leaning = np.zeros((cells.shape[1], QUESTIONS, OPTIONS))
    for margin, of_cell in zip(margins, cells, strict=True):
        apt = np.exp(rng.normal(0, 0.25, len(margin.categories)))
        chance *= (margin.shares * apt)[of_cell]
        leaning += rng.normal(0, 0.3, (len(margin.categories), QUESTIONS, OPTIONS))[of_cell]
    chosen = np.exp(leaning)
    # The chance of an option or one before it, for all but the last.
    below = (chosen.cumsum(axis=2) / chosen.sum(axis=2, keepdims=True))[:, :, :-1]
    whose: Floats = np.cumsum(chance) / chance.sum()

    columns = write_rows(folder, {m.name: m.shares for m in margins}, respondents)
    for start in range(0, respondents, CHUNK):
        part = columns[:, start : start + CHUNK]
        size = part.shape[1]
        cell = np.minimum(np.searchsorted(whose, rng.random(size)), len(whose) - 1)
        group = rng.integers(GROUPS, size=(size,))
        # A group leans to one end of every question.
        drawn = rng.random((size, QUESTIONS)) ** (0.8 + 0.04 * group)[:, None]
        part[: len(margins)] = cells[:, cell]
        part[len(margins)] = group
        part[len(margins) + 1 :] = (drawn[:, :, None] > below[cell]).sum(axis=2).T
    columns.flush()
