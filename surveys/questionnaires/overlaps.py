"""Which groups of respondents the segments of a document can make, and how these overlap.

Segments that are made of the same answers divide people in ways that can be subtracted from each
other: who is 18 to 34, less who is 18 to 24. So they are looked at together, as sets of the
smallest parts that they make.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from surveys.questionnaires.derivation import category_of
from surveys.questionnaires.document import OUTSIDE, Document, Scale, SingleChoice
from surveys.questionnaires.packing import points

Part = tuple[str, ...]  # a category, or OPEN, for each segment of a family


@dataclass(frozen=True)
class Family:
    """Segments made of the same answers, and every combination of categories they can have."""

    segments: tuple[str, ...]
    parts: frozenset[Part]

    def with_value(self, segment: str, value: str) -> frozenset[Part]:
        """The parts that one value of a segment consists of."""
        place = self.segments.index(segment)
        return frozenset(part for part in self.parts if part[place] == value)


def families(document: Document) -> list[Family]:
    """The segments of a document, those together that share an answer they are made of."""
    return [_family(document, segments, made_of) for segments, made_of in together(document)]


def together(document: Document) -> list[tuple[list[str], set[str]]]:
    """Segments that share an answer they are made of, with all answers that these are made of."""
    found: list[tuple[list[str], set[str]]] = []
    for code in document.segments:
        mine = origins(document, code)
        near = [one for one in found if one[1] & mine]
        found = [one for one in found if one not in near]
        segments = [other for one in near for other in one[0]] + [code]
        found.append((segments, mine.union(*(one[1] for one in near))))
    return found


def origins(document: Document, variable: str) -> set[str]:
    """The questions and splits that a variable is made of in the end."""
    found = document.variables_by_code[variable]
    if found.question is not None:
        return {found.question}
    made_of = {code for category in found.categories for code in category.when}
    return set().union(*(origins(document, code) for code in made_of))


def combinations(document: Document, made_of: set[str]) -> int:
    """How many combinations of answers there are to some questions and splits."""
    return prod(len(_answers(document, code)) for code in made_of)


def _family(document: Document, segments: list[str], made_of: set[str]) -> Family:
    parts, asked = set(), sorted(made_of)
    for given in product(*(_answers(document, code) for code in asked)):
        known = _categories(document, dict(zip(asked, given, strict=True)), made_of)
        if OUTSIDE not in known.values():
            parts.add(tuple(known[code] for code in segments))
    return Family(tuple(segments), frozenset(parts))


def _categories(
    document: Document, answers: Mapping[str, str | None], made_of: set[str]
) -> dict[str, str]:
    known: dict[str, str] = {}
    for variable in document.variables:
        if origins(document, variable.code) <= made_of:
            known[variable.code] = category_of(variable, answers, known)
    return known


def _answers(document: Document, code: str) -> tuple[str | None, ...]:
    """What can be answered, nothing included."""
    for split in document.splits:
        if split.code == code:
            return tuple(arm.code for arm in split.arms)
    question = document.questions[code]
    assert isinstance(question, SingleChoice | Scale), "checks: only these sort respondents"
    return (*points(question), None)
