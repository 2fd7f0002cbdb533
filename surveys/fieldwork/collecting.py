"""From the inbox to responses and tallies: one transaction, exactly once."""

import datetime
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from surveys.fieldwork.bulk import insert
from surveys.fieldwork.models import Comment, Inbox, Response, Wave
from surveys.fieldwork.tallying import change_tallies, count
from surveys.questionnaires.answers import text_questions
from surveys.questionnaires.flags import Flags, read
from surveys.questionnaires.versions import Frozen, frozen


@dataclass(frozen=True)
class NewResponse:
    """A response about to be archived."""

    answers: Mapping[str, Any]  # free text included; it is parted off
    language: str
    submitted_on: datetime.date | None
    withdrawal_hash: bytes | None = None
    comment_hashes: Mapping[str, bytes] = field(default_factory=dict)  # by question
    weight: float | None = None
    flags: Flags | None = None  # none where nobody looked


def collect_wave(wave_id: int, *, everything: bool = False) -> int:
    """Move a batch of waiting answers into responses and tallies; returns how many.

    Killed anywhere, nothing has happened; run twice or by two workers at once, each answer is
    counted once: the wave's row is the lock, and who does not get it goes home.

    Parameters
    ----------
    everything : do not wait until enough answers are there to be shuffled among each other.
    """
    with transaction.atomic():
        # no_key: a submission's foreign key must not wait for a batch to be counted.
        locked = Wave.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        wave = locked.filter(pk=wave_id).first()
        if wave is None or not (everything or _due(wave)):
            return 0
        rows = list(
            Inbox.objects.filter(wave=wave).values_list(
                *("pk", "answers", "language", "submitted_on"),
                *("withdrawal_hash", "comment_hashes", "flags"),
            )[: settings.COLLECT_BATCH]
        )
        if not rows:
            return 0
        secrets.SystemRandom().shuffle(rows)  # the order of rows must not tell the order of arrival
        archive(
            wave,
            [
                NewResponse(
                    answers,
                    language,
                    day,
                    bytes(code_hash),
                    {question: bytes.fromhex(own) for question, own in own_hashes.items()},
                    flags=read(flags),
                )
                for _, answers, language, day, code_hash, own_hashes, flags in rows
            ],
        )
        taken = Inbox.objects.filter(pk__in=[row[0] for row in rows])
        taken._raw_delete(taken.db)
        return len(rows)


def _due(wave: Wave) -> bool:
    """Whether enough waits to be mixed, or has waited long enough, or the wave is over."""
    if wave.status != Wave.Status.OPEN:
        return True
    inbox = Inbox.objects.filter(wave=wave)
    if inbox[: wave.mixing_minimum].count() >= wave.mixing_minimum:
        return True
    oldest = inbox.aggregate(oldest=Min("arrived_at"))["oldest"]
    longest = datetime.timedelta(minutes=settings.MIX_LONGEST_WAIT_PUBLIC_MINUTES)
    return oldest is not None and timezone.now() - oldest >= longest


def archive(wave: Wave, responses: Sequence[NewResponse]) -> None:
    """Write responses and their comments and count them, in the caller's transaction.

    The caller holds the wave's row.
    """
    asked: Frozen = frozen(wave.version_id)
    texts = text_questions(asked.document)
    packed = [asked.layout.pack(response.answers, response.flags) for response in responses]
    insert(
        Response,
        (
            *("id", "wave_id", "language", "submitted_on"),
            *("answers", "codes", "weight", "withdrawal_hash"),
        ),
        [
            (
                uuid.uuid4(),
                wave.pk,
                response.language,
                response.submitted_on,
                json.dumps(
                    {key: answer for key, answer in response.answers.items() if key not in texts},
                    ensure_ascii=False,
                ),
                codes,
                response.weight,
                response.withdrawal_hash,
            )
            for response, codes in zip(responses, packed, strict=True)
        ],
    )
    _archive_comments(wave, responses, texts)
    if wave.weighting != Wave.Weighting.SUPPLIED:
        change_tallies(wave, count(asked.layout, asked.layout.matrix(packed)))
    Wave.objects.filter(pk=wave.pk).update(tally_revision=F("tally_revision") + 1)


def _archive_comments(wave: Wave, responses: Sequence[NewResponse], texts: frozenset[str]) -> None:
    names = ("id", "wave_id", "question", "text", "state", "withdrawal_hash")
    rows = [
        (
            uuid.uuid4(),
            wave.pk,
            code,
            response.answers[code],
            Comment.State.WAITING.value,
            response.comment_hashes.get(code),
        )
        for response in responses
        for code in texts & response.answers.keys()
    ]
    # Their order must not pair them with the responses.
    secrets.SystemRandom().shuffle(rows)
    insert(Comment, names, rows)
