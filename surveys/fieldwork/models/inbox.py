"""Submitted answers that wait to be collected."""

import uuid

from django.db import models

from surveys.fieldwork.models.organisations import Organisation
from surveys.fieldwork.models.waves import Wave


class Inbox(models.Model):
    """One submitted answer; the collector moves it to `Response` and deletes it here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    submitted_on = models.DateField()
    arrived_at = models.DateTimeField(help_text="To the minute; gone once collected.")
    answers = models.JSONField()
    flags = models.PositiveSmallIntegerField(
        default=0, help_text="How the answer was given: questionnaires.flags."
    )
    comment_hashes = models.JSONField(default=dict, help_text="Question → hash, as hex.")
    withdrawal_hash = models.BinaryField(max_length=32, unique=True)

    def __str__(self) -> str:
        return "an answer to collect"


class SealedInbox(models.Model):
    """One submitted answer of a staff wave, which only the worker can open, when the wave is over.

    The hash is its own: the one that the response will keep lies inside, so that the two cannot be
    joined by it. It has no time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    withdrawal_hash = models.BinaryField(max_length=32, unique=True)

    def __str__(self) -> str:
        return "a sealed answer"
