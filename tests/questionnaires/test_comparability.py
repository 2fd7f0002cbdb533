"""The verdict on two figures, and the reasons that come with it."""

import pytest

from surveys.questionnaires.comparability import Facts, between_waves, with_published

PANEL = Facts(sampling="panel", population="UK adults", version="1.0")


@pytest.mark.parametrize(
    ("later", "verdict", "reason"),
    [
        (PANEL, "same", None),
        (Facts("panel", "UK adults", "1.1"), "annotate", "typing error"),
        (Facts("panel", "GB adults", "1.0"), "annotate", "different populations"),
        (Facts("open", "UK adults", "1.0"), "beside", "different ways"),
        (Facts("panel", "UK adults", "2.0"), "beside", "questionnaire was changed"),
        (Facts("panel", "UK adults", "1.0", simulated=True), "break", "nobody real"),
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
    assert len(found.reasons) == 3


def test_simulated_answers_are_never_more_than_beside_a_published_figure() -> None:
    ours = Facts("panel", "UK adults", "1.0", simulated=True)
    found = with_published(wording="exact", same_options=True, ours=ours, theirs=PANEL)
    assert found.verdict == "beside"
    assert found.reasons == ("Our answers are simulated: nobody real gave them.",)
