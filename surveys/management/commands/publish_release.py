"""`manage.py publish_release WAVE`: freeze the latest figures of a wave."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Wave
from surveys.reports.models import Release
from surveys.reports.releases import ReleaseRefused, publish_release


class Command(BaseCommand):
    """Publish the provisional release of a wave."""

    help = "Publish a wave's provisional release; from then on it never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave."""
        parser.add_argument("wave")

    def handle(self, *, wave: str, **options: Any) -> None:
        """Publish, or say why not."""
        found = Release.objects.filter(wave__slug=wave, state=Release.State.PROVISIONAL).first()
        if found is None and not Wave.objects.filter(slug=wave).exists():
            raise CommandError(f"There is no wave {wave}.")
        if found is None:
            raise CommandError(f"Wave {wave} has no provisional release; estimate it first.")
        try:
            release = publish_release(found)
        except ReleaseRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{release} is published, sha256 {release.sha256}.")
