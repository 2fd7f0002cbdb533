"""Before and after of the same people: what those who gave both answers said, and how it changed.

A pair has figures of its own, beside those of its two questions, so it is told whole or not at all:
what is left when it is taken away from a question, those who gave that answer only, must be nobody
or no small group.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.questionnaires.document import SCALE_POINTS, Document, Pair, Scale, SingleChoice
from surveys.questionnaires.packing import Layout, Slot, pair_code, points, substantive_points
from surveys.reports.dominance import few_chose
from surveys.reports.items import items_of, measures
from surveys.reports.models import Contrast, Estimate, Release
from surveys.statistics.estimation import Estimates, changes, means
from surveys.statistics.intervals import all_alike
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
    bases: Floats  # (2,) of the two questions, as the figures of everyone have them

    @property
    def unweighted(self) -> Floats:
        """(2, J) figures after and before, with everybody counted once."""
        return self.chose[[1, 0]] / self.people[0]

    @property
    def told(self) -> Floats:
        """(3,) who gave both answers, and who is left of the base that each question shows."""
        return np.append(self.people[0], self.bases - self.people[0])


def estimate_pairs(layout: Layout, sample: Sample, everyone: Moments) -> list[Paired]:
    """Every pair of a questionnaire that anybody answered.

    everyone: fields of shape (K, slots).
    """
    told = [(pair, _told(layout.document, pair)) for pair in layout.document.pairs]
    found = [_estimate(layout, sample, everyone, pair, values) for pair, values in told if values]
    return [paired for paired in found if paired.people[0]]


def pair_rows(
    release: Release, pairs: Iterable[Paired], before: Sequence[Release], *, staff: bool
) -> Iterator[Contrast]:
    """The rows to store of every pair.

    before: the figures that new ones must not be subtractable from, of `hiding.shown_before`.
    """
    earlier = [_Before(one) for one in before]
    for paired in pairs:
        against = f"pair:{paired.pair.before}"
        why = _hidden(paired, [told[paired] for told in earlier if paired in told], staff=staff)
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
                row.unweighted, row.their_unweighted = map(float, paired.unweighted[:, j])
                row.standard_error = float(paired.change.standard_error[j])
                if row.standard_error == 0:
                    row.lower, row.upper = _if_not_all(paired, j)
            yield row


def _if_not_all(paired: Paired, place: int) -> tuple[float, float]:
    """Limits of a change that was the same for all, were there as many who changed otherwise as
    could have been missed."""
    far = 1.0 if paired.options[place] != MEAN else SCALE_POINTS - 1.0
    change = paired.change
    lower, upper = all_alike(change.estimate[place], change.kish_effective_base[place], (-far, far))
    return float(lower), float(upper)


class _Before:
    """What one earlier release told of pairs, and of who is left of their questions."""

    def __init__(self, release: Release) -> None:
        rows = release.contrasts.values_list("question", "against", "base")
        self.pairs = {(question, against): base for question, against, base in rows}
        whole = release.estimates.filter(segment="", base__isnull=False)
        self.bases: dict[str, int] = {}
        for question, base in whole.values_list("question", "base"):
            # Of a scale the shares have the larger base: who does not know is in it.
            self.bases[question] = max(base or 0, self.bases.get(question, 0))

    def __contains__(self, paired: Paired) -> bool:
        return self._key(paired) in self.pairs

    def __getitem__(self, paired: Paired) -> Floats | None:
        """(3,) who gave both answers, and who is left of each question; None if it was hidden."""
        both = self.pairs[self._key(paired)]
        if both is None:
            return None
        asked = (paired.pair.before, paired.pair.after)
        return np.array([both, *(self.bases.get(code, both) - both for code in asked)], np.float64)

    @staticmethod
    def _key(paired: Paired) -> tuple[str, str]:
        return paired.pair.after, f"pair:{paired.pair.before}"


def _hidden(paired: Paired, earlier: list[Floats | None], *, staff: bool) -> Suppressed:
    """Why a pair is not told; earlier: how many people each release before told of, of both answers
    and beside them, None where it was hidden."""
    minimum = settings.DISCLOSURE_MINIMUM
    people, rest = paired.people[0], paired.people[2:]
    if people < minimum:
        return Suppressed.PRIMARY
    if paired.change.kish_effective_base.min() < settings.EFFECTIVE_BASE_MINIMUM:
        return Suppressed.UNRELIABLE
    for then in earlier:
        moved = np.abs(paired.told - then) if then is not None else np.ones(1)
        if np.any((moved > 0) & (moved < minimum)):
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


def _shown_base(layout: Layout, counts: Floats, code: str) -> float:
    """The largest base that a question's figures of everyone have."""
    question = layout.document.questions[code]
    items = [item for item in items_of(layout) if item.question == question.code]
    return max((float(counts @ item.answered) for item in items), default=0.0)


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
    shown = [float(_shown_base(layout, answered, one)) for one in (pair.before, pair.after)]
    return Paired(
        bases=np.array(shown),
        pair=pair,
        options=tuple(told),
        before=mean(was),
        after=mean(now),
        change=changes(sample, both, given, was, now),
        people=np.concatenate([[counts.sum()] * 2, people - counts.sum()]),
        chose=np.concatenate([together, everybody - together]),
    )
