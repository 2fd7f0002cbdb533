"""Where a respondent goes next, and how many questions there are."""

from typing import Any

import pytest

from surveys.questionnaires.document import Document
from surveys.web.public.steps import Progress, Way, progress, step_after
from surveys.web.public.words import answer_in_words, progress_line
from tests.fieldwork.small import document as small
from tests.web.public.every import document, library

SMALL = small()  # sex nation job before aware worries(if aware) years robots(if arm) after comment
YES = {"arm": "nothing", "aware": "yes"}
NO = {"arm": "nothing", "aware": "no"}


def way(answers: dict[str, Any], asked: Document = SMALL) -> Way:
    return Way.of(asked, answers)


def step(code: str, old: dict[str, Any], new: dict[str, Any], until: str) -> tuple[str | None, str]:
    taken = step_after(SMALL.pages_by_code[code], way(old), way(new), until)
    return taken.page and taken.page.code, taken.until


def told(code: str, answers: dict[str, Any]) -> Progress:
    return progress(SMALL, answers, SMALL.pages_by_code[code])


def test_the_next_page_is_the_next_on_the_way() -> None:
    assert step("aware", {"arm": "nothing"}, YES, "") == ("worries", "")
    assert step("aware", {"arm": "nothing"}, NO, "") == ("years", "")


def test_after_the_last_page_comes_the_check() -> None:
    assert step("comment", YES, YES, "") == (None, "")


def test_a_change_leads_back_to_the_check() -> None:
    assert step("sex", YES, YES, "sex") == (None, "")


def test_a_change_that_brings_a_new_page_leads_there_first() -> None:
    assert step("aware", NO, YES, "aware") == ("worries", "worries")
    assert step("worries", YES, YES, "worries") == (None, "")


def test_a_change_that_takes_a_page_away_leads_back_to_the_check() -> None:
    assert step("aware", YES, NO, "aware") == (None, "")


@pytest.mark.parametrize("until", ["nowhere", "robots"])
def test_an_end_that_is_not_on_the_way_is_no_end(until: str) -> None:
    assert step("sex", YES, YES, until) == ("nation", "")


def test_questions_that_hang_on_a_later_answer_are_counted_as_possible() -> None:
    assert told("sex", {"arm": "nothing"}) == Progress(1, 1, 9, exact=False)
    assert told("sex", {"arm": "robot"}) == Progress(1, 1, 10, exact=False)


def test_the_total_is_exact_once_the_answers_are_there() -> None:
    assert told("years", NO) == Progress(6, 6, 8, exact=True)
    assert told("years", YES) == Progress(7, 7, 9, exact=True)


def test_the_total_never_grows_on_the_way() -> None:
    for answers in (YES, NO, {**YES, "arm": "robot"}):
        given: dict[str, Any] = {"arm": answers["arm"]}
        totals = []
        for page in Way.of(SMALL, answers).pages:
            totals.append(progress(SMALL, given, page).total)
            given |= {page.code: answers.get(page.code, "x")}
        assert totals == sorted(totals, reverse=True)


def test_progress_in_words() -> None:
    asked = document()
    pages = asked.pages_by_code
    assert progress_line(asked, {}, pages["mixed"]) == "One & one: question 2 of 26"
    assert progress_line(asked, {}, pages["all"]) == "Three: questions 10 to 17 of 26"
    assert progress_line(asked, {}, pages["explained"]) == "Two"
    small_line = progress_line(SMALL, {"arm": "robot"}, SMALL.pages_by_code["sex"])
    assert small_line == "All: question 1 of up to 10"


def test_nobody_skips_a_required_page_by_its_address() -> None:
    assert way({"arm": "nothing"}).may_see("aware")
    assert way({"arm": "nothing"}).may_see("after") is None
    assert way(YES).may_see("after")
    assert way(NO).may_see("worries") is None
    assert way(YES).may_see("no_such_page") is None


@pytest.mark.parametrize(
    ("code", "answer", "words"),
    [
        ("single", "dont_know", ["Don't know"]),
        ("several", ["none"], ["None of these"]),
        ("scale", 0, ["0 on a scale from 0 (None <b>) to 10 (All & more)"]),
        ("scale", "dont_know", ["Don't know"]),
        ("number", 0, ["0 years"]),
        ("long", "one\ntwo", ["one", "two"]),
        ("long", None, ["Not answered"]),
    ],
)
def test_an_answer_in_words(code: str, answer: Any, words: list[str]) -> None:
    assert answer_in_words(document().questions[code], answer) == words


@pytest.mark.parametrize("arm", ["cancer", "vha", "rca"])
def test_the_public_is_asked_at_most_24_screens(arm: str) -> None:
    """Traps: "at most 24 screens for the median route"."""
    asked = library("public-confidence")
    assert len(Way.of(asked, {"technology": arm, "age": "25_34"}).pages) <= 24
