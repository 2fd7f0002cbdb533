"""Our figures beside others: what is tested with what, and what is never tested."""

import csv
import io
import json
import math
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from scipy import stats

from surveys.questionnaires.versions import frozen
from surveys.reports.comparisons import compare
from surveys.reports.exporting import report
from surveys.reports.gaps import Comparison
from surveys.reports.items import measures
from surveys.reports.models import Estimate, PublishedEstimate, Release
from surveys.reports.report_tables import comparisons_table, estimates_table
from surveys.reports.series import earlier_release, mirror_releases
from surveys.reports.words import change
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.series import aware, robots, two_waves

pytestmark = pytest.mark.django_db


def by_measure(releases: tuple[Release, Release]) -> dict[tuple[str, str], Comparison]:
    earlier, later = releases
    return {(one.question, one.option): one for one in compare(later, earlier)}


def test_declared_measures_are_one_family_and_all_else_is_a_screening() -> None:
    before, after = aware(150, 250) + robots(60, 60), aware(210, 190) + robots(62, 58)
    found = by_measure(two_waves(before, after))
    claimed, like, no = (
        found[key].outcome for key in (("aware", "yes"), ("robots", "like"), ("aware", "no"))
    )
    assert claimed is not None
    assert like is not None
    assert no is not None
    assert [one.family for one in (claimed, like, no)] == ["headline", "headline", "screening"]
    # Nobody answered about worries: the third declared measure has no figure to test.
    assert claimed.size == like.size == 2
    # By hand, from the estimates: z of the difference, Holm's factor 2 for the smaller p-value.
    rows = Estimate.objects.filter(question="aware", option="yes", segment="").order_by("release")
    one, two = rows
    error = math.hypot(one.standard_error, two.standard_error)
    p = 2 * stats.norm.sf(abs(two.estimate - one.estimate) / error)
    assert claimed.p_value == pytest.approx(p, rel=1e-9)
    assert claimed.adjusted_p_value == pytest.approx(2 * p, rel=1e-9)
    assert claimed.level == pytest.approx(0.975)
    # 80% power at that level: z of .9875 plus z of .8.
    seen = (stats.norm.ppf(0.9875) + stats.norm.ppf(0.8)) * error
    assert claimed.detectable == pytest.approx(seen, rel=1e-9)
    assert claimed.claim
    assert not claimed.worth_a_look
    assert no.worth_a_look
    assert not no.claim
    # Second in Holm's order and not found: its interval has the level of its own step, 1 - .05/1.
    assert not like.found
    assert like.level == pytest.approx(0.95)


def test_a_low_base_is_shown_and_is_in_no_family() -> None:
    before, after = aware(150, 150) + robots(40, 40), aware(160, 140) + robots(60, 20)
    found = by_measure(two_waves(before, after))
    assert found["robots", "like"].low_base
    assert found["robots", "like"].outcome is None
    assert "too few people answered" in change(found["robots", "like"])
    first = found["aware", "yes"].outcome
    assert first is not None
    assert first.size == 1


def test_nothing_is_tested_while_a_wave_is_open() -> None:
    found = by_measure(two_waves(aware(150, 250), aware(250, 150), status="open"))
    assert found
    for one in found.values():
        assert one.outcome is None
        assert one.interval is None
        assert "nothing is tested while a wave is open" in change(one)


def test_a_hidden_figure_leaves_a_sentence_and_no_number() -> None:
    found = by_measure(two_waves(aware(150, 250) + robots(4, 4), aware(250, 150) + robots(90, 90)))
    one = found["robots", "like"]
    assert one.their_estimate is None
    assert one.difference is None
    assert one.composition is None
    assert one.outcome is None
    assert change(one).endswith("cannot be compared with First, because the figure then is hidden.")


def test_an_answer_that_everybody_or_nobody_gave_is_not_tested() -> None:
    found = by_measure(two_waves(aware(0, 400), aware(100, 300)))
    assert found["aware", "yes"].outcome is None
    assert "not tested, because everybody or nobody" in change(found["aware", "yes"])


def test_a_wave_of_another_sampling_is_beside_and_makes_no_claim() -> None:
    earlier, later = two_waves(aware(150, 250), aware(250, 150))
    earlier.wave.sampling = "panel"
    (one,) = [c for c in compare(later, earlier) if (c.question, c.option) == ("aware", "yes")]
    assert one.judgement.verdict == "beside"
    assert one.outcome is None
    level, lower, upper = one.interval or (0.0, 0.0, 0.0)
    assert (level, lower > 0, upper > lower) == (0.95, True, True)


def test_what_does_not_compare_is_told_with_its_reason_and_without_figures() -> None:
    earlier, later = two_waves(aware(150, 250), aware(250, 150))
    earlier.wave.kind = "simulated"
    (one,) = [c for c in compare(later, earlier) if (c.question, c.option) == ("aware", "yes")]
    assert (one.estimate, one.their_estimate, one.difference) == (None, None, None)
    assert "not compared with First, because one of the two waves is simulated" in change(one)


def test_an_open_link_is_told_as_conditional() -> None:
    found = by_measure(two_waves(aware(150, 250), aware(250, 150), sampling="open"))
    text = change(found["aware", "yes"])
    assert "among those who answered, if they are the same kinds of people." in text


def test_the_parts_of_a_gap_are_those_of_the_stored_figures(releases: list[Release]) -> None:
    earlier, later = releases
    (one,) = [
        c
        for c in compare(later, earlier)
        if (c.with_, c.question, c.option) == ("wave:public-1", "more_or_less", "more")
    ]
    rows = [
        release.estimates.get(question="more_or_less", option="more", segment="")
        for release in releases
    ]
    assert one.composition is not None
    unweighted = rows[1].unweighted - rows[0].unweighted
    assert one.composition.unweighted == pytest.approx(unweighted, abs=1e-15)
    assert one.composition.weighted == pytest.approx(one.difference, abs=1e-15)
    taken = unweighted - (rows[1].estimate - rows[0].estimate)
    assert one.composition.taken_by_weighting == pytest.approx(taken, abs=1e-15)


def test_json_and_csv_say_the_same_sentences(releases: list[Release]) -> None:
    earlier, later = releases
    said = [change(one) for one in compare(later, earlier)]
    content = report(later, [earlier])["comparisons"]
    rows = list(csv.DictReader(io.StringIO(comparisons_table(later, earlier))))
    assert [one["sentence"] for one in content] == said
    assert [row["sentence"] for row in rows] == said
    assert {row["notice"] for row in rows} == {"Simulated answers"}
    assert set(rows[0]) == {"wave", "release", "notice", *content[0]}
    assert json.dumps(content, allow_nan=False)


def figures_as_csv(*given: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(estimates_table(*given))))


def test_each_estimate_of_a_csv_tells_the_verdicts_that_json_tells(
    releases: list[Release],
) -> None:
    earlier, later = releases
    simulated_wave("staff", 2)
    mirrors = mirror_releases(later, provisional=False)
    content = report(later, [earlier], mirrors)["comparisons"]
    told = {"wave": 0, "survey": 0, "mirror": 0}
    for row in figures_as_csv(later, earlier, mirrors):
        for kind in told:
            expected = dict.fromkeys(
                (one["with"], one["verdict"])
                for one in content
                if (one["question"], one["option"] or "") == (row["question"], row["option"])
                and one["with"].startswith(f"{kind}:")
                and not row["segment"]
            )
            assert row[f"with_{kind}"] == " | ".join(source for source, _ in expected)
            assert row[f"verdict_{kind}"] == " | ".join(verdict for _, verdict in expected)
            told[kind] += len(expected)
    assert min(told.values()) > 10


def test_an_estimate_tells_how_far_it_compares_with_the_wave_before_and_the_baseline(
    releases: list[Release],
) -> None:
    # Both waves ask the same document; of the wording of 2020 only a paraphrase is known.
    (more,) = [
        row
        for row in figures_as_csv(*reversed(releases))
        if (row["question"], row["option"], row["segment"]) == ("more_or_less", "more", "")
    ]
    assert (more["with_wave"], more["verdict_wave"]) == ("wave:public-1", "same")
    assert (more["with_survey"], more["verdict_survey"]) == ("survey:hf-yougov-2020", "beside")
    assert (more["with_mirror"], more["verdict_mirror"]) == ("", "")
    first = figures_as_csv(releases[0])
    assert {row["with_wave"] for row in first} == {""}
    assert "beside" in {row["verdict_survey"] for row in first}


def test_an_estimate_says_that_it_is_not_to_be_compared() -> None:
    # A simulated wave beside a real one: nobody real answered it.
    earlier, later = two_waves(aware(150, 250), aware(250, 150))
    earlier.wave.kind = "simulated"
    (row,) = [
        row
        for row in figures_as_csv(later, earlier)
        if (row["option"], row["segment"]) == ("yes", "")
    ]
    assert (row["with_wave"], row["verdict_wave"]) == ("wave:first", "break")


def test_the_command_writes_one_table_and_refuses_to_guess(
    releases: list[Release], capsys: pytest.CaptureFixture[str]
) -> None:
    earlier, later = releases
    call_command("export_report", "public-2", format="csv")
    assert capsys.readouterr().out.replace("\r\n", "\n") == estimates_table(later, earlier).replace(
        "\r\n", "\n"
    )
    call_command("export_report", "public-2", format="csv", table="comparisons")
    assert capsys.readouterr().out.replace("\r\n", "\n") == comparisons_table(
        later, earlier
    ).replace("\r\n", "\n")
    with pytest.raises(CommandError, match="leave --table out"):
        call_command("export_report", "public-2", table="comparisons")


def test_the_wave_before_is_the_last_one_that_has_figures() -> None:
    earlier, later = two_waves(aware(150, 250), aware(250, 150))
    assert earlier_release(later.wave, provisional=True) == earlier
    assert earlier_release(earlier.wave, provisional=True) is None
    earlier.problem = "The margins cannot be met."
    earlier.save()
    assert earlier_release(later.wave, provisional=True) is None


def test_the_baseline_of_2020_enters_with_its_base_design_effect_and_rounding(
    releases: list[Release],
) -> None:
    found = compare(releases[1], releases[0])
    (one,) = [c for c in found if (c.with_, c.option) == ("survey:hf-yougov-2020", "more")]
    mine = Estimate.objects.get(
        release=releases[1], question="more_or_less", option="more", segment=""
    )

    # Statistics, "Differences": V + deff p(1-p)/n + r^2/12 with deff 1.5 assumed, n 4,326, r .01.
    def error(design_effect: float) -> float:
        spread = design_effect * 0.36 * 0.64 / 4326
        return math.sqrt(mine.standard_error**2 + spread + 0.01**2 / 12)

    assert one.standard_error == pytest.approx(error(1.5), rel=1e-10)
    assert one.print is not None
    assert one.print.errors_at == pytest.approx((error(1), error(2)), rel=1e-10)
    assert one.difference == pytest.approx(mine.estimate - 0.36, rel=1e-12)
    assert one.judgement.verdict == "beside"
    assert one.wording == "paraphrase"
    assert "an assumed design effect of 1.5 for theirs" in change(one)
    assert "rounded to a whole per cent" in change(one)


def test_a_published_figure_without_a_base_is_shown_and_not_tested() -> None:
    load_library()
    found = compare(simulated_wave("staff", 1))
    robots = [one for one in found if one.option == "robotic_carers_and_assistants"]
    assert PublishedEstimate.objects.get(option="robotic_carers_and_assistants").base is None
    assert [(one.standard_error, one.outcome) for one in robots] == [(None, None)]
    assert "their base is not published" in change(robots[0])


def test_the_public_stand_beside_staff_with_the_error_of_two_samples(
    releases: list[Release],
) -> None:
    staff = simulated_wave("staff", 2)
    found = {}
    for here, there in ((releases[1], staff), (staff, releases[1])):
        mirrors = mirror_releases(here, provisional=False)
        assert mirrors == {there.wave.questionnaire.slug: there}
        for one in compare(here, mirrors=mirrors):
            if one.relation == "mirror":
                assert one.with_ == f"mirror:{there.wave.slug}"
                assert (one.judgement.verdict, one.outcome, one.wording) == ("beside", None, None)
                found[here.wave.slug, one.question, one.option] = one
    question = "support_ai_care"
    mine, their = (
        Estimate.objects.get(release=one, question=question, option="support", segment="")
        for one in (releases[1], staff)
    )
    ours = found["public-2", question, "support"]
    assert ours.difference == pytest.approx(mine.estimate - their.estimate, rel=1e-12)
    # Statistics, "Differences": independent samples, V1 + V2.
    error = math.sqrt(mine.standard_error**2 + their.standard_error**2)
    assert ours.standard_error == pytest.approx(error, rel=1e-12)
    # From the staff's side it is the same gap, the other way round.
    back = found["staff-2", question, "support"]
    assert (back.difference, back.standard_error) == pytest.approx((-ours.difference, error))


def test_an_option_that_only_one_audience_was_asked_stands_beside_nothing(
    releases: list[Release],
) -> None:
    staff = simulated_wave("staff", 2)
    mirrors = mirror_releases(releases[1], provisional=False)
    ours = [one for one in compare(releases[1], mirrors=mirrors) if one.relation == "mirror"]
    asked = frozen(staff.wave.version_id).document.questions
    document = frozen(releases[1].wave.version_id).document
    assert ours
    for one in ours:
        mirror = document.questions[one.question].mirror
        assert mirror is not None
        theirs = {measure.option for measure in measures(asked[mirror.question])}
        assert mirror.theirs(one.option) in theirs


def test_a_wave_that_is_open_beside_the_other_audience_has_no_error_yet(
    releases: list[Release],
) -> None:
    staff = simulated_wave("staff", 2)
    releases[1].wave.status = "open"
    mirrors = {staff.wave.questionnaire.slug: staff}
    found = [one for one in compare(releases[1], mirrors=mirrors) if one.relation == "mirror"]
    assert found
    for one in found:
        assert one.standard_error is None
        if one.difference is not None:
            assert "nothing is tested while a wave is open" in change(one)
