"""What lets one member of staff answer once: made from an invitation, and forgotten by the answer.

A ticket is 26 letters that nobody guesses (130 bits) and 4 that show whether it is one of ours.
Those of invitations follow from the invitation's id under the wave's key, which is outside the
database and ends with the wave; those of cards are drawn. The answering side knows the hash of
each that is left, and its organisation. What is not there any more was used: the last four letters
tell that apart from what was mistyped or invented.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings

from surveys.fieldwork.bulk import insert
from surveys.fieldwork.crypto import ALPHABET, derive, new_secret, read_code
from surveys.fieldwork.models import Organisation, Ticket, Wave

SECRET_LETTERS, CHECK_LETTERS = 26, 4
TICKET_LETTERS = SECRET_LETTERS + CHECK_LETTERS


class NotATicket(ValueError):
    """This was not made by us for this wave: mistyped, cut short, or invented."""


def ticket_of(key: bytes, invitation_id: int, slug: str) -> str:
    """The ticket of an invitation under the wave's inviting key; always the same. 30 letters."""
    bits = int.from_bytes(hmac.digest(key, str(invitation_id).encode(), "sha256"))
    drawn = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(SECRET_LETTERS))
    return drawn + _check(settings.DRAFT_PEPPERS[0], drawn, slug)


def new_ticket(slug: str) -> str:
    """A ticket for a card, which belongs to nobody. 30 letters."""
    drawn = new_secret()
    return drawn + _check(settings.DRAFT_PEPPERS[0], drawn, slug)


def read_ticket(typed: str, slug: str) -> str:
    """A ticket as it was made, from what stands in an address or was typed from a card.

    Raises NotATicket.
    """
    try:
        ticket = read_code(typed, TICKET_LETTERS)
    except ValueError as error:
        raise NotATicket(str(error)) from error
    drawn, check = ticket[:SECRET_LETTERS], ticket[SECRET_LETTERS:]
    for pepper in settings.DRAFT_PEPPERS:
        if secrets.compare_digest(check, _check(pepper, drawn, slug)):
            return ticket
    raise NotATicket("the last letters do not fit the first")


def ticket_key(ticket: str) -> bytes:
    """What the database keeps of a ticket; 32 bytes."""
    return hashlib.sha256(b"ticket" + ticket.encode()).digest()


def issue(wave: Wave, tickets: Iterable[tuple[str, Organisation]]) -> int:
    """Let these be used once each; returns how many. One statement, in the order of their keys.

    In the caller's transaction. Raises IntegrityError where one was issued before and not used.
    """
    rows = sorted((ticket_key(one), wave.pk, organisation.pk) for one, organisation in tickets)
    insert(Ticket, ("key", "wave_id", "organisation_id"), rows)
    return len(rows)


def left(ticket: str, wave_id: int) -> bool:
    """Whether a ticket can still be used."""
    return Ticket.objects.filter(key=ticket_key(ticket), wave_id=wave_id).exists()


def _check(pepper: str, drawn: str, slug: str) -> str:
    bits = int.from_bytes(derive(pepper, drawn, b"ticket of " + slug.encode(), 3))
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(CHECK_LETTERS))
