"""Members of staff come in: by link, by card, by an organisation's link, and each answers once."""

import random
import runpy
from pathlib import Path

import pytest
from django.test import Client

from surveys.fieldwork.crypto import ALPHABET, grouped
from surveys.fieldwork.drafts import read_draft
from surveys.fieldwork.models import Draft, Organisation, SealedInbox, Ticket, Wave
from surveys.fieldwork.receipts import read_receipt
from surveys.fieldwork.tickets import NotATicket, issue, left, new_ticket, read_ticket
from tests.journeys.test_doors import text
from tests.journeys.walking import Walk, begin, chance_chooser, soup
from tests.web.public.every import document, wave_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    return wave_of(document("every", "staff"), sampling="invited")


def organisation(code: str = "RX1") -> Organisation:
    root = Organisation.objects.get(code="NATIONAL")
    return Organisation.objects.create(code=code, name=code, parent=root)


def ticket_for(wave: Wave) -> str:
    ticket = new_ticket(wave.slug)
    found = Organisation.objects.filter(code="RX1").first()
    issue(wave, [(ticket, found or organisation())])
    return ticket


def walk(client: Client, wave: Wave) -> Walk:
    return Walk(client, wave, chance_chooser(1))


def test_a_link_leads_to_an_address_without_it_and_spends_nothing(
    client: Client, wave: Wave
) -> None:
    ticket = ticket_for(wave)
    for _ in range(3):  # a mail scanner, and again
        response = client.get(f"/s/wave/i/{ticket}")
        assert (response.status_code, response["Location"]) == (302, "/s/wave/")
        assert response["Cache-Control"] == "no-store"
    assert Ticket.objects.count() == 1
    assert not Draft.objects.exists()
    assert ticket not in client.get("/s/wave/").content.decode()
    kept = client.cookies["ticket"]
    assert kept["httponly"]
    assert (kept["path"], kept["max-age"]) == ("/s/wave/", 30 * 60)


def test_by_a_link_somebody_answers_once(client: Client, wave: Wave) -> None:
    ticket = ticket_for(wave)
    client.get(f"/s/wave/i/{ticket}")
    walking = walk(client, wave)
    walking.to_check()
    assert client.cookies["ticket"].value == ""  # it lies in the draft now
    confirmed = walking.send()
    assert "We have your answers" in text(confirmed)
    code = soup(confirmed).select_one(".app-code")
    assert code is not None
    assert read_receipt(code.text.replace("-", "")).organisation_id
    assert not Ticket.objects.exists()
    again = Client()
    assert "We already have your answer" in text(again.get(f"/s/wave/i/{ticket}", follow=True))
    assert again.cookies["ticket"].value == ""
    assert "You need your invitation" in text(begin(again, wave))
    assert not Draft.objects.exists()


def test_two_who_hold_the_same_ticket_are_counted_once_and_both_told(wave: Wave) -> None:
    ticket = ticket_for(wave)
    both = [Client(), Client()]
    walks = []
    for one in both:
        one.get(f"/s/wave/i/{ticket}")
        walks.append(walk(one, wave))
        walks[-1].to_check()
    assert "We have your answers" in text(walks[0].send())
    second = walks[1].send()
    assert "We already have your answer" in text(second)
    assert "Take your answers back" in text(second)
    assert SealedInbox.objects.count() == 1
    assert both[1].cookies["draft"].value == ""


def test_sent_twice_it_is_confirmed_with_the_same_code(client: Client, wave: Wave) -> None:
    client.get(f"/s/wave/i/{ticket_for(wave)}")
    walking = walk(client, wave)
    walking.to_check()
    draft = client.cookies["draft"].value
    first = soup(walking.send()).select_one(".app-code")
    client.cookies["draft"] = draft
    client.cookies["draft"]["path"] = "/s/wave/"
    second = soup(walking.send()).select_one(".app-code")
    assert first
    assert first == second


def test_without_a_ticket_nobody_answers(client: Client, wave: Wave) -> None:
    for path in ("", "consent"):
        assert "You need your invitation" in text(client.get(f"/s/wave/{path}"))
    assert "You need your invitation" in text(begin(client, wave))
    assert not Draft.objects.exists()


def test_a_card_is_typed_in_as_people_type(client: Client, wave: Wave) -> None:
    ticket = ticket_for(wave)
    assert "Come in with your code" in text(client.get("/s/wave/i/"))
    typed = grouped(ticket).lower().replace("-", " ")
    response = client.post("/s/wave/i/", {"code": typed})
    assert response["Location"] == "/s/wave/"
    assert "What NHS staff ask us first" in text(client.get("/s/wave/"))


def test_a_mistyped_code_is_told_from_a_spent_one(client: Client, wave: Wave) -> None:
    ticket = ticket_for(wave)
    wrong = ("B" if ticket[0] == "A" else "A") + ticket[1:]
    response = client.post("/s/wave/i/", {"code": wrong})
    assert response.status_code == 422
    assert "A letter may be wrong" in text(response)
    for short in ("", "ABC", "9" * 5_000):
        assert client.post("/s/wave/i/", {"code": short}).status_code == 422


def test_a_wrong_link_is_not_written_into_a_log(
    client: Client, wave: Wave, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = new_ticket("another-wave")
    response = client.get(f"/s/wave/i/{wrong}", follow=True)
    assert response.request["PATH_INFO"] == "/s/wave/i/"
    assert "This link does not work" in text(response)
    assert wrong not in caplog.text


def test_the_log_of_requests_leaves_tickets_out() -> None:
    tickets = runpy.run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py"))["TICKETS"]
    assert tickets.sub("/i/…", "/s/wave/i/ABCD") == "/s/wave/i/…"
    assert tickets.sub("/i/…", "/s/wave/q/ABCD") == "/s/wave/q/ABCD"


def test_who_invents_codes_is_held_up(client: Client, wave: Wave) -> None:
    ticket = ticket_for(wave)
    for number in range(61):
        response = client.get(f"/s/wave/i/{number:030d}")
    assert response["Location"].endswith("?often")
    assert client.get(response["Location"]).status_code == 429
    # A hospital is one address: whoever has a right code comes in all the same.
    assert client.get(f"/s/wave/i/{ticket}")["Location"] == "/s/wave/"


def test_a_new_ticket_never_opens_an_older_draft(client: Client, wave: Wave) -> None:
    first, second = ticket_for(wave), ticket_for(wave)
    client.get(f"/s/wave/i/{first}")
    begin(client, wave)
    held = client.cookies["draft"].value
    assert read_draft(held).content.ticket == first
    client.get(f"/s/wave/i/{first}")  # the same one again goes on
    assert "Continue where you were" in text(client.get("/s/wave/"))
    client.get(f"/s/wave/i/{second}")
    assert client.cookies["draft"].value == ""
    assert "Continue where you were" not in text(client.get("/s/wave/"))


def test_the_link_of_an_organisation_says_whose_staff_somebody_is(client: Client) -> None:
    wave = wave_of(document("every", "staff"))
    here = organisation("RX1")
    wave.asks.create(organisation=here)
    organisation("RX2")
    assert client.get("/s/wave/o/rx1")["Location"] == "/s/wave/"
    walking = walk(client, wave)
    walking.to_check()
    walking.send()
    assert SealedInbox.objects.get().organisation == here
    for code in ("RX2", "NATIONAL", "nothing"):
        assert client.get(f"/s/wave/o/{code}").status_code == 404


def test_an_invited_wave_has_no_link_of_an_organisation(client: Client, wave: Wave) -> None:
    wave.asks.create(organisation=organisation("RX1"))
    assert client.get("/s/wave/o/RX1").status_code == 404


@pytest.mark.parametrize("path", ["i/", "i/ABC", "o/RX1"])
def test_nobody_is_invited_to_a_survey_of_the_public(client: Client, path: str) -> None:
    wave_of(document())
    assert client.get(f"/s/wave/{path}").status_code == 404


def test_a_hundred_thousand_invented_tickets_open_nothing(wave: Wave) -> None:
    ticket_for(wave)
    chance = random.Random(5)
    invented = ["".join(chance.choices(ALPHABET, k=30)) for _ in range(100_000)]
    passed = [one for one in invented if fits(one)]
    # Four letters of check let one in a million through to the look at the table, which has none.
    assert len(passed) <= 3
    assert not any(left(one, wave.pk) for one in passed)


def fits(typed: str) -> bool:
    try:
        read_ticket(typed, "wave")
    except NotATicket:
        return False
    return True
