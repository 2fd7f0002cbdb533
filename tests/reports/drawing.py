"""Small waves and trees of organisations drawn by chance, and what an attacker makes of a release.

His equations are written here from the people themselves: each person belongs to one organisation,
gave one answer, or none, to each question that segments are made of, and one, or none, to the
question that figures are made of. Nothing of the code under attack is used to write them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from surveys.questionnaires.document import Document
from surveys.reports.slices import Slice

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
QUESTION = "asked"  # what the figures are of
UNSURE, REFUSED = "dont_know", "prefer_not_to_say"
# Of people, by what is asked: few enough for thousands of waves to take seconds.
MOST_KINDS = {"mean": 150, "single": 12, "multiple": 20, "scale": 20}


@dataclass(frozen=True)
class Segment:
    """A segment and what its values are made of: its question's answers, some left out."""

    code: str
    question: str
    values: Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Asked:
    """The question that was asked: what people can answer, and the figures made of it.

    answers: each as it is submitted, None where the question was left; figures: by option, which
    answers each counts, (J,); base, mean_base: (J,) who is in that of a share and of a mean;
    values: (J,) of a mean, None where the question has none.
    """

    question: Mapping[str, Any]
    answers: tuple[Any, ...]
    figures: Mapping[str, Mask]
    base: Mask
    mean_base: Mask
    values: Floats | None = None


@dataclass(frozen=True)
class Drawn:
    """A small wave: who is where, and what they answered to one question."""

    parents: Mapping[str, str | None]
    segments: tuple[Segment, ...]
    asked: Asked
    kinds: tuple[tuple[str | None, ...], ...]  # own organisation, then an answer by question
    people: Counts = field(repr=False)  # (kinds, J)
    document: Document = field(repr=False)

    @property
    def slices(self) -> list[Slice]:
        """Everyone and each value of each segment, in each organisation and all below it."""
        named = [("", ""), *((one.code, value) for one in self.segments for value in one.values)]
        return [Slice(code, *one) for code in self.parents for one in named]

    def inside(self, one: Slice) -> Floats:
        """(kinds,) which of them a slice consists of, 0 or 1."""
        below = self.below(one.organisation)
        return self.of(lambda kind: kind[0] in below) * self._has(one)

    def own(self, one: Slice) -> Floats:
        """(kinds,) those of an organisation itself who are in a slice, and in none below it."""
        return self.of(lambda kind: kind[0] == one.organisation) * self._has(one)

    def silent(self, code: str, segment: Segment) -> Floats:
        """(kinds,) those of an organisation and all below it who have no value in a segment."""
        valued = [self.inside(Slice(code, segment.code, value)) for value in segment.values]
        return self.inside(Slice(code)) - np.sum(valued, axis=0)

    def below(self, code: str) -> set[str]:
        """An organisation and all that are below it."""
        found = {code}
        while more := {one for one, above in self.parents.items() if above in found} - found:
            found |= more
        return found

    def _has(self, one: Slice) -> Floats:
        if not one.segment:
            return np.ones(len(self.kinds))
        segment = next(other for other in self.segments if other.code == one.segment)
        place = 1 + self.questions.index(segment.question)
        return self.of(lambda kind: kind[place] in segment.values[one.value])

    @property
    def questions(self) -> list[str]:
        """What the segments are made of, in the order of `kinds`."""
        return list(dict.fromkeys(segment.question for segment in self.segments))

    def of(self, true: Callable[[tuple[str | None, ...]], bool]) -> Floats:
        """(kinds,) 1 for those of which something is true."""
        return np.array([true(kind) for kind in self.kinds], np.float64)

    def after(self, left: Counts, joined: Counts) -> "Drawn":
        """The same wave when some have left and others joined."""
        return replace(self, people=self.people - left + joined)


def draw(rng: np.random.Generator, *, trees: bool = True, ask: str = "", most: int = 0) -> Drawn:
    """A wave of some shape.

    Up to seven organisations in up to four levels; none to three segments of two to four values, of
    which one may put together the answers that another is made of; a question with two to five
    answers, or several choices, or a scale, each with or without "don't know", "prefer not to say"
    and a net, and with people who left it open; none to 200 people of each kind.
    `ask`: one of `ASKING`; `most`: people of a kind.
    """
    ask = ask or str(rng.choice(list(ASKING)))
    while True:
        parents = _tree(rng) if trees else {"": None}
        segments = _segments(rng)
        options = {one.question: _options(segments, one.question) for one in segments}
        kinds = tuple(product(parents, *([*values, None] for values in options.values())))
        if len(kinds) <= (MOST_KINDS[ask] if trees else MOST_KINDS["mean"]):
            break
    asked = ASKING[ask](rng)
    # Some kinds of people are many, some few, and of some there is nobody.
    size = most or int(rng.choice([6, 20, 60, 200]))
    sizes = rng.integers(0, size, len(kinds)) * (rng.random(len(kinds)) < 0.7)
    sizes = np.where(rng.random(len(kinds)) < 0.2, sizes // 8, sizes)
    chances = rng.dirichlet(np.full(len(asked.answers), 0.7))
    people = np.array([rng.multinomial(n, chances) for n in sizes])
    document = _document(segments, options, asked)
    return Drawn(parents, segments, asked, kinds, people, document)


def _tree(rng: np.random.Generator) -> dict[str, str | None]:
    parents: dict[str, str | None] = {"": None}
    depth = {"": 0}
    for number in range(int(rng.choice([0, 0, 2, 3, 4, 6]))):
        above = str(rng.choice([one for one, deep in depth.items() if deep < 3]))
        parents[f"o{number}"], depth[f"o{number}"] = above, depth[above] + 1
    return parents


def _segments(rng: np.random.Generator) -> tuple[Segment, ...]:
    found: list[Segment] = []
    for number in range(int(rng.integers(0, 4))):
        code = f"s{number}"
        if found and rng.random() < 0.3:  # made of the answers of the one before, put together
            asked = found[-1].question
            answers = _options(found, asked)
            cut = int(rng.integers(1, len(answers)))
            parts = [answers[:cut], answers[cut:]]
        else:
            asked = code
            parts = [[f"{code}v{n}"] for n in range(int(rng.integers(2, 5)))]
        found.append(Segment(code, asked, {f"{code}v{n}": part for n, part in enumerate(parts)}))
    return tuple(found)


def _options(segments: Collection[Segment], question: str) -> list[str]:
    first = next(one for one in segments if one.question == question)
    return [answer for answers in first.values.values() for answer in answers]


def _single(rng: np.random.Generator) -> Asked:
    codes = [f"a{n}" for n in range(int(rng.integers(2, 6)))]
    apart = _apart(rng)
    answers = (*codes, *apart, None)
    figures = {code: np.array([one == code for one in answers]) for code in codes}
    if UNSURE in apart:
        figures[UNSURE] = np.array([one == UNSURE for one in answers])
    if len(codes) > 2 and rng.random() < 0.5:
        figures["net"] = np.array([one in codes[:2] for one in answers])
    base = np.array([one not in (None, REFUSED) for one in answers])
    question = {
        "type": "single",
        "options": [_option(code) for code in (*codes, *apart)],
        "nets": [{"code": "net", "text": "net", "options": codes[:2]}] if "net" in figures else [],
    }
    return Asked(question, answers, figures, base, base)


def _multiple(rng: np.random.Generator) -> Asked:
    codes = [f"a{n}" for n in range(int(rng.integers(2, 4)))]
    apart = _apart(rng)
    several = [list(some) for n in range(1, len(codes) + 1) for some in combinations(codes, n)]
    answers = (*several, *([one] for one in apart), None)
    named = codes + [one for one in apart if one == UNSURE]
    figures = {
        code: np.array([one is not None and code in one for one in answers]) for code in named
    }
    base = np.array([one not in (None, [REFUSED]) for one in answers])
    question = {"type": "multiple", "options": [_option(code) for code in (*codes, *apart)]}
    return Asked(question, answers, figures, base, base)


def _scale(rng: np.random.Generator) -> Asked:
    return _mean(rng, nets=True)


def _mean(rng: np.random.Generator, *, nets: bool = False) -> Asked:
    apart = _apart(rng)
    answers = (*range(11), *apart, None)
    high = np.array([isinstance(one, int) and one >= 8 for one in answers])
    base = np.array([one not in (None, REFUSED) for one in answers])
    question = {
        "type": "scale",
        "low": "low",
        "high": "high",
        "options": [_option(code) for code in apart],
        "nets": [{"code": "high", "text": "high", "options": ["8", "9", "10"]}] if nets else [],
    }
    numbers = np.array([isinstance(one, int) for one in answers])
    values = np.array([one if isinstance(one, int) else 0 for one in answers], np.float64)
    return Asked(question, answers, {"high": high} if nets else {}, base, numbers, values)


ASKING: dict[str, Callable[[np.random.Generator], Asked]] = {
    "single": _single,
    "multiple": _multiple,
    "scale": _scale,
    "mean": _mean,
}


def _apart(rng: np.random.Generator) -> list[str]:
    return [one for one in (UNSURE, REFUSED) if rng.random() < 0.6]


def _option(code: str) -> dict[str, str]:
    return {"code": code, "text": code} | ({"kind": code} if code in (UNSURE, REFUSED) else {})


def _document(
    segments: Collection[Segment], options: Mapping[str, list[str]], asked: Asked
) -> Document:
    questions = [
        {"code": code, "type": "single", "text": code, "options": [_option(one) for one in given]}
        for code, given in options.items()
    ]
    questions = [one | {"profile": True} for one in questions]
    questions.append({"code": QUESTION, "text": QUESTION, **asked.question})
    return Document.model_validate(
        {
            "slug": "drawn",
            "audience": "staff",
            "title": "Drawn",
            "introduction": "Drawn",
            "minutes": 1,
            "pages": [
                {"code": str(one["code"]), "section": "s", "questions": [one]} for one in questions
            ],
            "variables": [
                {
                    "code": one.code,
                    "title": one.code,
                    "question": one.question,
                    "categories": [
                        {"code": value, "text": value, "options": list(answers)}
                        for value, answers in one.values.items()
                    ],
                }
                for one in segments
            ],
            "segments": [one.code for one in segments],
        }
    )


# The attacker -------------------------------------------------------------------------------------

Hidden = Mapping[tuple[str, Slice], str]  # by option, "" for a mean, and slice


def told(wave: Drawn, hidden: Hidden, bases: Hidden | None = None) -> tuple[Floats, Mask]:
    """Everything that is shown of the question, as (rows, kinds x J) sums of people.

    Of each figure that is shown its base and how many of it chose it, or the sum of the values;
    where `bases` says what is hidden of these, they are shown where figures are not, too.
    Beside them (kinds x J,): who is known to be nobody, as a shown figure is of nobody or of
    everybody, or as nobody is left where all are shown.
    """
    asked, rows = wave.asked, [np.ones(wave.people.size)]  # how many took part at all
    for one in wave.slices:
        inside = wave.inside(one)
        if not wave.people[inside > 0][:, asked.base].any():
            rows.append(np.outer(inside, asked.base).ravel())  # known to be empty
            continue
        if not wave.people[inside > 0][:, asked.mean_base].any():
            rows.append(np.outer(inside, asked.mean_base).ravel())
        for option, chosen in asked.figures.items():
            if not (hidden if bases is None else bases).get((option, one)):
                rows.append(np.outer(inside, asked.base).ravel())
            if not hidden.get((option, one)):
                rows += [np.outer(inside, who).ravel() for who in (chosen, asked.base & ~chosen)]
        if asked.values is not None:
            if not (hidden if bases is None else bases).get(("", one)):
                rows.append(np.outer(inside, asked.mean_base).ravel())
            if not hidden.get(("", one)):
                rows.append(np.outer(inside, asked.values).ravel())
    for row in unnamed(wave):
        if not wave.people[row > 0][:, asked.base].any():
            rows.append(np.outer(row, asked.base).ravel())
    found = np.unique(np.array(rows, np.float64), axis=0)
    nobody = found[(found @ wave.people.ravel()) == 0].any(axis=0)
    return found, nobody


def unnamed(wave: Drawn) -> list[Floats]:
    """Groups that nobody names: those without a value, and those of an organisation alone."""
    silent = [wave.silent(code, one) for code in wave.parents for one in wave.segments]
    return silent + [wave.own(one) for one in wave.slices]


def recovered(rows: Floats, nobody: Mask, targets: Floats) -> Mask:
    """Which targets, (T, C), come out by adding and subtracting what is shown, (R, C)."""
    if not len(rows):
        return np.zeros(len(targets), bool)
    open_rows, wanted = rows[:, ~nobody], targets[:, ~nobody]
    basis, triangle, _ = linalg.qr(open_rows.T, mode="economic", pivoting=True)
    sizes = np.abs(np.diag(triangle))
    basis = basis[:, sizes > 1e-9 * max(sizes[0], 1)]
    left = wanted - (wanted @ basis) @ basis.T
    return np.linalg.norm(left, axis=1) < 1e-7 * np.maximum(np.linalg.norm(wanted, axis=1), 1e-3)


def width(rows: Floats, people: Floats, target: Floats) -> float:
    """Between which limits the target lies, for whoever also knows that no count is below 0."""
    ends = []
    for sign in (1, -1):
        best = optimize.linprog(
            sign * target, A_eq=rows, b_eq=rows @ people, bounds=(0, None), method="highs"
        )
        if best.status == 3:
            return np.inf
        assert best.status == 0, best.message
        ends.append(sign * best.fun)
    return float(ends[1] - ends[0])
