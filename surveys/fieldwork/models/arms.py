"""How often each arm of a split was drawn."""

from django.db import models

from surveys.fieldwork.models.waves import Wave


class ArmStart(models.Model):
    """How many drafts of a wave began in one arm; who they were, and when, is not kept."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="arm_starts")
    split = models.CharField(max_length=64)
    arm = models.CharField(max_length=64)
    drafts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "split", "arm"], name="armstart_unique"),
        ]

    def __str__(self) -> str:
        return "the drafts of an arm"
