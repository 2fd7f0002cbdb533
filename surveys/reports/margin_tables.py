"""One margin of a release as people read it: groups before and after weighting, and its sources."""

from dataclasses import dataclass
from typing import Any

from surveys.questionnaires.document import Document
from surveys.reports.margin_findings import given_away, title_of


@dataclass(frozen=True)
class MarginRow:
    """One category: its target, and its share of the sample before and after weighting."""

    text: str
    target: str
    sample: str
    weighted: str


@dataclass(frozen=True)
class MarginTable:
    """One margin."""

    title: str
    rows: tuple[MarginRow, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def margin_table(margin: dict[str, Any], document: Document) -> MarginTable:
    """A margin as `weighting` describes it, in words and whole tenths of per cent."""
    notes = list(given_away(margin))
    if margin["open"] != 0:
        some = f"About {margin['open']:,}" if margin["open"] else "A few"
        notes.insert(
            0,
            f"{some} people left this open, or are outside these categories; they keep their own"
            " share and the targets divide the rest.",
        )
    rows = tuple(
        MarginRow(
            one["label"],
            f"{one['target'] * 100:.1f}%",
            _percent_or_hidden(one["sample"]),
            _percent_or_hidden(one["weighted"]),
        )
        for one in margin["categories"]
    )
    sources = tuple(
        f"{one['source'] or 'not recorded'}; reference date {one['reference_date'] or 'not stated'}"
        for one in margin.get("sources", [])
    )
    return MarginTable(title_of(document, margin["variable"]), rows, sources, tuple(notes))


def _percent_or_hidden(share: float | None) -> str:
    return "[c]" if share is None else f"{share * 100:.1f}%"
