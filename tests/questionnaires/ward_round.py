"""The questionnaire that docs/questionnaire-format.md shows, whole or with something changed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import Source, load

PROJECT = Path(__file__).parents[2]
FORMAT = (PROJECT / "docs/questionnaire-format.md").read_text(encoding="utf-8")
LIBRARY = PROJECT / "surveys/questionnaires/library"

Change = Callable[[dict[str, Any]], Any]


def text() -> str:
    shown: str = re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)[0]
    return shown


def stack_page() -> dict[str, Any]:
    """The page with a stack that the format shows, as data."""
    (page,) = yaml.load(
        re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)[1], Loader=yaml.BaseLoader
    )
    found: dict[str, Any] = page
    return found


def plain() -> dict[str, Any]:
    """As data, every scalar a text, as the loader reads it."""
    found: dict[str, Any] = yaml.load(text(), Loader=yaml.BaseLoader)
    return found


def changed(folder: Path, change: Change) -> Source:
    """The questionnaire after `change`, written to a file and read again."""
    data = plain()
    change(data)
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return load(path)


def document() -> Document:
    return Document.model_validate(plain())
