"""Every text of the pages has Welsh that fits it; `make texts` names those that have none."""

import re
from pathlib import Path

import polib
import pytest
from django.utils import translation

from scripts import interface_texts as found
from scripts.compile_translations import compile_translations

CATALOGUE = polib.pofile(str(found.CATALOGUE), encoding="utf-8")
ENTRIES = {entry.msgid: entry for entry in CATALOGUE}
TEXTS = found.interface_texts()
PLACE = re.compile(r"%(?:\(\w+\)[sd]|%?\{\w+\})|%%")
TAG = re.compile(r"<[^>]+>")


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_of_the_pages_is_in_the_catalogue() -> None:
    missing = {text.english: text.file for text in TEXTS.values() if text.english not in ENTRIES}
    assert missing == {}, "run `make texts`, and write the Welsh"


def test_no_text_is_without_welsh() -> None:
    empty = [e.msgid for e in CATALOGUE if not all(one.strip() for one in translations(e))]
    assert empty == [], "write the Welsh in locale/cy/LC_MESSAGES/django.po"


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    assert [english for english in ENTRIES if english not in TEXTS] == [], "run `make texts`"
    assert not CATALOGUE.obsolete_entries()


@pytest.mark.parametrize("english", [e for e in ENTRIES if PLACE.search(e) or TAG.search(e)])
def test_welsh_has_the_same_places_and_tags_as_its_english(english: str) -> None:
    entry = ENTRIES[english]
    wanted = entry.msgid_plural or english
    for form, welsh in enumerate(translations(entry)):
        # Of one thing, a number may be written in letters.
        may_lack = set(PLACE.findall(wanted)) if entry.msgid_plural and form == 0 else set()
        assert set(PLACE.findall(wanted)) - may_lack <= set(PLACE.findall(welsh))
        assert set(PLACE.findall(welsh)) <= set(PLACE.findall(wanted))
        assert sorted(TAG.findall(welsh)) == sorted(TAG.findall(wanted))


def test_welsh_counts_as_django_itself_counts_in_welsh() -> None:
    conf = Path(translation.__file__).parents[2] / "conf/locale/cy/LC_MESSAGES/django.po"
    theirs = polib.pofile(str(conf)).metadata["Plural-Forms"]
    assert CATALOGUE.metadata["Plural-Forms"] == theirs
    forms = {len(e.msgstr_plural) for e in CATALOGUE if e.msgid_plural}
    assert forms == {4}


def test_the_catalogue_says_that_a_machine_made_it() -> None:
    assert "machine made this translation" in CATALOGUE.header.replace("\n", " ")


def test_texts_are_found_in_templates_and_in_code(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        "{% load i18n %}{% translate 'One \"a\"' %}{% blocktranslate count n=n %}{{ n }} “a”"
        '{% plural %}{{ n }} “b”{% endblocktranslate %}<p data-x="{% translate "100% %{n}" %}">',
        encoding="utf-8",
    )
    assert list(found._in_template(template)) == [
        ('One "a"', ""),
        ("%(n)s “a”", "%(n)s “b”"),
        ("100%% %%{n}", ""),
    ]
    code = tmp_path / "page.py"
    code.write_text('_("a" " b")\nngettext("one", "many", n)\ngettext(name)\nprint("no")\n')
    assert sorted(found._in_code(code)) == [("a b", ""), ("one", "many")]


def test_what_waits_for_review_is_shown_all_the_same(tmp_path: Path) -> None:
    compile_translations(tmp_path)
    compiled = polib.mofile(str(tmp_path / "cy/LC_MESSAGES/django.mo"))
    assert {e.msgid for e in compiled} == set(ENTRIES)
    assert not list(tmp_path.rglob("*.half"))
