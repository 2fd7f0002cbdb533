"""The pieces that a method statement is made of, before anybody lays them out."""

from dataclasses import dataclass

from surveys.reports.margin_tables import MarginTable


@dataclass(frozen=True)
class Grid:
    """A table of figures in words; the first cell of each row says what it is about."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """What is said under one smaller heading; an empty heading goes on from the one above."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    grid: Grid | None = None
    margins: tuple[MarginTable, ...] = ()


@dataclass(frozen=True)
class Section:
    """One heading of the statement; `code` is its place on the page."""

    code: str
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Shown:
    """One question as it was put, or one explanation between questions, in the order of the survey.

    answers: those that could be given; none for an explanation. base: how many answers its figures
    rest on; empty where it has none of its own.
    """

    text: str
    hint: str
    answers: tuple[str, ...]
    notes: tuple[str, ...]
    base: str
