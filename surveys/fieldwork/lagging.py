"""Where fewer have answered than the target asks for by now, and telling who can do something.

They are told how many, never who: nobody knows that. So what they can do is for everybody: time to
answer, cards in the staff room, a word from the lead.
"""

import datetime
import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from surveys.fieldwork.mail import absolute
from surveys.fieldwork.models import Membership, ResponseTarget, User, Wave

logger = logging.getLogger(__name__)
FIRST = 0.25  # of fieldwork, before which too little can be said
BEHIND = 0.75  # of what the target asks for by now
AGAIN = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Lagging:
    """A target of which too little is reached."""

    target: ResponseTarget
    reached: float  # percent of those invited, rounded as it is told
    expected: float  # percent that would be on the way to the target


def lagging(wave: Wave) -> list[Lagging]:
    """The targets of an open wave that lag by their newest counts.

    What is expected rises with the days of fieldwork. An organisation of which fewer than 11 have
    answered counts as none: how many is told to nobody.
    """
    today = timezone.localdate()
    days = (wave.closes_on - wave.opens_on).days + 1
    passed = ((today - wave.opens_on).days + 1) / days
    if passed < FIRST:
        return []
    found = []
    for target in wave.response_targets.select_related("organisation", "wave"):
        counts = wave.response_counts.filter(organisation=target.organisation)
        newest = counts.order_by("-counted_on").first()
        if newest is None or not newest.invited:
            continue
        reached = 100 * 5 * round((newest.answered or 0) / 5) / newest.invited
        expected = target.percent * min(passed, 1.0)
        if reached < BEHIND * expected:
            found.append(Lagging(target, reached, expected))
    return found


def tell_managers(wave: Wave) -> int:
    """Write to the managers of organisations that lag, once a week at most; returns how many.

    Each target is marked before anything is sent: nobody is written to twice for one.
    """
    today, sent = timezone.localdate(), 0
    for one in lagging(wave):
        told = one.target.told_on
        if told is not None and today - told < AGAIN:
            continue
        mine = ResponseTarget.objects.filter(pk=one.target.pk, told_on=told)
        if not mine.update(told_on=today):
            continue
        addresses = [user.email for user in managers_of(one.target)]
        if addresses:
            message = _message(one)
            message.bcc = addresses
            message.send()
            sent += len(addresses)
    return sent


def managers_of(target: ResponseTarget) -> QuerySet[User]:
    """Those who manage the organisation itself; where nobody does, those of the next above it."""
    above: list[str] = target.organisation.path.strip("/").split("/")
    for code in reversed(above):
        found = User.objects.filter(
            is_active=True,
            memberships__role=Membership.Role.MANAGER,
            memberships__organisation__code=code,
        ).distinct()
        if found:
            return found
    return User.objects.none()


def _message(one: Lagging) -> EmailMessage:
    wave, organisation = one.target.wave, one.target.organisation
    told = {
        "wave": wave,
        "organisation": organisation,
        "reached": round(one.reached),
        "percent": one.target.percent,
        "link": absolute(reverse("manage-wave", args=[wave.slug])),
        "service_name": settings.SERVICE_NAME,
    }
    text = render_to_string("mail/lagging.txt", told)
    return EmailMessage(f"{organisation}: fewer answers than hoped for", text)
