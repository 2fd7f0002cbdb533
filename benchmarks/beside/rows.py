"""The respondents of one invented wave, in a folder that every process can read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUPS, QUESTIONS, OPTIONS = 10, 12, 5
GROUP = "group"  # the segment: ten groups, of which the margins say nothing
TOLERANCE, SWEEPS = 1e-10, 500  # of raking, for all alike

Shares = dict[str, NDArray[np.float64]]  # margin → share of each category
Columns = NDArray[np.int8]  # shape (margins + 1 + questions, n)


@dataclass(frozen=True)
class Rows:
    """What each respondent is and said, as codes from 0."""

    shares: Shares
    columns: Columns

    @property
    def names(self) -> tuple[str, ...]:
        """What each column holds: the margins, the group, the questions."""
        return (*self.shares, GROUP, *question_names())

    def column(self, name: str) -> NDArray[np.int8]:
        """One variable of all respondents, shape (n,)."""
        found: NDArray[np.int8] = self.columns[self.names.index(name)]
        return found


def question_names() -> tuple[str, ...]:
    """The questions, in the order of the columns."""
    return tuple(f"question_{number}" for number in range(1, QUESTIONS + 1))


def write_rows(folder: Path, shares: Shares, respondents: int) -> "np.memmap[Any, Any]":
    """Empty columns for a wave of this size, kept in the folder and to be filled in place."""
    named = {name: list(share) for name, share in shares.items()}
    (folder / "margins.json").write_text(json.dumps(named))
    shape = (len(shares) + 1 + QUESTIONS, respondents)
    return np.lib.format.open_memmap(folder / "columns.npy", "w+", np.dtype(np.int8), shape)


def read_rows(folder: Path) -> Rows:
    """The wave of a folder, in memory."""
    return Rows(read_shares(folder), np.load(folder / "columns.npy"))


def read_shares(folder: Path) -> Shares:
    """The margins of a folder's wave."""
    named = json.loads((folder / "margins.json").read_text())
    return {name: np.array(share) for name, share in named.items()}
