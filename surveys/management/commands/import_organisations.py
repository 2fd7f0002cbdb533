"""`manage.py import_organisations FILE`: organisations, their moves and closures."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.organisations import import_organisations
from surveys.fieldwork.tables import FileRefused


class Command(BaseCommand):
    """Store what a file says of organisations, or say everything that is wrong with it."""

    help = (
        "Import organisations (CSV: code, name, parent, since, closed); moves and closures are kept"
        " as history; twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        """Import, or refuse with every fault."""
        try:
            done = import_organisations(file)
        except (FileRefused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{done.rows} organisations: {done.added} added, {done.moved} moved,"
            f" {done.renamed} renamed, {done.closed} closed."
        )
