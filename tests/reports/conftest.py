"""Time for reports: a day passes when a test says so."""

import datetime
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from surveys.fieldwork.inbox import root_id
from surveys.questionnaires.versions import frozen
from surveys.reports.models import Release
from tests.reports.demonstration import load_library, simulated_wave


@pytest.fixture(scope="module")
def two_published(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[int]]:
    """The keys of two published waves, made once for a module: each takes more than a second.

    They lie in a transaction around those of the module's tests, and are rolled back with it. A
    test that follows finds them too, whether it asks for them or not.
    """
    for remembered in (frozen, root_id):  # of tests that were rolled back
        remembered.cache_clear()
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around._from_testcase = True  # durable blocks may lie in it, as in those of a test
        with around:
            load_library()
            yield [simulated_wave("public", number).pk for number in (1, 2)]
            transaction.set_rollback(True)


@pytest.fixture
def releases(two_published: list[int], db: None) -> list[Release]:
    """Two published waves of the public questionnaire that we ship, of simulated answers."""
    found = [Release.objects.select_related("wave").get(pk=key) for key in two_published]
    frozen(found[0].wave.version_id)  # remembered, as it is by whoever made them
    return found


@pytest.fixture
def time_machine_day() -> Iterator[Callable[[], None]]:
    """Freeze the clock; calling the fixture lets a day pass."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as traveller:
        yield lambda: traveller.shift(datetime.timedelta(days=1, minutes=1))
