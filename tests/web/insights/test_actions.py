"""Where managers tell what changed, and where everybody reads it."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.questionnaires.models import Questionnaire
from surveys.reports.models import Action
from tests.reports.actions import published
from tests.reports.demonstration import load_library, simulated_wave
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
TOLD = {
    "heard": "You worried about less human contact.",
    "did": "Each letter names a person to call.",
    "happened_on": "27/3/2026",
}


def text(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").text.split())


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("", "get"),
        ("add", "get"),
        ("add", "post"),
        ("{pk}/", "get"),
        ("{pk}/", "post"),
        ("{pk}/publish", "post"),
        ("{pk}/withdraw", "post"),
    ],
)
def test_managers_only_come_in(client: Client, path: str, method: str) -> None:
    action = published()
    address = f"/insights/actions/{path.format(pk=action.pk)}"
    assert getattr(client, method)(address)["Location"].startswith("/sign-in?next=")
    for group in ("leader", "analyst"):
        sign_in(client, group)
        assert getattr(client, method)(address).status_code == 404
    sign_in(client, "manager")
    answer = getattr(client, method)(address)
    assert answer.status_code in (200, 302, 422)
    assert answer["Cache-Control"] == "private, no-store"


def test_a_manager_writes_publishes_changes_and_withdraws(client: Client) -> None:
    load_library()
    sign_in(client, "manager")
    chosen = {"about_public-confidence": ["biggest_risks", "ai_distant"]}
    added = client.post("/insights/actions/add", {**TOLD, **chosen}, follow=True)
    assert "What you wrote is saved" in text(added)
    assert "Draft" in text(added)
    action = Action.objects.get()
    assert str(action.created_by) == "manager@example.org"
    assert action.happened_on == datetime.date(2026, 3, 27)
    told = set(action.subjects.values_list("questionnaire__slug", "question"))
    assert told == {
        ("public-confidence", "biggest_risks"),
        ("public-confidence", "ai_distant"),
    }
    assert TOLD["did"] not in text(client.get("/what-changed"))
    shown = client.post(f"/insights/actions/{action.pk}/publish", follow=True)
    assert "everybody can read it now" in text(shown)
    page = text(client.get("/what-changed"))
    assert TOLD["did"] in page
    assert "27 March 2026" in page
    assert "biggest risks of automation and AI" in page
    form = client.get(f"/insights/actions/{action.pk}/")
    assert 'value="27/03/2026"' in form.content.decode()
    assert "Everybody sees your changes as soon as you save them" in text(form)
    checked = BeautifulSoup(form.content, "html.parser").select("input[checked]")
    assert {str(one["value"]) for one in checked} == {"biggest_risks", "ai_distant"}
    client.post(f"/insights/actions/{action.pk}/", {**TOLD, "did": "We did more."})
    assert "We did more." in text(client.get("/what-changed"))
    assert not action.subjects.exists()
    client.post(f"/insights/actions/{action.pk}/withdraw")
    assert "We did more." not in text(client.get("/what-changed"))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("heard", "  ", "Enter what you heard"),
        ("did", "", "Enter what you did about it"),
        ("did", "x" * 601, "Enter 600 characters or fewer"),
        ("happened_on", "", "Enter the date when it was done"),
        ("happened_on", "31/2/2026", "Enter a real date, like 27/3/2026"),
        ("happened_on", "9" * 5000, "Enter a real date, like 27/3/2026"),
        ("happened_on", "27/3/2926", "Enter a date that is today or in the past"),
        ("link", "http://example.org/", "Enter an address that begins with https://"),
        ("link", "javascript:alert(1)", "Enter an address that begins with https://"),
        ("link", "https://", "Enter an address that begins with https://"),
        ("link", f"https://example.org/{'x' * 500}", "Enter an address of 500 characters"),
        ("about_public-confidence", "no_such", "Choose from the questions that are listed"),
        ("heard", "a\0b", "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, field: str, value: str, message: str
) -> None:
    load_library()
    sign_in(client, "manager")
    answer = client.post("/insights/actions/add", {**TOLD, "did_cy": "Cymraeg", field: value})
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Error:" in text(answer)
    assert "Cymraeg" in text(answer)
    assert not Action.objects.exists()


def test_dates_are_read_as_people_write_them(client: Client) -> None:
    sign_in(client, "manager")
    for written in ("27/3/2026", "27 3 2026", "27.3.2026", "27 March 2026", "2026-03-27"):
        client.post("/insights/actions/add", {**TOLD, "happened_on": written})
    days = set(Action.objects.values_list("happened_on", flat=True))
    assert days == {datetime.date(2026, 3, 27)}
    assert Action.objects.count() == 5


def test_a_question_that_is_no_longer_asked_stays_with_its_action(client: Client) -> None:
    load_library()
    asked = Questionnaire.objects.get(slug="public-confidence")
    action = published(subjects=[(asked.pk, "asked_once")])
    sign_in(client, "manager")
    page = client.get(f"/insights/actions/{action.pk}/")
    assert "No longer asked" in text(page)
    client.post(
        f"/insights/actions/{action.pk}/", {**TOLD, "about_public-confidence": "asked_once"}
    )
    assert action.subjects.get().question == "asked_once"


def test_it_stands_beside_the_trend_of_its_question(client: Client) -> None:
    load_library()
    release = simulated_wave("public", 1)
    asked = release.wave.questionnaire_id
    published(did="About risks.", subjects=[(asked, "biggest_risks")])
    sign_in(client, "leader")
    page = client.get("/insights/public-confidence/").content
    cards = BeautifulSoup(page, "html.parser")
    assert "About risks." in cards.select_one("#biggest_risks").text  # type: ignore[union-attr]
    assert "About risks." not in cards.select_one("#more_or_less").text  # type: ignore[union-attr]


def test_many_actions_take_the_same_queries(client: Client) -> None:
    load_library()
    asked = Questionnaire.objects.get(slug="public-confidence")
    sign_in(client, "manager")
    counts = []
    for _ in range(2):
        published(subjects=[(asked.pk, "ai_quality"), (asked.pk, "")])
        client.get("/insights/actions/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/insights/actions/")
        counts.append(len(captured))
    assert counts == [6, 6]  # who asks (three), the versions, the actions, what they are about
