"""How many of each kind work for an organisation, from a file: all rows, or none."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.models import AuditEntry, Headcount, Organisation
from surveys.fieldwork.tables import Fault, FileRefused, Row, read_table

COLUMNS = ("organisation", "variable", "category", "people", "reference_date", "source")


@transaction.atomic
def import_headcounts(path: Path, *, by: By = "manage.py import_headcounts") -> int:
    """Store the headcounts of a file, replacing those of the same organisation and variable.

    Returns how many rows it has. Raises FileRefused, with every fault; OSError.
    """
    rows = read_table(path, COLUMNS)
    places = {one.code: one for one in Organisation.objects.all()}
    faults: list[Fault] = []
    twice = Counter((row["organisation"], row["variable"], row["category"]) for row in rows)
    made = []
    for row in rows:
        people = _people(row, faults)
        if row["organisation"] not in places:
            faults.append(row.fault("organisation", f"{row['organisation']!r} is not known"))
        for column in ("variable", "category", "reference_date", "source"):
            if not row[column]:
                faults.append(row.fault(column, "is empty"))
        if twice[row["organisation"], row["variable"], row["category"]] > 1:
            faults.append(row.fault("category", "stands here twice"))
        if people is not None and row["organisation"] in places:
            made.append(
                Headcount(
                    organisation=places[row["organisation"]],
                    variable=row["variable"],
                    category=row["category"],
                    people=people,
                    reference_date=row["reference_date"],
                    source=row["source"],
                )
            )
    if faults:
        raise FileRefused(path.name, sorted(faults, key=lambda fault: fault.line))
    for organisation, variable in {(one.organisation, one.variable) for one in made}:
        Headcount.objects.filter(organisation=organisation, variable=variable).delete()
    Headcount.objects.bulk_create(made, batch_size=1_000)
    record(by, AuditEntry.What.FILE_IMPORTED, f"headcounts of {path.name}")
    return len(made)


def _people(row: Row, faults: list[Fault]) -> int | None:
    if not row["people"].isascii() or not row["people"].isdigit() or not int(row["people"]):
        faults.append(row.fault("people", f"{row['people']!r} is no number of people above 0"))
        return None
    return int(row["people"])


def headcounts(variable: str, above: Mapping[int, int | None]) -> dict[int, dict[str, int]]:
    """People by category of each organisation with all below it; one query.

    above: the organisation over each, by id. None is told of one where some below it have none.
    """
    own: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Headcount.objects.filter(variable=variable)
    for pk, category, people in rows.values_list("organisation_id", "category", "people"):
        own[pk][category] = people
    total: dict[int, Counter[str]] = defaultdict(Counter)
    leaves = set(above) - {one for one in above.values() if one is not None}
    unknown = {pk for pk in leaves if pk not in own}
    for pk in above:
        at: int | None = pk
        while at is not None:
            total[at].update(own.get(pk, {}))
            if pk in unknown:
                unknown.add(at)
            at = above.get(at)
    return {pk: dict(found) for pk, found in total.items() if found and pk not in unknown}
