"""The sealed answers of a staff wave are opened once, all together, when the wave is over.

The design had them taken in batches of 25 while the wave is open. A batch of one organisation
would write its responses and its organisation's counts in one transaction, and whoever compares two
states of the database, or PostgreSQL's hidden xmin, would know of 25 responses where they come
from: with the profile in them that is a name. Nobody needs the figures earlier, since staff waves
are estimated once. So nothing is opened before the end, and then everything in one transaction: the
batch is the wave, no two states of it can be subtracted, and one transaction wrote every row of it.
What it costs is that the key must not be lost meanwhile; docs/operations.md says where it lies.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from surveys.fieldwork.coarsening import Profile, coarsened, profile_questions
from surveys.fieldwork.collecting import NewResponse, archive
from surveys.fieldwork.keys import (
    destroy_inviting_key,
    destroy_mixing_key,
    keys_left,
    mixing_key,
)
from surveys.fieldwork.models import SealedInbox, Wave
from surveys.fieldwork.organisation_tallies import Counts, add_to, count_for, put_together, store
from surveys.fieldwork.sealed_inbox import about
from surveys.fieldwork.sealing import unseal_answer
from surveys.fieldwork.traces import truncate_log
from surveys.questionnaires.document import Document
from surveys.questionnaires.flags import read
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen

OVER = (Wave.Status.CLOSED, Wave.Status.PUBLISHED)


@dataclass(frozen=True)
class FromStaff:
    """One answer, opened, and whose staff it is from."""

    organisation_id: int
    response: NewResponse


Read = Callable[[], Iterator[FromStaff]]  # the same answers in the same order, each time


def mix_wave(wave_id: int) -> int:
    """Open all that waits in a closed wave of staff, and archive and count it; returns how many.

    Killed anywhere, nothing has happened, and nothing is lost; run twice or by two workers at once,
    each answer is counted once. Afterwards both keys of the wave are destroyed.

    Raises NoKey, CannotUnseal: then everything waits as it was.
    """
    with transaction.atomic():
        # Not no_key: an answer that is just coming in holds the wave, and is waited for.
        locked = Wave.objects.select_for_update(of=("self",), skip_locked=True)
        wave = locked.select_related("questionnaire").filter(pk=wave_id).first()
        if wave is None or wave.status not in OVER:
            return 0
        waiting = SealedInbox.objects.filter(wave=wave)
        number = waiting.count()
        if number:
            assert wave.mixing_public is not None, "what waits was closed with a key"
            key = mixing_key(wave.slug, bytes(wave.mixing_public))

            def opened() -> Iterator[FromStaff]:
                # Ids are random: their order is nobody's, and every reading has the same.
                rows = waiting.order_by("id").values_list("organisation_id", "sealed")
                for organisation_id, sealed in rows.iterator(chunk_size=1_000):
                    content = unseal_answer(key, about(wave_id), bytes(sealed))
                    yield FromStaff(
                        organisation_id,
                        NewResponse(
                            content["answers"],
                            "",
                            None,
                            bytes.fromhex(content["response"]),
                            {code: bytes.fromhex(own) for code, own in content["comments"].items()},
                            flags=read(content["flags"]),
                        ),
                    )

            archive_staff(wave, opened)
            waiting._raw_delete(waiting.db)
    truncate_log()
    destroy_inviting_key(wave.slug)
    destroy_mixing_key(wave.slug)
    return number


def archive_staff(wave: Wave, answers: Read) -> None:
    """Archive all answers of a wave of staff and count them by organisation, in the caller's
    transaction; read twice, so that memory does not grow with their number.
    """
    asked = frozen(wave.version_id)
    codes = profile_questions(asked.document)
    profiles: Counter[Profile] = Counter()
    numbers: Counter[int] = Counter()
    for one in answers():
        profiles[_profile(asked.document, codes, one.response)] += 1
        numbers[one.organisation_id] += 1
    coarser, counted_for = coarsened(profiles), put_together(numbers)
    counts: Counts = {}
    waiting = answers()
    while batch := list(islice(waiting, settings.COLLECT_BATCH)):
        responses = []
        for one in batch:
            profile = _profile(asked.document, codes, one.response)
            dropped = {
                code
                for code, told, kept in zip(codes, profile, coarser[profile], strict=True)
                if told is not None and kept is None
            }
            given = one.response.answers
            kept_answers = {code: told for code, told in given.items() if code not in dropped}
            responses.append(replace(one.response, answers=kept_answers))
        where = np.array([counted_for[one.organisation_id] for one in batch], np.int64)
        packed = [asked.layout.pack(one.answers, one.flags) for one in responses]
        add_to(counts, count_for(asked.layout, asked.layout.matrix(packed), where))
        secrets.SystemRandom().shuffle(responses)
        archive(wave, responses)
    store(wave, counts)


def _profile(document: Document, codes: tuple[str, ...], response: NewResponse) -> Profile:
    told = []
    for code in codes:
        answer = response.answers.get(code)
        options = getattr(document.questions[code], "options", ())
        refused = any(one.code == answer and one.kind == "prefer_not_to_say" for one in options)
        told.append(None if answer is None or refused else json.dumps(answer))
    return tuple(told)


def waves_to_mix() -> list[int]:
    """The closed waves of staff of which an answer waits or a key is left on this machine."""
    over = Wave.objects.filter(
        status__in=OVER,
        mixing_public__isnull=False,
        questionnaire__audience=Questionnaire.Audience.STAFF,
    ).annotate(waits=Exists(SealedInbox.objects.filter(wave=OuterRef("pk"))))
    return [wave.pk for wave in over if wave.waits or keys_left(wave.slug)]
