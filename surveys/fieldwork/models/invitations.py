"""Who is invited to a staff wave, and what lets somebody answer it: two tables that never meet."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from surveys.fieldwork.models.organisations import Organisation
from surveys.fieldwork.models.waves import Wave


class Invitation(models.Model):
    """That one work address may answer one wave once; never whether it did.

    `sending` is set before a message goes out and taken back when it is known to have gone: where
    it stays, the outcome is not known, and the message is never sent again by itself.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    group = models.CharField(max_length=100, blank=True)
    has_ticket = models.BooleanField(default=False, help_text="One was made; used or not.")
    messages = models.PositiveSmallIntegerField(default=0, help_text="Known to have been sent.")
    sending = models.BooleanField(default=False)
    last_sent_on = models.DateField(null=True)
    bounced = models.BooleanField(default=False)
    opted_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["wave", "organisation", "email"]
        constraints = [
            models.UniqueConstraint("wave", Lower("email"), name="invitation_once_per_wave"),
            models.CheckConstraint(
                condition=Q(messages=0, last_sent_on__isnull=True)
                | Q(messages__gt=0, last_sent_on__isnull=False),
                name="invitation_sent_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return "an invitation"


class Ticket(models.Model):
    """That one more answer to a wave may come from an organisation; it is deleted by that answer.

    The key is the SHA-256 of what the link or card says. Rows are written in the order of their
    keys, which is chance: nothing here says for whom, or when, a ticket was made.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return "a ticket"
