"""`manage.py create_wave SLUG …`: a new round of fieldwork."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Organisation, Population, Wave
from surveys.fieldwork.waves import WaveRefused, create_wave
from surveys.questionnaires.models import QuestionnaireVersion


class Command(BaseCommand):
    """Make a wave; it opens by itself on its day."""

    help = "Make a wave of a published questionnaire; the beat opens and closes it on its days."

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything that a wave is."""
        parser.add_argument("slug")
        parser.add_argument("--questionnaire", required=True)
        parser.add_argument("--title", required=True)
        parser.add_argument("--opens", type=datetime.date.fromisoformat, required=True)
        parser.add_argument("--closes", type=datetime.date.fromisoformat, required=True)
        parser.add_argument(
            "--document-version", dest="label", help="such as 1.0; the latest if not given"
        )
        parser.add_argument("--population", help="slug; required where answers are raked")
        parser.add_argument("--weighting", choices=Wave.Weighting.values, default="raked")
        parser.add_argument("--kind", choices=Wave.Kind.values, default="live")
        parser.add_argument("--sampling", choices=Wave.Sampling.values, default="open")
        parser.add_argument("--mode", default="online")
        parser.add_argument(
            "--fieldwork-house", default="", help="who does the fieldwork, if not you"
        )
        parser.add_argument(
            "--organisation",
            action="append",
            default=[],
            metavar="CODE",
            help="whose staff are asked, with all below it; again for more. Without: everybody's",
        )

    def handle(self, *, slug: str, questionnaire: str, label: str | None, **options: Any) -> None:
        """Make it, or say what is wrong."""
        population = None
        if options["population"]:
            population = Population.objects.filter(slug=options["population"]).first()
            if population is None:
                raise CommandError(f"There is no population {options['population']}.")
        try:
            wave = create_wave(
                slug=slug,
                title=options["title"],
                version=_version(questionnaire, label),
                opens_on=options["opens"],
                closes_on=options["closes"],
                population=population,
                weighting=options["weighting"],
                kind=options["kind"],
                sampling=options["sampling"],
                mode=options["mode"],
                fieldwork_house=options["fieldwork_house"],
                organisations=_organisations(options["organisation"]),
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except WaveRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{wave.slug}: {wave}, from {wave.opens_on} to {wave.closes_on}.")


def _organisations(codes: list[str]) -> list[Organisation]:
    found = {one.code: one for one in Organisation.objects.filter(code__in=codes)}
    if unknown := [code for code in codes if code not in found]:
        raise CommandError(f"There is no organisation {', '.join(unknown)}; import it first.")
    return list(found.values())


def _version(questionnaire: str, label: str | None) -> QuestionnaireVersion:
    versions = QuestionnaireVersion.objects.filter(
        questionnaire__slug=questionnaire, status=QuestionnaireVersion.Status.PUBLISHED
    ).order_by("number", "minor")
    if label is not None:
        number, _, minor = label.partition(".")
        if not (number.isdigit() and (minor or "0").isdigit()):
            raise CommandError(f"{label} is no version such as 1.0.")
        versions = versions.filter(number=int(number), minor=int(minor or 0))
    found = versions.last()
    if found is None:
        wanted = f"version {label} of {questionnaire}" if label else questionnaire
        raise CommandError(f"There is no published {wanted}.")
    return found
