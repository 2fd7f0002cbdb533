"""`manage.py invite WAVE FILE`: addresses become invitations, all or none."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.inviting import InvitingRefused, invite
from surveys.fieldwork.models import Organisation, Wave
from surveys.fieldwork.tables import FileRefused


class Command(BaseCommand):
    """Invite the addresses of a CSV file to a wave of staff."""

    help = "Invite work addresses to a wave of staff; beat sends the messages while it is open."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave, which file, and for whom where the file does not say."""
        parser.add_argument("wave")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--organisation", help="code of the one they all work for; else a column of the file"
        )

    def handle(self, *, wave: str, file: Path, organisation: str | None, **options: Any) -> None:
        """Read it, and say what was done."""
        try:
            found = Wave.objects.select_related("questionnaire").get(slug=wave)
            whose = Organisation.objects.get(code=organisation) if organisation else None
            with file.open(encoding="utf-8-sig", newline="") as opened:
                done = invite(found, opened, whose, name=file.name)
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        except Organisation.DoesNotExist as error:
            raise CommandError(f"There is no organisation {organisation}.") from error
        except (InvitingRefused, FileRefused, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done.invited} invited to {wave}; {done.known} were there before or twice in the"
            f" file, {done.not_written_to} are not written to."
        )
