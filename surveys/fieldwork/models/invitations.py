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


class DoNotWrite(models.Model):
    """A work address that gets no more invitations to any wave."""

    class Why(models.TextChoices):
        OPTED_OUT = "opted_out", "Asked not to be written to"
        BOUNCED = "bounced", "Its mail server takes nothing for it"
        LISTED = "listed", "Put here by a manager"

    email = models.EmailField()
    why = models.CharField(max_length=9, choices=Why)
    since_on = models.DateField()

    class Meta:
        ordering = ["email"]
        verbose_name = "address not to write to"
        verbose_name_plural = "addresses not to write to"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="do_not_write_once",
                violation_error_message="This address is here already.",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Cards(models.Model):
    """That cards were printed for an organisation: how many, never which."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="cards")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    printed_on = models.DateField()

    class Meta:
        verbose_name_plural = "cards"
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="cards_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number} cards for {self.organisation}"


class Reminder(models.Model):
    """A day on which everybody who was invited, and has not opted out, is written to again.

    Nobody knows who has answered, so it goes to those who have as well, and says so.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="reminders")
    send_on = models.DateField()

    class Meta:
        ordering = ["wave", "send_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "send_on"],
                name="reminder_once_a_day",
                violation_error_message="There is a reminder on this day already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave}, {self.send_on}"


class ResponseTarget(models.Model):
    """How many of the invited staff of an organisation, with all below it, shall answer a wave."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="response_targets")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()
    told_on = models.DateField(null=True, help_text="When managers were told that it lags.")

    class Meta:
        ordering = ["wave", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "organisation"], name="response_target_unique"),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100),
                name="response_target_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.percent}%"


class ResponseCount(models.Model):
    """How many could answer for an organisation by a day, and how many had: of tickets, daily.

    answered: none where it is fewer than 11, and then nothing of it is kept anywhere.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="response_counts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    counted_on = models.DateField()
    invited = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["wave", "organisation", "counted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "organisation", "counted_on"], name="response_count_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(answered__isnull=True) | Q(answered__gte=11),
                name="response_count_from_11_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.counted_on}"
