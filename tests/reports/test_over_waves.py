"""The line over waves: which of them it is drawn through, and what is said of it."""

import csv
import datetime
import io
from statistics import NormalDist
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement, Verdict
from surveys.questionnaires.document import Question
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.models import Estimate, Release
from surveys.reports.over_waves import over_waves, told
from surveys.reports.releases import publish_release
from surveys.reports.trends import Point, Series
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.series import aware
from tests.reports.test_estimating import respond
from tests.support.people import sign_in

AWARE: Question = document().questions["aware"]


def release(place: int, **changes: Any) -> Release:
    """A release of a closed wave of one day, a year after the one before; not stored."""
    opens_on = datetime.date(2020 + place, 1, 1)
    given = {"status": "closed", "opens_on": opens_on, "closes_on": opens_on, **changes}
    return Release(wave=Wave(title=f"Wave {place + 1}", **given), state="published", method={})


def series(
    shares: list[float | None],
    verdicts: dict[int, Verdict] | None = None,
    error: float = 0.02,
    worth: float = 500,
    **changes: Any,
) -> Series:
    """One share in waves a year apart, each with the same error."""
    points = [
        Point(
            place,
            release(place, **changes),
            Estimate(estimate=share, standard_error=error, effective_base=worth),
        )
        for place, share in enumerate(shares)
    ]
    joins = [Judgement((verdicts or {}).get(n, "same"), ()) for n in range(len(shares) - 1)]
    return Series("yes", "Yes", "share", tuple(points), joins=tuple(joins))


def sentences(one: Series) -> list[str]:
    return [found.lead + told(found) for found in over_waves(AWARE, [one])]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        # By hand: t is -2 to 2, so b = .02 a year with an error of .02 / root(10) = .00632, and
        # 1.96 of it are .0124; the waves lie on the line. (Years are of 365.25 days, some of 366.)
        (
            [0.40, 0.42, 0.44, 0.46, 0.48],
            "“About aware?”, “Yes”: over 5 waves, Wave 1 to Wave 5, a straight line goes 2.0 points"
            " up a year (95% interval: 0.8 to 3.2 points up). They scatter around it no more than"
            " sampling explains.",
        ),
        # Off the line by -.02, .04 and -.02 with b = .0: Q = (1 + 4 + 1) = 6 on 1 degree of freedom
        # (p = .014), so the error .02 / root(2) = .0141 is root(6) = 2.4 times as wide: .0679.
        (
            [0.40, 0.46, 0.40],
            "“About aware?”, “Yes”: over 3 waves, Wave 1 to Wave 3, a straight line is level"
            " (95% interval: 6.8 points down to 6.8 points up). So these waves do not tell up"
            " from down. They scatter around the line more than sampling explains: something else"
            " moved them too, and the interval is 2.4 times as wide for it. From fewer than 5 waves"
            " that describes them and is no trend.",
        ),
    ],
)
def test_the_sentence_has_the_slope_with_its_interval_and_whether_waves_lie_on_the_line(
    shares: list[float | None], sentence: str
) -> None:
    assert sentences(series(shares)) == [sentence]


@pytest.mark.parametrize(
    ("given", "waves"),
    [
        (series([0.4, 0.5]), None),
        (series([0.4, 0.5, 0.6]), 3),
        (series([0.4, 0.5, 0.6], {1: "annotate"}), 3),
        # What may not be compared ends the line: the latest waves count.
        (series([0.4, 0.5, 0.6, 0.7], {0: "beside"}), 3),
        (series([0.4, 0.5, 0.6, 0.7], {1: "beside"}), None),
        (series([0.4, None, 0.6, 0.7]), None),
        (series([0.4, 0.5, 0.6], error=0.0), None),
        (series([0.4, 0.5, 0.6], worth=99), None),
        (series([0.4, 0.5, 0.6], status="open"), None),
    ],
)
def test_it_is_drawn_through_the_latest_waves_that_compare_and_can_be_tested(
    given: Series, waves: int | None
) -> None:
    assert [len(one.points) for one in over_waves(AWARE, [given])] == ([waves] if waves else [])


@pytest.mark.parametrize("slope", [0.0004, 0.004, 0.04, -0.04])
@pytest.mark.parametrize("error", [0.0002, 0.002, 0.02])
def test_the_words_say_up_or_down_only_where_the_interval_does(slope: float, error: float) -> None:
    (one,) = over_waves(AWARE, [series([0.4 + slope * n for n in range(5)], error=error)])
    lower, upper = one.ends
    assert ("do not tell up from down" in told(one)) == (lower <= 0 <= upper)
    assert "interval: 0.0 to" not in told(one)


def three_waves() -> list[Release]:
    """Published waves a year apart in which 40, 44 and 48% were aware."""
    version = publish(document("small-public"))
    made = []
    for place, yes in enumerate((200, 220, 240)):
        opens_on = timezone.localdate() - datetime.timedelta(800 - 365 * place)
        one = make_wave(
            f"w{place}", version=version, sampling="probability", status="closed",
            opens_on=opens_on, closes_on=opens_on,
        )  # fmt: skip
        respond(one, aware(yes, 500 - yes))
        made.append(publish_release(estimate_wave(one.pk), by="Ada", reason="Only a test."))
    return made


@pytest.mark.django_db
def test_the_page_tells_the_line_of_three_published_waves(client: Client) -> None:
    three_waves()
    sign_in(client, "leader")
    page = client.get(reverse("insights-questionnaire", args=["small-public"])).content.decode()
    assert "Over all waves that compare" in page
    assert ": over 3 waves, W0 to W2, a straight line goes 4.0 points up a year" in page


@pytest.mark.django_db
def test_files_tell_the_same_line_with_its_numbers(client: Client) -> None:
    *before, release = three_waves()
    (told_here,) = [one for one in report(release, before)["over_waves"] if one["option"] == "yes"]
    sign_in(client, "leader")
    page = client.get(reverse("insights-questionnaire", args=["small-public"])).content.decode()
    assert told_here["sentence"].partition(": ")[2] in page
    assert told_here["waves"] == ["w0", "w1", "w2"]
    # Four points a year, in years of 365.25 days; each half of the interval is 1.96 errors.
    assert told_here["slope"] == pytest.approx(0.04 * 365.25 / 365, abs=1e-12)
    half = (told_here["upper"] - told_here["lower"]) / 2
    assert half == pytest.approx(NormalDist().inv_cdf(0.975) * told_here["standard_error"])
    table = client.get(reverse("insights-over-waves", args=["w2"])).content.decode()
    rows = {one["option"]: one for one in csv.DictReader(io.StringIO(table))}
    assert rows["yes"]["sentence"] == told_here["sentence"]
    assert rows["yes"]["waves"] == "w0 | w1 | w2"
    assert rows["yes"]["slope"] == repr(told_here["slope"])


@pytest.mark.django_db
def test_a_wave_before_the_third_has_no_line_in_its_files() -> None:
    first, second, _ = three_waves()
    assert report(second, [first])["over_waves"] == []
