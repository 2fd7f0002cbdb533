"""Whether the arms that chance drew can still be held beside each other when fieldwork is over.

What was drawn alike stays alike only as far as all finish and answer. Where more of one arm gave
up, or gave no answer that counts, than chance explains, those who are left may differ in more than
what they were shown. Where as many of both are left, they may still be others: numbers do not show
it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from numpy.typing import NDArray

from surveys.fieldwork.arms import arm_counts
from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Found, Judgement, judged
from surveys.questionnaires.document import Document, Effect
from surveys.questionnaires.packing import Layout
from surveys.questionnaires.uses import Arm
from surveys.reports.figures import percent
from surveys.reports.models import Release
from surveys.statistics.differences import chance_of_parting

RARELY = 0.05
CHANCE = "Chance decided who was in which, so they differed by chance alone when they began."
KEPT = (
    "About as many of both finished and answered. That does not show that they were the same kinds"
    " of people."
)
UNKNOWN = "How many began in each is not known, so more of one may have given up."
BY_FILE = (
    "Who was in which came with the answers in a file: that chance decided it is not known here."
)
LEFT = "and those who gave up may have answered otherwise."
SILENT = "and the others may think otherwise."


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


def arms_told(wave: Wave, layout: Layout, slots: NDArray[Any]) -> list[dict[str, Any]]:
    """Starts and finishes of every arm, as a release tells them; none while the wave is open.

    slots: (slots,) counts of all who finished. Numbers that would tell of few people are left out.
    """
    if wave.status == Wave.Status.OPEN:
        return []
    few, counts = settings.DISCLOSURE_MINIMUM, arm_counts(wave, layout, slots)
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


Bases = Mapping[tuple[str, str, str], tuple[int | None, int | None]]


def bases_of(release: Release) -> Bases:
    """How many people of an arm and of the control the figures of each effect rest on, by question,
    option and arm; none where they are hidden."""
    rows = release.contrasts.filter(against__startswith="arm:")
    names = rows.values_list("question", "option", "against", "base", "their_base")
    return {(question, option, arm): (own, their) for question, option, arm, own, their in names}


def judge_arms(method: Mapping[str, Any], declared: DeclaredArm, bases: Bases) -> Judgement:
    """What may be said of an arm beside the control; method: of the release."""
    counts = {
        one["arm"]: (one["started"], one["finished"])
        for one in method.get("arms", ())
        if one["split"] == declared.effect.split
    }
    began, finished = zip(
        *(counts.get(one.code, (None, None)) for one in (declared.arm, declared.control)),
        strict=True,
    )
    key = declared.effect.question, declared.effect.option, declared.source
    answered = bases.get(key, (None, None))
    found: Found = [("same", CHANCE)]
    if method.get("from_file"):
        found = [("annotate", BY_FILE)]
    stayed, gave = _apart(began, finished), _apart(finished, answered)
    if stayed is None:
        found.append(("annotate", UNKNOWN))
    elif stayed:
        found.append(("beside", _told(declared, "began", "finished", stayed, LEFT)))
    if gave:
        found.append(
            ("beside", _told(declared, "finished", "gave an answer that counts", gave, SILENT))
        )
    if stayed == () and gave == ():
        found.append(("same", KEPT))
    return judged(found, best="same")


Two = Sequence[int | None]  # people of the arm, and of the control


def _apart(could: Two, did: Two) -> tuple[float, float] | tuple[()] | None:
    """The two shares where chance alone would let them part so far less than once in 20 times,
    empty where it would more often; None where a count is not known or cannot be."""
    sides = [(k, n) for k, n in zip(did, could, strict=True) if n and k is not None and k <= n]
    if len(sides) < len(could):
        return None
    if chance_of_parting(*zip(*sides, strict=True)) >= RARELY:
        return ()
    (k1, n1), (k0, n0) = sides
    return k1 / n1, k0 / n0


def _told(
    declared: DeclaredArm, first: str, then: str, shares: tuple[float, float], why: str
) -> str:
    arm, control = map(percent, shares)
    return (
        f"{arm} of those who {first} with “{declared.arm.text}” {then}, and {control} of those with"
        f" “{declared.control.text}”, further apart than chance explains, {why}"
    )
