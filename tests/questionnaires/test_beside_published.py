"""A wave of ours beside what others published: the verdict, as far as facts are known."""

import dataclasses
from fractions import Fraction
from typing import Any

import pytest

from surveys.questionnaires.asking import Printed
from surveys.questionnaires.bases import Base, printed_base
from surveys.questionnaires.beside_published import with_published
from surveys.questionnaires.comparability import Facts, Judgement
from tests.questionnaires.judging import ASKED, CONCERN, PANEL

PRINTED = Printed(
    wording=ASKED.wording,
    exact=True,
    answers=tuple(text for _, text in CONCERN),
    answers_exact=True,
    complete=True,
    max_choices=None,
    asked_of=Base(),
    dont_know=False,
    several=False,
    order="fixed",
)


def beside(
    ours: Facts = PANEL,
    theirs: Facts = PANEL,
    printed: Printed | None = None,
    labels: tuple[tuple[str, str], ...] = (),
    **asked: Any,
) -> Judgement:
    return with_published(
        wording="exact",
        same_options=True,
        ours=ours,
        theirs=theirs,
        asked=dataclasses.replace(ASKED, **asked),
        printed=printed,
        labels=labels,
    )


@pytest.mark.parametrize(
    ("wording", "same_options", "theirs", "verdict"),
    [
        ("exact", True, PANEL, "same"),
        ("paraphrase", True, PANEL, "beside"),
        ("exact", False, PANEL, "beside"),
        ("exact", True, Facts("probability", "UK adults"), "beside"),
        ("exact", True, Facts("", "UK adults"), "beside"),
        ("exact", True, Facts("panel", "GB adults"), "beside"),
        ("exact", True, Facts("panel", ""), "annotate"),
    ],
)
def test_what_a_questionnaire_declares_counts_where_nothing_more_is_known(
    wording: Any, same_options: bool, theirs: Facts, verdict: str
) -> None:
    found = with_published(wording=wording, same_options=same_options, ours=PANEL, theirs=theirs)
    assert found.verdict == verdict
    assert len(found.reasons) == (0 if verdict == "same" else 1)


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, "same", ""),
        ({"wording": "How concerned are you (if at all) about this"}, "same", ""),
        ({"exact": False}, "beside", "exact wording of their question is not published"),
        (
            {"wording": "How worried are you, if at all, about this?"},
            "beside",
            "Our wording is another: “worried” became “concerned”.",
        ),
        ({"complete": False}, "beside", "Not all the answers"),
        (
            {"answers": (*PRINTED.answers, "Neither")},
            "beside",
            "They offered answers that we do not: “Neither”.",
        ),
        ({"answers": PRINTED.answers[:2]}, "beside", "answers that they did not: “Not concerned”."),
        (
            {"answers": (PRINTED.answers[1], PRINTED.answers[0], PRINTED.answers[2])},
            "annotate",
            "another order",
        ),
        ({"order": "shuffled"}, "annotate", "shuffled in one of the two only"),
        ({"order": ""}, "annotate", "In which order their answers stood is not published."),
        ({"answers_exact": False}, "annotate", "as reported"),
        ({"max_choices": 2}, "beside", "number of answers"),
        ({"several": True}, "break", "answered in another way"),
        ({"several": None}, "same", ""),
        ({"dont_know": None}, "annotate", "Whether “don't know” is in their base is not known."),
        ({"dont_know": True}, "beside", "“Don't know” is in the base of theirs, not of ours."),
        (
            {"asked_of": printed_base("random half")},
            "annotate",
            "not asked of everybody: of half of people, drawn at random there, of everybody here",
        ),
        (
            {"asked_of": printed_base("only NHS users")},
            "beside",
            "asked of others: of NHS users there, of everybody here.",
        ),
        ({"asked_of": printed_base("not published")}, "annotate", "Whom they asked this is not"),
    ],
)
def test_how_they_asked_counts_more_than_what_we_declare(
    change: dict[str, Any], verdict: str, reason: str
) -> None:
    found = beside(printed=dataclasses.replace(PRINTED, **change))
    assert found.verdict == verdict
    assert (reason in found.reasons[0]) if reason else not found.reasons


def test_an_answer_that_was_relabelled_is_one_answer_and_told_word_by_word() -> None:
    # Ada Lovelace and Turing: "somewhat concerned" in 2022, "fairly concerned" in 2024.
    fairly = ("Very concerned", "Fairly concerned", "Not concerned")
    pairs = (("Very concerned", "Very concerned"), ("Fairly concerned", "Somewhat concerned"))
    found = beside(printed=dataclasses.replace(PRINTED, answers=fairly), labels=pairs)
    assert found.verdict == "beside"
    assert found.reasons == ("An answer has another label: “Fairly” became “Somewhat”.",)


def test_a_dont_know_of_ours_only_is_told_as_ours() -> None:
    found = beside(printed=PRINTED, dont_know=True)
    assert found.reasons == ("“Don't know” is in the base of ours, not of theirs.",)


def test_two_random_parts_are_told_apart_from_two_groups_of_people() -> None:
    third = Base(part=Fraction(1, 3))
    found = beside(printed=dataclasses.replace(PRINTED, asked_of=third), asked_of=third)
    assert found.verdict == "same"
    assert "drawn at random: its base is those" in found.notes[0]


def test_what_we_asked_after_an_explanation_is_never_the_same() -> None:
    assert beside(explained_before=("AI learns",)).reasons == ("We asked it after an explanation.",)


@pytest.mark.parametrize("sampling", ["panel", "probability", ""])
def test_an_open_link_is_at_best_beside_whatever_is_known_of_theirs(sampling: str) -> None:
    ours = dataclasses.replace(PANEL, sampling="open")
    found = beside(ours, dataclasses.replace(PANEL, sampling=sampling), PRINTED)
    assert found.verdict == found.limit == "beside"
    assert len(found.reasons) == 1


def test_simulated_answers_are_never_more_than_beside_and_nobody_can_sign_for_more() -> None:
    found = beside(dataclasses.replace(PANEL, simulated=True))
    assert found.verdict == found.limit == "beside"
    assert found.reasons == ("Our answers are simulated: nobody real gave them.",)


@pytest.mark.parametrize(
    ("theirs", "verdict", "reason"),
    [
        (Facts("panel", "UK adults 16+"), "beside", "from 16 on, and we from 18 on"),
        (Facts("panel", "Adults, 18 and over", mode="online"), "annotate", "They asked"),
        (Facts("panel", "Adults in the United Kingdom 18+"), "annotate", "They asked Adults in"),
        (Facts("panel", "Adults in England, 18+"), "beside", "They asked Adults in England"),
        (Facts("panel", "UK adults with asthma 18+"), "beside", "They asked UK adults with asthma"),
        (Facts("panel", "UK adults 18+", mode="telephone"), "beside", "by telephone"),
        (Facts("panel", "UK adults 18+", mode="web and telephone"), "annotate", "by telephone"),
        (Facts("panel", "UK adults 18+", mode="online (not confirmed)"), "annotate", "confirmed"),
        (Facts("panel", "UK adults 18+", house="YouGov"), "annotate", "YouGov did their fieldwork"),
    ],
)
def test_age_floor_mode_and_house_are_looked_at(theirs: Facts, verdict: str, reason: str) -> None:
    found = beside(Facts("panel", "UK adults 18+", mode="online"), theirs)
    assert found.verdict == verdict
    assert reason in found.reasons[0]


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (
            {"weighted_by": ("Age", "Region")},
            {"weighting": "age and sex"},
            "Their weights: age and sex. Ours: Age, Region.",
        ),
        ({"weighted_by": ("Age",)}, {}, "By what they weighted is not published."),
        ({"house": "A"}, {}, "Who did their fieldwork is not published."),
        (
            {"languages": ("en", "cy")},
            {},
            "Ours could be answered in Welsh too, in other words than theirs.",
        ),
    ],
)
def test_what_is_not_the_same_or_not_known_is_a_reason_beside_the_chart(
    ours: dict[str, Any], theirs: dict[str, Any], told: str
) -> None:
    found = beside(dataclasses.replace(PANEL, **ours), dataclasses.replace(PANEL, **theirs))
    assert (found.verdict, found.reasons) == ("annotate", (told,))


def test_another_time_of_the_year_is_a_note() -> None:
    found = beside(
        dataclasses.replace(PANEL, months=(1,)), dataclasses.replace(PANEL, months=(10,))
    )
    assert (found.verdict, found.notes) == (
        "same",
        ("Another time of the year: October there, January here.",),
    )
