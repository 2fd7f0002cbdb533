"""Web, worker and beat on PostgreSQL and Redis, as an operator starts them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.site import Site, roles, until

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]


@pytest.fixture
def site(tmp_path: Path, transactional_db: None) -> Iterator[Site]:
    """The site on the database of this test run."""
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    made = Site(
        tmp_path / "var",
        DATABASE_URL=f"{base}/{connection.settings_dict['NAME']}",
        REDIS_URL=settings.REDIS_URL,
        WEB_WORKERS="2",
        LOG_LEVEL="INFO",
    ).start()
    yield made
    made.process.terminate()
    made.end()


def test_sync_workers_answer_and_a_task_goes_through_redis(site: Site) -> None:
    site.wait_for("Press Ctrl-C to stop")
    assert roles(site.members()) == {"gunicorn", "worker", "beat"}
    assert site.get("/healthz") == (200, "ok\n")
    logs = site.folder / "log"
    web = (logs / "web.log").read_text()
    assert "Using worker: sync" in web
    assert web.count("Booting worker") == 2
    until(lambda: "Task surveys.collect_waiting" in (logs / "worker.log").read_text())
    until(lambda: "succeeded" in (logs / "worker.log").read_text())


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DRAFT_PEPPERS", "REDIS_URL"])
def test_the_full_profile_does_not_start_without(missing: str, tmp_path: Path) -> None:
    asked = Site(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1/none", REDIS_URL="redis://x")
    del asked.environment[missing]
    assert asked.start().end() == 1
    assert missing in asked.told
    assert asked.told.count("\n") == 1, "a sentence, not a traceback"
