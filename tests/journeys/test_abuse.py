"""Whatever is sent to a form, the answer is a page that can be read, and never an error of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from surveys.fieldwork.models import Draft, Inbox, Subscriber, User
from surveys.fieldwork.subscribing import link_code, sign_up
from surveys.reports.estimating import estimate_wave
from tests.fieldwork.small import make_wave
from tests.journeys.walking import Walk, chance_chooser, soup
from tests.reports.test_estimating import respond
from tests.web.public.every import document, wave_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
Sent = tuple[str, bytes]  # content type, body
FIELDS = ["single", "x_number", "x_long", "several", "code", "email", "reason", "heard", "did"]


def fields(value: str) -> bytes:
    """The same text in every field that any form has."""
    return "&".join(f"{name}={value}" for name in [*FIELDS, "next", "switch", "until"]).encode()


SENT: dict[str, Sent] = {
    "NUL bytes": (FORM, fields("a%00b")),
    "lone surrogates": (FORM, fields("%ED%A0%80")),
    "bytes that are no text": (FORM, fields("%FF%FE")),
    "a number of 5,000 digits": (FORM, fields("9" * 5_000)),
    "text from right to left, and emoji": (FORM, fields("%E2%80%AE%F0%9F%98%80")),
    "10,000 fields": (FORM, b"&".join(b"f%d=1" % number for number in range(10_000))),
    "3 MB in one field": (FORM, b"x_long=" + b"x" * 3_000_000),
    "JSON": ("application/json", b'{"single": ["a"]}'),
    "JSON that is none": ("application/json", b'{"single": '),
    "plain text": ("text/plain", b"single=a"),
    "XML": ("application/xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "parts that break off": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="single"\r\n\r\na',
    ),
    "a file in place of an answer": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="single"; filename="a.exe"\r\n\r\nMZ'
        b"\r\n--x--",
    ),
    "an unknown encoding": (f"{FORM}; charset=klingon", b"single=a"),
    "nothing at all": ("", b""),
}


def addresses(client: Client) -> list[str]:
    """Every address that takes a form, with a draft, a subscriber and figures behind them."""
    wave = wave_of(document())
    Walk(client, wave, chance_chooser(1)).to_check()
    sign_up("somebody@example.org", "en")
    code = link_code(Subscriber.objects.get())
    closed = make_wave("closed", status="closed")
    respond(closed, [{"aware": "yes"}] * 100)
    release = estimate_wave(closed.pk)
    manager = User.objects.create_user("manager@example.org", "long enough to pass")
    manager.groups.add(Group.objects.get_or_create(name="Managers")[0])
    client.force_login(manager)
    known = {
        "slug": "wave",
        "code": "all",
        "number": "1",
        "release_id": str(release.pk),
        "pk": str(release.pk),
        "questionnaire": "small-public",
        "question": "after",
        "source": "pair:before",
    }
    found = []
    for route in routes(get_resolver()):
        if route.startswith("admin/"):
            continue
        given = known | {"code": code} if route.startswith("updates/") else known
        found.append("/" + filled(route, given))
    return found


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route)
        elif isinstance(one, URLPattern):
            yield route


def filled(route: str, known: dict[str, str]) -> str:
    for part in route.split("<")[1:]:
        name = part.partition(">")[0]
        route = route.replace(f"<{name}>", known.get(name.rpartition(":")[2], "1"))
    return route


@pytest.mark.parametrize("what", list(SENT))
def test_no_form_answers_with_an_error_of_ours(client: Client, what: str) -> None:
    content_type, body = SENT[what]
    client.raise_request_exception = False
    tried = addresses(client)
    assert len(tried) > 30
    for address in tried:
        answer = client.generic("POST", address, body, content_type=content_type)
        assert answer.status_code < 500, (address, what)
        if answer.status_code >= 400 and answer.status_code != 405:
            assert soup(answer).select_one("main h1"), (address, answer.status_code)


@pytest.mark.parametrize(
    "query",
    [
        "until=%00",
        "until=%ED%A0%80",
        "until=../../x",
        "dropped=9999999999",
        "dropped=%00",
        "x=" * 99,
    ],
)
def test_nor_does_a_page_with_odd_words_in_its_address(client: Client, query: str) -> None:
    client.raise_request_exception = False
    for address in addresses(client):
        assert client.get(f"{address}?{query}").status_code < 500, address


@pytest.mark.parametrize("path", ["/s/%00/", "/s/wave/q/%ED%A0%80", "/s/" + "a" * 9_000, "/%FF"])
def test_nor_does_an_odd_address(client: Client, path: str) -> None:
    wave_of(document())
    client.raise_request_exception = False
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert client.generic(method, path).status_code < 500


@pytest.mark.parametrize("cookie", ["x", "A" * 26, "\u00e9" * 26, "A" * 9_000, "%00"])
def test_nor_does_an_odd_cookie(client: Client, cookie: str) -> None:
    wave_of(document())
    client.raise_request_exception = False
    for name in ("draft", "receipt", "answers", "language", "csrftoken", "sessionid"):
        client.cookies[name] = cookie
    for path in ("", "consent", "q/single", "check", "later", "done", "compare"):
        answer = client.get(f"/s/wave/{path}")
        assert answer.status_code < 500, path


def test_nothing_of_it_is_kept(client: Client) -> None:
    client.raise_request_exception = False
    tried = addresses(client)
    drafts = Draft.objects.count()
    for content_type, body in SENT.values():
        for address in tried:
            if "/submit" not in address and "/leave" not in address and "/consent" not in address:
                client.generic("POST", address, body, content_type=content_type)
    assert Draft.objects.count() == drafts
    assert not Inbox.objects.exists()
    assert set(Subscriber.objects.values_list("email", flat=True)) <= {"somebody@example.org"}
