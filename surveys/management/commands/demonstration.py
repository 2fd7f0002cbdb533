"""`manage.py demonstration`: waves to look at, a wave to answer, people who may sign in."""

import datetime
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from surveys.fieldwork.keys import NoKey
from surveys.fieldwork.models import Membership, Organisation, Population, User, Wave
from surveys.fieldwork.simulation import simulate
from surveys.fieldwork.waves import close_wave, create_wave, open_wave
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.reports.actions import publish_action, save_action
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Action
from surveys.reports.releases import publish_release

WEEKS_OPEN = datetime.timedelta(weeks=4)
# How long before the first run the two earlier waves opened.
EARLIER = (datetime.timedelta(weeks=32), datetime.timedelta(weeks=16))
COMMAND = "manage.py demonstration"
PEOPLE = {
    "manager@example.org": "manager",
    "analyst@example.org": "analyst",
    "leader@example.org": "leader",
}


SYSTEMS = {
    "Example North": (
        *("Example North Hospitals", "Example Valley Hospitals"),
        *("Example Moor Mental Health", "Example North Ambulance"),
    ),
    "Example South": (
        *("Example South Hospitals", "Example Coast Hospitals"),
        *("Example Downs Community", "Example South Mental Health"),
    ),
}


@dataclass(frozen=True)
class Series:
    """The demonstration waves of one questionnaire."""

    questionnaire: str
    population: str
    name: str
    respondents: int
    kind: str  # of the wave that real visitors may answer

    @property
    def prefix(self) -> str:
        """What the slugs of these waves begin with; a number follows."""
        return f"demonstration-{self.name.lower()}-"


SERIES = (
    Series("public-confidence", "gb-adults-18", "Public", 2_000, Wave.Kind.LIVE),
    Series("staff-confidence", "nhs-staff-england", "Staff", 1_000, Wave.Kind.PILOT),
)


@dataclass(frozen=True)
class Example:
    """What nobody heard and nobody did; pages call it a made-up example."""

    heard: str
    did: str
    done_before: datetime.timedelta  # the first run
    questions: tuple[tuple[str, str], ...]  # questionnaire and question


EXAMPLES = (
    Example(
        "Many people were afraid of health care with less human contact.",
        "Letters about a decision in which AI had a part now name a person to call.",
        datetime.timedelta(weeks=6),
        (("public-confidence", "biggest_risks"), ("staff-confidence", "biggest_risks")),
    ),
    Example(
        "Staff told us that there was not enough time to learn.",
        "Every ward that gets a new tool now gets half a day of training in working hours.",
        datetime.timedelta(weeks=3),
        (("staff-confidence", "biggest_challenges"),),
    ),
)


class Command(BaseCommand):
    """Make what is missing; what is there stays as it is."""

    help = (
        "Load the library, make up organisations, simulate two earlier waves for each audience, "
        "open a third one for visitors, make three people who may sign in, and invent what changed "
        "because of answers. May be run again: it makes what is missing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where respondents may not be invented."""
        if not settings.SIMULATE:
            raise CommandError(
                "This service may hold real answers, so none are invented here. If it never will, "
                "set SIMULATE=true."
            )
        call_command("import_library", stdout=self.stdout)
        self._organisations()
        for series in SERIES:
            self._earlier_waves(series)
            self._wave_to_answer(series)
        self._people()
        self._actions()

    def _organisations(self) -> None:
        """Two made-up systems with their trusts, for the staff who are simulated to work in."""
        root = Organisation.objects.get(code=Organisation.ROOT)
        if root.children.exists():
            return
        with transaction.atomic():
            for number, (system, trusts) in enumerate(SYSTEMS.items(), start=1):
                above = Organisation.objects.create(code=f"EX{number}", name=system, parent=root)
                for place, trust in enumerate(trusts, start=1):
                    code = f"EX{number}{place}"
                    Organisation.objects.create(code=code, name=trust, parent=above)
        self.stdout.write(f"Made up {len(SYSTEMS)} systems with their trusts")

    def _earlier_waves(self, series: Series) -> None:
        today = timezone.localdate()
        for number, before in enumerate(EARLIER, start=1):
            if Wave.objects.filter(slug=f"{series.prefix}{number}").exists():
                continue
            self.stdout.write(
                f"Simulating {series.respondents:,} respondents: {series.name}, wave {number}"
            )
            # All or nothing: an interrupted run leaves no half-filled wave behind.
            with transaction.atomic():
                wave = _make_wave(series, number, today - before, Wave.Kind.SIMULATED)
                simulate(wave, series.respondents, seed=number)
                release = estimate_wave(wave.pk)
                if release.problem:
                    raise CommandError(f"{wave} has no figures: {release.problem}")
                publish_release(release, by=COMMAND)

    def _wave_to_answer(self, series: Series) -> None:
        """One open wave; where the last one is over, close it and open the next."""
        today = timezone.localdate()
        made = Wave.objects.filter(slug__startswith=series.prefix)
        for lapsed in made.filter(status=Wave.Status.OPEN, closes_on__lt=today):
            if timezone.now() < lapsed.accepts_until:
                continue  # somebody may still be on the last page
            self.stdout.write(f"Closing {lapsed}: its last day was {lapsed.closes_on}")
            close_wave(lapsed)
        running = made.filter(status__in=[Wave.Status.DRAFT, Wave.Status.OPEN])
        if running.filter(closes_on__gte=today).exists():
            return
        try:
            with transaction.atomic():
                wave = open_wave(_make_wave(series, made.count() + 1, today, series.kind))
        except ValidationError as error:
            self.stdout.write(f"No new wave to answer: {' '.join(error.messages)}")
        except NoKey as error:
            self.stdout.write(f"No new wave of staff to answer: {error}")
        else:
            self.stdout.write(f"Opened {wave}, until {wave.closes_on}")

    def _people(self) -> None:
        password = _password()
        root = Organisation.objects.get(code=Organisation.ROOT)
        for email, role in PEOPLE.items():
            person = User.objects.filter(email=email).first()
            if person is None:
                person = User.objects.create_user(email, password, is_staff=role == "manager")
                self.stdout.write(f"Made {email}, {role} of everybody")
            elif not person.check_password(password):
                person.set_password(password)
                person.save(update_fields=["password"])
            Membership.objects.get_or_create(user=person, organisation=root, role=role)

    def _actions(self) -> None:
        if Action.objects.filter(invented=True).exists():
            return
        manager = User.objects.get(email="manager@example.org")
        series = {one.slug: one.pk for one in Questionnaire.objects.all()}
        for example in EXAMPLES:
            action = Action(
                heard=example.heard,
                did=example.did,
                happened_on=timezone.localdate() - example.done_before,
                invented=True,
                created_by=manager,
            )
            subjects = [(series[slug], question) for slug, question in example.questions]
            saved = save_action(action, subjects, by=COMMAND)
            publish_action(saved, by=COMMAND)
        self.stdout.write(f"Invented {len(EXAMPLES)} examples of what changed because of answers")


def _make_wave(series: Series, number: int, opens_on: datetime.date, kind: str) -> Wave:
    versions = QuestionnaireVersion.objects.filter(
        questionnaire__slug=series.questionnaire, status=QuestionnaireVersion.Status.PUBLISHED
    )
    return create_wave(
        slug=f"{series.prefix}{number}",
        title=f"{series.name}, {opens_on:%B %Y}",
        version=versions.latest("number", "minor"),
        opens_on=opens_on,
        closes_on=opens_on + WEEKS_OPEN,
        population=Population.objects.get(slug=series.population),
        kind=kind,
        by=COMMAND,
    )


def _password() -> str:
    """The demonstration's password, made on the first run, readable by its owner alone."""
    path = Path(settings.SECRETS_DIR) / "demonstration_password"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(12))
    return path.read_text()
