"""Which figures of a release are hidden: every rule of disclosure, over all that is shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Scale
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packing import Layout, Slot
from surveys.questionnaires.versions import frozen
from surveys.reports.disclosure import Bases, Suppressed, hide, suppress
from surveys.reports.dominance import CHOSEN_MINIMUM, few_chose, suppress_answers
from surveys.reports.history import hidden_by_history
from surveys.reports.items import Item, partitions
from surveys.reports.models import Release
from surveys.reports.rounding import Steps
from surveys.reports.slices import EVERYONE, NATIONAL, Division, Slice, divisions

Key = tuple[str, str, Slice]  # question, option or net (empty for a mean), slice
Hidden = dict[Key, str]  # a value of Estimate.Suppressed


@dataclass(frozen=True)
class Answered:
    """Those of one slice who answered one question.

    Of a scale those who don't know are in the base of a share, and not in that of the mean.
    """

    base: int  # the smallest of its figures
    largest_base: int
    effective_base: float  # Kish's
    slots: NDArray[np.float64]  # (slots,) counts of people


@dataclass(frozen=True)
class Known:
    """What an earlier release told of one question.

    bases, largest: of each slice the smallest and the largest base of its figures, None where it
    was hidden; exchanged: the slices of as many people as now, who are not the same.
    """

    bases: Mapping[Slice, int | None]
    largest: Mapping[Slice, int | None]
    exchanged: Set[Slice] = frozenset()


def shown_before(wave: Wave) -> list[Release]:
    """All figures that new ones of this wave must not be subtractable from, newest first.

    What managers saw while the wave was open does not count once it is over: it told of everyone
    only, and the final figures have to be made.
    """
    made = wave.releases.filter(problem="").order_by("-number")
    return [
        release
        for release in made
        if wave.status == Wave.Status.OPEN
        or release.state != Release.State.PROVISIONAL
        or not release.method["while_open"]
    ]


def hidden_figures(
    wave: Wave,
    layout: Layout,
    items: Sequence[Item],
    answered: Mapping[str, Mapping[Slice, Answered]],
    before: Sequence[Release],
) -> Hidden:
    """Every figure that may not be shown, and why.

    answered: by question, the slices in which anybody answered it; before: from `shown_before`.
    """
    found: Hidden = {}
    divided = divisions(layout.document)
    staff = wave.questionnaire.audience == Questionnaire.Audience.STAFF
    earlier = [_told(release) for release in before]
    options = defaultdict(list)
    for item in items:
        options[item.question].append(item.option)
    for code, slices in answered.items():
        known = [_known(told, code, slices, items) for told in earlier]
        found |= hidden_of_question(
            *(divided, layout, code, options[code], slices), earlier=known, staff=staff
        )
    for told in earlier:
        for key in told.hidden - found.keys():
            found[key] = Suppressed.SECONDARY
    return found


def hidden_of_question(
    divided: Sequence[Division],
    layout: Layout,
    question: str,
    options: Sequence[str],
    slices: Mapping[Slice, Answered],
    *,
    earlier: Sequence[Known] = (),
    staff: bool,
    parents: Mapping[str, str | None] = NATIONAL,
) -> Hidden:
    """Every figure of one question that may not be shown, and why.

    options: of its figures, "" for a mean; slices: those in which anybody answered; parents: the
    organisation above each of those that `divided` tells apart.
    """
    hidden = _slices(divided, slices, earlier, parents)
    found = {(question, option, one): why for one, why in hidden.items() for option in options}
    if staff:
        found |= _answers(divided, layout, question, slices, hidden)
    return found


def _slices(
    divided: Sequence[Division],
    slices: Mapping[Slice, Answered],
    earlier: Sequence[Known],
    parents: Mapping[str, str | None],
) -> dict[Slice, str]:
    """The slices that are hidden as a whole, by each of the bases that their figures have."""
    minimum = settings.DISCLOSURE_MINIMUM
    smallest = {one: has.base for one, has in slices.items()}
    largest = {one: has.largest_base for one, has in slices.items()}
    hidden: dict[Slice, str] = {}
    for bases in [smallest] if largest == smallest else [smallest, largest]:
        found = suppress(
            divided,
            {one: Bases(base, slices[one].effective_base) for one, base in bases.items()},
            minimum=minimum,
            effective_minimum=settings.EFFECTIVE_BASE_MINIMUM,
            parents=parents,
        )
        hidden = {one: why for one, why in found.items() if why} | hidden
    more = set(hidden)
    for known in earlier:
        for now, then in ((smallest, known.bases), (largest, known.largest)):
            more |= hidden_by_history(divided, now, then, more, minimum, known.exchanged)
    return dict.fromkeys(more, Suppressed.SECONDARY.value) | hidden


def _answers(
    divided: Sequence[Division],
    layout: Layout,
    question: str,
    slices: Mapping[Slice, Answered],
    hidden: Mapping[Slice, str],
) -> Hidden:
    """The answers that are hidden in a slice which is shown itself."""
    found: Hidden = {}
    parts = slices.keys() - {EVERYONE}
    for one in partitions(layout, layout.document.questions[question]):
        counts = {part: one.answers @ has.slots for part, has in slices.items()}
        masks = suppress_answers(divided, counts, one.figures, hidden.keys(), parts)
        for part, mask in masks.items():
            few = few_chose(one.figures @ counts[part], counts[part].sum())
            for place in np.flatnonzero(mask):
                why = Suppressed.FEW if few[place] else Suppressed.SECONDARY
                found[question, one.options[place], part] = why
    return found | _means(divided, layout, question, slices, hidden)


def _means(
    divided: Sequence[Division],
    layout: Layout,
    question: str,
    slices: Mapping[Slice, Answered],
    hidden: Mapping[Slice, str],
) -> Hidden:
    """The means of a scale that are hidden in a part, for the few there who "don't know".

    They are in the base of every share and in no mean, so two bases tell how many they are.
    """
    asked = layout.document.questions[question]
    if not isinstance(asked, Scale):
        return {}
    unsure = [
        layout.place_of_slot[Slot("option", question, one.code)]
        for one in asked.options
        if one.kind == "dont_know"
    ]
    counts = {part: round(float(has.slots[unsure].sum())) for part, has in slices.items()}
    few = {one for one, n in counts.items() if 0 < n < CHOSEN_MINIMUM} - {EVERYONE}
    more = hide(divided, counts, few, set(hidden), CHOSEN_MINIMUM)
    return {
        (question, "", one): Suppressed.FEW if one in few else Suppressed.SECONDARY
        for one in more & slices.keys() - hidden.keys() - {EVERYONE}
    }


@dataclass(frozen=True)
class _Told:
    """What a release has told: the smallest and the largest base by question and slice, None where
    hidden; hidden figures; and each shown figure with everybody counted once, None where that was
    not told."""

    bases: dict[str, dict[Slice, int | None]]
    largest: dict[str, dict[Slice, int | None]]
    hidden: set[Key]
    figures: dict[Key, float | None]
    steps: Steps


def _known(
    told: _Told, question: str, slices: Mapping[Slice, Answered], items: Sequence[Item]
) -> Known:
    """What one earlier release told of one question, beside what is counted of it now."""
    bases = told.bases.get(question, {})
    mine = [item for item in items if item.question == question]
    exchanged = {
        one
        for one, has in slices.items()
        if bases.get(one) == has.base and any(_differs(told, item, one, has) for item in mine)
    }
    return Known(bases, told.largest.get(question, {}), exchanged)


def _differs(told: _Told, item: Item, one: Slice, has: Answered) -> bool:
    """Whether a figure is another among as many people: some came, and as many went."""
    key = (item.question, item.option, one)
    if key not in told.figures:
        return False
    before, base = told.figures[key], float(has.slots @ item.answered)
    if before is None or not base:
        return True  # not told with everybody counted once, so nobody can say that it is the same
    step = told.steps.step(item.question, item.option, base)
    same = SAME_FIGURE if step is None else step / 2 + SAME_FIGURE  # rounded, it would be the same
    return abs(float(has.slots @ item.total) / base - before) > same


SAME_FIGURE = 1e-9


def _told(release: Release) -> _Told:
    bases: dict[str, dict[Slice, int | None]] = defaultdict(dict)
    largest: dict[str, dict[Slice, int | None]] = defaultdict(dict)
    hidden: set[Key] = set()
    figures: dict[Key, float | None] = {}
    names = ("question", "option", "segment", "value", "base", "unweighted")
    for question, option, segment, value, base, plain in release.estimates.values_list(*names):
        one = Slice("", segment, value)
        if base is None:
            hidden.add((question, option, one))
            bases[question].setdefault(one, None)
            largest[question].setdefault(one, None)
        else:
            known, most = bases[question].get(one), largest[question].get(one)
            bases[question][one] = base if known is None else min(base, known)
            largest[question][one] = base if most is None else max(base, most)
            figures[question, option, one] = plain
    document = frozen(release.wave.version_id).document
    steps = Steps(document, release.method.get("rounded", ()))
    return _Told(bases, largest, hidden, figures, steps)
