"""Before and after of the same people: what those who gave both answers said, and how it changed.

A pair has figures of its own, beside those of its two questions, so it is told whole or not at all:
what is left when it is taken away from a question, those who gave that answer only, must be nobody
or no small group.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.questionnaires.document import Document, Pair, Scale, SingleChoice
from surveys.questionnaires.packing import Layout, Slot, pair_code, points, substantive_points
from surveys.reports.dominance import few_chose
from surveys.reports.items import measures
from surveys.reports.models import Contrast, Estimate, Release
from surveys.statistics.estimation import Estimates, changes, means
from surveys.statistics.samples import Moments, Sample

Floats = NDArray[np.float64]
MEAN = ""  # in the place of an option
Suppressed = Estimate.Suppressed


@dataclass(frozen=True)
class Paired:
    """What is estimated of a pair: J options, nets or a mean, and the people that it rests on.

    people: of four groups, those who gave both answers, before and after, and those who are left of
    each question; chose: (4, J) how many of each count for an option.
    """

    pair: Pair
    options: tuple[str, ...]  # empty for a mean
    before: Estimates
    after: Estimates
    change: Estimates
    people: Floats
    chose: Floats


def estimate_pairs(layout: Layout, sample: Sample, everyone: Moments) -> list[Paired]:
    """Every pair of a questionnaire that anybody answered.

    everyone: fields of shape (K, slots).
    """
    told = [(pair, _told(layout.document, pair)) for pair in layout.document.pairs]
    found = [_estimate(layout, sample, everyone, pair, values) for pair, values in told if values]
    return [paired for paired in found if paired.people[0]]


def pair_rows(
    release: Release, pairs: Iterable[Paired], before: Release | None, *, staff: bool
) -> Iterator[Contrast]:
    """The rows to store of every pair.

    before: the figures that new ones must not be subtractable from, of `hiding.shown_before`.
    """
    earlier = _told_before(before)
    for paired in pairs:
        against = f"pair:{paired.pair.before}"
        key = (paired.pair.after, against)
        why = _hidden(paired, earlier.get(key, paired.people[0]), staff=staff)
        for j, option in enumerate(paired.options):
            row = Contrast(
                release=release,
                question=paired.pair.after,
                option=option,
                against=against,
                suppressed=why,
            )
            if why == Suppressed.NO:
                row.base = row.their_base = round(float(paired.people[0]))
                row.effective_base = float(paired.change.kish_effective_base[j])
                row.estimate = float(paired.after.estimate[j])
                row.their_estimate = float(paired.before.estimate[j])
                row.difference = float(paired.change.estimate[j])
                row.standard_error = float(paired.change.standard_error[j])
            yield row


def _told_before(before: Release | None) -> dict[tuple[str, str], float | None]:
    """How many people each pair told of, None where it was hidden."""
    if before is None:
        return {}
    rows = before.contrasts.values_list("question", "against", "base")
    return {(question, against): base for question, against, base in rows}


def _hidden(paired: Paired, earlier: float | None, *, staff: bool) -> Suppressed:
    """Why a pair is not told; earlier: how many people it told of before, None if it was hidden."""
    minimum = settings.DISCLOSURE_MINIMUM
    people, rest = paired.people[0], paired.people[2:]
    if people < minimum:
        return Suppressed.PRIMARY
    if paired.change.kish_effective_base.min() < settings.EFFECTIVE_BASE_MINIMUM:
        return Suppressed.UNRELIABLE
    if earlier is None or 0 < abs(people - earlier) < minimum:
        return Suppressed.SECONDARY
    if np.any((rest > 0) & (rest < minimum)):
        return Suppressed.SECONDARY
    shares = [j for j, option in enumerate(paired.options) if option != MEAN]
    if staff and few_chose(paired.chose[:, shares], paired.people[:, None]).any():
        return Suppressed.FEW
    return Suppressed.NO


def _answered(layout: Layout, counts: Floats, code: str) -> tuple[float, Floats]:
    """How many are in the base of a question, and how many gave each of its steps."""
    question = layout.document.questions[code]
    assert isinstance(question, SingleChoice | Scale)
    refused = {one.code for one in question.options if one.kind == "prefer_not_to_say"}

    def chose(point: str) -> float:
        return float(counts[layout.place_of_slot[Slot("option", code, point)]])

    base = sum(chose(point) for point in points(question) if point not in refused)
    return base, np.array([chose(step) for step in substantive_points(question)])


def _told(document: Document, pair: Pair) -> dict[str, list[float]]:
    """The value of each step for each option and net that both questions have, or for the mean.

    None for a net that "don't know" is part of: it is no answer that could change.
    """
    first, second = (document.questions[code] for code in (pair.before, pair.after))
    assert isinstance(second, SingleChoice | Scale)
    steps = substantive_points(second)
    nets = [{net.code: frozenset(net.options) for net in one.nets} for one in (first, second)]
    counted = {code: chosen for code, chosen in nets[1].items() if nets[0].get(code) == chosen}
    if isinstance(second, SingleChoice):
        counted |= {step: frozenset({step}) for step in steps}
    values = {
        code: [float(step in chosen) for step in steps]
        for code, chosen in counted.items()
        if chosen <= set(steps)
    }
    if isinstance(second, Scale):
        values[MEAN] = [float(step) for step in steps]
    return {one.option: values[one.option] for one in measures(second) if one.option in values}


def _estimate(
    layout: Layout, sample: Sample, everyone: Moments, pair: Pair, told: dict[str, list[float]]
) -> Paired:
    code, values = pair_code(pair.before, pair.after), np.array(list(told.values()))
    steps = values.shape[1]
    places = [place for place, slot in enumerate(layout.slots) if slot[:2] == ("pair", code)]
    given = Moments(*(sums[:, places] for sums in (everyone.n, everyone.w, everyone.w2)))
    both = Moments(*(sums.sum(axis=1, keepdims=True) for sums in (given.n, given.w, given.w2)))
    # The value of the answer before and after in each pair of answers, (S * S, J).
    was, now = np.repeat(values.T, steps, axis=0), np.tile(values.T, (steps, 1))

    def mean(value: Floats) -> Estimates:
        sums = (
            Moments(*(one @ value**power for one in (given.n, given.w, given.w2)))
            for power in (1, 2)
        )
        return means(sample, both, *sums)

    counts = given.n.sum(axis=0)
    together = np.array([counts @ was, counts @ now])
    answered = everyone.n.sum(axis=0)
    questions = [_answered(layout, answered, one) for one in (pair.before, pair.after)]
    everybody = np.array([values @ chose for _, chose in questions])
    people = np.array([base for base, _ in questions])
    return Paired(
        pair=pair,
        options=tuple(told),
        before=mean(was),
        after=mean(now),
        change=changes(sample, both, given, was, now),
        people=np.concatenate([[counts.sum()] * 2, people - counts.sum()]),
        chose=np.concatenate([together, everybody - together]),
    )
