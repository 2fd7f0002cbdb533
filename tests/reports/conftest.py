"""Time for reports: a day passes when a test says so."""

import datetime
from collections.abc import Callable, Iterator

import pytest
import time_machine

from surveys.reports.models import Release
from tests.reports.demonstration import load_library, simulated_wave


@pytest.fixture
def releases() -> list[Release]:
    """Two published waves of the public questionnaire that we ship, of simulated answers."""
    load_library()
    return [simulated_wave("public", 1), simulated_wave("public", 2)]


@pytest.fixture
def time_machine_day() -> Iterator[Callable[[], None]]:
    """Freeze the clock; calling the fixture lets a day pass."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as traveller:
        yield lambda: traveller.shift(datetime.timedelta(days=1, minutes=1))
