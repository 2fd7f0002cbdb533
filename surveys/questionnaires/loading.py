"""From YAML to a document, with the line of everything that is wrong.

YAML 1.1 would read the codes `18_24`, `no` and `on` as a number and two truth values. So every
scalar is read as text, and the document's own types say what it is.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from surveys.questionnaires.document import Document, Statement
from surveys.questionnaires.translating import Stale, catalogue_beside, read_catalogue, stale

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a questionnaire: where, and what."""

    path: Steps
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        where = ".".join(str(step) for step in self.path)
        return f"{place}{where}: {self.reason}" if where else f"{place}{self.reason}"


class Unreadable(ValueError):
    """The file is no questionnaire; `findings` holds every reason."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class Source:
    """A document together with the lines it was read from."""

    document: Document
    lines: dict[Steps, int]
    stale: tuple[Stale, ...] = ()  # texts whose Welsh was made from an older English

    def located(self, findings: list[Finding]) -> list[Finding]:
        """The same findings, each with the line of its path or of what holds it.

        What is wrong with all statements of a stack alike stands there once.
        """
        written = dict.fromkeys((self._written(one.path), one.reason) for one in findings)
        return [Finding(path, reason, _line(self.lines, path)) for path, reason in written]

    def _written(self, path: Steps) -> Steps:
        """Where something stands in the file: a stack's questions stand there as its statements."""
        match path:
            case ("pages", int(page), "questions", int(place), *rest):
                if self.document.pages[page].stack is None:
                    return path
                if rest and rest[0] not in Statement.model_fields:
                    return ("pages", page, "stack", *rest)
                return ("pages", page, "stack", "statements", place, *rest)
        return path


def load(path: Path) -> Source:
    """Read a questionnaire and, from `<slug>.cy.po` beside it, its Welsh.

    Raises Unreadable, with every finding; OSError.
    """
    plain, lines = _compose(path.read_text(encoding="utf-8"))
    catalogue = catalogue_beside(path)
    try:
        # Welsh that is still being made belongs to no document.
        welsh = read_catalogue(catalogue) if "cy" in _listed(plain, "languages") else ()
        document = Document.model_validate(plain)
    except ValidationError as error:
        raise Unreadable([_finding(one, plain, lines) for one in error.errors()]) from error
    except ValueError as error:
        raise Unreadable([Finding((), str(error))]) from error
    english = dict(document.texts())
    welsh = tuple(entry for entry in welsh if entry.path in english)
    if welsh:
        translations = {entry.path: entry.welsh for entry in welsh}
        waiting = tuple(entry.path for entry in welsh if not entry.reviewed)
        folded: dict[str, Any] = {"translations": {"cy": translations}}
        folded |= {"needs_review": {"cy": waiting}} if waiting else {}
        document = document.model_copy(update=folded)
    return Source(document, lines, stale(welsh, document, catalogue.name))


def _listed(plain: Any, key: str) -> list[Any]:
    """What a list of the file holds; nothing where it is no list."""
    found = plain.get(key) if isinstance(plain, dict) else None
    return found if isinstance(found, list) else []


def _compose(text: str) -> tuple[Any, dict[Steps, int]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Unreadable([Finding((), f"not YAML: {error.problem}", line)]) from error
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable([Finding((), "a questionnaire is a mapping of keys to values", 1)])
    lines: dict[Steps, int] = {}
    findings: list[Finding] = []
    plain = _plain(node, (), lines, findings)
    if findings:
        raise Unreadable(findings)
    return plain, lines


def _plain(node: yaml.Node, path: Steps, lines: dict[Steps, int], findings: list[Finding]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in found:
                findings.append(Finding((*path, key), "stands here twice", line))
            found[key] = _plain(value_node, (*path, key), lines, findings)
            lines[(*path, key)] = line
        return found
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(inner, (*path, place), lines, findings) for place, inner in enumerate(node.value)
        ]
    return node.value


def _line(lines: dict[Steps, int], path: Steps) -> int | None:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _finding(error: Any, plain: Any, lines: dict[Steps, int]) -> Finding:
    """Pydantic's finding, with its path freed of the names of union members."""
    path: list[str | int] = []
    at = plain
    for step in error["loc"]:
        if (isinstance(at, dict) and step in at) or (
            isinstance(at, list) and isinstance(step, int) and step < len(at)
        ):
            at = at[step]
        elif error["type"] != "missing" or step != error["loc"][-1]:
            continue
        path.append(step)
    reason = {"missing": "is missing", "extra_forbidden": "is no key of the format"}.get(
        error["type"], error["msg"].removeprefix("Value error, ")
    )
    return Finding(tuple(path), reason, _line(lines, tuple(path)))
