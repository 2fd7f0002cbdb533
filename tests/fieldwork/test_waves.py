"""Waves open and close when they should, and never otherwise."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from surveys.fieldwork.keys import NoKey, mixing_key
from surveys.fieldwork.models import Population, Wave
from surveys.fieldwork.waves import (
    WaveRefused,
    create_wave,
    give_keys,
    open_and_close_due,
    open_wave,
)
from tests.fieldwork.small import document, make_wave, publish

pytestmark = pytest.mark.django_db


def new_wave(**fields) -> Wave:
    today = timezone.localdate()
    given = {
        "slug": "new",
        "title": "New",
        "version": fields.get("version") or publish(document()),
        "opens_on": today,
        "closes_on": today,
        "weighting": "none",
    }
    return create_wave(**{**given, **fields})


def test_a_wave_of_staff_is_opened_only_where_its_key_can_be_kept(settings):
    wave = new_wave(version=publish(document("s", "staff")), slug="keyless")
    folder, settings.WAVE_KEYS_DIR = settings.WAVE_KEYS_DIR, ""
    with pytest.raises(NoKey, match="WAVE_KEYS_DIR"):
        open_wave(wave)
    open_and_close_due()
    wave.refresh_from_db()
    assert wave.status == "draft"
    settings.WAVE_KEYS_DIR = folder
    opened = open_wave(wave)
    assert opened.status == "open"
    assert mixing_key("keyless", bytes(opened.mixing_public))


def test_an_open_wave_of_staff_from_before_answers_were_sealed_gets_a_key():
    wave = make_wave("older", audience="staff", mixing_public=b"0" * 32)
    with connection.cursor() as cursor:  # as it stood before there was a guard
        cursor.execute(f"DROP TRIGGER wave_of_staff_opens_sealed{on_wave()}")
        Wave.objects.filter(pk=wave.pk).update(mixing_public=None)
    assert give_keys() == ["older"]
    wave.refresh_from_db()
    assert mixing_key("older", bytes(wave.mixing_public))
    assert give_keys() == []


def on_wave() -> str:
    return " ON surveys_wave" if connection.vendor == "postgresql" else ""


def test_a_wave_opens_on_its_day_and_closes_after_its_grace():
    wave = new_wave()
    assert open_and_close_due() == (["new"], [])
    assert open_and_close_due() == ([], [])
    with time_machine.travel(wave.accepts_until - datetime.timedelta(seconds=1)):
        assert open_and_close_due() == ([], [])
    with time_machine.travel(wave.accepts_until):
        assert open_and_close_due() == ([], ["new"])


def test_a_wave_that_is_filled_from_a_file_does_not_open_by_itself():
    new_wave(sampling="panel")
    assert open_and_close_due() == ([], [])


def test_a_simulated_wave_never_opens():
    with pytest.raises(WaveRefused, match="simulated"):
        open_wave(new_wave(kind="simulated"))


def test_only_one_live_wave_of_a_questionnaire_and_sampling_is_open():
    version = publish(document())
    open_wave(new_wave(version=version))
    with pytest.raises(ValidationError, match="Another wave of this questionnaire is open"):
        open_wave(new_wave(version=version, slug="second"))
    with pytest.raises(IntegrityError):
        Wave.objects.filter(slug="second").update(status="open")


def test_a_wave_that_closes_before_it_opens_is_refused():
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="on or after the opening date"):
        new_wave(closes_on=today - datetime.timedelta(1))


def test_a_population_that_the_answers_cannot_make_is_refused():
    population = Population.objects.create(slug="moon", title="The moon")
    for place, category in enumerate(("female", "lunar")):
        population.margins.create(
            variable="sex", category=category, label=category, position=place,
            share="0.5", printed_percent="50", reference_date="2026", source="invented",
        )  # fmt: skip
    with pytest.raises(WaveRefused, match="sex lunar"):
        new_wave(population=population, weighting="raked")


def test_an_unpublished_version_cannot_be_asked():
    version = publish(document())
    version.status = "draft"
    with pytest.raises(WaveRefused, match="not published"):
        new_wave(version=version)


@pytest.mark.parametrize(
    "change",
    [{"weighting": "raked"}, {"mixing_minimum": 10}, {"weighting": "supplied"}],
    ids=["raked to nothing", "mixes fewer than 11", "supplied weights and open"],
)
def test_the_database_refuses_a_wave_that_breaks_a_rule(change):
    wave = make_wave()
    with pytest.raises(IntegrityError):
        Wave.objects.filter(pk=wave.pk).update(**change)


def test_the_kind_of_a_wave_is_fixed_by_its_first_answer():
    wave = make_wave()
    Wave.objects.filter(pk=wave.pk).update(tally_revision=1)
    with pytest.raises(IntegrityError, match="wave_kind_fixed_by_its_first_answer"):
        Wave.objects.filter(pk=wave.pk).update(kind="pilot")


def test_a_wave_follows_another_though_nobody_was_there_at_midnight():
    first = new_wave()
    open_and_close_due()
    tomorrow = timezone.localdate() + datetime.timedelta(1)
    new_wave(slug="next", version=first.version, opens_on=tomorrow, closes_on=tomorrow)
    other = publish(document("other"))
    new_wave(slug="other", version=other, opens_on=tomorrow, closes_on=tomorrow)
    with time_machine.travel(first.accepts_until - datetime.timedelta(minutes=1)):
        # In the grace of the first, the next one of its questionnaire waits; others do not.
        assert open_and_close_due() == (["other"], [])
    with time_machine.travel(first.accepts_until + datetime.timedelta(hours=3)):
        assert open_and_close_due() == (["next"], ["new"])
