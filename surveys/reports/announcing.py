"""Telling subscribers that a release is published: each of them once at most."""

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from surveys.fieldwork import mail
from surveys.fieldwork.models import Subscriber, Wave
from surveys.reports.models import Announcement, Notice, Release


def announce() -> int:
    """Write down whom to tell of which published release; returns how many messages wait.

    Only of real surveys; of a release that a newer one has replaced meanwhile nobody is told.
    """
    fresh = Release.objects.filter(
        state=Release.State.PUBLISHED, wave__kind=Wave.Kind.LIVE, announcement__isnull=True
    )
    made = 0
    for release in fresh:
        with transaction.atomic():
            announcement, new = Announcement.objects.get_or_create(release=release)
            if new:
                confirmed = Subscriber.objects.filter(state=Subscriber.State.CONFIRMED)
                keys = confirmed.values_list("pk", flat=True)
                notices = [Notice(announcement=announcement, subscriber_id=key) for key in keys]
                made += len(Notice.objects.bulk_create(notices, batch_size=1_000))
    return made


def send_notices() -> int:
    """Send what waits; returns how many went out.

    A message is marked before it is sent: killed in between, it is never sent twice, and stays as
    one of which nobody knows. Where the mail server cannot be reached they wait for the next time;
    an address that it refuses is deleted.
    """
    sent = 0
    waiting = Notice.objects.filter(state=Notice.State.WAITING)
    for key in list(waiting.values_list("pk", flat=True)):
        mine = waiting.filter(pk=key)
        if not mine.update(state=Notice.State.SENDING):
            continue
        notice = Notice.objects.select_related("announcement__release__wave", "subscriber").get(
            pk=key
        )
        try:
            _send(notice)
        except mail.Refused:
            notice.subscriber.delete()  # and with it all of its notices
            continue
        except OSError:  # of smtplib too: nothing was taken
            Notice.objects.filter(pk=key).update(state=Notice.State.WAITING)
            raise
        notice.delete()
        Announcement.objects.filter(pk=notice.announcement_id).update(sent=F("sent") + 1)
        sent += 1
    return sent


def unknown_notices() -> int:
    """How many messages were being sent when the worker stopped: nobody knows whether they went."""
    return Notice.objects.filter(state=Notice.State.SENDING).count()


def _send(notice: Notice) -> None:
    release = notice.announcement.release
    link = mail.absolute(reverse("method", args=[release.wave.slug, release.number]))
    mail.send(notice.subscriber, "published", wave=release.wave, link=link)
