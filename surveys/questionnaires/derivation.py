"""From answers to variables: what weighting and segments sort respondents by."""

from collections.abc import Iterable, Mapping
from typing import Any

from surveys.questionnaires.document import OPEN, OUTSIDE, Document, Variable

CELL_SEPARATOR = "|"
LONGEST_CELL = 200  # characters that a written cell may have


def category_of(variable: Variable, answers: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """The category of one variable, `OPEN` or `OUTSIDE`.

    `known` holds the categories of the variables before it.
    """
    if variable.question is None:
        for category in variable.categories:
            if all(known.get(code) in wanted for code, wanted in category.when.items()):
                return category.code
        return OPEN
    answer = answers.get(variable.question)
    if answer in variable.outside:
        return OUTSIDE
    for category in variable.categories:
        if answer in (category.options or (category.code,)):
            return category.code
    return OPEN


def derive(document: Document, answers: Mapping[str, Any]) -> dict[str, str]:
    """Every variable's category for one respondent, in document order."""
    known: dict[str, str] = {}
    for variable in document.variables:
        known[variable.code] = category_of(variable, answers, known)
    return known


def regroup(document: Document, keys: Iterable[str]) -> list[dict[str, str]]:
    """What follows from each written cell: its own variables and all made of them alone."""
    following: list[tuple[Variable, list[str], dict[tuple[str | None, ...], str]]] = [
        (variable, sorted({code for category in variable.categories for code in category.when}), {})
        for variable in map(document.variables_by_code.__getitem__, following_from_cell(document))
    ]
    found = []
    for key in keys:
        known = cell_of_key(document, key)
        for variable, made_of, met in following:
            if variable.code in known:
                continue
            # Thousands of cells, and few combinations of what a variable is made of.
            parts = tuple(known.get(code) for code in made_of)
            if parts not in met:
                met[parts] = category_of(variable, {}, known)
            known[variable.code] = met[parts]
        found.append(known)
    return found


def following_from_cell(document: Document) -> tuple[str, ...]:
    """The variables whose category a weighting cell determines, in document order."""
    found: list[str] = []
    for variable in document.variables:
        made_of = {code for category in variable.categories for code in category.when}
        if variable.code in document.weight_by or (
            variable.question is None and made_of <= set(found)
        ):
            found.append(variable.code)
    return tuple(found)


def sliced_segments(document: Document) -> tuple[str, ...]:
    """The segments that a cell does not determine: their tallies are kept apart."""
    determined = following_from_cell(document)
    return tuple(code for code in document.segments if code not in determined)


def cell_key(categories: Iterable[str]) -> str:
    """How a weighting cell is written: its categories in the order of `weight_by`."""
    return CELL_SEPARATOR.join(categories)


def cell_of_key(document: Document, key: str) -> dict[str, str]:
    """The categories of a written cell, by variable."""
    return dict(zip(document.weight_by, key.split(CELL_SEPARATOR), strict=True)) if key else {}
