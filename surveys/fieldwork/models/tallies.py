"""What was counted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from surveys.fieldwork.models.organisations import Organisation
from surveys.fieldwork.models.waves import Wave
from surveys.questionnaires.derivation import LONGEST_CELL


class Tally(models.Model):
    """The counts of one weighting cell, for everyone (slice "") or for one value of a segment.

    Respondents outside the population are counted in the slice "outside" alone, so that a release
    can say how many they were; those who are marked for how they answered, once more in "flagged".
    """

    EVERYONE: ClassVar[str] = ""
    OUTSIDE: ClassVar[str] = "outside"
    FLAGGED: ClassVar[str] = "flagged"

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="tallies")
    slice = models.CharField(max_length=160, default="", blank=True)
    cell = models.CharField(max_length=LONGEST_CELL, blank=True)
    respondents = models.PositiveIntegerField()
    counts = models.BinaryField(help_text="Slots in document order: packing.unpack_counts.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "slice", "cell"], name="tally_unique"),
            models.CheckConstraint(
                condition=Q(respondents__gt=0), name="tally_counts_at_least_one_respondent"
            ),
        ]

    def __str__(self) -> str:
        return "a tally"


class OrganisationTally(models.Model):
    """What the staff of one organisation answered: everyone, or one value of one coarse variable.

    Each answer is counted for one organisation only, its own or the one above with which it was put
    together; who stands above adds up. Made once, when the wave is over: no two states of it can be
    subtracted.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="organisation_tallies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    slice = models.CharField(max_length=160, default="", blank=True)
    respondents = models.PositiveIntegerField()
    counts = models.BinaryField(help_text="Slots in document order: packing.unpack_counts.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "organisation", "slice"], name="organisation_tally_unique"
            ),
            models.CheckConstraint(
                condition=Q(respondents__gt=0), name="organisation_tally_counts_at_least_one"
            ),
        ]

    def __str__(self) -> str:
        return "an organisation's tally"
