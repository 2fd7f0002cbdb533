"""`manage.py import_responses WAVE FILE [--map MAP.yaml]`: answers from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.import_map import ImportMap, MapRefused, load_map
from surveys.fieldwork.importing import ImportRefused, import_responses
from surveys.fieldwork.models import Wave
from surveys.fieldwork.tables import FileRefused


class Command(BaseCommand):
    """Fill a wave from a panel company's file."""

    help = "Import answers (CSV or SPSS) into a new wave; docs/importing.md explains the map."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave, which file, and how to read it."""
        parser.add_argument("wave")
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", type=Path, help="columns and values, as YAML")
        parser.add_argument(
            "--skip-invalid",
            action="store_true",
            help="leave out rows with a fault, and count them",
        )

    def handle(
        self,
        *,
        wave: str,
        file: Path,
        map: Path | None,
        skip_invalid: bool,
        **options: Any,
    ) -> None:
        """Import, or refuse with every fault."""
        try:
            done = import_responses(
                Wave.objects.select_related("questionnaire").get(slug=wave),
                file,
                load_map(map) if map else ImportMap(),
                skip_invalid=skip_invalid,
                progress=self._tell,
            )
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        except (ImportRefused, MapRefused, FileRefused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{done.responses:,} answers are in {wave}, which is closed now.")
        if done.left_out:
            self.stdout.write(f"{done.left_out:,} rows were left out, because they do not fit.")
        if done.open_required:
            self.stdout.write(f"{done.open_required:,} required questions have no answer.")

    def _tell(self, what: str, done: int, total: int) -> None:
        self.stdout.write(f"{done:,} of {total:,} {what}")
