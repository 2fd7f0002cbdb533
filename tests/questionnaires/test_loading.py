"""From YAML to a document; whatever is wrong is told with its line."""

from pathlib import Path

import pytest

from surveys.questionnaires.loading import Unreadable, load
from tests.questionnaires import ward_round


def write(folder: Path, text: str) -> Path:
    path = folder / "survey.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(Unreadable) as refusal:
        load(write(folder, text))
    return [str(finding) for finding in refusal.value.findings]


def line_of(text: str, words: str) -> int:
    (line,) = [number for number, one in enumerate(text.splitlines(), 1) if words in one]
    return line


def test_codes_that_yaml_would_read_as_numbers_and_truths_stay_what_they_are(
    tmp_path: Path,
) -> None:
    text = ward_round.text().replace("under_50", "18_24").replace("50_or_over", "no")
    document = load(write(tmp_path, text)).document
    assert [one.code for one in document.questions["age"].options][:2] == ["18_24", "no"]


def test_a_misspelt_key_is_told_with_its_line(tmp_path: Path) -> None:
    text = ward_round.text().replace("shuffle: true", "shufle: true")
    assert refused(tmp_path, text) == [
        f"line {line_of(text, 'shufle')}: pages.2.questions.0.shufle: is no key of the format"
    ]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = ward_round.text().replace("minutes: 1", "minutes: soon").replace("low: Very", "lo: Very")
    found = refused(tmp_path, text)
    assert len(found) == 3  # a minute that is no number, a key unknown, a key missing
    assert any(line.startswith(f"line {line_of(text, 'soon')}: minutes") for line in found)
    assert any("low: is missing" in line for line in found)


def test_a_key_that_stands_twice_is_refused_and_not_overwritten(tmp_path: Path) -> None:
    text = ward_round.text().replace("minutes: 1\n", "minutes: 1\nminutes: 2\n")
    assert refused(tmp_path, text) == ["line 6: minutes: stands here twice"]


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, "slug: [a\ntitle: b: c\n")
    assert found.startswith("line 2: not YAML")


def test_what_is_yaml_but_no_mapping_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "- slug\n") == [
        "line 1: a questionnaire is a mapping of keys to values"
    ]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("low: Very uncomfortable", "low: ''", "at least 1 character"),
        ("kind: dont_know", "kind: other", "a scale offers only ways not to answer"),
        ("{split: stem, is: [errors]}", "{splits: stem}", "a condition needs one of"),
        ("type: multiple", "type: many", "does not match any of the expected tags"),
        ("question: age\n    categories", "categories", "needs `when`"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused_with_the_reason(
    before: str, after: str, reason: str, tmp_path: Path
) -> None:
    text = ward_round.text()
    assert before in text
    assert any(reason in found for found in refused(tmp_path, text.replace(before, after)))


WELSH = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "title"
msgid "{english}"
msgstr "Robotiaid ar y ward"
"""


@pytest.mark.parametrize(
    ("english", "stale"), [("Robots on the ward", ()), ("Robots in hospital", ("title",))]
)
def test_welsh_that_was_made_from_an_older_english_is_known(
    english: str, stale: tuple[str, ...], tmp_path: Path
) -> None:
    text = ward_round.text().replace("minutes: 1", "minutes: 1\nlanguages: [en, cy]")
    (tmp_path / "survey.cy.po").write_text(WELSH.format(english=english), encoding="utf-8")
    source = load(write(tmp_path, text))
    assert tuple(one.entry.path for one in source.stale) == stale
    assert source.document.in_language("cy").title == "Robotiaid ar y ward"
    assert source.document.in_language("en").title == "Robots on the ward"
