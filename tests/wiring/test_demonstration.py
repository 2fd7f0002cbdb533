"""What `make run` shows: made once, mended when run again, rolled on when run weeks later."""

import dataclasses
import datetime
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from surveys.fieldwork.models import Response, User, Wave
from surveys.management.commands import demonstration
from surveys.reports.models import Release

pytestmark = pytest.mark.django_db
FIRST_RUN = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def small_and_apart(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path
) -> None:
    """Fewer respondents than `make run` invents: what is shown here does not depend on them."""
    few = tuple(dataclasses.replace(each, respondents=400) for each in demonstration.SERIES)
    monkeypatch.setattr(demonstration, "SERIES", few)
    settings.SECRETS_DIR = tmp_path


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FIRST_RUN, tick=False) as traveller:
        yield traveller


def demonstrate() -> str:
    told = StringIO()
    call_command("demonstration", stdout=told)
    return told.getvalue()


def waves() -> list[tuple[str, str, str, str]]:
    return [
        (wave.slug, wave.kind, wave.status, str(wave.opens_on))
        for wave in Wave.objects.order_by("slug")
    ]


def test_a_first_run_makes_two_published_waves_and_an_open_one_for_each_audience(
    clock: time_machine.Traveller,
) -> None:
    demonstrate()
    # 24 November 2026 less 32 and 16 weeks.
    assert waves() == [
        ("demonstration-public-1", "simulated", "published", "2026-04-14"),
        ("demonstration-public-2", "simulated", "published", "2026-08-04"),
        ("demonstration-public-3", "live", "open", "2026-11-24"),
        ("demonstration-staff-1", "simulated", "published", "2026-04-14"),
        ("demonstration-staff-2", "simulated", "published", "2026-08-04"),
        ("demonstration-staff-3", "pilot", "open", "2026-11-24"),
    ]
    assert Release.objects.filter(state="published").count() == 4
    for wave in Wave.objects.all():
        answered = Response.objects.filter(wave=wave).count()
        assert answered == (400 if wave.simulated else 0)


def test_a_second_run_changes_nothing(clock: time_machine.Traveller) -> None:
    demonstrate()
    before = waves(), list(Release.objects.values_list("pk", "state"))
    assert "Simulating" not in demonstrate()
    assert (waves(), list(Release.objects.values_list("pk", "state"))) == before


def test_weeks_later_the_lapsed_wave_is_closed_and_the_next_one_opened(
    clock: time_machine.Traveller,
) -> None:
    demonstrate()
    clock.move_to(FIRST_RUN + datetime.timedelta(weeks=6))
    demonstrate()
    assert waves()[2:4] == [
        ("demonstration-public-3", "live", "closed", "2026-11-24"),
        ("demonstration-public-4", "live", "open", "2027-01-05"),
    ]


def test_each_role_can_sign_in_with_the_password_that_is_printed(
    client: Client, settings: LazySettings
) -> None:
    demonstrate()
    path = Path(settings.SECRETS_DIR) / "demonstration_password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for role in ("manager", "analyst", "leader"):
        email = f"{role}@example.org"
        assert client.login(username=email, password=path.read_text())
        person = User.objects.get(email=email)
        assert person.scopes == ((role, "/NATIONAL/"),)
        assert not person.is_superuser


def test_nobody_is_invented_where_simulation_is_off(settings: LazySettings) -> None:
    settings.SIMULATE = False
    with pytest.raises(CommandError, match="SIMULATE=true"):
        demonstrate()
    assert not Wave.objects.exists()
    assert not User.objects.exists()
