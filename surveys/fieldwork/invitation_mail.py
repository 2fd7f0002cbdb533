"""Invitations and reminders by e-mail: each at most once, to everybody alike.

A message is marked before it goes out. Where the worker dies in between nobody knows whether it
went, and it is not sent again: managers see how many such there are. Who has answered is not known,
so reminders go to all who have not opted out, on the days that were set.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from surveys.fieldwork.inviting import do_not_write
from surveys.fieldwork.keys import inviting_key
from surveys.fieldwork.mail import absolute
from surveys.fieldwork.models import DoNotWrite, Invitation, Wave
from surveys.fieldwork.tickets import issue, ticket_of
from surveys.questionnaires.versions import frozen

BATCH = 200
TICKETS_AT_ONCE = 10_000


class UnknownInvitation(LookupError):
    """No invitation has this link: cut short, or deleted with its wave."""


@dataclass(frozen=True)
class Sent:
    """What one batch did."""

    sent: int
    refused: int


def give_tickets(wave: Wave) -> int:
    """Make the tickets of new invitations; returns how many. The worker alone can."""
    made = 0
    while batch := _without_ticket(wave):
        made += batch
    return made


@transaction.atomic
def _without_ticket(wave: Wave) -> int:
    rows = list(
        Invitation.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(wave=wave, has_ticket=False)
        .select_related("organisation")
        .order_by("pk")[:TICKETS_AT_ONCE]
    )
    if not rows:
        return 0
    key = inviting_key(wave.slug)
    issue(wave, ((ticket_of(key, one.pk, wave.slug), one.organisation) for one in rows))
    Invitation.objects.filter(pk__in=[one.pk for one in rows]).update(has_ticket=True)
    return len(rows)


def due(wave: Wave) -> QuerySet[Invitation]:
    """The invitations whose next message is due: the first, or one for the last reminder's day."""
    today = timezone.localdate()
    last = wave.reminders.filter(send_on__lte=today).aggregate(on=Max("send_on"))["on"]
    wanted = Q(messages=0)
    if last is not None:
        wanted |= Q(last_sent_on__lt=last)
    return Invitation.objects.filter(
        wanted, wave=wave, has_ticket=True, sending=False, bounced=False, opted_out=False
    )


def send_batch(wave: Wave, most: int = BATCH) -> Sent:
    """Send what is due in an open wave, some of it; returns how much. Several may do it at once.

    Raises OSError where the mail server cannot be reached or takes nothing at all: what was not
    sent is due again.
    """
    if wave.status != Wave.Status.OPEN or timezone.now() >= wave.accepts_until:
        return Sent(0, 0)
    rows = list(due(wave).order_by("pk")[:most])
    if not rows:
        return Sent(0, 0)
    key = inviting_key(wave.slug)
    sent = refused = 0
    with get_connection() as connection:
        for one in rows:
            mine = Invitation.objects.filter(pk=one.pk, sending=False, messages=one.messages)
            if not mine.filter(bounced=False, opted_out=False).update(sending=True):
                continue  # somebody else sends it, or has
            message = _message(wave, one, ticket_of(key, one.pk, wave.slug))
            message.connection = connection
            done = Invitation.objects.filter(pk=one.pk)
            try:
                message.send()
            except SMTPRecipientsRefused:
                do_not_write({one.email}, DoNotWrite.Why.BOUNCED)
                done.update(sending=False)
                refused += 1
            except OSError:  # of smtplib too: nothing was taken
                done.update(sending=False)
                raise
            else:
                today = timezone.localdate()
                done.update(sending=False, messages=F("messages") + 1, last_sent_on=today)
                sent += 1
    return Sent(sent, refused)


def send_all(wave_id: int) -> Sent:
    """Make tickets and send until nothing is due; returns how much.

    Raises OSError.
    """
    wave = Wave.objects.get(pk=wave_id)
    give_tickets(wave)
    sent = refused = 0
    while True:
        batch = send_batch(wave)
        sent, refused = sent + batch.sent, refused + batch.refused
        if not (batch.sent or batch.refused):
            return Sent(sent, refused)


def waves_to_write_for() -> list[int]:
    """The open waves that have invitations."""
    invited = Exists(Invitation.objects.filter(wave=OuterRef("pk")))
    return list(Wave.objects.accepting().filter(invited).values_list("pk", flat=True))


def unknown(wave: Wave) -> int:
    """How many messages were being sent when a worker stopped: nobody knows whether they went."""
    return Invitation.objects.filter(wave=wave, sending=True).count()


def _message(wave: Wave, invitation: Invitation, ticket: str) -> EmailMultiAlternatives:
    written = _written(
        wave.pk, wave.closes_on, again=invitation.messages > 0, named=bool(invitation.name)
    )
    leave = absolute(reverse("invitation_leave", args=[leave_code(invitation)]))
    own = {
        NAME: invitation.name,
        LINK: absolute(reverse("follow_ticket", args=[wave.slug, ticket])),
        LEAVE: leave,
    }
    message = EmailMultiAlternatives(
        written.subject,
        _filled(written.text, own),
        to=[invitation.email],
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    escaped = {mark: escape(told) for mark, told in own.items()}
    message.attach_alternative(_filled(written.html, escaped), "text/html")
    return message


# What differs between the messages of one wave, until it is filled in: no text holds such letters.
NAME, LINK, LEAVE = ("\ue000name\ue001", "\ue000link\ue001", "\ue000leave\ue001")


@dataclass(frozen=True)
class Written:
    """A message as everybody gets it, with marks where each person's own stands."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=64)
def _written(wave_id: int, _closes_on: datetime.date, *, again: bool, named: bool) -> Written:
    """The message in every language of the questionnaire: which one somebody reads is not known.

    Rendered once for all who get it; a wave that is prolonged gets another.
    """
    wave = Wave.objects.get(pk=wave_id)
    document = frozen(wave.version_id).document
    told = {
        "wave": wave,
        "name": NAME if named else "",
        "again": again,
        "minutes": document.minutes,
        "link": LINK,
        "leave": LEAVE,
        "service_name": settings.SERVICE_NAME,
        "operator_name": settings.OPERATOR_NAME,
        "commissioned_by": settings.COMMISSIONED_BY,
        "smallest_group": settings.DISCLOSURE_MINIMUM,
    }
    languages = document.languages or ("en",)
    subject = " / ".join(_told("mail/invitation.subject", told, one) for one in languages)
    parts = [_told("mail/invitation.txt", told, one) for one in languages]
    pages = [
        {"language": one, "html": _told("mail/invitation_part.html", told, one)}
        for one in languages
    ]
    return Written(
        " ".join(subject.split()),
        f"\n\n{'-' * 60}\n\n".join(part.strip() for part in parts) + "\n",
        render_to_string("mail/invitation.html", {**told, "parts": pages}),
    )


def _filled(text: str, own: Mapping[str, str]) -> str:
    for mark, told in own.items():
        text = text.replace(mark, told)
    return text


def _told(template: str, told: dict[str, object], language: str) -> str:
    with translation.override(language):
        return render_to_string(template, told)


def leave_code(invitation: Invitation) -> str:
    """What the link to opt out holds: nobody can make one up, and it opens no survey."""
    return _signer().sign(str(invitation.pk))


def opt_out(code: str) -> None:
    """Write to this address no more, for this wave and all others; twice is as good as once.

    Raises UnknownInvitation.
    """
    invitation = invitation_of(code)
    do_not_write({invitation.email}, DoNotWrite.Why.OPTED_OUT)


def invitation_of(code: str) -> Invitation:
    """The invitation of a link to opt out.

    Raises UnknownInvitation.
    """
    try:
        return Invitation.objects.get(pk=_signer().unsign(code))
    except (BadSignature, ValueError, Invitation.DoesNotExist) as error:
        raise UnknownInvitation("no invitation has this link") from error


def _signer() -> Signer:
    return Signer(salt="an invitation's way out")
