"""Unfinished answers: begun, read, saved and discarded by whoever holds their secret."""

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from surveys.fieldwork.arms import count_start, draw_arms
from surveys.fieldwork.crypto import CannotOpen, new_secret, row_key, seal, unseal
from surveys.fieldwork.models import Draft, Wave
from surveys.fieldwork.models.waves import end_of_grace
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.routing import prune
from surveys.questionnaires.versions import Frozen, frozen

AWAKE = datetime.timedelta(minutes=5)


class DraftGone(LookupError):
    """There is no draft for this secret: submitted, discarded, expired, or never begun."""


class WaveNotOpen(RuntimeError):
    """The wave takes no answers now."""


class DraftBusy(RuntimeError):
    """The same draft was saved from several places at once, again and again."""


@dataclass(frozen=True)
class WaveFacts:
    """What answering needs to know of a wave, read together with the draft."""

    id: int
    slug: str
    title: str
    version_id: int
    kind: str
    status: str
    closes_on: datetime.date
    grace_minutes: int
    mixing_public: bytes | None

    @property
    def accepting(self) -> bool:
        """Whether an answer may still be given."""
        return self.status == Wave.Status.OPEN and timezone.now() < self.accepts_until

    @property
    def accepts_until(self) -> datetime.datetime:
        """The instant after which a submission is refused."""
        return end_of_grace(self.closes_on, self.grace_minutes)

    @property
    def questionnaire(self) -> Frozen:
        """What is asked."""
        return frozen(self.version_id)

    @property
    def staff(self) -> bool:
        """Whether members of NHS staff are asked: they share computers."""
        return self.questionnaire.document.audience == Questionnaire.Audience.STAFF


FACTS = tuple(f"wave__{name}" for name in WaveFacts.__dataclass_fields__)


@dataclass(frozen=True)
class Content:
    """What lies inside the ciphertext."""

    answers: dict[str, Any] = field(default_factory=dict)
    language: str = "en"
    seed: int = 0  # orders the shuffled options, for this respondent always the same
    started_at: str = ""  # known here alone; a response keeps no time
    touched_at: str = ""
    kept: bool = False  # its respondent has been shown the code, to come back
    ticket: str = ""  # what lets a member of staff answer; travels here and nowhere else
    organisation: str = ""  # the code of the one whose open link was followed


@dataclass(frozen=True)
class OpenDraft:
    """A draft that its secret has opened."""

    secret: str
    wave: WaveFacts
    content: Content
    stored: bytes  # as read: saving refuses to overwrite anything else


@dataclass(frozen=True)
class Saved:
    """A draft after saving, and the questions whose answers no longer applied."""

    draft: OpenDraft
    dropped: tuple[str, ...]


def begin_draft(*, wave: Wave, language: str, ticket: str = "", organisation: str = "") -> str:
    """Make an empty draft, draw the respondent's arms, and return the secret that opens it.

    ticket, organisation: what a member of staff came with; looked at when the answers are sent.

    Raises WaveNotOpen.
    """
    if wave.status != Wave.Status.OPEN or timezone.now() >= wave.accepts_until:
        raise WaveNotOpen(f"{wave} takes no answers")
    secret = new_secret()
    now = _now()
    arms = draw_arms(frozen(wave.version_id).document, secrets.SystemRandom())
    content = Content(
        answers=dict(arms),
        language=language,
        seed=secrets.randbits(32),
        started_at=now,
        touched_at=now,
        ticket=ticket,
        organisation=organisation,
    )
    with transaction.atomic():
        Draft.objects.create(
            key=row_key(secret),
            wave=wave,
            ciphertext=seal(secret, vars(content)),
            touched_on=timezone.localdate(),
        )
        count_start(wave, arms)
    return secret


# What each page of each respondent does is written out: to have the ORM compile these statements
# anew would cost more of the web process than everything else about them.
_TABLE = Draft._meta.db_table
REPLACE = f"UPDATE {_TABLE} SET ciphertext = %s, touched_on = %s WHERE key = %s AND ciphertext = %s"  # noqa: S608
TAKE = f"DELETE FROM {_TABLE} WHERE key = %s AND ciphertext = %s"  # noqa: S608


@cache
def _reading() -> str:
    """The statement that reads a draft by its key, as the ORM compiles it."""
    rows = Draft.objects.filter(key=b"").values_list("ciphertext", *FACTS)
    sql, _key = rows.query.sql_with_params()
    return sql


def _row(key: bytes) -> tuple[Any, ...] | None:
    """Ciphertext and FACTS of the draft that lies there; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_reading(), [key])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def changed(statement: str, *values: Any) -> bool:
    """Whether a statement has found its row; one query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount == 1


def read_draft(secret: str) -> OpenDraft:
    """Open the draft of this secret; one query.

    Raises DraftGone.
    """
    found = _row(row_key(secret))
    if found is None:
        raise DraftGone("there is no draft for this secret")
    stored = bytes(found[0])
    try:
        content = Content(**unseal(secret, stored))
    except CannotOpen as error:
        raise DraftGone("the draft cannot be opened") from error
    wave = WaveFacts(*found[1:])
    if wave.staff and _untouched(content) > datetime.timedelta(minutes=settings.STAFF_IDLE_MINUTES):
        discard_draft(secret)
        raise DraftGone("nobody touched the draft for too long")
    return OpenDraft(secret, wave, content, stored)


def keep_awake(draft: OpenDraft) -> None:
    """Note that somebody reads a page of a survey of staff, whose drafts end when left alone.

    At most one query, and none within AWAKE of the last one.
    """
    if not draft.wave.staff or _untouched(draft.content) < AWAKE:
        return
    stored = seal(draft.secret, vars(replace(draft.content, touched_at=_now())))
    # Where another tab has saved something meanwhile, that has touched it.
    mine = Draft.objects.filter(key=row_key(draft.secret), ciphertext=draft.stored)
    mine.update(ciphertext=stored)


def keep_for_later(draft: OpenDraft) -> None:
    """Note that the respondent has the code: nobody else who begins on this device ends it."""
    if draft.content.kept:
        return
    stored = seal(draft.secret, vars(replace(draft.content, kept=True, touched_at=_now())))
    Draft.objects.filter(key=row_key(draft.secret), ciphertext=draft.stored).update(
        ciphertext=stored, touched_on=timezone.localdate()
    )


def discard_unless_kept(secret: str) -> None:
    """Delete the draft of this secret, unless its respondent holds the code and may come back."""
    try:
        draft = read_draft(secret)
    except DraftGone:
        return
    if not draft.content.kept:
        discard_draft(secret)


def _now() -> str:
    return timezone.now().isoformat(timespec="seconds")


def _untouched(content: Content) -> datetime.timedelta:
    """How long nobody has touched a draft; nothing of it is known outside the ciphertext."""
    if not content.touched_at:
        return datetime.timedelta(0)
    return timezone.now() - datetime.datetime.fromisoformat(content.touched_at)


def save_page(
    secret: str,
    given: Mapping[str, Any | None],
    *,
    read: OpenDraft | None = None,
    language: str | None = None,
    tries: int = 5,
) -> Saved:
    """Keep the answers of one page; None takes an answer away.

    `read` is the draft where the caller has read it already: it spares a query, and cannot
    overwrite anything newer. Answers that the route no longer reaches are dropped and named. Two
    tabs that save at the same time both succeed: the later one starts again from what the earlier
    one wrote.

    Raises DraftGone, WaveNotOpen, DraftBusy.
    """
    for _ in range(tries):
        draft, read = read or read_draft(secret), None
        if not draft.wave.accepting:
            raise WaveNotOpen(f"{draft.wave.title} takes no answers")
        merged = {**draft.content.answers, **given}
        merged = {code: answer for code, answer in merged.items() if answer is not None}
        kept = prune(draft.wave.questionnaire.document, merged)
        content = replace(
            draft.content,
            answers=kept,
            language=language or draft.content.language,
            touched_at=_now(),
        )
        stored = seal(secret, vars(content))
        if changed(REPLACE, stored, timezone.localdate(), row_key(secret), draft.stored):
            known = kept.keys() | given.keys()
            dropped = tuple(code for code in draft.content.answers if code not in known)
            return Saved(replace(draft, content=content, stored=stored), dropped)
    raise DraftBusy("this draft is being saved elsewhere; try again")


def discard_draft(secret: str) -> None:
    """Delete the draft of this secret, if there is one."""
    Draft.objects.filter(key=row_key(secret)).delete()
