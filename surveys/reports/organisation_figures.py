"""What the staff of each organisation answered, beside the rest of its parent and of the country.

Made from the organisations' own tallies alone, when the release of a closed wave is made, under the
same rules of disclosure as all else: an organisation, its siblings and the one above it are one
system of sums, audited together. What is hidden of the country is hidden of everybody.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from surveys.fieldwork.headcounts import headcounts
from surveys.fieldwork.models import Organisation, OrganisationTally, Wave
from surveys.fieldwork.organisation_tallies import coarse_variables
from surveys.questionnaires.packing import Layout, unpack_counts
from surveys.reports.hiding import Answered, hidden_of_question
from surveys.reports.items import Item
from surveys.reports.models import Estimate, OrganisationEstimate, Release
from surveys.reports.slices import EVERYONE, Slice, divisions
from surveys.statistics.differences import hybrid
from surveys.statistics.intervals import wilson
from surveys.statistics.poststrata import stratified_share

Floats = NDArray[np.float64]
WEIGHTED_BY = "staff_group"  # the variable of the headcounts
FEWEST_OTHERS = 50  # people, or what the others answered stands for too little to compare with
Shown = Mapping[tuple[str, str], bool]  # question, option → whether the country's figure is shown


@dataclass
class Counted:
    """One organisation with all below it: people by slot, and those of each staff group."""

    slots: Floats
    by_group: dict[str, Floats] = field(default_factory=dict)

    def without(self, other: "Counted") -> "Counted":
        """The rest, when one that is part of it is left out."""
        nothing = np.zeros_like(self.slots)
        groups = {
            code: slots - other.by_group.get(code, nothing) for code, slots in self.by_group.items()
        }
        return Counted(self.slots - other.slots, groups)


@dataclass(frozen=True)
class Figure:
    """A share with its 95% interval, unrounded."""

    base: float
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Tree:
    """The organisations in which somebody answered and those above them; by id."""

    codes: dict[int, str]  # "" for the root
    above: dict[int, int | None]
    counted: dict[int, Counted]
    people: dict[int, dict[str, int]]  # by staff group, where headcounts are known of all below


def organisation_rows(
    release: Release, layout: Layout, items: list[Item], rows: Sequence[Estimate]
) -> list[OrganisationEstimate]:
    """Every share of every organisation below the root, in the order of the questionnaire.

    rows: the release's own, which tell what is hidden of the country. Nothing where no organisation
    was told apart.
    """
    shown = {(row.question, row.option): not row.suppressed for row in rows if not row.segment}
    tree = _tree(release.wave, layout)
    if len(tree.codes) < 2:
        return []
    document = layout.document.model_copy(update={"segments": ()})
    parents = {
        tree.codes[pk]: None if over is None else tree.codes[over]
        for pk, over in tree.above.items()
    }
    divided = divisions(document, parents)
    found = []
    by_question: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.statistic != Estimate.Statistic.MEAN:
            by_question[item.question].append(item)
    for question, mine in by_question.items():
        slices = {
            Slice(tree.codes[pk]): _answered(counted.slots, mine)
            for pk, counted in tree.counted.items()
            if max(float(counted.slots @ item.answered) for item in mine) > 0
        }
        options = [item.option for item in mine]
        hidden = hidden_of_question(
            divided, layout, question, options, slices, staff=True, parents=parents
        )
        for pk, code in sorted(tree.codes.items(), key=lambda one: one[1]):
            if code and Slice(code) in slices:
                found += [_row(release, tree, pk, item, hidden, shown) for item in mine]
    return found


def _tree(wave: Wave, layout: Layout) -> Tree:
    every = {one.pk: one for one in Organisation.objects.all()}
    nothing = np.zeros(len(layout.slots))
    counted: dict[int, Counted] = {}
    groups = {
        f"{one.code}={category.code}": category.code
        for one in coarse_variables(layout.document)
        if one.code == WEIGHTED_BY
        for category in one.categories
    }
    rows = OrganisationTally.objects.filter(wave=wave)
    for pk, name, packed in rows.values_list("organisation_id", "slice", "counts"):
        if name and name not in groups:
            continue
        slots = unpack_counts(bytes(packed)).astype(np.float64)
        at: int | None = pk
        while at is not None:
            here = counted.setdefault(at, Counted(nothing.copy()))
            if name:
                code = groups[name]
                here.by_group[code] = here.by_group.get(code, nothing) + slots
            else:
                here.slots = here.slots + slots
            at = every[at].parent_id
    codes = {pk: "" if every[pk].code == Organisation.ROOT else every[pk].code for pk in counted}
    above = {pk: every[pk].parent_id for pk in counted}
    return Tree(codes, above, counted, headcounts(WEIGHTED_BY, above))


def _answered(slots: Floats, items: list[Item]) -> Answered:
    bases = [float(slots @ item.answered) for item in items]
    return Answered(round(min(bases)), round(max(bases)), min(bases), slots)


def _row(
    release: Release,
    tree: Tree,
    pk: int,
    item: Item,
    hidden: Mapping[tuple[str, str, Slice], str],
    shown: Shown,
) -> OrganisationEstimate:
    row = OrganisationEstimate(
        release=release, organisation_id=pk, question=item.question, option=item.option
    )
    national = shown.get((item.question, item.option), False)
    why = hidden.get((item.question, item.option, Slice(tree.codes[pk])), Estimate.Suppressed.NO)
    row.suppressed = why if national else why or Estimate.Suppressed.SECONDARY
    if row.suppressed:
        return row
    mine = _figure(tree.counted[pk], item, tree.people.get(pk))
    row.base = 5 * round(mine.base / 5)
    row.estimate, row.lower, row.upper = (
        round(one, 2) for one in (mine.share, mine.lower, mine.upper)
    )
    root = next(one for one, code in tree.codes.items() if not code)
    for name, other in (("parent", tree.above[pk]), ("country", root)):
        assert other is not None, "only the root has nothing above it"
        told = Slice(tree.codes[other])
        seen = told == EVERYONE or not hidden.get((item.question, item.option, told))
        if seen and (gap := _gap(tree, pk, other, item)) is not None:
            setattr(row, f"{name}_difference", round(gap[0], 2))
            setattr(row, f"{name}_lower", round(gap[1], 2))
            setattr(row, f"{name}_upper", round(gap[2], 2))
    return row


def _gap(tree: Tree, pk: int, other: int, item: Item) -> tuple[float, float, float] | None:
    """Ours less that of the rest of an organisation above, with its interval; None for too few.

    Both are weighted, or neither is: else the weights would make a difference of their own.
    """
    rest = tree.counted[other].without(tree.counted[pk])
    if float(rest.slots @ item.answered) < FEWEST_OTHERS:
        return None
    ours, all_of_it = tree.people.get(pk), tree.people.get(other)
    theirs = None
    if ours is not None and all_of_it is not None:
        theirs = {code: number - ours.get(code, 0) for code, number in all_of_it.items()}
    mine = _figure(tree.counted[pk], item, ours if theirs else None)
    others = _figure(rest, item, theirs)
    lower, upper = hybrid(
        (others.share, others.lower, others.upper), (mine.share, mine.lower, mine.upper)
    )
    return mine.share - others.share, float(lower), float(upper)


def _figure(counted: Counted, item: Item, people: Mapping[str, int] | None) -> Figure:
    base, chose = (float(counted.slots @ one) for one in (item.answered, item.total))
    share, worth = chose / base, base
    if people:
        known = {code: slots for code, slots in counted.by_group.items() if people.get(code)}
        of = np.array([float(slots @ item.answered) for slots in known.values()])
        who = np.array([float(slots @ item.total) for slots in known.values()])
        size = np.array([float(people[code]) for code in known])
        if of.sum() > 0:
            left = base - of.sum()  # who did not say, or is of a group without a headcount
            if left > 0:
                of, who = np.append(of, left), np.append(who, chose - who.sum())
                size = np.append(size, size.sum() * left / (base - left))
            met = of > 0
            found = stratified_share(who[met], of[met], size[met])
            share, worth = found.share, found.effective_base
    lower, upper = wilson(share, worth)
    return Figure(base, share, float(lower), float(upper))
