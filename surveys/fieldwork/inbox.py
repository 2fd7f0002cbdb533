"""The one thing that is written of a finished answer until it is collected."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from surveys.fieldwork.models import Inbox, Organisation, Wave
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


def deliver(wave_id: int, finished: Finished) -> None:
    """Put one answer into the inbox, in the caller's transaction."""
    deliver_many(wave_id, [finished])


def deliver_many(wave_id: int, finished: Iterable[Finished]) -> int:
    """Put answers into the inbox; returns how many."""
    # Known to the minute: enough to see what has waited too long, too little to name a moment.
    now = timezone.now().replace(second=0, microsecond=0)
    root = Organisation.objects.values_list("pk", flat=True).get(code=Organisation.ROOT)
    rows = [
        Inbox(
            wave_id=wave_id,
            organisation_id=root,
            language=one.language,
            submitted_on=one.submitted_on,
            arrived_at=now,
            answers=dict(one.answers),
            flags=written(one.flags),
            withdrawal_hash=one.withdrawal_hash,
            comment_hashes={code: own.hex() for code, own in one.comment_hashes.items()},
        )
        for one in finished
    ]
    Inbox.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def waiting(wave: Wave) -> int:
    """How many answers of a wave wait to be collected."""
    return Inbox.objects.filter(wave=wave).count()
