"""What was done about what people said."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from surveys.questionnaires.models import Questionnaire


class Action(models.Model):
    """What was heard in answers, and what was done about it, as a manager tells it.

    Without subjects it is about all surveys.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    heard = models.TextField()
    heard_cy = models.TextField(blank=True, help_text="The same in Welsh.")
    did = models.TextField()
    did_cy = models.TextField(blank=True, help_text="The same in Welsh.")
    happened_on = models.DateField(help_text="When it was done.")
    link = models.URLField(max_length=500, blank=True, help_text="Where to read more.")
    invented = models.BooleanField(
        default=False, help_text="Made up for a demonstration, and said so wherever it is shown."
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(heard__regex=r"\S", did__regex=r"\S"),
                name="action_says_what_was_heard_and_done",
                violation_error_message="Say what you heard and what you did.",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://"),
                name="action_link_is_https",
                violation_error_message="The link must begin with https://",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="action_published_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on:%-d %B %Y}: {self.did}"


class ActionSubject(models.Model):
    """That an action is about a questionnaire, or about one of its questions."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="subjects")
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="action_subjects"
    )
    question = models.CharField(max_length=64, blank=True, help_text="Empty for all of them.")

    class Meta:
        ordering = ["questionnaire", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "questionnaire", "question"], name="actionsubject_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, {self.question or 'all questions'}"
