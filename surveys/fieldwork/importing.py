"""Answers from a file (a panel company's CSV or SPSS) by the same door as answers from a form.

First every cell is read and every answer checked, without writing anything; then the answers are
archived and counted in batches. A run that was interrupted is simply started again: the wave stays
in the state "importing" until all is in, and a new run begins by emptying it.
"""

import csv
import datetime
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
from django.db import transaction

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.collecting import NewResponse, archive
from surveys.fieldwork.import_map import ImportMap, resolve
from surveys.fieldwork.models import AuditEntry, Comment, Response, Tally, Wave
from surveys.fieldwork.tables import Fault, FileRefused
from surveys.questionnaires.answers import problem_with, problems
from surveys.questionnaires.document import (
    Document,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    WholeNumber,
)
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.routing import asked
from surveys.questionnaires.versions import frozen

BATCH = 5_000
NOTHING_TICKED = "(none)"
WHOLE = re.compile(r"-?\d{1,9}(\.0+)?")  # many programs write 3 as 3.0
Progress = Callable[[str, int, int], None]  # what is done, so far, of how many


class ImportRefused(ValueError):
    """The wave cannot take this file; the message says why."""


@dataclass
class Read:
    """What was read from a file, before anything is written."""

    responses: list[NewResponse] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left_out: int = 0  # rows with a fault
    open_required: int = 0  # required questions without an answer: a warning only


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    responses: int
    left_out: int
    open_required: int


def _quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def import_responses(
    wave: Wave,
    path: Path,
    using: ImportMap,
    *,
    skip_invalid: bool = False,
    progress: Progress = _quiet,
    by: By = "manage.py import_responses",
) -> Imported:
    """Fill a wave from a file and close it.

    All or nothing, unless `skip_invalid`: then rows with a fault are left out and counted.

    Raises ImportRefused, MapRefused, FileRefused (with every fault), OSError.
    """
    _refuse_unless_empty(wave)
    read = read_responses(wave, read_frame(path), using, progress=progress)
    if read.faults and not skip_invalid:
        raise FileRefused(path.name, read.faults)
    if not read.responses:
        what = f"none of its {read.left_out:,} rows fits" if read.left_out else "it has no rows"
        raise ImportRefused(f"{path.name} fills no wave: {what}.")
    revision = _begin(wave)
    for start in range(0, len(read.responses), BATCH):
        with transaction.atomic():
            archive(_mine(wave, revision), read.responses[start : start + BATCH])
        revision += 1
        done = min(start + BATCH, len(read.responses))
        progress("stored and counted", done, len(read.responses))
    with transaction.atomic():
        _mine(wave, revision)
        Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.CLOSED)
        record(by, AuditEntry.What.FILE_IMPORTED, f"answers of {wave.slug} from {path.name}")
    return Imported(len(read.responses), read.left_out, read.open_required)


def _refuse_unless_empty(wave: Wave) -> None:
    if wave.status == Wave.Status.IMPORTING:
        return
    if wave.status != Wave.Status.DRAFT or wave.tally_revision:
        state = wave.get_status_display().lower()
        raise ImportRefused(f"{wave} is {state}: a file goes only into a new, empty wave.")
    if wave.kind == Wave.Kind.SIMULATED:
        raise ImportRefused(f"{wave} is simulated: real answers do not belong there.")


@transaction.atomic
def _begin(wave: Wave) -> int:
    """Empty what an interrupted run left, mark the wave, and return its revision.

    Reading the file took a while: what was true of the wave before is looked at again.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    _refuse_unless_empty(wave)
    Comment.objects.filter(wave=wave).delete()
    Tally.objects.filter(wave=wave).delete()
    Response.objects.filter(wave=wave).delete()
    Wave.objects.filter(pk=wave.pk).update(
        status=Wave.Status.IMPORTING, tally_revision=wave.tally_revision + 1, from_file=True
    )
    return wave.tally_revision + 1


def _mine(wave: Wave, revision: int) -> Wave:
    """The wave, locked, if no other run has taken it over meanwhile. Raises ImportRefused."""
    locked = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if locked.status != Wave.Status.IMPORTING or locked.tally_revision != revision:
        raise ImportRefused(f"Another import into {wave} has begun: this one ends here.")
    return locked


# Reading --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """A file's cells as text, and what its value labels say."""

    cells: pd.DataFrame
    labels: Mapping[str, Mapping[str, str]]  # column → label → raw value


def read_frame(path: Path) -> Frame:
    """Read CSV or SPSS; every cell is text, an empty one no answer.

    Raises FileRefused, OSError.
    """
    if path.suffix.lower() == ".sav":
        return _read_spss(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True) if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileRefused(path.name, [Fault(1, "", f"is not CSV in UTF-8: {error}")]) from error
    if not rows:
        raise FileRefused(path.name, [Fault(1, "", "the file is empty")])
    header, *rows = rows
    faults = [
        Fault(1, name, "stands here twice") for name, times in Counter(header).items() if times > 1
    ]
    # A cell too many would shift all the others into wrong columns.
    faults += [
        Fault(line, "", f"has {len(row)} cells, and the header has {len(header)}")
        for line, row in enumerate(rows, 2)
        if len(row) != len(header)
    ]
    if faults:
        raise FileRefused(path.name, faults)
    return Frame(pd.DataFrame(rows, columns=pd.Index(header), dtype=str), {})


def _read_spss(path: Path) -> Frame:
    try:
        cells, meta = pyreadstat.read_sav(str(path))
    except pyreadstat.ReadstatError as error:
        raise FileRefused(path.name, [Fault(1, "", f"is not SPSS: {error}")]) from error
    labels = {
        column: {str(label): _plain(raw) for raw, label in values.items()}
        for column, values in meta.variable_value_labels.items()
    }
    return Frame(cells.map(_plain), labels)


def _plain(value: Any) -> str:
    """A cell as text: 3.0 is 3, nothing is nothing, a date is a day."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def read_responses(
    wave: Wave, frame: Frame, using: ImportMap, *, progress: Progress = _quiet
) -> Read:
    """Turn every row into an answer that fits the questionnaire, or into faults.

    Writes nothing. Each distinct value of a column is looked at once.
    """
    document = frozen(wave.version_id).document
    where = resolve(using, list(frame.cells.columns), document)
    _refuse_wrong_weight(wave, set(where.values()))
    read = Read()
    columns = [_column(document, column, target, frame, using) for column, target in where.items()]
    staff = wave.questionnaire.audience == Questionnaire.Audience.STAFF
    required = {one.code for one in document.questions.values() if one.required}
    total = len(frame.cells)
    rows = zip(*(column.values for column in columns), strict=True)
    for number, cells in enumerate(rows):
        line = number + 2  # the header is line 1
        found: dict[str, Any] = {}
        faults = []
        for column, (value, reason) in zip(columns, cells, strict=True):
            if reason:
                faults.append(Fault(line, column.name, reason))
            elif value is not None:
                _place(found, column.target, value)
        weight, language, day = (found.pop(name, None) for name in RESERVED_ORDER)
        _finish_choices(found, document)
        if not faults:
            faults = [Fault(line, one.question, one.reason) for one in problems(document, found)]
        if wave.weighting == Wave.Weighting.SUPPLIED and weight is None and not faults:
            faults.append(Fault(line, "weight", "is empty"))
        if faults:
            read.faults += faults
            read.left_out += 1
        else:
            read.open_required += len(asked(document, found) & required - found.keys())
            public = "" if staff else language or "en"
            read.responses.append(NewResponse(found, public, None if staff else day, weight=weight))
        if line % 10_000 == 0:
            progress("checked", number + 1, total)
    progress("checked", total, total)
    return read


RESERVED_ORDER = ("weight", "language", "submitted_on")


def _refuse_wrong_weight(wave: Wave, targets: set[str]) -> None:
    supplied = wave.weighting == Wave.Weighting.SUPPLIED
    if supplied and "weight" not in targets:
        raise ImportRefused(f"{wave} takes supplied weights: name the column that holds them.")
    if not supplied and "weight" in targets:
        raise ImportRefused(
            f"{wave} is {wave.get_weighting_display().lower()}: make a wave with supplied weights,"
            " or ignore the weight column."
        )


@dataclass(frozen=True)
class _Column:
    name: str
    target: str
    values: list[tuple[Any, str | None]]  # value or None, and what is wrong with it


def _column(document: Document, name: str, target: str, frame: Frame, using: ImportMap) -> _Column:
    recode = using.values.get(target.partition(".")[0], {})
    by_label = frame.labels.get(name, {})
    known: dict[str, tuple[Any, str | None]] = {}
    values = []
    for raw in frame.cells[name]:
        if raw not in known:
            known[raw] = _value(document, target, raw.strip(), recode, by_label, using.missing)
        values.append(known[raw])
    return _Column(name, target, values)


def _value(
    document: Document,
    target: str,
    raw: str,
    recode: Mapping[str, str],
    by_label: Mapping[str, str],
    missing: Iterable[str],
) -> tuple[Any, str | None]:
    """One cell as an answer (None for no answer), or the reason why it is none."""
    if raw == "" or raw in missing:
        return None, None
    label_of = {value: label for label, value in by_label.items()}
    for spelling in (raw, label_of.get(raw, raw), by_label.get(raw, raw)):
        if spelling in recode:
            raw = recode[spelling]
            break
    if raw == "missing":
        return None, None
    code, _, option = target.partition(".")
    if target in RESERVED_ORDER:
        return _reserved(target, raw)
    if option:
        ticked = {"1": True, "0": False}.get(raw)
        return ticked, None if ticked is not None else f"{raw!r} is neither 1 nor 0"
    question = document.questions.get(code)
    if question is None:
        return raw, None  # a split: its arms are checked with the whole answer
    answer = _typed(question, raw)
    return answer, problem_with(question, answer)


def _typed(question: Question, raw: str) -> Any:
    if isinstance(question, MultipleChoice):
        return [] if raw == NOTHING_TICKED else [part.strip() for part in raw.split(";")]
    if isinstance(question, Scale | WholeNumber) and WHOLE.fullmatch(raw):
        return int(raw.partition(".")[0])
    return raw if isinstance(question, FreeText) else raw.strip()


def _reserved(target: str, raw: str) -> tuple[Any, str | None]:
    try:
        if target == "weight":
            weight = float(raw)
            usable = math.isfinite(weight) and weight > 0
            return weight, None if usable else f"{raw} is no weight: it must be above 0"
        if target == "submitted_on":
            return datetime.date.fromisoformat(raw), None
    except ValueError:
        wanted = "a number" if target == "weight" else "a day such as 2026-04-01"
        return None, f"{raw!r} is not {wanted}"
    return raw, None if raw in ("en", "cy") else f"{raw!r} is neither en nor cy"


def _place(found: dict[str, Any], target: str, value: Any) -> None:
    code, _, option = target.partition(".")
    if option:
        found.setdefault(code, []).extend([option] if value else [])
    else:
        # A copy: equal cells of many rows share one value.
        found[code] = list(value) if isinstance(value, list) else value


def _finish_choices(found: dict[str, Any], document: Document) -> None:
    """Put choices that came in columns of their own into the questionnaire's order."""
    for code, answer in found.items():
        question = document.questions.get(code)
        if isinstance(question, MultipleChoice) and isinstance(answer, list):
            order = [option.code for option in question.options]
            answer.sort(key=order.index)
