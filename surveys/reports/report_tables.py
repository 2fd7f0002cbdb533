"""A release as tables in CSV, for spreadsheets (docs/report-format.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from surveys.questionnaires.versions import frozen
from surveys.reports.comparisons import compare
from surveys.reports.exporting import (
    SIMULATED,
    comparison_rows,
    estimate_row,
    ledger_rows,
    line_rows,
)
from surveys.reports.gaps import Comparison, Relation
from surveys.reports.ledger import NO_MIRRORS, Mirrors
from surveys.reports.models import Release

OVERRIDDEN = "Published although something blocked it"
RISKY = ("=", "+", "-", "@", "\t", "\r")
# What an estimate of everyone stands beside itself; pairs and arms compare figures of their own.
BESIDE: tuple[Relation, ...] = ("wave", "survey", "mirror")
OVERRIDE = ("found", "reason", "signed_by", "signed_on")


def estimates_table(
    release: Release,
    earlier: Release | None = None,
    mirrors: Mirrors = NO_MIRRORS,
    *,
    question: str | None = None,
) -> str:
    """The estimates of a release as CSV, with the texts a person reads; of one question if named.

    Each row ends with what its figure stands beside, and how far the two compare: the verdicts of
    `comparisons_table`. Cells that a spreadsheet would take for a formula are made inert with an
    apostrophe.
    """
    document = frozen(release.wave.version_id).document
    rows = release.estimates.order_by("id")
    if question is not None:
        rows = rows.filter(question=question)
    beside = defaultdict(list)
    for one in compare(release, earlier, mirrors=mirrors):
        beside[one.question, one.option].append(one)
    frame = _headed(
        release,
        [
            estimate_row(row) | _verdicts([] if row.segment else beside[row.question, row.option])
            for row in rows
        ],
    )
    if len(frame):
        texts = {code: one.text for code, one in document.questions.items()}
        frame.insert(4, "question_text", frame["question"].map(texts))
    return _csv(frame)


def _verdicts(beside: Iterable[Comparison]) -> dict[str, str]:
    """What one estimate stands beside, and the verdict on each; several in one cell, in order."""
    cells = {}
    for kind in BESIDE:
        # Two figures of one survey may stand beside one of ours: told once where they are judged
        # alike.
        found = dict.fromkeys(
            (one.with_, one.judgement.verdict) for one in beside if one.relation == kind
        )
        cells[f"with_{kind}"] = " | ".join(source for source, _ in found)
        cells[f"verdict_{kind}"] = " | ".join(verdict for _, verdict in found)
    return cells


def comparisons_table(
    release: Release, earlier: Release | None = None, mirrors: Mirrors = NO_MIRRORS
) -> str:
    """The comparisons of a release as CSV, each with the sentence that the page says."""
    return _csv(_headed(release, comparison_rows(release, earlier, mirrors)))


def ledger_table(
    release: Release, before: Sequence[Release] = (), mirrors: Mirrors = NO_MIRRORS
) -> str:
    """The comparability ledger of a release as CSV; several answers, reasons or notes stand in one
    cell, parted by a space and a vertical bar."""
    rows = []
    for one in ledger_rows(release, before, mirrors):
        override = one.pop("override") or dict.fromkeys(OVERRIDE)
        lists = {key: " | ".join(one[key] or ()) for key in ("answers", "reasons", "notes")}
        rows.append(one | lists | {f"override_{key}": override[key] for key in OVERRIDE})
    return _csv(_headed(release, rows))


def over_waves_table(
    release: Release, before: Sequence[Release] = (), mirrors: Mirrors = NO_MIRRORS
) -> str:
    """The lines over waves as CSV; the waves of one stand in one cell, parted by a bar."""
    rows = line_rows(release, before, mirrors)
    return _csv(_headed(release, [row | {"waves": " | ".join(row["waves"])} for row in rows]))


def _headed(release: Release, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a release, with what they are of in front of each."""
    notices = [SIMULATED] if release.wave.simulated else []
    if release.override_reason:
        notices.append(f"{OVERRIDDEN}: {release.override_reason}")
    frame = pd.DataFrame(rows)
    frame.insert(0, "wave", release.wave.slug)
    frame.insert(1, "release", f"{release.number} ({release.state})")
    frame.insert(2, "notice", ". ".join(notices))
    return frame


def _csv(frame: pd.DataFrame) -> str:
    return inert(frame).to_csv(index=False, lineterminator="\r\n")


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, with every text that could start a formula marked as text."""

    def mark(value: Any) -> Any:
        return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value

    texts = frame.select_dtypes(include=["object", "str"]).columns
    return frame.assign(**{str(name): frame[name].map(mark) for name in texts})
