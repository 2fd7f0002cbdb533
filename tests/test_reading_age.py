"""What respondents read is for people of eleven and all who are older."""

import pytest

from scripts.reading_age import (
    LIBRARY,
    OLDEST,
    Sentence,
    age,
    of_interface,
    of_questionnaire,
    sentences,
)
from surveys.questionnaires.loading import load


def test_the_index_is_that_of_senter_and_smith() -> None:
    # Two sentences of 4 and 6 words: 4.71 letters to a word, 0.5 words to a sentence, and 5.
    found = list(sentences("Many people like tea. Others prefer water from the tap.", "here"))
    assert [len(one.words) for one in found] == [4, 6]
    letters = len("Manypeopleliketea") + len("Othersprefwaterfromthetap") + len("er")
    assert age(found) == pytest.approx(4.71 * letters / 10 + 0.5 * 10 / 2 - 21.43 + 5)


def test_marks_and_places_for_something_else_are_no_words() -> None:
    (one,) = sentences("Open <b>until</b> %(closes)s and on the next day", "here")
    assert one.text == "Open until it and on the next day"


def test_a_label_is_no_sentence() -> None:
    assert list(sentences("Artificial intelligence", "here")) == []


def test_the_pages_and_the_messages_can_be_read_at_eleven() -> None:
    pages, messages = of_interface()
    assert len(pages) > 350
    assert len(messages) >= 10  # two, each as text and as HTML
    for found in (pages, messages):
        assert age(found) <= OLDEST


def test_so_can_each_page_by_itself() -> None:
    """A hard one must not hide behind many easy ones; one or two sentences are too few to tell."""
    by_file: dict[str, list[Sentence]] = {}
    for one in of_interface()[0]:
        by_file.setdefault(one.source, []).append(one)
    hard = {file: age(found) for file, found in by_file.items() if len(found) > 2}
    assert {file: years for file, years in hard.items() if years > OLDEST} == {}
    errors = [f"templates/{code}.html" for code in (400, 403, 404, 429, 503)]
    assert {*errors, "templates/public/privacy.html", "templates/nhsuk/character_count.html"} <= (
        hard.keys()
    )


@pytest.mark.parametrize("name", ["public-confidence", "staff-confidence"])
def test_a_questionnaire_can_be_read_at_eleven(name: str) -> None:
    asked = load(LIBRARY / f"{name}.yaml").document
    found, borrowed = of_questionnaire(asked)
    assert len(found) > 50
    assert age(found) <= OLDEST
    # Only what stands in the words of others is left out.
    assert borrowed == [code for code, one in asked.questions.items() if one.credit]
