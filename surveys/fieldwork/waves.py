"""Making waves, opening and closing them."""

import datetime
import logging
from collections.abc import Collection
from itertools import permutations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.keys import NoKey, make_mixing_key
from surveys.fieldwork.models import (
    AuditEntry,
    Draft,
    Organisation,
    Population,
    Ticket,
    Wave,
    WaveOrganisation,
)
from surveys.questionnaires.derivation import following_from_cell
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.questionnaires.versions import frozen

logger = logging.getLogger(__name__)


class WaveRefused(ValueError):
    """The wave cannot be made or moved on; the message says why and what to do."""


@transaction.atomic
def create_wave(
    *,
    slug: str,
    title: str,
    version: QuestionnaireVersion,
    opens_on: datetime.date,
    closes_on: datetime.date,
    population: Population | None = None,
    weighting: str = Wave.Weighting.RAKED,
    kind: str = Wave.Kind.LIVE,
    sampling: str = Wave.Sampling.OPEN_LINK,
    mode: str = "online",
    fieldwork_house: str = "",
    mixing_minimum: int = 25,
    organisations: Collection[Organisation] = (),
    by: By = "manage.py create_wave",
) -> Wave:
    """Make a wave that is not open yet.

    organisations: those whose people a staff wave asks, each with all below it; without any, the
    root. A wave of the public has none.

    Raises WaveRefused where the questionnaire cannot make the population's categories, or where
    the organisations do not fit, and django's ValidationError where a rule of the wave itself is
    broken.
    """
    if version.status != QuestionnaireVersion.Status.PUBLISHED:
        raise WaveRefused(f"{version} is not published: only a published version can be asked")
    if population is not None:
        check_population(version, population)
    asked = _organisations(version, organisations)
    wave = Wave(
        slug=slug,
        title=title,
        questionnaire=version.questionnaire,
        version=version,
        population=population,
        weighting=weighting,
        kind=kind,
        sampling=sampling,
        mode=mode,
        fieldwork_house=fieldwork_house,
        opens_on=opens_on,
        closes_on=closes_on,
        mixing_minimum=mixing_minimum,
    )
    wave.full_clean()
    wave.save()
    WaveOrganisation.objects.bulk_create(
        WaveOrganisation(wave=wave, organisation=one) for one in asked
    )
    record(by, AuditEntry.What.WAVE_MADE, f"{wave.slug}: {wave}")
    return wave


def _organisations(
    version: QuestionnaireVersion, given: Collection[Organisation]
) -> Collection[Organisation]:
    if version.questionnaire.audience != Questionnaire.Audience.STAFF:
        if given:
            raise WaveRefused("A wave of the public has no organisations: everybody may answer it.")
        return given
    if not given:
        return [Organisation.objects.get(code=Organisation.ROOT)]
    if closed := [one for one in given if one.closed_on]:
        raise WaveRefused(
            "; ".join(f"{one.code} ({one}) closed on {one.closed_on}" for one in closed)
        )
    for one, other in permutations(given, 2):
        if one.path.startswith(other.path):
            raise WaveRefused(f"{one.code} is asked with {other.code} already: name one of them.")
    return given


def check_population(version: QuestionnaireVersion, population: Population) -> None:
    """Refuse a population with a category that no answer to this version can make.

    Raises WaveRefused, naming every such variable and category.
    """
    document = frozen(version.pk).document
    makes = {
        code: {category.code for category in document.variables_by_code[code].categories}
        for code in following_from_cell(document)
    }
    missing = [
        f"{margin.variable} {margin.category}"
        for margin in population.margins.all()
        if margin.category not in makes.get(margin.variable, set())
    ]
    if missing:
        raise WaveRefused(
            f"{version} cannot be weighed to {population}: it does not ask what makes "
            + ", ".join(missing)
        )


@transaction.atomic
def open_wave(wave: Wave) -> Wave:
    """Let respondents in; answers of staff are closed from now on with a key of the wave's own.

    Raises WaveRefused for a wave that is not a draft or is filled from a file, and NoKey where
    this process may not keep keys: the worker opens waves of staff.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.status != Wave.Status.DRAFT:
        raise WaveRefused(f"{wave} is {wave.get_status_display().lower()}: it cannot be opened")
    if wave.kind == Wave.Kind.SIMULATED:
        raise WaveRefused(f"{wave} is simulated: no real respondent may answer it")
    if wave.questionnaire.audience == Questionnaire.Audience.STAFF:
        wave.mixing_public = make_mixing_key(wave.slug)
    wave.status = Wave.Status.OPEN
    wave.validate_constraints()
    wave.save(update_fields=["status", "mixing_public"])
    return wave


def give_keys() -> list[str]:
    """Give a key to each open wave of staff that has none; returns their slugs.

    Only waves from before answers were sealed have none; they take no answers until they do.
    """
    keyless = Wave.objects.accepting().filter(
        mixing_public__isnull=True, questionnaire__audience=Questionnaire.Audience.STAFF
    )
    for wave in keyless:
        Wave.objects.filter(pk=wave.pk).update(mixing_public=make_mixing_key(wave.slug))
    return [wave.slug for wave in keyless]


@transaction.atomic
def close_wave(wave: Wave) -> Wave:
    """Let nobody in any more, and delete the drafts and tickets that were not used.

    Answers in the inbox are collected afterwards, however few they are.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.status not in (Wave.Status.OPEN, Wave.Status.DRAFT, Wave.Status.IMPORTING):
        raise WaveRefused(f"{wave} is {wave.get_status_display().lower()} already")
    wave.status = Wave.Status.CLOSED
    wave.save(update_fields=["status"])
    Draft.objects.filter(wave=wave).delete()
    Ticket.objects.filter(wave=wave).delete()
    return wave


def open_and_close_due() -> tuple[list[str], list[str]]:
    """Open the waves whose day has come and close those whose grace is over; returns their slugs.

    A wave that is filled from a file (panel, supplied weights, simulated) is never opened here.
    """
    today, now = timezone.localdate(), timezone.now()
    due = Wave.objects.filter(
        Q(sampling__in=[Wave.Sampling.OPEN_LINK, Wave.Sampling.INVITED]),
        ~Q(weighting=Wave.Weighting.SUPPLIED),
        ~Q(kind=Wave.Kind.SIMULATED),
        status=Wave.Status.DRAFT,
        opens_on__lte=today,
        closes_on__gte=today,
    )
    over = [wave for wave in Wave.objects.accepting() if now >= wave.accepts_until]
    closed = [close_wave(wave).slug for wave in over]  # first: the next in line may wait for it
    opened = []
    for wave in due.select_related("questionnaire"):
        try:
            opened.append(open_wave(wave).slug)
        except (NoKey, WaveRefused) as waits:
            logger.warning("%s", waits)
        except ValidationError as waits:  # the one before it is still in its grace
            logger.warning("%s is not opened: %s", wave, " ".join(waits.messages))
    return opened, closed
