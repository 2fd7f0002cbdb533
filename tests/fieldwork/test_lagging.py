"""Where answers lag behind a target managers are told how many, and never who."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from surveys.fieldwork.lagging import lagging, managers_of, tell_managers
from surveys.fieldwork.models import Organisation, Wave
from tests.fieldwork.small import make_wave
from tests.fieldwork.test_mixing import organisation
from tests.support.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Organisation:
    organisation("QE1")
    return organisation("RX1", "QE1")


@pytest.fixture
def wave(place: Organisation) -> Wave:
    """Halfway: the seventh of fourteen days."""
    today = timezone.localdate()
    made = make_wave(
        audience="staff", sampling="invited",
        opens_on=today - datetime.timedelta(6), closes_on=today + datetime.timedelta(7),
    )  # fmt: skip
    made.response_targets.create(organisation=place, percent=40)
    return made


def counted(wave: Wave, place: Organisation, answered: int | None, invited: int = 200) -> None:
    wave.response_counts.create(
        organisation=place, counted_on=timezone.localdate(), invited=invited, answered=answered
    )


@pytest.mark.parametrize(
    ("answered", "lags"),
    # Halfway to 40% are 20%; three quarters of that are 15% of 200: 30 people.
    [(None, True), (25, True), (30, False), (60, False)],
)
def test_it_lags_below_three_quarters_of_what_the_days_ask_for(
    wave: Wave, place: Organisation, answered: int | None, lags: bool
) -> None:
    counted(wave, place, answered)
    assert bool(lagging(wave)) is lags


def test_in_the_first_quarter_nothing_is_said(wave: Wave, place: Organisation) -> None:
    counted(wave, place, None)
    with time_machine.travel(timezone.now() - datetime.timedelta(4)):
        assert not lagging(wave)


def test_managers_are_told_once_a_week_and_of_nobody(wave: Wave, place: Organisation) -> None:
    person("manager", of=place, email="lead@nhs.example")
    person("leader", of=place, email="leader@nhs.example")
    person("manager", email="national@nhs.example")
    counted(wave, place, 20)
    assert tell_managers(wave) == 1
    assert tell_managers(wave) == 0
    (message,) = mail.outbox
    assert message.bcc == ["lead@nhs.example"]
    assert message.to == []
    assert "about 10% of those who were invited have answered" in message.body
    assert "the target is 40%" in message.body
    with time_machine.travel(timezone.now() + datetime.timedelta(7)):
        assert tell_managers(wave) == 1


def test_fewer_than_11_is_told_to_nobody(wave: Wave, place: Organisation) -> None:
    person("manager", of=place, email="lead@nhs.example")
    counted(wave, place, None)
    tell_managers(wave)
    assert "too few have answered so far to say how many" in mail.outbox[0].body


def test_where_nobody_manages_it_the_next_above_is_told(wave: Wave, place: Organisation) -> None:
    target = wave.response_targets.get()
    assert not managers_of(target)
    person("manager", email="national@nhs.example")
    assert [str(one) for one in managers_of(target)] == ["national@nhs.example"]
    person("manager", of=Organisation.objects.get(code="QE1"), email="system@nhs.example")
    assert [str(one) for one in managers_of(target)] == ["system@nhs.example"]


@pytest.mark.parametrize("percent", [0, 101])
def test_a_target_is_a_percentage(wave: Wave, percent: Any) -> None:
    with pytest.raises(IntegrityError, match="response_target_is_a_percentage"):
        wave.response_targets.update(percent=percent)
