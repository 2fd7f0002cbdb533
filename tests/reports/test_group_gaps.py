"""Groups of one wave beside each other: the error, who is protected, and what is said."""

import random
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document, Headline
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.group_gaps import group_gaps
from surveys.reports.models import Release
from surveys.reports.releases import publish_release
from surveys.reports.words import change
from surveys.statistics.families import benjamini_hochberg
from tests.fieldwork.small import document, make_wave, publish, random_answers
from tests.reports.test_effects import error
from tests.reports.test_estimating import raked_wave, respond
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
Answers = list[dict[str, Any]]
YES = (Headline(question="aware", option="yes"),)


def declared(audience: str = "public") -> Document:
    return document(f"small-{audience}", audience).model_copy(update={"headlines": YES})


def closed_wave(answers: Answers, audience: str = "public") -> Wave:
    version = publish(declared(audience))
    wave = make_wave(status="closed", version=version, sampling="probability")
    respond(wave, answers)
    return wave


def people(job: str, yes: int, no: int, **more: Any) -> Answers:
    return [{"job": job, "aware": "yes", **more}] * yes + [{"job": job, "aware": "no", **more}] * no


def told(release: Release) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = release.method["groups"]
    return groups


def rows(release: Release) -> list[Any]:
    return list(release.estimates.exclude(segment=""))


def test_the_error_between_two_groups_is_that_of_the_respondents_one_by_one() -> None:
    chance = random.Random(5)
    answers = [
        {
            "sex": chance.choice(["female", "female", "male"]),
            "job": chance.choice(["nurse", "porter"]),
            "aware": chance.choice(["yes", "no", "no"]),
        }
        for _ in range(600)
    ]
    margins = {"sex": {"female": ".5", "male": ".5"}}
    wave = raked_wave(margins, version=publish(declared()))
    respond(wave, answers)
    (found,) = (one for one in told(estimate_wave(wave.pk)) if one["segment"] == "job")

    woman = np.array([one["sex"] == "female" for one in answers])
    weight = np.where(woman, 300 / woman.sum(), 300 / (~woman).sum())
    dummies = np.column_stack([woman, ~woman]).astype(float)
    yes = np.array([one["aware"] == "yes" for one in answers])
    sides = []
    for job in ("nurse", "porter"):
        who = np.array([one["job"] == job for one in answers])
        whole = (weight * who).sum()
        sides.append(who * (yes - (weight * who * yes).sum() / whole) / whole)
    exact = error(weight, sides[0] - sides[1], dummies)
    # Rounded up to a ten thousandth, so that its digits tell nothing of their own.
    assert (found["value"], found["other"]) == ("nurse", "porter")
    assert 0 <= found["standard_error"] - exact <= 1e-4


@pytest.mark.parametrize("audience", ["public", "staff"])
def test_no_difference_is_told_of_a_figure_that_is_hidden(audience: str) -> None:
    hidden = compared = 0
    for seed in range(30):
        chance = random.Random(seed)
        drawn = [random_answers(chance, declared(audience)) for _ in range(chance.randint(60, 400))]
        rare = chance.choice([0.02, 0.1, 1])
        answers = [one for one in drawn if one.get("job") != "porter" or chance.random() < rare]
        version = publish(declared(audience))
        wave = make_wave(f"w{seed}", status="closed", version=version, sampling="panel")
        respond(wave, answers)
        release = estimate_wave(wave.pk)
        shown = {
            (row.question, row.option, row.segment, row.value)
            for row in rows(release)
            if not row.suppressed
        }
        hidden += any(row.suppressed for row in rows(release))
        for one in told(release):
            for name in ("value", "other"):
                assert (one["question"], one["option"], one["segment"], one[name]) in shown
            compared += 1
    assert hidden > 5
    assert compared > 5


def test_the_error_of_rounded_figures_says_what_rounding_adds() -> None:
    wave = raked_wave({"nation": {"england": "0.98", "wales": "0.02"}}, version=publish(declared()))
    many, few = {"nation": "england"}, {"nation": "wales"}
    nurses = people("nurse", 300, 200, **many) + people("nurse", 4, 4, **few)
    respond(wave, nurses + people("porter", 200, 300, **many))
    release = estimate_wave(wave.pk)
    assert "aware" in release.method["rounded"]
    for one in told(release):
        bases = release.estimates.filter(question="aware", option="yes", segment=one["segment"])
        step = 3 * release.method["rounded"]["aware"] / min(row.base for row in bases)
        # Two figures, each uniform over a step at least as large: root(2 / 12) of it.
        assert one["standard_error"] > step * (2 / 12) ** 0.5
    assert told(release)


def test_while_a_wave_is_open_and_of_few_nothing_is_tested() -> None:
    wave = closed_wave(people("nurse", 150, 50) + people("porter", 20, 50))
    release = estimate_wave(wave.pk)
    assert [one["segment"] for one in told(release)] == ["job"]
    # 70 porters are shown, and fewer than 100 are in no family.
    assert group_gaps(release, rows(release)) == []
    large = closed_again(wave, people("nurse", 150, 50) + people("porter", 40, 80))
    assert len(group_gaps(large, rows(large))) == 1
    large.wave.status = "open"
    assert group_gaps(large, rows(large)) == []


def closed_again(wave: Wave, answers: Answers) -> Release:
    version = wave.version
    other = make_wave("other", status="closed", version=version, sampling="probability")
    respond(other, answers)
    return estimate_wave(other.pk)


def test_all_of_a_wave_are_one_screening_and_none_is_a_claim() -> None:
    wave = closed_wave(
        people("nurse", 150, 100, sex="female") + people("porter", 100, 150, sex="female")
        + people("nurse", 75, 50, sex="male") + people("porter", 50, 75, sex="male")
    )  # fmt: skip
    release = estimate_wave(wave.pk)
    found = group_gaps(release, rows(release))
    tests = [one.outcome for one in found if one.outcome]
    assert [(one.family, one.size, one.claim) for one in tests] == [("screening", 2, False)] * 2
    adjusted = benjamini_hochberg([one.p_value for one in tests])
    assert [one.adjusted_p_value for one in tests] == pytest.approx(list(adjusted))
    # By hand: .2 and an error of root(2·.24/375) = .0358, at 97.5% (one of two is found, 1 - .05/2)
    # 2.24 of them; 0 and root(.25/500 + .25/250) = .0387, at 95% 1.96 and 2.80 of them.
    assert [change(one) for one in found] == [
        "“About aware?”, “Yes”: no detectable difference between “Female” and “Male” (50% and 50%;"
        " 95% interval of the difference: 8 points lower to 8 higher; at that level we could have"
        " seen 11 points).",
        "“About aware?”, “Yes”: 20 points higher in the group “Nurse” than in “Porter”, worth a"
        " look and not a claim (60% and 40%; 97.5% interval of the difference: 12 to 28 points).",
    ]
    filed = [one for one in report(release)["comparisons"] if one["with"].startswith("group:")]
    assert [one["sentence"] for one in filed] == [change(one) for one in found]
    assert filed[1]["with"] == "group:job=nurse,porter"


def test_a_question_says_nothing_of_the_groups_that_it_makes_itself() -> None:
    job = (Headline(question="job", option="nurse"), *YES)
    asked = document().model_copy(update={"headlines": job})
    wave = make_wave(status="closed", version=publish(asked), sampling="probability")
    respond(wave, people("nurse", 150, 100) + people("porter", 100, 150))
    assert {one["question"] for one in told(estimate_wave(wave.pk))} == {"aware"}


def test_the_page_tells_what_stands_out_and_how_many_were_looked_through(client: Client) -> None:
    wave = closed_wave(
        people("nurse", 150, 100, sex="female") + people("porter", 100, 150, sex="male")
    )
    publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")
    sign_in(client, "leader")
    page = client.get(reverse("insights-questionnaire", args=["small-public"])).content.decode()
    assert "2 differences between two groups were looked through" in page
    assert "20 points higher in the group “Nurse” than in “Porter”" in page
    assert "Groups are not tested against each other here." in page  # of what is no headline


def test_where_nothing_stands_out_the_page_does_not_call_groups_alike(client: Client) -> None:
    wave = closed_wave(people("nurse", 100, 100) + people("porter", 100, 100))
    publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")
    sign_in(client, "leader")
    page = client.get(reverse("insights-questionnaire", args=["small-public"])).content.decode()
    assert "which does not show that the groups are alike" in page
    assert "in the group “Nurse”" not in page
