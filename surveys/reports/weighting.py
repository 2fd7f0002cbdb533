"""The weights of one wave: its margins met by its cells, and a record of how."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, isnan
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.fieldwork.models import Population, Wave
from surveys.fieldwork.tallying import Cube
from surveys.questionnaires.document import Document
from surveys.reports.disclosure import Bases, suppress
from surveys.reports.rounding import round_number, to_step
from surveys.reports.slices import EVERYONE, Division, Slice
from surveys.statistics.effects import kish
from surveys.statistics.margins import OPEN, Margin, close_open, collapse, design_matrix
from surveys.statistics.raking import rake
from surveys.statistics.samples import Sample
from surveys.statistics.trimming import trim

Cells = Sequence[Mapping[str, str]]

CAP = 5.0  # times the mean weight
SHARE_DIGITS = 1e-9  # stored shares have ten decimals


@dataclass(frozen=True)
class Weighted:
    """A sample with its final weights, and the method statement that goes with them."""

    sample: Sample
    method: dict[str, Any]
    margins: list[Margin]  # as raked to


@dataclass
class _Target:
    """One margin on its way through closing and collapsing."""

    published: Margin  # as imported
    labels: dict[str, str]
    sources: list[dict[str, str]]
    used: Margin  # as raked
    collapsed: list[tuple[str, str]] = field(default_factory=list)


def weigh(wave: Wave, cube: Cube, cells: Cells) -> Weighted:
    """Rake a wave's cells to its population and trim, or take every answer alike.

    `cells` holds the categories of each cell, from `derivation.regroup`.

    Raises RakingRefused, naming margin and category.
    """
    respondents = cube.respondents.astype(np.float64)
    targets = _targets(wave.population, cube, cells) if wave.population is not None else []
    margins = [target.used for target in targets]
    raking = rake(respondents, margins)
    trimming = trim(respondents, respondents, margins, CAP) if margins else None
    factors = trimming.factors if trimming and trimming.feasible else raking.factors
    sample = Sample.equal(respondents, factors, design_matrix(margins, len(respondents)))
    method: dict[str, Any] = {
        "converged": True,
        "iterations": raking.iterations,
        "margins": [_described(target, respondents, factors) for target in targets],
        **weight_summary(sample),
    }
    if trimming is not None:
        method["trimming"] = {
            "cap": CAP,
            "feasible": trimming.feasible,
            "share_capped": float(respondents[trimming.capped].sum() / respondents.sum()),
            "largest_before": trimming.largest_before,
            "smallest_cap": None if isnan(trimming.smallest_cap) else trimming.smallest_cap,
            "design_effect_before": trimming.design_effect_before,
        }
    if hides_a_group(method):
        method |= _rounded_summary(method, sample, targets)
    if wave.population is not None:
        method["population_title"] = wave.population.title
        method["population_note"] = wave.population.reference_note
    return Weighted(sample, method, margins)


def hides_a_group(method: Mapping[str, Any]) -> bool:
    """Whether a margin has a category of which the release tells nothing."""
    return any(
        one["sample"] is None for margin in method["margins"] for one in margin["categories"]
    )


def _rounded_summary(
    method: Mapping[str, Any], sample: Sample, targets: Sequence[_Target]
) -> dict[str, Any]:
    """What is told of weights where a group is hidden, whose size they would give away.

    The weight of a small group is its target over how many it is, and its square is a part of the
    design effect. So weights are told to 1, 2 or 5 times a power of ten, the design effect to a
    step that is no finer than this part, and nothing looks better than it is.
    """
    weight = sample.factors * sample.weight
    part = 0.0
    for target, margin in zip(targets, method["margins"], strict=True):
        hidden = [one["sample"] is None for one in margin["categories"]]
        inside = np.isin(target.published.of_cell, np.flatnonzero(hidden))
        squares = (sample.factors**2 * sample.weight_squared)[inside].sum()
        part = max(part, float(sample.size * squares / weight.sum() ** 2))
    step = round_number(max(part, 0.1))
    effect = to_step(method["design_effect"], step, ceil)
    told: dict[str, Any] = {
        "design_effect": effect,
        "effective_base": float(floor(sample.size / effect)),
        "min_weight": float(floor(method["min_weight"])),
        "max_weight": round_number(method["max_weight"]),
    }
    if (trimming := method.get("trimming")) is not None:
        capped, cap = trimming["share_capped"], trimming["smallest_cap"]
        few = round_number(settings.DISCLOSURE_MINIMUM / sample.size)
        told["trimming"] = trimming | {
            "share_capped": min(to_step(capped, few, ceil), 1.0),
            "largest_before": round_number(trimming["largest_before"]),
            "smallest_cap": None if cap is None else round_number(cap),
            "design_effect_before": to_step(trimming["design_effect_before"], step, ceil),
        }
    return told


def weight_summary(sample: Sample) -> dict[str, float]:
    """What the weights cost (Kish 1965), and their range as ratios to the mean."""
    weight = sample.factors * sample.weight
    squared = sample.factors**2 * sample.weight_squared
    effect = kish(sample.size, weight.sum(), squared.sum())
    met = sample.respondents > 0
    each = weight[met] / sample.respondents[met]
    mean = weight.sum() / sample.size
    return {
        "design_effect": float(effect.design_effect),
        "effective_base": float(effect.effective_base),
        "min_weight": float(each.min() / mean),
        "max_weight": float(each.max() / mean),
    }


def _targets(population: Population, cube: Cube, cells: Cells) -> list[_Target]:
    document = cube.layout.document
    base = cube.respondents.astype(np.float64)
    rows: dict[str, list[Any]] = {}
    for row in population.margins.order_by("variable", "position"):
        rows.setdefault(row.variable, []).append(row)
    targets = []
    for variable, categories in _in_document_order(document, rows):
        codes = tuple(row.category for row in categories)
        place_of = {code: place for place, code in enumerate(codes)}
        of_cell = np.array([place_of.get(cell.get(variable, ""), OPEN) for cell in cells], np.intp)
        shares = np.array([float(row.share) for row in categories])
        published = Margin(variable, codes, of_cell, shares, SHARE_DIGITS)
        rules = {row.category: row.collapsed_into for row in categories if row.collapsed_into}
        used, collapsed = collapse(published, rules, base)
        labels = {row.category: row.label for row in categories}
        sources = [
            {"source": source, "reference_date": day}
            for source, day in dict.fromkeys((row.source, row.reference_date) for row in categories)
        ]
        targets.append(_Target(published, labels, sources, close_open(used, base), collapsed))
    return targets


def _in_document_order(
    document: Document, rows: dict[str, list[Any]]
) -> list[tuple[str, list[Any]]]:
    order = list(document.variables_by_code)
    return sorted(rows.items(), key=lambda item: order.index(item[0]))


def _described(
    target: _Target, respondents: NDArray[np.float64], factors: NDArray[np.float64]
) -> dict[str, Any]:
    """One margin for the method statement: shares among those who have a category in it.

    No small group is shown here either: the sample's share of a category with few people has no
    number, nor has another one, because shares come to 1; and how many left the margin open is
    rounded, as the shares are, so that they do not tell it.
    """
    margin = target.published
    placed = margin.of_cell != OPEN
    known = respondents * placed
    after = known * factors / (known * factors).sum()
    counts = [
        int(respondents[margin.of_cell == place].sum()) for place in range(len(margin.targets))
    ]
    hidden = _too_few(margin, counts)
    return {
        "variable": margin.name,
        "sources": target.sources,
        "off_target": off_target(target.used, respondents * factors),
        "open": _rounded(int(respondents[~placed].sum())),
        "collapsed": [{"category": one, "into": into} for one, into in target.collapsed],
        "categories": [
            {
                "category": category,
                "label": target.labels[category],
                "target": float(margin.targets[place]),
                "sample": None
                if category in hidden
                else round(counts[place] / sum(counts), SAMPLE_DIGITS),
                "weighted": None
                if category in hidden
                else round(float(after[margin.of_cell == place].sum()), SAMPLE_DIGITS),
            }
            for place, category in enumerate(margin.categories)
        ],
    }


def _too_few(margin: Margin, counts: list[int]) -> set[str]:
    """The categories of a margin whose sample would tell of a small group.

    Shares are of those who are in a category, so all of these together are known.
    """
    slices = {code: Slice("", margin.name, code) for code in margin.categories}
    parts: dict[Slice, frozenset[Hashable]] = {EVERYONE: frozenset(slices)}
    parts |= {one: frozenset({code}) for code, one in slices.items()}
    people = {EVERYONE: sum(counts)} | dict(zip(slices.values(), counts, strict=True))
    found = suppress(
        [Division.of(parts)],
        {one: Bases(n, n) for one, n in people.items() if n},
        minimum=settings.DISCLOSURE_MINIMUM,
        effective_minimum=0,
    )
    return {one.value for one, why in found.items() if why and one != EVERYONE}


def off_target(margin: Margin, weights: NDArray[np.float64]) -> float:
    """The largest gap between a weighted category and its target, as a share of everyone."""
    return float(np.abs(margin.totals(weights) / weights.sum() - margin.shares).max())


OPEN_STEP = 25
SAMPLE_DIGITS = 3


def _rounded(people: int) -> int | None:
    """How many left a margin open, to the nearest 25; None where they are few, 0 where nobody."""
    if 0 < people < settings.DISCLOSURE_MINIMUM:
        return None
    return round(people / OPEN_STEP) * OPEN_STEP if people else 0
