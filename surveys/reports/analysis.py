"""The figures of a file: weighted, estimated and tested as those of a wave, without a database.

For an analyst who wants to check us. Respondents are sorted into cells first, so that what is
computed is what a release computes from its tallies.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveys.fieldwork.importing import Frame
from surveys.fieldwork.tables import Row
from surveys.reports.sample_files import (
    AnalysisRefused,
    Asked,
    Places,
    Sorting,
    codes_of,
    design_of,
    margin_of,
    nested,
    numbers,
    read_targets,
    refuse_missing_columns,
)
from surveys.reports.weighting import weight_summary
from surveys.statistics.estimation import Estimates, means, shares
from surveys.statistics.intervals import (
    clopper_pearson,
    displayed_interval,
    korn_graubard,
    logit,
    student,
)
from surveys.statistics.margins import OPEN, Margin, close_open, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Moments, Sample
from surveys.statistics.trimming import trim

Floats = NDArray[np.float64]
TICKED_NOTHING = "(none)"


@dataclass(frozen=True)
class _Item:
    """One question: who answered, and for each figure the value of each respondent."""

    question: str
    statistic: str
    options: tuple[str | None, ...]
    answered: NDArray[np.bool_]  # (n,)
    values: NDArray[Any]  # (n, J), numbers or whether an option was chosen


def analyse(frame: Frame, targets: Sequence[Row], asked: Asked) -> dict[str, Any]:
    """Method and estimates of a file, with the keys of docs/report-format.md and a few more.

    Raises AnalysisRefused where file, targets and columns do not fit, RakingRefused where the
    margins cannot be met, DesignRefused where strata and clusters allow no variance.
    """
    wanted = read_targets(targets)
    refuse_missing_columns(frame, wanted, asked)
    weight = numbers(frame.cells, asked.base_weight) if asked.base_weight else None
    cells = frame.cells
    if weight is not None:
        if (weight < 0).any():
            raise AnalysisRefused(f"A base weight of {asked.base_weight} is below 0.")
        # Who has no weight keeps none, and does not count.
        cells, weight = cells[weight > 0], weight[weight > 0]
    if not len(cells):
        raise AnalysisRefused("The file has no respondents with a base weight.")
    base = np.ones(len(cells)) if weight is None else weight
    sorting = Sorting(base)
    margins = [
        margin_of(name, target, Frame(cells, frame.labels), asked, sorting)
        for name, target in wanted.items()
    ]
    strata = codes_of(cells, asked.strata)
    clusters = None if asked.psu is None else nested(strata, codes_of(cells, asked.psu))
    if asked.strata or clusters is not None or asked.fpc:
        sorting.add(strata)
    if clusters is not None:
        sorting.add(clusters)
    if weight is not None:
        # A cap cuts single weights, so those who share a cell must share their weight.
        sorting.add(np.unique(weight, return_inverse=True)[1])
    of_cell, first = sorting.cells()
    respondents = np.bincount(of_cell).astype(np.float64)
    sums = _sum(of_cell, base)
    used = [
        close_open(Margin(m.name, m.categories, m.of_cell[first], m.targets, m.printed_unit), sums)
        if asked.open_margins == "keep"
        else Margin(m.name, m.categories, m.of_cell[first], m.targets, m.printed_unit)
        for m in margins
    ]
    raking = rake(sums, used)
    factors = raking.factors
    method: dict[str, Any] = {"converged": True, "iterations": raking.iterations}
    trimming = trim(sums, respondents, used, asked.cap) if asked.cap is not None else None
    if trimming is not None and trimming.feasible:
        factors = trimming.factors
    design = None
    if asked.strata or clusters is not None or asked.fpc:
        design = design_of(cells, strata[first], clusters, first, asked, respondents)
    squared = _sum(of_cell, base**2)
    rows = design_matrix(used, len(first))
    sample = Sample(respondents, sums, squared, factors, rows, design)
    method["margins"] = [_described(margin, sums, factors, first) for margin in margins]
    method |= weight_summary(sample)
    method |= {"weighting": "raked", "respondents": int(respondents.sum())}
    if trimming is not None and asked.cap is not None:
        method["trimming"] = {
            "cap": asked.cap,
            "feasible": trimming.feasible,
            "smallest_cap": _number(trimming.smallest_cap),
            "share_capped": float(respondents[trimming.capped].sum() / respondents.sum()),
            "largest_before": trimming.largest_before,
            "design_effect_before": trimming.design_effect_before,
        }
    if design is not None:
        method["design"] = {
            "strata": len(design.units(respondents)),
            "units": int(design.units(respondents).sum()),
            "clustered": clusters is not None,
            "finite_population": design.population is not None,
        }
    items = list(_items(cells, asked))
    estimates = [
        row
        for segment, value, inside in _groups(cells, asked.segments)
        for item in items
        for row in _estimate(sample, of_cell, base, item, segment, value, inside)
    ]
    return {"method": method, "estimates": estimates}


# Estimates ------------------------------------------------------------------------------------


def _items(cells: pd.DataFrame, asked: Asked) -> Iterator[_Item]:
    for name in asked.single:
        given = cells[name].to_numpy(str)
        options = _ordered(set(given) - {""})
        chosen = (
            given[:, None] == np.array(options)[None, :] if options else np.zeros((len(given), 0))
        )
        yield _Item(name, "share", tuple(options), given != "", chosen)
    for name in asked.multiple:
        lists = [{part.strip() for part in cell.split(";")} - {""} for cell in cells[name]]
        options = _ordered(set().union(*lists) - {TICKED_NOTHING})
        chosen = np.array([[one in each for one in options] for each in lists], dtype=bool)
        answered = np.array([bool(each) for each in lists])
        yield _Item(name, "share", tuple(options), answered, chosen.reshape(len(lists), -1))
    for name in asked.scale:
        answered = (cells[name] != "").to_numpy()
        values = np.zeros(len(cells))
        values[answered] = numbers(cells[answered], name)
        yield _Item(name, "mean", (None,), answered, values[:, None])


def _ordered(options: set[str]) -> list[str]:
    """Numbers by size, everything else by the alphabet."""
    try:
        return sorted((str(one) for one in options), key=float)
    except ValueError:
        return sorted(str(one) for one in options)


def _groups(
    cells: pd.DataFrame, segments: Sequence[str]
) -> Iterator[tuple[str | None, str | None, NDArray[np.bool_]]]:
    yield None, None, np.ones(len(cells), bool)
    for segment in segments:
        given = cells[segment].to_numpy(str)
        for value in _ordered(set(given) - {""}):
            yield segment, value, given == value


def _estimate(
    sample: Sample,
    of_cell: Places,
    base: Floats,
    item: _Item,
    segment: str | None,
    value: str | None,
    inside: NDArray[np.bool_],
) -> Iterator[dict[str, Any]]:
    K = len(sample.respondents)
    who = inside & item.answered

    def summed(values: Floats, group: NDArray[np.bool_]) -> Moments:
        d = base[group]
        each = [
            np.column_stack(
                [_sum(of_cell[group], column * power, K) for column in values[group].T]
                or [np.zeros((K, 0))]
            )
            for power in (np.ones_like(d), d, d * d)
        ]
        n, w, w2 = each
        return Moments(n, w, w2)

    everyone = np.ones((len(base), 1))
    answered, total = summed(everyone, who), summed(item.values.astype(np.float64), who)
    domain = np.bincount(of_cell[inside], minlength=K).astype(np.float64)
    df = np.broadcast_to(sample.degrees_of_freedom(domain), (total.n.shape[1],))
    others: dict[str, Any] = {}
    if item.statistic == "mean":
        found = means(sample, answered, total, summed(item.values**2, who))
        lower, upper = student(found.estimate, found.standard_error, df)
    else:
        found = shares(sample, answered, total)
        lower, upper = displayed_interval(found)
        p, se = found.estimate, found.standard_error
        others = {
            "logit": logit(p, se, df),
            "korn_graubard": korn_graubard(p, se, df, domain.sum()),
            "clopper_pearson": clopper_pearson(p, found.kish_effective_base),
        }
    for place, option in enumerate(item.options):
        yield {
            "question": item.question,
            "option": option,
            "segment": segment,
            "value": value,
            "statistic": item.statistic,
            **_figures(found, place),
            "lower": _number(lower[place]),
            "upper": _number(upper[place]),
            "suppressed": False,
            "degrees_of_freedom": float(df[place]),
            "intervals": {
                name: [_number(end[place]) for end in ends] for name, ends in others.items()
            },
        }


def _figures(found: Estimates, place: int) -> dict[str, float | int | None]:
    names = (
        *("estimate", "standard_error", "standard_error_fixed"),
        *("effective_base", "design_effect", "kish_effective_base"),
    )
    figures: dict[str, float | int | None] = {
        name: _number(getattr(found, name)[place]) for name in names
    }
    return figures | {"base": round(float(found.base[place]))}


def _sum(of_cell: Places, values: Floats, cells: int = 0) -> Floats:
    return np.bincount(of_cell, values, cells).astype(np.float64)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _described(margin: Margin, sums: Floats, factors: Floats, first: Places) -> dict[str, Any]:
    of_cell = margin.of_cell[first]
    known = of_cell != OPEN
    share = sums * known / (sums * known).sum()
    after = sums * factors * known / (sums * factors * known).sum()
    return {
        "variable": margin.name,
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
