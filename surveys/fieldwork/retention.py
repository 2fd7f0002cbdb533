"""What is kept how long, and its end."""

import datetime

from django.conf import settings
from django.utils import timezone

from surveys.fieldwork.models import Comment, Draft, Invitation, Response, Wave
from surveys.fieldwork.subscribing import forget_unconfirmed
from surveys.questionnaires.models import Questionnaire

COMMENT_DAYS = 365
RESPONSE_DAYS = 5 * 365
INVITATION_DAYS = 30


def purge_expired() -> dict[str, int]:
    """Delete what has had its time; returns how many rows of each kind, and nothing about them.

    Drafts: DRAFT_DAYS after they were last touched, or as soon as their wave takes no answers.
    Withdrawal hashes: once the wave's figures are published. Comments: 12 months after the wave
    closed. Responses: 5 years after it closed; their tallies stay. Addresses that nobody confirmed:
    after two weeks. Invitations, and the addresses in them: 30 days after their wave closed.
    """
    today = timezone.localdate()
    stale = Draft.objects.filter(touched_on__lt=today - datetime.timedelta(settings.DRAFT_DAYS))
    orphaned = Draft.objects.exclude(wave__status=Wave.Status.OPEN)
    # Of staff none can be opened once nobody has touched it for a while: a day is far more.
    alone = Draft.objects.filter(
        wave__questionnaire__audience=Questionnaire.Audience.STAFF,
        touched_on__lt=today - datetime.timedelta(1),
    )
    published = {"wave__status": Wave.Status.PUBLISHED, "withdrawal_hash__isnull": False}
    old_comments = today - datetime.timedelta(COMMENT_DAYS)
    old_responses = responses_kept_since()
    old_invitations = today - datetime.timedelta(INVITATION_DAYS)
    return {
        "drafts": stale.delete()[0] + orphaned.delete()[0] + alone.delete()[0],
        "response hashes": Response.objects.filter(**published).update(withdrawal_hash=None),
        "comment hashes": Comment.objects.filter(**published).update(withdrawal_hash=None),
        "comments": Comment.objects.filter(wave__closes_on__lt=old_comments).delete()[0],
        "invitations": Invitation.objects.filter(wave__closes_on__lt=old_invitations).delete()[0],
        "unconfirmed addresses": forget_unconfirmed(),
        "responses": Response.objects.filter(wave__closes_on__lt=old_responses).delete()[0],
    }


def responses_kept_since() -> datetime.date:
    """Of waves that closed before this day only tallies are left."""
    return timezone.localdate() - datetime.timedelta(RESPONSE_DAYS)
