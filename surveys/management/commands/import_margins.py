"""`manage.py import_margins FILE`: the shares of populations that answers are weighed to."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.populations import import_margins
from surveys.fieldwork.tables import FileRefused


class Command(BaseCommand):
    """Store the margins of a file, or say everything that is wrong with it."""

    help = "Import population margins (CSV); twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        """Import, or refuse with every fault."""
        try:
            done = import_margins(file)
        except (FileRefused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{done.margins} margins of {done.populations} populations, {done.changed} changed."
        )
