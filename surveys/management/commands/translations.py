"""`manage.py translations FILE...`: the Welsh of questionnaires, ready for a translator."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.questionnaires.loading import Unreadable, load
from surveys.questionnaires.translating import catalogue_beside, update_catalogue


class Command(BaseCommand):
    """Bring the catalogues beside questionnaires to today's English."""

    help = (
        "Write the Welsh catalogue beside each questionnaire (YAML), or bring it to today's "
        "English: new texts stand there empty, changed ones are marked. Twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The questionnaires."""
        parser.add_argument("files", type=Path, nargs="+", metavar="file")

    def handle(self, *, files: list[Path], **options: Any) -> None:
        """Write, and say how much is left to do."""
        for file in files:
            catalogue = catalogue_beside(file)
            try:
                done = update_catalogue(catalogue, load(file).document)
            except (Unreadable, ValueError, OSError) as refusal:
                raise CommandError(f"{file.name}: {refusal}") from refusal
            self.stdout.write(
                f"{catalogue.name}: {done.added} new, {done.changed} changed, {done.removed} gone."
                f" {done.empty} have no Welsh, and the Welsh of {done.unreviewed} waits for review."
            )
