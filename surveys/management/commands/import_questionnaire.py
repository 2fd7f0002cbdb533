"""`manage.py import_questionnaire FILE`: check a questionnaire and publish it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.questionnaires.loading import Unreadable, load
from surveys.questionnaires.publishing import NotMinor, NotPublishable, publish
from surveys.reports.benchmarks import published_keys


class Command(BaseCommand):
    """Publish a questionnaire, or say everything that is wrong with it."""

    help = "Check a questionnaire (YAML) and publish it as the next version; twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whether only texts are mended."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--minor", action="store_true", help="mend texts of the last version")

    def handle(self, *, file: Path, minor: bool, **options: Any) -> None:
        """Publish, or refuse with every finding."""
        try:
            version = publish(load(file), published=published_keys(), minor=minor)
        except (Unreadable, NotPublishable) as refusal:
            raise CommandError(
                f"{file.name} cannot be published; {len(refusal.findings)} to mend:\n{refusal}"
            ) from refusal
        except (NotMinor, OSError) as refusal:
            raise CommandError(f"{file.name}: {refusal}") from refusal
        self.stdout.write(f"{version} is published.")
