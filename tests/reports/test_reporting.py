"""Comparisons, words, trends, charts and files: what a leader reads is what was estimated."""

import csv
import io
import itertools
import json
from pathlib import Path

import pandas as pd
import pytest

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement
from surveys.reports.charts import LABEL_GAP, NARROW, trend_chart
from surveys.reports.comparisons import Comparison, compare
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import inert, report, table
from surveys.reports.models import Estimate, PublishedEstimate
from surveys.reports.series import releases_of
from surveys.reports.trends import trends
from surveys.reports.words import change
from tests.fieldwork.small import make_wave
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db
FORMAT = Path(__file__).parents[2] / "docs" / "report-format.md"


@pytest.fixture
def releases():
    load_library()
    return [simulated_wave("public", 1), simulated_wave("public", 2)]


def gap(**fields) -> Comparison:
    given = {
        "question": "q",
        "option": "o",
        "with_": "wave:w",
        "label": "spring 2026",
        "year": "2026",
        "estimate": 0.42,
        "their_estimate": 0.36,
        "difference": 0.06,
        "standard_error": 0.015,
        "lower": 0.03,
        "upper": 0.09,
        "wording": "same",
        "judgement": Judgement("same", ()),
        "low_base": False,
    }
    return Comparison(**{**given, **fields})


def test_a_change_is_told_with_its_range():
    assert change(gap()) == (
        "Up 6 points since spring 2026, from 36% to 42%. Chance alone would rarely do this: the"
        " change is likely to be between 3 and 9 points."
    )
    down = change(gap(difference=-0.06, lower=-0.09, upper=-0.03, estimate=0.30))
    assert down.startswith("Down 6 points since spring 2026, from 36% to 30%.")
    assert "between 3 and 9 points" in down


def test_no_change_says_what_could_have_been_seen():
    # 2.80 standard errors at 80% power and 5%, two-sided: 2.80 x 1.5 points is 4.
    text = change(gap(estimate=0.37, difference=0.01, lower=-0.02, upper=0.04))
    assert text == (
        "No detectable change since spring 2026: 36% then, 37% now."
        " We could have seen a change of 4 points."
    )


def test_whole_figures_that_would_contradict_each_other_get_a_decimal() -> None:
    text = change(
        gap(estimate=0.6162, their_estimate=0.5844, difference=0.0318, lower=0.003, upper=0.0606)
    )
    assert text.startswith("Up 3.2 points since")
    assert "from 58.4% to 61.6%" in text
    assert "between 0.3 and 6.1 points" in text


def test_a_change_that_barely_is_one_is_not_said_to_begin_at_nought() -> None:
    text = change(
        gap(estimate=0.617, their_estimate=0.584, difference=0.033, lower=0.0003, upper=0.065)
    )
    assert text.endswith("likely to be at most 6.5 points, and may be next to nothing.")
    assert "0.0" not in text


def test_a_mean_is_told_on_its_own_scale() -> None:
    mean = {"option": "", "estimate": 5.51, "their_estimate": 5.12, "difference": 0.39}
    text = change(gap(**mean, lower=0.21, upper=0.57, standard_error=0.09))
    assert text.startswith("Up 0.4 since")
    assert "from 5.1 to 5.5" in text
    assert "between 0.2 and 0.6." in text
    assert "%" not in text
    assert "point" not in text


def test_what_is_only_beside_is_never_called_a_change():
    doubt = Judgement("beside", ("The wording is not published.", "Two.", "Three."))
    text = change(gap(judgement=doubt, with_="survey:s", label="YouGov", year="2020"))
    assert text == (
        "42% now, beside 36% (YouGov, 2020): 6 points higher. This may not be change. The wording"
        " is not published. There are 2 more reasons below. Sampling alone could explain a gap of 3"
        " points."
    )
    assert not gap(judgement=doubt).tested


def test_a_gap_to_a_figure_without_a_base_is_not_tested():
    without = gap(standard_error=None, lower=None, upper=None)
    assert not without.tested
    assert "base is not published" in change(without)


def test_the_baseline_of_2020_enters_with_its_base_design_effect_and_rounding(releases):
    found = compare(releases[1], releases[0])
    (one,) = [c for c in found if (c.with_, c.option) == ("survey:hf-yougov-2020", "more")]
    mine = Estimate.objects.get(
        release=releases[1], question="more_or_less", option="more", segment=""
    )
    # Statistics, "Differences": V + deff p(1-p)/n + r^2/12 with deff 1.5 assumed, n 4,326, r .01.
    variance = mine.standard_error**2 + 1.5 * 0.36 * 0.64 / 4326 + 0.01**2 / 12
    assert one.standard_error == pytest.approx(variance**0.5, rel=1e-10)
    assert one.difference == pytest.approx(mine.estimate - 0.36, rel=1e-12)
    assert one.judgement.verdict == "beside"
    assert one.wording == "paraphrase"


def test_a_published_figure_without_a_base_is_shown_and_not_tested():
    load_library()
    found = compare(simulated_wave("staff", 1))
    robots = [c for c in found if c.option == "robotic_carers_and_assistants"]
    assert PublishedEstimate.objects.get(option="robotic_carers_and_assistants").base is None
    assert [(c.standard_error, c.tested) for c in robots] == [(None, False)]


def test_every_link_of_the_library_is_compared(releases):
    compared = {(c.with_, c.question) for c in compare(releases[1])}
    for expected in (
        ("survey:hf-yougov-2020", "biggest_risks"),
        ("survey:hf-2024", "support_ai_admin"),
        ("survey:hf-2025", "ai_quality"),
        ("survey:ipsos-kp-2023", "knowledge_of_ai"),
        ("survey:ada-turing-2022", "ada_comfort"),
    ):
        assert expected in compared


def test_real_and_simulated_waves_are_never_on_one_line(releases):
    live = make_wave("live", version=releases[0].wave.version, status="closed")
    questionnaire = live.questionnaire
    assert [r.wave.slug for r in releases_of(questionnaire, provisional=False)] == [
        "public-1",
        "public-2",
    ]
    respond(live, [{"age": "25_34", "more_or_less": "much_more", "technology": "vha"}] * 60)
    estimate_wave(live.pk)
    mixed = releases_of(questionnaire, provisional=True)
    assert [r.wave.slug for r in mixed] == ["live"]


def test_trends_take_the_same_few_queries_for_any_number_of_answers(
    releases, django_assert_num_queries
):
    questionnaire = releases[0].wave.questionnaire
    with django_assert_num_queries(9):
        found = trends(releases_of(questionnaire, provisional=False))
    assert len(found) > 15


def test_a_chart_stays_inside_its_frame_and_its_labels_do_not_touch(releases):
    for trend in trends(releases_of(releases[0].wave.questionnaire, provisional=False)):
        chart = trend_chart(trend)
        assert chart.simulated
        labels = sorted(line.label_y for line in chart.lines)
        assert all(b - a >= LABEL_GAP - 0.01 for a, b in itertools.pairwise(labels))
        for line in chart.lines:
            assert 0 <= line.label_y <= chart.height
            for mark in line.marks:
                assert chart.top <= mark.top <= mark.y <= mark.bottom <= chart.bottom
                assert chart.left <= mark.x <= chart.right


def test_on_a_phone_the_labels_stand_below_the_axis_one_under_the_other(releases):
    for trend in trends(releases_of(releases[0].wave.questionnaire, provisional=False)):
        chart = trend_chart(trend, NARROW)
        assert chart.right < chart.width <= 320
        above = chart.bottom + 22  # the times
        for line in chart.lines:
            assert line.key
            assert line.label_y - 12 > above
            assert len(max(line.label, key=len)) * 7.2 < chart.width - line.label_x
            above = line.label_y + 15 * (len(line.label) - 1)
            assert above + 4 <= chart.height
            for mark in line.marks:
                assert chart.left <= mark.x <= chart.right


def test_every_chart_says_when_its_figures_are_from(releases):
    for trend in trends(releases_of(releases[0].wave.questionnaire, provisional=False)):
        for chart in (trend_chart(trend), trend_chart(trend, NARROW)):
            assert len(chart.across) >= 2
            assert all(chart.left <= tick.at <= chart.right for tick in chart.across)


def test_points_are_joined_only_where_waves_compare(releases):
    Wave.objects.filter(pk=releases[1].wave_id).update(tally_revision=0)
    Wave.objects.filter(pk=releases[1].wave_id).update(sampling="panel")
    shown = releases_of(releases[0].wave.questionnaire, provisional=False)
    (trend,) = [one for one in trends(shown) if one.question.code == "more_or_less"]
    assert all(not line.segments for line in trend_chart(trend).lines)


def test_the_report_has_exactly_the_keys_that_are_promised(releases):
    content = json.loads(json.dumps(report(releases[1], releases[0]), allow_nan=False))
    assert content["wave"]["simulated"] is True
    assert content["wave"]["notice"] == "Simulated answers"
    assert list(content) == ["wave", "release", "estimates", "comparisons", "ledger"]
    assert set(content["estimates"][0]) == {
        *("question", "option", "segment", "value", "statistic", "estimate", "standard_error"),
        *("unweighted", "lower", "upper", "base", "effective_base", "suppressed"),
    }
    assert set(content["comparisons"][0]) == {
        *("question", "option", "with", "estimate", "their_estimate", "difference"),
        *("standard_error", "lower", "upper", "wording", "verdict"),
    }
    hidden = [row for row in content["estimates"] if row["suppressed"]]
    assert hidden
    for row in hidden:
        numbers = ("estimate", "unweighted", "standard_error", "lower", "upper")
        numbers += ("base", "effective_base")
        assert {row[name] for name in numbers} == {None}


def test_every_key_of_the_report_is_documented(releases):
    text = FORMAT.read_text()

    def keys(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list) and value:
            yield from keys(value[0])

    missing = {key for key in keys(report(releases[1], releases[0])) if f"`{key}`" not in text}
    assert not missing


def test_a_share_goes_through_json_without_losing_a_digit(releases):
    content = json.loads(json.dumps(report(releases[1])))
    stored = list(releases[1].estimates.order_by("id").values_list("estimate", flat=True))
    assert [row["estimate"] for row in content["estimates"]] == stored


def test_the_csv_says_that_answers_are_simulated_in_every_row(releases):
    rows = list(csv.DictReader(io.StringIO(table(releases[1], "more_or_less"))))
    assert {row["notice"] for row in rows} == {"Simulated answers"}
    assert {row["question"] for row in rows} == {"more_or_less"}


def test_a_formula_in_a_text_is_inert_in_a_spreadsheet():
    texts = ["=1+1", "+x", "-x", "@x", "\tx", "fine"]
    frame = pd.DataFrame({"text": texts, "n": [-1, 2, 3, 4, 5, 6]})
    made = inert(frame)
    assert list(made["text"]) == ["'=1+1", "'+x", "'-x", "'@x", "'\tx", "fine"]
    assert list(made["n"]) == [-1, 2, 3, 4, 5, 6]
