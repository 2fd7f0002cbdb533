"""What the arms of a split did: the difference that each makes to a declared measure.

Chance drew the arms, so nothing but what was shown parts those in them, as far as all of them
finished (`arms`). The figures of a split's arms are told together or not at all: the arms make up
everyone who was asked, so one that is hidden could be worked out from the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.questionnaires.document import SCALE_POINTS, Effect, Scale, SingleChoice, Split
from surveys.questionnaires.packing import (
    Layout,
    Slot,
    effect_code,
    points,
    substantive_points,
)
from surveys.reports.arms import source_of
from surveys.reports.contrast_history import Group, Told, tells_of_few
from surveys.reports.dominance import CHOSEN_MINIMUM, few_chose
from surveys.reports.models import Contrast, Estimate, Release
from surveys.statistics.differences import hybrid
from surveys.statistics.effects import ratio
from surveys.statistics.estimation import Estimates, between_groups, means
from surveys.statistics.intervals import Interval, displayed_interval, displayed_mean_interval
from surveys.statistics.samples import Moments, Sample

Floats = NDArray[np.float64]
Suppressed = Estimate.Suppressed
Key = tuple[str, str]  # split, question


@dataclass(frozen=True)
class Arms:
    """One effect as it was measured in all A arms of its split, in the document's order.

    unweighted: (A,) figures with everybody counted once; difference, standard_error: (A,) of each
    arm less the control, 0 for itself; lower, upper: (A,) of the difference, NaN where its error
    tells them; people: (A,) in the base of each; chose: (A,) of them, none for a mean; beside: in
    no arm, and answered all the same.
    """

    effect: Effect
    split: Split
    figures: Estimates
    unweighted: Floats
    difference: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    people: Floats
    chose: Floats | None
    beside: float

    @property
    def key(self) -> Key:
        """What is told together or not at all: a question, in the arms of a split."""
        return self.effect.split, self.effect.question

    @property
    def control(self) -> int:
        """The place of the arm that the others are held beside."""
        return [arm.code for arm in self.split.arms].index(self.effect.control)

    def group(self, codes: Iterable[str]) -> Group:
        """Those of some arms who are in the base."""
        wanted = set(codes)
        inside = np.array(
            [
                arm.code in wanted and n > 0
                for arm, n in zip(self.split.arms, self.people, strict=True)
            ]
        )
        total = float((self.people * self.unweighted)[inside].sum())
        measure = self.effect.question, self.effect.option
        return Group(float(self.people[inside].sum()), {measure: total})


def estimate_effects(layout: Layout, sample: Sample, everyone: Moments) -> list[Arms]:
    """Every declared effect of which anybody answered the question in an arm.

    everyone: fields of shape (K, slots).
    """
    measured = [_measure(layout, sample, everyone, one) for one in layout.document.effects]
    return [one for one in measured if one.people.any()]


def hidden_effects(
    measured: Sequence[Arms], before: Sequence[Told], *, staff: bool
) -> dict[Key, Suppressed]:
    """Why the arms of each split are not told of a question, if they are not.

    before: what the releases told that new figures must not be subtractable from.
    """
    hidden: dict[Key, Suppressed] = {}
    for one in measured:
        why = hidden.get(one.key) or _hidden(one, before, staff=staff)
        if staff and not why and _few_between(one, measured):
            why = Suppressed.FEW
        hidden[one.key] = why
    return hidden


def effect_rows(
    release: Release, measured: Iterable[Arms], hidden: Mapping[Key, Suppressed]
) -> Iterator[Contrast]:
    """The rows to store: one for each arm but the control; hidden: of `hidden_effects`."""
    for one in measured:
        why, control = hidden[one.key], one.control
        for place, arm in enumerate(one.split.arms):
            if place == control:
                continue
            row = Contrast(
                release=release,
                question=one.effect.question,
                option=one.effect.option,
                against=source_of(one.split.code, arm.code),
                suppressed=why,
            )
            if why == Suppressed.NO:
                sides = one.figures.kish_effective_base[[place, control]]
                row.base = round(float(one.people[place]))
                row.their_base = round(float(one.people[control]))
                row.effective_base = float(sides.min())
                row.estimate = float(one.figures.estimate[place])
                row.their_estimate = float(one.figures.estimate[control])
                row.difference = float(one.difference[place])
                row.unweighted = float(one.unweighted[place])
                row.their_unweighted = float(one.unweighted[control])
                row.standard_error = float(one.standard_error[place])
                if np.isfinite(one.lower[place]):
                    row.lower, row.upper = float(one.lower[place]), float(one.upper[place])
            yield row


def _few_between(one: Arms, measured: Iterable[Arms]) -> bool:
    """Whether two bases of an arm differ by few: those who don't know, and are in no mean."""
    return any(
        bool(np.any((apart > 0) & (apart < CHOSEN_MINIMUM)))
        for other in measured
        if other.key == one.key
        for apart in [abs(one.people - other.people)]
    )


def _hidden(one: Arms, before: Sequence[Told], *, staff: bool) -> Suppressed:
    minimum = settings.DISCLOSURE_MINIMUM
    if one.people.min() < minimum or 0 < one.beside < minimum:
        return Suppressed.PRIMARY
    if not one.figures.kish_effective_base.min() >= settings.EFFECTIVE_BASE_MINIMUM:
        return Suppressed.UNRELIABLE
    if staff and one.chose is not None and few_chose(one.chose, one.people).any():
        return Suppressed.FEW
    earlier = [told for told in before if told.tells(one.effect)]
    for told in earlier:
        for arm in one.split.arms:
            then = told.arms(one.effect, [arm.code])
            # What was hidden once stays hidden.
            if then is None or tells_of_few(one.group([arm.code]), then, minimum):
                return Suppressed.SECONDARY
    # Those in no arm are what everyone less the arms leaves over, and nobody told how many they
    # were before: where there are any, an earlier release could be subtracted.
    return Suppressed.SECONDARY if one.beside and earlier else Suppressed.NO


def _measure(layout: Layout, sample: Sample, everyone: Moments, effect: Effect) -> Arms:
    split = layout.document.splits_by_code[effect.split]
    question = layout.document.questions[effect.question]
    assert isinstance(question, SingleChoice | Scale)
    value, in_base = _values(question, effect.option)
    code, names = effect_code(split.code, question.code), points(question)
    given = [
        Moments(*(sums[:, places] for sums in (everyone.n, everyone.w, everyone.w2)))
        for arm in split.arms
        for places in [
            [layout.place_of_slot[Slot("effect", code, f"{arm.code}>{one}")] for one in names]
        ]
    ]

    def summed(weights: Floats) -> list[Moments]:
        """(K, 1) sums of each arm."""
        column = weights[:, None]
        return [Moments(one.n @ column, one.w @ column, one.w2 @ column) for one in given]

    answered, total, squares = summed(in_base), summed(value), summed(value**2)
    figures = means(sample, *(_side_by_side(one) for one in (answered, total, squares)))
    control = [arm.code for arm in split.arms].index(effect.control)
    gaps = np.zeros((2, len(split.arms)))
    for place in set(range(len(split.arms))) - {control}:
        gaps[:, place] = np.ravel(
            between_groups(
                sample,
                (answered[control], answered[place]),
                (total[control], total[place]),
                (squares[control], squares[place]),
            )
        )
    people = np.array([one.n.sum() for one in answered])
    asked = [layout.place_of_slot[Slot("option", question.code, one)] for one in names]
    lower, upper = _of_their_own(figures, control, steps=None if effect.option else people)
    return Arms(
        effect=effect,
        split=split,
        figures=figures,
        unweighted=ratio([one.n.sum() for one in total], people),
        difference=gaps[0],
        standard_error=gaps[1],
        lower=lower,
        upper=upper,
        people=people,
        chose=np.array([one.n.sum() for one in total]) if effect.option else None,
        beside=float((everyone.n[:, asked] @ in_base).sum() - people.sum()),
    )


def _of_their_own(figures: Estimates, control: int, steps: Floats | None) -> Interval:
    """(A,) ends of the differences from the control where all of an arm, or of the control,
    answered alike; NaN elsewhere.

    steps: of the mean of a scale (A,) people who gave a step; None for a share. The error of such
    a difference is that of the other side alone, and would make anything look certain.
    """
    if steps is None:
        ends = displayed_interval(figures)
    else:
        ends = displayed_mean_interval(figures, steps - 1, (0, SCALE_POINTS - 1))
    alone = figures.estimate, *ends
    estimate, low, high = (one[control] for one in alone)
    found = hybrid((estimate, low, high), alone)
    unsure = (figures.standard_error == 0) | (figures.standard_error[control] == 0)
    unsure[control] = False
    lower, upper = (np.where(unsure, end, np.nan) for end in found)
    return lower, upper


def _side_by_side(arms: list[Moments]) -> Moments:
    """(K, A) of all arms."""
    return Moments(*(np.hstack([getattr(one, sums) for one in arms]) for sums in ("n", "w", "w2")))


def _values(question: SingleChoice | Scale, option: str) -> tuple[Floats, Floats]:
    """What each point of a question counts, and whether it is in the base."""
    names = points(question)
    if not option:
        steps = substantive_points(question)
        value = [float(one) if one in steps else 0.0 for one in names]
        return np.array(value), np.array([float(one in steps) for one in names])
    refused = {one.code for one in question.options if one.kind == "prefer_not_to_say"}
    nets = {net.code: set(net.options) for net in question.nets}
    chosen = nets.get(option, {option})
    in_base = [float(one not in refused) for one in names]
    return np.array([float(one in chosen) for one in names]), np.array(in_base)
