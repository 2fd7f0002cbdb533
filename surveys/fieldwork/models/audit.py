"""What people did: a log that is only ever added to."""

from django.db import models
from django.db.models import Q

from surveys.fieldwork.models.people import User


class AuditEntry(models.Model):
    """That somebody, or a command, did something: who, what, when and why.

    Respondents never stand here. Guards refuse every change and every deletion.
    """

    class What(models.TextChoices):
        RELEASE_PUBLISHED = "release_published", "Published a release"
        VERDICT_SIGNED = "verdict_signed", "Signed for what may be compared"
        ACTION_SAVED = "action_saved", "Wrote what was done"
        ACTION_PUBLISHED = "action_published", "Published what was done"
        ACTION_WITHDRAWN = "action_withdrawn", "Took from view what was done"
        FILE_IMPORTED = "file_imported", "Imported a file"
        WAVE_MADE = "wave_made", "Made a wave"
        PEOPLE_INVITED = "people_invited", "Invited people to a wave"
        CARDS_PRINTED = "cards_printed", "Printed cards for a wave"
        TARGET_SET = "target_set", "Set a target of responses"
        REMINDER_SET = "reminder_set", "Set or took away a reminder"
        DO_NOT_WRITE = "do_not_write", "Listed addresses not to write to"
        CONFIGURED = "configured", "Changed the configuration"
        UNPUBLISHED_READ = "unpublished_read", "Downloaded figures that are not published"

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    command = models.CharField(max_length=100, blank=True)
    what = models.CharField(max_length=20, choices=What)
    subject = models.CharField(max_length=300)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(
                condition=(Q(user__isnull=False) & Q(command=""))
                | (Q(user__isnull=True) & ~Q(command="")),
                name="audit_entry_has_one_author",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="audit_entry_is_about_something"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.command}: {self.get_what_display()}: {self.subject}"
