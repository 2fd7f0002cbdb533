"""Own answers beside figures: only what is published and shown, and never real beside simulated."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from surveys.fieldwork.models import User, Wave
from surveys.questionnaires.document import Document, Mirror
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.versions import frozen
from surveys.reports.estimating import estimate_wave
from surveys.reports.feedback import (
    Feedback,
    anything_published,
    feedback,
    latest_published,
    said,
)
from surveys.reports.models import ComparabilityOverride, Release
from surveys.reports.releases import publish_release
from tests.fieldwork.small import document as small
from tests.fieldwork.small import make_wave, publish
from tests.reports.demonstration import load_library
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db


def mirrored(audience: str, other: str, **mirror: Any) -> Document:
    """The small questionnaire, whose question "aware" the other audience is asked too."""
    asked = small(f"small-{audience}", audience)
    told = {"questionnaire": f"small-{other}", "question": "aware", **mirror}
    return changed(asked, "aware", mirror=Mirror(**told))


def changed(asked: Document, code: str, **fields: Any) -> Document:
    """The same document with one question changed."""
    plain = asked.model_dump(by_alias=True)
    for page in plain["pages"]:
        for question in page["questions"]:
            if question["code"] == code:
                question |= {
                    name: one.model_dump() if hasattr(one, "model_dump") else one
                    for name, one in fields.items()
                }
    return Document.model_validate(plain)


def told(slug: str, version: QuestionnaireVersion, yes: int, no: int, **fields: Any) -> Release:
    """A closed wave of which `yes` people are aware and `no` are not; not published yet."""
    answers = [{"aware": "yes", "before": 8}] * yes + [{"aware": "no", "before": 2}] * no
    return estimate_wave(filled(slug, version, answers, **fields).pk)


def filled(slug: str, version: QuestionnaireVersion, answers: Any, **fields: Any) -> Wave:
    wave = make_wave(slug, version=version, status="closed", **fields)
    respond(wave, answers)
    return wave


def published(release: Release) -> Release:
    return publish_release(release, by="Ada", reason="For a test.")


def beside(version: QuestionnaireVersion, answers: dict[str, Any]) -> list[Feedback]:
    asked = frozen(version.pk).document
    return feedback(asked, answers, latest_published(version.questionnaire, asked))


def shares(found: list[Feedback]) -> list[tuple[str, str, float]]:
    """Question, wave and value of every figure."""
    return [
        (one.question.code, figure.release.wave.slug, round(figure.value, 4))
        for one in found
        for standing in one.standings
        for figure in standing.figures
        if figure.release
    ]


@pytest.fixture
def version() -> QuestionnaireVersion:
    return publish(small("small-public"))


def test_a_provisional_figure_is_never_shown(version: QuestionnaireVersion) -> None:
    release = told("first", version, 300, 100)
    asked = frozen(version.pk).document
    assert beside(version, {"aware": "yes"}) == []
    assert not anything_published(version.questionnaire, asked)
    published(release)
    assert shares(beside(version, {"aware": "yes"})) == [("aware", "first", 0.75)]
    assert anything_published(version.questionnaire, asked)


def test_a_provisional_release_handed_in_by_mistake_shows_nothing(
    version: QuestionnaireVersion,
) -> None:
    release = told("first", version, 300, 100)
    assert feedback(frozen(version.pk).document, {"aware": "yes"}, [release]) == []


def test_a_superseded_figure_gives_way_to_the_one_that_took_its_place(
    version: QuestionnaireVersion,
) -> None:
    first = published(told("first", version, 300, 100))
    respond(first.wave, [{"aware": "no"}] * 200)
    published(estimate_wave(first.wave_id))
    first.refresh_from_db()
    assert first.state == Release.State.SUPERSEDED
    assert shares(beside(version, {"aware": "yes"})) == [("aware", "first", 0.5)]


def test_of_several_waves_the_latest_that_is_published_counts(
    version: QuestionnaireVersion,
) -> None:
    today = timezone.localdate()
    for slug, days, yes in (("old", 90, 100), ("new", 40, 200), ("newest", 20, 300)):
        release = told(slug, version, yes, 100, opens_on=today - datetime.timedelta(days))
        if slug != "newest":
            published(release)
    assert shares(beside(version, {"aware": "no"})) == [("aware", "new", 0.3333)]


def test_a_suppressed_figure_is_left_out_with_its_question(version: QuestionnaireVersion) -> None:
    few = [{"aware": "yes", "worries": ["jobs"]}] * 7
    wave = filled("first", version, [{"aware": "no", "before": 3}] * 300 + few)
    published(estimate_wave(wave.pk))
    found = beside(version, {"aware": "no", "worries": ["jobs"], "before": 3})
    assert {one.question.code for one in found} == {"aware", "before"}


def test_a_trial_run_is_never_a_result(version: QuestionnaireVersion) -> None:
    published(told("trial", version, 300, 100, kind="pilot"))
    assert beside(version, {"aware": "yes"}) == []
    assert not anything_published(version.questionnaire, frozen(version.pk).document)


def test_real_figures_and_simulated_ones_never_stand_together() -> None:
    public = publish(mirrored("public", "staff"))
    staff = publish(mirrored("staff", "public"))
    published(told("invented", staff, 200, 200, kind="simulated", sampling="invited"))
    simulated = beside(public, {"aware": "yes"})
    assert shares(simulated) == [("aware", "invented", 0.5)]
    published(told("real", public, 300, 100))
    assert shares(beside(public, {"aware": "yes"})) == [("aware", "real", 0.75)]


def test_the_other_audience_stands_beside_by_the_codes_that_go_together() -> None:
    public = publish(mirrored("public", "staff", options={"yes": "indeed", "no": "not_so"}))
    asked = changed(
        mirrored("staff", "public", options={"indeed": "yes", "not_so": "no"}),
        "aware",
        text="Are you, at work, aware?",
        options=[{"code": "indeed", "text": "Yes"}, {"code": "not_so", "text": "No"}],
    )
    wave = filled(
        "staff",
        publish(asked),
        [{"aware": "indeed"}] * 80 + [{"aware": "not_so"}] * 20,
        sampling="invited",
    )
    published(estimate_wave(wave.pk))
    (found,) = beside(public, {"aware": "yes"})
    assert shares([found]) == [("aware", "staff", 0.8)]
    assert [one.question for one in found.reworded] == ["aware"]


def test_what_somebody_signed_for_not_to_be_shown_together_is_left_out() -> None:
    public = publish(mirrored("public", "staff"))
    staff = publish(mirrored("staff", "public"))
    mine = published(told("ours", public, 300, 100))
    published(told("theirs", staff, 200, 200, sampling="invited"))
    assert len(shares(beside(public, {"aware": "yes"}))) == 2
    ComparabilityOverride.objects.create(
        wave=mine.wave,
        question="aware",
        source="mirror:theirs",
        found="beside",
        verdict="break",
        reason="They understood it otherwise.",
        signed_by=User.objects.create_user("ada@example.org"),
    )
    assert shares(beside(public, {"aware": "yes"})) == [("aware", "ours", 0.75)]


def sign_break(wave: Wave, source: str, question: str = "aware") -> None:
    ComparabilityOverride.objects.create(
        wave=wave,
        question=question,
        source=source,
        found="beside",
        verdict="break",
        reason="They understood it otherwise.",
        signed_by=User.objects.create_user("ada@example.org"),
    )


def test_so_is_an_earlier_wave_that_the_open_one_may_not_stand_beside() -> None:
    version = publish(small("small-public"))
    published(told("first", version, 300, 100))
    sign_break(make_wave("second", version=version), "wave:first")
    assert shares(beside(version, {"aware": "yes"})) == []


def test_so_is_the_other_audience_where_it_was_signed_for_on_its_side() -> None:
    public = publish(mirrored("public", "staff"))
    staff = publish(mirrored("staff", "public"))
    published(told("ours", public, 300, 100))
    theirs = published(told("theirs", staff, 200, 200, sampling="invited"))
    sign_break(theirs.wave, "mirror:ours")
    assert shares(beside(public, {"aware": "yes"})) == [("aware", "ours", 0.75)]


def test_so_is_the_baseline_for_an_open_wave() -> None:
    load_library()
    version = QuestionnaireVersion.objects.filter(questionnaire__audience="public").get()
    code, option = next(
        (question.code, option.code)
        for question in frozen(version.pk).document.questions.values()
        for option in getattr(question, "options", ())
        if beside(version, {question.code: option.code})
    )
    answers = {code: option}
    assert beside(version, answers)
    sign_break(make_wave("open", version=version), "survey:hf-yougov-2020", code)
    assert beside(version, answers) == []


def test_an_earlier_version_counts_where_it_asked_the_same() -> None:
    first = publish(small("small-public"))
    published(told("first", first, 300, 100))
    reworded = publish(changed(small("small-public"), "aware", text="Did you know?"))
    (found,) = beside(reworded, {"aware": "yes"})
    assert shares([found]) == [("aware", "first", 0.75)]
    assert len(found.reworded) == 1
    options = [{"code": "yes", "text": "Yes, and I like it"}, {"code": "no", "text": "No"}]
    relabelled = publish(changed(small("small-public"), "aware", options=options))
    assert beside(relabelled, {"aware": "yes"}) == []
    assert len(shares(beside(relabelled, {"aware": "no"}))) == 1


def test_a_net_that_counts_other_answers_now_is_left_out() -> None:
    people = [{"aware": "yes", "worries": ["jobs"]}] * 200 + [{"aware": "yes", "worries": []}] * 200
    scale = {"nets": [{"code": "high", "text": "High", "options": ["8", "9", "10"]}]}
    first = publish(changed(small("small-public"), "before", **scale))
    wave = filled("first", first, [{"aware": "no", "before": 9}] * 300 + people)
    published(estimate_wave(wave.pk))
    (found,) = beside(first, {"before": 9})
    assert [one.measure.option for one in found.standings] == ["", "high"]
    other = {"nets": [{"code": "high", "text": "High", "options": ["9", "10"]}]}
    second = publish(changed(small("small-public"), "before", **other))
    (found,) = beside(second, {"before": 9})
    assert [one.measure.option for one in found.standings] == [""]


def test_an_answer_counts_in_itself_and_in_what_is_counted_together() -> None:
    load_library()
    asked = frozen(QuestionnaireVersion.objects.get(document__audience="public").pk).document
    named = [
        (said(asked.questions[code], answer))
        for code, answer in (
            ("more_or_less", "a_little_more"),
            ("more_or_less", "dont_know"),
            ("biggest_risks", ["jobs_lost", "data_misused"]),
            ("confidence_before", 7),
            ("confidence_before", "dont_know"),
        )
    ]
    assert [[one.option for one in measures] for measures in named] == [
        ["a_little_more", "more"],
        ["dont_know"],
        ["data_misused", "jobs_lost"],
        [""],
        [""],
    ]


def test_the_baseline_stands_beside_an_answer_although_no_wave_is_published() -> None:
    load_library()
    version = QuestionnaireVersion.objects.get(questionnaire__slug="public-confidence")
    assert anything_published(version.questionnaire, frozen(version.pk).document)
    answers = {
        "more_or_less": "much_more",
        "biggest_risks": ["jobs_lost", "health_care_becoming_more_impersonal_with_less_h"],
        "support_ai_care": "tend_to_support",  # others published figures, but not in 2020
    }
    found = beside(version, answers)
    # surveys/reports/library/published_estimates.csv: 36% more, 45% impersonal.
    assert [
        (one.question.code, standing.measure.option[:4], figure.value)
        for one in found
        for standing in one.standings
        for figure in standing.figures
    ] == [("more_or_less", "more", 0.36), ("biggest_risks", "heal", 0.45)]
    printed = found[0].standings[0].figures[0].printed
    assert printed is not None
    assert (printed.survey.audience, printed.survey.slug) == ("public", "hf-yougov-2020")


def test_it_takes_the_same_queries_for_one_answer_or_many(
    version: QuestionnaireVersion, django_assert_num_queries: Any
) -> None:
    asked = frozen(version.pk).document
    published(told("first", version, 300, 100))
    for answers in ({"aware": "yes"}, {"aware": "yes", "before": 7, "after": 3, "years": 9}):
        with django_assert_num_queries(4):
            found = feedback(asked, answers, latest_published(version.questionnaire, asked))
        assert found
