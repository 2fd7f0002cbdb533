"""Organisations from a file: added, moved, renamed and closed, all or nothing.

The file says where organisations stand and since when: a row whose parent is another than before is
a move on that day, a row with a closing day ends its organisation. What it leaves out stays as it
is. What was is never rewritten: whoever reads an old release needs the tree of its day.
"""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.models import AuditEntry, Organisation, Placement
from surveys.fieldwork.tables import Fault, FileRefused, Row, read_table

COLUMNS = ("code", "name", "parent", "since", "closed")
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
ROOT = Organisation.ROOT
DEEPEST = 12  # levels, the root included: a path has room for twelve of the longest codes


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    rows: int
    added: int
    moved: int
    renamed: int
    closed: int


@dataclass(frozen=True)
class Told:
    """What one row says, once its cells can be read."""

    row: Row
    code: str
    name: str
    parent: str
    since: datetime.date
    closed: datetime.date | None


@dataclass
class Stands:
    """One organisation as it will be; `stays` are its placements in order: parent, since, until."""

    parent: str | None
    closed: datetime.date | None
    stays: list[tuple[str, datetime.date, datetime.date | None]] = field(default_factory=list)

    def covers(self, since: datetime.date, until: datetime.date | None) -> bool:
        """Whether it existed throughout a time; the root always did."""
        if self.parent is None:
            return True
        if since < self.stays[0][1]:
            return False
        return self.closed is None or (until is not None and until <= self.closed)


Tree = dict[str, Stands]


@transaction.atomic
def import_organisations(path: Path, *, by: By = "manage.py import_organisations") -> Imported:
    """Bring the tree to what a file says; the same file again changes nothing.

    Columns: code, name, parent (a code; NATIONAL for the top), since (the day since which it stands
    there) and closed (the first day on which it was no more, or empty). Days are ISO 8601.

    Raises FileRefused, with every fault; OSError.
    """
    rows = read_table(path, COLUMNS)
    # Two imports at once would each check a tree that the other is changing.
    Organisation.objects.select_for_update(no_key=True).get(code=ROOT)
    stored = {one.code: one for one in Organisation.objects.select_related("parent")}
    tree = _as_stored(stored)
    told, faults = _read(rows, known=set(stored) | {row["code"] for row in rows})
    before = {code: one.parent for code, one in tree.items()}
    for one in told:
        faults += _apply(tree, one)
    if not faults:
        faults = _circles(tree, told) or _gaps(tree, told)
    if faults:
        raise FileRefused(path.name, sorted(faults, key=lambda fault: fault.line))
    done = Imported(
        rows=len(rows),
        added=sum(one.code not in stored for one in told),
        moved=sum(one.code in stored and before[one.code] != one.parent for one in told),
        renamed=sum(one.code in stored and stored[one.code].name != one.name for one in told),
        closed=sum(
            one.closed is not None and not (one.code in stored and stored[one.code].closed_on)
            for one in told
        ),
    )
    _store(stored, tree, {one.code: one.name for one in told})
    if done.added or done.moved or done.renamed or done.closed:
        record(by, AuditEntry.What.FILE_IMPORTED, f"organisations of {path.name}")
    return done


def _as_stored(stored: dict[str, Organisation]) -> Tree:
    tree = {
        code: Stands(one.parent.code if one.parent else None, one.closed_on)
        for code, one in stored.items()
    }
    placements = Placement.objects.select_related("organisation", "parent").order_by("since_on")
    for one in placements:
        stay = (one.parent.code, one.since_on, one.until_on)
        tree[one.organisation.code].stays.append(stay)
    return tree


def _read(rows: list[Row], known: set[str]) -> tuple[list[Told], list[Fault]]:
    """The rows that can be read, and what is wrong with the others."""
    counted = Counter(row["code"] for row in rows)
    told, faults = [], []
    for row in rows:
        wrong = [row.fault(one, "is empty") for one in ("code", "name", "parent") if not row[one]]
        code = row["code"]
        if code and not CODE.fullmatch(code):
            reason = f"{code!r} is not made of at most 20 capital letters, digits and hyphens"
            wrong.append(row.fault("code", reason))
        if code == ROOT:
            wrong.append(row.fault("code", f"{ROOT} is always there and stays as it is"))
        if code and counted[code] > 1:
            wrong.append(row.fault("code", f"{code} stands here twice"))
        if len(row["name"]) > 200:
            wrong.append(row.fault("name", "is longer than 200 characters"))
        if row["parent"] and row["parent"] not in known | {ROOT}:
            reason = f"{row['parent']} is neither in this file nor known"
            wrong.append(row.fault("parent", reason))
        since, closed = _day(row, "since", wrong), None
        if row["closed"]:
            closed = _day(row, "closed", wrong)
        if since and closed and closed <= since:
            wrong.append(
                row.fault("closed", f"{closed} is not after {since}, since when it stands")
            )
        if not wrong and since:
            told.append(Told(row, code, row["name"], row["parent"], since, closed))
        faults += wrong
    return told, faults


def _day(row: Row, column: str, wrong: list[Fault]) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(row[column])
    except ValueError:
        wrong.append(row.fault(column, f"{row[column]!r} is not a day such as 2024-04-01"))
        return None
    if day > timezone.localdate():
        reason = f"{day} is yet to come: a file says what has happened; import it on that day"
        wrong.append(row.fault(column, reason))
    return day


def _apply(tree: Tree, told: Told) -> list[Fault]:
    """Bring one organisation of the tree to what a row says."""
    row = told.row
    if told.code not in tree:
        stays = [(told.parent, told.since, told.closed)]
        tree[told.code] = Stands(told.parent, told.closed, stays)
        return []
    stands = tree[told.code]
    parent, since, _ = stands.stays[-1]
    if stands.closed is not None:
        if (told.parent, told.since, told.closed) == (parent, since, stands.closed):
            return []
        reason = f"{told.code} stood below {parent} since {since} and closed on {stands.closed}"
        return [row.fault("closed", f"{reason}: what was stays as it was")]
    if told.parent == parent and told.since != since:
        reason = f"{told.code} stands below {parent} since {since}: what was stays as it was"
        return [row.fault("since", reason)]
    if told.parent != parent:
        if told.since <= since:
            reason = (
                f"{told.code} stands below {parent} since {since}: a move to {told.parent} must be"
                " later; is this an older file?"
            )
            return [row.fault("since", reason)]
        stands.stays[-1] = (parent, since, told.since)
        stands.stays.append((told.parent, told.since, None))
        stands.parent = told.parent
    if told.closed is not None:
        parent, since, _ = stands.stays[-1]
        if told.closed <= since:
            reason = f"{told.closed} is not after {since}, since when it stands below {parent}"
            return [row.fault("closed", reason)]
        stands.stays[-1] = (parent, since, told.closed)
        stands.closed = told.closed
    return []


def _above(tree: Tree, code: str) -> list[str]:
    """The codes from the root down to `code`; empty where that leads round in a circle."""
    codes: list[str] = []
    at: str | None = code
    while at is not None:
        if at in codes:
            return []
        codes.append(at)
        at = tree[at].parent
    return codes[::-1]


def _circles(tree: Tree, told: list[Told]) -> list[Fault]:
    faults = []
    for one in told:
        above = _above(tree, one.code)
        if not above:
            faults.append(one.row.fault("parent", f"{one.code} would stand above itself"))
        elif len(above) > DEEPEST:
            faults.append(one.row.fault("parent", f"is deeper than {DEEPEST} levels"))
    return faults


def _gaps(tree: Tree, told: list[Told]) -> list[Fault]:
    """Where an organisation would stand below one that was not there yet, or no more."""
    rows = {one.code: one.row for one in told}
    faults = []
    for code, stands in tree.items():
        for parent, since, until in stands.stays:
            if parent == code or tree[parent].covers(since, until):
                continue
            ends = tree[parent].closed
            if since < tree[parent].stays[0][1]:
                reason = (
                    f"{code} cannot stand below {parent} since {since}: that is there since"
                    f" {tree[parent].stays[0][1]}; give the day since which {code} belongs to it"
                )
            else:
                reason = f"{code} stands below {parent}, which closed on {ends}: move it first"
            row = rows.get(code) or rows[parent]
            faults.append(row.fault("since" if code in rows else "closed", reason))
    return faults


def _store(stored: dict[str, Organisation], tree: Tree, names: dict[str, str]) -> None:
    """Write what differs, level by level from the top: a path follows from the one above it."""
    paths = {code: _above(tree, code) for code in tree}
    depths = sorted({len(path) for path in paths.values()})
    for depth in depths:
        added: list[Organisation] = []
        changed: list[Organisation] = []
        for code in sorted(code for code, path in paths.items() if len(path) == depth):
            stands = tree[code]
            parent = stored[stands.parent] if stands.parent else None
            one = stored.get(code) or Organisation(code=code)
            was = (one.name, one.parent_id, one.path, one.closed_on)
            one.name, one.parent, one.closed_on = names.get(code, one.name), parent, stands.closed
            one.path = one.path_below(parent)
            if one.pk is None:
                added.append(one)
                stored[code] = one
            elif was != (one.name, one.parent_id, one.path, one.closed_on):
                changed.append(one)
        Organisation.objects.bulk_create(added, batch_size=500)
        fields = ["name", "parent", "path", "closed_on"]
        Organisation.objects.bulk_update(changed, fields, batch_size=500)
    _store_stays(stored, tree)


def _store_stays(stored: dict[str, Organisation], tree: Tree) -> None:
    kept = {(one.organisation_id, one.since_on): one for one in Placement.objects.all()}
    added: list[Placement] = []
    ended: list[Placement] = []
    for code, stands in tree.items():
        for parent, since, until in stands.stays:
            one = kept.get((stored[code].pk, since))
            if one is None:
                added.append(
                    Placement(
                        organisation=stored[code],
                        parent=stored[parent],
                        since_on=since,
                        until_on=until,
                    )
                )
            elif one.until_on != until:
                one.until_on = until
                ended.append(one)
    Placement.objects.bulk_update(ended, ["until_on"], batch_size=500)  # before what follows it
    Placement.objects.bulk_create(added, batch_size=500)
