"""The respondents of a file in weighting cells, with its margins and how they were drawn."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveys.fieldwork.importing import Frame
from surveys.reports.sample_files import (
    JOINED,
    AnalysisRefused,
    Asked,
    Floats,
    Target,
    numbers,
    place,
)
from surveys.statistics.margins import OPEN, OPEN_CATEGORY, Margin, RakingRefused, Reason
from surveys.statistics.samples import Design

Places = NDArray[np.intp]


class Sorting:
    """Sorts respondents into cells by any number of codes."""

    def __init__(self, respondents: int) -> None:
        self.respondents = respondents
        self._codes: list[Places] = []

    def add(self, codes: Places) -> None:
        """One more thing that those who share a cell have in common."""
        self._codes.append(codes)

    def cells(self) -> tuple[Places, Places]:
        """The cell of each respondent, and a respondent of each cell."""
        of_cell = np.zeros(self.respondents, np.intp)
        for codes in self._codes:
            joined = of_cell * (int(codes.max(initial=0)) + 2) + codes + 1
            of_cell = np.unique(joined, return_inverse=True)[1]
        _, first = np.unique(of_cell, return_index=True)
        return of_cell, first


def margin_of(name: str, target: Target, frame: Frame, asked: Asked) -> Margin:
    """One margin, a code for each respondent.

    Value labels of SPSS stand for their codes where the targets are written with them. Raises
    RakingRefused for an answer without a target and for an open one, unless those are kept.
    """
    columns = [_answers(variable, place, target, frame) for place, variable in _each(target)]
    joined = columns[0]
    for variable, column in zip(target.variables, columns, strict=True):
        if len(columns) > 1 and (holding := column.str.contains(JOINED, regex=False)).any():
            raise AnalysisRefused(
                f"{place(frame.cells, int(np.argmax(holding)), variable)} has a {JOINED}, which "
                f"parts the columns of the joint margin “{name}”: rename the category."
            )
    for column in columns[1:]:
        joined = joined + JOINED + column
    complete = np.logical_and.reduce([(column != "").to_numpy() for column in columns])
    values, of_value = np.unique(joined.to_numpy(str), return_inverse=True)
    code_of = {category: code for code, category in enumerate(target.shares)}
    codes = np.array([code_of.get(str(value), OPEN) for value in values], np.int64)[of_value]
    if asked.open_margins == "refuse":
        _refuse_open(name, frame.cells, complete)
        unknown = sorted({str(values[one]) for one in np.unique(of_value[codes == OPEN])})
        # Refuses a category without target by name.
        Margin.from_labels(name, unknown, target.shares, target.printed_unit)
    codes = np.where(complete, codes, OPEN)
    shares = np.array([*target.shares.values()])
    return Margin(name, tuple(target.shares), codes, shares, target.printed_unit)


def _each(target: Target) -> list[tuple[int, str]]:
    return list(enumerate(target.variables))


def _answers(variable: str, at: int, target: Target, frame: Frame) -> "pd.Series[str]":
    column, labels = frame.cells[variable], frame.labels.get(variable, {})
    joint = len(target.variables) > 1
    known = {category.split(JOINED)[at] if joint else category for category in target.shares}
    if known & set(labels) and not known & set(column):
        return column.replace({raw: label for label, raw in labels.items()})
    return column


def _refuse_open(name: str, cells: pd.DataFrame, complete: NDArray[np.bool_]) -> None:
    if complete.all():
        return
    first = cells.index[int(np.argmin(complete))] + 2
    raise RakingRefused(
        Reason.NO_TARGET,
        name,
        OPEN_CATEGORY,
        f"Margin “{name}” is open (“{OPEN_CATEGORY}”) for {int((~complete).sum())} of "
        f"{len(complete)} respondents, in row {first} first: leave them out, or keep them at their "
        "own share with --open-margins keep.",
    )


def codes_of(cells: pd.DataFrame, column: str | None) -> Places:
    """A code from 0 for each value of a column; one for everybody without a column."""
    if column is None:
        return np.zeros(len(cells), np.intp)
    empty = np.flatnonzero((cells[column] == "").to_numpy())
    if len(empty):
        raise AnalysisRefused(f"{place(cells, empty[0], column)} is empty.")
    return np.unique(cells[column].to_numpy(str), return_inverse=True)[1]


def nested(strata: Places, clusters: Places) -> Places:
    """Clusters of the same name in two strata are two clusters."""
    joined = strata * (int(clusters.max(initial=0)) + 1) + clusters
    return np.unique(joined, return_inverse=True)[1]


def design_of(
    cells: pd.DataFrame,
    strata: Places,
    clusters: Places | None,
    first: Places,
    asked: Asked,
    respondents: Floats,
) -> Design:
    """Strata, clusters and populations of the cells, from those of the respondents.

    `first` is a respondent of each cell. Raises AnalysisRefused.
    """
    names = ["the file"]
    if asked.strata:
        names = [f"stratum “{name}”" for name in np.unique(cells[asked.strata].to_numpy(str))]
    cluster = None if clusters is None else clusters[first]
    without = Design(strata[first].astype(np.int64), cluster)
    units = without.units(respondents)
    for where, count in zip(names, units, strict=True):
        if count == 1:
            raise AnalysisRefused(
                f"In {where} there is a single sampling unit, from which no variance follows: "
                "merge it with a similar one."
            )
    if asked.fpc is None:
        return without
    given = numbers(cells, asked.fpc)
    population = np.zeros(len(units))
    for code, where in enumerate(names):
        values = np.unique(given[strata == code])
        if len(values) > 1 or not values[0] > 0:
            raise AnalysisRefused(
                f"In {where} the column “{asked.fpc}” has "
                f"{', '.join(f'{value:g}' for value in values[:3])}; it needs one number above 0, "
                "the units in the population or the fraction of them that was drawn."
            )
        population[code] = units[code] / values[0] if values[0] <= 1 else values[0]
        if population[code] < units[code]:
            raise AnalysisRefused(
                f"In {where} {units[code]:g} units were drawn of {values[0]:g} in the population: "
                f"correct the column “{asked.fpc}”."
            )
    return Design(without.stratum, cluster, population)
