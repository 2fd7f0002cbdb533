"""Who gets in, who does not, and what they are told."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys.fieldwork.drafts import DraftBusy
from surveys.fieldwork.models import Draft, Inbox, Wave
from surveys.fieldwork.waves import close_wave
from surveys.web.public import journey
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, begin, chance_chooser, soup
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return " ".join(soup(response).text.split())


def days(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(number)


def test_home_lists_what_is_open_and_what_is_over(client: Client) -> None:
    wave_of(document("one"), "one")
    wave_of(document("two", "staff"), "two", kind="pilot")
    wave_of(document("three"), "three", title="Spring", status="closed")
    wave_of(document("four"), "four", title="Autumn", status="published", kind="simulated")
    wave_of(document("five"), "five", title="Hidden", status="draft")
    wave_of(document("six"), "six", title="Panel", sampling="panel")
    page = client.get("/")
    cards = soup(page).select(".app-cards > li")
    assert len(cards) == 2
    assert {card.select_one("a")["href"] for card in cards} == {"/s/one/", "/s/two/"}  # type: ignore[index]
    assert [card for card in cards if "Trial run" in card.text and "NHS staff" in card.text]
    over = soup(page).select(".app-over > li")
    assert len(over) == 2
    simulated = next(one for one in over if "Autumn" in one.text)
    assert "Simulated answers" in simulated.text
    assert "Hidden" not in text(page)


def test_home_without_any_survey_says_so(client: Client) -> None:
    assert "No survey is open now" in text(client.get("/"))


def test_the_start_page_says_what_comes(client: Client) -> None:
    wave_of(library("public-confidence"))
    told = text(client.get("/s/wave/"))
    for words in ("About 5 minutes", "Who is asking", "What happens", "take your answers back"):
        assert words in told
    assert "What NHS staff ask us" not in told


def test_the_start_page_for_staff_answers_what_staff_ask(client: Client) -> None:
    wave_of(library("staff-confidence"), kind="pilot")
    told = text(client.get("/s/wave/"))
    for words in (
        "Does my manager see what I say?",
        "Does my trust know whether I answered?",
        "11 people. If fewer people in a group answered, we show nothing about it.",
        "Can I use my own phone? Can I do it in working time?",
        "Freedom to Speak Up Guardian",
        "Answers given here do not count in any result",
    ):
        assert words in told


def test_nothing_is_kept_before_somebody_agrees(client: Client) -> None:
    wave_of(small())
    client.get("/s/wave/")
    client.get("/s/wave/consent")
    assert not Draft.objects.exists()
    assert "draft" not in client.cookies


def test_agreeing_again_ends_the_draft_that_this_device_held(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    begin(client, wave)
    assert Draft.objects.count() == 1


def test_somebody_who_comes_back_can_continue(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    client.post("/s/wave/q/sex", {"sex": "male"})
    link = soup(client.get("/s/wave/")).select_one(".app-continue a")
    assert link
    assert link["href"] == "/s/wave/q/nation"
    Walk(client, wave, chance_chooser(1)).on(client.get("/s/wave/q/sex"))
    assert soup(client.get("/s/wave/")).select_one(".app-continue a")["href"] == "/s/wave/check"  # type: ignore[index]


@pytest.mark.parametrize("path", ["q/sex", "q/aware", "check"])
def test_without_a_cookie_there_is_nothing_to_show(client: Client, path: str) -> None:
    wave_of(small())
    answer = client.get(f"/s/wave/{path}")
    assert answer.status_code == 410
    assert "We do not have your answers" in text(answer)


@pytest.mark.parametrize("value", ["", "A" * 26, "é", "../..", "x" * 3000, '"; path=/'])
def test_a_cookie_that_opens_nothing_is_as_good_as_none(client: Client, value: str) -> None:
    wave = wave_of(small())
    begin(client, wave)
    client.cookies["draft"] = value
    for path in ("q/sex", "check"):
        assert client.get(f"/s/wave/{path}").status_code == 410
    assert client.post("/s/wave/submit").status_code == 410
    assert client.post("/s/wave/q/sex", {"sex": "male"}).status_code == 410
    assert not Inbox.objects.exists()


def test_an_expired_draft_and_an_unknown_one_are_told_the_same(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    Draft.objects.all().delete()
    expired = client.get("/s/wave/q/sex")
    assert expired.content == Client().get("/s/wave/q/sex").content


def test_a_draft_of_one_survey_opens_no_other(client: Client) -> None:
    wave = wave_of(small("one"))
    wave_of(small("two"), "other")
    begin(client, wave)
    client.cookies["draft"]["path"] = "/"
    assert client.get("/s/other/q/sex").status_code == 410


def test_a_receipt_of_one_survey_or_a_changed_one_shows_nothing(client: Client) -> None:
    wave = wave_of(small("one"))
    wave_of(small("two"), "other")
    walk = Walk(client, wave, chance_chooser(1))
    walk.to_check()
    walk.send()
    assert client.get("/s/wave/done").status_code == 200
    client.cookies["receipt"]["path"] = "/"
    assert client.get("/s/other/done").status_code == 410
    client.cookies["receipt"] = "A" * 20 + client.cookies["receipt"].value[20:]
    assert client.get("/s/wave/done").status_code == 410


def test_a_closed_survey_says_so_on_every_page(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    close_wave(wave)
    for path in ("", "consent", "q/sex", "check"):
        assert "This survey is closed" in text(client.get(f"/s/wave/{path}"))
    for path in ("consent", "q/sex", "submit"):
        assert "This survey is closed" in text(client.post(f"/s/wave/{path}", {"sex": "male"}))
    assert not Draft.objects.exists()
    assert not Inbox.objects.exists()


def test_after_the_grace_nothing_is_accepted_though_nobody_has_closed_it(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    Wave.objects.filter(pk=wave.pk).update(closes_on=days(-2))
    assert "This survey is closed" in text(client.get("/s/wave/q/sex"))
    assert "This survey is closed" in text(client.post("/s/wave/submit"))
    assert not Inbox.objects.exists()


def test_a_survey_that_is_not_open_yet_says_when(client: Client) -> None:
    wave_of(small(), status="draft", opens_on=days(3), closes_on=days(9))
    told = text(client.get("/s/wave/"))
    assert "This survey is not open yet" in told
    assert f"{days(3):%B %Y}" in told
    assert "not open yet" in text(client.post("/s/wave/consent"))
    assert not Draft.objects.exists()


def test_a_simulated_survey_says_that_nobody_answered_it(client: Client) -> None:
    wave_of(small(), status="closed", kind="simulated")
    assert "Nobody real gave these answers" in text(client.get("/s/wave/"))


@pytest.mark.parametrize("path", ["", "consent", "q/sex", "check", "done", "leave", "ended"])
def test_a_survey_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/s/nowhere/{path}").status_code == 404


def test_leaving_deletes_the_draft_and_clears_the_device(client: Client) -> None:
    begin(client, wave_of(small()))
    answer = client.post("/s/wave/leave")
    assert not Draft.objects.exists()
    assert answer.cookies["draft"].value == ""
    assert answer.cookies["draft"]["path"] == "/s/wave/"
    assert answer.cookies["receipt"].value == ""
    assert answer["Clear-Site-Data"] == '"cache"'
    assert "This device is clear" in text(client.get("/s/wave/leave"))


def test_looking_at_the_page_about_leaving_deletes_nothing(client: Client) -> None:
    begin(client, wave_of(small()))
    client.get("/s/wave/leave")
    assert Draft.objects.exists()


def test_leaving_after_sending_keeps_what_was_sent(client: Client) -> None:
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    walk.send()
    client.post("/s/wave/leave")
    assert Inbox.objects.count() == 1
    assert client.get("/s/wave/done").status_code == 410


def test_every_question_page_offers_to_leave(client: Client) -> None:
    wave = wave_of(document())
    Walk(client, wave, chance_chooser(1)).to_check()
    for code in document().pages_by_code:
        page = soup(client.get(f"/s/wave/q/{code}"))
        assert page.select_one('form[action="/s/wave/leave"] button')


def test_a_draft_that_others_keep_saving_asks_to_try_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise DraftBusy("again")

    begin(client, wave_of(small()))
    monkeypatch.setattr(journey, "save_page", busy)
    answer = client.post("/s/wave/q/sex", {"sex": "male"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
