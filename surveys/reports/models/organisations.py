"""What the staff of one organisation answered, as a release tells it."""

from django.db import models
from django.db.models import Q

from surveys.fieldwork.models import Organisation
from surveys.reports.models.releases import Estimate, Release


class OrganisationEstimate(models.Model):
    """One figure of one organisation and all below it, beside the rest of its parent and country.

    Shares are whole per cent and bases to the nearest five: as it is stored it is shown. Where it
    is suppressed there is no number at all.
    """

    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="organisation_estimates"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=64)
    option = models.CharField(max_length=64)
    base = models.PositiveIntegerField(null=True)
    estimate = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    suppressed = models.CharField(
        max_length=10, choices=Estimate.Suppressed, default=Estimate.Suppressed.NO, blank=True
    )
    # Ours less theirs, with its 95% interval; none where the others may not be told.
    parent_difference = models.FloatField(null=True)
    parent_lower = models.FloatField(null=True)
    parent_upper = models.FloatField(null=True)
    country_difference = models.FloatField(null=True)
    country_lower = models.FloatField(null=True)
    country_upper = models.FloatField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "organisation", "question", "option"],
                name="organisation_estimate_unique",
            ),
            models.CheckConstraint(
                condition=Q(suppressed="", estimate__gte=0, estimate__lte=1, base__isnull=False)
                | (
                    ~Q(suppressed="")
                    & Q(estimate__isnull=True, base__isnull=True)
                    & Q(lower__isnull=True, upper__isnull=True)
                    & Q(parent_difference__isnull=True, country_difference__isnull=True)
                ),
                name="organisation_estimate_number_iff_not_suppressed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.question} {self.option}"
