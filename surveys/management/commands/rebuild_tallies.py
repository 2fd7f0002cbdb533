"""`manage.py rebuild_tallies WAVE`: count every response anew and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Wave
from surveys.fieldwork.rebuilding import AnswersGone, rebuild_tallies


class Command(BaseCommand):
    """Rebuild the tallies of a wave from its responses."""

    help = "Count a wave's responses anew, put the tallies right, and say whether they were."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave."""
        parser.add_argument("wave")

    def handle(self, *, wave: str, **options: Any) -> None:
        """Rebuild and tell."""
        try:
            rebuilt = rebuild_tallies(Wave.objects.get(slug=wave))
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        except AnswersGone as error:
            raise CommandError(str(error)) from error
        verdict = "equal to what was stored, bit for bit" if rebuilt.equal else "mended"
        self.stdout.write(
            f"{rebuilt.responses:,} responses in {rebuilt.tallies:,} tallies: {verdict}."
        )
        if not rebuilt.equal:
            raise CommandError(f"{rebuilt.different:,} tallies of {wave} were wrong.")
