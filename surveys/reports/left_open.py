"""How those who left a margin open answered the headline measures, where enough of them did.

Weighting lets them keep their own share of the sample, as if they were like everyone. They are not
missing at random, so a release says how far they differ.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.conf import settings

from surveys.fieldwork.tallying import Cube
from surveys.questionnaires.document import Document
from surveys.reports.items import Item
from surveys.reports.models import Estimate
from surveys.reports.rounding import TELLS_OF_FEW
from surveys.reports.weighting import Cells
from surveys.statistics.estimation import shares
from surveys.statistics.samples import Moments, Sample

FEWEST = 5  # who chose a measure, and who did not, before their share is told

Margins = list[dict[str, Any]]  # as `weighting` describes them


def with_open_answers(
    sample: Sample, cube: Cube, cells: Cells, margins: Margins, items: list[Item]
) -> Margins:
    """The margins with `left_open`: the headline shares of those who left each one open.

    Nothing is told where few left a margin open, where a small group of it is hidden, or where
    fewer than five chose a measure or did not. Shares are rounded to whole per cent.
    """
    declared = {(one.question, one.option) for one in cube.layout.document.headlines}
    measured = [item for item in items if (item.question, item.option) in declared]
    return [
        margin | {"left_open": list(_shares(sample, cube, cells, margin, measured))}
        for margin in margins
    ]


def _shares(
    sample: Sample, cube: Cube, cells: Cells, margin: dict[str, Any], measured: list[Item]
) -> Iterable[dict[str, Any]]:
    hidden = any(one["sample"] is None for one in margin["categories"])
    if hidden or not measured or not margin["open"]:
        return
    known = {one["category"] for one in margin["categories"]}
    is_open = np.array([cell.get(margin["variable"]) not in known for cell in cells])
    slots = cube.slots * is_open[:, None].astype(np.float64)
    answered = slots @ np.column_stack([item.answered for item in measured])
    chose = slots @ np.column_stack([item.total for item in measured])
    made = shares(sample, Moments.equal(answered), Moments.equal(chose))
    fewest = np.minimum(chose.sum(axis=0), (answered - chose).sum(axis=0))
    shown = (made.kish_effective_base >= settings.EFFECTIVE_BASE_MINIMUM) & (fewest >= FEWEST)
    for item, share, enough in zip(measured, made.estimate, shown, strict=True):
        if enough:
            yield {
                "question": item.question,
                "option": item.option,
                "estimate": round(float(share), 2),
            }


def safe_to_tell(document: Document, margins: Margins, rows: Sequence[Estimate]) -> Margins:
    """The margins without those measures that would help to work out what `rows` hide.

    Everyone less the shown values of a segment, less those who left it open, would give a hidden
    value back. So a measure is not told of a margin where a small group is hidden in a segment that
    is made of the same questions.
    """
    hidden = {
        (row.question, row.option, row.segment) for row in rows if row.suppressed in TELLS_OF_FEW
    }

    def safe(variable: str, one: dict[str, Any]) -> bool:
        mine = _origins(document, variable)
        related = [code for code in document.segments if _origins(document, code) & mine]
        return not any((one["question"], one["option"], code) in hidden for code in related)

    return [
        margin
        | {"left_open": [one for one in margin["left_open"] if safe(margin["variable"], one)]}
        for margin in margins
    ]


def _origins(document: Document, code: str) -> set[str]:
    """The questions that a variable is made of, through others if need be."""
    variable = document.variables_by_code[code]
    if variable.question is not None:
        return {variable.question}
    made_of = {other for category in variable.categories for other in category.when}
    return set().union(*(_origins(document, other) for other in made_of))
