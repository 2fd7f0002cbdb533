"""`manage.py import_headcounts FILE`: how many work where, by staff group."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.headcounts import import_headcounts
from surveys.fieldwork.tables import FileRefused


class Command(BaseCommand):
    """Store the headcounts of a CSV file."""

    help = "Load how many people of each staff group work for each organisation (CSV)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        """Import it."""
        try:
            rows = import_headcounts(file)
        except (FileRefused, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{rows} headcounts stored.")
