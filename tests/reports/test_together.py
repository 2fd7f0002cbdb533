"""What is a break is not shown together: neither on a chart, nor in its words, nor in a table."""

from typing import Any

import pytest
from django.test import Client

from surveys.fieldwork.models import User, Wave
from surveys.questionnaires.document import Document
from surveys.reports.charts import NARROW, trend_chart
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import ComparabilityOverride, Release
from surveys.reports.over_waves import over_waves
from surveys.reports.releases import publish_release
from surveys.reports.report_tables import comparisons_table
from surveys.reports.series import releases_of
from surveys.reports.trends import Trend, trends
from surveys.web.insights.presenters import QuestionCard, question_card
from tests.fieldwork.small import document, publish
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.series import aware, wave
from tests.reports.test_estimating import respond
from tests.reports.test_feedback import changed

pytestmark = pytest.mark.django_db
AWARE = ((300, 100), (200, 200), (100, 300))  # of three waves, who said yes and who no: 75, 50, 25%
TITLES = ("first", "second", "third")


def three_waves(*documents: Document) -> list[Release]:
    """Published waves, each of the questionnaire in its place, or the last that is given."""
    made = []
    for place, (slug, counts) in enumerate(zip(TITLES, AWARE, strict=True)):
        version = publish(documents[min(place, len(documents) - 1)])
        one = wave(slug, version, 90 - 30 * place, status="closed")
        respond(one, aware(*counts, before=9))
        made.append(publish_release(estimate_wave(one.pk), by="Ada", reason="For a test."))
    return made


def sign_break(later: Wave, source: str, question: str = "aware") -> None:
    ComparabilityOverride.objects.create(
        wave=later,
        question=question,
        source=source,
        found="same",
        verdict="break",
        reason="They understood it otherwise.",
        signed_by=User.objects.create_user("ada@example.org"),
    )


def trend_of(releases: list[Release], code: str = "aware") -> Trend:
    shown = releases_of(releases[-1].wave.questionnaire, provisional=False)
    return next(one for one in trends(shown) if one.question.code == code)


def card_of(releases: list[Release]) -> QuestionCard:
    shown = releases_of(releases[-1].wave.questionnaire, provisional=False)
    return question_card(trend_of(releases), shown)


def drawn(trend: Trend) -> list[str]:
    """What the chart says of the first series: the marks' own words, and the description's."""
    charts = trend_chart(trend), trend_chart(trend, NARROW)
    assert len({one.description for one in charts}) == 1
    marks = [[mark.text for mark in one.lines[0].marks] for one in charts]
    assert marks[0] == marks[1]
    return [charts[0].description, *marks[0]]


def titles(releases: list[Release]) -> list[str]:
    return [one.wave.title for one in releases]


def turned_round() -> Document:
    """The same codes, with the labels of "yes" and "no" exchanged."""
    options = [{"code": "yes", "text": "No"}, {"code": "no", "text": "Yes"}]
    return changed(document("small-public"), "aware", options=options)


def test_waves_that_compare_are_all_shown() -> None:
    releases = three_waves(document("small-public"))
    told = " ".join(drawn(trend_of(releases)))
    assert all(title in told for title in titles(releases))
    card = card_of(releases)
    assert [one.title for one in card.columns] == titles(releases)
    assert card.earlier == ()


@pytest.mark.parametrize(("first", "kept"), [(2, [2]), (1, [1, 2])])
def test_waves_before_a_break_that_was_found_are_on_no_chart_and_in_no_row(
    first: int, kept: list[int]
) -> None:
    documents = [document("small-public")] * first + [turned_round()]
    releases = three_waves(*documents)
    there = [title for place, title in enumerate(titles(releases)) if place in kept]
    gone = [title for title in titles(releases) if title not in there]
    told = " ".join(drawn(trend_of(releases)))
    assert all(title in told for title in there)
    assert not any(title in told for title in gone)
    card = card_of(releases)
    assert [one.title for one in card.columns] == there
    assert all(len(row.cells) == len(there) for row in card.rows)
    (earlier,) = card.earlier
    assert [one.title for one in earlier.waves] == gone
    assert earlier.text.startswith(f"{' and '.join(gone)} asked or counted something else")
    assert "These labels stood at other answers before" in earlier.text


@pytest.mark.parametrize(
    ("later", "source", "kept"),
    [
        (2, "wave:second", ["25.0%"]),
        (1, "wave:first", ["50.0%", "25.0%"]),
        (2, "wave:first", ["50.0%", "25.0%"]),  # neighbours compare, the ends do not
    ],
)
def test_a_break_that_was_signed_holds_as_one_that_was_found(
    later: int, source: str, kept: list[str]
) -> None:
    releases = three_waves(document("small-public"))
    sign_break(releases[later].wave, source)
    card = card_of(releases)
    yes = next(row for row in card.rows if row.text == "Yes")
    assert [cell.text for cell in yes.cells] == kept
    assert len(drawn(trend_of(releases))) == 1 + len(kept)
    assert "They understood it otherwise." in card.earlier[0].text
    trend = trend_of(releases)
    assert not list(over_waves(trend.question, trend.charted))  # three waves would have had a line


def test_every_row_of_two_waves_has_its_sentence_as_in_the_file() -> None:
    releases = three_waves(document("small-public"))
    card = card_of(releases)
    told = [one.lead + one.rest for one in card.gaps]
    assert [row.text for row in card.rows] == ["Yes", "No"]
    assert len(told) == 2
    (yes,) = [one for one in told if "“Yes”" in one]
    assert yes in comparisons_table(releases[2], releases[1])


def test_a_net_that_counts_others_stands_apart_in_its_own_row_alone() -> None:
    def with_net(*options: str) -> Document:
        net = {"code": "any", "text": "Any", "options": options}
        return changed(document("small-public"), "before", nets=[net])

    releases = three_waves(with_net("8", "9", "10"), with_net("9", "10"))
    shown = releases_of(releases[-1].wave.questionnaire, provisional=False)
    card = question_card(trend_of(releases, "before"), shown)
    assert [one.title for one in card.columns] == titles(releases)
    told = {row.text: [cell.text for cell in row.cells] for row in card.rows}
    assert told["Any"] == ["–", "100.0%", "100.0%"]
    mean = next(texts for name, texts in told.items() if name != "Any")
    assert mean == ["9.0", "9.0", "9.0"]
    (earlier,) = card.earlier
    assert earlier.text.startswith(f"Any: {releases[0].wave.title} asked or counted")
    assert "The same name counts other answers together." in earlier.text


def test_the_page_says_where_the_earlier_waves_are(client: Client, admin_client: Client) -> None:
    releases = three_waves(document("small-public"), turned_round())
    page = admin_client.get("/insights/small-public/")
    text = page.content.decode()
    assert f"{releases[0].wave.title} asked or counted something else" in text
    assert 'href="/insights/small-public/comparability#aware"' in text
    assert 'href="/insights/waves/first/figures.csv?question=aware"' in text
    csv = admin_client.get("/insights/waves/first/figures.csv?question=aware").content.decode()
    assert "0.75" in csv


def test_no_figure_of_others_stands_beside_ours_on_a_break(admin_client: Client) -> None:
    load_library()
    release = simulated_wave("public", 2)
    where = "/insights/public-confidence/"

    def shown(*, figure: str) -> Any:
        text = " ".join(admin_client.get(where).content.decode().split())
        part = text[text.index('id="ai_quality"') :]
        part = part[: part.index("</section>")]
        return figure in part, part

    trend = next(
        one
        for one in trends(releases_of(release.wave.questionnaire, provisional=False))
        if one.question.code == "ai_quality"
    )
    beside = next(one for series in trend.series for one in series.published)
    percent = f"<strong>{float(beside.figure.share):.0%}</strong>"
    before, part = shown(figure=percent)
    assert before
    assert '<strong class="nhsuk-tag nhsuk-tag--yellow">Beside</strong>' in part
    sign_break(release.wave, f"survey:{beside.figure.survey.slug}", "ai_quality")
    after, part = shown(figure=percent)
    assert not after
    assert '<strong class="nhsuk-tag nhsuk-tag--red">Not compared</strong>' in part
    who = f"published by {beside.figure.survey.commissioner} for"
    assert f"{who} {beside.figure.survey.fieldwork_start[:4]}" not in part
    assert "They understood it otherwise." in part
