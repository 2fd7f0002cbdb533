"""Verdicts of the comparability ledger that somebody has signed for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from surveys.fieldwork.models import Wave


class ComparabilityOverride(models.Model):
    """That a person answers for another verdict than the ledger found; it never changes.

    Of several about the same thing the newest counts; the others stay, to be read.
    """

    class Verdict(models.TextChoices):
        SAME = "same", "Same"
        ANNOTATE = "annotate", "Same, with a note"
        BESIDE = "beside", "Beside"
        BREAK = "break", "Not compared"

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="overrides")
    question = models.CharField(max_length=64)
    source = models.CharField(max_length=120, help_text="wave: or survey: and its slug.")
    found = models.CharField(max_length=8, choices=Verdict, help_text="By the ledger, that day.")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="override_has_a_reason",
                violation_error_message="Say why another verdict is right.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} beside {self.source}: {self.get_verdict_display()}"
