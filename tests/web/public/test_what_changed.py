"""What changed because of what people said, where everybody reads it."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from surveys.questionnaires.models import Questionnaire
from surveys.reports.models import Action
from surveys.web.actions import shown_actions
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, chance_chooser
from tests.reports.actions import published
from tests.web.public.every import wave_of

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").text.split())


def test_home_shows_the_latest_three(client: Client) -> None:
    assert "What changed" not in text(client.get("/"))
    for day in range(1, 6):
        published(did=f"Deed {day}.", happened_on=datetime.date(2026, 3, day))
    page = text(client.get("/"))
    assert [day for day in range(1, 6) if f"Deed {day}." in page] == [3, 4, 5]
    everything = text(client.get("/what-changed"))
    assert all(f"Deed {day}." in everything for day in range(1, 6))


def test_the_confirmation_shows_what_is_about_this_survey_or_all(client: Client) -> None:
    wave = wave_of(small())
    other = Questionnaire.objects.create(slug="other", audience="staff", title="Other")
    published(did="About all.")
    published(did="About this.", subjects=[(wave.questionnaire_id, "aware")])
    published(did="About another.", subjects=[(other.pk, "")])
    walk = Walk(client, wave, chance_chooser(1, aware="no"))
    walk.to_check()
    page = text(walk.send())
    assert "About all." in page
    assert "About this." in page
    assert "About another." not in page


def test_a_made_up_example_says_so_wherever_it_is_shown(client: Client) -> None:
    wave = wave_of(small())
    published(invented=True)
    walk = Walk(client, wave, chance_chooser(1, aware="no"))
    walk.to_check()
    for page in (client.get("/"), client.get("/what-changed"), walk.send()):
        assert "Made-up example This did not happen" in text(page)


def test_welsh_is_shown_on_welsh_pages_and_english_is_marked_where_it_is_missing() -> None:
    action = Action(heard="Heard.", heard_cy="Clywed.", did="Done.", happened_on=timezone.now())
    with translation.override("cy"):
        (shown,) = shown_actions([action])
    assert (shown.heard.text, shown.heard.language) == ("Clywed.", "")
    assert (shown.did.text, shown.did.language) == ("Done.", "en")
    with translation.override("en"):
        (shown,) = shown_actions([action])
    assert (shown.heard.text, shown.did.language) == ("Heard.", "")


def test_a_link_leads_out_without_saying_from_where(client: Client) -> None:
    published(link="https://example.org/more")
    page = BeautifulSoup(client.get("/what-changed").content, "html.parser")
    link = page.select_one('a[href="https://example.org/more"]')
    assert link
    assert link["rel"] == ["noreferrer"]


def test_what_was_written_is_shown_as_words(client: Client) -> None:
    published(did="<script>alert(1)</script> & more")
    html = client.get("/what-changed").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_many_actions_take_the_same_queries(client: Client) -> None:
    asked = wave_of(small()).questionnaire_id
    counts = []
    for _ in range(2):
        published(subjects=[(asked, "aware"), (asked, "")])
        client.get("/what-changed")
        with CaptureQueriesContext(connection) as captured:
            client.get("/what-changed")
        counts.append(len(captured))
    assert counts == [3, 3]  # the actions, what they are about, the versions
