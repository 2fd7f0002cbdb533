"""`manage.py do_not_write FILE`: addresses that bounced, or that ask for no invitation."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from surveys.fieldwork.inviting import do_not_write
from surveys.fieldwork.models import DoNotWrite


class Command(BaseCommand):
    """Write to these addresses no more."""

    help = "Put addresses, one a line, on the list of those who get no invitation to any wave."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and why."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--bounced", action="store_true", help="their mail server refused them")

    def handle(self, *, file: Path, bounced: bool, **options: Any) -> None:
        """Read it, all or nothing."""
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        emails, wrong = set(), []
        for number, line in enumerate(lines, 1):
            if not (email := line.strip()):
                continue
            try:
                validate_email(email)
                emails.add(email)
            except ValidationError:
                wrong.append(f"line {number}: {email!r} is no e-mail address")
        if wrong:
            raise CommandError("Nothing was done:\n" + "\n".join(wrong[:100]))
        why = DoNotWrite.Why.BOUNCED if bounced else DoNotWrite.Why.LISTED
        added = do_not_write(emails, why, by="manage.py do_not_write")
        self.stdout.write(f"{added} added; {len(emails) - added} were on the list already.")
