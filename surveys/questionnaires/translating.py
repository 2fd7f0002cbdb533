"""The Welsh of a questionnaire: a catalogue beside its file, in the form translators work with.

An entry names a text by its path and holds the English that was translated and the Welsh. The mark
`fuzzy` says that somebody who knows Welsh has to look at it: a machine made it, or the English has
changed since, and then the entry keeps the older English as well.
"""

from dataclasses import dataclass
from pathlib import Path

import polib

from surveys.questionnaires.document import Document

FUZZY = "fuzzy"
ENDING = ".cy.po"
HEADER = {"Language": "cy", "Content-Type": "text/plain; charset=UTF-8", "MIME-Version": "1.0"}
WIDTH = 98


@dataclass(frozen=True)
class Translated:
    """One text in Welsh."""

    path: str
    english: str  # that it was made from
    welsh: str
    reviewed: bool
    line: int  # of the catalogue


@dataclass(frozen=True)
class Stale:
    """A text whose Welsh was made from another English than today's."""

    catalogue: str
    entry: Translated
    now: str

    def __str__(self) -> str:
        return (
            f"{self.catalogue} line {self.entry.line}: the Welsh of {self.entry.path} is older than"
            f" its English, which was “{self.entry.english}” and is “{self.now}”"
        )


@dataclass(frozen=True)
class Updated:
    """What became of a catalogue: how many texts are new, changed and gone, and what waits."""

    added: int
    changed: int
    removed: int
    empty: int
    unreviewed: int


def catalogue_beside(questionnaire: Path) -> Path:
    """Where the Welsh of a questionnaire's file stands."""
    return questionnaire.with_suffix(ENDING)


def read_catalogue(path: Path) -> tuple[Translated, ...]:
    """Every text that has Welsh; none where there is no catalogue.

    Raises ValueError, OSError.
    """
    if not path.exists():
        return ()
    return tuple(
        Translated(
            entry.msgctxt,
            (entry.fuzzy and entry.previous_msgid) or entry.msgid,
            entry.msgstr,
            reviewed=not entry.fuzzy,
            line=entry.linenum or 0,
        )
        for entry in _open(path)
        if entry.msgctxt and entry.msgstr.strip() and not entry.obsolete
    )


def stale(entries: tuple[Translated, ...], document: Document, catalogue: str) -> tuple[Stale, ...]:
    """The texts of a document whose Welsh is older than their English."""
    english = dict(document.texts())
    return tuple(
        Stale(catalogue, entry, english[entry.path])
        for entry in entries
        if entry.path in english and entry.english != english[entry.path]
    )


def update_catalogue(path: Path, document: Document) -> Updated:
    """Bring a catalogue to today's English, for a translator to go on from; twice changes nothing.

    What is new stands there empty. What has another English by now keeps its Welsh, is marked and
    names the older English. What the questionnaire no longer says is gone.

    Raises ValueError, OSError.
    """
    old = _open(path) if path.exists() else polib.POFile()
    known = {entry.msgctxt: entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=WIDTH, encoding="utf-8")
    new.header, new.metadata = old.header, {**HEADER, **old.metadata}
    added = changed = 0
    for where, english in document.texts():
        entry = known.pop(where, None)
        if entry is None:
            entry = polib.POEntry(msgctxt=where)
            added += 1
        elif entry.msgid != english:
            changed += 1
            _mark_changed(entry)
        entry.msgid = english
        new.append(entry)
    text = f"{new}\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    welsh = [entry for entry in new if entry.msgstr.strip()]
    return Updated(
        added, changed, len(known), len(new) - len(welsh), sum(entry.fuzzy for entry in welsh)
    )


def _mark_changed(entry: polib.POEntry) -> None:
    if not entry.msgstr.strip():
        return  # nothing was made from the older English
    # Changed twice before a translator came: what the Welsh was made from is what counts.
    entry.previous_msgid = (entry.fuzzy and entry.previous_msgid) or entry.msgid
    if not entry.fuzzy:
        entry.flags.append(FUZZY)


def _open(path: Path) -> polib.POFile:
    try:
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=WIDTH)
    except OSError as error:  # how polib tells a fault in the text, too
        raise ValueError(f"{path.name}: {error}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not UTF-8: {error}") from error
