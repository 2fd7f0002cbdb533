"""`manage.py verify_wave_closed WAVE`: nothing is left that could say who answered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.keys import NoKey
from surveys.fieldwork.models import Wave
from surveys.fieldwork.remains import remains


class Command(BaseCommand):
    """Succeed only where no key, ticket, draft or waiting answer of a wave is left."""

    help = "Say what is left of a closed wave that could still join an answer to a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave."""
        parser.add_argument("wave")

    def handle(self, *, wave: str, **options: Any) -> None:
        """Look, and end with an error where something is left."""
        try:
            found = remains(Wave.objects.get(slug=wave))
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        except NoKey as error:
            raise CommandError(f"{error} Run this where the worker runs.") from error
        if found:
            raise CommandError(f"Of {wave} is left: {'; '.join(found)}.")
        self.stdout.write(
            f"Of {wave} no key, ticket, draft or waiting answer is left on this machine and in"
            " this database."
        )
