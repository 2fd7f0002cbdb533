"""Trends, charts and files: what a leader reads is what was estimated."""

import csv
import io
import itertools
import json
from pathlib import Path

import pandas as pd
import pytest

from surveys.fieldwork.models import Wave
from surveys.reports.charts import LABEL_GAP, NARROW, trend_chart
from surveys.reports.comparisons import compare
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.report_tables import estimates_table, inert
from surveys.reports.series import releases_of
from surveys.reports.trends import trends
from tests.fieldwork.small import make_wave
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db
FORMAT = Path(__file__).parents[2] / "docs" / "report-format.md"


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
    assert estimate_wave(live.pk).problem  # nobody has answered: it takes no place yet
    early = releases_of(questionnaire, provisional=True)
    assert [r.wave.slug for r in early] == ["public-1", "public-2"]
    respond(live, [{"age": "25_34", "more_or_less": "much_more", "technology": "vha"}] * 60)
    estimate_wave(live.pk)
    mixed = releases_of(questionnaire, provisional=True)
    assert [r.wave.slug for r in mixed] == ["live"]


def test_trends_take_the_same_few_queries_for_any_number_of_answers(
    releases, django_assert_num_queries
):
    questionnaire = releases[0].wave.questionnaire
    with django_assert_num_queries(10):
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
    content = json.loads(json.dumps(report(releases[1], releases[:1]), allow_nan=False))
    assert content["wave"]["simulated"] is True
    assert content["wave"]["notice"] == "Simulated answers"
    tables = ["estimates", "comparisons", "over_waves", "ledger"]
    assert list(content) == ["wave", "release", *tables]
    assert set(content["estimates"][0]) == {
        *("question", "option", "segment", "value", "statistic", "estimate", "standard_error"),
        *("unweighted", "lower", "upper", "base", "effective_base", "suppressed"),
    }
    assert set(content["comparisons"][0]) == {
        *("question", "option", "with", "sentence", "estimate", "their_estimate", "difference"),
        *("base", "their_base", "standard_error", "lower", "upper", "level", "wording", "verdict"),
        *("family", "family_size", "p_value", "adjusted_p_value", "claim", "worth_a_look"),
        *("minimum_detectable", "unweighted_difference", "taken_by_weighting", "who_answered"),
        *("design_effect", "design_effect_assumed", "standard_error_at_1", "standard_error_at_2"),
    }
    assert set(content["ledger"][0]) == {
        *("question", "answers", "with", "label", "verdict", "reasons", "notes", "override"),
    }
    assert any("Another time of the year" in str(one["notes"]) for one in content["ledger"])
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
                yield from keys(inner if key != "rounded" else None)  # its keys are questions
        elif isinstance(value, list) and value:
            yield from keys(value[0])

    missing = {key for key in keys(report(releases[1], releases[:1])) if f"`{key}`" not in text}
    assert not missing


def test_a_share_goes_through_json_without_losing_a_digit(releases):
    content = json.loads(json.dumps(report(releases[1])))
    stored = list(releases[1].estimates.order_by("id").values_list("estimate", flat=True))
    assert [row["estimate"] for row in content["estimates"]] == stored


def test_the_csv_says_that_answers_are_simulated_in_every_row(releases):
    rows = list(csv.DictReader(io.StringIO(estimates_table(releases[1], question="more_or_less"))))
    assert {row["notice"] for row in rows} == {"Simulated answers"}
    assert {row["question"] for row in rows} == {"more_or_less"}


def test_a_formula_in_a_text_is_inert_in_a_spreadsheet():
    texts = ["=1+1", "+x", "-x", "@x", "\tx", "fine"]
    frame = pd.DataFrame({"text": texts, "n": [-1, 2, 3, 4, 5, 6]})
    made = inert(frame)
    assert list(made["text"]) == ["'=1+1", "'+x", "'-x", "'@x", "'\tx", "fine"]
    assert list(made["n"]) == [-1, 2, 3, 4, 5, 6]
