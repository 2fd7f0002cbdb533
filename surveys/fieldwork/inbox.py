"""The one thing that is written of a finished answer until it is collected."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from surveys.fieldwork.crypto import row_key
from surveys.fieldwork.drafts import TAKE, OpenDraft, changed
from surveys.fieldwork.models import Inbox, Organisation, SealedInbox, Wave
from surveys.questionnaires.flags import NONE, Flags, written

BATCH = 500


@dataclass(frozen=True)
class Finished:
    """A finished answer, on its way."""

    answers: Mapping[str, Any]
    language: str
    submitted_on: datetime.date
    withdrawal_hash: bytes
    comment_hashes: Mapping[str, bytes] = field(default_factory=dict)  # by question
    flags: Flags = NONE


@cache
def root_id() -> int:
    """The national root, which is made with the tables and stays as long as they do."""
    return Organisation.objects.values_list("pk", flat=True).get(code=Organisation.ROOT)


def deliver(draft: OpenDraft, finished: Finished) -> bool:
    """Put an answer into the inbox in place of the very draft that was read.

    False, and nothing is done, where that draft is gone or has changed: somebody else was faster.
    Both or neither happen. PostgreSQL does them in one statement, which is a transaction of its own
    and asks the server once instead of four times.
    """
    row = _row(draft.wave.id, finished, _now())
    fields = Inbox._meta.concrete_fields
    values = [one.get_db_prep_save(one.pre_save(row, add=True), connection) for one in fields]
    if connection.vendor == "postgresql":
        moving = f"WITH taken AS ({TAKE} RETURNING 1) {_inserting()} FROM taken"
        return changed(moving, row_key(draft.secret), draft.stored, *values)
    with transaction.atomic():
        return changed(TAKE, row_key(draft.secret), draft.stored) and changed(_inserting(), *values)


def deliver_many(wave_id: int, finished: Iterable[Finished]) -> int:
    """Put answers into the inbox that come from no draft; returns how many."""
    now = _now()
    rows = [_row(wave_id, one, now) for one in finished]
    Inbox.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _now() -> datetime.datetime:
    """Known to the minute: enough to see what has waited too long, too little for a moment."""
    return timezone.now().replace(second=0, microsecond=0)


def _row(wave_id: int, one: Finished, now: datetime.datetime) -> Inbox:
    return Inbox(
        wave_id=wave_id,
        organisation_id=root_id(),
        language=one.language,
        submitted_on=one.submitted_on,
        arrived_at=now,
        answers=dict(one.answers),
        flags=written(one.flags),
        withdrawal_hash=one.withdrawal_hash,
        comment_hashes={code: own.hex() for code, own in one.comment_hashes.items()},
    )


@cache
def _inserting() -> str:
    """The statement that puts one row into the inbox; all names in it are our own."""
    columns = [str(one.column) for one in Inbox._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {Inbox._meta.db_table} ({', '.join(columns)}) SELECT {places}"


def waiting(wave: Wave) -> int:
    """How many answers of a wave wait to be collected, or sealed to be mixed."""
    return sum(rows.filter(wave=wave).count() for rows in (Inbox.objects, SealedInbox.objects))
