"""`manage.py export_report WAVE --format json|csv`: what a release says, as a file."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Wave
from surveys.reports.exporting import report, table
from surveys.reports.releases import latest_release
from surveys.reports.series import earlier_release


class Command(BaseCommand):
    """Write the latest release of a wave to standard output."""

    help = "Print the latest release of a wave; docs/report-format.md explains every key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave, and which form."""
        parser.add_argument("wave")
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *, wave: str, format: str, **options: Any) -> None:
        """Print it."""
        try:
            found = Wave.objects.get(slug=wave)
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        release = latest_release(found, provisional=True)
        if release is None:
            raise CommandError(f"Wave {wave} has no release yet; estimate it first.")
        if format == "csv":
            self.stdout.write(table(release), ending="")
        else:
            earlier = earlier_release(found, provisional=True)
            content = report(release, earlier)
            self.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
