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
from surveys.reports.contrast_history import Group, Measure, Told, tells_of_few
from surveys.reports.dominance import few_chose
from surveys.reports.effects import Arms
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
    def both(self) -> Group:
        """Those who gave both answers."""
        return Group(float(self.people[0]), self._sums(self.chose[:2]))

    @property
    def questions(self) -> tuple[Group, Group]:
        """Everyone in the bases that the two questions show."""
        first, second = (
            Group(float(base), {key: value for key, value in sums.items() if key[0] == code})
            for base, code in zip(self.bases, (self.pair.before, self.pair.after), strict=True)
            for sums in [self._sums(self.chose[:2] + self.chose[2:])]
        )
        return first, second

    def _sums(self, chose: Floats) -> dict[Measure, float]:
        codes = (self.pair.before, self.pair.after)
        return {
            (code, option): float(row[j])
            for code, row in zip(codes, chose, strict=True)
            for j, option in enumerate(self.options)
        }


def estimate_pairs(layout: Layout, sample: Sample, everyone: Moments) -> list[Paired]:
    """Every pair of a questionnaire that anybody answered.

    everyone: fields of shape (K, slots).
    """
    told = [(pair, _told(layout.document, pair)) for pair in layout.document.pairs]
    found = [_estimate(layout, sample, everyone, pair, values) for pair, values in told if values]
    return [paired for paired in found if paired.people[0]]


def pair_rows(
    release: Release,
    pairs: Iterable[Paired],
    told: Sequence[Arms],
    before: Sequence[Told],
    *,
    staff: bool,
) -> Iterator[Contrast]:
    """The rows to store of every pair.

    told: the arms whose figures are shown; before: what the releases told that new figures must not
    be subtractable from.
    """
    for paired in pairs:
        against = f"pair:{paired.pair.before}"
        why = _hidden(paired, told, before, staff=staff)
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


def _hidden(
    paired: Paired, told: Sequence[Arms], before: Sequence[Told], *, staff: bool
) -> Suppressed:
    """Why a pair is not told."""
    minimum = settings.DISCLOSURE_MINIMUM
    people, rest = paired.people[0], paired.people[2:]
    if people < minimum:
        return Suppressed.PRIMARY
    if paired.change.kish_effective_base.min() < settings.EFFECTIVE_BASE_MINIMUM:
        return Suppressed.UNRELIABLE
    arms = [(one, codes) for one in told if (codes := _counted_in(paired.pair, one))]
    for release in before:
        if release.knows(paired.pair) and _moved(paired, arms, release, minimum):
            return Suppressed.SECONDARY
    # Those of the arms that it was counted in who gave the other answer alone.
    left = [one.group(codes).less(paired.both) for one, codes in arms]
    beside = np.append(rest, [abs(one.people) for one in left])
    if np.any((beside > 0) & (beside < minimum)):
        return Suppressed.SECONDARY
    shares = [j for j, option in enumerate(paired.options) if option != MEAN]
    if staff and few_chose(paired.chose[:, shares], paired.people[:, None]).any():
        return Suppressed.FEW
    if staff and any(
        few_chose(np.array(chose), np.array(one.people)).any()
        for one in left
        for (_, option), chose in one.sums.items()
        if option != MEAN
    ):
        return Suppressed.FEW
    return Suppressed.NO


def _counted_in(pair: Pair, arms: Arms) -> tuple[str, ...]:
    """The arms of an effect of which a pair is a part; none where it is about something else."""
    if arms.effect.question not in (pair.before, pair.after):
        return ()
    if pair.within is None:
        return tuple(arm.code for arm in arms.split.arms)
    return pair.within.is_ if pair.within.split == arms.effect.split else ()


def _moved(
    paired: Paired, arms: list[tuple[Arms, tuple[str, ...]]], told: Told, minimum: int
) -> bool:
    """Whether a pair, or what is left when it is taken away, tells of few beside what was told."""
    then = told.pair(paired.pair)
    if then is None:
        return True  # what was hidden once stays hidden
    groups: list[tuple[Group, Group | None]] = [
        (now, told.whole(code))
        for now, code in zip(paired.questions, (paired.pair.before, paired.pair.after), strict=True)
    ]
    groups += [(one.group(codes), told.arms(one.effect, codes)) for one, codes in arms]
    return tells_of_few(paired.both, then, minimum) or any(
        tells_of_few(now.less(paired.both), earlier.less(then), minimum)
        for now, earlier in groups
        if earlier is not None
    )


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
