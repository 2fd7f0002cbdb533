"""Walks through a survey by its forms alone, as a browser without scripts would."""

import random
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from surveys.fieldwork.keys import mixing_key
from surveys.fieldwork.models import Inbox, SealedInbox, Wave
from surveys.fieldwork.sealed_inbox import about
from surveys.fieldwork.sealing import unseal_answer

Chooser = Callable[[str, list[str]], Any]


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def page_form(response: Any) -> Tag:
    """The form that answers the page: the first one."""
    form = soup(response).select_one("main form")
    assert form is not None, response.content
    return form


def questions(form: Tag) -> dict[str, list[str]]:
    """The fields of a form with the values that can be chosen; none where words are typed."""
    found: dict[str, list[str]] = {}
    for one in form.select("input, textarea"):
        name = str(one["name"])
        if name == "csrfmiddlewaretoken":
            continue
        values = found.setdefault(name, [])
        if one.get("type") in ("radio", "checkbox"):
            values.append(str(one["value"]))
        elif one.get("inputmode") == "numeric":
            values.append("7")
    return found


def begin(client: Client, wave: Wave) -> Any:
    """Agree; the first question's response."""
    return client.post(f"/s/{wave.slug}/consent", follow=True)


class Walk:
    """One respondent, from agreeing to the check of all answers."""

    def __init__(self, client: Client, wave: Wave, choose: Chooser) -> None:
        self.client, self.wave, self.choose = client, wave, choose
        self.path = f"/s/{wave.slug}/"
        self.seen: list[str] = []

    def to_check(self) -> Any:
        response = begin(self.client, self.wave)
        return self.on(response)

    def on(self, response: Any) -> Any:
        """From this page to the check of all answers; that page's response."""
        for _ in range(100):
            address = response.request["PATH_INFO"]
            assert response.status_code == 200, (address, soup(response).text)
            if address == f"{self.path}check":
                return response
            self.seen.append(address.removeprefix(f"{self.path}q/"))
            data = {
                name: self.choose(name, values)
                for name, values in questions(page_form(response)).items()
            }
            query = response.request["QUERY_STRING"]
            target = f"{address}?{query}" if query else address
            response = self.client.post(target, data, follow=True)
        raise AssertionError("the survey has no end")

    def send(self) -> HttpResponse:
        return self.client.post(f"{self.path}submit", follow=True)  # type: ignore[return-value]


def chance_chooser(seed: int, **fixed: Any) -> Chooser:
    """Chooses by chance, but what is `fixed`, and nobody under 18."""
    chance = random.Random(seed)

    def choose(name: str, values: list[str]) -> Any:
        if name in fixed:
            return fixed[name]
        open_to_us = [value for value in values if value != "under_18"]
        return chance.choice(open_to_us) if open_to_us else "Some words."

    return choose


def kept_answers() -> dict[str, Any]:
    """The one answer that waits, sealed or not."""
    sealed = SealedInbox.objects.select_related("wave").first()
    if sealed is None:
        answers: dict[str, Any] = Inbox.objects.get().answers
        return answers
    key = mixing_key(sealed.wave.slug, bytes(sealed.wave.mixing_public or b""))
    opened: dict[str, Any] = unseal_answer(key, about(sealed.wave_id), bytes(sealed.sealed))
    return dict(opened["answers"])
