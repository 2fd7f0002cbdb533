"""How many answers were marked for how they were given, and what leaving them out would change.

Figures are of everybody, marked or not, in every wave: that was decided before anybody answered, so
nobody can choose by the result. What the marked ones weigh is told beside it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from django.conf import settings

from surveys.fieldwork.models import Tally, Wave
from surveys.fieldwork.tallying import Cube, Slice
from surveys.questionnaires.derivation import regroup
from surveys.questionnaires.flags import FLAGS
from surveys.questionnaires.packing import FLAGGED, UNMARKED, Slot
from surveys.reports.items import Item
from surveys.reports.left_open import FEWEST
from surveys.reports.models import Estimate
from surveys.reports.rounding import Steps, to_step
from surveys.reports.weighting import Weighted, weigh
from surveys.statistics.estimation import Estimates, shares
from surveys.statistics.margins import RakingRefused
from surveys.statistics.samples import Moments

Told = dict[str, Any]
DIGITS = 3  # as a table shows


def flagged(wave: Wave, cube: Cube, weighted: Weighted, items: list[Item]) -> Told | None:
    """What a release tells of marked answers; None where nobody looked at how they were given.

    items: the figures of which it may be told what leaving them out would change: the declared
    headline measures among them are, where enough of those marked, and of those who are not, chose
    one and did not.
    """
    if not cube.layout.marks:
        return None
    slots = cube.slots.sum(axis=0)
    counts = {
        name: int(slots[cube.layout.place_of_slot[Slot("flag", FLAGGED, name)]])
        for name in (UNMARKED, *FLAGS)
    }
    marked = cube.slices.get(Tally.FLAGGED)
    people = int(marked.respondents.sum()) if marked is not None else 0
    if not counts[UNMARKED] + people:
        return None
    told: Told = {
        "looked_at": counts[UNMARKED] + people,
        "people": _unless_few(people),
        "by_flag": {flag: _unless_few(counts[flag]) for flag in FLAGS},
        "without": [],
    }
    if marked is not None and people >= settings.DISCLOSURE_MINIMUM:
        told["without"] = _without(wave, cube, weighted, marked, items)
    return told


def as_shown(told: Told, rows: Iterable[Estimate], steps: Steps) -> Told:
    """The same without the measures that `rows` hide, and with no more digits than these have."""
    bases = {(row.question, row.option): row.base for row in rows if not row.segment}
    without = []
    for one in told["without"]:
        base = bases.get((one["question"], one["option"]))
        if base is None:
            continue
        step = steps.step(one["question"], one["option"], base)
        if step is not None:
            one = one | {name: to_step(one[name], step) for name in ("estimate", "without")}
        without.append(one)
    return told | {"without": without}


def _unless_few(people: int) -> int | None:
    return None if 0 < people < settings.DISCLOSURE_MINIMUM else people


def _without(
    wave: Wave, cube: Cube, weighted: Weighted, marked: Slice, items: list[Item]
) -> list[Told]:
    """The headline shares of everybody, and of those who are not marked, weighted anew."""
    declared = {(one.question, one.option) for one in cube.layout.document.headlines}
    measured = [item for item in items if (item.question, item.option) in declared]
    if not measured:
        return []
    answered = np.column_stack([item.answered for item in measured])
    total = np.column_stack([item.total for item in measured])
    chose = (marked.slots @ total).sum(axis=0)
    others_chose = (marked.slots @ answered).sum(axis=0) - chose
    rest = _less(cube, marked)
    if rest.respondents.sum() < settings.DISCLOSURE_MINIMUM:
        return []  # leaving out the marked ones would tell of the few others
    try:
        anew = weigh(wave, rest, regroup(cube.layout.document, rest.cells))
    except RakingRefused:  # so many are marked that what is left cannot be weighted
        return []
    slots = rest.slots.sum(axis=0)
    rest_chose = slots @ total
    fewest = np.min([chose, others_chose, rest_chose, slots @ answered - rest_chose], axis=0)

    def measure(one: Weighted, part: Cube) -> Estimates:
        slots = part.slots.astype(np.float64)
        return shares(one.sample, Moments.equal(slots @ answered), Moments.equal(slots @ total))

    everybody, without = measure(weighted, cube), measure(anew, rest)
    enough = (fewest >= FEWEST) & (without.kish_effective_base >= settings.EFFECTIVE_BASE_MINIMUM)
    return [
        {
            "question": item.question,
            "option": item.option,
            "estimate": round(float(everybody.estimate[place]), DIGITS),
            "without": round(float(without.estimate[place]), DIGITS),
        }
        for place, item in enumerate(measured)
        if enough[place]
    ]


def _less(cube: Cube, marked: Slice) -> Cube:
    """The cube of those who are not marked; cells that only marked ones were in are gone."""
    respondents, slots = cube.respondents.copy(), cube.slots.copy()
    respondents[marked.cell] -= marked.respondents
    slots[marked.cell] -= marked.slots
    kept = np.flatnonzero(respondents)
    cells = tuple(cube.cells[place] for place in kept)
    return replace(cube, cells=cells, respondents=respondents[kept], slots=slots[kept])
