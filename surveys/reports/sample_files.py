"""A file of respondents and a file of targets, as cells, margins and a design."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveys.fieldwork.importing import Frame
from surveys.fieldwork.tables import Row
from surveys.statistics.margins import OPEN, Margin
from surveys.statistics.samples import Design

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
TARGET_COLUMNS = ("margin", "vars", "category", "share")


class AnalysisRefused(ValueError):
    """The file and what was asked of it do not fit; one sentence says what, where and why."""


@dataclass(frozen=True)
class Asked:
    """What to estimate, and how the respondents were drawn: names of columns."""

    single: Sequence[str] = ()
    multiple: Sequence[str] = ()
    scale: Sequence[str] = ()
    segments: Sequence[str] = ()
    base_weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    cap: float | None = None
    open_margins: Literal["refuse", "keep"] = "refuse"


@dataclass
class Target:
    """One margin as its file has it."""

    variables: list[str]
    shares: dict[str, float] = field(default_factory=dict)
    digits: int = 0


class Sorting:
    """Sorts respondents into cells by any number of codes."""

    def __init__(self, base: Floats) -> None:
        self.base = base
        self._codes: list[Places] = []

    def add(self, codes: Places) -> None:
        """One more thing that those who share a cell have in common."""
        self._codes.append(codes)

    def cells(self) -> tuple[Places, Places]:
        """The cell of each respondent, and a respondent of each cell."""
        of_cell = np.zeros(len(self.base), np.intp)
        for codes in self._codes:
            joined = of_cell * (int(codes.max(initial=0)) + 2) + codes + 1
            of_cell = np.unique(joined, return_inverse=True)[1]
        _, first = np.unique(of_cell, return_index=True)
        return of_cell, first


def read_targets(rows: Sequence[Row]) -> dict[str, Target]:
    """The margins of a file of targets, in its order."""
    found: dict[str, Target] = {}
    for row in rows:
        variables = row["vars"].split("|")
        target = found.setdefault(row["margin"], Target(variables))
        if target.variables != variables:
            raise AnalysisRefused(f"Margin “{row['margin']}” joins other columns in {row.line}.")
        if row["category"] in target.shares:
            raise AnalysisRefused(
                f"Margin “{row['margin']}” lists the category “{row['category']}” twice."
            )
        try:
            share = Decimal(row["share"])
        except InvalidOperation as error:
            raise AnalysisRefused(
                f"Margin “{row['margin']}” gives “{row['category']}” the share "
                f"{row['share']!r}, which is no number."
            ) from error
        target.shares[row["category"]] = float(share)
        target.digits = max(target.digits, -int(share.as_tuple().exponent))
    if not found:
        raise AnalysisRefused("The targets name no margin.")
    return found


def refuse_missing_columns(frame: Frame, targets: dict[str, Target], asked: Asked) -> None:
    """Refuse to go on without a column that was named."""
    named = [*asked.single, *asked.multiple, *asked.scale, *asked.segments]
    named += [one for one in (asked.base_weight, asked.strata, asked.psu, asked.fpc) if one]
    for name, target in targets.items():
        for variable in target.variables:
            if variable not in frame.cells:
                raise AnalysisRefused(
                    f"Margin “{name}” needs the column “{variable}”, which the file lacks."
                )
    for name in named:
        if name not in frame.cells:
            raise AnalysisRefused(
                f"The file has no column “{name}”; it has {', '.join(frame.cells.columns)}."
            )


def numbers(cells: pd.DataFrame, column: str) -> Floats:
    """A column as numbers; an empty cell is NaN only where the caller allows it."""
    found = pd.to_numeric(cells[column], errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~np.isfinite(found))
    if len(wrong):
        at = wrong[0]
        raise AnalysisRefused(
            f"Row {cells.index[at] + 2}, column “{column}”: {cells[column].iloc[at]!r} is no "
            "number."
        )
    return found


def codes_of(cells: pd.DataFrame, column: str | None) -> Places:
    """A code from 0 for each value of a column; one for everybody without a column."""
    if column is None:
        return np.zeros(len(cells), np.intp)
    empty = np.flatnonzero((cells[column] == "").to_numpy())
    if len(empty):
        raise AnalysisRefused(f"Row {cells.index[empty[0]] + 2}, column “{column}” is empty.")
    return np.unique(cells[column].to_numpy(str), return_inverse=True)[1]


def nested(strata: Places, clusters: Places) -> Places:
    """Clusters of the same name in two strata are two clusters."""
    joined = strata * (int(clusters.max(initial=0)) + 1) + clusters
    return np.unique(joined, return_inverse=True)[1]


def margin_of(name: str, target: Target, frame: Frame, asked: Asked, sorting: Sorting) -> Margin:
    """One margin over respondents; those who share a category share a cell."""
    parts = [set(part) for part in zip(*(c.split("|") for c in target.shares), strict=False)]
    columns = []
    for variable, known in zip(target.variables, parts, strict=False):
        column = frame.cells[variable]
        labels = frame.labels.get(variable, {})
        if labels and known <= set(labels) and not known & set(column):
            column = column.replace({raw: label for label, raw in labels.items()})
        columns.append(column)
    joined = columns[0]
    for column in columns[1:]:
        joined = joined + "|" + column
    complete = np.logical_and.reduce([(column != "").to_numpy() for column in columns])
    values, place = np.unique(joined.to_numpy(str), return_inverse=True)
    met = {values[one] for one in np.unique(place[complete])}
    unknown = sorted(met - set(target.shares)) if asked.open_margins == "refuse" else []
    unit = 10.0**-target.digits
    # Refuses a category without target by name.
    Margin.from_labels(name, unknown, target.shares, unit)
    code_of = {category: code for code, category in enumerate(target.shares)}
    codes = np.array([code_of.get(str(value), OPEN) for value in values], np.int64)[place]
    codes = np.where(complete, codes, OPEN)
    sorting.add(codes)
    return Margin(name, tuple(target.shares), codes, np.array([*target.shares.values()]), unit)


def design_of(
    cells: pd.DataFrame,
    stratum: Places,
    clusters: Places | None,
    first: Places,
    asked: Asked,
    respondents: Floats,
) -> Design:
    """Strata, clusters and populations of the cells."""
    cluster = None if clusters is None else clusters[first]
    without = Design(stratum.astype(np.int64), cluster)
    units = without.units(respondents)
    if asked.strata and np.any(units == 1):
        name = np.unique(cells[asked.strata].to_numpy(str))[int(np.argmax(units == 1))]
        raise AnalysisRefused(
            f"Stratum “{name}” of {asked.strata} has a single sampling unit, from which no "
            "variance follows: merge it with a similar stratum."
        )
    if asked.fpc is None:
        return without
    given = numbers(cells, asked.fpc)[first]
    population = np.zeros(len(units))
    for place in range(len(units)):
        values = np.unique(given[stratum == place])
        if len(values) > 1 or not values[0] > 0:
            raise AnalysisRefused(
                f"Column “{asked.fpc}” has {len(values)} values in one stratum; it needs one above "
                "0, the number of units in the population or the fraction drawn."
            )
        population[place] = units[place] / values[0] if values[0] <= 1 else values[0]
    return Design(without.stratum, cluster, population)
