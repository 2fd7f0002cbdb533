"""Drafts: only their secret opens them, and nothing typed is lost."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from surveys.fieldwork import drafts
from surveys.fieldwork.crypto import CannotOpen, MalformedCode, read_code, row_key, seal, unseal
from surveys.fieldwork.drafts import (
    DraftGone,
    WaveNotOpen,
    begin_draft,
    discard_draft,
    read_draft,
    save_page,
)
from surveys.fieldwork.models import Draft
from tests.fieldwork.small import make_wave

pytestmark = pytest.mark.django_db


def test_a_draft_begins_empty_but_for_the_arm_that_was_drawn():
    draft = read_draft(begin_draft(wave=make_wave(), language="cy"))
    assert draft.content.answers.keys() == {"arm"}
    assert draft.content.language == "cy"


def test_reading_a_draft_takes_one_query(django_assert_num_queries):
    secret = begin_draft(wave=make_wave(), language="en")
    read_draft(secret)  # the questionnaire is read once per process
    with django_assert_num_queries(1):
        assert read_draft(secret).wave.questionnaire.document.slug == "small-public"


def test_saving_a_page_takes_two_queries(django_assert_num_queries):
    secret = begin_draft(wave=make_wave(), language="en")
    save_page(secret, {"sex": "male"})
    with django_assert_num_queries(2):
        save_page(secret, {"sex": "female"})


def test_an_answer_that_no_longer_applies_is_dropped_and_named():
    secret = begin_draft(wave=make_wave(), language="en")
    save_page(secret, {"aware": "yes"})
    save_page(secret, {"worries": ["jobs"]})
    saved = save_page(secret, {"aware": "no"})
    assert saved.dropped == ("worries",)
    assert "worries" not in read_draft(secret).content.answers


def test_none_takes_an_answer_away_without_calling_it_dropped():
    secret = begin_draft(wave=make_wave(), language="en")
    save_page(secret, {"sex": "male"})
    assert save_page(secret, {"sex": None}).dropped == ()
    assert "sex" not in read_draft(secret).content.answers


def test_two_tabs_that_save_at_the_same_time_both_keep_their_page(monkeypatch):
    secret = begin_draft(wave=make_wave(), language="en")

    seal_first = drafts.seal
    other_tab = iter([True])

    def seal_after_the_other_tab(*args):
        if next(other_tab, False):
            monkeypatch.setattr(drafts, "seal", seal_first)
            save_page(secret, {"nation": "wales"})
            monkeypatch.setattr(drafts, "seal", seal_after_the_other_tab)
        return seal_first(*args)

    monkeypatch.setattr(drafts, "seal", seal_after_the_other_tab)
    save_page(secret, {"sex": "male"})
    answers = read_draft(secret).content.answers
    assert (answers["sex"], answers["nation"]) == ("male", "wales")


def test_another_secret_finds_nothing():
    begin_draft(wave=make_wave(), language="en")
    with pytest.raises(DraftGone):
        read_draft("0" * 26)


def test_the_row_holds_nothing_that_was_answered():
    secret = begin_draft(wave=make_wave(), language="en")
    save_page(secret, {"comment": "canary in clear"})
    row = Draft.objects.get()
    assert b"canary" not in bytes(row.ciphertext)
    assert secret.encode() not in bytes(row.key) + bytes(row.ciphertext)


def test_a_ciphertext_moved_to_another_row_does_not_open():
    wave = make_wave()
    mine, theirs = (begin_draft(wave=wave, language="en") for _ in range(2))
    stolen = Draft.objects.get(key=row_key(theirs)).ciphertext
    Draft.objects.filter(key=row_key(mine)).update(ciphertext=stolen)
    with pytest.raises(DraftGone):
        read_draft(mine)


def test_an_older_pepper_still_opens_a_draft_and_a_removed_one_does_not(settings):
    settings.DRAFT_PEPPERS = ["old"]
    stored = seal("A" * 26, {"answers": {}})
    settings.DRAFT_PEPPERS = ["new", "old"]
    assert unseal("A" * 26, stored) == {"answers": {}}
    settings.DRAFT_PEPPERS = ["new"]
    with pytest.raises(CannotOpen):
        unseal("A" * 26, stored)


def test_a_code_is_read_however_a_person_writes_it():
    assert read_code("abcd-efgh jkmn-pqrs-tvwO", 20) == "ABCDEFGHJKMNPQRSTVW0"
    with pytest.raises(MalformedCode):
        read_code("ABCD", 20)


def test_nothing_is_saved_after_the_grace_has_run_out():
    wave = make_wave(closes_on=timezone.localdate(), grace_minutes=60)
    secret = begin_draft(wave=wave, language="en")
    inside = wave.accepts_until - datetime.timedelta(minutes=1)
    with time_machine.travel(inside, tick=False):
        save_page(secret, {"sex": "male"})
    with time_machine.travel(wave.accepts_until, tick=False), pytest.raises(WaveNotOpen):
        save_page(secret, {"sex": "female"})


def test_a_discarded_draft_is_gone():
    secret = begin_draft(wave=make_wave(), language="en")
    discard_draft(secret)
    with pytest.raises(DraftGone):
        read_draft(secret)
