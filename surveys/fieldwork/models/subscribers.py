"""Who wants to hear of results by e-mail."""

import uuid

from django.db import models
from django.db.models.functions import Lower


class Subscriber(models.Model):
    """An address that asked to be told of results. Nothing joins it to an answer.

    There is no wave, no audience and no time here, and no other table of respondents points here:
    of the day only the week is known, and the page that asks for the address lies outside the path
    of every survey's cookies.
    """

    class State(models.TextChoices):
        NEW = "new", "A message that asks for confirmation waits to be sent"
        ASKING = "asking", "It is being sent; if this stays, whether it went out is not known"
        ASKED = "asked", "It was sent"
        CONFIRMED = "confirmed", "Confirmed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    week = models.DateField(help_text="The Monday of the week in which it was asked for last.")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_email_unique"),
        ]

    def __str__(self) -> str:
        return "a subscriber"
