"""Invented respondents: they fit, they repeat, and they never stand among real ones."""

import datetime
import random

import pytest

from surveys.fieldwork.models import Inbox, Response, Tally, Wave
from surveys.fieldwork.simulation import SimulationRefused, invented, simulate
from surveys.questionnaires.answers import problems
from surveys.questionnaires.loading import load
from tests.fieldwork.small import make_wave
from tests.questionnaires.ward_round import LIBRARY

pytestmark = pytest.mark.django_db


def simulated(slug: str = "wave", **fields: object) -> Wave:
    return make_wave(slug, **{"kind": "simulated", "status": "draft", **fields})


def tallies(wave: Wave) -> list[tuple[object, ...]]:
    rows = Tally.objects.filter(wave=wave).order_by("slice", "cell")
    return [
        (*key, bytes(counts))
        for *key, counts in rows.values_list("slice", "cell", "respondents", "counts")
    ]


@pytest.mark.parametrize("slug", ["public-confidence", "staff-confidence"])
def test_every_invented_answer_fits_the_questionnaire_and_answers_what_is_required(
    slug: str,
) -> None:
    document = load(LIBRARY / f"{slug}.yaml").document
    for answers in invented(document, 300, random.Random(1)):
        assert problems(document, answers) == []
        assert not any(
            option.screens_out and option.code == answers.get(code)
            for code, question in document.questions.items()
            for option in getattr(question, "options", ())
        )


def test_a_simulated_wave_is_collected_counted_and_closed() -> None:
    wave = simulated()
    assert simulate(wave, 120, seed=5) == 120
    wave.refresh_from_db()
    assert wave.status == "closed"
    assert wave.kind == "simulated"
    assert Response.objects.filter(wave=wave).count() == 120
    assert not Inbox.objects.exists()
    days = set(Response.objects.values_list("submitted_on", flat=True))
    assert days <= {wave.opens_on + datetime.timedelta(day) for day in range(15)}
    assert len(days) > 5


def test_the_same_seed_gives_the_same_tallies_and_another_seed_others() -> None:
    version = make_wave("first", status="closed").version
    waves = [simulated(name, version=version) for name in ("a", "b", "c")]
    for wave, seed in zip(waves, (7, 7, 8), strict=True):
        simulate(wave, 60, seed=seed)
    first, again, other = map(tallies, waves)
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "live"}, "only a simulated wave"),
        ({"kind": "pilot"}, "only a simulated wave"),
        ({"status": "closed"}, "is not empty"),
    ],
)
def test_no_other_wave_takes_invented_respondents(fields: dict[str, str], reason: str) -> None:
    with pytest.raises(SimulationRefused, match=reason):
        simulate(simulated(**fields), 10, seed=1)
    assert not Response.objects.exists()


def test_a_wave_is_simulated_once() -> None:
    wave = simulated()
    simulate(wave, 20, seed=1)
    wave.refresh_from_db()
    with pytest.raises(SimulationRefused, match="is not empty"):
        simulate(wave, 20, seed=2)
    assert Response.objects.count() == 20


def test_a_service_that_holds_real_answers_never_simulates(settings) -> None:
    settings.SIMULATE = False
    with pytest.raises(SimulationRefused, match="real answers"):
        simulate(simulated(), 10, seed=1)


@pytest.mark.parametrize("respondents", [0, -5])
def test_nobody_is_no_number_of_respondents(respondents: int) -> None:
    with pytest.raises(SimulationRefused, match="at least one"):
        simulate(simulated(), respondents, seed=1)
