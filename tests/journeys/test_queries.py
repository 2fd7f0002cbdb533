"""How often respondents' pages ask the database; BEGIN, COMMIT and savepoints are not counted."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.fieldwork.inbox import root_id
from tests.journeys.walking import Walk, begin, chance_chooser
from tests.web.public.every import document, wave_of

pytestmark = pytest.mark.django_db
UNCOUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def answering(client: Client) -> Client:
    """Somebody whose pages have been shown once, so that what stays in memory is there."""
    wave = wave_of(document())
    Walk(client, wave, chance_chooser(1)).to_check()
    return client


def queries(what: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        what()
    said = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in said if not sql.startswith(UNCOUNTED)]


@pytest.mark.parametrize("code", list(document().pages_by_code))
def test_a_question_page_takes_one_query(answering: Client, code: str) -> None:
    assert len(queries(lambda: answering.get(f"/s/wave/q/{code}"))) == 1


def test_keeping_a_page_takes_two_queries(answering: Client) -> None:
    assert len(queries(lambda: answering.post("/s/wave/q/single", {"single": "b"}))) == 2


def test_keeping_a_page_needs_no_transaction(answering: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        answering.post("/s/wave/q/single", {"single": "b"})
    assert len(captured) == 2


def test_a_page_with_an_error_takes_one_query(answering: Client) -> None:
    assert len(queries(lambda: answering.post("/s/wave/q/mixed"))) == 1


def test_the_check_of_all_answers_takes_one_query(answering: Client) -> None:
    assert len(queries(lambda: answering.get("/s/wave/check"))) == 1


def test_sending_takes_two_queries_or_three(answering: Client) -> None:
    root_id()  # asked for once by a process
    said = queries(lambda: answering.post("/s/wave/submit"))
    at_once = connection.vendor == "postgresql"
    expected = ["SELECT", "WITH"] if at_once else ["SELECT", "DELETE", "INSERT"]
    assert [sql.split()[0] for sql in said] == expected


def test_the_home_page_takes_the_same_queries_for_many_waves(client: Client) -> None:
    for number in range(4):
        wave_of(document(f"d{number}"), f"w{number}")
    client.get("/")
    assert len(queries(lambda: client.get("/"))) == 3


def test_beginning_takes_two_queries(client: Client) -> None:
    wave = wave_of(document())
    begin(client, wave)
    fresh = Client()
    assert len(queries(lambda: fresh.post("/s/wave/consent"))) == 2
