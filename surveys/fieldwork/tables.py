"""Tables from elsewhere: their rows with line numbers, or every reason why they are refused."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file: where, and what."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.reason}"


class FileRefused(ValueError):
    """Nothing of the file was imported; `faults` holds every reason."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        shown = "\n".join(str(fault) for fault in faults[:100])
        rest = f"\n… and {len(faults) - 100} more" if len(faults) > 100 else ""
        super().__init__(f"{name}: {len(faults)} to mend, nothing was imported:\n{shown}{rest}")
        self.faults = faults


@dataclass(frozen=True)
class Row:
    """One row of a table, with the line it stands on."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def fault(self, column: str, reason: str) -> Fault:
        """A fault in this row."""
        return Fault(self.line, column, reason)


def read_table(path: Path, columns: Iterable[str]) -> list[Row]:
    """Read a CSV file that has at least these columns; cells are stripped of spaces.

    Raises FileRefused, with every fault; OSError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="", strict=True)
        header = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = header
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise FileRefused(path.name, [Fault(1, name, "stands here twice") for name in twice])
        missing = [column for column in columns if column not in header]
        if missing:
            reason = "the header lacks " + ", ".join(missing)
            raise FileRefused(path.name, [Fault(1, "", reason)])
        rows, faults = [], []
        try:
            for values in reader:
                if values.pop("", None) is not None or None in values.values():
                    reason = f"has not the {len(header)} cells of the header"
                    faults.append(Fault(reader.line_num, "", reason))
                    continue
                cells = {column: value.strip() for column, value in values.items()}
                rows.append(Row(reader.line_num, cells))
        except csv.Error as error:
            faults.append(Fault(reader.line_num, "", f"is not CSV: {error}"))
    if faults:
        raise FileRefused(path.name, faults)
    return rows
