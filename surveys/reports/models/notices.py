"""Messages about releases, and which of them have gone out."""

from django.db import models

from surveys.fieldwork.models import Subscriber
from surveys.reports.models.releases import Release


class Announcement(models.Model):
    """That the subscribers of one day are told of one release; made once for each."""

    release = models.OneToOneField(Release, on_delete=models.CASCADE, related_name="announcement")
    sent = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"the announcement of {self.release}"


class Notice(models.Model):
    """One message that waits, or of which nobody knows whether it went out.

    It is marked before it is sent and deleted once it was, so nobody gets two.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent; if this stays, whether it went out is not known"

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="notices")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "subscriber"], name="notice_once_for_each_subscriber"
            ),
        ]

    def __str__(self) -> str:
        return "a notice"
