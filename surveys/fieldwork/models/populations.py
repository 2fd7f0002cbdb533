"""The populations that answers are weighed to."""

from django.db import models
from django.db.models import Q


class Population(models.Model):
    """A group of people about whom shares are published: adults of Great Britain, NHS staff."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    reference_note = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Margin(models.Model):
    """The share of a population in one category of one variable; a variable's shares sum to 1."""

    population = models.ForeignKey(Population, on_delete=models.CASCADE, related_name="margins")
    variable = models.CharField(max_length=64)
    category = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    share = models.DecimalField(max_digits=12, decimal_places=10)
    printed_percent = models.CharField(max_length=12, help_text="As the source prints it.")
    collapsed_into = models.CharField(
        max_length=64,
        blank=True,
        help_text="Takes the share if nobody in a sample is in this category; * for all the rest.",
    )
    reference_date = models.CharField(max_length=20)
    source = models.TextField()

    class Meta:
        ordering = ["population", "variable", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["population", "variable", "category"], name="margin_category_unique"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1),
                name="margin_share_in_0_1",
                violation_error_message="A share lies between 0 and 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.population.slug}: {self.variable} {self.category}"
