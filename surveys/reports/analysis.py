"""The figures of a file: weighted, estimated and tested as those of a wave, without a database.

For an analyst who wants to check us. Respondents are sorted into cells first, so that what is
computed is what a release computes from its tallies.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveys.fieldwork.importing import Frame
from surveys.fieldwork.tables import Row
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
from surveys.statistics.samples import Design, Moments, Sample
from surveys.statistics.trimming import trim

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
TICKED_NOTHING = "(none)"
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
class _Target:
    """One margin as its file has it."""

    variables: list[str]
    shares: dict[str, float] = field(default_factory=dict)
    digits: int = 0


@dataclass(frozen=True)
class _Item:
    """One question: who answered, and for each figure the value of each respondent."""

    question: str
    statistic: str
    options: tuple[str | None, ...]
    answered: Floats  # (n,)
    values: Floats  # (n, J)


def analyse(frame: Frame, targets: Sequence[Row], asked: Asked) -> dict[str, Any]:
    """Method and estimates of a file, with the keys of docs/report-format.md and a few more.

    Raises AnalysisRefused where file, targets and columns do not fit, RakingRefused where the
    margins cannot be met, DesignRefused where strata and clusters allow no variance.
    """
    wanted = _read_targets(targets)
    _refuse_missing_columns(frame, wanted, asked)
    weight = _numbers(frame.cells, asked.base_weight) if asked.base_weight else None
    cells = frame.cells
    if weight is not None:
        if (weight < 0).any():
            raise AnalysisRefused(f"A base weight of {asked.base_weight} is below 0.")
        # Who has no weight keeps none, and does not count.
        cells, weight = cells[weight > 0], weight[weight > 0]
    if not len(cells):
        raise AnalysisRefused("The file has no respondents with a base weight.")
    base = np.ones(len(cells)) if weight is None else weight
    sorting = _Sorting(base)
    margins = [
        _margin(name, target, Frame(cells, frame.labels), asked, sorting)
        for name, target in wanted.items()
    ]
    strata = _codes(cells, asked.strata)
    clusters = None if asked.psu is None else _nested(strata, _codes(cells, asked.psu))
    if asked.strata or clusters is not None or asked.fpc:
        sorting.add(strata)
    if clusters is not None:
        sorting.add(clusters)
    if weight is not None:
        # A cap cuts single weights, so those who share a cell must share their weight.
        sorting.add(np.unique(weight, return_inverse=True)[1])
    of_cell, first = sorting.cells()
    respondents = np.bincount(of_cell).astype(np.float64)
    sums = np.bincount(of_cell, base)
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
        design = _design(cells, strata[first], clusters, first, asked, respondents)
    squared = np.bincount(of_cell, base**2)
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


class _Sorting:
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


# What the files say ---------------------------------------------------------------------------


def _read_targets(rows: Sequence[Row]) -> dict[str, _Target]:
    found: dict[str, _Target] = {}
    for row in rows:
        variables = row["vars"].split("|")
        target = found.setdefault(row["margin"], _Target(variables))
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


def _refuse_missing_columns(frame: Frame, targets: dict[str, _Target], asked: Asked) -> None:
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


def _numbers(cells: pd.DataFrame, column: str) -> Floats:
    """A column as numbers; an empty cell is NaN only where the caller allows it."""
    numbers = pd.to_numeric(cells[column], errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        at = wrong[0]
        raise AnalysisRefused(
            f"Row {cells.index[at] + 2}, column “{column}”: {cells[column].iloc[at]!r} is no number."
        )
    return numbers


def _codes(cells: pd.DataFrame, column: str | None) -> Places:
    if column is None:
        return np.zeros(len(cells), np.intp)
    empty = np.flatnonzero((cells[column] == "").to_numpy())
    if len(empty):
        raise AnalysisRefused(f"Row {cells.index[empty[0]] + 2}, column “{column}” is empty.")
    return np.unique(cells[column].to_numpy(str), return_inverse=True)[1]


def _nested(strata: Places, clusters: Places) -> Places:
    """Clusters of the same name in two strata are two clusters."""
    joined = strata * (int(clusters.max(initial=0)) + 1) + clusters
    return np.unique(joined, return_inverse=True)[1]


def _margin(name: str, target: _Target, frame: Frame, asked: Asked, sorting: _Sorting) -> Margin:
    parts = [set(part) for part in zip(*(c.split("|") for c in target.shares), strict=False)]
    columns = []
    for variable, known in zip(target.variables, parts, strict=False):
        column = frame.cells[variable]
        labels = frame.labels.get(variable, {})
        if labels and known <= set(labels) and not known & set(column):
            column = column.replace({raw: label for label, raw in labels.items()})
        columns.append(column)
    joined = columns[0].str.cat(columns[1:], sep="|") if len(columns) > 1 else columns[0]
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


def _design(
    cells: pd.DataFrame,
    stratum: Places,
    clusters: Places | None,
    first: Places,
    asked: Asked,
    respondents: Floats,
) -> Design:
    cluster = None if clusters is None else clusters[first]
    without = Design(stratum.astype(np.int64), cluster)
    units = without.units(respondents)
    if asked.strata and np.any(units == 1):
        name = np.unique(cells[asked.strata].to_numpy(str))[int(np.argmax(units == 1))]
        raise AnalysisRefused(
            f"Stratum “{name}” of {asked.strata} has a single sampling unit, from which no variance "
            "follows: merge it with a similar stratum."
        )
    if asked.fpc is None:
        return without
    given = _numbers(cells, asked.fpc)[first]
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
        values[answered] = _numbers(cells[answered], name)
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
    who = inside & item.answered.astype(bool)

    def summed(values: Floats, group: NDArray[np.bool_]) -> Moments:
        d = base[group]
        each = [
            np.column_stack(
                [np.bincount(of_cell[group], column * power, K) for column in values[group].T]
                or [np.zeros((K, 0))]
            )
            for power in (np.ones_like(d), d, d * d)
        ]
        return Moments(*each)

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
