"""What a chart of one question shows, and where in time its points stand."""

import datetime

import pytest

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document, Net
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.releases import publish_release
from surveys.reports.series import earlier_releases, releases_of
from surveys.reports.trends import Trend, trends
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db


def with_net(*, net: bool) -> Document:
    """The small questionnaire, with a net on a scale or without."""
    made = document("small-public")
    pages = []
    for page in made.pages:
        questions = tuple(
            one.model_copy(
                update={"nets": (Net(code="high", text="7 to 10", options=("7", "8", "9", "10")),)}
            )
            if net and one.code == "before"
            else one
            for one in page.questions
        )
        pages.append(page.model_copy(update={"questions": questions}))
    given = made.model_copy(update={"pages": tuple(pages)})
    return Document.model_validate(given.model_dump(mode="json", exclude_defaults=True))


def trend_of(*, net: bool) -> Trend:
    wave = make_wave("w", version=publish(with_net(net=net)), status="closed")
    respond(wave, [{"aware": "yes", "before": point % 11} for point in range(300)])
    return next(one for one in trends([estimate_wave(wave.pk)]) if one.question.code == "before")


@pytest.mark.parametrize(
    ("net", "unit", "charted"), [(True, "share", ["7 to 10"]), (False, "mean", ["Mean"])]
)
def test_a_share_and_a_mean_never_share_an_axis(net: bool, unit: str, charted: list[str]) -> None:
    trend = trend_of(net=net)
    assert (trend.unit, [one.text for one in trend.charted]) == (unit, charted)
    assert [one.text for one in trend.series] == ["7 to 10"] * net + ["Mean"]  # the table has both


def test_a_published_wave_stays_where_it_was_in_time_and_mode() -> None:
    day = datetime.date(2026, 3, 1)
    version = publish(document("small-public"))
    for place, slug in enumerate(("first", "second")):
        opens_on = day + datetime.timedelta(100 * place)
        wave = make_wave(
            slug, version=version, status="closed", opens_on=opens_on,
            closes_on=opens_on + datetime.timedelta(10),
        )  # fmt: skip
        respond(wave, [{"aware": "yes"}] * 100 + [{"aware": "no"}] * 100)
        publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")
    Wave.objects.filter(slug="first").update(
        opens_on=day + datetime.timedelta(700), closes_on=day + datetime.timedelta(720), mode="post"
    )
    wave = Wave.objects.get(slug="first")
    found = releases_of(wave.questionnaire, provisional=False)
    assert [one.wave.slug for one in found] == ["first", "second"]
    assert trends(found)[0].series[0].points[0].day == day + datetime.timedelta(5)
    told = report(found[0])["wave"]
    assert (told["opens_on"], told["mode"]) == ("2026-03-01", "online")
    assert earlier_releases(wave, provisional=False) == []
    second = Wave.objects.get(slug="second")
    assert [one.wave.slug for one in earlier_releases(second, provisional=False)] == ["first"]
