"""Whether the arms that chance drew can still be held beside each other when fieldwork is over.

What was drawn alike stays alike only as far as all finish. Where more of one arm gave up than of
another, those who are left may differ in more than what they were shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from surveys.fieldwork.arms import arm_counts
from surveys.fieldwork.models import Wave
from surveys.fieldwork.tallying import Cube
from surveys.questionnaires.comparability import Found, Judgement, judged
from surveys.questionnaires.document import Arm, Document, Effect
from surveys.reports.figures import percent
from surveys.statistics.differences import chance_of_parting

RARELY = 0.05
CHANCE = "Chance decided who was in which, so they differ in nothing else."
UNKNOWN = "How many began in each is not known, so more of one may have given up."


@dataclass(frozen=True)
class DeclaredArm:
    """One arm of a split whose effect on one measure a questionnaire declares."""

    effect: Effect
    arm: Arm
    control: Arm

    @property
    def source(self) -> str:
        """How rows and files name it."""
        return source_of(self.effect.split, self.arm.code)


def source_of(split: str, arm: str) -> str:
    """How rows and files name an arm that stands beside the control."""
    return f"arm:{split}={arm}"


def declared_arms(document: Document) -> list[DeclaredArm]:
    """Every arm that is held beside its control, by effect, in the document's order."""
    found = []
    for effect in document.effects:
        arms = document.splits_by_code[effect.split].arms
        control = next(one for one in arms if one.code == effect.control)
        found += [DeclaredArm(effect, arm, control) for arm in arms if arm is not control]
    return found


def arms_told(wave: Wave, cube: Cube) -> list[dict[str, Any]]:
    """Starts and finishes of every arm, as a release tells them; none while the wave is open.

    Numbers that would tell of few people are left out.
    """
    if wave.status == Wave.Status.OPEN:
        return []
    few, counts = settings.DISCLOSURE_MINIMUM, arm_counts(wave, cube)
    # All finishes of a split make up everyone: one that is hidden hides the others.
    small = {one.split for one in counts if one.finished < few}
    return [
        {
            "split": one.split,
            "arm": one.arm,
            "started": None if one.started is None or one.started < few else one.started,
            "finished": None if one.split in small else one.finished,
        }
        for one in counts
    ]


def judge_arms(method: Mapping[str, Any], declared: DeclaredArm) -> Judgement:
    """What may be said of an arm beside the control; method: of the release."""
    arm, control = declared.arm, declared.control
    counts = {
        one["arm"]: (one["started"], one["finished"])
        for one in method.get("arms", ())
        if one["split"] == declared.effect.split
    }
    found: Found = [("same", CHANCE)]
    sides = [counts.get(one.code, (None, None)) for one in (control, arm)]
    known = [(began, done) for began, done in sides if began and done is not None and done <= began]
    if len(known) < len(sides):
        found.append(("annotate", UNKNOWN))
    elif _parted(*known):
        kept = [percent(finished / began) for began, finished in known]
        found.append(
            (
                "beside",
                f"{kept[1]} of those who began with “{arm.text}” finished, and {kept[0]} of those"
                f" with “{control.text}”, so those who are left may differ.",
            )
        )
    return judged(found, best="same")


def _parted(*sides: tuple[int, int]) -> bool:
    """Whether chance alone would let such different shares finish less than once in 20 times."""
    began, finished = zip(*sides, strict=True)
    return bool(chance_of_parting(finished, began) < RARELY)
