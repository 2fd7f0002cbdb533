"""`manage.py estimate WAVE`: make a wave's figures from its tallies, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Wave
from surveys.reports.estimating import TooEarly, estimate_wave


class Command(BaseCommand):
    """Estimate a wave without waiting for the beat."""

    help = "Make the provisional release of a wave; an open wave once a day at most."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave."""
        parser.add_argument("wave")

    def handle(self, *, wave: str, **options: Any) -> None:
        """Estimate, and say what came of it."""
        try:
            release = estimate_wave(Wave.objects.get(slug=wave).pk)
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        except TooEarly as early:
            raise CommandError(str(early)) from early
        if release.problem:
            raise CommandError(f"{release} has no figures: {release.problem}")
        self.stdout.write(
            f"{release} ({release.get_state_display().lower()}): {release.estimates.count():,}"
            f" figures from {release.respondents:,} respondents."
        )
