"""Brings locale/ to the texts of templates/ and surveys/: `make texts`.

Finds them as Django's `makemessages` does, without the gettext tools. New texts stand in the
catalogue empty, and those that are no longer used are gone; twice changes nothing.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation import templatize

PROJECT = Path(__file__).parents[1]
CATALOGUE = PROJECT / "locale" / "cy" / "LC_MESSAGES" / "django.po"
WIDTH = 98
# The reports of results and the managers' pages are in English only: templates/insights/base.html.
ENGLISH_ONLY = ("templates/insights/", "templates/manage/")
AROUND_A_REPORT = "templates/insights/base.html"
CALLS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "ngettext": 2}
IN_TEMPLATES = re.compile(
    r"""\b(_|gettext|ngettext)\(\s*(u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*')"""
    r"""(?:\s*,\s*(u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*'))?""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Text:
    """A text of the interface; `plural` is empty where it has none."""

    english: str
    plural: str
    file: str


def interface_texts() -> dict[str, Text]:
    """Every text that can be shown in another language, by its English, in order of the files."""
    found: dict[str, Text] = {}
    messages = [*(PROJECT / "templates/mail").glob("*.subject")]
    messages += (PROJECT / "templates/mail").glob("*.txt")
    for path in sorted([*(PROJECT / "templates").rglob("*.html"), *messages]):
        name = path.relative_to(PROJECT).as_posix()
        if not name.startswith(ENGLISH_ONLY) or name == AROUND_A_REPORT:
            _add(found, name, _in_template(path))
    for path in sorted((PROJECT / "surveys").rglob("*.py")):
        _add(found, path.relative_to(PROJECT).as_posix(), _in_code(path))
    return found


def _add(found: dict[str, Text], name: str, texts: Iterator[tuple[str, str]]) -> None:
    for english, plural in texts:
        known = found.get(english)
        if known is None or (plural and not known.plural):
            found[english] = Text(english, plural, name)


def _in_template(path: Path) -> Iterator[tuple[str, str]]:
    as_code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for _called, english, plural in IN_TEMPLATES.findall(as_code):
        yield ast.literal_eval(english), ast.literal_eval(plural) if plural else ""


def _in_code(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        told = [one.value for one in node.args if isinstance(one, ast.Constant)]
        texts = [str(one) for one in told[: CALLS.get(node.func.id, 0)]]
        if texts:
            yield texts[0], texts[1] if len(texts) > 1 else ""


def update() -> None:
    """Write the catalogue anew, with every translation that is still used."""
    old = polib.pofile(str(CATALOGUE), encoding="utf-8", wrapwidth=WIDTH)
    known = {entry.msgid: entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=WIDTH, encoding="utf-8")
    new.header, new.metadata = old.header, old.metadata
    forms = int(re.findall(r"nplurals=(\d)", old.metadata["Plural-Forms"])[0])
    for text in interface_texts().values():
        entry = known.get(text.english)
        if entry is None or bool(entry.msgid_plural) != bool(text.plural):
            plurals = dict.fromkeys(range(forms), "") if text.plural else {}
            entry = polib.POEntry(msgid=text.english, msgstr_plural=plurals)
        entry.msgid_plural = text.plural
        entry.comment, entry.occurrences = "", [(text.file, "")]
        new.append(entry)
    CATALOGUE.write_text(f"{new}\n", encoding="utf-8")
    left = [entry.msgid for entry in new if not _is_translated(entry)]
    print(f"{len(new)} texts, {len(left)} without a translation")
    for english in left:
        print(f"  {english}")


def _is_translated(entry: polib.POEntry) -> bool:
    told = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(one.strip() for one in told)


if __name__ == "__main__":
    update()
