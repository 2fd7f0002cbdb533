"""What the arms of a split did: the difference, its error, who is protected, and what is said."""

import random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveys.fieldwork.models import ArmStart, Wave
from surveys.questionnaires.document import Document
from surveys.reports.comparisons import compare
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.models import Contrast, Release
from surveys.reports.releases import publish_release
from surveys.reports.words import change
from tests.fieldwork.small import document, make_wave, options, publish
from tests.reports.test_contrasts import NET
from tests.reports.test_estimating import raked_wave, respond

pytestmark = pytest.mark.django_db

Answers = list[dict[str, Any]]
Floats = NDArray[np.float64]
MEAN, SURE = "", "sure"


def experiment(audience: str = "public", arms: int = 2) -> Document:
    """The small questionnaire, whose split is drawn for what it does to the last scale."""
    data = document(f"small-{audience}", audience).model_dump(by_alias=True)
    for page in data["pages"]:
        for question in page["questions"]:
            if question["code"] in ("before", "after"):
                question["nets"] = [NET]
    data["splits"][0]["arms"] = options("robot", "nothing", "story")[:arms]
    told = {"split": "arm", "control": "nothing", "question": "after"}
    data["effects"] = [told, told | {"option": SURE}]
    data["pairs"][0]["within"] = {"split": "arm", "is": ["robot"]}
    return Document.model_validate(data)


def given(arm: str, now: int | str, people: int, **more: Any) -> Answers:
    return [{"aware": "no", "arm": arm, "after": now, **more}] * people


def closed_wave(answers: Answers, audience: str = "public", arms: int = 2) -> Wave:
    version = publish(experiment(audience, arms))
    wave = make_wave(status="closed", version=version, sampling="probability")
    respond(wave, answers)
    return wave


def effects(release: Release) -> dict[tuple[str, str], Contrast]:
    rows = release.contrasts.filter(against__startswith="arm:")
    return {(row.against.partition("=")[2], row.option): row for row in rows}


def started(wave: Wave, **arms: int) -> None:
    for arm, drafts in arms.items():
        ArmStart.objects.create(wave=wave, split="arm", arm=arm, drafts=drafts)


def error(weight: Floats, residual: Floats, dummies: Floats) -> float:
    """Of a weighted figure, over respondents: Deville & Särndal (1992), section 3, base weights 1.

    dummies: (n, P) of the margin that was raked to.
    """
    fitted = dummies @ np.linalg.lstsq(dummies, residual, rcond=None)[0]
    z = weight * (residual - fitted)
    return float(np.sqrt(len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum()))


def test_effects_and_pairs_of_a_raked_wave_are_those_of_the_respondents_one_by_one() -> None:
    chance = random.Random(7)
    answers = [
        {
            "sex": chance.choice(["female", "female", "male"]),
            "aware": "no",
            "arm": chance.choice(["robot", "nothing"]),
            "before": chance.randint(2, 8),
            "after": chance.choice([*range(3, 11), "dont_know"]),
        }
        for _ in range(400)
    ]
    margins = {"sex": {"female": ".5", "male": ".5"}}
    wave = raked_wave(margins, version=publish(experiment()))
    respond(wave, answers)
    release = estimate_wave(wave.pk)

    woman = np.array([one["sex"] == "female" for one in answers])
    weight = np.where(woman, 200 / woman.sum(), 200 / (~woman).sum())
    dummies = np.column_stack([woman, ~woman]).astype(float)
    knows = np.array([one["after"] != "dont_know" for one in answers])
    robot = np.array([one["arm"] == "robot" for one in answers])
    after = np.array([one["after"] if k else 0 for one, k in zip(answers, knows, strict=True)])

    def side(value: Floats, who: NDArray[np.bool_]) -> tuple[float, Floats]:
        total = (weight * who).sum()
        mean = float((weight * who * value).sum() / total)
        return mean, who * (value - mean) / total

    found = effects(release)
    # In the base of a mean is who gave a number; of a share, who answered at all.
    for option, value, base in [(MEAN, after, knows), (SURE, (after >= 7) * 1.0, knows | True)]:
        row = found["robot", option]
        mine, here = side(value, base & robot)
        theirs, there = side(value, base & ~robot)
        assert row.estimate == pytest.approx(mine, rel=1e-8)
        assert row.their_estimate == pytest.approx(theirs, rel=1e-8)
        assert row.difference == pytest.approx(mine - theirs, rel=1e-8)
        assert row.standard_error == pytest.approx(error(weight, here - there, dummies), rel=1e-8)
        assert (row.base, row.their_base) == ((base & robot).sum(), (base & ~robot).sum())

    # The pair counts only those in the arm that met what lies between.
    (pair,) = release.contrasts.filter(against="pair:before", option=MEAN)
    step = after - np.array([one["before"] for one in answers])
    mean, residual = side(step, knows & robot)
    assert pair.base == pair.their_base == (knows & robot).sum()
    assert pair.difference == pytest.approx(mean, rel=1e-8)
    assert pair.standard_error == pytest.approx(error(weight, residual, dummies), rel=1e-8)


def test_without_an_effect_the_intervals_hold_nothing_in_19_of_20_draws() -> None:
    chance = random.Random(20)
    version = publish(experiment())
    held = 0
    for draw in range(60):
        wave = make_wave(f"w{draw}", status="closed", version=version, sampling="probability")
        answers = [
            {
                "aware": "no",
                "arm": chance.choice(["robot", "nothing"]),
                "after": chance.randint(0, 10),
            }
            for _ in range(250)
        ]
        respond(wave, answers)
        row = effects(estimate_wave(wave.pk))["robot", MEAN]
        assert row.difference is not None
        assert row.standard_error is not None
        held += abs(row.difference) < 1.96 * row.standard_error
    # Binomial(60, 0.95): 57 on average, below 52 once in 170 such series.
    assert held >= 52


def test_an_effect_is_tested_in_a_family_of_its_own_and_may_be_claimed() -> None:
    wave = closed_wave(
        given("robot", 8, 150)
        + given("robot", 4, 150)
        + given("nothing", 7, 150)
        + given("nothing", 3, 150)
    )
    started(wave, robot=320, nothing=320)
    release = estimate_wave(wave.pk)
    told = {one.option: one for one in compare(release) if one.relation == "arm"}
    assert {one.outcome.family for one in told.values() if one.outcome} == {"experiment"}
    assert {one.outcome.size for one in told.values() if one.outcome} == {2}
    # Half gave 8 and half 4; half 7 and half 3. The spread is 2 in both arms, so the error is about
    # 2 x root(1/300 + 1/300) = 0.163; at 97.5%, the first of two (Holm), 2.24 of it are 0.37.
    assert change(told[MEAN]) == (
        "“About after?”, mean from 0 to 10: 1.0 higher with “Robot” than with “Nothing” (6.0 and"
        " 5.0; 97.5% interval of the difference: 0.6 to 1.4), straight after."
    )
    # All who are sure are half of each arm: a net of 50% and 50%.
    assert "no detectable difference between “Robot” and “Nothing”" in change(told[SURE])
    filed = [one for one in report(release)["comparisons"] if one["with"] == "arm:arm=robot"]
    assert [one["sentence"] for one in filed] == [change(one) for one in told.values()]


def test_an_arm_of_which_all_answered_alike_is_not_tested_and_has_an_interval_of_its_own() -> None:
    wave = closed_wave(given("robot", 8, 120) + given("nothing", 8, 100) + given("nothing", 3, 20))
    started(wave, robot=120, nothing=120)
    release = estimate_wave(wave.pk)
    told = {one.option: one for one in compare(release) if one.relation == "arm"}
    # Their error is of the other arm alone: 5/6 of 120, so 1/6 would be 4.9 of its errors.
    sure = effects(release)["robot", SURE]
    assert sure.standard_error == pytest.approx((1 / 6 * 5 / 6 / 120 * 240 / 239) ** 0.5, rel=1e-9)
    assert [one.outcome for one in told.values()] == [None, None]
    assert [one.standard_error for one in told.values()] == [None, None]
    # Wilson (1927): 120 of 120 are 0.9690 to 1, and 5/6 of 120 x 239/240 are 0.7564 to 0.8895; by
    # Newcombe (1998), method 10, 1/6 - root(0.0310^2 + 0.0562^2) to 1/6 + (5/6 - 0.7564).
    assert (sure.lower, sure.upper) == pytest.approx((0.1025, 0.2436), abs=1e-4)
    assert change(told[SURE]).endswith(
        "100% with “Robot”, beside 83% with “Nothing”, 17 points higher (95% interval of the"
        " difference: 10 to 24 points); not tested, because everybody or nobody gave this answer in"
        " one of the two."
    )
    # Those who said 8: 8 - 8u to 8 + 2u, u = 1 - 0.9690; the others by Student on 119 degrees of
    # freedom, 7.1667 - 1.9801 x 1.8634 root(240/239) / root(120).
    mean = effects(release)["robot", MEAN]
    other = 1.9801 * 1.8634 * (240 / 239 / 120) ** 0.5
    ends = 5 / 6 - np.hypot(8 * 0.03102, other), 5 / 6 + np.hypot(2 * 0.03102, other)
    assert (mean.lower, mean.upper) == pytest.approx(ends, abs=1e-4)
    (filed,) = (
        one
        for one in report(release)["comparisons"]
        if one["with"] == "arm:arm=robot" and one["option"] == SURE
    )
    assert (filed["family"], filed["claim"], filed["standard_error"]) == (None, False, None)
    assert (filed["level"], filed["lower"]) == (0.95, sure.lower)


def test_two_arms_of_which_all_answered_alike_differ_as_surely_as_there_are_people() -> None:
    wave = closed_wave(given("robot", 8, 120) + given("nothing", 3, 120))
    row = effects(estimate_wave(wave.pk))["robot", SURE]
    assert row.standard_error == 0
    # 1 - root(2) (1 - 0.96898), as above; nobody is more than all.
    assert (row.lower, row.upper) == pytest.approx((0.9561, 1), abs=1e-4)


def test_of_an_older_release_an_arm_with_all_or_nobody_is_not_tested_either() -> None:
    wave = closed_wave(given("robot", 8, 120) + given("nothing", 8, 100) + given("nothing", 3, 20))
    release = estimate_wave(wave.pk)
    release.contrasts.update(lower=None, upper=None, unweighted=None, their_unweighted=None)
    (one,) = (one for one in compare(release) if one.relation == "arm" and one.option == SURE)
    assert (one.outcome, one.interval) == (None, None)


@pytest.mark.parametrize(
    ("answers", "audience", "why"),
    [
        (given("robot", 5, 60) + given("nothing", 5, 60), "public", ""),
        (given("robot", 5, 60) + given("nothing", 5, 10), "public", "primary"),
        (given("robot", 5, 60) + given("nothing", 5, 40), "public", "unreliable"),
        # Of those who were in no arm, few would be what is left of everyone.
        (
            given("robot", 5, 60) + given("nothing", 5, 60) + [{"aware": "no", "after": 5}] * 4,
            "public",
            "primary",
        ),
        (given("robot", 5, 60) + given("nothing", 5, 60) + given("robot", 8, 4), "staff", "few"),
        (given("robot", 5, 60) + given("nothing", 5, 60) + given("robot", 8, 4), "public", ""),
    ],
)
def test_the_arms_of_a_question_are_told_together_or_not_at_all(
    answers: Answers, audience: str, why: str
) -> None:
    found = effects(estimate_wave(closed_wave(answers, audience).pk))
    assert {row.suppressed for row in found.values()} == {why}
    assert {row.base is None for row in found.values()} == {bool(why)}


def test_a_small_arm_hides_the_others_of_its_split() -> None:
    answers = given("robot", 5, 90) + given("nothing", 5, 90) + given("story", 5, 4)
    found = effects(estimate_wave(closed_wave(answers, arms=3).pk))
    assert {arm for arm, _ in found} == {"robot", "story"}
    assert {row.suppressed for row in found.values()} == {"primary"}


@pytest.mark.parametrize(("more", "why"), [(10, "secondary"), (11, "")])
def test_two_releases_do_not_tell_what_a_few_of_one_arm_answered(more: int, why: str) -> None:
    wave = closed_wave(given("robot", 5, 100) + given("nothing", 5, 100))
    publish_release(estimate_wave(wave.pk), by="Ada")
    respond(wave, given("robot", 9, more) + given("nothing", 5, 20))
    found = effects(estimate_wave(wave.pk))
    assert {row.suppressed for row in found.values()} == {why}
