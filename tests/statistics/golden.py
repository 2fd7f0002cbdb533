"""Reads the reference cases in tests/reference and folds their respondents into cells.

The figures were computed with R's survey package (see tests/reference/README.md).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from surveys.statistics.estimation import Estimates, means, shares
from surveys.statistics.margins import design_matrix
from surveys.statistics.raking import Margin, rake
from surveys.statistics.samples import Design, Moments, Sample

REFERENCE = Path(__file__).parent.parent / "reference"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(value: float | None) -> float:
    """R's NA, null in JSON, as NaN."""
    return np.nan if value is None else float(value)


@dataclass(frozen=True)
class Case:
    """One reference case, respondents folded into cells of margins."""

    name: str
    file: str = "input.csv"
    strata: str = ""  # columns of the design, where there are any
    cluster: str = ""
    population: str = ""
    wave: str = ""  # of a case with several waves, the one

    @cached_property
    def expected(self) -> dict[str, Any]:
        path = REFERENCE / self.name / "expected.json"
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return loaded

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        rows = rows_of(REFERENCE / self.name / self.file)
        return [row for row in rows if not self.wave or row["wave"] == self.wave]

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """R's weights per respondent, by the name of the method."""
        table = rows_of(REFERENCE / self.name / "weights.csv")
        table = [row for row in table if not self.wave or row["wave"] == self.wave]
        return {
            column: np.array([float(row[column]) for row in table])
            for column in table[0]
            if column not in ("resp_id", "wave")
        }

    @cached_property
    def base(self) -> np.ndarray:
        """Base weight of each respondent."""
        return np.array([float(row["base_weight"]) for row in self.rows])

    @cached_property
    def targets(self) -> dict[str, tuple[list[str], dict[str, float]]]:
        found: dict[str, tuple[list[str], dict[str, float]]] = {}
        for row in rows_of(REFERENCE / self.name / "targets.csv"):
            _, by_category = found.setdefault(row["margin"], (row["vars"].split("|"), {}))
            by_category[row["category"]] = float(row["share"])
        return found

    def profile(self, row: dict[str, str]) -> tuple[str | None, ...]:
        """The row's category in each margin, None where a value is missing."""
        return tuple(
            "|".join(row[v] for v in variables) if all(row[v] for v in variables) else None
            for variables, _ in self.targets.values()
        )

    def key(self, row: dict[str, str]) -> tuple[str | None, ...]:
        """The row's cell: its categories, then the columns of the design."""
        drawn = (row[name] for name in (self.strata, self.cluster) if name)
        return (*self.profile(row), *drawn)

    @cached_property
    def cells(self) -> list[tuple[str | None, ...]]:
        return sorted({self.key(row) for row in self.rows}, key=str)

    @cached_property
    def cell_of_row(self) -> np.ndarray:
        index = {cell: code for code, cell in enumerate(self.cells)}
        return np.array([index[self.key(row)] for row in self.rows])

    @cached_property
    def design(self) -> Design | None:
        if not self.strata:
            return None
        at = len(self.targets)
        names, stratum = np.unique([cell[at] for cell in self.cells], return_inverse=True)
        cluster = None
        if self.cluster:
            _, cluster = np.unique([cell[at + 1] for cell in self.cells], return_inverse=True)
        population = None
        if self.population:
            of = {row[self.strata]: float(row[self.population]) for row in self.rows}
            population = np.array([of[name] for name in names])
        return Design(stratum, cluster, population)

    def sums(self, figure: np.ndarray) -> np.ndarray:
        return np.bincount(self.cell_of_row, figure, len(self.cells))

    def moments(self, figure: np.ndarray) -> Moments:
        """n, d and d^2 times a figure of each respondent, by cell."""
        return Moments(
            self.sums(figure * (self.base > 0)),
            self.sums(figure * self.base),
            self.sums(figure * self.base**2),
        )

    @cached_property
    def margins(self) -> list[Margin]:
        return [
            Margin.from_labels(name, [cell[at] for cell in self.cells], targets)
            for at, (name, (_, targets)) in enumerate(self.targets.items())
        ]

    @cached_property
    def cell_base(self) -> np.ndarray:
        return self.sums(self.base)

    @cached_property
    def sample(self) -> Sample:
        respondents = self.moments(np.ones(len(self.rows)))
        return Sample(
            respondents.n[:, 0],
            respondents.w[:, 0],
            respondents.w2[:, 0],
            rake(self.cell_base, self.margins).factors,
            design_matrix(self.margins, len(self.cells)),
            self.design,
        )

    def column(self, test: Callable[[dict[str, str]], float]) -> np.ndarray:
        return np.array([test(row) for row in self.rows], dtype=float)

    def domain(self, wanted: dict[str, Any]) -> np.ndarray:
        """1 for each respondent of the segment of an entry, whether they answered or not."""
        segment = wanted["segment"]
        return self.column(lambda row: not segment or row[segment] == wanted["level"])

    def estimate(self, wanted: dict[str, Any]) -> Estimates:
        """Our figure for one entry of `estimates` or `by`."""
        item, option = wanted["item"], str(wanted["option"])
        inside = self.column(lambda row: row[item] != "") * self.domain(wanted)
        answered = self.moments(inside)
        if wanted["type"] == "scale":
            score = self.column(lambda row: float(row[item] or 0)) * inside
            return means(self.sample, answered, self.moments(score), self.moments(score**2))
        if wanted["type"] == "multi":
            chose = self.column(lambda row: option in row[item].split(";"))
        else:
            chose = self.column(lambda row: row[item] == option)
        return shares(self.sample, answered, self.moments(chose * inside))


@cache
def case(name: str, wave: str = "", file: str = "input.csv") -> Case:
    return Case(name, file, wave=wave, **DESIGNS.get(name, {}))


# expected.json of each: ids, strata and fpc of R's design.
DESIGNS: dict[str, dict[str, str]] = {
    "apistrat": {"strata": "stype", "population": "fpc"},
    "apistrat_nofpc": {"strata": "stype"},
    "nhanes": {"strata": "stratum", "cluster": "psu"},
}
