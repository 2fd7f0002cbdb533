"""Which figures of a release are hidden: every rule of disclosure, over all that is shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from surveys.reports.slices import EVERYONE, Division, Slice, divisions

Key = tuple[str, str, Slice]  # question, option or net (empty for a mean), slice
Hidden = dict[Key, str]  # a value of Estimate.Suppressed


@dataclass(frozen=True)
class Answered:
    """Those of one slice who answered one question."""

    base: int
    effective_base: float  # Kish's
    slots: NDArray[np.float64]  # (slots,) counts of people


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
        known = [_Known(told, code, slices, items) for told in earlier]
        hidden = _slices(divided, slices, known)
        for one, why in hidden.items():
            found |= {(code, option, one): why for option in options[code]}
        if staff:
            found |= _answers(divided, layout, code, slices, hidden)
    for told in earlier:
        for key in told.hidden - found.keys():
            found[key] = Suppressed.SECONDARY
    return found


def _slices(
    divided: Sequence[Division],
    slices: Mapping[Slice, Answered],
    earlier: Sequence["_Known"],
) -> dict[Slice, str]:
    """The slices that are hidden as a whole."""
    minimum = settings.DISCLOSURE_MINIMUM
    found = suppress(
        divided,
        {one: Bases(has.base, has.effective_base) for one, has in slices.items()},
        minimum=minimum,
        effective_minimum=settings.EFFECTIVE_BASE_MINIMUM,
    )
    hidden = {one: why for one, why in found.items() if why}
    bases = {one: has.base for one, has in slices.items()}
    more = set(hidden)
    for known in earlier:
        more |= hidden_by_history(divided, bases, known.bases, more, minimum, known.exchanged)
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
    """What a release has told: bases by question and slice, None where hidden; hidden figures; and
    each shown figure with everybody counted once, None where that was not told."""

    bases: dict[str, dict[Slice, int | None]]
    hidden: set[Key]
    figures: dict[Key, float | None]
    steps: Steps


class _Known:
    """What one earlier release told of one question, beside what is counted of it now."""

    def __init__(
        self,
        told: _Told,
        question: str,
        slices: Mapping[Slice, Answered],
        items: Sequence[Item],
    ) -> None:
        self.bases = told.bases.get(question, {})
        mine = [item for item in items if item.question == question]
        self.exchanged = {
            one
            for one, has in slices.items()
            if self.bases.get(one) == has.base
            and any(_differs(told, item, one, has) for item in mine)
        }


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
    hidden: set[Key] = set()
    figures: dict[Key, float | None] = {}
    names = ("question", "option", "segment", "value", "base", "unweighted")
    for question, option, segment, value, base, plain in release.estimates.values_list(*names):
        one = Slice("", segment, value)
        known = bases[question].get(one)
        if base is None:
            hidden.add((question, option, one))
            bases[question].setdefault(one, None)
        else:
            bases[question][one] = base if known is None else min(base, known)
            figures[question, option, one] = plain
    document = frozen(release.wave.version_id).document
    return _Told(bases, hidden, figures, Steps(document, release.method.get("rounded", ())))
