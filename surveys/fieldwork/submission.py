"""A draft becomes a finished answer: one transaction, at most once."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from surveys.fieldwork.crypto import (
    comment_hash,
    inbox_hash,
    possible_withdrawal_codes,
    response_hash,
    withdrawal_code,
)
from surveys.fieldwork.drafts import DraftGone, OpenDraft, WaveNotOpen, read_draft
from surveys.fieldwork.inbox import Finished, deliver
from surveys.fieldwork.models import Inbox, Response, SealedInbox
from surveys.fieldwork.receipts import with_organisation
from surveys.fieldwork.sealed_inbox import Fate, deliver_sealed
from surveys.questionnaires.answers import problem_with, text_questions
from surveys.questionnaires.flags import NONE, Flags, flags_of_answers
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.routing import prune, route


class TicketSpent(LookupError):
    """Somebody has answered with this ticket before; what was sent now is not counted."""


class Incomplete(ValueError):
    """A page on the respondent's route still needs an answer."""

    def __init__(self, page_code: str) -> None:
        super().__init__(f"page {page_code} needs an answer")
        self.page_code = page_code


STAFF = Q(wave__questionnaire__audience=Questionnaire.Audience.STAFF)


@dataclass(frozen=True)
class Receipt:
    """What a respondent gets for a finished answer; the same for the same draft, always.

    answers: what was delivered just now, and the version that asked for it; none where it was
    delivered before, since nobody can read it any more.
    """

    withdrawal_code: str
    already: bool
    wave_slug: str
    version_id: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)


def submit(secret: str, noticed: Flags = NONE) -> Receipt:
    """Move the draft's answers to the inbox and delete the draft.

    noticed: what the door saw of how they were sent; more follows from the answers and their time.

    Of any number of simultaneous submissions of one draft, one delivers; all get its receipt.
    Nothing is enqueued: the collector looks by itself.

    Raises DraftGone, WaveNotOpen, Incomplete, TicketSpent.
    """
    try:
        draft = read_draft(secret)
    except DraftGone:
        return receipt_again(secret)
    if not draft.wave.accepting:
        raise WaveNotOpen(f"{draft.wave.title} takes no answers")
    answers = _finished_answers(draft)
    code = withdrawal_code(secret, draft.stored)
    texts = text_questions(draft.wave.questionnaire.document) & answers.keys()
    finished = Finished(
        answers,
        draft.content.language,
        timezone.localdate(),
        response_hash(code),
        {question: comment_hash(question, code) for question in texts},
        _flags(draft, answers, noticed),
    )
    if draft.wave.staff:
        fate, organisation_id = deliver_sealed(draft, finished, code)
        if fate is Fate.SPENT:
            raise TicketSpent(f"this ticket of {draft.wave.title} was used")
        if organisation_id is not None:
            told = with_organisation(code, organisation_id)
            return Receipt(told, False, draft.wave.slug, draft.wave.version_id, answers)
    elif deliver(draft, finished):
        return Receipt(code, False, draft.wave.slug, draft.wave.version_id, answers)
    # Somebody else changed it meanwhile: submitted it, or saved another page.
    return submit(secret, noticed)


def _flags(draft: OpenDraft, answers: dict[str, object], noticed: Flags) -> Flags:
    """How the answers were given, where the questionnaire says that this is marked."""
    document = draft.wave.questionnaire.document
    if document.quality is None:
        return NONE
    begun = datetime.datetime.fromisoformat(draft.content.started_at)
    seconds = (timezone.now() - begun).total_seconds()
    return noticed | flags_of_answers(document, answers, draft.content.seed, seconds)


def _finished_answers(draft: OpenDraft) -> dict[str, object]:
    document = draft.wave.questionnaire.document
    answers = prune(document, draft.content.answers)
    for page in route(document, answers):
        for question in page.questions:
            answer = answers.get(question.code)
            wrong = question.required if answer is None else problem_with(question, answer)
            if wrong:
                raise Incomplete(page.code)
    return answers


def receipt_again(secret: str) -> Receipt:
    """The receipt of a draft that was submitted before, waiting or collected.

    Of staff it is given again only while the answer waits: a response does not know where it was
    counted.

    Raises DraftGone.
    """
    for code in possible_withdrawal_codes(secret):
        for rows in (Inbox.objects, Response.objects):
            found = rows.filter(withdrawal_hash=response_hash(code)).exclude(STAFF)
            slug = found.values_list("wave__slug", flat=True).first()
            if slug is not None:
                return Receipt(code, already=True, wave_slug=slug)
        sealed = SealedInbox.objects.filter(withdrawal_hash=inbox_hash(code))
        for slug, organisation_id in sealed.values_list("wave__slug", "organisation_id"):
            return Receipt(with_organisation(code, organisation_id), already=True, wave_slug=slug)
    raise DraftGone("there is no draft for this secret, and no answer made from one")
