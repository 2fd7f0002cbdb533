"""An installation for each drill, on the engine under test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.drills.installation import Installation, database_of_its_own


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation with one open wave, called `wave`."""
    if not settings.FULL_PROFILE:
        made = Installation(tmp_path)
        yield from _with_a_wave(made)
        return
    with database_of_its_own(os.environ["DATABASE_URL"]) as address:
        yield from _with_a_wave(Installation(tmp_path, address, settings.REDIS_URL))


def _with_a_wave(made: Installation) -> Iterator[Installation]:
    made.manage("migrate", "--verbosity", "0")
    made.run("make_wave('wave'); say(True)")
    try:
        yield made
    finally:
        made.stop()
