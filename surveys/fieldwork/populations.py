"""Population margins from a file: checked, normalised, and stored all or not at all."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path

from django.db import transaction

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.models import AuditEntry, Margin, Population
from surveys.fieldwork.tables import Fault, FileRefused, Row, read_table

COLUMNS = (
    *("population", "variable", "category", "category_label", "percent"),
    *("reference_date", "source_title", "source_url"),
)
TITLES = {
    "gb-adults-18": "Adults in Great Britain, 18 and over",
    "uk-adults-18": "Adults in the United Kingdom, 18 and over",
    "uk-adults": "Adults in the United Kingdom",
    "nhs-staff-england": "NHS staff in England",
}
ALL_THE_REST = "*"


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    populations: int
    margins: int
    changed: int


@transaction.atomic
def import_margins(path: Path, *, by: By = "manage.py import_margins") -> Imported:
    """Store the margins of a file, replacing those of the same population and variable.

    Percentages are printed with few digits, so their sum may miss 100 by half a unit of the last
    digit for each category; within that they are normalised, beyond it they are refused.

    Raises FileRefused, with every fault; OSError.
    """
    rows = read_table(path, COLUMNS)
    faults: list[Fault] = []
    margins: list[Margin] = []
    by_variable = sorted(rows, key=lambda row: (row["population"], row["variable"]))
    for (population, variable), group in groupby(
        by_variable, key=lambda row: (row["population"], row["variable"])
    ):
        made, wrong = _margins_of(variable, list(group), population)
        margins += made
        faults += wrong
    if faults:
        raise FileRefused(path.name, sorted(faults, key=lambda fault: fault.line))
    done = _store(margins)
    if done.changed:
        record(by, AuditEntry.What.FILE_IMPORTED, f"margins of {path.name}")
    return done


def _margins_of(
    variable: str, rows: list[Row], population: str
) -> tuple[list[Margin], list[Fault]]:
    faults = [
        row.fault(column, "is empty")
        for row in rows
        for column in ("population", "variable", "category", "percent", "source_title")
        if not row[column]
    ]
    counted = Counter(row["category"] for row in rows)
    faults += [
        row.fault("category", f"{row['category']} stands here twice for {variable}")
        for row in rows
        if counted[row["category"]] > 1
    ]
    percents = []
    for row in rows:
        try:
            percent = Decimal(row["percent"])
        except InvalidOperation:
            percent = Decimal(-1)
        if not (percent.is_finite() and 0 < percent <= 100):
            reason = f"{row['percent']!r} is not a percentage above 0 and at most 100"
            faults.append(row.fault("percent", reason))
        percents.append(percent)
    faults += _collapse_faults(rows)
    if faults:
        return [], faults
    unit = max(Decimal(1).scaleb(int(one.as_tuple().exponent)) for one in percents)
    allowed = unit / 2 * len(percents)
    total = sum(percents, Decimal(0))
    if abs(total - 100) > allowed:
        reason = (
            f"{population} {variable} sums to {total}%, further from 100% than rounding to"
            f" {unit} explains (at most {allowed})"
        )
        return [], [rows[0].fault("percent", reason)]
    return [
        Margin(
            population=Population(slug=population),
            variable=variable,
            category=row["category"],
            label=row["category_label"] or row["category"],
            position=place,
            share=(percent / total).quantize(Decimal(1).scaleb(-10)),
            printed_percent=row["percent"],
            collapsed_into=row.values.get("collapsed_into", ""),
            reference_date=row["reference_date"],
            source=" ".join(filter(None, (row["source_title"], row["source_url"]))),
        )
        for place, (row, percent) in enumerate(zip(rows, percents, strict=True))
    ], []


def _collapse_faults(rows: list[Row]) -> list[Fault]:
    categories = {row["category"] for row in rows}
    return [
        row.fault("collapsed_into", f"there is no category {row['collapsed_into']}")
        for row in rows
        if row.values.get("collapsed_into")
        and row["collapsed_into"] not in (categories - {row["category"]}) | {ALL_THE_REST}
    ]


def _store(margins: list[Margin]) -> Imported:
    populations: dict[str, Population] = {}
    changed = 0
    for margin in margins:
        slug = margin.population.slug
        if slug not in populations:
            title = TITLES.get(slug, slug.replace("-", " ").capitalize())
            populations[slug], _ = Population.objects.get_or_create(
                slug=slug, defaults={"title": title}
            )
    for slug, population in populations.items():
        mine = [margin for margin in margins if margin.population.slug == slug]
        for variable in dict.fromkeys(margin.variable for margin in mine):
            new = [margin for margin in mine if margin.variable == variable]
            stored = population.margins.filter(variable=variable).order_by("position")
            if [_values(one) for one in stored] == [_values(one) for one in new]:
                continue
            stored.delete()
            for margin in new:
                margin.population = population
            Margin.objects.bulk_create(new)
            changed += len(new)
    return Imported(len(populations), len(margins), changed)


def _values(margin: Margin) -> tuple[object, ...]:
    return tuple(
        getattr(margin, name)
        for name in (
            *("variable", "category", "label", "position", "share", "printed_percent"),
            *("collapsed_into", "reference_date", "source"),
        )
    )
