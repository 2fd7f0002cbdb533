"""The gate before publication: each finding on both sides of its limit."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from surveys.questionnaires.document import Headline
from surveys.reports.estimating import estimate_wave
from surveys.reports.findings import TITLES, Finding
from surveys.reports.gate import gate
from surveys.reports.margin_findings import recruits
from surveys.reports.models import Estimate, Release
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.demonstration import load_library, simulated_wave

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


def category(code: str, target: float, sample: float | None) -> dict[str, Any]:
    weighted = None if sample is None else target
    return {
        "category": code,
        "label": code.capitalize(),
        "target": target,
        "sample": sample,
        "weighted": weighted,
    }


def margin(**changes: Any) -> dict[str, Any]:
    """Sex, met, with a source of this year and nobody short."""
    return {
        "variable": "sex",
        "sources": [{"source": "Invented", "reference_date": f"{YEAR}-06"}],
        "off_target": 0.0,
        "open": 0,
        "collapsed": [],
        "categories": [category("female", 0.5, 0.5), category("male", 0.5, 0.5)],
        "left_open": [],
        **changes,
    }


def made(
    *,
    respondents: int = 1_000,
    wave: dict[str, Any] | None = None,
    headlines: tuple[Headline, ...] = (),
    **method: Any,
) -> Release:
    """A provisional release of a closed wave with these facts, and no figures yet."""
    asked = document("gated").model_copy(update={"headlines": headlines})
    of = make_wave(version=publish(asked), status="closed", **wave or {})
    return Release.objects.create(
        wave=of,
        number=1,
        tally_revision=of.tally_revision,
        respondents=respondents,
        software="test",
        estimated_at=timezone.now(),
        method={
            "weighting": "raked",
            "population": "here",
            "converged": True,
            "iterations": 1,
            "margins": [margin()],
            "outside": 0,
            "design_effect": 1.0,
            "effective_base": float(respondents),
            "min_weight": 1.0,
            "max_weight": 1.0,
            "disclosure_minimum": 11,
            "effective_base_minimum": 50,
            "effective_base_low": 100,
            **method,
        },
    )


def add(release: Release, question: str, base: int | None, value: str = "", **fields: Any) -> None:
    """One figure; hidden where there is no base."""
    shown = {} if base is None else {"estimate": 0.5, "standard_error": 0.1, "lower": 0, "upper": 1}
    Estimate.objects.create(
        release=release,
        statistic="share",
        question=question,
        option=fields.pop("option", "yes"),
        segment="job" if value else "",
        value=value,
        base=base,
        suppressed="primary" if base is None else "",
        **shown,
    )


def found(release: Release, code: str) -> Finding:
    (one,) = [each for each in gate(release) if each.code == code]
    return one


def test_every_check_gives_one_finding_in_a_stated_order() -> None:
    codes = [one.code for one in gate(made())]
    assert codes == [code for code in TITLES if code != "figures"]


@pytest.mark.parametrize(
    ("respondents", "level"), [(99, "blocks"), (100, "warns"), (299, "warns"), (300, "fine")]
)
def test_the_base(respondents: int, level: str) -> None:
    one = found(made(respondents=respondents), "base")
    assert one.level == level
    assert one.found.startswith(f"{respondents} people are counted")


@pytest.mark.parametrize(
    ("effective", "level"), [(49.9, "blocks"), (50.0, "warns"), (99.9, "warns"), (100.0, "fine")]
)
def test_the_effective_base(effective: float, level: str) -> None:
    assert found(made(effective_base=effective), "effective_base").level == level


@pytest.mark.parametrize(("base", "level"), [(149, "warns"), (150, "fine"), (None, "warns")])
def test_the_effective_base_of_a_question_put_to_some_by_lot(base: int | None, level: str) -> None:
    # 150 answers at a design effect of 1.5 are worth 100.
    release = made(design_effect=1.5)
    add(release, "robots", base)
    one = found(release, "effective_base")
    assert one.level == level
    assert len(one.details) == (level == "warns")


def test_a_question_put_to_some_by_their_answers_may_rest_on_few() -> None:
    release = made()
    add(release, "worries", 20)
    assert found(release, "effective_base").level == "fine"


@pytest.mark.parametrize(
    ("effect", "level"), [(2.0, "fine"), (2.01, "warns"), (3.0, "warns"), (3.01, "blocks")]
)
def test_the_design_effect(effect: float, level: str) -> None:
    assert found(made(design_effect=effect), "design_effect").level == level


@pytest.mark.parametrize(
    ("largest", "level"), [(5.0, "fine"), (5.1, "warns"), (10.0, "warns"), (10.1, "blocks")]
)
def test_the_largest_weight(largest: float, level: str) -> None:
    assert found(made(max_weight=largest), "largest_weight").level == level


def test_a_cap_that_could_not_be_kept_is_named_with_the_one_that_could() -> None:
    trimming = {"cap": 5.0, "feasible": False, "smallest_cap": 6.24}
    one = found(made(max_weight=7.0, trimming=trimming), "largest_weight")
    assert "Trimming at 5 cannot be kept" in one.found
    assert "6.2 could" in one.found


@pytest.mark.parametrize(("gap", "level"), [(1e-6, "fine"), (1.1e-6, "blocks")])
def test_a_margin_off_its_target(gap: float, level: str) -> None:
    assert found(made(margins=[margin(off_target=gap)]), "margins").level == level


@pytest.mark.parametrize("weighting", ["none", "supplied"])
def test_without_margins_of_our_own_there_is_a_warning(weighting: str) -> None:
    release = made(weighting=weighting, margins=[])
    assert found(release, "margins").level == "warns"
    others = [found(release, code) for code in ("open_margins", "margin_dates", "quotas")]
    assert {one.found for one in others} == {"No margins were used."}


def test_a_group_that_nobody_is_in_is_named_with_where_its_share_went() -> None:
    empty = margin(collapsed=[{"category": "male", "into": "*"}])
    one = found(made(margins=[empty]), "margins")
    assert one.level == "warns"
    assert one.details == (
        "Sex. Nobody answered as Male: its share went to all the others in proportion.",
    )


@pytest.mark.parametrize(
    ("left_open", "level"), [(0, "fine"), (None, "fine"), (50, "fine"), (75, "warns")]
)
def test_margins_left_open(left_open: int | None, level: str) -> None:
    # 5% of 1,000 people are 50.
    assert found(made(margins=[margin(open=left_open)]), "open_margins").level == level


def dated(*days: str) -> list[dict[str, Any]]:
    return [margin(sources=[{"source": "Invented", "reference_date": day}]) for day in days]


@pytest.mark.parametrize(
    ("days", "level", "told"),
    [
        ([f"{YEAR - 5}"], "fine", f"All margins are of {YEAR - 5}."),
        ([f"{YEAR - 6}-12-31"], "warns", f"of {YEAR - 6}, 6 years before fieldwork"),
        ([f"{YEAR}-01", f"{YEAR - 1}-06"], "warns", "of different years"),
        (["", f"{YEAR}"], "warns", "is not recorded"),
    ],
)
def test_the_age_of_the_margins(days: list[str], level: str, told: str) -> None:
    of = {"opens_on": datetime.date(YEAR, 1, 10), "closes_on": datetime.date(YEAR, 1, 20)}
    one = found(made(margins=dated(*days), wave=of), "margin_dates")
    assert one.level == level
    assert told in one.found
    if level == "warns":
        assert one.details == tuple(f"Sex: {day or 'no date is recorded'}" for day in days)


def short(sample: float | None, **changes: Any) -> list[dict[str, Any]]:
    rest = category("male", 0.9, None if sample is None else 1 - sample)
    return [margin(categories=[category("female", 0.1, sample), rest], **changes)]


@pytest.mark.parametrize(
    ("sample", "level"), [(0.08, "fine"), (0.079, "warns"), (0.02, "warns"), (0.019, "blocks")]
)
def test_quota_gaps(sample: float, level: str) -> None:
    assert found(made(margins=short(sample)), "quotas").level == level


def test_whom_to_recruit_next_and_how_many() -> None:
    # By hand: (50 + k) / (1,000 + k) = .8 x .1 gives k = 30 / .92 = 32.6, so 35 in fives.
    assert recruits(sample=0.05, target=0.1, people=1_000) == 35
    one = found(made(margins=short(0.05)), "quotas")
    assert one.details == ("Sex, Female: about 35 more",)
    assert one.advice.startswith("Recruit next")


def test_a_group_that_is_hidden_is_named_without_a_number() -> None:
    hidden = [category("female", 0.1, None), category("male", 0.1, None)]
    shown = category("other", 0.8, 0.99)
    one = found(made(margins=[margin(categories=[*hidden, shown])]), "quotas")
    assert one.level == "warns"
    assert one.details == (
        "Sex, Female: so few that no number is shown",
        "Sex, Male: so few that no number is shown",
    )


def test_a_group_whose_share_was_given_away_does_not_block_as_well() -> None:
    given = short(0.0, collapsed=[{"category": "female", "into": "male"}])
    assert found(made(margins=given), "quotas").level == "warns"


@pytest.mark.parametrize(("hidden", "level"), [(1, "fine"), (2, "warns")])
def test_the_share_of_figures_hidden(hidden: int, level: str) -> None:
    # 10 figures: 1 hidden is 10%.
    release = made()
    for number in range(10):
        add(release, "aware", None if number < hidden else 500, value=f"value_{number}")
    assert found(release, "suppressed").level == level


@pytest.mark.parametrize(("base", "level"), [(500, "fine"), (None, "blocks")])
def test_a_headline_measure_that_is_hidden_blocks(base: int | None, level: str) -> None:
    release = made(headlines=(Headline(question="aware", option="yes"),))
    add(release, "aware", base)
    for number in range(10):
        add(release, "aware", 500, value=f"value_{number}")
    assert found(release, "suppressed").level == level


def test_without_a_headline_measure_nothing_can_be_claimed() -> None:
    one = found(made(), "comparability")
    assert one.level == "warns"
    assert "No headline measure was declared" in one.found


def test_headline_measures_that_were_never_asked_before_warn_and_asked_again_are_fine() -> None:
    load_library()
    first = simulated_wave("staff", 1)
    assert found(first, "comparability").level == "warns"
    assert found(first, "comparability").found.startswith("0 of 8")
    second = found(simulated_wave("staff", 2), "comparability")
    assert second.level == "fine"
    assert second.found.startswith("8 of 8")
    assert second.details[0] == "Staff 1: 15 asked the same."
    assert any(one.startswith("The Health Foundation, 2020: 5 beside") for one in second.details)


@pytest.mark.parametrize(
    ("kind", "level"), [("live", "fine"), ("simulated", "warns"), ("pilot", "blocks")]
)
def test_the_kind_of_wave(kind: str, level: str) -> None:
    assert found(made(wave={"kind": kind}), "kind").level == level


def test_a_release_without_figures_has_that_one_finding() -> None:
    wave = make_wave(status="closed")
    (one,) = gate(estimate_wave(wave.pk))
    assert (one.code, one.level) == ("figures", "blocks")
    assert "Nobody has answered yet." in one.found


def test_the_gate_takes_the_same_few_queries_for_any_number_of_figures(
    django_assert_num_queries: Any,
) -> None:
    load_library()
    simulated_wave("public", 1)
    simulated_wave("public", 2)
    waves = Release.objects.select_related("wave__questionnaire", "wave__population")
    release = waves.get(wave__slug="public-2")
    with django_assert_num_queries(8):
        gate(release)
