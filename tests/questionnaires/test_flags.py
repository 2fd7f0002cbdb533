"""How an answer was given: what is marked, and what is not."""

from typing import Any

import pytest

from surveys.questionnaires.checks import check
from surveys.questionnaires.document import Document
from surveys.questionnaires.flags import FLAGS, flags_of_answers, read, words_asked, written
from surveys.questionnaires.ordering import in_order
from surveys.questionnaires.packing import FLAGGED, Layout, Slot
from tests.questionnaires.test_library import document
from tests.questionnaires.ward_round import changed

RULE = {"seconds_per_word": "0.3", "straight": "3"}


def views(*texts: str, shuffle: bool = False) -> Document:
    """Single choices about views, each of three options, with the marks of RULE."""
    options = [{"code": code, "text": code} for code in ("a", "b", "c")]
    return Document.model_validate(
        {
            "slug": "views",
            "audience": "public",
            "title": "T",
            "introduction": "I",
            "minutes": 1,
            "pages": [
                {
                    "code": f"q{place}",
                    "section": "S",
                    "questions": [
                        {
                            "code": f"q{place}",
                            "type": "single",
                            "text": text,
                            "options": options,
                            "shuffle": shuffle,
                        }
                    ],
                }
                for place, text in enumerate(texts)
            ],
            "quality": RULE,
        }
    )


def test_flags_are_written_as_bits_and_read_back() -> None:
    assert written([]) == 0
    assert written(["speed", "burst"]) == 0b1010  # the second and the fourth of FLAGS
    for number in range(1 << len(FLAGS)):
        assert written(read(number)) == number


@pytest.mark.parametrize(("seconds", "marked"), [(3.5, True), (3.6, False), (None, False)])
def test_who_finishes_sooner_than_the_words_take_is_marked(
    seconds: float | None, marked: bool
) -> None:
    # Twelve words at 0.3 seconds each are 3.6 seconds.
    asked = views("one two three four", "one two three four", "one two three four")
    found = flags_of_answers(asked, {"q0": "a", "q1": "b", "q2": "c"}, 0, seconds)
    assert ("speed" in found) == marked


def test_only_the_words_of_questions_on_the_route_count() -> None:
    asked = document("public-confidence")
    one, other = (
        words_asked(asked, {"technology": arm, "explanation": "none"}) for arm in ("cancer", "rca")
    )
    assert one != other
    assert one < sum(len(question.text.split()) for question in asked.questions.values())


@pytest.mark.parametrize(
    ("answers", "marked"),
    [
        ({"q0": "b", "q1": "b", "q2": "b"}, True),
        ({"q0": "b", "q1": "b", "q2": "c"}, False),
        ({"q0": "b", "q1": "b"}, False),  # too few to say
    ],
)
def test_choices_all_at_one_place_are_marked(answers: dict[str, str], marked: bool) -> None:
    found = flags_of_answers(views("x", "x", "x"), answers, 0, None)
    assert ("straight" in found) == marked


def test_the_place_is_that_of_the_order_in_which_somebody_saw_the_options() -> None:
    asked, seed = views("x", "x", "x", "x", shuffle=True), 5
    first = {code: in_order(one, seed)[0].code for code, one in asked.questions.items()}
    assert len(set(first.values())) > 1  # or the seed would show nothing
    assert flags_of_answers(asked, first, seed, None) == {"straight"}
    assert flags_of_answers(asked, dict.fromkeys(asked.questions, "a"), seed, None) == set()


def test_nothing_is_marked_where_the_questionnaire_has_no_rule() -> None:
    asked = views("x", "x", "x").model_copy(update={"quality": None})
    assert flags_of_answers(asked, {"q0": "a", "q1": "a", "q2": "a"}, 0, 0.0) == set()


def test_marks_are_packed_with_the_answers_and_counted() -> None:
    layout = Layout(views("x", "x", "x"))
    people: list[Any] = [["speed"], ["speed", "trap"], [], None]
    packed = [
        layout.pack({"q0": "a"}, None if flags is None else frozenset(flags)) for flags in people
    ]
    codes = layout.matrix(packed)
    assert layout.flagged(codes).tolist() == [True, True, False, False]
    (table,) = layout.tabulate(codes, layout.flagged(codes).astype(int) * 0, 1)
    counted = {
        slot.option: table[layout.place_of_slot[slot]]
        for slot in layout.slots
        if slot.kind == "flag"
    }
    # Nobody looked at the fourth.
    assert counted == {"none": 1, "trap": 1, "speed": 2, "straight": 0, "burst": 0}
    assert Slot("flag", FLAGGED, "speed") in layout.place_of_slot
    assert layout.unpack(packed[1]) == {"q0": "a"}


def test_a_document_without_a_rule_is_packed_as_ever() -> None:
    asked = views("x", "x", "x")
    with_rule, without = Layout(asked), Layout(asked.model_copy(update={"quality": None}))
    assert with_rule.width == without.width + 1
    assert not without.marks


def test_of_staff_nothing_is_kept_of_how_they_answered(tmp_path: Any) -> None:
    source = changed(tmp_path, lambda data: data.update(audience="staff", quality=RULE))
    found = [finding.reason for finding in check(source.document, frozenset())]
    assert any("of staff nothing of it is kept" in reason for reason in found)
