"""What could be worked out from several things that a release shows: each once recovered, and shut.

Every test here is an attack that had succeeded: with nothing but what anybody can read it told what
a few people answered.
"""

from typing import Any

import pytest

from surveys.fieldwork.models import Response, Tally, Wave
from surveys.fieldwork.waves import close_wave
from surveys.reports.estimating import TooEarly, estimate_wave
from surveys.reports.exporting import report
from surveys.reports.models import Release
from surveys.reports.releases import ReleaseRefused, publish_release
from surveys.reports.stale import stale_waves
from tests.fieldwork.small import make_wave
from tests.reports.test_contrasts import both, closed_wave
from tests.reports.test_estimating import raked_wave, respond

pytestmark = pytest.mark.django_db
Answers = list[dict[str, Any]]


def given(people: int, **answers: Any) -> Answers:
    return [{"nation": "england", **answers}] * people


def forget_all() -> None:
    """As if everybody had taken their answers back, to be counted anew."""
    Response.objects.all().delete()
    Tally.objects.all().delete()


def published(wave: Wave) -> Release:
    return publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")


def test_a_hidden_category_of_a_margin_is_not_what_the_others_leave_over() -> None:
    wave = raked_wave({"sex": {"female": "0.5", "male": "0.5"}})
    respond(
        wave,
        given(446, aware="yes", sex="female")
        + given(4, aware="yes", sex="male")
        + given(50, aware="no"),
    )
    (margin,) = estimate_wave(wave.pk).method["margins"]
    # Shares are of those in a category and come to 1: 446 of 450 would tell of four.
    assert [one["sample"] for one in margin["categories"]] == [None, None]


def test_weights_and_figures_do_not_tell_what_a_hidden_group_answered() -> None:
    wave = raked_wave({"sex": {"female": "0.9", "male": "0.1"}})
    respond(
        wave,
        given(120, aware="yes", sex="female")
        + given(180, aware="no", sex="female")
        + given(2, aware="yes", sex="male")
        + given(7, aware="no", sex="male")
        + given(60, aware="yes")
        + given(40, aware="no"),
    )
    told = report(estimate_wave(wave.pk))
    method = told["release"]["method"]
    # The weight of nine men was 0.1 of 309 over nine of them, 3.43: whoever read it knew the nine.
    assert (method["min_weight"], method["max_weight"]) == (0.0, 5.0)
    # Nine men are 3.43² · 9 / 409 = 0.26 of the design effect, so its step is 0.5.
    assert method["design_effect"] % 0.5 == 0
    everyone = [one for one in told["estimates"] if one["segment"] is None and one["estimate"]]
    shares = [one for one in everyone if one["statistic"] != "mean"]
    assert shares
    # Three men of weight 5 of 409 are 3.7 per cent, so the step is 5.
    for name in ("estimate", "unweighted"):
        assert [round(one[name] % 0.05, 9) % 0.05 for one in shares] == [0.0] * len(shares)


def test_a_question_that_few_of_a_group_answered_is_rounded_and_no_other() -> None:
    wave = raked_wave({"sex": {"female": "0.5", "male": "0.5"}})
    respond(
        wave,
        given(103, aware="yes", worries=["jobs"], sex="female")
        + given(30, aware="yes", worries=["errors"], sex="female")
        + given(104, aware="no", sex="female")
        + given(7, aware="yes", worries=["jobs"], sex="male")
        + given(197, aware="no", sex="male"),
    )
    release = estimate_wave(wave.pk)
    # By hand: men weigh 0.5 · 441 / 204 = 1.08, and 2 is the next of 1, 2, 5.
    assert release.method["rounded"] == {"worries": 2.0}
    jobs = release.estimates.get(question="worries", option="jobs", segment="")
    # (103·0.9304 + 7·1.0809) / (133·0.9304 + 7·1.0809) = 0.7873; 3·2 of 140 are .043, the step .05.
    assert jobs.estimate == pytest.approx(0.8, abs=1e-12)
    yes = release.estimates.get(question="aware", option="yes", segment="")
    assert yes.estimate == pytest.approx(0.5 * 133 / 237 + 0.5 * 7 / 204, rel=1e-12)


def test_nor_do_pairs_tell_more_digits_than_a_table() -> None:
    wave = raked_wave({"sex": {"female": "0.9", "male": "0.1"}})
    respond(
        wave,
        given(150, aware="yes", sex="female", before=3, after=5)
        + given(151, aware="yes", sex="female", before=3, after=4)
        + given(9, aware="yes", sex="male", before=3, after=8),
    )
    told = [one for one in report(estimate_wave(wave.pk))["comparisons"] if one["estimate"]]
    assert told
    # A scale has ten steps: three men of weight 5 move the mean of 310 by 0.48 at most.
    for one in told:
        for name in ("estimate", "their_estimate", "difference"):
            assert one[name] % 0.5 == 0


def test_what_was_made_while_a_wave_was_open_is_never_published() -> None:
    wave = make_wave(sampling="probability")
    respond(wave, [{"aware": "yes"}] * 200)
    interim = estimate_wave(wave.pk)
    assert not interim.estimates.exclude(segment="").exists()
    wave.refresh_from_db()
    close_wave(wave)
    # Nobody answered after it was made, and yet it is not the last word.
    assert wave.pk in stale_waves()
    with pytest.raises(ReleaseRefused, match="was made while"):
        publish_release(interim, by="Ada", reason="Only a test.")
    final = estimate_wave(wave.pk)
    assert not final.method["while_open"]
    assert wave.pk not in stale_waves()


def test_who_came_for_somebody_who_went_is_not_told_by_the_difference() -> None:
    wave = make_wave(status="closed", sampling="probability")
    respond(wave, [{"aware": "yes"}] * 100 + [{"aware": "no"}] * 100)
    first = published(wave)
    # As many people as before, and other answers: as if one had withdrawn and one had come.
    Wave.objects.filter(pk=wave.pk).update(tally_revision=99)
    with pytest.raises(TooEarly, match="fewer than 11 people"):
        estimate_wave(wave.pk)
    first.refresh_from_db()
    assert first.state == "published"


def test_nor_within_a_group_of_as_many_as_before() -> None:
    wave = make_wave(status="closed", sampling="probability")
    nurses = [{"aware": "yes", "job": "nurse"}] * 80 + [{"aware": "no", "job": "nurse"}] * 20
    porters = [{"aware": "yes", "job": "porter"}] * 100
    respond(wave, nurses + porters)
    published(wave)
    # Twenty porters more, and among the nurses one answer is another.
    forget_all()
    changed = [{"aware": "yes", "job": "nurse"}] * 79 + [{"aware": "no", "job": "nurse"}] * 21
    respond(wave, changed + porters + [{"aware": "yes", "job": "porter"}] * 20)
    again = estimate_wave(wave.pk)
    rows = again.estimates.filter(question="aware", segment="job", value="nurse")
    assert {row.suppressed for row in rows} == {"secondary"}


def test_figures_are_held_against_every_release_before_and_not_the_last_one_only() -> None:
    wave = make_wave(status="closed", sampling="probability")
    respond(wave, [{"aware": "yes"}] * 200)
    published(wave)
    respond(wave, [{"aware": "no"}] * 15)
    published(wave)
    # Back to nearly what the first had: 203 people, who are 12 fewer than the last.
    forget_all()
    respond(wave, [{"aware": "yes"}] * 201 + [{"aware": "no"}] * 2)
    with pytest.raises(TooEarly):
        estimate_wave(wave.pk)


def test_who_is_left_of_a_pair_is_not_told_by_two_releases() -> None:
    wave = closed_wave(both(3, 5, 100) + [{"aware": "yes", "after": 4}] * 50)
    published(wave)
    # Eleven gave both answers; one more gave the second only, and would be the difference.
    respond(wave, [*both(4, 9, 11), {"aware": "yes", "after": 10}])
    wave.refresh_from_db()
    release = estimate_wave(wave.pk)
    assert {row.suppressed for row in release.contrasts.all()} == {"secondary"}


def test_how_many_nurses_do_not_know_is_not_what_two_bases_differ_by() -> None:
    wave = make_wave(audience="staff", status="closed", sampling="panel")
    nurses = [{"job": "nurse", "before": 4, "aware": "yes"}] * 60
    nurses += [{"job": "nurse", "before": 7, "aware": "no"}] * 60
    porters = [{"job": "porter", "before": 5, "aware": "yes"}] * 60
    porters += [{"job": "porter", "before": 5, "aware": "no"}] * 60
    porters += [{"job": "porter", "before": "dont_know", "aware": "yes"}] * 20
    respond(wave, [*nurses, *porters, {"job": "nurse", "before": "dont_know", "aware": "yes"}])
    found = estimate_wave(wave.pk).estimates
    # Nurses' base of "aware" is 121, and that of their mean was 120: one does not know. Everyone's
    # mean has 240 of 261, so the porters' 120 of 140 would give it back.
    assert {row.base for row in found.filter(question="aware", value="nurse")} == {121}
    means = {row.value: row.suppressed for row in found.filter(question="before", statistic="mean")}
    assert means == {"": "", "nurse": "few", "porter": "secondary"}
