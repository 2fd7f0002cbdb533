"""What the staff of each organisation answered: counted once, when a wave is over.

Never a table by organisation and profile: everyone, and each value of one coarse variable.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from surveys.fieldwork.bulk import upsert
from surveys.fieldwork.models import Organisation, OrganisationTally, Wave
from surveys.fieldwork.tallying import Count
from surveys.questionnaires.document import Document, Variable
from surveys.questionnaires.packing import Layout, pack_counts, unpack_counts
from surveys.questionnaires.sorting import outside, place_variables, slice_key

OWN_MINIMUM = 11  # answers with which an organisation is counted for itself
EVERYONE = ""
Counts = dict[tuple[int, str], Count]  # organisation, slice


def coarse_variables(document: Document) -> tuple[Variable, ...]:
    """The segments that follow from one question about the respondent: staff group, age, years."""
    about_me = {code for code, question in document.questions.items() if question.profile}
    found = (document.variables_by_code[code] for code in document.segments)
    return tuple(one for one in found if one.question in about_me)


def put_together(answers: Mapping[int, int], minimum: int = OWN_MINIMUM) -> dict[int, int]:
    """For which organisation the answers of each are counted: its own, or the next above it that
    has at least `minimum` with all below it; the root takes what is left.

    answers: how many each organisation's own staff gave.
    """
    above: dict[int, int | None] = dict(Organisation.objects.values_list("pk", "parent_id"))
    total: Counter[int] = Counter()
    for pk, number in answers.items():
        at: int | None = pk
        while at is not None:
            total[at] += number
            at = above[at]
    found = {}
    for pk in answers:
        here = pk
        while total[here] < minimum and (over := above[here]) is not None:
            here = over
        found[pk] = here
    return found


def count_for(layout: Layout, codes: NDArray[np.int16], organisations: NDArray[np.int64]) -> Counts:
    """Count a batch of packed answers, shape (n, layout.width), by organisation, shape (n,).

    Who stands outside the population is not counted.
    """
    counts: Counts = {}
    places = place_variables(layout, codes)
    inside = ~outside(places, len(codes))
    groups = [(EVERYONE, inside)] + [
        (slice_key(variable, value), inside & (places[variable.code] == value))
        for variable in coarse_variables(layout.document)
        for value in range(len(variable.categories))
    ]
    for name, who in groups:
        if not who.any():
            continue
        met, group = np.unique(organisations[who], return_inverse=True)
        table = layout.tabulate(codes[who], group.astype(np.intp), len(met))
        people = np.bincount(group, minlength=len(met))
        for place, organisation_id in enumerate(met):
            counts[int(organisation_id), name] = Count(int(people[place]), table[place])
    return counts


def add_to(total: Counts, more: Counts) -> None:
    """Add a batch's counts to those of the batches before it."""
    for key, count in more.items():
        if key in total:
            total[key].add(count)
        else:
            total[key] = count


def store(wave: Wave, counts: Counts) -> None:
    """Write the counts of a wave that has none yet, in the caller's transaction."""
    names = (("wave_id", "organisation_id", "slice"), ("respondents", "counts"))
    rows = [
        (wave.pk, *key, count.respondents, pack_counts(count.slots))
        for key, count in counts.items()
    ]
    if rows:
        upsert(OrganisationTally, *names, rows)


def take_away(wave: Wave, layout: Layout, codes: bytes, organisation_id: int) -> None:
    """Subtract one response from where it was counted, in the caller's transaction."""
    where = np.array([_counted_for(wave, organisation_id)], np.int64)
    for (counted_for, name), count in count_for(layout, layout.matrix([codes]), where).items():
        row = OrganisationTally.objects.get(wave=wave, organisation_id=counted_for, slice=name)
        slots = unpack_counts(bytes(row.counts)) - count.slots
        if row.respondents < count.respondents or (slots < 0).any():
            raise ArithmeticError(f"{wave.slug}: more was taken from a tally than it held")
        row.respondents -= count.respondents
        if row.respondents:
            row.counts = pack_counts(slots)
            row.save(update_fields=["respondents", "counts"])
        else:
            row.delete()


def _counted_for(wave: Wave, organisation_id: int) -> int:
    """The organisation itself, or the nearest above it that has a tally of this wave."""
    has = set(
        OrganisationTally.objects.filter(wave=wave, slice=EVERYONE).values_list(
            "organisation_id", flat=True
        )
    )
    above: dict[int, int | None] = dict(Organisation.objects.values_list("pk", "parent_id"))
    at: int | None = organisation_id
    while at is not None and at not in has:
        at = above[at]
    return organisation_id if at is None else at
