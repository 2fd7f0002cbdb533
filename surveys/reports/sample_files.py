"""A file of respondents and a file of targets, read with care: nothing is guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveys.fieldwork.importing import Frame, read_frame
from surveys.fieldwork.tables import FileRefused, Row, read_table

Floats = NDArray[np.float64]
TARGET_COLUMNS = ("margin", "vars", "category", "share")
JOINED = "|"  # parts the columns of a joint margin, and the values of its categories
POINT_NOUGHT = re.compile(r"(-?\d+)\.0+")  # many programs write 3 as 3.0
WHOLE_PER_CENT = 0.01  # no source prints coarser; .5 is a half, not something between .45 and .55
FARTHEST = 1e100  # squares of numbers beyond this are none


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

    @property
    def columns(self) -> list[str]:
        """Every column that was named."""
        drawn = (self.base_weight, self.strata, self.psu, self.fpc)
        named = [*self.single, *self.multiple, *self.scale, *self.segments]
        return named + [name for name in drawn if name is not None]


@dataclass
class Target:
    """One margin as its file has it."""

    variables: list[str]
    shares: dict[str, float] = field(default_factory=dict)
    digits: int = 0

    @property
    def printed_unit(self) -> float:
        """The unit that its shares were rounded to, for all that is known."""
        return min(10.0**-self.digits, WHOLE_PER_CENT)


def read_sample(path: Path) -> Frame:
    """Respondents of a CSV or SPSS file: cells without spaces around them, and 3.0 written as 3.

    Raises AnalysisRefused with the first fault.
    """
    _refuse_unless_file(path)
    try:
        frame = read_frame(path)
    except FileRefused as refused:
        raise _in_one_sentence(path, refused) from refused
    names = [name.strip() for name in frame.cells.columns]
    if len(names) == 1 and (mark := re.search(r"[;\t]", names[0])):
        by = "tabs" if mark.group() == "\t" else "semicolons"
        raise AnalysisRefused(f"{path.name} parts its columns by {by}: save it with commas.")
    if twice := {name for name in names if names.count(name) > 1}:
        raise AnalysisRefused(f"{path.name} has two columns “{min(twice)}”.")
    frame.cells.columns = pd.Index(names)
    for name in names:
        column = frame.cells[name]
        plain = {cell: _plain(path, name, cell) for cell in column.unique()}
        frame.cells[name] = column.map(plain)
    labels = {
        name.strip(): {label.strip(): raw for label, raw in values.items()}
        for name, values in frame.labels.items()
    }
    return Frame(frame.cells, labels)


def read_targets(path: Path) -> dict[str, Target]:
    """The margins of a file of targets, in its order. Raises AnalysisRefused."""
    _refuse_unless_file(path)
    try:
        rows = read_table(path, TARGET_COLUMNS)
    except FileRefused as refused:
        raise _in_one_sentence(path, refused) from refused
    except UnicodeDecodeError as error:
        raise AnalysisRefused(f"{path.name} is not CSV in UTF-8: {error}.") from error
    found: dict[str, Target] = {}
    for row in rows:
        for column in TARGET_COLUMNS:
            if not row[column]:
                raise AnalysisRefused(f"{path.name}, line {row.line}: the {column} is empty.")
        _add(found, row)
    if not found:
        raise AnalysisRefused(f"{path.name} has no margin: give at least one.")
    return found


def _add(found: dict[str, Target], row: Row) -> None:
    """Put one row of targets to its margin."""
    name, variables = row["margin"], [part.strip() for part in row["vars"].split(JOINED)]
    target = found.setdefault(name, Target(variables))
    where = f"Margin “{name}” in line {row.line} of the targets"
    if target.variables != variables:
        raise AnalysisRefused(f"{where} has other columns than before: {row['vars']}.")
    parts = row["category"].split(JOINED) if len(variables) > 1 else [row["category"]]
    if len(parts) != len(variables):
        raise AnalysisRefused(
            f"{where} joins {len(variables)} columns, and its category “{row['category']}” has "
            f"{len(parts)} values: part them by {JOINED}."
        )
    category = JOINED.join(_point_dropped(part.strip()) for part in parts)
    if category in target.shares:
        raise AnalysisRefused(f"{where} lists the category “{category}” twice.")
    try:
        share = Decimal(row["share"])
    except InvalidOperation:
        share = Decimal("nan")
    if not share.is_finite():
        raise AnalysisRefused(
            f"{where} gives the category “{category}” the share {row['share']!r}, which is no "
            "number: write 0.5 for 50%."
        )
    target.shares[category] = float(share)
    target.digits = max(target.digits, -int(share.as_tuple().exponent))


def refuse_unfit_columns(frame: Frame, targets: Mapping[str, Target], asked: Asked) -> None:
    """Refuse to go on without a column that was named, or with one that is named as two things."""
    has = ", ".join(frame.cells.columns[:20]) + (" …" if len(frame.cells.columns) > 20 else "")
    for name, target in targets.items():
        for variable in target.variables:
            if variable not in frame.cells:
                raise AnalysisRefused(
                    f"Margin “{name}” needs the column “{variable}”, which the file lacks; it has "
                    f"{has}."
                )
    for column in asked.columns:
        if column not in frame.cells:
            raise AnalysisRefused(f"The file has no column “{column}”; it has {has}.")
    if both := set(asked.single) & set(asked.multiple):
        raise AnalysisRefused(f"“{min(both)}” is named as single and as multiple: choose one.")


def numbers(cells: pd.DataFrame, column: str) -> Floats:
    """A column as numbers. Raises AnalysisRefused where a cell holds none, an empty one too."""
    found = pd.to_numeric(cells[column], errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~(np.abs(found) < FARTHEST))
    if len(wrong):
        raise AnalysisRefused(f"{place(cells, wrong[0], column)} is no number that can be used.")
    return found


def place(cells: pd.DataFrame, at: int, column: str) -> str:
    """How a cell is called in a refusal: the header is row 1."""
    return f"Row {cells.index[at] + 2}, column “{column}”: {cells[column].iloc[at]!r}"


def _refuse_unless_file(path: Path) -> None:
    if not path.is_file():
        raise AnalysisRefused(f"There is no file {path}.")


def _in_one_sentence(path: Path, refused: FileRefused) -> AnalysisRefused:
    first, *others = refused.faults
    more = f" (and {len(others)} more faults)" if others else ""
    return AnalysisRefused(f"{path.name}, {first}{more}.")


def _plain(path: Path, column: str, cell: str) -> str:
    if "\0" in cell:
        raise AnalysisRefused(f"{path.name}, column “{column}”: {cell!r} is not text.")
    return _point_dropped(cell.strip())


def _point_dropped(text: str) -> str:
    whole = POINT_NOUGHT.fullmatch(text)
    return whole[1] if whole else text
