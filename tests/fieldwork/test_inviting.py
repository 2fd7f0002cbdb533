"""Addresses become invitations, messages go out once at most, and nobody is chased."""

import datetime
import io
import re
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from surveys.fieldwork import invitation_mail
from surveys.fieldwork.cards import print_cards
from surveys.fieldwork.invitation_mail import (
    due,
    give_tickets,
    leave_code,
    send_all,
    send_batch,
    unknown,
)
from surveys.fieldwork.inviting import InvitingRefused, do_not_write, invite
from surveys.fieldwork.models import (
    AuditEntry,
    Cards,
    DoNotWrite,
    Invitation,
    Organisation,
    Reminder,
    ResponseCount,
    Ticket,
    Wave,
)
from surveys.fieldwork.response_rates import count_responses
from surveys.fieldwork.retention import purge_expired
from surveys.fieldwork.tables import FileRefused
from surveys.fieldwork.tickets import read_ticket, ticket_key
from tests.fieldwork.small import make_wave
from tests.fieldwork.test_mixing import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Organisation:
    return organisation("RX1")


@pytest.fixture
def wave(place: Organisation) -> Wave:
    made = make_wave(audience="staff", sampling="invited")
    made.asks.create(organisation=place)
    return made


def file(*lines: str) -> io.StringIO:
    return io.StringIO("\n".join(lines) + "\n")


def invited(wave: Wave, place: Organisation, number: int = 3) -> None:
    invite(wave, file("address", *(f"a{one}@nhs.example" for one in range(number))), place)
    give_tickets(wave)


def test_addresses_of_a_file_are_invited_once(wave: Wave, place: Organisation) -> None:
    DoNotWrite.objects.create(email="no@nhs.example", why="opted_out", since_on="2026-01-01")
    content = file(
        "address,name,group",
        "Ada@NHS.example,Ada,Ward 1",
        "ada@nhs.example,,",
        "no@nhs.example,,",
        "",
        "bob@nhs.example,,",
    )
    done = invite(wave, content, place)
    assert (done.rows, done.invited, done.known, done.not_written_to) == (4, 2, 1, 1)
    assert sorted(Invitation.objects.values_list("email", "name", "group")) == [
        ("ada@nhs.example", "Ada", "Ward 1"),
        ("bob@nhs.example", "", ""),
    ]
    again = invite(wave, file("address", "bob@nhs.example"), place)
    assert (again.invited, again.known) == (0, 1)
    assert "2 for RX1" in AuditEntry.objects.get(what="people_invited").subject


def test_a_file_may_name_the_organisation_of_each(wave: Wave, place: Organisation) -> None:
    organisation("RX1-A", "RX1")
    invite(wave, file("organisation,address", "rx1-a,a@nhs.example", "RX1,b@nhs.example"))
    assert dict(Invitation.objects.values_list("email", "organisation__code")) == {
        "a@nhs.example": "RX1-A",
        "b@nhs.example": "RX1",
    }


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        (
            ["address", "a@nhs.example", "ada at nhs"],
            ["line 3, column address: 'ada at nhs' is no"],
        ),
        (["mail", "a@nhs.example"], ["line 1: the header lacks “address”"]),
        (["address,payroll", "a@nhs.example,7"], ["line 1, column payroll: is none of"]),
        (["address", "a@nhs.example,b"], ["line 2: has not the cells of the header"]),
        (["address", 'a"@nhs.example', '"'], ["is not CSV"]),
        (["address,name", f"a@nhs.example,{'x' * 151}"], ["column name: is longer than 150"]),
    ],
)
def test_a_faulty_file_invites_nobody_and_says_why(
    wave: Wave, place: Organisation, lines: list[str], reasons: list[str]
) -> None:
    with pytest.raises(FileRefused) as refused:
        invite(wave, file(*lines), place)
    for reason in reasons:
        assert reason in str(refused.value)
    assert not Invitation.objects.exists()


def test_an_organisation_that_is_not_asked_is_refused(wave: Wave) -> None:
    other = organisation("RY9")
    with pytest.raises(InvitingRefused, match="RY9"):
        invite(wave, file("address", "a@nhs.example"), other)
    with pytest.raises(FileRefused, match="'RY9' is not asked by this wave"):
        invite(wave, file("address,organisation", "a@nhs.example,RY9"))


@pytest.mark.parametrize("change", [{"status": "closed"}, {"kind": "simulated"}])
def test_nobody_is_invited_to_a_wave_that_takes_none(
    place: Organisation, change: dict[str, Any]
) -> None:
    wave = make_wave(audience="staff", **change)
    with pytest.raises(InvitingRefused):
        invite(wave, file("address", "a@nhs.example"), place)


def test_a_message_lets_its_reader_answer_and_says_what_matters(
    wave: Wave, place: Organisation, client: Client
) -> None:
    invite(wave, file("address,name", "ada@nhs.example,Ada <b>"), place)
    assert send_all(wave.pk).sent == 1
    (message,) = mail.outbox
    assert message.to == ["ada@nhs.example"]
    text = str(message.body)
    assert "Dear Ada <b>," in text
    assert "works once" in text
    assert "Nobody learns whether you answered" in text
    ((html, _),) = message.alternatives  # type: ignore[attr-defined]
    assert "Dear Ada &lt;b&gt;," in html
    (link,) = re.findall(r"https?://[^/]+(/s/wave/i/\S+)", text)
    ticket = read_ticket(link.rsplit("/", 1)[1], "wave")
    assert Ticket.objects.get().key == ticket_key(ticket)
    assert client.get(link)["Location"] == "/s/wave/"


def test_however_often_it_runs_each_address_gets_one_message(
    wave: Wave, place: Organisation
) -> None:
    invited(wave, place)
    for _ in range(3):
        send_all(wave.pk)
    assert len(mail.outbox) == 3
    assert Ticket.objects.count() == 3
    assert not due(wave).exists()


def test_a_used_ticket_is_never_made_again(wave: Wave, place: Organisation) -> None:
    invited(wave, place)
    Ticket.objects.all().delete()  # all three have answered
    send_all(wave.pk)
    give_tickets(wave)
    assert not Ticket.objects.exists()


def test_reminders_go_to_all_on_their_day_whether_they_have_answered_or_not(
    wave: Wave, place: Organisation
) -> None:
    invited(wave, place)
    send_all(wave.pk)
    Ticket.objects.all()[:1].get().delete()
    reminder = timezone.localdate() + datetime.timedelta(3)
    Reminder.objects.create(wave=wave, send_on=reminder)
    send_all(wave.pk)
    assert len(mail.outbox) == 3
    with time_machine.travel(timezone.now() + datetime.timedelta(3)):
        send_all(wave.pk)
        send_all(wave.pk)
        late = invite(wave, file("address", "late@nhs.example"), place)
        assert late.invited == 1
        send_all(wave.pk)
    subjects = [message.subject for message in mail.outbox]
    assert sum(one.startswith("Reminder to everybody") for one in subjects) == 3
    assert len(subjects) == 7  # who was invited that day is not reminded on it


def test_a_worker_that_died_in_the_middle_leaves_one_message_of_which_nobody_knows(
    wave: Wave, place: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited(wave, place)

    class Killed(BaseException):
        pass

    sent: list[str] = []

    def send(message: EmailMultiAlternatives) -> int:
        if len(sent) == 1:
            raise Killed
        sent.append(message.to[0])
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    with pytest.raises(Killed):
        send_batch(wave)
    monkeypatch.undo()
    assert unknown(wave) == 1
    send_all(wave.pk)
    assert unknown(wave) == 1
    assert len(sent) + len(mail.outbox) == 2


def test_where_the_mail_server_takes_nothing_all_is_due_again(
    wave: Wave, place: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited(wave, place)

    def send(_message: EmailMultiAlternatives) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    with pytest.raises(SMTPServerDisconnected):
        send_batch(wave)
    assert due(wave).count() == 3
    assert unknown(wave) == 0


def test_an_address_that_is_refused_is_written_to_no_more(
    wave: Wave, place: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited(wave, place, 2)

    def send(message: EmailMultiAlternatives) -> int:
        if message.to == ["a0@nhs.example"]:
            raise SMTPRecipientsRefused({"a0@nhs.example": (550, b"no such user")})
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    done = send_all(wave.pk)
    assert (done.sent, done.refused) == (1, 1)
    assert DoNotWrite.objects.get().why == "bounced"
    assert Invitation.objects.get(email="a0@nhs.example").bounced


def test_one_click_ends_invitations_to_every_wave(
    wave: Wave, place: Organisation, client: Client
) -> None:
    invited(wave, place, 1)
    invitation = Invitation.objects.get()
    path = f"/invitations/leave/{leave_code(invitation)}"
    assert "Write to me no more" in client.get(path).content.decode()
    assert not DoNotWrite.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert DoNotWrite.objects.get().email == "a0@nhs.example"
    assert send_all(wave.pk).sent == 0
    assert Ticket.objects.count() == 1  # the invitation still works
    assert client.get(path + "x").status_code == 404
    assert not AuditEntry.objects.filter(what="do_not_write").exists()


def test_nothing_is_sent_before_a_wave_opens_or_after_it_is_over(place: Organisation) -> None:
    wave = make_wave(audience="staff", sampling="invited", status="draft")
    wave.asks.create(organisation=place)
    invited(wave, place)
    assert send_all(wave.pk).sent == 0
    Wave.objects.filter(pk=wave.pk).update(status="open")
    wave.refresh_from_db()
    with time_machine.travel(wave.accepts_until):
        assert send_all(wave.pk).sent == 0


def test_cards_are_for_somebody_who_is_asked_and_can_be_had_once(
    wave: Wave, place: Organisation, client: Client
) -> None:
    cards = print_cards(wave, place, 5, by="manage.py test")
    assert len({card.code for card in cards}) == 5
    assert Ticket.objects.filter(organisation=place).count() == 5
    assert Cards.objects.get().number == 5
    assert all(card.qr.startswith("<svg") for card in cards)
    assert client.post("/s/wave/i/", {"code": cards[0].code})["Location"] == "/s/wave/"
    assert not any(card.code.replace("-", "") in repr(Cards.objects.values()) for card in cards)
    with pytest.raises(InvitingRefused):
        print_cards(wave, organisation("RY9"), 1, by="manage.py test")
    with pytest.raises(InvitingRefused, match="1 to 400"):
        print_cards(wave, place, 401, by="manage.py test")


def test_how_many_have_answered_is_told_from_11_on(wave: Wave, place: Organisation) -> None:
    organisation("RX1-A", "RX1")
    small = Organisation.objects.get(code="RX1-A")
    invite(wave, file("address", *(f"b{one}@nhs.example" for one in range(20))), small)
    invited(wave, place, 30)
    for row in Ticket.objects.filter(organisation=small)[:10]:
        row.delete()
    for row in Ticket.objects.filter(organisation=place)[:5]:
        row.delete()
    assert count_responses(wave) == 3
    assert count_responses(wave) == 0  # once a day
    found = ResponseCount.objects.values_list("organisation__code", "invited", "answered")
    assert sorted(found) == [("NATIONAL", 50, 15), ("RX1", 50, 15), ("RX1-A", 20, None)]
    with pytest.raises(IntegrityError, match="response_count_from_11_on"):
        ResponseCount.objects.update(answered=10)


def test_addresses_are_deleted_30_days_after_their_wave(wave: Wave, place: Organisation) -> None:
    invited(wave, place)
    Wave.objects.update(status="closed")
    with time_machine.travel(wave.accepts_until + datetime.timedelta(29)):
        assert purge_expired()["invitations"] == 0
    with time_machine.travel(wave.accepts_until + datetime.timedelta(31)):
        assert purge_expired()["invitations"] == 3


def test_the_commands_invite_and_list(
    wave: Wave, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses, gone = tmp_path / "addresses.csv", tmp_path / "gone.txt"
    addresses.write_text("address\na@nhs.example\nb@nhs.example\n")
    gone.write_text("b@nhs.example\n\nc@nhs.example\n")
    call_command("do_not_write", str(gone), "--bounced")
    call_command("invite", "wave", str(addresses), "--organisation", "RX1")
    told = capsys.readouterr().out
    assert "2 added; 0 were on the list already" in told
    assert "1 invited to wave; 0 were there before" in told
    addresses.write_text("address\nnobody\n")
    with pytest.raises(CommandError, match="'nobody' is no e-mail address"):
        call_command("invite", "wave", str(addresses), "--organisation", "RX1")
    gone.write_text("b@nhs.example\nnobody\n")
    with pytest.raises(CommandError, match="line 2: 'nobody'"):
        call_command("do_not_write", str(gone))


def test_an_invitation_and_a_ticket_share_nothing_to_be_joined_by() -> None:
    invitation = {field.name for field in Invitation._meta.get_fields()}
    ticket = {field.name for field in Ticket._meta.get_fields()}
    assert invitation & ticket == {"wave", "organisation"}
    assert ticket == {"key", "wave", "organisation"}
    assert not any(
        field.is_relation and field.related_model is Ticket
        for field in Invitation._meta.get_fields()
    )


def test_an_opted_out_address_is_marked_in_every_invitation(
    wave: Wave, place: Organisation
) -> None:
    invited(wave, place, 1)
    do_not_write({"A0@nhs.example"}, DoNotWrite.Why.OPTED_OUT)
    assert Invitation.objects.get().opted_out
    assert invitation_mail.due(wave).count() == 0
