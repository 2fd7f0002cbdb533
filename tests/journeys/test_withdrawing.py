"""Taking one's answers back."""

from typing import Any

import pytest
from django.test import Client

from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.models import Comment, Inbox, Response, Tally, Wave
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, begin, chance_chooser, soup
from tests.web.public.every import wave_of

pytestmark = pytest.mark.django_db


def sent(client: Client, wave: Wave) -> str:
    walk = Walk(client, wave, chance_chooser(1))
    walk.to_check()
    shown = soup(walk.send()).select_one(".app-code")
    assert shown
    return shown.text


def text(response: Any) -> str:
    return " ".join(soup(response).text.split())


@pytest.mark.parametrize("collected", [False, True])
def test_a_code_deletes_the_answers_once_it_is_confirmed(client: Client, collected: bool) -> None:
    wave = wave_of(small())
    code = sent(client, wave)
    if collected:
        collect_wave(wave.pk, everything=True)
    asked = client.post("/withdraw", {"code": code.lower()})
    assert "Do you want to delete your answers?" in text(asked)
    assert wave.title in text(asked)
    assert Inbox.objects.count() + Response.objects.count() == 1
    again = soup(asked).select_one("input[name=code]")
    assert again
    done = client.post("/withdraw", {"code": again["value"], "sure": "yes"}, follow=True)
    assert "Your answers are deleted" in text(done)
    assert not Inbox.objects.exists()
    assert not Response.objects.exists()
    assert not Comment.objects.exists()
    assert not Tally.objects.exists()
    assert client.get("/s/wave/done").status_code == 410


def test_after_publication_it_is_said_that_figures_stay(client: Client) -> None:
    wave = wave_of(small())
    code = sent(client, wave)
    collect_wave(wave.pk, everything=True)
    Wave.objects.filter(pk=wave.pk).update(status="published")
    done = client.post("/withdraw", {"code": code, "sure": "yes"}, follow=True)
    assert "Those figures stay as they are" in text(done)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "Enter your code"),
        ("AB12", "Enter the whole code. It has 20 letters and numbers"),
        ("AB12-CD34-EF56-GH78-JK90", "Check the code: no answers that can be deleted have it"),
    ],
)
@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
def test_a_wrong_code_is_told_what_to_do(
    client: Client, code: str, message: str, sure: dict[str, str]
) -> None:
    answer = client.post("/withdraw", {"code": code, **sure})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.title
    assert page.title.text.startswith("Error: ")
    summary = page.select_one(".nhsuk-error-summary a")
    assert summary
    assert summary.text.startswith(message)
    assert summary["href"] == "#id_code"
    assert page.select_one("#id_code").get("value", "") == code  # type: ignore[union-attr]


def test_a_code_works_once(client: Client) -> None:
    code = sent(client, wave_of(small()))
    client.post("/withdraw", {"code": code, "sure": "yes"})
    assert client.post("/withdraw", {"code": code, "sure": "yes"}).status_code == 422


def test_a_code_stands_in_no_address(client: Client) -> None:
    code = sent(client, wave_of(small()))
    done = client.post("/withdraw", {"code": code, "sure": "yes"}, follow=True)
    for address, _status in done.redirect_chain:
        assert code not in address


def test_taking_answers_back_leaves_a_newer_draft_on_the_device(client: Client) -> None:
    wave = wave_of(small())
    code = sent(client, wave)
    begin(client, wave)
    page = client.post("/withdraw", {"code": code, "sure": "yes"}, follow=True)
    assert not Inbox.objects.exists(), text(page)
    assert client.get("/s/wave/q/sex").status_code == 200
