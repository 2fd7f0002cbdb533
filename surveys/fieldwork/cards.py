"""Cards for staff without e-mail: one single-use code each, printed once and kept nowhere."""

from dataclasses import dataclass

import segno
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.crypto import grouped
from surveys.fieldwork.inviting import InvitingRefused, asked_organisations, check_invites
from surveys.fieldwork.mail import absolute
from surveys.fieldwork.models import AuditEntry, Cards, Organisation, Wave
from surveys.fieldwork.tickets import issue, new_ticket

MOST_AT_ONCE = 400  # on one page to print


@dataclass(frozen=True)
class Card:
    """What is printed on one card."""

    code: str  # in groups, to be typed
    typed_at: str  # where it is typed
    qr: str  # the same as a picture that opens it: SVG


@transaction.atomic
def print_cards(wave: Wave, organisation: Organisation, number: int, *, by: By) -> list[Card]:
    """Make new tickets for an organisation, each on a card; they cannot be had again.

    Raises InvitingRefused.
    """
    check_invites(wave)
    if organisation.code not in asked_organisations(wave):
        raise InvitingRefused(f"{wave} does not ask the staff of {organisation.code}.")
    if not 1 <= number <= MOST_AT_ONCE:
        raise InvitingRefused(f"Print 1 to {MOST_AT_ONCE} cards at once.")
    tickets = [new_ticket(wave.slug) for _ in range(number)]
    issue(wave, ((one, organisation) for one in tickets))
    Cards.objects.create(
        wave=wave, organisation=organisation, number=number, printed_on=timezone.localdate()
    )
    record(by, AuditEntry.What.CARDS_PRINTED, f"{wave.slug}: {number} for {organisation.code}")
    return [_card(wave, one) for one in tickets]


def _card(wave: Wave, ticket: str) -> Card:
    link = absolute(reverse("follow_ticket", args=[wave.slug, ticket]))
    picture = segno.make_qr(link, error="m")
    return Card(
        grouped(ticket),
        absolute(reverse("ticket", args=[wave.slug])).split("://", 1)[-1],
        picture.svg_inline(scale=3, border=4, svgclass=None, lineclass=None, omitsize=False),
    )
