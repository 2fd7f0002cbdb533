"""What arms and pairs tell together with everything else: groups that are left by subtraction.

An arm less the pair that was counted in it leaves those who gave the second answer only; a question
less its pair does the same for everyone. And two releases can be subtracted: a group of which a few
people came or left tells what they answered, and so does one of as many people as before, of whom
some are others. `history` holds the same rules for slices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from surveys.questionnaires.document import Effect, Pair
from surveys.questionnaires.versions import frozen
from surveys.reports.arms import source_of
from surveys.reports.models import Contrast, Release
from surveys.reports.rounding import Steps

Measure = tuple[str, str]  # question, option (empty for a mean)
SAME_SUM = 1e-6  # what is left of adding and subtracting


@dataclass(frozen=True)
class Group:
    """People who can be told by adding and subtracting, and the sums of what they answered.

    sums: with everybody counted once; None where a release did not tell it so. slack: how far a sum
    may be off because figures were rounded.
    """

    people: float
    sums: Mapping[Measure, float | None]
    slack: Mapping[Measure, float] = field(default_factory=dict)

    def less(self, other: "Group") -> "Group":
        """Those who are left when others are taken away."""
        return self._joined(other, -1)

    def and_(self, other: "Group") -> "Group":
        """Both, who have nobody in common."""
        return self._joined(other, 1)

    def _joined(self, other: "Group", sign: int) -> "Group":
        sums: dict[Measure, float | None] = {}
        for key in self.sums.keys() & other.sums.keys():
            mine, theirs = self.sums[key], other.sums[key]
            sums[key] = None if mine is None or theirs is None else mine + sign * theirs
        slack = {key: self.slack.get(key, 0) + other.slack.get(key, 0) for key in sums}
        return Group(self.people + sign * other.people, sums, slack)


def tells_of_few(now: Group, then: Group, minimum: int) -> bool:
    """Whether two releases that tell of a group tell what a few of it answered.

    So they do where fewer than `minimum` joined or left it, and where as many are in it as before
    and their answers differ, or nobody can know whether they do: some came for others who went.
    """
    moved = abs(round(now.people) - round(then.people))
    if moved:
        return moved < minimum
    for key in now.sums.keys() & then.sums.keys():
        after, before = now.sums[key], then.sums[key]
        if now.people and (after is None or before is None):
            return True
        if abs((after or 0) - (before or 0)) > then.slack.get(key, 0) + SAME_SUM:
            return True
    return False


class Told:
    """What one earlier release told of arms and pairs, and of everyone beside them."""

    def __init__(self, release: Release) -> None:
        document = frozen(release.wave.version_id).document
        self._steps = Steps(document, release.method.get("rounded", {}))
        self._rows = {
            (row.question, row.option, row.against): row for row in release.contrasts.all()
        }
        self._whole: dict[str, Group] = {}
        shown = release.estimates.filter(segment="", base__isnull=False)
        for row in shown.only("question", "option", "base", "unweighted"):
            key, base = (row.question, row.option), row.base or 0
            before = self._whole.get(row.question, Group(0, {}))
            step = self._steps.step(row.question, row.option, base)
            self._whole[row.question] = Group(
                # Of a scale the shares have the larger base: who does not know is in it.
                max(before.people, base),
                {**before.sums, key: _sum(row.unweighted, base)},
                {**before.slack, key: (step or 0) * base / 2},
            )

    def knows(self, pair: Pair) -> bool:
        """Whether a pair was told or hidden: somebody gave both answers."""
        return bool(self._against(pair.after, f"pair:{pair.before}"))

    def tells(self, effect: Effect) -> bool:
        """Whether an effect was told or hidden: somebody answered in an arm."""
        start = source_of(effect.split, "")
        mine = (effect.question, effect.option)
        return any(key[:2] == mine and key[2].startswith(start) for key in self._rows)

    def whole(self, question: str) -> Group | None:
        """Everyone in the base of a question; None where that was hidden."""
        return self._whole.get(question)

    def pair(self, pair: Pair) -> Group | None:
        """Those who gave both answers; None where it was hidden, or nobody did."""
        found: Group | None = None
        before, after = pair.before, pair.after
        for row in self._against(after, f"pair:{before}"):
            if row.base is None:
                return None
            one = self._side(row, row.base, row.unweighted, (after, row.option))
            two = self._side(row, row.base, row.their_unweighted, (before, row.option))
            sums = {**(found.sums if found else {}), **one.sums, **two.sums}
            slack = {**(found.slack if found else {}), **one.slack, **two.slack}
            found = Group(row.base, sums, slack)
        return found

    def arms(self, effect: Effect, codes: Iterable[str]) -> Group | None:
        """Those of some arms in the base of an effect; None where any of them was not told."""
        found: Group | None = None
        for code in codes:
            one = self._arm(effect, code)
            if one is None:
                return None
            found = one if found is None else found.and_(one)
        return found

    def _arm(self, effect: Effect, code: str) -> Group | None:
        measure = effect.question, effect.option
        if code != effect.control:
            row = self._rows.get((*measure, source_of(effect.split, code)))
            told = row is not None and row.base is not None
            return self._side(row, row.base, row.unweighted, measure) if told and row else None
        start = source_of(effect.split, "")
        for (question, option, against), row in self._rows.items():
            if (question, option) == measure and against.startswith(start):
                return (
                    None
                    if row.their_base is None
                    else self._side(row, row.their_base, row.their_unweighted, measure)
                )
        return None

    def _against(self, question: str, against: str) -> list[Contrast]:
        return [row for key, row in self._rows.items() if key[::2] == (question, against)]

    def _side(
        self, row: Contrast, base: int | None, figure: float | None, measure: Measure
    ) -> Group:
        step = self._steps.of_contrast(row)
        people = base or 0
        return Group(people, {measure: _sum(figure, people)}, {measure: (step or 0) * people / 2})


def _sum(figure: float | None, people: int) -> float | None:
    return None if figure is None else figure * people
