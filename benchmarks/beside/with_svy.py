"""The same with svy, from rows, in either of two ways.

`python -m benchmarks.beside.with_svy FOLDER [fixed]`, in the environment of requirements/bench.txt.
Without `fixed` each question is asked for by group, and standard errors credit the raking. With
`fixed` each group is asked for all questions at once, which is many times faster, and standard
errors take the raked weights as given (svy 0.35).
"""

import sys
from pathlib import Path

import numpy as np
import polars
import svy

from benchmarks.beside.measuring import Figures, measure
from benchmarks.beside.rows import (
    GROUP,
    GROUPS,
    SWEEPS,
    TOLERANCE,
    Rows,
    question_names,
    read_rows,
)


def raked(rows: Rows, table: polars.DataFrame) -> svy.Sample:
    """The respondents with their weights."""
    shares = {name: dict(enumerate(map(float, share))) for name, share in rows.shares.items()}
    sample = svy.Sample(table, svy.Design(wgt="base"))
    return sample.weighting.rake(shares=shares, tol=TOLERANCE, max_iter=SWEEPS)


def by_question(sample: svy.Sample) -> Figures:
    """Shares and standard errors, shape (2, groups, options), a question at a time."""
    found = []
    for name in question_names():
        made = sample.estimation.prop(name, by=GROUP).to_polars().sort(GROUP, name)
        found.append(made.select("est", "se").to_numpy().T.reshape(2, GROUPS, -1))
    return np.concatenate(found, axis=2)


def by_group(sample: svy.Sample) -> Figures:
    """The same, a group at a time."""
    found = []
    for group in range(GROUPS):
        made = sample.estimation.prop(list(question_names()), where=svy.col(GROUP) == group)
        tables = [
            one.to_polars().sort(name).select("est", "se").to_numpy().T
            for one, name in zip(made, question_names(), strict=True)
        ]
        found.append(np.concatenate(tables, axis=1))
    return np.array(found).swapaxes(0, 1)


def main(folder: Path, way: str = "") -> None:
    """Measure it; the table is made beforehand."""
    rows = read_rows(folder)
    table = polars.DataFrame({name: rows.column(name) for name in rows.names})
    table = table.with_columns(base=polars.lit(1.0))
    estimate = by_group if way == "fixed" else by_question
    name = "with_svy_fixed" if way == "fixed" else "with_svy"
    measure(lambda: estimate(raked(rows, table)), folder, name, runs=3, enough=30)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
