"""A connection to PostgreSQL that is kept between requests is looked at before it is used."""

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

connection = connections["default"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def as_in_a_new_request(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection, "health_check_enabled", True)
    monkeypatch.setattr(connection, "health_check_done", False)


def own_process() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number: int = cursor.fetchone()[0]
    return number


def test_a_server_that_has_hung_up_costs_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    before = own_process()
    told = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    told.pop("context", None)
    told.pop("prepare_threshold", None)
    with psycopg.connect(**told, autocommit=True) as another:
        another.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    monkeypatch.setattr(connection, "health_check_done", False)
    assert own_process() != before


def test_a_server_that_is_there_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("it was asked"))
    with CaptureQueriesContext(connection) as asked:
        own_process()
    assert len(asked) == 1
    assert connection.health_check_done
