"""Ours: raking and shares with their standard errors, from a cube.

`python -m benchmarks.beside.ours FOLDER`
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.beside.measuring import Figures, measure
from benchmarks.beside.rows import SWEEPS, TOLERANCE, Shares, read_shares
from surveys.statistics.estimation import shares as estimate
from surveys.statistics.intervals import displayed_interval
from surveys.statistics.margins import Margin, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Sample

CUBE = ("categories", "respondents", "answered", "chose")
Cube = dict[str, NDArray[np.int64]]  # as `counting.arrays` lays it out


def figures(shares: Shares, cube: Cube) -> Figures:
    """Shares, standard errors, and these as if weights were given; shape (3, groups, options)."""
    respondents = cube["respondents"].astype(np.float64)
    margins = [
        Margin(name, tuple(map(str, range(len(share)))), of_cell, share)
        for (name, share), of_cell in zip(shares.items(), cube["categories"], strict=True)
    ]
    raked = rake(respondents, margins, TOLERANCE, SWEEPS)
    sample = Sample.equal(respondents, raked.factors, design_matrix(margins, len(respondents)))
    found = []
    for answered, chose in zip(cube["answered"], cube["chose"], strict=True):
        made = estimate(sample, answered, chose)
        displayed_interval(made)  # the others make intervals as well
        found.append((made.estimate, made.standard_error, made.standard_error_fixed))
    return np.array(found).swapaxes(0, 1)


def main(folder: Path) -> None:
    """Measure it; the median of many runs, as one is short."""
    shares = read_shares(folder)
    cube = {name: np.load(folder / f"cube_{name}.npy") for name in CUBE}
    measure(lambda: figures(shares, cube), folder, "ours", runs=15, enough=60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
