"""Two waves of ours: the verdict on one question's figures, and the reasons that come with it."""

import dataclasses
import datetime
from fractions import Fraction
from typing import Any

import pytest

from surveys.questionnaires.asking import Asked
from surveys.questionnaires.bases import Base
from surveys.questionnaires.beside_before import before_and_after
from surveys.questionnaires.comparability import Facts, Judgement, between_waves
from tests.questionnaires.judging import ASKED, CONCERN, PANEL

WEIGHED = dataclasses.replace(
    PANEL,
    weighted_by=("Sex", "Region"),
    targets=((0.5, 0.5), (0.2, 0.8)),
    target_days=("2022-07", "2022-07"),
    cap=5.0,
)


def judge(earlier: Facts, later: Facts, **changes: Any) -> Judgement:
    return between_waves(earlier, later, ASKED, dataclasses.replace(ASKED, **changes), "concerned")


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, "same", ""),
        ({"version": "1.1"}, "same", ""),
        ({"version": "2.0"}, "same", ""),
        (
            {"sampling": "open"},
            "beside",
            "People were reached in different ways: through a panel then, by an open link now.",
        ),
        ({"sampling": "probability"}, "beside", "by a probability sample now"),
        ({"sampling": "invited"}, "beside", "by invitation now"),
        ({"simulated": True}, "break", "nobody real answered it"),
        ({"mode": "by telephone"}, "beside", "They answered online then, by telephone now."),
        ({"house": "B"}, "annotate", "Others did the fieldwork: A then, B now."),
        ({"languages": ("en", "cy")}, "annotate", "Welsh could be chosen in one of the two"),
        (
            {"population": "GB adults"},
            "beside",
            "weighed to different populations: UK adults then, GB adults now.",
        ),
        (
            {"population": "UK adults 16+"},
            "beside",
            "People of other ages were asked: from 18 on then, from 16 on now.",
        ),
        (
            {"weighted_by": ("Sex", "Age")},
            "annotate",
            "by different variables: Sex, Region then, Sex, Age now.",
        ),
        (
            {"targets": ((0.5, 0.5), (0.3, 0.7)), "target_days": ("2022-07", "2031-03")},
            "annotate",
            "weighed to other figures of Region: 2022-07 then, 2022-07, 2031-03 now.",
        ),
        (
            {"cap": None},
            "annotate",
            "Large weights were held down otherwise: to 5 times their mean then, not at all now.",
        ),
        ({"cap": 3.0}, "annotate", "to 5 times their mean then, to 3 times their mean now."),
    ],
)
def test_two_waves_are_judged_by_what_differs(
    change: dict[str, Any], verdict: str, reason: str
) -> None:
    aged = "UK adults 18+" if "16+" in change.get("population", "") else "UK adults"
    earlier = dataclasses.replace(
        WEIGHED, mode="online", house="A", languages=("en",), population=aged
    )
    found = judge(earlier, dataclasses.replace(earlier, **change))
    assert found.verdict == verdict
    assert [reason in one for one in found.reasons] == ([True] if reason else [])


def test_another_time_of_the_year_is_a_note_and_no_reason() -> None:
    spring = dataclasses.replace(PANEL, months=(3, 4))
    found = judge(spring, dataclasses.replace(PANEL, months=(7,)))
    assert (found.verdict, found.reasons) == ("same", ())
    assert found.notes == ("Another time of the year: March to April then, July now.",)
    assert not judge(spring, dataclasses.replace(PANEL, months=(4, 5))).notes
    assert not judge(spring, PANEL).notes  # one of the two is not known


def test_the_gravest_reason_comes_first_and_none_is_left_out() -> None:
    found = judge(PANEL, dataclasses.replace(PANEL, sampling="open", population="GB adults"))
    assert found.verdict == "beside"
    assert "different ways" in found.reasons[0]
    assert len(found.reasons) == 2


FAIRLY = (CONCERN[0], ("2", "Fairly concerned"), CONCERN[2])
THIRD, HALF = Base(part=Fraction(1, 3)), Base(part=Fraction(1, 2))


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({"wording": "How  concerned are you – if at all – about this?"}, "same", ""),
        (
            {"wording": "How worried are you, if at all, about this?"},
            "beside",
            "The wording changed: “concerned” became “worried”.",
        ),
        ({"options": FAIRLY}, "beside", "“Somewhat” became “Fairly”"),
        ({"options": CONCERN[:2]}, "beside", "no longer be given: “Not concerned”"),
        (
            {"options": (*CONCERN, ("4", "Neither"))},
            "beside",
            "A new answer could be given: “Neither”.",
        ),
        ({"options": (CONCERN[1], CONCERN[0], CONCERN[2])}, "annotate", "another order"),
        ({"nets": (("concerned", ("1",)),)}, "break", "counts other answers"),
        ({"hint": "Choose one."}, "annotate", "The help under the question changed."),
        ({"max_choices": 3}, "beside", "could be chosen: any number then, up to 3 now."),
        ({"dont_know": True}, "beside", "“Don't know” is in the base of one of the two only."),
        (
            {"asked_of": Base("x", "those who answered “No” to “Aware?”")},
            "beside",
            "asked of others: of everybody then, of those who answered “No” to “Aware?” now.",
        ),
        (
            {"asked_of": THIRD},
            "annotate",
            "not asked of everybody: of everybody then, of a third of people, drawn at random now.",
        ),
        ({"explained_before": ("AI learns",)}, "beside", "after other explanations"),
        ({"asked_before": ("age", "sex")}, "annotate", "Other questions came before it."),
        ({"shuffled": True}, "annotate", "shuffled in one of the two only"),
        ({"type": "multiple"}, "break", "another way"),
    ],
)
def test_a_question_under_the_same_code_is_looked_at_word_by_word(
    change: dict[str, Any], verdict: str, reason: str
) -> None:
    found = judge(PANEL, dataclasses.replace(PANEL, version="2.0"), **change)
    assert found.verdict == verdict
    assert (reason in found.reasons[0]) if reason else not found.reasons


def test_a_question_of_a_random_part_says_whose_its_base_is() -> None:
    asked = dataclasses.replace(ASKED, asked_of=THIRD)
    found = between_waves(PANEL, PANEL, asked, asked)
    assert found.verdict == "same"
    assert found.notes == (
        "It was asked of a third of people, drawn at random: its base is those.",
    )


def test_an_explanation_before_a_question_that_was_written_anew_counts() -> None:
    asked = dataclasses.replace(ASKED, explained_before=("AI finds patterns",))
    other = dataclasses.replace(ASKED, explained_before=("AI makes mistakes",))
    major = dataclasses.replace(PANEL, version="2.0")
    assert between_waves(PANEL, major, asked, other).reasons == (
        "The explanation before it changed.",
    )
    assert between_waves(PANEL, major, asked, other).verdict == "beside"
    mended = dataclasses.replace(ASKED, explained_before=("AI finds paterns",))
    minor = dataclasses.replace(PANEL, version="1.1")
    assert between_waves(PANEL, minor, mended, asked).verdict == "annotate"


def test_a_typing_error_that_was_mended_is_told_and_breaks_nothing() -> None:
    mended = dataclasses.replace(ASKED, wording="How conserned are you, if at all, about this?")
    found = between_waves(PANEL, dataclasses.replace(PANEL, version="1.1"), mended, ASKED)
    assert found.verdict == "annotate"
    assert found.reasons == ("The wording changed: “conserned” became “concerned”.",)


MINOR = dataclasses.replace(PANEL, version="1.1")


@pytest.mark.parametrize(
    "change",
    [
        {"wording": "How strongly do you object, if at all, to this?"},
        {"wording": "How unconcerned are you, if at all, about this?"},
        {"options": FAIRLY},
        {"explained_before": ("AI learns from examples",)},
    ],
)
def test_another_text_is_another_text_in_a_minor_version_too(change: dict[str, Any]) -> None:
    # Such versions may have been published before texts were looked at.
    asked = dataclasses.replace(ASKED, explained_before=("AI follows rules",))
    later = dataclasses.replace(asked, **change)
    assert between_waves(PANEL, MINOR, asked, later).verdict == "beside"


@pytest.mark.parametrize("version", ["1.1", "2.0"])
@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ((2, 1, 0), "“Not concerned”, “Very concerned”"),  # turned round
        ((1, 0, 2), "“Somewhat concerned”, “Very concerned”"),
    ],
)
def test_labels_that_changed_places_are_found_and_join_nothing(
    labels: tuple[int, ...], told: str, version: str
) -> None:
    moved = tuple((CONCERN[at][0], CONCERN[one][1]) for at, one in enumerate(labels))
    later = dataclasses.replace(ASKED, options=moved)
    found = between_waves(PANEL, dataclasses.replace(PANEL, version=version), ASKED, later)
    assert found.verdict == found.limit == "break"
    assert found.reasons == (f"These labels stood at other answers before: {told}.",)


def test_a_label_with_a_code_of_its_own_has_not_changed_places() -> None:
    recoded = (*CONCERN[:2], ("not", "Not concerned"))
    later = dataclasses.replace(ASKED, options=recoded)
    assert between_waves(PANEL, MINOR, ASKED, later).verdict == "beside"


@pytest.mark.parametrize(("before", "after"), [(None, ASKED), (ASKED, None)])
def test_a_question_that_one_wave_did_not_ask_joins_nothing(
    before: Asked | None, after: Asked | None
) -> None:
    assert between_waves(PANEL, PANEL, before, after).verdict == "break"


def test_nobody_can_sign_that_people_were_reached_alike_or_that_somebody_real_answered() -> None:
    assert judge(PANEL, PANEL).limit == "same"
    assert judge(PANEL, dataclasses.replace(PANEL, mode="by telephone")).limit == "same"
    assert judge(PANEL, dataclasses.replace(PANEL, sampling="open")).limit == "beside"
    assert judge(PANEL, dataclasses.replace(PANEL, simulated=True)).limit == "break"


def test_a_signed_verdict_says_who_and_why_and_what_was_found() -> None:
    found = judge(PANEL, dataclasses.replace(PANEL, mode="by telephone"))
    signed = found.signed("annotate", "Ada", datetime.date(2026, 11, 3), "A pilot found no gap.")
    assert signed.verdict == "annotate"
    assert signed.reasons[0] == "Decided by Ada, 3 November 2026: A pilot found no gap."
    assert signed.reasons[1:] == found.reasons
    assert signed.signature is not None
    assert signed.signature.found == "beside"


def test_the_answer_after_an_explanation_is_another_question_of_the_same_people() -> None:
    after = dataclasses.replace(
        ASKED, wording=f"Having read that: {ASKED.wording}", explained_before=("AI learns",)
    )
    found = before_and_after(ASKED, after)
    assert found.verdict == found.limit == "beside"
    assert found.reasons == (
        "It was asked after an explanation, which makes it another question.",
        "The wording changed: “Having read that” was added.",
    )
    assert "The same people answered both" in found.notes[0]
    assert "for the second time" in before_and_after(ASKED, ASKED).reasons[0]
