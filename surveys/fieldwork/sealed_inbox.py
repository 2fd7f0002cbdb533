"""A finished answer of staff leaves its draft for the sealed inbox, and spends a ticket."""

import uuid
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from surveys.fieldwork.crypto import inbox_hash, row_key
from surveys.fieldwork.drafts import TAKE, OpenDraft, WaveNotOpen
from surveys.fieldwork.inbox import Finished
from surveys.fieldwork.models import Draft, Organisation, SealedInbox, Ticket, Wave
from surveys.fieldwork.sealing import seal_answer
from surveys.fieldwork.tickets import ticket_key
from surveys.questionnaires.flags import written

_DRAFT, _WAVE, _TICKET, _INBOX, _ORGANISATION = (
    model._meta.db_table for model in (Draft, Wave, Ticket, SealedInbox, Organisation)
)
# Names of tables are put into these, all of them our own.
# A draft that its wave's end has overtaken stays: it is refused, and goes with the wave's drafts.
_TAKE_WHILE_OPEN = TAKE + " AND EXISTS (SELECT 1 FROM {open} WHERE id = %s AND status = 'open')"  # noqa: S608
_SPEND = f"DELETE FROM {_TICKET} WHERE key = %s AND wave_id = %s"  # noqa: S608
_OF_LINK = f"SELECT id AS organisation_id FROM {_ORGANISATION} WHERE code = %s"  # noqa: S608
_PUT = f"INSERT INTO {_INBOX} (id, wave_id, sealed, withdrawal_hash, organisation_id)"
_ONCE_TAKEN = "{} AND EXISTS (SELECT 1 FROM taken)"


class Fate(Enum):
    """What became of an answer that was sent."""

    TAKEN = "taken"
    SPENT = "spent"  # somebody has answered with this ticket: nothing is counted
    OVERTAKEN = "overtaken"  # the draft is gone or has changed, or the wave is over


class Delivered(NamedTuple):
    """What became of an answer, and for which organisation it waits."""

    fate: Fate
    organisation_id: int | None = None


def content_of(finished: Finished) -> dict[str, Any]:
    """What is sealed: no day and no language, which a response of staff does not have."""
    return {
        "answers": dict(finished.answers),
        "flags": written(finished.flags),
        "response": finished.withdrawal_hash.hex(),
        "comments": {code: own.hex() for code, own in finished.comment_hashes.items()},
    }


def about(wave_id: int) -> str:
    """What a sealed answer is bound to: nobody can put it into another wave."""
    return f"wave {wave_id}"


def deliver_sealed(draft: OpenDraft, finished: Finished, code: str) -> Delivered:
    """Seal an answer and put it into the inbox in place of the very draft that was read.

    All or nothing: the draft goes, the ticket goes, the answer comes. Where the ticket has gone
    before, the draft goes alone. PostgreSQL does it in one statement. The wave's row is held while
    it happens, so that an answer is in before its wave is mixed, or refused.

    Raises WaveNotOpen for a wave from before answers were sealed.
    """
    wave, public = draft.wave, draft.wave.mixing_public
    if public is None:
        raise WaveNotOpen(f"{wave.title} has no key to close answers with")
    sealed = seal_answer(bytes(public), about(wave.id), content_of(finished))
    mine = (row_key(draft.secret), draft.stored)
    put = (uuid.uuid4(), wave.id, sealed, inbox_hash(code))
    right: tuple[Any, ...]
    if draft.content.ticket:
        right = (ticket_key(draft.content.ticket), wave.id)
    else:
        right = (draft.content.organisation or Organisation.ROOT,)
    if connection.vendor == "postgresql":
        return _at_once(bool(draft.content.ticket), (wave.id, *mine, wave.id, *right, *put))
    return _one_by_one(bool(draft.content.ticket), mine, wave.id, right, put)


def _at_once(with_ticket: bool, values: tuple[Any, ...]) -> Delivered:
    with connection.cursor() as cursor:
        cursor.execute(_statement(with_ticket), values)
        taken, organisation_id = cursor.fetchone()
    return _told(bool(taken), organisation_id)


@cache
def _statement(with_ticket: bool) -> str:
    """The four steps as one."""
    spend = _ONCE_TAKEN.format(_SPEND) + " RETURNING organisation_id"
    return (
        f"WITH held AS (SELECT id, status FROM {_WAVE} WHERE id = %s AND status = 'open'"  # noqa: S608
        " FOR KEY SHARE),"
        f" taken AS ({_TAKE_WHILE_OPEN.format(open='held')} RETURNING 1),"
        f" spent AS ({spend if with_ticket else _ONCE_TAKEN.format(_OF_LINK)}),"
        f" put AS ({_PUT} SELECT %s, %s, %s, %s, organisation_id FROM spent"
        " RETURNING organisation_id)"
        " SELECT (SELECT count(*) FROM taken), (SELECT organisation_id FROM put)"
    )


def _one_by_one(
    with_ticket: bool,
    mine: tuple[Any, ...],
    wave_id: int,
    right: tuple[Any, ...],
    put: tuple[Any, ...],
) -> Delivered:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE_WHILE_OPEN.format(open=_WAVE), [*mine, wave_id])
        if cursor.rowcount != 1:
            return _told(False, None)
        cursor.execute(f"{_SPEND} RETURNING organisation_id" if with_ticket else _OF_LINK, right)
        found = cursor.fetchone()
        if found is None:
            return _told(True, None)
        number, *others = put
        assert isinstance(number, uuid.UUID)
        cursor.execute(f"{_PUT} VALUES (%s, %s, %s, %s, %s)", [number.hex, *others, found[0]])
    return _told(True, found[0])


def _told(taken: bool, organisation_id: int | None) -> Delivered:
    if not taken:
        return Delivered(Fate.OVERTAKEN)
    return Delivered(Fate.SPENT if organisation_id is None else Fate.TAKEN, organisation_id)
