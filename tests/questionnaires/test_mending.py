"""What counts as a slip: the same words, with a letter mended."""

import pytest

from surveys.questionnaires.mending import exchanged, slip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Damerau's four errors: a letter wrong, missing, too many, two neighbours exchanged.
        ("How conserned are you?", "How concerned are you?"),
        ("How concernd are you?", "How concerned are you?"),
        ("How conccerned are you?", "How concerned are you?"),
        ("How cocnerned are you?", "How concerned are you?"),
        ("Does teh doctor know?", "Does the doctor know?"),
        ("How concerned are you", "How  concerned – are you?"),
        ("how concerned are you?", "How concerned are you?"),
    ],
)
def test_a_letter_mended_is_a_slip(before: str, after: str) -> None:
    assert slip(before, after)
    assert slip(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("How concerned are you?", "How concerned are you now?"),
        ("I know this", "I do not know this"),
        ("AI can help", "AI cannot help"),
        ("It is not safe", "It is now safe"),  # short words: another letter is another word
        ("Agree", "Disagree"),
        ("Likely", "Unlikely"),
        ("A moral question", "Amoral question"),
        ("Is it typical?", "Is it atypical?"),  # the first letter stays
        ("Once or more in 12 months", "Once or more in 18 months"),
        ("People in Wave2A", "People in Wave2B"),
        ("Do you trust AI?", "Do you trust IT?"),
        ("Does it help?", "Does IT help?"),
        ("Very concerned about this", "This concerned about very"),  # order
        ("Very concerned", "Vary conserned"),  # two of two words
        ("Yes", ""),
    ],
)
def test_another_word_is_none(before: str, after: str) -> None:
    assert not slip(before, after)
    assert not slip(after, before)


def test_a_long_text_may_have_a_slip_in_every_tenth_word() -> None:
    text = "These people often share their views about machines " * 3  # 24 words
    two = text.replace("people", "poeple", 2)
    assert slip(text, two)
    assert not slip(text, text.replace("people", "poeple", 3))


def test_labels_at_the_code_of_another_answer_are_exchanged() -> None:
    before = {"0": "Not at all", "10": "Completely"}
    assert exchanged(before, before) == []
    assert exchanged(before, {"0": "Completely", "10": "Not at all"}) == [
        "Completely",
        "Not at all",
    ]
    assert exchanged(before, {"0": "Completely", "10": "More"}) == ["Completely"]
    assert exchanged(before, {"0": "Not at all", "11": "Completely"}) == []
