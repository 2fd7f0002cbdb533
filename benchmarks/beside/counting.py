"""From packed rows to tallies and from tallies to a cube: what collecting has done beforehand.

Runs where Django has been set up, since tallies are its models.
"""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.beside.measuring import tell
from benchmarks.beside.rows import (
    GROUP,
    GROUPS,
    OPTIONS,
    Rows,
    Shares,
    question_names,
    read_rows,
)
from surveys.fieldwork.tallying import (
    SCAN_BATCH,
    Count,
    Counts,
    Cube,
    count,
    cube,
)
from surveys.questionnaires.derivation import cell_of_key
from surveys.questionnaires.document import Document
from surveys.questionnaires.packing import Layout, Slot, pack_counts, unpack_counts


def document(shares: Shares) -> Document:
    """A questionnaire that asks for the margins, the group and sixty options."""
    sizes = {name: len(share) for name, share in shares.items()} | {GROUP: GROUPS}
    asked = sizes | dict.fromkeys(question_names(), OPTIONS)
    return Document.model_validate(
        {
            "slug": "beside",
            "audience": "public",
            "title": "Beside",
            "introduction": "Invented.",
            "minutes": 1,
            "pages": [
                {
                    "code": code,
                    "section": "All",
                    "questions": [
                        {"code": code, "text": code, "type": "single", "options": _codes(size)}
                    ],
                }
                for code, size in asked.items()
            ],
            "variables": [
                {"code": code, "title": code, "question": code, "categories": _codes(size)}
                for code, size in sizes.items()
            ],
            "weight_by": list(shares),
            "segments": [GROUP],
        }
    )


def _codes(size: int) -> list[dict[str, str]]:
    return [{"code": str(place), "text": str(place)} for place in range(size)]


def counted(layout: Layout, rows: Rows) -> tuple[Counts, float]:
    """The tallies of a wave, in batches as a rebuild takes them, and the processor's seconds."""
    counts: Counts = {}
    seconds = 0.0
    for start in range(0, rows.columns.shape[1], SCAN_BATCH):
        codes = np.ascontiguousarray(rows.columns[:, start : start + SCAN_BATCH].T, np.int16)
        begun = time.process_time()
        for key, change in count(layout, codes).items():
            if key in counts:
                counts[key].add(change)
            else:
                counts[key] = change
        seconds += time.process_time() - begun
    return counts, seconds


def unpacked(stored: dict[tuple[str, str], tuple[int, bytes]]) -> Counts:
    """Tallies out of the bytes that they are stored as."""
    return {key: Count(people, unpack_counts(slots)) for key, (people, slots) in stored.items()}


def arrays(made: Cube) -> dict[str, NDArray[np.int64]]:
    """The cube as arrays: categories (V, K), respondents (K,), answered and chose (groups, K, J).

    J runs over the options of all questions; `answered` is repeated for each option.
    """
    layout, asked = made.layout, made.layout.document
    slots = [
        layout.place_of_slot[Slot("option", code, str(option))]
        for code in question_names()
        for option in range(OPTIONS)
    ]
    chose = np.zeros((GROUPS, len(made.cells), len(slots)), np.int64)
    for group in range(GROUPS):
        if (found := made.slices.get(f"{GROUP}={group}")) is not None:
            chose[group, found.cell] = found.slots[:, slots]
    by_question = chose.reshape(GROUPS, len(made.cells), -1, OPTIONS)
    categories = [list(cell_of_key(asked, key).values()) for key in made.cells]
    return {
        "categories": np.array(categories, np.int64).T,
        "respondents": made.respondents,
        "answered": by_question.sum(axis=3).repeat(OPTIONS, axis=2),
        "chose": chose,
    }


def main(folder: Path) -> None:
    """Time counting and, apart from it, reading what was stored; leave the cube for `ours`."""
    rows = read_rows(folder)
    layout = Layout(document(rows.shares))
    counts, counting = counted(layout, rows)
    stored = {key: (one.respondents, pack_counts(one.slots)) for key, one in counts.items()}
    begun = time.process_time()
    made = cube(layout, unpacked(stored))
    reading = time.process_time() - begun
    for name, array in arrays(made).items():
        np.save(folder / f"cube_{name}.npy", array)
    tell(seconds=counting, reading=reading, cells=len(made.cells), tallies=len(stored))
