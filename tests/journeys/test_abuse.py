"""Whatever is sent to a form, the answer is a page that can be read, and never an error of ours."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from surveys.fieldwork.invitation_mail import leave_code
from surveys.fieldwork.models import Draft, Inbox, Organisation, Subscriber
from surveys.fieldwork.subscribing import link_code, sign_up
from surveys.reports.estimating import estimate_wave
from tests.fieldwork.small import make_wave
from tests.journeys.walking import Walk, chance_chooser, soup
from tests.reports.actions import published
from tests.reports.test_estimating import respond
from tests.support.people import sign_in
from tests.web.public.every import document, wave_of

pytestmark = pytest.mark.django_db
YEAR = timedelta(365)
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
Body = Callable[[Iterable[str]], bytes]  # of the names of a page's fields
Sent = tuple[str, Body | bytes]  # content type, body
FIELDS = ["next", "switch-to", "until", "sure", "later", "website"]  # besides those of the page


def fields(value: str) -> Body:
    """The same text in every field that the page has."""

    def body(names: Iterable[str]) -> bytes:
        return "&".join(f"{name}={value}" for name in names).encode()

    return body


def parts(value: bytes, more: bytes = b"") -> Body:
    """The same, each field as a part of its own."""

    def body(names: Iterable[str]) -> bytes:
        head = b'--x\r\nContent-Disposition: form-data; name="%s"' + more + b"\r\n\r\n"
        return b"".join(head % name.encode() + value + b"\r\n" for name in names) + b"--x--"

    return body


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
    "a file in place of an answer": (PARTS, parts(b"MZ", b'; filename="a.exe"')),
    # Decoders of Python that let half of a character through, or that give no text at all.
    "half characters in UTF-7": (f"{PARTS}; charset=utf-7", parts(b"+2AA-")),
    "half characters as escapes": (f"{PARTS}; charset=unicode_escape", parts(rb"\ud800")),
    "an encoding that gives no text": (f"{PARTS}; charset=hex", parts(b"61")),
    "an encoding that fails": (f"{PARTS}; charset=punycode", parts(b"\xff-\xff")),
    "an unknown encoding": (f"{FORM}; charset=klingon", b"single=a"),
    "nothing at all": ("", b""),
}


@dataclass(frozen=True)
class Target:
    """An address with what it needs behind it, and the cookies of somebody who may use it."""

    address: str
    cookies: Mapping[str, str]


def targets(client: Client) -> list[Target]:
    """Every address that there is but the configuration pages', which are Django's own: with a
    draft, a subscriber, figures and an action behind them."""
    wave = wave_of(document())
    Walk(client, wave, chance_chooser(1)).to_check()
    visitor = {name: one.value for name, one in client.cookies.items()}
    sign_up("somebody@example.org", "en")
    code = link_code(Subscriber.objects.get())
    closed = make_wave("closed", status="closed")
    before = {"opens_on": closed.opens_on - YEAR, "closes_on": closed.closes_on - YEAR}
    for one in (make_wave("earlier", status="closed", version=closed.version, **before), closed):
        respond(one, [{"aware": "yes"}] * 60)
        release = estimate_wave(one.pk)
    action = published(did="We listened.")
    sign_in(client, "manager")
    signed_in = visitor | {name: one.value for name, one in client.cookies.items()}
    known = {"code": "all", "number": "1", "pk": str(release.pk)}
    known |= {"question": "aware", "source": "wave:earlier"}
    staff = wave_of(document("every-staff", "staff"), "staff", sampling="invited")
    root = Organisation.objects.get(code=Organisation.ROOT)
    staff.asks.create(organisation=root)
    invited = staff.invitations.create(organisation=root, email="ada@nhs.example")
    reminder = staff.reminders.create(send_on=staff.closes_on)
    found = []
    for route in routes(get_resolver()):
        if route.startswith(("admin/", "^")):  # Django's own, and where there is nothing
            continue
        slug = "wave"
        if route.startswith("insights/"):
            slug = "closed" if route.startswith("insights/waves/") else "small-public"
        if "/i/" in route or "/o/" in route or route.startswith("manage/"):
            slug = "staff"
        given = known | {"slug": slug}
        if route.startswith("updates/"):
            given["code"] = code
        if route.startswith("invitations/"):
            given["code"] = leave_code(invited)
        if "/reminders/" in route:
            given["pk"] = str(reminder.pk)
        if route.startswith("insights/actions/"):
            given["pk"] = str(action.pk)
        if route.startswith("results/"):
            given["slug"] = "closed"
        # Who has signed in is led away from the page for signing in.
        cookies = visitor if route == "sign-in" else signed_in
        found.append(Target("/" + filled(route, given), cookies))
    return found


@contextmanager
def afresh(client: Client, target: Target) -> Iterator[None]:
    """As if nobody had sent anything before: one form must not spoil what the next one needs."""
    client.cookies.clear()
    client.cookies.load(dict(target.cookies))
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def names_on(page: Any) -> list[str]:
    """The names of every field of a page's forms, and some that it may look for besides."""
    if not page["Content-Type"].startswith("text/html"):
        return FIELDS
    shown = soup(page).select("main form [name]")
    return list(dict.fromkeys([*(str(one["name"]) for one in shown), *FIELDS]))


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


def test_each_form_is_reached_by_who_may_fill_it_in(client: Client) -> None:
    """Else nothing would be tried below: what is sent to an address must come to its own form."""
    outcome = {}
    for target in targets(client):
        with afresh(client, target):
            answer = client.post(target.address, {"csrfmiddlewaretoken": "x"})
        if answer.status_code != 405:
            outcome[target.address] = answer
    refusing = {at for at, answer in outcome.items() if answer.status_code == 422}
    forms = ["/s/wave/q/all", "/s/staff/i/", "/resume", "/withdraw", "/updates"]
    forms += ["/insights/actions/add", "/insights/small-public/comparability/aware/wave:earlier"]
    assert refusing >= set(forms)
    assert soup(outcome["/sign-in"]).select_one(".nhsuk-error-summary")
    assert len(outcome) >= len(refusing) + 10  # and those that do something at a press
    for at, answer in outcome.items():
        assert answer.status_code in (200, 204, 302, 410, 422), (at, answer.status_code)
        assert not answer.get("Location", "").startswith("/sign-in"), at


@pytest.mark.parametrize("what", list(SENT))
def test_no_form_answers_with_an_error_of_ours(client: Client, what: str) -> None:
    content_type, body = SENT[what]
    client.raise_request_exception = False
    tried = targets(client)
    assert len(tried) > 30
    drafts = Draft.objects.count()
    for target in tried:
        with afresh(client, target):
            names = names_on(client.get(target.address))
            sent = body if isinstance(body, bytes) else body(names)
            answer = client.generic("POST", target.address, sent, content_type=content_type)
            assert answer.status_code < 500, (target.address, what)
            if answer.status_code >= 400 and answer.status_code != 405:
                assert soup(answer).select_one("main h1"), (target.address, answer.status_code)
            # Nothing of it is kept. To press a button is no answer: agreeing, sending, leaving.
            if not re.search("/(submit|leave|consent)$", target.address):
                assert Draft.objects.count() == drafts, target.address
                assert not Inbox.objects.exists(), target.address
            assert not Subscriber.objects.exclude(email="somebody@example.org").exists()


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
    for target in targets(client):
        with afresh(client, target):
            answer = client.get(f"{target.address}?{query}")
        assert answer.status_code < 500, target.address


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
    for name in (
        "draft",
        "receipt",
        "answers",
        "ticket",
        "place",
        "language",
        "csrftoken",
        "sessionid",
    ):
        client.cookies[name] = cookie
    for path in ("", "consent", "q/single", "check", "later", "done", "compare"):
        answer = client.get(f"/s/wave/{path}")
        assert answer.status_code < 500, path
