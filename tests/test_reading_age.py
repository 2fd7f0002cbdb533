"""What respondents read is for people of eleven and all who are older."""

import pytest

from scripts.reading_age import LIBRARY, OLDEST, age, of_interface, of_questionnaire, sentences
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


def test_the_pages_can_be_read_at_eleven() -> None:
    found = of_interface()
    assert len(found) > 200
    assert age(found) <= OLDEST


@pytest.mark.parametrize("name", ["public-confidence", "staff-confidence"])
def test_a_questionnaire_can_be_read_at_eleven(name: str) -> None:
    asked = load(LIBRARY / f"{name}.yaml").document
    found, borrowed = of_questionnaire(asked)
    assert len(found) > 50
    assert age(found) <= OLDEST
    # Only what stands in the words of others is left out.
    assert borrowed == [code for code, one in asked.questions.items() if one.credit]
