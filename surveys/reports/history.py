"""What earlier figures of a wave have told already, and what new ones may add.

Two releases of one wave can be subtracted: what differs is what the people in between answered. So
a slice is shown again only if nobody, or at least DISCLOSURE_MINIMUM people, joined or left it,
and what was hidden once stays hidden. Releases are themselves the ledger of what is known:
published ones never change and are never deleted.
"""

from collections.abc import Mapping, Sequence, Set

from surveys.reports.disclosure import hide
from surveys.reports.slices import EVERYONE, Division, Slice


def hidden_by_history(
    divisions: Sequence[Division],
    bases: Mapping[Slice, int],
    earlier: Mapping[Slice, int | None],
    hidden: set[Slice],
    minimum: int,
    exchanged: Set[Slice] = frozenset(),
) -> set[Slice]:
    """The slices of one question to hide, so that nothing is told by what was shown before.

    bases: of the new figures, by slice; earlier: those that were shown, None where it was hidden;
    hidden: the new slices that are hidden anyway, which they and more are returned of; exchanged:
    those of as many people as before, who are not the same.
    """
    if not earlier:
        return set(hidden)
    known = earlier.keys() | bases.keys()
    unknown = {one for one in known if earlier.get(one, 0) is None}
    change = {one: bases.get(one, 0) - (earlier.get(one) or 0) for one in known - unknown}
    few = {one for one, people in change.items() if 0 < abs(people) < minimum}
    few |= exchanged & change.keys()
    if EVERYONE in few:
        return set(bases)
    some_left = any(people < 0 for people in change.values())
    if exchanged or (some_left and any(people > 0 for people in change.values())):
        # Some came and others went: how many of each is not known, so no sum holds.
        return (set(bases) - {EVERYONE}) if few else set(hidden) | unknown
    moved = {one: abs(people) for one, people in change.items()}
    return hide(divisions, moved, few, hidden | unknown, minimum, unknown) & bases.keys()
