"""`manage.py export_report WAVE`: what a release says, as a file."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Wave
from surveys.reports.exporting import report
from surveys.reports.releases import latest_release
from surveys.reports.report_tables import (
    comparisons_table,
    estimates_table,
    ledger_table,
    over_waves_table,
)
from surveys.reports.series import earlier_releases, mirror_releases


class Command(BaseCommand):
    """Write the latest release of a wave to standard output."""

    help = "Print the latest release of a wave; docs/report-format.md explains every key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave, and which form."""
        parser.add_argument("wave")
        parser.add_argument("--format", choices=["json", "csv"], default="json")
        parser.add_argument(
            "--table",
            choices=["estimates", "comparisons", "over_waves", "ledger"],
            help="what the CSV holds: estimates, if not written; JSON holds all",
        )

    def handle(self, *, wave: str, format: str, table: str | None, **options: Any) -> None:
        """Print it."""
        if table and format == "json":
            raise CommandError("JSON holds every table: leave --table out, or add --format csv.")
        try:
            found = Wave.objects.get(slug=wave)
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        release = latest_release(found, provisional=True)
        if release is None:
            raise CommandError(f"Wave {wave} has no release yet; estimate it first.")
        before = earlier_releases(found, provisional=True)
        earlier = before[-1] if before else None
        mirrors = mirror_releases(release, provisional=True)
        if format == "json":
            content = report(release, before, mirrors)
            self.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
        elif table == "comparisons":
            self.stdout.write(comparisons_table(release, earlier, mirrors), ending="")
        elif table == "over_waves":
            self.stdout.write(over_waves_table(release, before, mirrors), ending="")
        elif table == "ledger":
            self.stdout.write(ledger_table(release, before, mirrors), ending="")
        else:
            self.stdout.write(estimates_table(release, earlier, mirrors), ending="")
