"""How inviting goes, organisation by organisation: what a manager may see of it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from surveys.fieldwork.models import Cards, Invitation, Organisation, ResponseCount, Wave

ALL_BUT_A_FEW = 5  # people; where fewer have not answered, how many is not told


@dataclass(frozen=True)
class Rate:
    """How many have answered by a day."""

    text: str
    share: str  # as a bar takes it, such as 41%; empty where it is not told


@dataclass
class Line:
    """One organisation, with all below it."""

    organisation: Organisation
    depth: int
    invited: int = 0
    written_to: int = 0
    bounced: int = 0
    opted_out: int = 0
    unknown: int = 0
    cards: int = 0
    rate: Rate | None = None
    target: int | None = None  # percent
    link: str = ""


def lines(wave: Wave, organisations: list[Organisation]) -> list[Line]:
    """How it goes for some organisations that a wave asks, from the top down; four queries."""
    own = _own(wave)
    cards = dict(
        Cards.objects.filter(wave=wave)
        .order_by()
        .values_list("organisation")
        .annotate(number=Sum("number"))
    )
    counts = {
        row.organisation_id: row
        for row in ResponseCount.objects.filter(wave=wave).order_by("counted_on")
    }
    targets = dict(wave.response_targets.values_list("organisation", "percent"))
    top = min((one.path.count("/") for one in organisations), default=0)
    shown = sorted(organisations, key=lambda one: one.path)
    found = []
    for one in shown:
        below = [other for other in shown if other.path.startswith(one.path)]
        line = Line(one, one.path.count("/") - top)
        for other in below:
            for name, number in own[other.pk].items():
                setattr(line, name, getattr(line, name) + number)
            line.cards += cards.get(other.pk, 0)
        if (row := counts.get(one.pk)) is not None:
            line.rate = rate(row)
        line.target = targets.get(one.pk)
        found.append(line)
    return found


def _own(wave: Wave) -> dict[int, dict[str, int]]:
    """What is counted of each organisation alone, by the names of `Line`."""
    names = ("invited", "written_to", "bounced", "opted_out", "unknown")
    rows = (
        Invitation.objects.filter(wave=wave)
        .order_by()
        .values_list("organisation")
        .annotate(
            number=Count("pk"),
            sent=Count("pk", filter=Q(messages__gt=0)),
            gone=Count("pk", filter=Q(bounced=True)),
            out=Count("pk", filter=Q(opted_out=True)),
            open=Count("pk", filter=Q(sending=True)),
        )
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for organisation_id, *numbers in rows:
        found[organisation_id] = dict(zip(names, numbers, strict=True))
    return found


def rate(row: ResponseCount) -> Rate:
    """A count in words: to the nearest 5, so that two of them do not tell of one person."""
    when = f"by {row.counted_on:%-d %B}"
    if row.answered is None:
        return Rate(f"Fewer than 11 {when}: not told", "")
    if row.invited and row.invited - row.answered < ALL_BUT_A_FEW:
        return Rate(f"All but a few of {row.invited:,} {when}", "100%")
    about = 5 * round(row.answered / 5)
    if not row.invited:
        return Rate(f"About {about:,} {when}", "")
    share = about / row.invited
    return Rate(f"About {about:,} of {row.invited:,} {when}: {share:.0%}", f"{share:.0%}")
