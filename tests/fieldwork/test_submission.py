"""A finished answer arrives once, and can be taken back."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.crypto import response_hash, withdrawal_code
from surveys.fieldwork.drafts import DraftGone, WaveNotOpen, begin_draft, read_draft, save_page
from surveys.fieldwork.inbox import Finished, deliver, deliver_many
from surveys.fieldwork.models import Comment, Draft, Inbox, Response, Tally, Wave
from surveys.fieldwork.submission import Incomplete, submit
from surveys.fieldwork.waves import close_wave
from surveys.fieldwork.withdrawal import UnknownCode, withdraw
from tests.fieldwork.small import make_wave

pytestmark = pytest.mark.django_db


def finished_draft(wave: Wave) -> str:
    secret = begin_draft(wave=wave, language="en")
    save_page(secret, {"sex": "male", "nation": "wales", "aware": "no", "comment": "Well."})
    return secret


def test_a_submitted_draft_becomes_one_inbox_row():
    receipt = submit(finished_draft(make_wave()))
    assert not receipt.already
    assert Inbox.objects.get().answers["nation"] == "wales"
    assert not Draft.objects.exists()


def test_a_draft_whose_answers_cannot_be_delivered_stays():
    wave = make_wave()
    secret = finished_draft(wave)
    code = withdrawal_code(secret, read_draft(secret).stored)
    taken = Finished({}, "en", timezone.localdate(), response_hash(code))
    deliver_many(wave.pk, [taken])  # two rows of one withdrawal code cannot be
    with pytest.raises(IntegrityError), transaction.atomic():
        submit(secret)
    assert read_draft(secret).content.answers
    assert Inbox.objects.count() == 1


def test_a_draft_that_has_changed_since_it_was_read_is_not_delivered():
    wave = make_wave()
    secret = finished_draft(wave)
    read = read_draft(secret)
    save_page(secret, {}, read=read, language="cy")
    finished = Finished(read.content.answers, "en", timezone.localdate(), b"1" * 32)
    assert not deliver(read, finished)
    assert not Inbox.objects.exists()
    assert Draft.objects.count() == 1


def test_a_second_submission_gives_the_same_receipt_before_and_after_collection():
    wave = make_wave()
    secret = finished_draft(wave)
    first = submit(secret)
    waiting = submit(secret)
    collect_wave(wave.pk, everything=True)
    collected = submit(secret)
    assert first.withdrawal_code == waiting.withdrawal_code == collected.withdrawal_code
    assert waiting.already
    assert collected.already
    assert Response.objects.count() == 1
    assert not Inbox.objects.exists()


def test_a_required_question_on_the_route_must_be_answered():
    secret = begin_draft(wave=make_wave(), language="en")
    with pytest.raises(Incomplete) as refusal:
        submit(secret)
    assert refusal.value.page_code == "aware"
    assert Draft.objects.exists()


def test_an_answer_to_a_closed_wave_is_refused():
    wave = make_wave()
    secret = finished_draft(wave)
    Wave.objects.filter(pk=wave.pk).update(status="closed")
    with pytest.raises(WaveNotOpen):
        submit(secret)


def test_closing_a_wave_deletes_its_drafts():
    wave = make_wave()
    secret = finished_draft(wave)
    close_wave(wave)
    with pytest.raises(DraftGone):
        submit(secret)


@pytest.mark.parametrize("collected", [False, True])
def test_a_withdrawn_answer_leaves_nothing_behind(collected):
    wave = make_wave()
    receipt = submit(finished_draft(wave))
    if collected:
        collect_wave(wave.pk, everything=True)
        assert Tally.objects.exists()
        assert Comment.objects.get().text == "Well."
    withdraw(receipt.withdrawal_code)
    for rows in (Inbox, Response, Comment, Tally):
        assert not rows.objects.exists(), rows
    with pytest.raises(UnknownCode):
        withdraw(receipt.withdrawal_code)


def test_a_comment_cannot_be_joined_to_its_response():
    wave = make_wave()
    submit(finished_draft(wave))
    collect_wave(wave.pk, everything=True)
    response, comment = Response.objects.get(), Comment.objects.get()
    assert "comment" not in response.answers
    assert bytes(response.withdrawal_hash) != bytes(comment.withdrawal_hash)
    assert response.pk != comment.pk
