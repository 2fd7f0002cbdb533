"""The texts of a document that people read: found, named by a path, and replaced.

A path names list items by their code, so that a translation stays with its text when the order
of questions changes.
"""

from collections.abc import Iterator
from typing import Any

TEXT_KEYS = frozenset(
    {
        *("title", "introduction", "section", "text", "topic", "hint", "low", "high", "unit"),
        *("example", "source", "credit", "alt"),
    }
)


def _step(key: str, value: Any) -> str:
    """How a list item is named in a path: by its code where it has one, else by its place."""
    return value["code"] if isinstance(value, dict) and "code" in value else key


def texts_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in plain data that a person may read, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in TEXT_KEYS and isinstance(inner, str):
                if inner:
                    yield f"{path}{key}", inner
            else:
                yield from texts_of(inner, f"{path}{key}.")
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from texts_of(inner, f"{path}{_step(str(place), inner)}.")


def with_texts(value: Any, texts: dict[str, str], path: str = "") -> Any:
    """The same data with the texts whose paths `texts` knows replaced."""
    if isinstance(value, dict):
        return {
            key: texts.get(f"{path}{key}", inner)
            if key in TEXT_KEYS and isinstance(inner, str)
            else with_texts(inner, texts, f"{path}{key}.")
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [
            with_texts(inner, texts, f"{path}{_step(str(place), inner)}.")
            for place, inner in enumerate(value)
        ]
    return value
