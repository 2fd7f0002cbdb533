"""A picture of an explainer on its page: served from here, and described in the page's language."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

from tests.journeys.walking import Walk, chance_chooser, soup
from tests.web.public.every import library, wave_of

pytestmark = pytest.mark.django_db
ARMS = {"technology": "vha", "explanation": "who_decides"}  # the one that is explained to


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Three drawings in a row. First"), ("cy", "Tri llun mewn rhes. Yn gyntaf")],
)
def test_the_picture_is_described_in_the_language_of_the_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setattr("surveys.fieldwork.drafts.draw_arms", lambda *_: ARMS)
    client.cookies["language"] = language
    Walk(client, wave_of(library("public-confidence")), chance_chooser(1)).to_check()
    page = soup(client.get("/s/wave/q/explainer"))
    translation.activate("en")  # a request leaves its language to whatever runs next
    picture = page.select_one(".app-explainer img")
    assert picture is not None
    assert str(picture["alt"]).startswith(told)
    # By the tag of assets, which adds a hash to the name wherever these are collected.
    assert picture["src"] == "/static/pictures/who-decides.svg"
    assert (picture["width"], picture["height"]) == ("640", "220")


def test_the_picture_is_collected_from_the_library() -> None:
    found = finders.find("pictures/who-decides.svg")
    assert found is not None
    assert Path(found).is_relative_to(settings.BASE_DIR / "surveys/questionnaires/library")
