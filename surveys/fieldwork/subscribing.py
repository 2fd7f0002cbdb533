"""Signing up for news of results, and leaving again: by links that only the address gets."""

import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.fieldwork.models import Subscriber

UNCONFIRMED_WEEKS = 2  # after which an address that nobody confirmed is deleted
State = Subscriber.State


class UnknownLink(LookupError):
    """No subscriber has this link: mistyped, left already, or not confirmed in time."""


def sign_up(email: str, language: str) -> None:
    """Remember an address until it is confirmed; again and again it is asked once at a time.

    A confirmed address stays as it is, and nothing tells whoever typed it in that it is known.
    """
    week = _monday(timezone.localdate())
    known = Subscriber.objects.filter(email__iexact=email)
    if known.exclude(state=State.CONFIRMED).update(state=State.NEW, language=language, week=week):
        return
    try:
        with transaction.atomic():
            Subscriber.objects.create(email=email.lower(), language=language, week=week)
    except IntegrityError:  # confirmed, or typed in twice at the same moment
        return


def link_code(subscriber: Subscriber) -> str:
    """What the links to a subscriber hold: nobody can make one up, and it tells no address."""
    return _signer().sign(subscriber.pk.hex)


def subscriber_of(code: str) -> Subscriber:
    """The subscriber of a link.

    Raises UnknownLink.
    """
    try:
        return Subscriber.objects.get(pk=_signer().unsign(code))
    except (BadSignature, Subscriber.DoesNotExist) as error:
        raise UnknownLink("no subscriber has this link") from error


def confirm(code: str) -> None:
    """From now on this address is told of results; twice is as good as once.

    Raises UnknownLink.
    """
    subscriber = subscriber_of(code)
    Subscriber.objects.filter(pk=subscriber.pk).update(state=State.CONFIRMED)


def leave(code: str) -> None:
    """Delete the address of this link. Twice is as good as once."""
    try:
        subscriber_of(code).delete()
    except UnknownLink:
        return


def forget_unconfirmed() -> int:
    """Delete the addresses that nobody confirmed in time; returns how many."""
    last = _monday(timezone.localdate()) - datetime.timedelta(weeks=UNCONFIRMED_WEEKS)
    old = Subscriber.objects.filter(week__lt=last).exclude(state=State.CONFIRMED)
    return old.delete()[0]


def to_ask() -> list[Any]:
    """The subscribers whose message that asks for confirmation waits, by key."""
    return list(Subscriber.objects.filter(state=State.NEW).values_list("pk", flat=True))


def take_to_ask(key: Any) -> Subscriber | None:
    """The subscriber, marked as being asked; None where somebody else took it."""
    if not Subscriber.objects.filter(pk=key, state=State.NEW).update(state=State.ASKING):
        return None
    return Subscriber.objects.filter(pk=key).first()


def was_asked(subscriber: Subscriber) -> None:
    """Note that the message went out."""
    mine = Subscriber.objects.filter(pk=subscriber.pk, state=State.ASKING)
    mine.update(state=State.ASKED)


def not_asked(subscriber: Subscriber) -> None:
    """Let the message wait again: the mail server took nothing."""
    mine = Subscriber.objects.filter(pk=subscriber.pk, state=State.ASKING)
    mine.update(state=State.NEW)


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _signer() -> Signer:
    return Signer(salt="a subscriber's link")
