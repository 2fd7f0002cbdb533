"""Counting answers: additive, exact, and the same whatever the order of arrivals and departures.

A wave is counted by weighting cell: once for everyone (slice ""), and once more for each value of
the segments that a cell does not determine (slice "variable=category"). Who is marked for how they
answered is counted once more (slice "flagged"). Who stands outside the population is counted apart
(slice "outside") and enters no estimate.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.fieldwork.bulk import upsert
from surveys.fieldwork.models import Response, Tally, Wave
from surveys.questionnaires.packing import Layout, pack_counts, unpack_counts
from surveys.questionnaires.sorting import (
    OPEN_PLACE,
    Cells,
    Places,
    outside,
    place_variables,
    slice_key,
    slices,
    sort_into_cells,
)
from surveys.questionnaires.versions import frozen

Key = tuple[str, str]  # slice, cell
SCAN_BATCH = 50_000


@dataclass
class Count:
    """How many respondents, and what they chose: slots in document order."""

    respondents: int
    slots: NDArray[np.int64]

    def add(self, other: "Count", sign: int = 1) -> None:
        """Add another count to this one, or take it away again."""
        self.respondents += sign * other.respondents
        self.slots = self.slots + sign * other.slots


Counts = dict[Key, Count]


@dataclass(frozen=True)
class Slice:
    """The counts of one value of a segment, where anybody has it."""

    cell: NDArray[np.intp]  # shape (k,): places in Cube.cells
    respondents: NDArray[np.int64]  # shape (k,)
    slots: NDArray[np.int64]  # shape (k, slots)


@dataclass(frozen=True)
class Cube:
    """Everything that was counted in a wave: what all of its estimates are made from."""

    layout: Layout
    cells: tuple[str, ...]  # keys, sorted; K of them
    respondents: NDArray[np.int64]  # shape (K,)
    slots: NDArray[np.int64]  # shape (K, slots)
    slices: dict[str, Slice]  # "variable=category" or "flagged" → its counts
    outside: int
    outside_slots: NDArray[np.int64]  # shape (slots,): of those, for no estimate


def count(layout: Layout, codes: NDArray[np.int16]) -> Counts:
    """Count a batch of packed answers, shape (n, layout.width), by slice and cell."""
    counts: Counts = {}
    if not len(codes):
        return counts
    places = place_variables(layout, codes)
    beyond = outside(places, len(codes))
    if beyond.any():
        everybody = np.zeros(int(beyond.sum()), np.intp)
        table = layout.tabulate(codes[beyond], everybody, 1)
        counts[Tally.OUTSIDE, ""] = Count(int(beyond.sum()), table[0])
    inside = codes[~beyond]
    if not len(inside):
        return counts
    places = {code: place[~beyond] for code, place in places.items()}
    cells = sort_into_cells(layout, places, len(inside))
    _count_group(counts, layout, inside, cells, Tally.EVERYONE)
    for variable in slices(layout):
        place = places[variable.code]
        for value in range(len(variable.categories)):
            who = place == value
            if who.any():
                there = Cells(cells.keys, cells.of_respondent[who])
                _count_group(counts, layout, inside[who], there, slice_key(variable, value))
    if (marked := layout.flagged(inside)).any():
        there = Cells(cells.keys, cells.of_respondent[marked])
        _count_group(counts, layout, inside[marked], there, Tally.FLAGGED)
    assert OPEN_PLACE < 0  # an open segment is no value: the loop above must never meet it
    return counts


def _count_group(
    counts: Counts, layout: Layout, codes: NDArray[np.int16], cells: Cells, name: str
) -> None:
    met, group = np.unique(cells.of_respondent, return_inverse=True)
    table = layout.tabulate(codes, group.astype(np.intp), len(met))
    respondents = np.bincount(group, minlength=len(met))
    for place, cell in enumerate(met):
        counts[name, cells.keys[cell]] = Count(int(respondents[place]), table[place])


def change_tallies(wave: Wave, counts: Counts, sign: int = 1) -> None:
    """Add counts to the wave's tallies (or subtract them), in the caller's transaction.

    The caller holds the wave's row, so that nobody else reads and writes the same tallies.
    Tallies that come to nothing are deleted: a rebuild must find exactly the same rows.
    """
    if not counts:
        return
    stored = {
        (name, cell): Count(respondents, unpack_counts(bytes(slots)))
        for name, cell, respondents, slots in Tally.objects.filter(
            wave=wave, cell__in={cell for _, cell in counts}
        ).values_list("slice", "cell", "respondents", "counts")
        if (name, cell) in counts
    }
    changed: list[tuple[int, str, str, int, bytes]] = []
    emptied: list[Key] = []
    for key, change in counts.items():
        total = stored.get(key) or Count(0, np.zeros_like(change.slots))
        total.add(change, sign)
        if total.respondents < 0 or (total.slots < 0).any():
            raise ArithmeticError(f"{wave.slug}: more was taken from a tally than it held")
        if total.respondents:
            changed.append((wave.pk, *key, total.respondents, pack_counts(total.slots)))
        else:
            emptied.append(key)
    if changed:
        upsert(Tally, ("wave_id", "slice", "cell"), ("respondents", "counts"), changed)
    for name, cell in emptied:
        Tally.objects.filter(wave=wave, slice=name, cell=cell).delete()


def stored_counts(wave: Wave) -> Counts:
    """The wave's tallies as they are stored."""
    rows = Tally.objects.filter(wave=wave).values_list("slice", "cell", "respondents", "counts")
    return {
        (name, cell): Count(respondents, unpack_counts(bytes(slots)))
        for name, cell, respondents, slots in rows.iterator(chunk_size=5_000)
    }


def scanned_counts(wave: Wave) -> Counts:
    """The same, counted anew from every response's codes."""
    layout = frozen(wave.version_id).layout
    counts: Counts = {}
    for batch, _ in scan(wave):
        for key, change in count(layout, batch).items():
            if key in counts:
                counts[key].add(change)
            else:
                counts[key] = change
    return counts


def scan(wave: Wave) -> Iterator[tuple[NDArray[np.int16], list[float | None]]]:
    """Read a wave's packed answers and weights, in batches of shape (n, width) and (n,)."""
    layout = frozen(wave.version_id).layout
    rows = Response.objects.filter(wave=wave).values_list("codes", "weight")
    packed: list[bytes] = []
    weights: list[float | None] = []
    for codes, weight in rows.iterator(chunk_size=10_000):
        packed.append(bytes(codes))
        weights.append(weight)
        if len(packed) == SCAN_BATCH:
            yield layout.matrix(packed), weights
            packed, weights = [], []
    if packed:
        yield layout.matrix(packed), weights


def read_cube(wave: Wave) -> Cube:
    """The wave's tallies as arrays; what it costs depends on cells, not on responses."""
    return cube(frozen(wave.version_id).layout, stored_counts(wave))


def cube(layout: Layout, counts: Counts) -> Cube:
    """Counts by key as arrays over sorted cells."""
    cells = tuple(sorted(cell for name, cell in counts if name == Tally.EVERYONE))
    place_of = {cell: place for place, cell in enumerate(cells)}
    respondents = np.zeros(len(cells), np.int64)
    slots = np.zeros((len(cells), len(layout.slots)), np.int64)
    apart: dict[str, list[tuple[int, Count]]] = {}
    for (name, cell), found in counts.items():
        if name == Tally.EVERYONE:
            respondents[place_of[cell]] = found.respondents
            slots[place_of[cell]] = found.slots
        elif name != Tally.OUTSIDE:
            apart.setdefault(name, []).append((place_of[cell], found))
    beyond = counts.get((Tally.OUTSIDE, ""))
    return Cube(
        layout,
        cells,
        respondents,
        slots,
        {name: _slice(found) for name, found in sorted(apart.items())},
        beyond.respondents if beyond else 0,
        beyond.slots if beyond else np.zeros(len(layout.slots), np.int64),
    )


def _slice(found: list[tuple[int, Count]]) -> Slice:
    found.sort(key=lambda one: one[0])
    return Slice(
        np.array([place for place, _ in found], np.intp),
        np.array([each.respondents for _, each in found], np.int64),
        np.stack([each.slots for _, each in found]),
    )


# Waves whose weights came with the answers ----------------------------------------------------


@dataclass(frozen=True)
class Weighed:
    """Sums of 1, w and w squared over the respondents of one slice, for each slot."""

    respondents: int
    weight: float
    weight_squared: float
    smallest: float  # weight of one respondent; infinite where there is none
    largest: float
    n: NDArray[np.float64]  # shape (slots,)
    w: NDArray[np.float64]
    w2: NDArray[np.float64]


def scan_weighed(wave: Wave) -> dict[str, Weighed]:
    """The weighted sums of a wave with supplied weights: "" for everyone, and each segment value.

    They are made by a scan each time: sums of weights are not exact, so they are never stored.
    """
    layout = frozen(wave.version_id).layout
    document = layout.document
    nothing = [np.zeros(len(layout.slots) + 1) for _ in range(3)]
    sums: dict[str, list[NDArray[np.float64]]] = {"": nothing}
    ends: dict[str, tuple[float, float]] = defaultdict(lambda: (np.inf, 0.0))

    def add(name: str, codes: NDArray[np.int16], weight: NDArray[np.float64]) -> None:
        group = np.zeros(len(codes), np.intp)
        powers = (np.ones_like(weight), weight, weight**2)
        tables = [
            np.append(layout.tabulate(codes, group, 1, power)[0], power.sum()) for power in powers
        ]
        if name in sums:
            tables = [before + new for before, new in zip(sums[name], tables, strict=True)]
        sums[name] = tables
        if weight.size:
            smallest, largest = ends[name]
            ends[name] = min(smallest, weight.min()), max(largest, weight.max())

    for codes, given in scan(wave):
        weight = np.array(given, np.float64)
        places: dict[str, Places] = place_variables(layout, codes)
        inside = ~outside(places, len(codes))
        add("", codes[inside], weight[inside])
        for code in document.segments:
            variable = document.variables_by_code[code]
            for place in range(len(variable.categories)):
                who = inside & (places[code] == place)
                if who.any():
                    add(slice_key(variable, place), codes[who], weight[who])
    return {
        name: Weighed(
            *(int(n[-1]), float(w[-1]), float(w2[-1])),
            *(float(ends[name][0]), float(ends[name][1])),
            *(n[:-1], w[:-1], w2[:-1]),
        )
        for name, (n, w, w2) in sums.items()
    }
