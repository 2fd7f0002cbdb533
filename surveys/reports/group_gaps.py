"""Groups of one wave beside each other: the declared headline measures, screened and never claimed.

The error of a difference knows that raking made both figures, so it is made with them and kept with
the release; the figures are those that are shown. What a figure hides has no difference either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from math import ceil
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.document import Document
from surveys.questionnaires.overlaps import origins
from surveys.questionnaires.versions import frozen
from surveys.reports.claims import Name, outcomes
from surveys.reports.gaps import Circumstances, Comparison
from surveys.reports.items import Item, subject
from surveys.reports.models import Estimate, Release
from surveys.reports.rounding import Steps, to_step, with_step
from surveys.reports.slices import Slice
from surveys.statistics.estimation import between_groups
from surveys.statistics.samples import Moments, Sample

Apart = dict[str, Any]  # question, option, segment, two values and the error of their difference
DIGIT = 1e-4  # errors are rounded up to it: more digits would tell of the answers alone


def errors_between(
    document: Document, sample: Sample, groups: Mapping[Slice, Moments], items: Iterable[Item]
) -> list[Apart]:
    """The error of the difference between each two groups of a segment, of each headline measure.

    groups: fields of shape (K, slots), of the values of each segment.
    """
    declared = {(one.question, one.option) for one in document.headlines}
    measured = [item for item in items if (item.question, item.option) in declared]
    if not measured or not groups:
        return []
    answered, total = (
        np.column_stack([getattr(item, name) for item in measured])
        for name in ("answered", "total")
    )
    sums = {one: (_summed(of, answered), _summed(of, total)) for one, of in groups.items()}
    found = []
    for segment in document.segments:
        inside = [one for one in groups if one.segment == segment]
        made_of = origins(document, segment)  # a question says nothing of the groups it makes
        for first, second in combinations(inside, 2):
            (v1, y1), (v2, y2) = sums[first], sums[second]
            _, errors = between_groups(sample, (v1, v2), (y1, y2))
            values = {"segment": segment, "value": first.value, "other": second.value}
            found += [
                {"question": item.question, "option": item.option}
                | values
                | {"standard_error": float(error)}
                for item, error in zip(measured, np.ravel(errors), strict=True)
                if item.question not in made_of
            ]
    return found


def _summed(of: Moments, weights: NDArray[np.float64]) -> Moments:
    """(K, J) sums over slots."""
    n = of.n @ weights
    if of.w is of.n:  # base weights of 1: their sums are all alike
        return Moments(n, n, n)
    return Moments(n, of.w @ weights, of.w2 @ weights)


def told_between(errors: Iterable[Apart], rows: Iterable[Estimate], steps: Steps) -> list[Apart]:
    """Those of two figures that are both shown, and both know their own uncertainty; errors of
    rounded figures say what rounding adds."""
    shown = {(row.question, row.option, row.segment, row.value): row for row in rows if row.base}
    told = []
    for one in errors:
        sides = [
            shown.get((one["question"], one["option"], one["segment"], one[name]))
            for name in ("value", "other")
        ]
        if any(row is None or not row.standard_error or row.estimate in (0, 1) for row in sides):
            continue
        base = min(row.base or 0 for row in sides if row is not None)
        step = steps.step(one["question"], one["option"], base)
        error = one["standard_error"]
        error = to_step(error, DIGIT, ceil) if step is None else with_step(error, step, 2)
        if error > 0:
            told.append(one | {"standard_error": error})
    return told


def group_gaps(release: Release, rows: Iterable[Estimate]) -> list[Comparison]:
    """The differences between groups of a release that is over, tested as one screening.

    rows: the estimates of its groups. Figures that rest on few people are in no family.
    """
    wave = release.wave
    if wave.status not in (Wave.Status.CLOSED, Wave.Status.PUBLISHED):
        return []
    document = frozen(wave.version_id).document
    shown = {(row.question, row.option, row.segment, row.value): row for row in rows}
    found = []
    for one in release.method.get("groups", ()):
        mine, their = (
            shown.get((one["question"], one["option"], one["segment"], one[name]))
            for name in ("value", "other")
        )
        if mine is not None and their is not None and _enough(mine) and _enough(their):
            found.append(_beside(wave, document, one, mine, their))
    tests: list[tuple[float, float, Name]] = [
        (one.difference or 0.0, one.standard_error or 0.0, "screening") for one in found
    ]
    return [
        replace(one, outcome=outcome) for one, outcome in zip(found, outcomes(tests), strict=True)
    ]


def _beside(
    wave: Wave, document: Document, one: Apart, mine: Estimate, their: Estimate
) -> Comparison:
    question, segment = document.questions[one["question"]], one["segment"]
    texts = {each.code: each.text for each in document.variables_by_code[segment].categories}
    return Comparison(
        question=question.code,
        option=one["option"],
        subject=subject(question, one["option"]),
        unit="",
        with_=f"group:{segment}={mine.value},{their.value}",
        label=f"“{texts[their.value]}”",
        year="",
        estimate=mine.estimate,
        their_estimate=their.estimate,
        difference=(mine.estimate or 0.0) - (their.estimate or 0.0),
        standard_error=one["standard_error"],
        wording=None,
        judgement=Judgement("same", ()),
        low_base=False,
        circumstances=Circumstances(
            open_link=wave.sampling == Wave.Sampling.OPEN_LINK, simulated=wave.simulated
        ),
        here=f"“{texts[mine.value]}”",
        base=mine.base,
        their_base=their.base,
    )


def _enough(row: Estimate) -> bool:
    return row.estimate is not None and (row.effective_base or 0) >= settings.EFFECTIVE_BASE_LOW
