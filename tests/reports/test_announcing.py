"""Subscribers hear of each release once at most."""

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError

from surveys.fieldwork.models import Subscriber, Wave
from surveys.fieldwork.subscribing import sign_up
from surveys.reports.announcing import announce, send_notices, unknown_notices
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Announcement, Notice, Release
from surveys.reports.releases import publish_release
from surveys.reports.tasks import announce_releases
from tests.fieldwork.small import make_wave
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db


def subscribers(*names: str, state: str = "confirmed") -> None:
    for name in names:
        sign_up(f"{name}@example.org", "en")
    Subscriber.objects.filter(email__in=[f"{name}@example.org" for name in names]).update(
        state=state
    )


def published(**fields: Any) -> Release:
    wave = make_wave(status="closed", sampling="probability", **fields)
    respond(wave, [{"aware": "yes"}] * 100)
    return publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")


def test_every_confirmed_subscriber_gets_one_message_however_often_the_task_runs() -> None:
    subscribers("ada", "bob")
    subscribers("eve", state="asked")
    published()
    for _ in range(3):
        announce_releases()
    assert sorted(to for message in mail.outbox for to in message.to) == [
        "ada@example.org",
        "bob@example.org",
    ]
    assert "/results/wave/releases/1/method" in str(mail.outbox[0].body)
    assert mail.outbox[0].subject == "New results: Wave"
    assert Announcement.objects.get().sent == 2
    assert not Notice.objects.exists()


def test_who_signs_up_later_is_not_told_of_old_results() -> None:
    published()
    announce_releases()
    subscribers("ada")
    announce_releases()
    assert not mail.outbox


@pytest.mark.parametrize("kind", ["simulated", "pilot"])
def test_of_waves_that_are_not_real_nobody_is_told(kind: str) -> None:
    subscribers("ada")
    published(kind=kind)
    announce_releases()
    assert not mail.outbox


def test_nobody_is_told_of_figures_that_are_provisional() -> None:
    subscribers("ada")
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "yes"}] * 100)
    estimate_wave(wave.pk)
    announce_releases()
    assert not mail.outbox


def test_a_message_whose_worker_was_killed_is_never_sent_again_and_is_listed() -> None:
    subscribers("ada")
    published()
    announce()
    Notice.objects.update(state="sending")  # as it stands while the mail server is spoken to
    assert send_notices() == 0
    assert not mail.outbox
    assert unknown_notices() == 1


def test_a_mail_server_that_is_away_delays_messages_and_loses_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribers("ada", "bob")
    published()
    announce()

    def away(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMultiAlternatives, "send", away)
        with pytest.raises(ConnectionRefusedError):
            send_notices()
    assert send_notices() == 2


def test_an_address_that_the_mail_server_refuses_is_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribers("ada")
    published()
    announce()

    def refuse(*_: object) -> None:
        raise smtplib.SMTPRecipientsRefused({})

    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMultiAlternatives, "send", refuse)
        assert send_notices() == 0
    assert not Subscriber.objects.exists()
    assert not Notice.objects.exists()


def test_who_leaves_before_a_message_is_sent_gets_none() -> None:
    subscribers("ada")
    published()
    announce()
    Subscriber.objects.all().delete()
    assert send_notices() == 0


def test_the_database_holds_one_notice_for_each_subscriber() -> None:
    subscribers("ada")
    published()
    announce()
    notice = Notice.objects.get()
    with pytest.raises(IntegrityError, match=r"notice_once_for_each_subscriber|UNIQUE"):
        Notice.objects.create(announcement=notice.announcement, subscriber=notice.subscriber)


def test_a_correction_is_announced_and_what_it_replaced_is_not() -> None:
    subscribers("ada")
    first = published()
    wave = Wave.objects.get()
    respond(wave, [{"aware": "no"}] * 50)
    publish_release(estimate_wave(wave.pk), by="Ada")
    announce_releases()
    first.refresh_from_db()
    assert first.state == "superseded"
    assert len(mail.outbox) == 1
    assert "/releases/2/" in str(mail.outbox[0].body)
