"""Questionnaires and their frozen versions, as rows."""

from django.db import models
from django.db.models import Q


class Questionnaire(models.Model):
    """A series of questions that is asked again and again."""

    class Audience(models.TextChoices):
        PUBLIC = "public", "Public"
        STAFF = "staff", "NHS staff"

    slug = models.SlugField(unique=True)
    audience = models.CharField(max_length=6, choices=Audience)
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["public", "staff"]), name="questionnaire_audience_known"
            )
        ]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(models.Model):
    """One document; once published the database refuses to change it.

    A minor version mends a typing error: same codes, same order, other letters.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the document's canonical JSON.")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["questionnaire", "number", "minor"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number", "minor"],
                name="version_number_unique",
                violation_error_message="This version exists already.",
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "sha256"],
                condition=~Q(status="draft"),
                name="version_one_published_sha256",
                violation_error_message="This document is published already.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="version_published_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.label}"

    @property
    def label(self) -> str:
        """The version as people write it: 1.0, 1.1, 2.0."""
        return f"{self.number}.{self.minor}"
