"""How the columns and values of a file from elsewhere become questions and options."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from surveys.questionnaires.document import Document, MultipleChoice

RESERVED = ("language", "submitted_on", "weight")


class MapRefused(ValueError):
    """The map cannot be used; the message says why."""


class ImportMap(BaseModel):
    """A map as written: docs/importing.md explains every key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[str, str] = Field(default_factory=dict)  # file column → where it goes
    values: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)  # question → raw → code
    missing: tuple[str, ...] = ()  # raw values that mean no answer, in any column
    ignore: tuple[str, ...] = ()  # file columns that are left out on purpose


def load_map(path: Path) -> ImportMap:
    """Read a map; every scalar is text, so that `no` and `01` stay what they are.

    Raises MapRefused, OSError.
    """
    try:
        plain = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        return ImportMap.model_validate(plain or {})
    except yaml.YAMLError as error:
        raise MapRefused(f"{path.name} is not YAML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}" for one in error.errors()
        )
        raise MapRefused(f"{path.name}: {faults}") from error


def targets(document: Document) -> set[str]:
    """Everything that a column may be mapped to."""
    found = set(document.questions) | {split.code for split in document.splits} | set(RESERVED)
    for question in document.questions.values():
        if isinstance(question, MultipleChoice):
            found |= {f"{question.code}.{option.code}" for option in question.options}
    return found


def resolve(using: ImportMap, columns: list[str], document: Document) -> dict[str, str]:
    """Where each column of a file goes; ignored columns have no entry.

    A column that is not mapped goes to the question of its own name. Raises MapRefused where a
    column leads nowhere, is named but not in the file, or two lead to one place: what is not
    understood (an identifier, an address of a device, a time) must not come in unnoticed.
    """
    known = targets(document)
    faults = [
        f"the map names column {column}, which the file does not have"
        for column in (*using.columns, *using.ignore)
        if column not in columns
    ]
    found: dict[str, str] = {}
    for column in columns:
        if column in using.ignore:
            continue
        target = using.columns.get(column, column)
        if target not in known:
            faults.append(f"column {column} leads to {target}, which is no question: map or ignore")
        elif target in found.values():
            faults.append(f"column {column} leads to {target}, as another column does")
        else:
            found[column] = target
    whole = set(found.values())
    faults += [
        f"column {column} leads to {target}, whose question another column holds as a whole"
        for column, target in found.items()
        if "." in target and target.partition(".")[0] in whole
    ]
    faults += [
        f"values are given for {code}, which is no question"
        for code in using.values
        if code not in known
    ]
    if faults:
        raise MapRefused("\n".join(faults))
    return found
