"""`manage.py publish_release WAVE`: freeze the latest figures of a wave."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import User, Wave
from surveys.reports.findings import stored
from surveys.reports.gate import gate
from surveys.reports.models import Release
from surveys.reports.releases import ReleaseBlocked, ReleaseRefused, publish_release

NOBODY = "manage.py publish_release"


class Command(BaseCommand):
    """Publish the provisional release of a wave."""

    help = (
        "Say what speaks for and against publishing a wave's provisional release, and publish it; "
        "from then on it never changes. Where something blocks it, a reason is needed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave, and what else is needed where something blocks."""
        parser.add_argument("wave")
        parser.add_argument("--by", metavar="EMAIL", default="", help="whoever publishes")
        parser.add_argument(
            "--override",
            metavar="REASON",
            default="",
            help="publish although something blocks; printed with the release, needs --by",
        )

    def handle(self, *, wave: str, by: str, override: str, **options: Any) -> None:
        """Publish, or say why not."""
        found = Release.objects.filter(wave__slug=wave, state=Release.State.PROVISIONAL).first()
        if found is None and not Wave.objects.filter(slug=wave).exists():
            raise CommandError(f"There is no wave {wave}.")
        if found is None:
            raise CommandError(f"Wave {wave} has no provisional release; estimate it first.")
        if override and not by:
            raise CommandError("--override needs --by: whose reason it is, is printed.")
        signed = _signed(by) if by else NOBODY
        for one in gate(found):
            self.stdout.write(f"{one.level:>6}  {one.title}: {one.found}")
            if one.advice:
                self.stdout.write(f"        {one.advice}")
            for line in one.details if one.level != "fine" else ():
                self.stdout.write(f"        - {line}")
        try:
            release = publish_release(found, by=signed, reason=override)
        except ReleaseBlocked as refusal:
            advice = "Give a reason with --override REASON --by EMAIL to publish it all the same."
            raise CommandError(f"{refusal} {advice}") from refusal
        except ReleaseRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{release} is published, sha256 {release.sha256}.")
        if override and not any(one.blocks for one in stored(release)):
            self.stdout.write("Nothing blocked it, so the reason is not kept.")


def _signed(email: str) -> User:
    try:
        return User.objects.get(email=email.lower(), is_active=True)
    except User.DoesNotExist as error:
        raise CommandError(f"Nobody with the address {email} can sign in.") from error
