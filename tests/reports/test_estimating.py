"""From responses in the database to figures that equal R's, or to a reason why there are none."""

import hashlib
import json
import random

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from scipy import stats

from surveys.fieldwork.collecting import NewResponse, archive
from surveys.fieldwork.crypto import response_hash
from surveys.fieldwork.models import Population, Wave
from surveys.fieldwork.withdrawal import withdraw
from surveys.questionnaires.versions import frozen
from surveys.reports.estimating import TooEarly, estimate_wave
from surveys.reports.models import Estimate
from surveys.reports.releases import FIGURE, ReleaseRefused, is_intact, publish_release
from surveys.reports.stale import stale_waves
from tests.fieldwork.small import make_wave, random_answers
from tests.reports import beps

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_shown(settings):
    """R hides nothing: to be compared with it, neither do we."""
    settings.DISCLOSURE_MINIMUM = 1
    settings.EFFECTIVE_BASE_MINIMUM = 0


def respond(wave: Wave, answers: list[dict], **fields) -> None:
    wave.refresh_from_db()
    archive(wave, [NewResponse(one, "en", timezone.localdate(), **fields) for one in answers])


def raked_wave(margins: dict[str, dict[str, str]], collapse: str = "", **fields) -> Wave:
    population = Population.objects.create(slug="here", title="Here")
    for variable, shares in margins.items():
        for place, (category, share) in enumerate(shares.items()):
            population.margins.create(
                variable=variable,
                category=category,
                label=category,
                position=place,
                share=share,
                printed_percent=share,
                collapsed_into=collapse if category == "male" else "",
                reference_date="2026",
                source="invented for this test",
            )
    return make_wave(
        **{"population": population, "weighting": "raked", "status": "closed", **fields}
    )


def test_a_wave_in_the_database_gives_the_figures_of_r(everything_shown):
    # tests/reference/beps/expected.json: R survey, calibrate(calfun="raking").
    wave = beps.closed_wave()
    release = estimate_wave(wave.pk)
    assert release.problem == ""
    expected = beps.expected()
    weighting = expected["weighting"]
    assert release.method["design_effect"] == pytest.approx(weighting["kish_deff"], rel=1e-8)
    assert release.method["effective_base"] == pytest.approx(weighting["kish_neff"], rel=1e-8)
    assert release.method["min_weight"] == pytest.approx(weighting["min_w"], rel=1e-8)
    assert release.method["max_weight"] == pytest.approx(weighting["max_w"], rel=1e-8)
    rows = {
        (row.question, row.option, row.segment, row.value): row for row in release.estimates.all()
    }
    compared = 0
    for one in expected["estimates"] + expected["by"]:
        if one["option"] == "(none)":  # R counts ticking nothing as an option; we do not
            continue
        mean = one["type"] == "scale"
        option = "" if mean else beps.code(str(one["option"]))
        value = beps.code(one["level"]) if one["segment"] else ""
        row = rows[beps.code(one["item"]), option, one["segment"] or "", value]
        assert row.estimate == pytest.approx(one["est"], rel=1e-8)
        assert row.standard_error == pytest.approx(one["se_calib"], rel=1e-8)
        assert row.unweighted == pytest.approx(one["unweighted"], rel=1e-12)
        assert row.base == one["n_valid"]
        if mean:  # Student with R's degrees of freedom, those of the domain
            half = stats.t.ppf(0.975, one["df"]) * one["se_calib"]
            assert [row.lower, row.upper] == pytest.approx([one["est"] - half, one["est"] + half])
        if not mean and one["se_calib"] > 0 and one["neff_rake"] <= one["n_valid"]:
            assert row.effective_base == pytest.approx(one["neff_rake"], rel=1e-8)
            assert [row.lower, row.upper] == pytest.approx(one["ci_wilson_neff_rake"], rel=1e-8)
        compared += 1
    assert compared > 100


def test_estimating_twice_gives_the_same_release():
    wave = beps.closed_wave()
    first = estimate_wave(wave.pk)
    assert estimate_wave(wave.pk).pk == first.pk


def test_one_answer_from_outside_the_margins_never_blocks_a_release():
    wave = raked_wave({"nation": {"england": "0.9", "wales": "0.1"}})
    respond(wave, [{"aware": "yes", "nation": "england"}] * 80)
    respond(wave, [{"aware": "no", "nation": "wales"}] * 40 + [{"aware": "no"}])
    release = estimate_wave(wave.pk)
    assert release.problem == ""
    assert release.respondents == 121
    (margin,) = release.method["margins"]
    assert margin["open"] is None  # a few, and no number that would name them
    # By hand: the one who is open keeps 1/121; England has .9 of the rest, all of whom say yes.
    yes = release.estimates.get(question="aware", option="yes", segment="")
    # Three of 121 people are 2.5 per cent, so the step is 5: more digits would tell of the one.
    assert yes.estimate == pytest.approx(round(0.9 * 120 / 121 / 0.05) * 0.05, rel=1e-12)


def test_a_category_that_nobody_is_in_collapses_as_the_margin_says_and_is_recorded():
    wave = raked_wave({"sex": {"female": "0.8", "male": "0.2"}}, collapse="*")
    respond(wave, [{"aware": "yes", "sex": "female"}] * 120)
    release = estimate_wave(wave.pk)
    assert release.problem == ""
    assert release.method["margins"][0]["collapsed"] == [{"category": "male", "into": "*"}]


def test_margins_that_cannot_be_met_publish_nothing_and_say_which():
    wave = raked_wave({"sex": {"female": "0.8", "male": "0.2"}})
    respond(wave, [{"aware": "yes", "sex": "female"}] * 120)
    release = estimate_wave(wave.pk)
    assert "sex" in release.problem
    assert "male" in release.problem
    assert not release.estimates.exists()
    assert release.method["converged"] is False
    with pytest.raises(ReleaseRefused, match="no figures"):
        publish_release(release, by="Ada")


def test_contradicting_margins_are_never_called_converged():
    # Sex and nation are the same split with different targets: tests/reference/edge has R's
    # "structurally_infeasible", where R itself says that it converged.
    wave = raked_wave(
        {
            "sex": {"female": "0.5", "male": "0.5"},
            "nation": {"england": "0.8", "wales": "0.2"},
        }
    )
    respond(wave, [{"aware": "yes", "sex": "female", "nation": "england"}] * 60)
    respond(wave, [{"aware": "no", "sex": "male", "nation": "wales"}] * 60)
    release = estimate_wave(wave.pk)
    assert release.problem
    assert not release.estimates.exists()


def test_prefer_not_to_say_is_not_in_the_base_and_dont_know_is():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no", "arm": "robot", "robots": "like"}] * 60)
    respond(wave, [{"aware": "no", "arm": "robot", "robots": "dont_know"}] * 40)
    respond(wave, [{"aware": "no", "sex": "prefer_not_to_say"}] * 30)
    release = estimate_wave(wave.pk)
    like = release.estimates.get(question="robots", option="like", segment="")
    assert (like.base, like.estimate) == (100, 0.6)
    sexes = release.estimates.filter(question="sex", segment="")
    assert not sexes.filter(option="prefer_not_to_say").exists()


def test_a_small_group_has_no_number_in_any_row():
    wave = make_wave(status="closed")
    chance = random.Random(8)
    respond(wave, [{"aware": chance.choice(["yes", "no"]), "job": "nurse"} for _ in range(300)])
    respond(wave, [{"aware": "no", "job": "porter"}] * 10)
    release = estimate_wave(wave.pk)
    porters = release.estimates.filter(segment="job", value="porter")
    assert {row.suppressed for row in porters} == {"primary"}
    # Everyone less the nurses would be the porters: so the nurses are hidden too.
    nurses = release.estimates.filter(segment="job", value="nurse")
    assert {row.suppressed for row in nurses} == {"secondary"}
    assert not release.estimates.exclude(suppressed="").exclude(estimate=None).exists()


def test_the_database_refuses_a_suppressed_row_with_a_number():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    row = estimate_wave(wave.pk).estimates.filter(suppressed="").first()
    row.suppressed = "primary"
    with pytest.raises(IntegrityError, match="estimate_number_iff_not_suppressed"):
        row.save()


def test_the_database_refuses_a_suppressed_row_with_an_unweighted_number():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no", "job": "porter"}] * 10)
    respond(wave, [{"aware": "no", "job": "nurse"}] * 100)
    release = estimate_wave(wave.pk)
    hidden = release.estimates.exclude(suppressed="")
    assert set(hidden.values_list("unweighted", flat=True)) == {None}
    assert not release.estimates.filter(suppressed="", unweighted=None).exists()
    with (
        pytest.raises(IntegrityError, match="estimate_number_iff_not_suppressed"),
        transaction.atomic(),
    ):
        hidden.update(unweighted=0.5)


def test_an_open_staff_wave_is_not_estimated():
    wave = make_wave(audience="staff", kind="pilot")
    respond(wave, [{"aware": "no"}] * 100)
    with pytest.raises(TooEarly, match="on closing"):
        estimate_wave(wave.pk)
    assert list(stale_waves()) == []


def test_an_open_public_wave_is_estimated_once_a_day_at_most(time_machine_day):
    wave = make_wave()
    respond(wave, [{"aware": "no"}] * 100)
    assert list(stale_waves()) == [wave.pk]
    estimate_wave(wave.pk)
    respond(wave, [{"aware": "yes"}] * 50)
    assert list(stale_waves()) == []
    with pytest.raises(TooEarly, match="once a day"):
        estimate_wave(wave.pk)
    time_machine_day()
    assert list(stale_waves()) == [wave.pk]
    assert estimate_wave(wave.pk).respondents == 150


def test_two_refreshes_never_differ_by_a_few_people(time_machine_day):
    wave = make_wave()
    respond(wave, [{"aware": "no"}] * 100)
    estimate_wave(wave.pk)
    respond(wave, [{"aware": "yes"}])
    time_machine_day()
    with pytest.raises(TooEarly, match="what those few answered"):
        estimate_wave(wave.pk)


def test_a_withdrawal_after_publication_does_not_show_what_was_withdrawn():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    code = "0" * 20
    respond(wave, [{"aware": "yes"}], withdrawal_hash=response_hash(code))
    publish_release(estimate_wave(wave.pk), by="Ada")
    assert withdraw(code).published
    with pytest.raises(TooEarly, match="what those few answered"):
        estimate_wave(wave.pk)


@pytest.mark.parametrize("weighting", ["none", "supplied"])
def test_a_wave_that_nobody_answered_says_so_and_has_no_figures(weighting):
    wave = make_wave(weighting=weighting, status="closed", sampling="panel")
    release = estimate_wave(wave.pk)
    assert release.problem == "Nobody has answered yet."
    assert not release.estimates.exists()
    with pytest.raises(ReleaseRefused, match="has no figures"):
        publish_release(release, by="Ada")


def test_supplied_weights_are_used_as_they_are():
    # By hand: 100 yes of weight 3 and 100 no of weight 1 give a share of .75; with the weights
    # fixed V = n/(n-1) sum (w (y-p)/W)^2 = 200/199 * 100 * ((3*.25)^2 + (.75)^2) / 400^2.
    wave = make_wave(weighting="supplied", status="closed", sampling="panel")
    respond(wave, [{"aware": "yes"}] * 100, weight=3.0)
    respond(wave, [{"aware": "no"}] * 100, weight=1.0)
    row = estimate_wave(wave.pk).estimates.get(question="aware", option="yes", segment="")
    variance = 200 / 199 * 100 * ((3 * 0.25) ** 2 + 0.75**2) / 400**2
    assert row.estimate == pytest.approx(0.75, rel=1e-12)
    assert row.unweighted == 0.5
    assert row.standard_error == pytest.approx(variance**0.5, rel=1e-10)


def test_the_largest_of_supplied_weights_is_that_of_one_person():
    wave = make_wave(weighting="supplied", status="closed", sampling="panel")
    respond(wave, [{"aware": "yes"}] * 10, weight=40.0)
    respond(wave, [{"aware": "no"}] * 490, weight=1.0)
    method = estimate_wave(wave.pk).method
    # By hand: the mean weight is 890 / 500.
    assert method["max_weight"] == pytest.approx(40 * 500 / 890, rel=1e-12)
    assert method["min_weight"] == pytest.approx(500 / 890, rel=1e-12)


def test_a_figure_is_not_shown_where_its_own_effective_base_is_too_small():
    wave = make_wave(weighting="supplied", status="closed", sampling="panel")
    respond(wave, [{"aware": "yes"}] * 12, weight=4.0)
    respond(wave, [{"aware": "no"}] * 90, weight=1.0)
    # Kish's effective base is 138² / (12·16 + 90) = 67.5. Of the share p = 48 / 138 it is
    # p(1-p)/V = 46.2, with V = 102/101 (12 (4(1-p))² + 90 p²) / 138².
    p = 48 / 138
    variance = 102 / 101 * (12 * (4 * (1 - p)) ** 2 + 90 * p**2) / 138**2
    assert p * (1 - p) / variance == pytest.approx(46.2, abs=0.1)
    rows = estimate_wave(wave.pk).estimates.filter(question="aware", segment="")
    assert [(row.suppressed, row.estimate) for row in rows] == [("unreliable", None)] * 2


def test_a_mean_of_answers_that_are_all_the_same_is_not_known_to_a_point():
    wave = make_wave(status="closed")
    respond(wave, [{"before": 7, "aware": "yes"}] * 100)
    row = estimate_wave(wave.pk).estimates.get(question="before", statistic="mean", segment="")
    assert (row.estimate, row.standard_error) == (7, 0)
    # By hand: of 100 people Wilson allows z² / (100 + z²) = 3.7% who would answer otherwise.
    others = 1.959963984540054**2 / (100 + 1.959963984540054**2)
    assert row.lower == pytest.approx(7 - others * 7, rel=1e-9)
    assert row.upper == pytest.approx(7 + others * 3, rel=1e-9)


def test_a_published_release_never_changes():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    release = publish_release(estimate_wave(wave.pk), by="Ada")
    assert is_intact(release)
    wave.refresh_from_db()
    assert wave.status == "published"
    with pytest.raises(ReleaseRefused, match="already"):
        publish_release(release, by="Ada")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda release: release.estimates.update(estimate=0.5), "estimate_frozen"),
        (
            lambda release: Estimate.objects.create(
                release=release, statistic="share", question="x", base=99, estimate=0.1
            ),
            "estimate_not_added",
        ),
        (lambda release: type(release).objects.update(respondents=1), "release_frozen"),
        (lambda release: type(release).objects.update(state="provisional"), "release_"),
    ],
)
def test_the_database_refuses_to_change_what_is_published(change, rule):
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    release = publish_release(estimate_wave(wave.pk), by="Ada")
    with pytest.raises(IntegrityError, match=rule):
        change(release)


def test_a_release_from_before_the_unweighted_figure_and_the_gate_were_kept_stays_intact():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    release = estimate_wave(wave.pk)
    release.estimates.update(unweighted=None)
    # The hash as it was made then: over the figures without that column, and the method.
    rows = release.estimates.order_by("id").values_list(*FIGURE[:-1])
    content = {"method": release.method, "figures": [list(row) for row in rows]}
    text = json.dumps(content, sort_keys=True).encode()
    release.sha256 = hashlib.sha256(text).hexdigest()
    assert is_intact(release)


def test_a_correction_supersedes_what_was_published_before():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    first = publish_release(estimate_wave(wave.pk), by="Ada")
    respond(wave, [{"aware": "yes"}] * 40)
    second = publish_release(estimate_wave(wave.pk), by="Ada")
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("superseded", "published", 2)
    assert is_intact(first)


def test_an_open_wave_is_not_published(time_machine_day):
    wave = make_wave()
    respond(wave, [{"aware": "no"}] * 100)
    with pytest.raises(ReleaseRefused, match="close it first"):
        publish_release(estimate_wave(wave.pk), by="Ada")


def test_figures_older_than_the_answers_are_not_published():
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    release = estimate_wave(wave.pk)
    respond(wave, [{"aware": "yes"}] * 40)
    with pytest.raises(ReleaseRefused, match="older than the answers"):
        publish_release(release, by="Ada")


def test_random_answers_of_every_kind_can_be_estimated():
    wave = make_wave(status="closed")
    chance = random.Random(3)
    document = frozen(wave.version_id).document
    respond(wave, [random_answers(chance, document) for _ in range(400)])
    release = estimate_wave(wave.pk)
    assert {row.statistic for row in release.estimates.all()} == {"share", "mean", "net"}
    for row in release.estimates.filter(suppressed="").exclude(statistic="mean"):
        assert 0 <= row.lower <= row.estimate <= row.upper <= 1
        assert row.effective_base <= row.base + 1e-9
