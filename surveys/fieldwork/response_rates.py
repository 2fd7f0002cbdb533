"""How many have answered for each organisation: spent tickets, counted once a day, from 11 on."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from surveys.fieldwork.models import (
    Cards,
    Invitation,
    Organisation,
    ResponseCount,
    SealedInbox,
    Ticket,
    Wave,
)

FROM = 11  # answers, below which nobody is told how many there are


@dataclass(frozen=True)
class OwnCount:
    """Of one organisation alone, without those below it."""

    invited: int
    answered: int


@transaction.atomic
def count_responses(wave: Wave) -> int:
    """Write down today's counts of a wave that is open, of each organisation with all below it.

    Twice a day changes nothing. Returns how many organisations have a count.
    """
    today = timezone.localdate()
    if wave.response_counts.filter(counted_on=today).exists():
        return 0
    own = _own(wave)
    tree = {one.pk: one for one in Organisation.objects.all()}
    total: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for pk, one in own.items():
        at: int | None = pk
        while at is not None:
            total[at][0] += one.invited
            total[at][1] += one.answered
            at = tree[at].parent_id
    ResponseCount.objects.bulk_create(
        ResponseCount(
            wave=wave,
            organisation_id=pk,
            counted_on=today,
            invited=invited,
            answered=answered if answered >= FROM else None,
        )
        for pk, (invited, answered) in sorted(total.items())
    )
    return len(total)


def _own(wave: Wave) -> dict[int, OwnCount]:
    """Tickets made less tickets left; of an open link the answers that wait, of no known number."""
    invited: dict[int, int] = defaultdict(int)
    for pk, number in (
        Invitation.objects.filter(wave=wave, has_ticket=True)
        .order_by()
        .values_list("organisation")
        .annotate(number=Count("pk"))
    ):
        invited[pk] += number
    for pk, number in (
        Cards.objects.filter(wave=wave)
        .order_by()
        .values_list("organisation")
        .annotate(number=Sum("number"))
    ):
        invited[pk] += number
    if wave.sampling == Wave.Sampling.INVITED:
        left = _by_organisation(Ticket, wave)
        return {pk: OwnCount(number, number - left.get(pk, 0)) for pk, number in invited.items()}
    waiting = _by_organisation(SealedInbox, wave)
    return {
        pk: OwnCount(invited.get(pk, 0), waiting.get(pk, 0))
        for pk in invited.keys() | waiting.keys()
    }


def _by_organisation(model: type[Ticket] | type[SealedInbox], wave: Wave) -> dict[int, int]:
    rows = model._default_manager.filter(wave=wave).order_by().values_list("organisation")
    return dict(rows.annotate(number=Count("pk")))
