"""Published surveys from files: what other people printed, with where they printed it."""

import calendar
import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.models import AuditEntry
from surveys.fieldwork.tables import Fault, FileRefused, Row, read_table
from surveys.questionnaires.checks import Key
from surveys.questionnaires.models import Questionnaire
from surveys.reports.models import PublishedEstimate, PublishedQuestion, PublishedSurvey

SURVEY_COLUMNS = (
    *("survey", "audience", "title", "commissioner", "fieldwork_house", "population", "mode"),
    *("fieldwork_start", "fieldwork_end", "base_n", "base_n_note"),
    *("design_effect", "design_effect_note", "weighting"),
)
ESTIMATE_COLUMNS = (
    *("survey", "audience", "subpopulation", "question", "wording", "wording_status"),
    *("option", "option_label", "percent", "subgroup", "base_n", "note"),
    *("source_title", "source_url"),
)

QUESTION_COLUMNS = (
    *("survey", "question", "stem", "stem_status", "type", "max_choices", "base"),
    *("option_order", "position", "option", "option_label", "option_kind", "label_status"),
    "complete",
)


STORED = (
    *("stem", "stem_exact", "type", "max_choices", "asked_of", "complete"),
    *("option_order", "options"),
)


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    surveys: int
    estimates: int
    questions: int = 0


def published_keys() -> frozenset[Key]:
    """Every published figure of a whole sample that a question may point to."""
    rows = PublishedEstimate.objects.filter(subgroup="").values_list(
        "survey__slug", "survey__audience", "question", "option"
    )
    return frozenset(rows)


def import_published(
    surveys: Path,
    estimates: Path,
    questions: Path | None = None,
    *,
    by: By = "manage.py import_published",
) -> Imported:
    """Store published surveys, their figures and how they asked, all or nothing; twice changes
    nothing.

    Raises FileRefused, with every fault of the file; OSError.
    """
    survey_rows = read_table(surveys, SURVEY_COLUMNS)
    faults = [fault for row in survey_rows for fault in _survey_faults(row)]
    if faults:
        raise FileRefused(surveys.name, faults)
    known = {(row["survey"], row["audience"]) for row in survey_rows}
    estimate_rows = read_table(estimates, ESTIMATE_COLUMNS)
    faults = [fault for row in estimate_rows for fault in _estimate_faults(row, known)]
    seen: set[tuple[str, ...]] = set()
    for row in estimate_rows:
        key = tuple(
            row[name]
            for name in ("survey", "audience", "subpopulation", "question", "option", "subgroup")
        )
        if key in seen:
            faults.append(row.fault("option", "this figure stands here twice"))
        seen.add(key)
    if faults:
        raise FileRefused(estimates.name, faults)
    asked = _read_questions(questions, {survey for survey, _ in known}) if questions else []
    with transaction.atomic():
        record(by, AuditEntry.What.FILE_IMPORTED, f"published surveys of {surveys.name}")
        for question in asked:
            PublishedQuestion.objects.update_or_create(
                survey=question.survey,
                question=question.question,
                defaults={name: getattr(question, name) for name in STORED},
            )
        stored = {(row["survey"], row["audience"]): _store_survey(row) for row in survey_rows}
        for row in estimate_rows:
            _store_estimate(stored[row["survey"], row["audience"]], row)
    return Imported(len(survey_rows), len(estimate_rows), len(asked))


def _read_questions(path: Path, surveys: set[str]) -> list[PublishedQuestion]:
    """How published surveys asked, from a file with a row for each answer; not stored yet."""
    faults: list[Fault] = []
    found: dict[tuple[str, str], PublishedQuestion] = {}
    for row in read_table(path, QUESTION_COLUMNS):
        faults += _question_faults(row, surveys)
        key = row["survey"], row["question"]
        question = found.setdefault(
            key,
            PublishedQuestion(
                survey=row["survey"],
                question=row["question"],
                stem=row["stem"],
                stem_exact=row["stem_status"] == "exact",
                type=row["type"],
                max_choices=int(row["max_choices"]) if row["max_choices"].isdigit() else None,
                asked_of="" if row["base"] == "all" else row["base"],
                complete=row["complete"] == "yes",
                option_order=row["option_order"],
                options=[],
            ),
        )
        # A row without a position is a published total, not an answer that could be given.
        if row["position"]:
            question.options.append(
                {
                    "label": row["option_label"],
                    "kind": row["option_kind"],
                    "exact": row["label_status"] == "exact",
                }
            )
    if faults:
        raise FileRefused(path.name, faults)
    return list(found.values())


def _question_faults(row: Row, surveys: set[str]) -> list[Fault]:
    faults = [row.fault(column, "is empty") for column in ("question", "stem") if not row[column]]
    if row["survey"] not in surveys:
        faults.append(row.fault("survey", f"there is no survey {row['survey']}"))
    for column, values in (
        ("stem_status", ("exact", "paraphrase")),
        ("label_status", ("exact", "paraphrase")),
        ("complete", ("yes", "no")),
        ("option_order", ("", "fixed", "shuffled")),
    ):
        if row[column] not in values:
            faults.append(row.fault(column, f"{row[column]!r} is neither {' nor '.join(values)}"))
    if row["max_choices"] and not row["max_choices"].isdigit():
        faults.append(row.fault("max_choices", f"{row['max_choices']!r} is no whole number"))
    return faults


def _survey_faults(row: Row) -> list[Fault]:
    faults = [
        row.fault(column, "is empty")
        for column in ("survey", "title", "commissioner", "fieldwork_start")
        if not row[column]
    ]
    if row["audience"] not in Questionnaire.Audience.values:
        faults.append(row.fault("audience", f"{row['audience']!r} is neither public nor staff"))
    for column in ("fieldwork_start", "fieldwork_end"):
        if row[column]:
            try:
                _first_and_last_day(row[column])
            except ValueError:
                reason = f"{row[column]!r} is no month (2020-10) and no day (2020-10-31)"
                faults.append(row.fault(column, reason))
    if row["base_n"] and not (row["base_n"].isdigit() and int(row["base_n"])):
        faults.append(row.fault("base_n", f"{row['base_n']!r} is not a number of people"))
    if row["design_effect"] and not _positive(row["design_effect"]):
        faults.append(row.fault("design_effect", f"{row['design_effect']!r} is not above 0"))
    return faults


def _estimate_faults(row: Row, known: set[tuple[str, str]]) -> list[Fault]:
    faults = [
        row.fault(column, "is empty")
        for column in ("question", "option", "option_label", "source_title")
        if not row[column]
    ]
    if (row["survey"], row["audience"]) not in known:
        reason = f"there is no survey {row['survey']} of audience {row['audience']}"
        faults.append(row.fault("survey", reason))
    try:
        fits = 0 <= Decimal(row["percent"]) <= 100
    except InvalidOperation:
        fits = False
    if not fits:
        faults.append(row.fault("percent", f"{row['percent']!r} is not a percentage"))
    if row["wording_status"] not in ("exact", "paraphrase"):
        reason = f"{row['wording_status']!r} is neither exact nor paraphrase"
        faults.append(row.fault("wording_status", reason))
    if row["base_n"] and not (row["base_n"].isdigit() and int(row["base_n"])):
        faults.append(row.fault("base_n", f"{row['base_n']!r} is not a number of people"))
    return faults


def _positive(text: str) -> bool:
    try:
        return Decimal(text) > 0
    except InvalidOperation:
        return False


def _first_and_last_day(printed: str) -> tuple[datetime.date, datetime.date]:
    if len(printed) == len("2020-10"):
        year, month = (int(part) for part in printed.split("-"))
        last = calendar.monthrange(year, month)[1]
        return datetime.date(year, month, 1), datetime.date(year, month, last)
    day = datetime.date.fromisoformat(printed)
    return day, day


def fieldwork_days(start: str, end: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of fieldwork, as far as they were printed."""
    return _first_and_last_day(start)[0], _first_and_last_day(end or start)[1]


def plotted_on(start: str, end: str) -> datetime.date:
    """The middle of fieldwork, as far as it was printed."""
    first, last = fieldwork_days(start, end)
    return first + (last - first) / 2


def _store_survey(row: Row) -> PublishedSurvey:
    survey, _ = PublishedSurvey.objects.update_or_create(
        slug=row["survey"],
        audience=row["audience"],
        defaults={
            "title": row["title"],
            "commissioner": row["commissioner"],
            "fieldwork_house": row["fieldwork_house"],
            "population": row["population"],
            "mode": row["mode"],
            "fieldwork_start": row["fieldwork_start"],
            "fieldwork_end": row["fieldwork_end"],
            "plotted_on": plotted_on(row["fieldwork_start"], row["fieldwork_end"]),
            "base": int(row["base_n"]) if row["base_n"] else None,
            "base_note": row["base_n_note"],
            "design_effect": float(row["design_effect"]) if row["design_effect"] else None,
            "design_effect_note": row["design_effect_note"],
            "weighting": row["weighting"],
        },
    )
    return survey


def _store_estimate(survey: PublishedSurvey, row: Row) -> None:
    percent = Decimal(row["percent"])
    PublishedEstimate.objects.update_or_create(
        survey=survey,
        subpopulation=row["subpopulation"],
        question=row["question"],
        option=row["option"],
        subgroup=row["subgroup"],
        defaults={
            "wording": row["wording"],
            "wording_status": row["wording_status"],
            "option_label": row["option_label"],
            "share": percent / 100,
            "rounding": Decimal(1).scaleb(int(percent.as_tuple().exponent)) / 100,
            "base": int(row["base_n"]) if row["base_n"] else None,
            "note": row["note"],
            "source_title": row["source_title"],
            "source_url": row["source_url"],
        },
    )
