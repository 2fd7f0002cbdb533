"""What a form lets through is an answer, and what it refuses it tells how to mend."""

import random
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict

from surveys.questionnaires.answers import problem_with
from surveys.questionnaires.document import MultipleChoice, Page, Question
from surveys.questionnaires.ordering import in_order
from surveys.web.public.code_forms import WithdrawalForm
from surveys.web.public.forms import PageForm
from tests.web.public.every import document

PAGES = document().pages_by_code
TAMPERED = [
    "",
    " ",
    "zz",
    "a",
    "d1",
    "none",
    "11",
    "-1",
    "61",
    "3",
    "3.5",
    "1e1",
    "٣",
    "\0",
    "x" * 201,
]


def form(code: str, *values: str, seed: int = 0) -> PageForm:
    return PageForm(PAGES[code], MultiValueDict({code: list(values)}), answers={}, seed=seed)


def error(code: str, *values: str) -> str:
    return form(code, *values).errors[code][0]


def question(code: str) -> Question:
    return PAGES[code].questions[0]


@pytest.mark.parametrize("code", ["single", "mixed", "several", "many", "scale", "number", "short"])
@pytest.mark.parametrize("seed", range(40))
def test_whatever_passes_the_form_is_an_answer(code: str, seed: int) -> None:
    asked = question(code)
    chance = random.Random(f"{code}{seed}")
    codes = [option.code for option in getattr(asked, "options", ())]
    values = chance.choices(TAMPERED + codes * 4, k=chance.randint(0, 4))
    tried = form(code, *values)
    if tried.is_valid():
        answer = tried.given()[code]
        assert answer is None or problem_with(asked, answer) is None


@pytest.mark.parametrize(
    ("code", "values", "answer"),
    [
        ("single", ["b"], "b"),
        ("single", [], None),
        ("several", ["d3", "d1"], ["d1", "d3"]),  # document order: how they were shown is not kept
        ("several", ["none"], ["none"]),
        ("many", [], None),
        ("scale", ["0"], 0),
        ("scale", ["10"], 10),
        ("scale", ["dont_know"], "dont_know"),
        ("number", ["0"], 0),
        ("number", [" 7 "], 7),
        ("number", [""], None),
        ("short", ["  words "], "words"),
        ("short", ["   "], None),
        ("long", ["one\r\ntwo"], "one\ntwo"),
        ("long", ["a\r\n" * 66 + "ab"], "a\n" * 66 + "ab"),  # 134 characters, 200 with \r
    ],
)
def test_a_value_becomes_the_answer_that_is_kept(code: str, values: list[str], answer: Any) -> None:
    tried = form(code, *values)
    assert tried.is_valid(), tried.errors
    assert tried.given() == {code: answer}


@pytest.mark.parametrize(
    ("code", "values", "message"),
    [
        ("mixed", [], "Select an answer to “About mixed, "),
        ("mixed", ["zz"], "Select one of the answers shown"),
        ("several", [], "Select at least 1 answer, and no more than 3"),
        ("several", ["d1", "d2", "d3", "d4"], "Select no more than 3 answers. You selected 4"),
        ("several", ["d1", "none"], "Select “None of these” on its own, or take it away"),
        ("several", ["none", "dont_know"], "Select “None of these” on its own, or take it away"),
        ("several", ["zz"], "Select only answers that are shown"),
        ("scale", [], "Select a number from 0 to 10. If you are not sure, select “Don't know”"),
        ("scale", ["11"], "Select a number from 0 to 10"),
        ("number", ["61"], "Enter a whole number from 0 to 60"),
        ("number", ["-1"], "Enter a whole number from 0 to 60"),
        ("number", ["9" * 5000], "Enter a whole number from 0 to 60"),
        ("number", ["lots"], "Enter a whole number from 0 to 60"),
        ("long", [""], "Enter your answer in your own words"),
        ("long", ["x" * 203], "Shorten your answer to 200 characters or fewer. It has 203"),
    ],
)
def test_an_error_says_what_to_do(code: str, values: list[str], message: str) -> None:
    assert error(code, *values).startswith(message)


def test_a_long_question_is_not_repeated_in_its_error() -> None:
    asked = question("mixed").model_copy(update={"text": "Why " * 30})
    page = Page(code="p", section="S", questions=(asked,))
    told = PageForm(page, MultiValueDict(), answers={}, seed=0).errors["mixed"][0]
    assert told.startswith("Select the answer that comes closest to your view")


@pytest.mark.parametrize("code", ["mixed", "several", "scale", "long"])
def test_who_does_not_know_is_told_which_answer_says_so(code: str) -> None:
    ways_out = [
        one.text for one in getattr(question(code), "options", ()) if one.kind == "dont_know"
    ]
    told = error(code)
    assert ("not sure" in told) == bool(ways_out)
    for text in ways_out:
        assert told.endswith(f"select “{text}”")


def test_a_page_of_several_questions_tells_each_error_apart() -> None:
    told = PageForm(PAGES["all"], MultiValueDict(), answers={}, seed=0).errors
    assert set(told) == {"x_mixed", "x_several", "x_scale", "x_long"}


def test_options_are_shuffled_and_those_apart_stay_last() -> None:
    asked = question("several")
    assert isinstance(asked, MultipleChoice)
    orders = {tuple(option.code for option in in_order(asked, seed)) for seed in range(200)}
    assert len(orders) > 50  # of 120
    assert {order[5:] for order in orders} == {("none", "dont_know")}
    assert {order[0] for order in orders} == {"d1", "d2", "d3", "d4", "d5"}


def test_the_same_seed_gives_the_same_order() -> None:
    asked = question("mixed")
    assert in_order(asked, 7) == in_order(asked, 7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("AB12-CD34-EF56-GH78-JK90", "AB12CD34EF56GH78JK90"),
        (" ab12 cd34 ef56 gh78 jk90 ", "AB12CD34EF56GH78JK90"),
        ("abi2-cd34-ef56-gh78-jk9o", "AB12CD34EF56GH78JK90"),
    ],
)
def test_a_code_is_read_however_it_was_copied(typed: str, code: str) -> None:
    form = WithdrawalForm({"code": typed})
    assert form.is_valid()
    assert form.cleaned_data["code"] == code
    assert form.as_read() == "AB12-CD34-EF56-GH78-JK90"


@pytest.mark.parametrize("typed", ["AB12", "AB12-CD34-EF56-GH78-JK9!", "x" * 500])
def test_a_code_that_cannot_be_one_is_refused(typed: str) -> None:
    told = WithdrawalForm({"code": typed}).errors["code"][0]
    assert (
        told == "Enter the whole code. It has 20 letters and numbers, or 30 if you work for the NHS"
    )
