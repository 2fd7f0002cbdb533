"""How many people work for an organisation."""

from django.db import models
from django.db.models import Q

from surveys.fieldwork.models.organisations import Organisation


class Headcount(models.Model):
    """How many of an organisation's own staff are in one category, those below it left out."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="headcounts"
    )
    variable = models.CharField(max_length=64)
    category = models.CharField(max_length=64)
    people = models.PositiveIntegerField()
    reference_date = models.CharField(max_length=20)
    source = models.TextField()

    class Meta:
        ordering = ["organisation", "variable", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "variable", "category"], name="headcount_unique"
            ),
            models.CheckConstraint(condition=Q(people__gt=0), name="headcount_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.variable} {self.category}"
