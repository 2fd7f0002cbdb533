"""Counting a wave anew from its responses, which must give what was counted as they came."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from surveys.fieldwork.bulk import upsert
from surveys.fieldwork.models import Response, Tally, Wave
from surveys.fieldwork.retention import responses_kept_since
from surveys.fieldwork.tallying import scanned_counts
from surveys.questionnaires.packing import pack_counts


class AnswersGone(RuntimeError):
    """The wave's answers were deleted after their time: its tallies are all that is left."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found."""

    responses: int
    tallies: int
    different: int

    @property
    def equal(self) -> bool:
        """Whether the stored tallies were right."""
        return self.different == 0


@transaction.atomic
def rebuild_tallies(wave: Wave) -> Rebuilt:
    """Replace a wave's tallies by a fresh count, and say how many rows differed in any byte.

    Raises AnswersGone.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.closes_on < responses_kept_since():
        raise AnswersGone(f"{wave} is over for so long that its answers were deleted")
    fresh = {
        key: (count.respondents, pack_counts(count.slots))
        for key, count in scanned_counts(wave).items()
    }
    rows = Tally.objects.filter(wave=wave).values_list("slice", "cell", "respondents", "counts")
    stored = {
        (name, cell): (respondents, bytes(counts)) for name, cell, respondents, counts in rows
    }
    different = sum(fresh.get(key) != stored.get(key) for key in fresh.keys() | stored.keys())
    if different:
        Tally.objects.filter(wave=wave).delete()
        upsert(
            Tally,
            ("wave_id", "slice", "cell"),
            ("respondents", "counts"),
            [(wave.pk, *key, *value) for key, value in fresh.items()],
        )
        Wave.objects.filter(pk=wave.pk).update(tally_revision=F("tally_revision") + 1)
    return Rebuilt(Response.objects.filter(wave=wave).count(), len(fresh), different)
