"""Collected answers."""

import uuid

from django.db import models
from django.db.models import Q

from surveys.fieldwork.models.waves import Wave


class Response(models.Model):
    """One person's answers, with nothing that says whose they are.

    A response to a staff wave carries neither language nor day; none carries an organisation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, blank=True)
    submitted_on = models.DateField(null=True)
    answers = models.JSONField(help_text="Without free text: that is kept apart, in Comment.")
    codes = models.BinaryField(help_text="The same answers, packed.")
    weight = models.FloatField(null=True)
    withdrawal_hash = models.BinaryField(max_length=32, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gt=0), name="response_weight_positive"
            )
        ]

    def __str__(self) -> str:
        return "a response"


class Comment(models.Model):
    """One answer in free text, apart from the profile of who wrote it.

    It has no day, and the response's codes do not say who wrote anything: on a quiet day the two
    together would tell whose it is.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        RELEASED = "released", "Released"
        WITHHELD = "withheld", "Withheld"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=64)
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    withdrawal_hash = models.BinaryField(max_length=32, null=True, unique=True)

    def __str__(self) -> str:
        return "a comment"
