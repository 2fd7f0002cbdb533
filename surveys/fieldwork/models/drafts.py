"""Unfinished answers, which only their respondent can read."""

from django.db import models

from surveys.fieldwork.models.waves import Wave


class Draft(models.Model):
    """An unfinished answer, sealed under a key that the respondent's cookie holds."""

    key = models.BinaryField(primary_key=True, max_length=32)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    ciphertext = models.BinaryField()
    touched_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return "a draft"
