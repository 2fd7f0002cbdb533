"""`manage.py collect WAVE`: move what waits into responses and tallies, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.models import Wave


class Command(BaseCommand):
    """Collect a wave without waiting for the beat; the mixing minimum still holds."""

    help = "Collect what waits in a wave; an open wave keeps to its mixing minimum."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave."""
        parser.add_argument("wave")

    def handle(self, *, wave: str, **options: Any) -> None:
        """Collect batch by batch."""
        try:
            found = Wave.objects.get(slug=wave)
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        collected = 0
        while batch := collect_wave(found.pk):
            collected += batch
        self.stdout.write(f"{collected:,} answers collected in {wave}.")
