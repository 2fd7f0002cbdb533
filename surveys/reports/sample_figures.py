"""The questions of a file and the figures of each, for everybody and for each segment."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveys.reports.sample_cells import Places
from surveys.reports.sample_files import AnalysisRefused, Asked, Floats, numbers, place
from surveys.statistics.effects import ratio
from surveys.statistics.estimation import Estimates, means, shares
from surveys.statistics.intervals import (
    Interval,
    all_alike,
    clopper_pearson,
    displayed_interval,
    korn_graubard,
    logit,
    student,
)
from surveys.statistics.samples import Moments, Sample, grouped

TICKED_NOTHING = "(none)"
MOST_ANSWERS = 500  # a column with more of them is an identifier or a text
FIGURES = (
    *("estimate", "standard_error", "standard_error_fixed"),
    *("effective_base", "design_effect", "kish_effective_base"),
)


@dataclass(frozen=True)
class Item:
    """One question: who answered, and for each figure the value of each respondent."""

    question: str
    statistic: str
    options: tuple[str | None, ...]
    answered: NDArray[np.bool_]  # (n,)
    values: Floats  # (n, J), 1 or 0 for having chosen an option, or a scale less its centre
    centre: float = 0.0


@dataclass(frozen=True)
class Group:
    """Everybody, or those of one value of a segment."""

    segment: str | None
    value: str | None
    inside: NDArray[np.bool_]  # (n,)


def items_of(cells: pd.DataFrame, asked: Asked) -> list[Item]:
    """The questions that were named. Raises AnalysisRefused for cells that are no answer."""
    single = [
        _choices(cells, name, {cell: {cell} - {""} for cell in cells[name].unique()})
        for name in asked.single
    ]
    multiple = [_choices(cells, name, _ticked(cells, name)) for name in asked.multiple]
    return single + multiple + [_scale(cells, name) for name in asked.scale]


def groups_of(cells: pd.DataFrame, segments: Sequence[str]) -> list[Group]:
    """Everybody first, then each value of each segment."""
    found = [Group(None, None, np.ones(len(cells), bool))]
    for segment in segments:
        for value in _ordered(set(cells[segment]) - {""}, segment):
            found.append(Group(segment, value, (cells[segment] == value).to_numpy()))
    return found


def figures_of(
    sample: Sample, of_cell: Places, base: Floats, item: Item, group: Group
) -> Iterator[dict[str, Any]]:
    """The figures of one question for one group, one for each option."""
    K = len(sample.respondents)
    who = group.inside & item.answered

    def summed(values: Floats) -> Moments:
        d, here = base[who], of_cell[who]
        powers = (np.ones_like(d), d, d * d)
        return Moments(*(grouped(here, values[who] * one[:, None], K) for one in powers))

    answered, total = summed(np.ones((len(base), 1))), summed(item.values)
    domain = np.bincount(of_cell[group.inside], minlength=K).astype(np.float64)
    df = np.broadcast_to(sample.degrees_of_freedom(domain), (len(item.options),))
    others: dict[str, Any] = {}
    if item.statistic == "mean":
        found = means(sample, answered, total, summed(item.values**2))
        found = replace(found, estimate=found.estimate + item.centre)
        lower, upper = _of_means(found, item, df)
    else:
        found = shares(sample, answered, total)
        lower, upper = displayed_interval(found)
        p, se = found.estimate, found.standard_error
        others = {
            "logit": logit(p, se, df),
            "korn_graubard": korn_graubard(p, se, df, domain.sum()),
            "clopper_pearson": clopper_pearson(p, found.kish_effective_base),
        }
    unweighted = ratio(total.n.sum(axis=0), answered.n.sum(axis=0)) + item.centre
    for at, option in enumerate(item.options):
        yield {
            "question": item.question,
            "option": option,
            "segment": group.segment,
            "value": group.value,
            "statistic": item.statistic,
            **_figures(found, at),
            "unweighted": number(unweighted[at]),
            "lower": number(lower[at]),
            "upper": number(upper[at]),
            "suppressed": False,
            "degrees_of_freedom": float(df[at]),
            "intervals": {name: [number(end[at]) for end in ends] for name, ends in others.items()},
        }


def _of_means(found: Estimates, item: Item, df: Floats) -> Interval:
    """Student's interval, and where a group all gave the same answer, one between the ends.

    A file does not say where a scale ends, so its ends are the least and the largest number that
    anybody gave; where everybody gave the same there is no interval, rather than a point.
    """
    usual = student(found.estimate, found.standard_error, df)
    given = item.values[item.answered, 0] + item.centre
    if len(given) == 0 or given.min() == given.max():
        none = np.full_like(found.estimate, np.nan)
        alike = none, none
    else:
        alike = all_alike(found.estimate, found.kish_effective_base, (given.min(), given.max()))
    no_error = found.standard_error == 0
    lower, upper = (np.where(no_error, *two) for two in zip(alike, usual, strict=True))
    return lower, upper


def number(value: float) -> float | None:
    """A figure as JSON has it: NaN, "there is none", is null."""
    return float(value) if math.isfinite(value) else None


def _figures(found: Estimates, at: int) -> dict[str, float | int | None]:
    figures = {name: number(getattr(found, name)[at]) for name in FIGURES}
    return figures | {"base": round(float(found.base[at]))}


def _choices(cells: pd.DataFrame, name: str, chosen_in: dict[str, set[str]]) -> Item:
    """A question whose cells hold the choices that `chosen_in` says of each distinct one."""
    options = _ordered(set().union(*chosen_in.values()), name)
    ticks = {cell: [one in chosen for one in options] for cell, chosen in chosen_in.items()}
    values = np.array([ticks[cell] for cell in cells[name]], dtype=np.float64)
    answered = np.array([bool(chosen_in[cell]) for cell in cells[name]])
    return Item(name, "share", tuple(options), answered, values.reshape(len(cells), len(options)))


def _ticked(cells: pd.DataFrame, name: str) -> dict[str, set[str]]:
    """The choices in each distinct cell. Raises AnalysisRefused where one contradicts itself."""
    found = {}
    for cell in cells[name].unique():
        chosen = {part.strip() for part in cell.split(";")} - {""}
        where = place(cells, int(np.argmax(cells[name] == cell)), name)
        if cell and not chosen:
            raise AnalysisRefused(
                f"{where} has no choice: leave it empty for no answer, or write {TICKED_NOTHING} "
                "for nothing ticked."
            )
        if TICKED_NOTHING in chosen and len(chosen) > 1:
            raise AnalysisRefused(f"{where} has {TICKED_NOTHING} beside a choice.")
        found[cell] = chosen
    return found


def _scale(cells: pd.DataFrame, name: str) -> Item:
    answered = (cells[name] != "").to_numpy()
    given = numbers(cells[answered], name)
    # Measured from one in the middle: squares of answers far from 0 would lose their digits.
    centre = float(np.sort(given)[len(given) // 2]) if len(given) else 0.0
    values = np.zeros((len(cells), 1))
    values[answered, 0] = given - centre
    return Item(name, "mean", (None,), answered, values, centre)


def _ordered(answers: set[str], column: str) -> list[str]:
    """Numbers by size, everything else by the alphabet, who ticked nothing last.

    Raises AnalysisRefused for too many.
    """
    if len(answers) > MOST_ANSWERS:
        raise AnalysisRefused(
            f"Column “{column}” has {len(answers):,} different answers: it is no question with "
            f"choices, of which there are at most {MOST_ANSWERS}."
        )
    named = pd.Series(sorted(answers - {TICKED_NOTHING}), dtype=str)
    sizes = pd.to_numeric(named, errors="coerce")
    ordered = named if sizes.isna().any() else named[sizes.argsort(kind="stable")]
    return [*ordered, *(answers & {TICKED_NOTHING})]
