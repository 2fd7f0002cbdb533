"""The managers' pages: who may invite whom, what is shown, and what is refused."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from surveys.fieldwork.invitation_mail import give_tickets
from surveys.fieldwork.inviting import invite
from surveys.fieldwork.models import AuditEntry, Cards, Invitation, Organisation, Ticket, Wave
from surveys.fieldwork.response_rates import count_responses
from surveys.reports.estimating import estimate_wave
from surveys.web.manage.fieldwork import rate
from tests.fieldwork.small import make_wave
from tests.fieldwork.test_inviting import file
from tests.fieldwork.test_mixing import answer, mixed, organisation
from tests.journeys.test_doors import text
from tests.journeys.walking import soup
from tests.support.people import person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    """A wave that asks a system with two trusts; others are not asked."""
    made = make_wave(audience="staff", sampling="invited")
    system = organisation("QE1")
    organisation("RX1", "QE1")
    organisation("RX2", "QE1")
    organisation("QE2")
    made.asks.create(organisation=system)
    return made


def at(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def upload(client: Client, code: str, content: str | bytes) -> Any:
    data = content.encode() if isinstance(content, str) else content
    sent = {"organisation": code, "file": SimpleUploadedFile("staff.csv", data)}
    return client.post("/manage/waves/wave/invite", sent, follow=True)


@pytest.mark.parametrize("path", ["", "wave/", "wave/invite", "wave/cards", "nothing/", "x/y/z"])
def test_signed_out_the_managers_pages_lead_to_login(client: Client, path: str) -> None:
    response = client.get(f"/manage/waves/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("role", ["leader", "analyst"])
def test_who_manages_nothing_finds_nothing(client: Client, wave: Wave, role: str) -> None:
    sign_in(client, role)
    for path in ("", "wave/", "wave/invite", "wave/cards", "wave/reminders"):
        assert client.get(f"/manage/waves/{path}").status_code == 404
    assert "/manage/" not in client.get("/insights/").content.decode()


def test_a_local_manager_invites_for_their_own_organisation_only(
    client: Client, wave: Wave
) -> None:
    client.force_login(person("manager", of=at("RX1")))
    assert '"/manage/waves/"' in client.get("/insights/").content.decode()
    page = client.get("/manage/waves/wave/")
    assert "RX1" in text(page)
    assert "RX2" not in text(page)
    done = upload(client, "RX1", "address,name\nada@nhs.example,Ada\nada@nhs.example,\n")
    assert "1 invited. 1 were there before, or twice in the file." in text(done)
    assert Invitation.objects.get().organisation.code == "RX1"
    for code in ("RX2", "QE1", "QE2", "NATIONAL"):
        assert upload(client, code, "address\nbob@nhs.example\n").status_code == 422
    assert Invitation.objects.count() == 1
    assert client.get("/manage/waves/wave/reminders").status_code == 404
    entry = AuditEntry.objects.get(what="people_invited")
    assert str(entry.user) == "manager@example.org"


def test_a_manager_elsewhere_does_not_find_the_wave(client: Client, wave: Wave) -> None:
    client.force_login(person("manager", of=at("QE2")))
    assert "No survey of NHS staff asks people" in text(client.get("/manage/waves/"))
    for path in ("wave/", "wave/invite", "wave/cards", "wave/reminders"):
        assert client.get(f"/manage/waves/{path}").status_code == 404


def test_what_is_wrong_with_a_file_is_said_by_line_and_nobody_is_invited(
    client: Client, wave: Wave
) -> None:
    sign_in(client, "manager")
    page = upload(client, "RX1", "address\nada@nhs.example\nnobody\n")
    assert page.status_code == 422
    assert "line 3, column address: 'nobody' is no e-mail address" in text(page)
    assert soup(page).select_one(".nhsuk-error-summary")
    assert not Invitation.objects.exists()
    for wrong in (b"address\n\xff\xfe@nhs.example\n", b"PK\x03\x04\x00\x00\xff", b""):
        assert upload(client, "RX1", wrong).status_code == 422


def test_cards_are_shown_once_with_a_code_and_a_picture_each(client: Client, wave: Wave) -> None:
    sign_in(client, "manager")
    sent = {"organisation": "RX1", "number": "3"}
    page = client.post("/manage/waves/wave/cards", sent)
    assert page["Cache-Control"] == "private, no-store"
    cards = soup(page).select(".app-ticket")
    assert len(cards) == 3
    assert len({one.select_one(".app-code").text for one in cards}) == 3  # type: ignore[union-attr]
    assert all(one.select_one("svg") for one in cards)
    assert Cards.objects.get().number == 3
    assert Ticket.objects.count() == 3
    for wrong in ("", "0", "401", "many"):
        assert client.post("/manage/waves/wave/cards", sent | {"number": wrong}).status_code == 422
    assert Ticket.objects.count() == 3


def test_reminders_are_set_and_taken_away_by_who_manages_all_that_is_asked(
    client: Client, wave: Wave
) -> None:
    client.force_login(person("manager", of=at("QE1")))
    day = timezone.localdate() + datetime.timedelta(3)
    page = client.post("/manage/waves/wave/reminders", {"send_on": f"{day:%d/%m/%Y}"}, follow=True)
    assert f"Everybody is reminded on {day:%-d %B %Y}." in text(page)
    reminder = wave.reminders.get()
    for wrong in (f"{day:%d/%m/%Y}", "soon", "", f"{wave.closes_on + datetime.timedelta(1)}"):
        sent = {"send_on": wrong}
        assert client.post("/manage/waves/wave/reminders", sent).status_code == 422
    gone = f"/manage/waves/wave/reminders/{reminder.pk}/remove"
    other = Client()
    other.force_login(person("manager", of=at("RX1"), email="local@example.org"))
    assert other.post(gone).status_code == 404
    client.post(gone)
    assert not wave.reminders.exists()


def test_how_it_goes_is_told_from_11_on_and_to_the_nearest_5(client: Client, wave: Wave) -> None:
    for code, number in (("RX1", 40), ("RX2", 20)):
        addresses = [f"{code}{one}@nhs.example" for one in range(number)]
        invite(wave, file("address", *addresses), at(code))
    give_tickets(wave)
    for row in Ticket.objects.filter(organisation=at("RX1"))[:18]:
        row.delete()
    for row in Ticket.objects.filter(organisation=at("RX2"))[:10]:
        row.delete()
    count_responses(wave)
    sign_in(client, "manager")
    told = text(client.get("/manage/waves/wave/"))
    assert "About 20 of 40 by" in told
    assert "About 30 of 60 by" in told
    assert "Fewer than 11 by" in told
    assert "18" not in told.replace(f"{timezone.localdate():%-d}", "")


def test_that_nearly_all_have_answered_does_not_say_how_many_have_not(wave: Wave) -> None:
    row = wave.response_counts.model(counted_on=datetime.date(2026, 11, 3), invited=20, answered=17)
    assert rate(row).text == "All but a few of 20 by 3 November"


def test_an_open_wave_shows_the_link_of_each_organisation(client: Client) -> None:
    wave = make_wave(audience="staff")
    wave.asks.create(organisation=organisation("RX1"))
    sign_in(client, "manager")
    assert "/s/wave/o/RX1" in text(client.get("/manage/waves/wave/"))


def test_the_page_takes_the_same_queries_for_any_number_of_invitations(
    client: Client, wave: Wave, django_assert_num_queries: Any
) -> None:
    sign_in(client, "manager")
    for number in (5, 500):
        addresses = [f"x{number}-{one}@nhs.example" for one in range(number)]
        invite(wave, file("address", *addresses), at("RX1"))
        with django_assert_num_queries(13):
            client.get("/manage/waves/wave/")


def test_a_target_is_set_for_the_own_organisation_and_shown(client: Client, wave: Wave) -> None:
    client.force_login(person("manager", of=at("RX1")))
    sent = {"organisation": "RX1", "percent": "45"}
    assert "Target: 45%" in text(client.post("/manage/waves/wave/target", sent, follow=True))
    sent["percent"] = "50"
    assert "Target: 50%" in text(client.post("/manage/waves/wave/target", sent, follow=True))
    assert wave.response_targets.get().percent == 50
    for wrong in ({"organisation": "RX2"}, {"percent": "0"}, {"percent": "x"}):
        assert client.post("/manage/waves/wave/target", sent | wrong).status_code == 422
    assert AuditEntry.objects.filter(what="target_set").count() == 2


def test_whoever_manages_all_that_was_asked_is_led_to_publishing(client: Client) -> None:
    made = make_wave(audience="staff", sampling="invited")
    made.asks.create(organisation=organisation("RX1"))
    organisation("RX1-A", "RX1")
    for number in range(60):
        answer(made, at("RX1"), {"aware": ("yes", "no")[number % 2]})
    mixed(made)
    release = estimate_wave(made.pk)
    path = f"/insights/releases/{release.pk}/publish"
    client.force_login(person("manager", of=at("RX1")))
    assert path in client.get("/manage/waves/wave/").content.decode()
    assert client.get(path).status_code == 200
    below = Client()
    below.force_login(person("manager", of=at("RX1-A"), email="below@example.org"))
    assert path not in below.get("/manage/waves/wave/").content.decode()
    assert below.get(path).status_code == 404
