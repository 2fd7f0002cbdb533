"""`manage.py import_published SURVEYS ESTIMATES`: what other people printed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.tables import FileRefused
from surveys.reports.benchmarks import import_published


class Command(BaseCommand):
    """Store published surveys and figures, or say everything that is wrong with the files."""

    help = "Import published surveys and their figures (two CSV files); twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two files."""
        parser.add_argument("surveys", type=Path)
        parser.add_argument("estimates", type=Path)

    def handle(self, *, surveys: Path, estimates: Path, **options: Any) -> None:
        """Import, or refuse with every fault."""
        try:
            done = import_published(surveys, estimates)
        except (FileRefused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{done.surveys} published surveys with {done.estimates} figures.")
