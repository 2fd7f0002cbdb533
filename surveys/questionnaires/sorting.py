"""Many respondents' variables at once, from their packed codes.

The same rules as `derivation.derive`, one array operation for each variable instead of one
dictionary for each respondent; a property test holds the two together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.derivation import cell_key, sliced_segments
from surveys.questionnaires.document import OPEN, MultipleChoice, Scale, SingleChoice, Variable
from surveys.questionnaires.packing import Layout, points

OPEN_PLACE, OUTSIDE_PLACE = -1, -2
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Cells:
    """Which weighting cell each respondent is in."""

    keys: tuple[str, ...]
    of_respondent: Places  # shape (n,), places in `keys`


def place_variables(layout: Layout, codes: NDArray[np.int16]) -> dict[str, Places]:
    """Every variable's category for each respondent.

    Returns for each variable an array of shape (n,): places in its categories, OPEN_PLACE or
    OUTSIDE_PLACE.
    """
    known: dict[str, Places] = {}
    for variable in layout.document.variables:
        if variable.question is None:
            known[variable.code] = _from_variables(layout, variable, known, len(codes))
        else:
            known[variable.code] = _from_question(layout, variable, codes)
    return known


def outside(places: dict[str, Places], respondents: int) -> NDArray[np.bool_]:
    """Who stands outside the population by any variable; shape (n,)."""
    beyond = np.zeros(respondents, np.bool_)
    for place in places.values():
        beyond |= place == OUTSIDE_PLACE
    return beyond


def sort_into_cells(layout: Layout, places: dict[str, Places], respondents: int) -> Cells:
    """Number the weighting cells that occur, in the order of their keys' places."""
    variables = [layout.document.variables_by_code[code] for code in layout.document.weight_by]
    number = np.zeros(respondents, np.int64)
    for variable in variables:
        # One more than there are categories: the place of those who left it open.
        number = number * (len(variable.categories) + 1) + places[variable.code] + 1
    met, of_respondent = np.unique(number, return_inverse=True)
    return Cells(tuple(_key(variables, int(one)) for one in met), of_respondent.astype(np.intp))


def slices(layout: Layout) -> tuple[Variable, ...]:
    """The variables whose values are tallied apart, because no cell determines them."""
    return tuple(layout.document.variables_by_code[one] for one in sliced_segments(layout.document))


def slice_key(variable: Variable, place: int) -> str:
    """How one value of a segment is written: variable=category."""
    return f"{variable.code}={variable.categories[place].code}"


def _key(variables: list[Variable], number: int) -> str:
    categories = []
    for variable in reversed(variables):
        number, place = divmod(number, len(variable.categories) + 1)
        categories.append(variable.categories[place - 1].code if place else OPEN)
    return cell_key(reversed(categories))


def _from_question(layout: Layout, variable: Variable, codes: NDArray[np.int16]) -> Places:
    assert variable.question is not None
    names = _names(layout, variable.question)
    # The last place answers for every negative code: not asked, left open.
    lookup = np.full(len(names) + 1, OPEN_PLACE, np.intp)
    for place, category in reversed(list(enumerate(variable.categories))):
        for option in category.options or (category.code,):
            if option in names:
                lookup[names.index(option)] = place
    for option in variable.outside:
        lookup[names.index(option)] = OUTSIDE_PLACE
    value = codes[:, layout.start(variable.question)].astype(np.intp)
    return lookup[np.where(value < 0, len(names), value)]


def _names(layout: Layout, code: str) -> tuple[str, ...]:
    for split in layout.document.splits:
        if split.code == code:
            return tuple(arm.code for arm in split.arms)
    question = layout.document.questions[code]
    if isinstance(question, MultipleChoice) or not isinstance(question, SingleChoice | Scale):
        raise TypeError(f"{code}: only one answer out of several can sort respondents")
    return points(question)


def _from_variables(
    layout: Layout, variable: Variable, known: dict[str, Places], respondents: int
) -> Places:
    found = np.full(respondents, OPEN_PLACE, np.intp)
    for place, category in reversed(list(enumerate(variable.categories))):
        fits = np.ones(respondents, np.bool_)
        for code, wanted in category.when.items():
            categories = [one.code for one in layout.document.variables_by_code[code].categories]
            fits &= np.isin(known[code], [categories.index(one) for one in wanted])
        found[fits] = place
    return found
