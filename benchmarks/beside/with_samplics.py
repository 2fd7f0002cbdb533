"""The same with samplics, from rows; its standard errors take the raked weights as given.

`python -m benchmarks.beside.with_samplics FOLDER`, in the environment of requirements/bench.txt.
"""

import sys
from pathlib import Path

import numpy as np
from samplics import PopParam, SampleWeight, TaylorEstimator

from benchmarks.beside.measuring import Figures, measure
from benchmarks.beside.rows import (
    GROUP,
    GROUPS,
    OPTIONS,
    SWEEPS,
    TOLERANCE,
    Rows,
    question_names,
    read_rows,
)


def figures(rows: Rows) -> Figures:
    """Shares and standard errors, shape (2, groups, options)."""
    respondents = rows.columns.shape[1]
    weight = SampleWeight().rake(
        samp_weight=np.ones(respondents),
        margins={name: rows.column(name) for name in rows.shares},
        control={
            name: {place: one * respondents for place, one in enumerate(share)}
            for name, share in rows.shares.items()
        },
        tol=TOLERANCE,
        ctrl_tol=TOLERANCE,
        max_iter=SWEEPS,
    )
    found = []
    for name in question_names():
        estimator = TaylorEstimator(PopParam.prop)
        estimator.estimate(y=rows.column(name), samp_weight=weight, domain=rows.column(GROUP))
        tables = (estimator.point_est, estimator.stderror)
        found.append(
            [[[table[g][o] for o in range(OPTIONS)] for g in range(GROUPS)] for table in tables]
        )
    return np.array(found).transpose(1, 2, 0, 3).reshape(2, GROUPS, -1)


def main(folder: Path) -> None:
    """Measure it."""
    rows = read_rows(folder)
    measure(lambda: figures(rows), folder, "with_samplics", runs=3, enough=30)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
