"""The groups of people that a release tells of, and the sums that they are known to make.

Whoever reads a release knows that a wave's people are those of its segments' values and those who
have none, and that an organisation's people are its own and those of the organisations below it.
Each such sum is a linear equation over groups, shown or not, by which one can be worked out from
the others.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.document import OPEN, Document
from surveys.questionnaires.overlaps import Family, families

Floats = NDArray[np.float64]


class Slice(NamedTuple):
    """Everyone, or one value of one segment: in all organisations, or in one and all below it."""

    organisation: str = ""
    segment: str = ""
    value: str = ""


EVERYONE = Slice()
NATIONAL: Mapping[str, str | None] = {"": None}


@dataclass(frozen=True)
class Division:
    """How some slices are made of each other: by organisations, and by segments that overlap.

    members: (G,) the slices; helpers: (H,) groups that nobody is ever shown, and whether those in
    them have said all that they are sorted by: others can be recognised by nobody; equations:
    (E, G + H) sums over members, then helpers, that all come to 0.
    """

    members: tuple[Slice, ...]
    helpers: tuple[bool, ...]
    equations: Floats

    @classmethod
    def of(
        cls,
        groups: Mapping[Slice, frozenset[Hashable]],
        silent: frozenset[Hashable] = frozenset(),
    ) -> "Division":
        """From the smallest parts that each slice consists of; `silent` left something open."""
        members = tuple(groups)
        # A part that is a slice of its own needs no helper to stand for it.
        column = {part: place for place, one in enumerate(members) for part in _only(groups[one])}
        rest = sorted(frozenset().union(*groups.values()) - column.keys(), key=repr)
        column |= {part: place for place, part in enumerate(rest, len(members))}
        equations = np.zeros((len(members), len(members) + len(rest)))
        for place, one in enumerate(members):
            equations[place, place] = 1
            for part in groups[one]:
                equations[place, column[part]] -= 1
        said = tuple(part not in silent for part in rest)
        return cls(members, said, equations[np.any(equations != 0, axis=1)])


def _only(parts: frozenset[Hashable]) -> frozenset[Hashable]:
    return parts if len(parts) == 1 else frozenset()


def divisions(document: Document, parents: Mapping[str, str | None] = NATIONAL) -> list[Division]:
    """Every way in which a document's segments divide the people of some organisations.

    parents: the organisation above each; the one on top, "", has none. An organisation has people
    of its own beside those of the organisations below it.
    """
    nothing = Family((), frozenset({()}))
    found = families(document) or [nothing]
    values = {
        code: [category.code for category in document.variables_by_code[code].categories]
        for code in document.segments
    }
    return [_division(one, values, parents) for one in found]


def _division(
    family: Family, values: Mapping[str, list[str]], parents: Mapping[str, str | None]
) -> Division:
    below: dict[str, set[str]] = {code: set() for code in parents}
    for code in parents:
        above: str | None = code
        while above is not None:
            below[above].add(code)
            above = parents[above]
    found: dict[Slice, frozenset[Hashable]] = {}
    for code, inside in below.items():
        named = {Slice(code): family.parts}
        for segment in family.segments:
            for value in values[segment]:
                named[Slice(code, segment, value)] = family.with_value(segment, value)
        for one, parts in named.items():
            if parts:
                found[one] = frozenset((own, part) for own in inside for part in parts)
    silent = frozenset((code, part) for code in parents for part in family.parts if OPEN in part)
    return Division.of(found, silent)
