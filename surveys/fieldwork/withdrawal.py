"""Taking one's answers back."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from surveys.fieldwork.crypto import comment_hash, inbox_hash, response_hash
from surveys.fieldwork.models import Comment, Inbox, Response, SealedInbox, Wave
from surveys.fieldwork.organisation_tallies import take_away
from surveys.fieldwork.receipts import TakenBack, WrongReceipt, read_receipt
from surveys.fieldwork.tallying import change_tallies, count
from surveys.fieldwork.traces import truncate_log
from surveys.questionnaires.answers import text_questions
from surveys.questionnaires.versions import frozen


class UnknownCode(LookupError):
    """No answer that can still be taken back has this code."""


@dataclass(frozen=True)
class Withdrawn:
    """What was taken back."""

    wave_title: str
    published: bool  # a figure that counts it is published, and stays as it is


def find_wave(typed: str) -> Wave:
    """The wave whose answer this code takes back; changes nothing.

    Raises UnknownCode.
    """
    code = _read(typed).code
    kept = response_hash(code)
    for rows in (
        Inbox.objects.filter(withdrawal_hash=kept),
        SealedInbox.objects.filter(withdrawal_hash=inbox_hash(code)),
        Response.objects.filter(withdrawal_hash=kept),
    ):
        wave_id = rows.values_list("wave_id", flat=True).first()
        if wave_id is not None:
            return Wave.objects.get(pk=wave_id)
    raise UnknownCode("no answer has this code")


def _read(typed: str) -> TakenBack:
    try:
        return read_receipt(typed)
    except WrongReceipt as error:
        raise UnknownCode("no answer has this code") from error


@transaction.atomic
def withdraw(typed: str) -> Withdrawn:
    """Delete the answer of this code, collected or not, and subtract it from every tally.

    Raises UnknownCode.
    """
    wave, back = find_wave(typed), _read(typed)
    transaction.on_commit(truncate_log)
    # The lock that the collector takes: the answer stays where it is while we look again.
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    waiting = Inbox.objects.filter(wave=wave, withdrawal_hash=response_hash(back.code))
    sealed = SealedInbox.objects.filter(wave=wave, withdrawal_hash=inbox_hash(back.code))
    if not (waiting.delete()[0] or sealed.delete()[0]):
        _withdraw_collected(wave, back)
    return Withdrawn(wave.title, wave.status == Wave.Status.PUBLISHED)


def _withdraw_collected(wave: Wave, back: TakenBack) -> None:
    asked, code = frozen(wave.version_id), back.code
    response = Response.objects.filter(wave=wave, withdrawal_hash=response_hash(code)).first()
    if response is None:
        raise UnknownCode("no answer has this code")
    if wave.weighting != Wave.Weighting.SUPPLIED:
        codes = asked.layout.matrix([bytes(response.codes)])
        change_tallies(wave, count(asked.layout, codes), sign=-1)
    if wave.organisation_tallies.exists():
        if back.organisation_id is None:
            raise UnknownCode("the letters that say the organisation are missing")
        take_away(wave, asked.layout, bytes(response.codes), back.organisation_id)
    hashes = [comment_hash(question, code) for question in text_questions(asked.document)]
    Comment.objects.filter(wave=wave, withdrawal_hash__in=hashes).delete()
    response.delete()
    Wave.objects.filter(pk=wave.pk).update(tally_revision=F("tally_revision") + 1)
