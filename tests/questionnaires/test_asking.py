"""How a question was asked, and of whom, is read from its document."""

import dataclasses
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires.asking import asked, plain, what_changed, what_differs
from surveys.questionnaires.bases import Base, base_of, printed_base
from surveys.questionnaires.document import Document
from tests.questionnaires import ward_round
from tests.questionnaires.ward_round import changed, document


def test_words_that_came_and_went_are_named() -> None:
    assert what_changed("How do you feel?", "How do you feel about AI?") == "“about AI” was added"
    assert what_changed("a b c", "a c") == "“b” was left out"
    assert what_differs("a b c", "a d c e") == "“b” there, “d” here; “e” here only"
    assert what_differs("a b", "a") == "“b” there only"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("18-24", "18\u201324"),
        ("don\u2019t know", "don't know"),
        ("Well-being (yours)?", "Well being, yours"),
        ("1,000 people", "1000 people"),
        ("\u22121", "-1"),
        ("10%", "10 %"),
        ("w\u0177", "wy\u0302"),  # one letter, written as one sign or as two
    ],
)
def test_punctuation_and_spaces_make_no_other_wording(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<5 years", ">5 years"),
        ("10% more", "10 more"),
        ("\u00a35", "5"),
        ("-1", "1"),
        ("1.5 hours", "1 5 hours"),
        ("C++", "C"),
        ("65+", "65"),
        ("1/2", "1 2"),
    ],
)
def test_a_sign_that_changes_the_sense_makes_another_wording(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_how_a_document_asks_is_read_from_it(tmp_path: Path) -> None:
    known = document()
    for code in known.questions:
        assert asked(known, code) == asked(document(), code)
    assert asked(known, "nothing") is None

    def reword(data: dict[str, Any]) -> None:
        data["pages"][0]["questions"][0]["text"] = "Something else?"

    before, after = asked(known, "age"), asked(changed(tmp_path, reword).document, "age")
    assert before is not None
    assert after == dataclasses.replace(before, wording="Something else?")


def test_what_was_explained_before_a_question_is_kept_in_words(tmp_path: Path) -> None:
    def explain(data: dict[str, Any]) -> None:
        told = {"title": "Robots", "text": "They, too, err.", "source": "Us"}
        data["pages"][1]["explainer"] = told

    explained = changed(tmp_path, explain).document
    found = [asked(explained, code) for code in ("age", "comfort", "what_worries")]
    words = plain("Robots They too err")
    assert [one.explained_before if one else None for one in found] == [(), (words,), (words,)]


def test_a_dont_know_is_found_by_its_kind() -> None:
    found = {
        code: one.dont_know for code in document().questions if (one := asked(document(), code))
    }
    assert found == {"age": False, "comfort": True, "what_worries": False}


NO = {"question": "comfort", "is": ["0"]}
ERRORS = {"split": "stem", "is": ["errors"]}
BOTH = {"split": "stem", "is": ["errors", "delays"]}
COMFORT = "“How comfortable or uncomfortable would you be with robots that bring medicines?”"


@pytest.mark.parametrize(
    ("condition", "part", "told"),
    [
        (None, 1, "everybody"),
        (ERRORS, Fraction(1, 3), "a third of people, drawn at random"),  # 1 of 1 + 2
        (BOTH, 1, "everybody"),
        (NO, 1, f"those who answered 0 to {COMFORT}"),
        (
            {"all": [NO, ERRORS]},
            Fraction(1, 3),
            f"a third of people, drawn at random, and of these those who answered 0 to {COMFORT}",
        ),
        (
            {"any": [{"question": "comfort", "is": ["0", "1", "dont_know"]}, {"not": NO}]},
            1,
            f"those who answered 0, 1 or “Don't know” to {COMFORT}"
            f" or all but those who answered 0 to {COMFORT}",
        ),
    ],
)
def test_whom_a_question_was_asked_of_is_told_in_words(
    condition: dict[str, Any] | None, part: Fraction, told: str
) -> None:
    data = ward_round.plain()
    data["pages"][2]["show_if"] = condition
    shown = Document.model_validate(data)
    found = base_of(shown, shown.pages[2].show_if)
    assert (found.part, str(found)) == (part, told)


def test_the_order_of_conditions_makes_nobody_another() -> None:
    other = {"question": "age", "is": ["under_50"]}
    data = ward_round.plain()
    found = set()
    for parts in ([NO, other], [other, NO]):
        data["pages"][2]["show_if"] = {"all": parts}
        shown = Document.model_validate(data)
        found.add(base_of(shown, shown.pages[2].show_if).condition)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("", Base()),
        ("all", Base()),
        ("all staff; no public figure published", Base()),
        ("random half", Base(part=Fraction(1, 2))),
        ("only NHS users", Base("only NHS users", "NHS users")),
        (
            "random half; only those who answered Yes",
            Base("only those who answered Yes", "those who answered Yes", Fraction(1, 2)),
        ),
        ("not published (staff inferred)", Base(known=False)),
        ("allied professions", Base("allied professions", "allied professions")),
    ],
)
def test_the_base_of_a_published_question_is_read_from_its_words(text: str, base: Base) -> None:
    assert printed_base(text) == base
