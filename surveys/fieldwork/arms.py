"""The arms that chance draws: which one a draft is in, and how many of each began and finished.

Who gives up is not counted one by one: the starts of an arm go up by one when a draft begins in it,
and its finished answers are in the tallies. More of one arm giving up than of another would spoil
what a comparison of them shows.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from numpy.typing import NDArray

from surveys.fieldwork.models import ArmStart, Wave
from surveys.questionnaires.document import Document
from surveys.questionnaires.packing import Layout, Slot


@dataclass(frozen=True)
class ArmCount:
    """How many drafts began in one arm, and how many of them were handed in.

    started: none where answers came in without drafts, from a file or a simulation.
    """

    split: str
    arm: str
    started: int | None
    finished: int


def draw_arms(document: Document, chance: random.Random) -> dict[str, str]:
    """One arm of each split, with the arms' shares as odds."""
    return {
        split.code: chance.choices(
            [arm.code for arm in split.arms], [arm.share for arm in split.arms]
        )[0]
        for split in document.splits
    }


def count_start(wave: Wave, arms: Mapping[str, str]) -> None:
    """Count a draft that begins in these arms, in the caller's transaction."""
    if not arms:
        return
    drawn = Q()
    for split, arm in arms.items():
        drawn |= Q(split=split, arm=arm)
    if ArmStart.objects.filter(drawn, wave=wave).update(drafts=F("drafts") + 1) == len(arms):
        return
    # The first draft of an arm finds no row; two first ones at once make one between them.
    known = set(ArmStart.objects.filter(drawn, wave=wave).values_list("split", flat=True))
    for split in arms.keys() - known:
        row, _ = ArmStart.objects.get_or_create(wave=wave, split=split, arm=arms[split])
        ArmStart.objects.filter(pk=row.pk).update(drafts=F("drafts") + 1)


def arm_counts(wave: Wave, layout: Layout, slots: NDArray[Any]) -> list[ArmCount]:
    """Starts and finishes of every arm; slots: (slots,) counts of all who finished."""
    rows = ArmStart.objects.filter(wave=wave).values_list("split", "arm", "drafts")
    started = {(split, arm): drafts for split, arm, drafts in rows}
    return [
        ArmCount(
            split.code,
            arm.code,
            started.get((split.code, arm.code)),
            int(slots[layout.place_of_slot[Slot("arm", split.code, arm.code)]]),
        )
        for split in layout.document.splits
        for arm in split.arms
    ]
