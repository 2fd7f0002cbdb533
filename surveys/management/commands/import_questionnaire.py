"""`manage.py import_questionnaire FILE...`: check questionnaires and publish them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from surveys.fieldwork.auditing import record
from surveys.fieldwork.models import AuditEntry
from surveys.questionnaires.loading import Source, Unreadable, load
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.publishing import NotMinor, NotPublishable, publish
from surveys.reports.benchmarks import published_keys

COMMAND = "manage.py import_questionnaire"


class Command(BaseCommand):
    """Publish questionnaires, all or none, or say everything that is wrong with one of them."""

    help = (
        "Check questionnaires (YAML) and publish each as its next version, all or none; twice "
        "changes nothing. Two whose questions mirror each other are given together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and whether only slips are mended."""
        parser.add_argument("files", type=Path, nargs="+", metavar="file")
        parser.add_argument("--minor", action="store_true", help="mend slips in the last version")

    @transaction.atomic
    def handle(self, *, files: list[Path], minor: bool, **options: Any) -> None:
        """Publish, or refuse with every finding."""
        sources = [self._read(file) for file in files]
        together = [source.document for source in sources]
        for file, source in zip(files, sources, strict=True):
            version = self._publish(file, source, minor=minor, together=together)
            self.stdout.write(f"{version} is published.")

    def _read(self, file: Path) -> Source:
        try:
            return load(file)
        except Unreadable as refusal:
            raise _refused(file, refusal) from refusal
        except OSError as refusal:
            raise CommandError(f"{file.name}: {refusal}") from refusal

    def _publish(self, file: Path, source: Source, **how: Any) -> QuestionnaireVersion:
        known = set(QuestionnaireVersion.objects.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                version = publish(source, published=published_keys(), **how)
                if version.pk not in known:
                    subject = f"{version} from {file.name}"
                    record(COMMAND, AuditEntry.What.FILE_IMPORTED, subject)
            return version
        except NotPublishable as refusal:
            raise _refused(file, refusal) from refusal
        except NotMinor as refusal:
            raise CommandError(f"{file.name}: {refusal}") from refusal


def _refused(file: Path, refusal: Unreadable | NotPublishable) -> CommandError:
    told = f"{file.name} cannot be published; {len(refusal.findings)} to mend:"
    return CommandError(f"{told}\n{refusal}")
