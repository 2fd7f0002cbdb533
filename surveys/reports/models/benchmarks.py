"""What other people published."""

from django.db import models
from django.db.models import Q

from surveys.questionnaires.models import Questionnaire


class PublishedSurvey(models.Model):
    """A survey of which we hold only the printed figures."""

    slug = models.SlugField()
    audience = models.CharField(max_length=6, choices=Questionnaire.Audience)
    title = models.CharField(max_length=300)
    commissioner = models.CharField(max_length=200)
    fieldwork_house = models.CharField(max_length=200, blank=True)
    population = models.CharField(max_length=300)
    mode = models.CharField(max_length=300, blank=True)
    fieldwork_start = models.CharField(max_length=10, help_text="As printed: a day or a month.")
    fieldwork_end = models.CharField(max_length=10, blank=True)
    plotted_on = models.DateField(help_text="The day at which charts show it.")
    base = models.PositiveIntegerField(null=True, blank=True)
    base_note = models.TextField(blank=True)
    design_effect = models.FloatField(null=True, blank=True)
    design_effect_note = models.TextField(blank=True)
    weighting = models.TextField(blank=True)

    class Meta:
        ordering = ["plotted_on", "slug", "audience"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "audience"], name="publishedsurvey_unique"),
            models.CheckConstraint(
                condition=Q(design_effect__isnull=True) | Q(design_effect__gt=0),
                name="publishedsurvey_design_effect_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.commissioner}, {self.fieldwork_start[:4]})"


class PublishedEstimate(models.Model):
    """One printed figure of a published survey."""

    survey = models.ForeignKey(PublishedSurvey, on_delete=models.CASCADE, related_name="estimates")
    subpopulation = models.CharField(max_length=200, blank=True)
    question = models.CharField(max_length=64)
    option = models.CharField(max_length=64)
    subgroup = models.CharField(max_length=200, blank=True)
    wording = models.TextField(help_text="The question as asked, or as reported.")
    wording_status = models.CharField(
        max_length=10, choices=[("exact", "Exact"), ("paraphrase", "Paraphrase")]
    )
    option_label = models.CharField(max_length=300)
    share = models.DecimalField(max_digits=6, decimal_places=5)
    rounding = models.DecimalField(max_digits=6, decimal_places=5, default="0.01")
    base = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    source_title = models.TextField()
    source_url = models.TextField(blank=True)

    class Meta:
        ordering = ["survey", "question", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "subpopulation", "question", "option", "subgroup"],
                name="publishedestimate_unique",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1), name="publishedestimate_share_in_0_1"
            ),
            models.CheckConstraint(
                condition=Q(base__isnull=True) | Q(base__gt=0),
                name="publishedestimate_base_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}, {self.option_label}: {self.share:.0%}"


class PublishedQuestion(models.Model):
    """How a published survey asked a question, as far as it is known."""

    survey = models.SlugField(help_text="Of the published survey, whatever the audience.")
    question = models.CharField(max_length=64)
    stem = models.TextField()
    stem_exact = models.BooleanField(help_text="As asked, and not as somebody reported it.")
    type = models.CharField(max_length=10, blank=True)
    max_choices = models.PositiveSmallIntegerField(null=True, blank=True)
    asked_of = models.TextField(blank=True, help_text="Empty or “all” for everybody.")
    complete = models.BooleanField(help_text="Whether all of its answers are known.")
    option_order = models.CharField(
        max_length=8, blank=True, help_text="fixed or shuffled; empty where it is not known."
    )
    options = models.JSONField(help_text="Label, kind and whether it is exact, in order.")

    class Meta:
        ordering = ["survey", "question"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "question"], name="publishedquestion_unique"),
            models.CheckConstraint(
                condition=Q(option_order__in=["", "fixed", "shuffled"]),
                name="publishedquestion_order_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey}, {self.question}"
