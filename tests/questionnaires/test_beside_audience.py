"""The public beside NHS staff: other people, whose gap is a gap between groups and no change."""

import dataclasses
from typing import Any

import pytest

from surveys.questionnaires.beside_audience import OVERLAP, between_audiences
from surveys.questionnaires.comparability import Facts, Judgement
from tests.questionnaires.judging import ASKED, CONCERN

PUBLIC = Facts("open", "UK adults", mode="online", languages=("en",))
STAFF = dataclasses.replace(PUBLIC, population="NHS staff in England")
CODES = {code: code for code, _ in CONCERN} | {"concerned": "concerned"}


def beside(theirs: Facts = STAFF, codes: dict[str, str] | None = None, **there: Any) -> Judgement:
    other = dataclasses.replace(ASKED, **there)
    return between_audiences(theirs, PUBLIC, other, ASKED, codes or CODES)


def test_it_is_never_more_than_beside_and_says_that_the_groups_overlap() -> None:
    found = beside()
    assert found.verdict == found.limit == "beside"
    assert found.reasons == (
        "Other people were asked: “NHS staff in England” there, “UK adults” here.",
        OVERLAP,
    )


@pytest.mark.parametrize(
    ("there", "verdict", "reason"),
    [
        (
            {"wording": "How concerned are your patients, if at all, about this?"},
            "beside",
            "The wording is another: “your patients” there, “you” here.",
        ),
        (
            {"options": (CONCERN[0], ("2", "Fairly concerned"), CONCERN[2])},
            "beside",
            "An answer has another label: “Fairly” there, “Somewhat” here.",
        ),
        ({"options": CONCERN[:2]}, "beside", "could be given here only: “Not concerned”."),
        (
            {"options": (*CONCERN, ("4", "Neither"))},
            "beside",
            "could be given there only: “Neither”.",
        ),
        ({"options": CONCERN[::-1]}, "beside", "The answers stood in another order."),
        ({"nets": (("concerned", ("1",)),)}, "break", "counts other answers together"),
        ({"explained_before": ("AI learns",)}, "beside", "after other explanations"),
        ({"max_choices": 3}, "beside", "up to 3 there, any number here"),
        ({"dont_know": True}, "beside", "base of one of the two only"),
        ({"type": "multiple"}, "break", "another way"),
    ],
)
def test_what_else_differs_is_told_with_both_sides(
    there: dict[str, Any], verdict: str, reason: str
) -> None:
    found = beside(**there)
    assert found.verdict == verdict
    assert any(reason in one for one in found.reasons)


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"),
    [
        ({"sampling": "invited"}, "beside", "by invitation there, by an open link here"),
        ({"mode": "on paper"}, "beside", "They answered on paper there, online here."),
        ({"simulated": True}, "break", "nobody real"),
    ],
)
def test_how_each_was_reached_counts_too(facts: dict[str, Any], verdict: str, reason: str) -> None:
    found = beside(dataclasses.replace(STAFF, **facts))
    assert found.verdict == verdict
    assert any(reason in one for one in found.reasons)


def test_answers_under_other_codes_go_together_as_it_is_written() -> None:
    there = tuple((f"{code}_there", text) for code, text in CONCERN)
    codes = {code: f"{code}_there" for code, _ in CONCERN}
    found = beside(codes=codes, options=there, nets=())
    assert len(found.reasons) == 2
