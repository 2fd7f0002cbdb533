"""Routes and answers: what one respondent is asked, and what fits."""

from typing import Any

import pytest

from surveys.questionnaires.answers import problem_with, problems
from surveys.questionnaires.document import Document
from surveys.questionnaires.routing import asked, prune, route
from tests.fieldwork.small import document as small
from tests.questionnaires.ward_round import document


def pages(answers: dict[str, Any]) -> list[str]:
    return [page.code for page in route(document(), answers)]


@pytest.mark.parametrize(
    ("answers", "led_on"),
    [
        ({"comfort": 2, "stem": "errors"}, True),
        ({"comfort": 2, "stem": "delays"}, False),
        ({"comfort": 7, "stem": "errors"}, False),
        ({"comfort": "dont_know", "stem": "errors"}, False),
        ({"stem": "errors"}, False),
        ({"comfort": 2}, False),
    ],
)
def test_a_page_is_seen_by_those_whose_answers_and_arm_lead_there(
    answers: dict[str, Any], led_on: bool
) -> None:
    assert pages(answers) == ["age", "comfort", *(["what_worries"] if led_on else [])]


def any_of_two() -> Document:
    plain = document().model_dump(mode="json", by_alias=True)
    plain["pages"][2]["show_if"] = {
        "any": [
            {"question": "age", "is": ["under_50"]},
            {"not": {"question": "comfort", "is": ["10"]}},
        ]
    }
    return Document.model_validate(plain)


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ({"age": "under_50", "comfort": 10}, True),
        ({"age": "50_or_over", "comfort": 9}, True),
        ({"age": "50_or_over", "comfort": 10}, False),
        ({}, True),  # nothing was answered 10
    ],
)
def test_any_and_not_are_what_they_say(answers: dict[str, Any], seen: bool) -> None:
    assert ("what_worries" in asked(any_of_two(), answers)) == seen


def chained() -> Document:
    """A third page that hangs on an answer of the second, which hangs on the first."""
    steps = ["first", "second", "third"]
    yes_no = [{"code": "yes", "text": "Yes"}, {"code": "no", "text": "No"}]
    pages = [
        {
            "code": code,
            "section": "All",
            "questions": [{"code": code, "type": "single", "text": code, "options": yes_no}],
            **({"show_if": {"question": steps[place - 1], "is": ["yes"]}} if place else {}),
        }
        for place, code in enumerate(steps)
    ]
    return Document.model_validate(
        {
            "slug": "chain",
            "audience": "public",
            "title": "Chain",
            "introduction": "One.",
            "minutes": 1,
            "pages": pages,
        }
    )


def test_an_answer_that_the_route_has_left_leads_nowhere_any_more() -> None:
    answers = {"first": "no", "second": "yes", "third": "yes"}
    assert [page.code for page in route(chained(), answers)] == ["first"]
    assert prune(chained(), answers) == {"first": "no"}


def test_pruning_keeps_the_arms_that_were_drawn() -> None:
    assert prune(document(), {"stem": "delays", "comfort": 2, "what_worries": ["other"]}) == {
        "stem": "delays",
        "comfort": 2,
    }


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("sex", "female", None),
        ("sex", "both", "is not one of its options"),
        ("sex", ["female"], "is not one of its options"),
        ("before", 0, None),
        ("before", 10, None),
        ("before", "dont_know", None),
        ("before", 11, "not between 0 and 10"),
        ("before", True, "not a whole number"),
        ("before", 5.0, "not a whole number"),
        ("before", "5", "is not one of its options"),
        ("years", 60, None),
        ("years", 61, "not between 0 and 60"),
        ("years", -1, "not between 0 and 60"),
        ("worries", [], None),
        ("worries", ["errors", "jobs"], None),
        ("worries", ["jobs", "jobs"], "stands there twice"),
        ("worries", ["jobs", "errors", "privacy"], "at most 2"),
        ("worries", ["jobs", "none"], "excludes every other option"),
        ("worries", ["jobs", "joy"], "'joy' is not one of its options"),
        ("worries", "jobs", "is not a list"),
        ("comment", "Fine.", None),
        ("comment", "  \n", "an empty text is no answer"),
        ("comment", "x" * 501, "501 characters, and at most 500"),
    ],
)
def test_an_answer_fits_its_question_or_is_told_why_not(
    question: str, answer: Any, reason: str | None
) -> None:
    found = problem_with(small().questions[question], answer)
    assert (found is None) if reason is None else (found is not None and reason in found), found


def test_answers_to_what_was_not_asked_do_not_fit() -> None:
    found = problems(small(), {"arm": "zebra", "aware": "no", "worries": ["jobs"], "mood": "good"})
    assert {(one.question, one.reason) for one in found} == {
        ("arm", "'zebra' is not an arm"),
        ("worries", "was answered, but the other answers lead past it"),
        ("mood", "the questionnaire has no such question"),
    }
