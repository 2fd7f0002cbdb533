"""An attacker who knows everything that is shown, and every sum it makes, learns no hidden count.

The attacker's own equations are written here from the people themselves: each person belongs to one
organisation and has one value, or none, in each segment. Nothing of the code under attack is used
to write them.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from scipy import optimize

from surveys.questionnaires.document import Document
from surveys.reports.disclosure import Bases, suppress
from surveys.reports.dominance import CHOSEN_MINIMUM, suppress_answers
from surveys.reports.history import hidden_by_history
from surveys.reports.slices import EVERYONE, Slice, divisions

MINIMUM, RELIABLE = 11, 0.0  # nothing hides behind being unreliable


@dataclass(frozen=True)
class Drawn:
    """A small wave: who is where, and what they answered to one question."""

    document: Document
    parents: dict[str, str | None]
    people: list[tuple[str, ...]]  # own organisation, then a value or "~" for each segment
    answers: np.ndarray  # (people, J) counts

    def inside(self, one: Slice) -> np.ndarray:
        """Which of the `people` a slice consists of."""
        below = {one.organisation}
        while more := {code for code, above in self.parents.items() if above in below} - below:
            below |= more
        place = ["", *self.document.segments].index(one.segment)
        return np.array(
            [who[0] in below and (not place or who[place] == one.value) for who in self.people]
        )

    @property
    def slices(self) -> list[Slice]:
        variables = self.document.variables_by_code
        values = [(s, c.code) for s in self.document.segments for c in variables[s].categories]
        return [Slice(o, s, v) for o in self.parents for s, v in [("", ""), *values]]


def draw(rng: np.random.Generator, answers: int, most: int) -> Drawn:
    parents: dict[str, str | None] = {"": None}
    for number in range(int(rng.choice([0, 0, 0, 2, 4]))):
        parents[f"o{number}"] = str(rng.choice(list(parents)))
    segments = {f"s{n}": int(rng.integers(2, 4)) for n in range(int(rng.integers(0, 3)))}
    options = {s: [f"{s}v{n}" for n in range(size)] for s, size in segments.items()}
    document = Document.model_validate(
        {
            "slug": "drawn",
            "audience": "staff",
            "title": "Drawn",
            "introduction": "Drawn",
            "minutes": 1,
            "pages": [
                {
                    "code": s,
                    "section": "s",
                    "questions": [
                        {
                            "code": s,
                            "type": "single",
                            "text": s,
                            "options": [{"code": v, "text": v} for v in values],
                        }
                    ],
                }
                for s, values in options.items()
            ]
            or [
                {
                    "code": "q",
                    "section": "s",
                    "explainer": {"title": "t", "text": "t", "source": "s"},
                }
            ],
            "variables": [
                {
                    "code": s,
                    "title": s,
                    "question": s,
                    "categories": [{"code": v, "text": v} for v in values],
                }
                for s, values in options.items()
            ],
            "segments": list(segments),
        }
    )
    people = list(product(parents, *([*values, "~"] for values in options.values())))
    sizes = rng.integers(0, most, len(people)) * (rng.random(len(people)) < 0.7)
    chances = rng.dirichlet(np.full(answers, 0.7))
    return Drawn(document, parents, people, np.array([rng.multinomial(n, chances) for n in sizes]))


def bases_of(wave: Drawn) -> dict[Slice, Bases]:
    people = wave.answers.sum(axis=1)
    bases = {one: int(people[wave.inside(one)].sum()) for one in wave.slices}
    return {one: Bases(n, n * 0.8) for one, n in bases.items() if n}


def decide(wave: Drawn) -> dict[Slice, str]:
    return suppress(
        divisions(wave.document, wave.parents),
        bases_of(wave),
        minimum=MINIMUM,
        effective_minimum=RELIABLE,
        parents=wave.parents,
    )


def silent(wave: Drawn) -> list[np.ndarray]:
    """Those of each organisation who have no value in a segment."""
    return [
        wave.inside(Slice(code)) & np.array([who[place] == "~" for who in wave.people])
        for code in wave.parents
        for place in range(1, 1 + len(wave.document.segments))
    ]


def own(wave: Drawn) -> list[np.ndarray]:
    """Those of an organisation itself who are in a slice, and in none of those below it."""
    found = []
    for one in wave.slices:
        mine = np.array([who[0] == one.organisation for who in wave.people])
        found.append(wave.inside(one) & mine)
    return found


def known(wave: Drawn, found: dict[Slice, str]) -> np.ndarray:
    """(rows, people): what is shown, and what is empty and so known to be."""
    people = wave.answers.sum(axis=1)
    shown = [wave.inside(one) for one in wave.slices if not found.get(one)]
    empty = [row for row in [*silent(wave), *own(wave)] if people[row].sum() == 0]
    return np.array(shown + empty, float).reshape(-1, len(people))


def secrets(wave: Drawn, found: dict[Slice, str]) -> list[np.ndarray]:
    """The groups of a few people: named ones that are hidden, and those that nobody names."""
    people = wave.answers.sum(axis=1)
    groups = [wave.inside(one) for one, why in found.items() if why == "primary"]
    groups += silent(wave) + own(wave)
    return [row for row in groups if 0 < people[row].sum() < MINIMUM]


def recovered(rows: np.ndarray, target: np.ndarray) -> bool:
    """Whether adding and subtracting what is shown gives the target: it lies in their span."""
    if not len(rows):
        return False
    weights = np.linalg.lstsq(rows.T, target, rcond=None)[0]
    return bool(np.allclose(weights @ rows, target, atol=1e-9))


def width(rows: np.ndarray, totals: np.ndarray, target: np.ndarray) -> float:
    """Between which limits the target lies, for whoever also knows that no count is below 0."""
    ends = []
    for sign in (1, -1):
        best = optimize.linprog(
            sign * target, A_eq=rows, b_eq=totals, bounds=(0, None), method="highs"
        )
        if best.status == 3:
            return np.inf
        assert best.status == 0, best.message
        ends.append(sign * best.fun)
    return ends[1] - ends[0]


@pytest.mark.parametrize("seed", range(2026, 2030))
def test_nobody_recovers_a_small_group_by_subtraction_in_thousands_of_waves(seed: int):
    rng = np.random.default_rng(seed)
    tried = hidden = 0
    for _ in range(500):
        wave = draw(rng, 1, int(rng.choice([6, 20, 60])))
        if not wave.answers.any():
            continue
        found = decide(wave)
        rows = known(wave, found)
        for target in secrets(wave, found):
            tried += 1
            assert not recovered(rows, target.astype(float))
        hidden += sum(why == "secondary" for why in found.values())
    assert tried > 250  # the draw is one in which there was something to find
    assert hidden > 40


def test_the_attack_would_succeed_if_only_small_groups_were_hidden():
    # The same attack against primary suppression alone: it must be able to win.
    rng = np.random.default_rng(2026)
    won = 0
    for _ in range(300):
        wave = draw(rng, 1, 20)
        bases = bases_of(wave)
        alone = {one: "primary" if has.base < MINIMUM else "" for one, has in bases.items()}
        rows = known(wave, alone)
        won += any(recovered(rows, one.astype(float)) for one in secrets(wave, alone))
    assert won > 30


def test_nobody_tells_a_small_group_to_within_the_threshold_by_any_reasoning():
    rng = np.random.default_rng(7)
    tried = 0
    for _ in range(100):
        wave = draw(rng, 1, int(rng.choice([6, 20, 60])))
        if not wave.answers.any():
            continue
        found = decide(wave)
        rows, people = known(wave, found), wave.answers.sum(axis=1)
        for target in secrets(wave, found):
            tried += 1
            assert width(rows, rows @ people, target.astype(float)) >= MINIMUM - 1e-6
    assert tried > 200


def test_nobody_tells_what_a_few_answered():
    rng = np.random.default_rng(3)
    tried = 0
    for _ in range(20):
        wave = draw(rng, 3, 40)
        found = decide(wave)
        if found.get(EVERYONE, "primary"):
            continue
        rows, answers = known(wave, found), wave.answers.shape[1]
        counts = {one: wave.answers[wave.inside(one)].sum(axis=0) for one in found}
        figures = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], bool)
        hidden = {one for one, why in found.items() if why}
        parts = set(found) - {EVERYONE}
        masks = suppress_answers(
            divisions(wave.document, wave.parents),
            {one: n.astype(float) for one, n in counts.items()},
            figures,
            hidden,
            parts,
        )

        def of(one: Slice, chosen: np.ndarray, wave: Drawn = wave) -> np.ndarray:
            return np.outer(wave.inside(one), chosen).ravel().astype(float)

        told = [np.outer(row, np.ones(answers)).ravel() for row in rows]
        national = [of(EVERYONE, figure) for figure in figures]
        bases = list(told)
        for one, mask in masks.items():
            told += [of(one, figure) for figure, no in zip(figures, mask, strict=True) if not no]
        people = wave.answers.ravel()
        everything, least = np.array(told + national), np.array(bases + national)
        for one, mask in masks.items():
            for figure in figures[mask]:
                count = counts[one][figure].sum()
                if min(count, counts[one].sum() - count) >= CHOSEN_MINIMUM:
                    continue  # hidden for another's sake
                target = of(one, figure)
                open_anyway = width(least, least @ people, target)
                left = width(everything, everything @ people, target)
                assert left >= min(CHOSEN_MINIMUM, open_anyway) - 1e-6
                tried += 1
    assert tried > 20


def test_nobody_recovers_those_who_left_between_two_releases():
    rng = np.random.default_rng(11)
    tried = 0
    for _ in range(200):
        wave = draw(rng, 1, 60)
        if not wave.answers.any():
            continue
        before = decide(wave)
        if before[EVERYONE]:
            continue
        gone = rng.binomial(wave.answers, rng.choice([0.01, 0.05]))
        after = Drawn(wave.document, wave.parents, wave.people, wave.answers - gone)
        now = decide(after)
        bases = {one: has.base for one, has in bases_of(after).items()}
        told = {one: None if why else bases_of(wave)[one].base for one, why in before.items()}
        more = hidden_by_history(
            divisions(wave.document, wave.parents),
            bases,
            told,
            {one for one, why in now.items() if why},
            MINIMUM,
        )
        now |= dict.fromkeys(more, "secondary")
        # Both releases at once: the first tells of who stayed and of who left, the second of who
        # stayed.
        first, second = known(wave, before), known(after, now)
        rows = np.vstack([np.hstack([first, first]), np.hstack([second, np.zeros_like(second)])])
        left = gone.sum(axis=1)
        for one in wave.slices:
            target = wave.inside(one)
            if 0 < left[target].sum() < MINIMUM:
                tried += 1
                assert not recovered(rows, np.concatenate([np.zeros(len(left)), target]))
    assert tried > 200
