"""Respondents who do not exist, answering through the same doors as those who do.

They make the service visible before anybody has answered, and give tests and benchmarks answers of
real shape. A wave that holds them is of kind "simulated" for good, and says so wherever it appears.
"""

import datetime
import math
import random
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction

from surveys.fieldwork.arms import draw_arms
from surveys.fieldwork.collecting import NewResponse, collect_wave
from surveys.fieldwork.inbox import Finished, deliver_many
from surveys.fieldwork.mixing import FromStaff, archive_staff
from surveys.fieldwork.models import Organisation, Wave
from surveys.fieldwork.plausible import TENDENCIES, Tendency
from surveys.questionnaires.answers import problems
from surveys.questionnaires.document import (
    SCALE_POINTS,
    Document,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    SingleChoice,
    WholeNumber,
)
from surveys.questionnaires.flags import NONE, Flags, flags_of_answers
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packing import points
from surveys.questionnaires.routing import holds
from surveys.questionnaires.versions import frozen

DRIFT = 0.12  # standard deviations of attitude from one wave of a series to the next
EXPLAINED = 0.15  # and after an explanation
HURRIED = 0.03  # share of respondents who answer faster than they can read


class SimulationRefused(ValueError):
    """No respondents may be invented here; the message says why."""


def simulate(wave: Wave, respondents: int, *, seed: int) -> int:
    """Fill an empty simulated wave with invented respondents, collect and close it.

    The same seed gives the same tallies. Returns how many were collected.

    Raises SimulationRefused.
    """
    if not settings.SIMULATE:
        raise SimulationRefused("This service holds real answers (SIMULATE is false).")
    if wave.kind != Wave.Kind.SIMULATED:
        raise SimulationRefused(f"{wave} is {wave.kind}: only a simulated wave may be simulated.")
    if wave.tally_revision or wave.status != Wave.Status.DRAFT:
        raise SimulationRefused(f"{wave} is not empty: respondents are simulated once.")
    if respondents < 1:
        raise SimulationRefused(f"{respondents} respondents cannot answer: it takes at least one.")
    chance = random.Random(seed)  # noqa: S311 -- reproducible on purpose
    document = frozen(wave.version_id).document
    earlier = Wave.objects.filter(questionnaire=wave.questionnaire, opens_on__lt=wave.opens_on)
    drift = DRIFT * earlier.filter(kind=Wave.Kind.SIMULATED).count()
    finished = (
        Finished(
            answers,
            "en",
            _some_day(chance, wave),
            secrets.token_bytes(32),
            flags=_flags(document, answers, chance),
        )
        for answers in invented(document, respondents, chance, drift)
    )
    staff = wave.questionnaire.audience == Questionnaire.Audience.STAFF
    with transaction.atomic():
        collected = _at_work(wave, finished, chance) if staff else _collected(wave, finished)
        Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.CLOSED)
    return collected


def _collected(wave: Wave, finished: Iterable[Finished]) -> int:
    deliver_many(wave.pk, finished)
    collected = 0
    while batch := collect_wave(wave.pk, everything=True):
        collected += batch
    return collected


def _at_work(wave: Wave, finished: Iterable[Finished], chance: random.Random) -> int:
    """Staff answer for an organisation, some being larger than others, and are counted once."""
    asked = [
        one
        for top in wave.organisations.order_by("path")
        for one in Organisation.objects.within(top).working().order_by("path")
    ]
    places = [one.pk for one in asked if not any(one.pk == other.parent_id for other in asked)]
    sizes = [chance.paretovariate(2) for _ in places]
    answers = [
        FromStaff(
            chance.choices(places, sizes)[0],
            NewResponse(one.answers, "", None, one.withdrawal_hash, flags=one.flags),
        )
        for one in finished
    ]
    archive_staff(wave, lambda: iter(answers))
    return len(answers)


def invented(
    document: Document, respondents: int, chance: random.Random, drift: float = 0.0
) -> Iterator[dict[str, Any]]:
    """The answers of respondents who do not exist; each fits the questionnaire."""
    tendencies = TENDENCIES.get(document.slug, {})
    for _ in range(respondents):
        answers = _answers(document, tendencies, chance, chance.gauss(drift, 1))
        if wrong := problems(document, answers):
            raise ValueError(f"an invented answer does not fit: {wrong[0]}")
        yield answers


def _answers(
    document: Document, tendencies: dict[str, Tendency], chance: random.Random, attitude: float
) -> dict[str, Any]:
    answers: dict[str, Any] = dict(draw_arms(document, chance))
    for page in document.pages:
        if page.show_if is not None and not holds(page.show_if, answers):
            continue
        if page.explainer is not None:
            attitude += chance.gauss(EXPLAINED, 0.3)
        for question in page.questions:
            tendency = tendencies.get(question.code, Tendency())
            if chance.random() >= tendency.left_open:
                answers[question.code] = _answer(question, tendency, chance, attitude)
    return answers


def _answer(question: Question, tendency: Tendency, chance: random.Random, attitude: float) -> Any:
    match question:
        case SingleChoice() | Scale():
            return _one_of(question, tendency, chance, attitude)
        case MultipleChoice():
            return _some_of(question, tendency, chance, attitude)
        case WholeNumber():
            return chance.randint(question.minimum, question.maximum)
        case FreeText():
            return f"Simulated comment {chance.randint(1, 9999)}."


def _one_of(
    question: SingleChoice | Scale, tendency: Tendency, chance: random.Random, attitude: float
) -> str | int:
    never = {option.code for option in question.options if option.screens_out}
    even = {point: 1.0 for point in points(question) if point not in never}
    weights = tendency.weights or even
    last = max(len(weights) - 1, 1)
    tilted = [
        weight * math.exp(tendency.pull * attitude * (1 - 2 * place / last))
        for place, weight in enumerate(weights.values())
    ]
    chosen = chance.choices(list(weights), tilted)[0]
    whole = isinstance(question, Scale) and chosen in map(str, range(SCALE_POINTS))
    return int(chosen) if whole else chosen


def _some_of(
    question: MultipleChoice, tendency: Tendency, chance: random.Random, attitude: float
) -> list[str]:
    weights = tendency.weights or {
        option.code: 30.0 for option in question.options if not option.exclusive
    }
    lift = math.exp(tendency.pull * attitude)
    wanted = [code for code, weight in weights.items() if chance.random() * 100 < weight * lift]
    if question.max_choices is not None and len(wanted) > question.max_choices:
        wanted = chance.sample(wanted, question.max_choices)
    if not wanted:
        ways_out = [option.code for option in question.options if option.exclusive]
        return [chance.choice(ways_out)] if ways_out else []
    order = [option.code for option in question.options]
    return sorted(wanted, key=order.index)


def _flags(document: Document, answers: dict[str, Any], chance: random.Random) -> Flags:
    """A few click through; who always chose the same place follows from the answers."""
    if document.quality is None:
        return NONE
    hurried: Flags = frozenset({"speed"} if chance.random() < HURRIED else ())
    return hurried | flags_of_answers(document, answers, chance.getrandbits(32), None)


def _some_day(chance: random.Random, wave: Wave) -> datetime.date:
    days = (wave.closes_on - wave.opens_on).days
    return wave.opens_on + datetime.timedelta(chance.randint(0, days))
