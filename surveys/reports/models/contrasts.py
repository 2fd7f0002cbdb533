"""Differences inside one wave, of which only its cells know the error."""

from django.db import models
from django.db.models import Q

from surveys.reports.models.releases import Estimate, Release


class Contrast(models.Model):
    """Two figures of one wave beside each other, and their difference.

    What the same people answered before and after, or what was answered in two arms that chance
    had drawn. The standard error is no sum of those of the two figures: the same people are in
    both, or the same weighting made both. Where all of one arm answered alike, or everybody changed
    alike, it knows too little of itself: then `lower` and `upper` are there and nothing is tested.
    Where it is suppressed there is no number.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="contrasts")
    question = models.CharField(max_length=64)
    option = models.CharField(max_length=64, blank=True, help_text="Empty for a mean.")
    against = models.CharField(
        max_length=140, help_text="pair: and the question asked before, or arm: split=arm."
    )
    base = models.PositiveIntegerField(null=True, help_text="Who gave the answers.")
    their_base = models.PositiveIntegerField(null=True, help_text="Of the other figure.")
    effective_base = models.FloatField(null=True, help_text="Kish's, of the smaller of the two.")
    estimate = models.FloatField(null=True)
    their_estimate = models.FloatField(null=True)
    difference = models.FloatField(null=True)
    unweighted = models.FloatField(
        null=True, help_text="The estimate with everybody counted once; not in older releases."
    )
    their_unweighted = models.FloatField(null=True, help_text="The same of the other figure.")
    standard_error = models.FloatField(null=True, help_text="Of the difference.")
    lower = models.FloatField(
        null=True, help_text="95% interval, only where the error knows too little of itself."
    )
    upper = models.FloatField(null=True, help_text="Its other end.")
    suppressed = models.CharField(
        max_length=10, choices=Estimate.Suppressed, default=Estimate.Suppressed.NO, blank=True
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "question", "option", "against"], name="contrast_unique"
            ),
            models.CheckConstraint(
                condition=Q(
                    suppressed="",
                    base__isnull=False,
                    their_base__isnull=False,
                    effective_base__isnull=False,
                    estimate__isnull=False,
                    their_estimate__isnull=False,
                    difference__isnull=False,
                    standard_error__isnull=False,
                )
                | (
                    ~Q(suppressed="")
                    & Q(
                        base__isnull=True,
                        their_base__isnull=True,
                        effective_base__isnull=True,
                        estimate__isnull=True,
                        their_estimate__isnull=True,
                        difference__isnull=True,
                        unweighted__isnull=True,
                        their_unweighted__isnull=True,
                        standard_error__isnull=True,
                        lower__isnull=True,
                        upper__isnull=True,
                    )
                ),
                name="contrast_number_iff_not_suppressed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.option} against {self.against}"
