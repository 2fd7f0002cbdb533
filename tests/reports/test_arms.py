"""Who began, finished and answered in the arms that chance drew, and what that lets be said."""

import csv
import io
from typing import Any

import pytest
from hypothesis import example
from hypothesis import given as any_of
from hypothesis import strategies as st

from surveys.fieldwork.arms import arm_counts, count_start
from surveys.fieldwork.drafts import begin_draft, read_draft
from surveys.fieldwork.models import ArmStart, Wave
from surveys.fieldwork.tallying import read_cube
from surveys.reports.arms import CHANCE, KEPT, UNKNOWN, declared_arms, judge_arms
from surveys.reports.comparisons import compare
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.gate import gate
from surveys.reports.ledger import ledger
from surveys.reports.models import Release
from surveys.reports.report_tables import comparisons_table
from tests.fieldwork.small import make_wave, publish
from tests.reports.test_effects import MEAN, SURE, Answers, closed_wave, experiment, given, started
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts", "verdict", "reason"),
    [
        ({"robot": 220, "nothing": 221}, "same", ""),
        ({}, "annotate", UNKNOWN),
        # 200 of 300 and 200 of 220 finished: 67% and 91%, far more apart than chance explains.
        (
            {"robot": 300, "nothing": 220},
            "beside",
            "67% of those who began with “Robot” finished, and 91% of those with “Nothing”, further"
            " apart than chance explains, and those who gave up may have answered otherwise.",
        ),
    ],
)
def test_arms_of_which_more_gave_up_are_no_more_than_beside(
    starts: dict[str, int], verdict: str, reason: str
) -> None:
    wave = closed_wave(
        given("robot", 8, 100)
        + given("robot", 4, 100)
        + given("nothing", 7, 100)
        + given("nothing", 3, 100)
    )
    started(wave, **starts)
    (mean, _) = (one for one in ledger([estimate_wave(wave.pk)]) if one.with_ == "arm:arm=robot")
    assert mean.judgement.verdict == verdict
    notes = (CHANCE, KEPT) if verdict == "same" else (CHANCE,)
    assert mean.judgement.notes == notes
    assert mean.judgement.reasons == ((reason,) if reason else ())
    assert not mean.may_be_signed


@pytest.mark.parametrize(
    ("instead", "of", "verdict"),
    [
        # In the base of a mean are those who gave a number: 150 of 200, and 200 of 200.
        ("dont_know", MEAN, "beside"),
        # Who does not know is in the base of a share; who would not say is in none.
        ("dont_know", SURE, "same"),
        ("prefer_not_to_say", SURE, "beside"),
        (None, SURE, "beside"),
    ],
)
def test_arms_of_which_more_gave_no_answer_are_no_more_than_beside(
    instead: str | None, of: str, verdict: str
) -> None:
    silent: Answers = [{"aware": "no", "arm": "robot"} | ({"after": instead} if instead else {})]
    wave = closed_wave(
        given("robot", 8, 80)
        + given("robot", 4, 70)
        + silent * 50
        + given("nothing", 7, 100)
        + given("nothing", 3, 100)
    )
    started(wave, robot=210, nothing=210)
    release = estimate_wave(wave.pk)
    told = {one.option: one for one in compare(release) if one.relation == "arm"}
    judgement = told[of].judgement
    assert judgement.verdict == verdict
    reason = (
        "75% of those who finished with “Robot” gave an answer that counts, and 100% of those with"
        " “Nothing”, further apart than chance explains, and the others may think otherwise."
    )
    assert judgement.reasons == ((reason,) if verdict == "beside" else ())
    assert (told[of].outcome is None) == (verdict == "beside")
    judged = [one.judgement for one in ledger([release]) if one.with_ == "arm:arm=robot"]
    assert judgement in judged


@pytest.mark.parametrize(
    ("starts", "level", "told"),
    [
        ({"robot": 220, "nothing": 221}, "fine", "No arm lost more people than chance explains."),
        ({}, "fine", UNKNOWN),
        (
            {"robot": 300, "nothing": 220},
            "warns",
            "Of 2 of 2 effects one arm lost more people than chance explains.",
        ),
    ],
)
def test_the_gate_warns_where_an_arm_lost_more_than_chance_explains(
    starts: dict[str, int], level: str, told: str
) -> None:
    wave = closed_wave(given("robot", 8, 200) + given("nothing", 7, 200))
    started(wave, **starts)
    (one,) = [one for one in gate(estimate_wave(wave.pk)) if one.code == "arms"]
    assert (one.level, one.found) == (level, told)
    assert len(one.details) == (level == "warns")


def test_files_tell_how_many_people_of_each_arm_and_of_a_pair_are_compared() -> None:
    pair = [{"aware": "no", "arm": "robot", "before": 3, "after": 5}] * 110
    wave = closed_wave(pair + given("robot", 8, 20) + given("nothing", 5, 120))
    release = estimate_wave(wave.pk)
    wanted = {"arm:arm=robot": (130, 120), "pair:before": (110, 110)}
    told = report(release)["comparisons"]
    assert {one["with"]: (one["base"], one["their_base"]) for one in told} == wanted
    table = csv.DictReader(io.StringIO(comparisons_table(release)))
    assert {row["with"]: (int(row["base"]), int(row["their_base"])) for row in table} == wanted


def test_of_weighted_answers_from_a_file_it_is_known_too_who_gave_none() -> None:
    version = publish(experiment())
    wave = make_wave(status="closed", version=version, sampling="panel", weighting="supplied")
    answers = given("robot", 8, 150) + [{"aware": "no", "arm": "robot"}] * 50
    respond(wave, [*answers, *given("nothing", 3, 200)], weight=1.0)
    release = estimate_wave(wave.pk)
    assert [one["finished"] for one in release.method["arms"]] == [200, 200]
    told = [one for one in compare(release) if one.relation == "arm"]
    assert {one.judgement.verdict for one in told} == {"beside"}
    assert all(UNKNOWN in one.judgement.reasons for one in told)


COUNT = st.none() | st.integers(0, 60)


@any_of(COUNT, COUNT, COUNT, COUNT)
@example(40, 45, 40, 20)  # more finished than began: the root of less than nothing
@example(0, 0, 40, 20)
@example(40, 40, 40, 40)
@example(40, 0, 40, 0)
def test_whatever_began_and_finished_has_a_verdict(
    began: int | None, done: int | None, began_there: int | None, done_there: int | None
) -> None:
    (one,) = [one for one in declared_arms(experiment()) if not one.effect.option]
    sides = {"robot": (began, done), "nothing": (began_there, done_there)}
    told = [
        {"split": "arm", "arm": arm, "started": started, "finished": finished}
        for arm, (started, finished) in sides.items()
    ]
    judgement = judge_arms({"arms": told}, one, {})
    certain = all(a and b is not None and b <= a for a, b in sides.values())
    assert (UNKNOWN in judgement.reasons) == (not certain)
    if done == began and done_there == began_there and certain:
        assert judgement.verdict == "same"


def test_a_draft_counts_as_a_start_of_the_arm_that_was_drawn() -> None:
    wave = make_wave(version=publish(experiment()))
    drawn = [
        read_draft(begin_draft(wave=wave, language="en")).content.answers["arm"] for _ in range(30)
    ]
    counted = dict(ArmStart.objects.filter(wave=wave).values_list("arm", "drafts"))
    assert counted == {arm: drawn.count(arm) for arm in set(drawn)}


def test_counting_a_start_takes_one_query(django_assert_num_queries: Any) -> None:
    wave = make_wave(version=publish(experiment()))
    count_start(wave, {"arm": "robot"})
    with django_assert_num_queries(1):
        count_start(wave, {"arm": "robot"})
    assert ArmStart.objects.get(arm="robot").drafts == 2


def test_who_stands_outside_the_population_has_finished_all_the_same() -> None:
    wave = closed_wave(given("robot", 5, 3) + given("robot", 5, 2, nation="mars"))
    cube = read_cube(wave)
    slots = cube.slots.sum(axis=0) + cube.outside_slots
    counts = {one.arm: one for one in arm_counts(wave, cube.layout, slots)}
    assert (counts["robot"].started, counts["robot"].finished) == (None, 5)
    assert counts["nothing"].finished == 0


def test_a_release_tells_of_no_arm_with_few_people_and_of_none_while_the_wave_is_open() -> None:
    wave = closed_wave(given("robot", 5, 100) + given("nothing", 5, 10))
    started(wave, robot=120, nothing=10)
    told = {one["arm"]: one for one in estimate_wave(wave.pk).method["arms"]}
    # Of two arms that make up everyone, one that is hidden hides the other.
    assert (told["robot"]["started"], told["robot"]["finished"]) == (120, None)
    assert (told["nothing"]["started"], told["nothing"]["finished"]) == (None, None)
    Wave.objects.filter(pk=wave.pk).update(status="open", tally_revision=99)
    Release.objects.all().delete()
    assert estimate_wave(wave.pk).method["arms"] == []
