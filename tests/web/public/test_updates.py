"""Hearing of results by e-mail: asked for, confirmed, left, and never joined to an answer."""

import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from surveys.fieldwork import retention
from surveys.fieldwork.mail import ask_to_confirm
from surveys.fieldwork.models import Subscriber, Wave
from surveys.fieldwork.subscribing import link_code, sign_up
from surveys.models import __all__ as models
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, chance_chooser
from tests.web.public.every import wave_of

pytestmark = pytest.mark.django_db


def asked(client: Client, email: str = "ada@example.org") -> str:
    """Sign up and read the link out of the message."""
    client.post("/updates", {"email": email})
    ask_to_confirm()
    (link,) = re.findall(r"https?://[^/]+(/updates/confirm/\S+)", str(mail.outbox[-1].body))
    return link


def test_somebody_signs_up_confirms_and_leaves(client: Client) -> None:
    page = client.post("/updates", {"email": "Ada@Example.org"}, follow=True)
    assert "Look at your e-mail" in page.content.decode()
    assert ask_to_confirm() == 1
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    (link,) = re.findall(r"https?://[^/]+(/updates/confirm/\S+)", str(message.body))
    # A program that looks through mail opens the link, and nothing happens.
    client.get(link)
    assert Subscriber.objects.get().state == "asked"
    assert "We will write to you" in client.post(link).content.decode()
    assert Subscriber.objects.get().state == "confirmed"
    leave = message.extra_headers["List-Unsubscribe"].strip("<>")
    path = leave[leave.index("/updates") :]
    client.get(path)
    assert Subscriber.objects.count() == 1
    # One click in a mail program: no cookie, no token (RFC 8058).
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Subscriber.objects.exists()
    assert strict.post(path).status_code == 200  # twice is as good as once
    assert client.get(link).status_code == 404


def test_a_message_is_text_and_html_and_says_how_to_stop(client: Client) -> None:
    asked(client)
    (message,) = mail.outbox
    ((html, kind),) = message.alternatives  # type: ignore[attr-defined]
    assert kind == "text/html"
    for told in (str(message.body), str(html)):
        assert "/updates/confirm/" in told
        assert "/updates/leave/" in told
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "\n" not in message.subject


def test_nobody_learns_whether_an_address_is_known(client: Client) -> None:
    link = asked(client)
    client.post(link)
    again = client.post("/updates", {"email": "ada@example.org"})
    other = client.post("/updates", {"email": "eve@example.org"})
    assert (again.status_code, again["Location"]) == (other.status_code, other["Location"])
    assert ask_to_confirm() == 1  # only the one that is new
    assert Subscriber.objects.get(email="ada@example.org").state == "confirmed"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter your e-mail address"),
        ("ada", "in the right form"),
        ("ada@nhs.net", "Enter a private address"),
        ("ada@trust.NHS.uk", "Enter a private address"),
        ("a\0@example.org", "in the right form"),
        (f"{'a' * 300}@example.org", "in the right form"),
    ],
)
def test_what_is_no_private_address_is_refused_and_kept(
    client: Client, typed: str, told: str
) -> None:
    page = client.post("/updates", {"email": typed})
    assert page.status_code == 422
    html = page.content.decode()
    assert html.count(told) == 2  # in the summary, and at the field
    assert not Subscriber.objects.exists()
    if typed and "\0" not in typed:
        assert f'value="{typed}"' in html


def test_addresses_that_look_like_work_and_are_not_are_taken(client: Client) -> None:
    assert client.post("/updates", {"email": "ada@mynhs.network.org"}).status_code == 302


def test_too_many_from_one_network_wait(client: Client) -> None:
    for number in range(20):
        assert client.post("/updates", {"email": f"a{number}@example.org"}).status_code == 302
    refused = client.post("/updates", {"email": "b@example.org"})
    assert refused.status_code == 429
    assert refused["Retry-After"] == "3600"
    assert "too often" in refused.content.decode()
    assert Subscriber.objects.count() == 20


@pytest.mark.parametrize("code", ["x", "a" * 32, "0" * 32 + ":forged"])
def test_a_link_that_was_made_up_tells_nothing(client: Client, code: str) -> None:
    assert client.get(reverse("updates_confirm", args=[code])).status_code == 404
    assert client.post(reverse("updates_confirm", args=[code])).status_code == 404
    assert client.post(reverse("updates_leave", args=[code])).status_code == 200


def test_who_does_not_confirm_is_forgotten_within_three_weeks() -> None:
    with time_machine.travel("2026-11-23 12:00", tick=False):  # a Monday
        sign_up("ada@example.org", "en")
        sign_up("eve@example.org", "en")
        Subscriber.objects.filter(email="eve@example.org").update(state="confirmed")
    with time_machine.travel("2026-12-13 12:00", tick=False):
        assert retention.purge_expired()["unconfirmed addresses"] == 0
    with time_machine.travel("2026-12-14 12:00", tick=False):
        assert retention.purge_expired()["unconfirmed addresses"] == 1
    assert Subscriber.objects.get().email == "eve@example.org"


def test_no_link_holds_an_address(client: Client) -> None:
    sign_up("somebody@example.org", "en")
    code = link_code(Subscriber.objects.get())
    assert "somebody" not in code
    assert "@" not in code


# Apart from answers ------------------------------------------------------------------------------


def test_a_subscriber_has_nothing_by_which_an_answer_could_be_found() -> None:
    names = {field.name for field in Subscriber._meta.get_fields()}
    assert names == {"id", "email", "language", "state", "week"}
    assert "Subscriber" in models


def test_no_cookie_of_a_survey_travels_to_the_sign_up_page(client: Client) -> None:
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    done = walk.send()
    assert 'href="/updates"' in done.content.decode()
    for name in ("draft", "receipt"):
        # A cookie goes to pages below its path only (RFC 6265, 5.1.4).
        assert client.cookies[name]["path"] == "/s/wave/"
    assert not "/updates".startswith("/s/wave/")


def test_staff_are_not_asked_for_an_address(client: Client) -> None:
    wave = wave_of(small(audience="staff"))
    Wave.objects.update(kind="live")
    walk = Walk(client, wave, chance_chooser(1))
    walk.to_check()
    assert 'href="/updates"' not in walk.send().content.decode()


def test_a_site_without_mail_offers_none(client: Client, settings: Any) -> None:
    settings.SENDS_MAIL = False
    assert client.get("/updates").status_code == 404
    assert "/updates" not in client.get("/").content.decode()
