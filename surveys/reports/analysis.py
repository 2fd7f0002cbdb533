"""The figures of a file: weighted, estimated and tested as those of a wave, without a database.

For an analyst who wants to check us. Respondents are sorted into cells first, so that what is
computed is what a release computes from its tallies.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from surveys.fieldwork.importing import Frame
from surveys.reports.sample_cells import (
    Places,
    Sorting,
    codes_of,
    design_of,
    margin_of,
    nested,
)
from surveys.reports.sample_figures import figures_of, groups_of, items_of, number
from surveys.reports.sample_files import (
    AnalysisRefused,
    Asked,
    Floats,
    Target,
    numbers,
    place,
    refuse_unfit_columns,
)
from surveys.reports.weighting import off_target, weight_summary
from surveys.statistics.margins import OPEN, Margin, close_open, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Design, Sample
from surveys.statistics.trimming import Trimming, trim

UNKNOWN = "~"
WIDEST = 1e9  # a base weight this many times another is no weight, but some other column


def analyse(frame: Frame, targets: Mapping[str, Target], asked: Asked) -> dict[str, Any]:
    """Method and estimates of a file, with the keys of docs/report-format.md and a few more.

    Raises AnalysisRefused where file, targets and columns do not fit, RakingRefused where the
    margins cannot be met, DesignRefused where strata and clusters allow no variance.
    """
    refuse_unfit_columns(frame, targets, asked)
    if asked.cap is not None and not 1 < asked.cap < math.inf:
        raise AnalysisRefused(
            f"A cap of {asked.cap:g} times the mean is no cap: give a number above 1."
        )
    cells, base = _weighted(frame.cells, asked)
    items = items_of(cells, asked)
    groups = groups_of(cells, asked.segments)
    margins = [
        margin_of(name, target, Frame(cells, frame.labels), asked)
        for name, target in targets.items()
    ]
    strata = codes_of(cells, asked.strata)
    clusters = None if asked.psu is None else nested(strata, codes_of(cells, asked.psu))
    # A cap cuts single weights, so those who share a cell must share their weight.
    weights = np.unique(base, return_inverse=True)[1]
    sorting = Sorting(len(cells))
    for codes in (*(margin.of_cell for margin in margins), strata, clusters, weights):
        if codes is not None:
            sorting.add(codes)
    of_cell, first = sorting.cells()
    respondents, sums = np.bincount(of_cell).astype(np.float64), _sums(of_cell, base)
    used = [replace(margin, of_cell=margin.of_cell[first]) for margin in margins]
    if asked.open_margins == "keep":
        used = [close_open(margin, sums) for margin in used]
    raking = rake(sums, used)
    trimming = None if asked.cap is None else trim(sums, respondents, used, asked.cap)
    factors = trimming.factors if trimming is not None and trimming.feasible else raking.factors
    design = None
    if asked.strata or asked.psu or asked.fpc:
        design = design_of(cells, strata, clusters, first, asked, respondents)
    rows = design_matrix(used, len(first))
    sample = Sample(respondents, sums, _sums(of_cell, base**2), factors, rows, design)
    method: dict[str, Any] = {
        "converged": True,
        "iterations": raking.iterations,
        "margins": [
            _described(margin, raked, sums, factors, first)
            for margin, raked in zip(margins, used, strict=True)
        ],
        **weight_summary(sample),
        "weighting": "raked",
        "population": None,
        "respondents": int(respondents.sum()),
        "while_open": False,
        "outside": 0,
        # An analyst's own file: no figure is kept back for how few people it is about.
        **dict.fromkeys(("disclosure_minimum", "effective_base_minimum", "effective_base_low"), 0),
    }
    if trimming is not None and asked.cap is not None:
        method["trimming"] = _trimmed(trimming, asked.cap, respondents)
    if design is not None:
        method["design"] = _drawn(design, respondents)
    estimates = [
        row
        for group in groups
        for item in items
        for row in figures_of(sample, of_cell, base, item, group)
    ]
    return {"method": method, "estimates": estimates}


def _weighted(cells: pd.DataFrame, asked: Asked) -> tuple[pd.DataFrame, Floats]:
    """The respondents with a base weight, and these weights, of mean 1."""
    if not len(cells):
        raise AnalysisRefused("The file has a header and no respondents.")
    if asked.base_weight is None:
        return cells, np.ones(len(cells))
    weight = numbers(cells, asked.base_weight)
    if (weight < 0).any():
        at = int(np.argmax(weight < 0))
        raise AnalysisRefused(f"{place(cells, at, asked.base_weight)} is below 0.")
    counted = weight > 0
    if not counted.any():
        raise AnalysisRefused(f"Nobody has a base weight above 0 in “{asked.base_weight}”.")
    if weight.max() > WIDEST * weight[counted].min():
        at = int(np.argmax(weight))
        raise AnalysisRefused(
            f"{place(cells, at, asked.base_weight)} is more than {WIDEST:,.0f} times the smallest "
            "base weight: is it the column of the weights?"
        )
    # Who has no weight keeps none, and does not count.
    return cells[counted], weight[counted] / weight[counted].mean()


def _sums(of_cell: Places, values: Floats) -> Floats:
    return np.bincount(of_cell, values).astype(np.float64)


def _trimmed(trimming: Trimming, cap: float, respondents: Floats) -> dict[str, Any]:
    return {
        "cap": cap,
        "feasible": trimming.feasible,
        "smallest_cap": number(trimming.smallest_cap),
        "share_capped": float(respondents[trimming.capped].sum() / respondents.sum()),
        "largest_before": trimming.largest_before,
        "design_effect_before": trimming.design_effect_before,
    }


def _drawn(design: Design, respondents: Floats) -> dict[str, Any]:
    units = design.units(respondents)
    return {
        "strata": len(units),
        "units": int(units.sum()),
        "clustered": design.cluster is not None,
        "finite_population": design.population is not None,
    }


def _described(
    margin: Margin, raked: Margin, sums: Floats, factors: Floats, first: Places
) -> dict[str, Any]:
    """One margin, with the keys that it has in a release.

    margin: as its file has it; raked: with those who left it open. A file of targets names no
    source, and no measure was declared a headline beforehand.
    """
    of_cell = margin.of_cell[first]
    known = of_cell != OPEN
    share = sums * known / (sums * known).sum()
    after = sums * factors * known / (sums * factors * known).sum()
    return {
        "variable": margin.name,
        "sources": [{"source": UNKNOWN, "reference_date": UNKNOWN}],
        "off_target": off_target(raked, sums * factors),
        "left_open": [],
        "open": int((margin.of_cell == OPEN).sum()),
        "collapsed": [],
        "categories": [
            {
                "category": category,
                "label": category,
                "target": float(margin.shares[code]),
                "sample": float(share[of_cell == code].sum()),
                "weighted": float(after[of_cell == code].sum()),
            }
            for code, category in enumerate(margin.categories)
        ],
    }
