"""`manage.py import_published SURVEYS ESTIMATES`: what other people printed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.tables import FileRefused
from surveys.reports.benchmarks import import_published


class Command(BaseCommand):
    """Store published surveys and figures, or say everything that is wrong with the files."""

    help = "Import published surveys and their figures (CSV files); twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Surveys, figures, and if known the questions behind them."""
        parser.add_argument("surveys", type=Path)
        parser.add_argument("estimates", type=Path)
        parser.add_argument("--questions", type=Path, help="how they asked, a row for each answer")

    def handle(
        self, *, surveys: Path, estimates: Path, questions: Path | None, **options: Any
    ) -> None:
        """Import, or refuse with every fault."""
        try:
            done = import_published(surveys, estimates, questions)
        except (FileRefused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{done.surveys} published surveys with {done.estimates} figures.")
