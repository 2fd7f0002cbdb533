"""An installation for each drill, on the engine under test."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.drills.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation with one open wave, called `wave`."""
    if not settings.FULL_PROFILE:
        made = Installation(tmp_path)
        yield from _with_a_wave(made)
        return
    base = settings.DATABASES["default"]
    name = f"drill_{uuid.uuid4().hex[:12]}"
    server = {
        "host": base["HOST"],
        "port": base["PORT"] or 5432,
        "user": base["USER"],
        "password": base["PASSWORD"],
    }
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        address = f"{server['user']}:{server['password']}@{server['host']}:{server['port']}"
        made = Installation(tmp_path, f"postgres://{address}/{name}", settings.REDIS_URL)
        try:
            yield from _with_a_wave(made)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _with_a_wave(made: Installation) -> Iterator[Installation]:
    made.manage("migrate", "--verbosity", "0")
    made.run("make_wave('wave'); say(True)")
    yield made
    made.stop()
