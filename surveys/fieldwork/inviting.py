"""Work addresses from a file become invitations: all of them, or none and every reason why.

The file is read in batches, and its duplicates are found by the database, so that memory does not
grow with their number.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.models import AuditEntry, DoNotWrite, Invitation, Organisation, Wave
from surveys.fieldwork.tables import Fault, FileRefused

BATCH = 5_000
MOST_FAULTS = 100  # told at once; the rest are counted
COLUMNS = ("address", "name", "group", "organisation")  # all but the first may be missing


class InvitingRefused(ValueError):
    """Nobody can be invited to this wave, or not for this organisation; the message says why."""


@dataclass(frozen=True)
class Invited:
    """What an import did."""

    rows: int
    invited: int
    known: int  # twice in the file, or invited to this wave before
    not_written_to: int  # on the list of those who are not written to


@dataclass(frozen=True)
class _Told:
    line: int
    email: str
    name: str
    group: str
    organisation: Organisation


@transaction.atomic
def invite(
    wave: Wave,
    file: TextIO,
    organisation: Organisation | None = None,
    *,
    name: str = "the file",
    by: By = "manage.py invite",
) -> Invited:
    """Invite the addresses of a CSV file for an organisation, or for those that it names itself.

    Columns: address; if wished name, group, and where no organisation is given, organisation (its
    code). Messages go out when the wave is open.

    Raises InvitingRefused, FileRefused with every fault.
    """
    check_invites(wave)
    places = _places(wave, organisation)
    before = Invitation.objects.filter(wave=wave).count()
    rows = refused = 0
    faults: list[Fault] = []
    found = _read(file, name, places, organisation, faults)
    while batch := list(islice(found, BATCH)):
        rows += len(batch)
        if faults:
            continue  # nothing will be kept: the rest is read for its faults alone
        closed = _not_written_to({one.email for one in batch})
        refused += sum(one.email in closed for one in batch)
        Invitation.objects.bulk_create(
            (
                Invitation(
                    wave=wave,
                    organisation=one.organisation,
                    email=one.email,
                    name=one.name,
                    group=one.group,
                )
                for one in batch
                if one.email not in closed
            ),
            ignore_conflicts=True,
        )
    if faults:
        raise FileRefused(name, faults)
    invited = Invitation.objects.filter(wave=wave).count() - before
    if invited:
        whose = organisation.code if organisation else "several organisations"
        record(by, AuditEntry.What.PEOPLE_INVITED, f"{wave.slug}: {invited} for {whose}")
    return Invited(rows, invited, rows - refused - invited, refused)


def check_invites(wave: Wave) -> None:
    """Refuse a wave to which nobody is invited, or nobody any more.

    Raises InvitingRefused.
    """
    if wave.questionnaire.audience != "staff" or wave.simulated:
        raise InvitingRefused(f"{wave} asks nobody by invitation: only real waves of staff do.")
    if wave.status not in (Wave.Status.DRAFT, Wave.Status.OPEN):
        raise InvitingRefused(f"{wave} is {wave.get_status_display().lower()}.")


def asked_organisations(wave: Wave) -> dict[str, Organisation]:
    """The working organisations whose staff a wave asks, by code."""
    within = Q(pk__in=[])
    for path in wave.organisations.values_list("path", flat=True):
        within |= Q(path__startswith=path)
    return {one.code: one for one in Organisation.objects.working().filter(within)}


def _places(wave: Wave, organisation: Organisation | None) -> dict[str, Organisation]:
    asked = asked_organisations(wave)
    if organisation is None:
        return asked
    if organisation.code not in asked:
        raise InvitingRefused(f"{wave} does not ask the staff of {organisation.code}.")
    return {organisation.code: organisation}


def _not_written_to(emails: set[str]) -> set[str]:
    return set(DoNotWrite.objects.filter(email__in=emails).values_list("email", flat=True))


def _read(
    file: TextIO,
    name: str,
    places: dict[str, Organisation],
    only: Organisation | None,
    faults: list[Fault],
) -> Iterator[_Told]:
    """The rows that can be read; what is wrong with the others is added to `faults`."""
    reader = csv.DictReader(file, restkey="", strict=True)
    header = [column.strip().lower() for column in reader.fieldnames or []]
    reader.fieldnames = header
    if "address" not in header:
        reason = "the header lacks “address”: the first line names the columns"
        raise FileRefused(name, [Fault(1, "", reason)])
    if only is None and "organisation" not in header:
        raise FileRefused(name, [Fault(1, "", "the header lacks “organisation”")])
    if unknown := [column for column in header if column not in COLUMNS]:
        reason = f"is none of {', '.join(COLUMNS)}: take it out, we want to know no more"
        raise FileRefused(name, [Fault(1, column, reason) for column in unknown])
    try:
        for row in reader:
            told = _row(reader.line_num, row, places, only, faults)
            if told is not None:
                yield told
            if len(faults) >= MOST_FAULTS:
                return
    except csv.Error as error:
        faults.append(Fault(reader.line_num, "", f"is not CSV: {error}"))


def _row(
    line: int,
    row: dict[str, str],
    places: dict[str, Organisation],
    only: Organisation | None,
    faults: list[Fault],
) -> _Told | None:
    if "" in row or None in row.values():
        faults.append(Fault(line, "", "has not the cells of the header"))
        return None
    cells = {column: value.strip() for column, value in row.items()}
    if not any(cells.values()):
        return None
    before = len(faults)
    email = cells["address"].lower()
    try:
        validate_email(email)
    except ValidationError:
        faults.append(Fault(line, "address", f"{cells['address']!r} is no e-mail address"))
    code = only.code if only else cells["organisation"].upper()
    if code not in places:
        faults.append(Fault(line, "organisation", f"{code!r} is not asked by this wave"))
    for column, longest in (("address", 254), ("name", 150), ("group", 100)):
        if len(cells.get(column, "")) > longest:
            faults.append(Fault(line, column, f"is longer than {longest} letters"))
    if len(faults) > before:
        return None
    return _Told(line, email, cells.get("name", ""), cells.get("group", ""), places[code])


@transaction.atomic
def do_not_write(emails: set[str], why: str, *, by: By | None = None) -> int:
    """Write to these addresses no more, in any wave; returns how many are new on the list.

    by: who says so; none where it was the person invited, or the mail server.
    """
    lowered = {email.lower() for email in emails}
    before = DoNotWrite.objects.count()
    DoNotWrite.objects.bulk_create(
        (
            DoNotWrite(email=email, why=why, since_on=timezone.localdate())
            for email in sorted(lowered)
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    field = "bounced" if why == DoNotWrite.Why.BOUNCED else "opted_out"
    Invitation.objects.filter(email__in=lowered).update(**{field: True})
    added = DoNotWrite.objects.count() - before
    if added and by is not None:
        record(by, AuditEntry.What.DO_NOT_WRITE, f"{added} addresses ({why})")
    return added
