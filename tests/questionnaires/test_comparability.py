"""The verdict on two figures, and the reasons that come with it."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires.asking import Asked, Printed, asked, what_changed
from surveys.questionnaires.comparability import Facts, Judgement, with_published
from surveys.questionnaires.comparability import between_waves as judge
from tests.questionnaires.ward_round import changed, document, plain

ASKED = Asked("single", "How?", "", (("a", "A"), ("b", "B")), (), (), False, None, "", (), ())
PANEL = Facts(sampling="panel", population="UK adults", version="1.0")


def between_waves(earlier: Facts, later: Facts) -> Judgement:
    return judge(earlier, later, ASKED, ASKED)


@pytest.mark.parametrize(
    ("later", "verdict", "reason"),
    [
        (PANEL, "same", None),
        (Facts("panel", "UK adults", "1.1"), "same", None),
        (Facts("panel", "UK adults", "2.0"), "same", None),
        (Facts("panel", "UK adults", "1.0", mode="by telephone"), "beside", "by telephone now"),
        (Facts("panel", "UK adults", "1.0", weighted_by=("age",)), "annotate", "variables"),
        (Facts("panel", "GB adults", "1.0"), "annotate", "different populations"),
        (Facts("open", "UK adults", "1.0"), "beside", "different ways"),
        (Facts("panel", "UK adults", "1.0", simulated=True), "break", "nobody real"),
        (Facts("panel", "UK adults", "1.0", margins="uk-2031"), "annotate", "different dates"),
        (Facts("panel", "UK adults", "1.0", languages=("cy",)), "annotate", "Welsh could be"),
    ],
)
def test_two_waves_are_judged_by_what_differs(
    later: Facts, verdict: str, reason: str | None
) -> None:
    found = between_waves(PANEL, later)
    assert found.verdict == verdict
    assert [reason in one for one in found.reasons] == ([True] if reason else [])


@pytest.mark.parametrize(
    ("wording", "same_options", "theirs", "verdict"),
    [
        ("exact", True, PANEL, "same"),
        ("paraphrase", True, PANEL, "beside"),
        ("exact", False, PANEL, "beside"),
        ("exact", True, Facts("probability", "UK adults"), "beside"),
        ("exact", True, Facts("", "UK adults"), "beside"),
        ("exact", True, Facts("panel", "GB adults"), "annotate"),
        ("exact", True, Facts("panel", ""), "annotate"),
    ],
)
def test_a_published_figure_is_comparable_as_far_as_its_facts_allow(
    wording: str, same_options: bool, theirs: Facts, verdict: str
) -> None:
    found = with_published(
        wording=wording,  # type: ignore[arg-type]
        same_options=same_options,
        ours=PANEL,
        theirs=theirs,
    )
    assert found.verdict == verdict
    assert len(found.reasons) == (0 if verdict == "same" else 1)


def test_the_gravest_reason_comes_first_and_none_is_left_out() -> None:
    found = between_waves(PANEL, Facts("open", "GB adults", "1.1"))
    assert found.verdict == "beside"
    assert "different ways" in found.reasons[0]
    assert len(found.reasons) == 2


def test_simulated_answers_are_never_more_than_beside_a_published_figure() -> None:
    ours = Facts("panel", "UK adults", "1.0", simulated=True)
    found = with_published(wording="exact", same_options=True, ours=ours, theirs=PANEL)
    assert found.verdict == "beside"
    assert found.reasons == ("Our answers are simulated: nobody real gave them.",)


SUPPORT = (("1", "Very concerned"), ("2", "Somewhat concerned"), ("3", "Not concerned"))
BASE = Asked(
    type="single",
    wording="How concerned are you, if at all, about this?",
    hint="",
    options=SUPPORT,
    unsaid=(),
    nets=(("concerned", ("1", "2")),),
    shuffled=False,
    max_choices=None,
    asked_of="",
    explained_before=(),
    asked_before=("age",),
)
FAIRLY = (SUPPORT[0], ("2", "Fairly concerned"), SUPPORT[2])


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({"wording": "How  concerned are you – if at all – about this?"}, "same", ""),
        ({"wording": "How worried are you, if at all, about this?"}, "beside", "“worried”"),
        ({"options": FAIRLY}, "beside", "“Somewhat” became “Fairly”"),
        ({"options": SUPPORT[:2]}, "beside", "no longer be given: “Not concerned”"),
        ({"options": (*SUPPORT, ("4", "Don't know"))}, "beside", "new answer could be given"),
        ({"options": (SUPPORT[1], SUPPORT[0], SUPPORT[2])}, "annotate", "another order"),
        ({"nets": (("concerned", ("1",)),)}, "break", "counts other answers"),
        ({"hint": "Choose one."}, "annotate", "help"),
        ({"max_choices": 3}, "beside", "number of answers"),
        ({"asked_of": "some"}, "beside", "other people"),
        ({"explained_before": ("what_is_ai",)}, "beside", "explanations"),
        ({"asked_before": ("age", "sex")}, "annotate", "questions came before"),
        ({"shuffled": True}, "annotate", "shuffled"),
        ({"type": "multiple"}, "break", "another way"),
    ],
)
def test_a_question_under_the_same_code_is_looked_at_word_by_word(
    change: dict[str, Any], verdict: str, reason: str
) -> None:
    major = dataclasses.replace(PANEL, version="2.0")
    found = judge(PANEL, major, BASE, dataclasses.replace(BASE, **change), "concerned")
    assert found.verdict == verdict
    assert (reason in found.reasons[0]) if reason else not found.reasons


def test_a_typing_error_that_was_mended_is_told_and_breaks_nothing() -> None:
    mended = dataclasses.replace(BASE, wording="How conserned are you, if at all, about this?")
    found = judge(PANEL, dataclasses.replace(PANEL, version="1.1"), mended, BASE)
    assert found.verdict == "annotate"
    assert found.reasons == ("The wording changed: “conserned” became “concerned”.",)


def test_a_question_that_one_wave_did_not_ask_joins_nothing() -> None:
    assert judge(PANEL, PANEL, None, BASE).verdict == "break"


def test_words_that_came_and_went_are_named() -> None:
    assert what_changed("How do you feel?", "How do you feel about AI?") == "“about AI” was added"
    assert what_changed("a b c", "a c") == "“b” was left out"


def test_how_a_document_asks_is_read_from_it(tmp_path: Path) -> None:
    known = document()
    for code in known.questions:
        found = asked(known, code)
        assert found is not None
        assert found == asked(known, code)
    assert asked(known, "nothing") is None
    first = next(iter(plain()["pages"]))["questions"][0]["code"]

    def reword(data: dict[str, Any]) -> None:
        data["pages"][0]["questions"][0]["text"] = "Something else?"

    other = asked(changed(tmp_path, reword).document, first)
    assert other is not None
    assert other.wording == "Something else?"


LABELS = tuple(text for _, text in SUPPORT)
PRINTED = Printed(BASE.wording, True, LABELS, True, True, None, "", dont_know=BASE.dont_know)


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, "same", ""),
        ({"exact": False}, "beside", "exact wording of their question is not published"),
        ({"wording": "Are you concerned?"}, "beside", "Our wording is another"),
        ({"complete": False}, "beside", "Not all the answers"),
        ({"answers": ("Very concerned", "Fairly concerned")}, "beside", "“Fairly concerned”"),
        ({"answers": PRINTED.answers[:2]}, "beside", "We offer answers that they did not"),
        ({"answers_exact": False}, "annotate", "as reported"),
        ({"dont_know": None}, "annotate", "is not known"),
        ({"dont_know": not BASE.dont_know}, "beside", "“Don't know” is in the base of"),
        ({"max_choices": 2}, "beside", "number of answers"),
        ({"asked_of": "random half"}, "beside", "of others: random half"),
    ],
)
def test_how_they_asked_counts_more_than_what_we_declare(
    change: dict[str, Any], verdict: str, reason: str
) -> None:
    found = with_published(
        wording="paraphrase",
        same_options=False,
        ours=PANEL,
        theirs=PANEL,
        asked=BASE,
        printed=dataclasses.replace(PRINTED, **change),
    )
    assert found.verdict == verdict
    assert (reason in found.reasons[0]) if reason else not found.reasons


@pytest.mark.parametrize(
    ("theirs", "verdict", "reason"),
    [
        (Facts("panel", "UK adults 16+"), "beside", "from 16 on, and we from 18 on"),
        (Facts("panel", "Adults, 18 and over", mode="online"), "annotate", "They asked"),
        (Facts("panel", "UK adults 18+", mode="telephone"), "beside", "by telephone"),
        (Facts("panel", "UK adults 18+", mode="web and telephone"), "annotate", "by telephone"),
        (Facts("panel", "UK adults 18+", mode="online (not confirmed)"), "annotate", "confirmed"),
    ],
)
def test_age_floor_and_mode_are_looked_at(theirs: Facts, verdict: str, reason: str) -> None:
    ours = Facts("panel", "UK adults 18+", mode="online")
    found = with_published(wording="exact", same_options=True, ours=ours, theirs=theirs)
    assert found.verdict == verdict
    assert reason in found.reasons[0]


def test_no_reason_makes_an_open_link_one_with_a_panel_or_a_probability_sample() -> None:
    for sampling in ("panel", "probability", ""):
        ours = dataclasses.replace(PANEL, sampling="open")
        theirs = dataclasses.replace(PANEL, sampling=sampling)
        found = with_published(wording="exact", same_options=True, ours=ours, theirs=theirs)
        assert found.verdict == "beside"
        assert found.limit == "beside"
    assert between_waves(PANEL, dataclasses.replace(PANEL, sampling="open")).limit == "beside"
    assert between_waves(PANEL, dataclasses.replace(PANEL, mode="by telephone")).limit == "same"
    assert between_waves(PANEL, dataclasses.replace(PANEL, simulated=True)).limit == "break"


@pytest.mark.parametrize(
    ("weighting", "told"),
    [
        ("age and sex", "They weighted otherwise: age and sex."),
        ("not found", "By what they weighted is not published."),
        ("", "By what they weighted is not published."),
    ],
)
def test_what_others_weighted_by_stands_beside_what_we_weighted_by(
    weighting: str, told: str
) -> None:
    ours = dataclasses.replace(PANEL, weighted_by=("age", "region"))
    theirs = dataclasses.replace(PANEL, weighting=weighting)
    found = with_published(wording="exact", same_options=True, ours=ours, theirs=theirs)
    assert (found.verdict, found.reasons) == ("annotate", (told,))


def test_a_dont_know_that_is_new_changes_the_base() -> None:
    other = dataclasses.replace(ASKED, dont_know=True)
    found = judge(PANEL, PANEL, ASKED, other)
    assert found.verdict == "beside"
    assert found.reasons == ("“Don't know” is in the base of one of the two only.",)


def test_a_signed_verdict_says_who_and_why_and_what_was_found() -> None:
    found = between_waves(PANEL, dataclasses.replace(PANEL, mode="by telephone"))
    signed = found.signed("annotate", "Ada", datetime.date(2026, 11, 3), "A pilot found no gap.")
    assert signed.verdict == "annotate"
    assert signed.reasons[0] == "Decided by Ada, 3 November 2026: A pilot found no gap."
    assert signed.reasons[1:] == found.reasons
    assert signed.signature is not None
    assert signed.signature.found == "beside"
