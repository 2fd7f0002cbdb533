"""How one's answers compare: on one's own device, for a quarter of an hour, and nowhere else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.serializers import serialize
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from surveys.fieldwork.models import Draft, Inbox, Wave
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Estimate, Release
from surveys.reports.releases import publish_release
from tests.fieldwork.small import document as small
from tests.fieldwork.small import make_wave
from tests.journeys.walking import Walk, begin, chance_chooser, soup
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.test_estimating import respond
from tests.web.public.every import document, wave_of

pytestmark = pytest.mark.django_db
SAID = {"more_or_less": "a_little_more", "confidence_before": "7", "sex": "female"}


def text(response: Any) -> str:
    return " ".join(soup(response).text.split())


def open_wave(audience: str) -> Wave:
    version = QuestionnaireVersion.objects.get(questionnaire__slug=f"{audience}-confidence")
    return make_wave("wave", version=version, kind="live" if audience == "public" else "pilot")


def send(client: Client, wave: Wave, **answers: Any) -> Any:
    walk = Walk(client, wave, chance_chooser(1, **{**SAID, **answers}))
    walk.to_check()
    return walk.send()


def card(page: Any, code: str) -> str:
    shown = soup(page).select_one(f"#{code}")
    assert shown, text(page)
    return " ".join(shown.text.split())


def in_100(release: Release, question: str, option: str) -> str:
    row = release.estimates.get(question=question, option=option, segment="")
    assert row.estimate is not None
    return f"{round(row.estimate * 100)} in 100"


def test_an_answer_stands_beside_the_public_staff_and_2020(client: Client) -> None:
    load_library()
    public, staff = simulated_wave("public", 2), simulated_wave("staff", 2)
    done = send(client, open_wave("public"))
    assert soup(done).select_one('a[href="/s/wave/compare"]')
    page = client.get("/s/wave/compare")
    told = card(page, "more_or_less")
    assert "You said A little more" in told
    share = in_100(public, "more_or_less", "a_little_more")
    # The wave was open to anybody: its figures are of those who chose to answer.
    assert f"{share} of the public who answered said the same" in told
    share = in_100(staff, "more_or_less", "a_little_more")
    assert f"{share} NHS staff who answered said the same" in told
    assert "Taken together: More (much or a little)" in told
    # surveys/reports/library/published_estimates.csv
    assert "36 in 100 of the public in 2020" in told
    assert "The Health Foundation in October 2020" in told
    assert "Its exact words were not published" in told
    assert "It was made in another way, so a difference need not be a change." in told
    scale = card(page, "confidence_before")
    mean = public.estimates.get(question="confidence_before", option="", segment="").estimate
    assert "You said 7 on a scale from 0" in scale
    assert f"The average answer of the public who answered was {mean:.1f}" in scale


def test_each_figure_tells_its_interval_and_how_many_answered(client: Client) -> None:
    load_library()
    public = simulated_wave("public", 2)
    send(client, open_wave("public"))
    page = client.get("/s/wave/compare")
    row = public.estimates.get(question="more_or_less", option="a_little_more", segment="")
    told = card(page, "more_or_less")
    between = f"{round(row.lower * 100)} to {round(row.upper * 100)} in 100, allowing for chance."
    assert f"{between} {row.base:,} people answered." in told
    # surveys/reports/library: 4,326 people answered the survey of 2020, which printed no interval.
    assert "36 in 100 of the public in 2020 4,326 people answered." in told
    line = soup(page).select("#more_or_less svg")[0].select("line")[1]
    assert (line["x1"], line["x2"]) == (f"{row.lower:.1%}", f"{row.upper:.1%}")
    row = public.estimates.get(question="confidence_before", option="", segment="")
    between = f"{row.lower:.1f} to {row.upper:.1f}, allowing for chance."
    assert between in card(page, "confidence_before")
    assert "as far as the weights make up for who chose to" in text(page)


def test_each_figure_has_a_bar_that_needs_no_style_of_its_own(client: Client) -> None:
    load_library()
    public = simulated_wave("public", 2)
    send(client, open_wave("public"))
    page = soup(client.get("/s/wave/compare"))
    bars = page.select("#more_or_less svg")
    row = public.estimates.get(question="more_or_less", option="a_little_more", segment="")
    assert bars[0].select("rect")[1]["width"] == f"{row.estimate:.1%}"
    assert len(bars) == len(page.select("#more_or_less li")) == 3
    assert all(bar["aria-hidden"] == "true" for bar in page.select("main svg"))
    assert not page.select("[style], style")
    own = page.select("#confidence_before svg")[0].select("line")[-1]  # over the interval
    assert own["x1"] == own["x2"] == "70.0%"


def test_it_says_how_people_were_reached_and_that_staff_have_words_of_their_own(
    client: Client,
) -> None:
    load_library()
    simulated_wave("public", 2)
    simulated_wave("staff", 2)
    send(client, open_wave("public"))
    page = client.get("/s/wave/compare")
    assert "NHS staff were asked in their own words: “How far do you agree" in card(
        page, "ai_distant"
    )
    assert "NHS staff were asked" not in card(page, "more_or_less")
    told = text(page)
    assert "these figures are of the people who chose to. They are weighted" in told
    assert "the two groups overlap" in told
    assert "significant" not in told


def test_simulated_figures_are_called_so_at_each_figure(client: Client) -> None:
    load_library()
    simulated_wave("public", 2)
    send(client, open_wave("public"))
    page = client.get("/s/wave/compare")
    assert "Nobody real gave these answers" in text(page)
    for bar in soup(page).select(".app-bar"):
        assert ("simulated" in bar.text) != ("in 2020" in bar.text)


def test_staff_see_their_own_2020_and_a_way_to_clear_the_device(client: Client) -> None:
    load_library()
    send(client, open_wave("staff"))
    page = client.get("/s/wave/compare")
    # surveys/reports/library/published_estimates.csv: 44% of staff said "more" in 2020.
    assert "44 in 100 NHS staff in 2020" in card(page, "more_or_less")
    assert "Do you share this computer?" in text(page)
    assert len(soup(page).select('form[action="/s/wave/leave"]')) == 2


def test_nothing_is_offered_where_nothing_is_published(client: Client) -> None:
    wave = wave_of(small())
    done = send(client, wave, aware="no")
    assert not soup(done).select('a[href="/s/wave/compare"]')
    page = client.get("/s/wave/compare")
    assert page.status_code == 200
    assert "Nothing is published yet" in text(page)


def test_unpublished_and_suppressed_figures_are_not_on_the_page(client: Client) -> None:
    load_library()
    release = simulated_wave("public", 2)
    send(client, open_wave("public"))
    shown = in_100(release, "more_or_less", "a_little_more")
    assert shown in card(client.get("/s/wave/compare"), "more_or_less")
    Release.objects.filter(pk=release.pk).delete()
    again = estimate_wave(release.wave_id)
    assert again.state == Release.State.PROVISIONAL
    assert shown == in_100(again, "more_or_less", "a_little_more")
    told = card(client.get("/s/wave/compare"), "more_or_less")
    assert "said the same" not in told
    assert "in 2020" in told


def test_a_suppressed_figure_is_not_on_the_page(client: Client) -> None:
    wave = wave_of(small())
    before = make_wave("before", version=wave.version, status="closed")
    respond(before, [{"aware": "no"}] * 300 + [{"aware": "yes", "worries": ["jobs"]}] * 7)
    publish_release(estimate_wave(before.pk), by="Ada", reason="For a test.")
    hidden = Estimate.objects.get(question="worries", option="jobs", segment="")
    assert hidden.suppressed
    send(client, wave, aware="yes", worries=["jobs"])
    page = client.get("/s/wave/compare")
    assert "You said Yes" in card(page, "aware")
    assert not soup(page).select("#worries")


def test_the_same_queries_for_any_number_of_answers_and_waves(client: Client) -> None:
    load_library()
    for number in (1, 2):
        simulated_wave("public", number)
        simulated_wave("staff", number)
    send(client, open_wave("public"))
    client.get("/s/wave/compare")
    with CaptureQueriesContext(connection) as captured:
        client.get("/s/wave/compare")
    # The wave, the mirrored questionnaire, two for each one's waves, the figures, three of what
    # others published and what was signed for.
    assert len(captured) == 10
    with CaptureQueriesContext(connection) as captured:
        client.get("/s/wave/done")
    assert len(captured) == 3


# The device -----------------------------------------------------------------------------------


def test_after_a_quarter_of_an_hour_it_is_over(client: Client) -> None:
    now = timezone.now()
    with travel(now, tick=False):
        send(client, wave_of(small()), aware="no")
        kept = client.cookies["answers"].value
    for minutes, status in ((14, 200), (16, 410)):
        with travel(now + timedelta(minutes=minutes), tick=False):
            client.cookies["answers"] = kept  # a browser that does not end it by itself
            assert client.get("/s/wave/compare").status_code == status


def test_without_the_cookie_the_page_says_why_there_is_nothing(client: Client) -> None:
    wave_of(small())
    page = client.get("/s/wave/compare")
    assert page.status_code == 410
    assert "nobody can look them up: not even us" in text(page)
    assert page["Cache-Control"] == "no-store"
    assert client.get("/s/nowhere/compare").status_code == 404


@pytest.mark.parametrize("value", ["", "x", "A" * 5000, "é", "====", "a.b", "AAAA" * 30, "\0"])
def test_whatever_stands_in_the_cookie_the_page_says_the_same(client: Client, value: str) -> None:
    wave_of(small())
    client.cookies["answers"] = value
    assert client.get("/s/wave/compare").status_code == 410


def test_a_changed_cookie_or_one_of_another_survey_opens_nothing(client: Client) -> None:
    wave_of(small("two"), "other")
    send(client, wave_of(small("one")), aware="no")
    kept = client.cookies["answers"].value
    visitor = Client()
    visitor.cookies["answers"] = kept
    assert visitor.get("/s/wave/compare").status_code == 200
    assert visitor.get("/s/other/compare").status_code == 410
    middle = len(kept) // 2
    other = "A" if kept[middle] != "A" else "B"
    visitor.cookies["answers"] = kept[:middle] + other + kept[middle + 1 :]
    assert visitor.get("/s/wave/compare").status_code == 410


def test_the_cookie_is_sealed_small_and_for_one_survey(client: Client) -> None:
    load_library()
    send(client, open_wave("public"), comment="Canary words")
    cookie = client.cookies["answers"]
    assert len(cookie.value) < 500
    assert cookie["path"] == "/s/wave/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 15 * 60
    for word in ("more", "much", "Canary", "female"):
        assert word not in cookie.value


def test_what_was_said_does_not_show_in_the_length_of_the_cookie(client: Client) -> None:
    wave = wave_of(small())
    lengths = set()
    for seed in range(4):
        visitor = Client()
        walk = Walk(visitor, wave, chance_chooser(seed))
        walk.to_check()
        walk.send()
        lengths.add(len(visitor.cookies["answers"].value))
    assert len(lengths) == 1


def test_for_staff_the_cookie_ends_with_the_browser(client: Client) -> None:
    load_library()
    send(client, open_wave("staff"))
    assert client.cookies["answers"]["max-age"] == ""
    assert client.cookies["answers"]["expires"] == ""


def test_leaving_takes_the_answers_off_the_device(client: Client) -> None:
    send(client, wave_of(small()), aware="no")
    client.post("/s/wave/leave")
    assert client.cookies["answers"].value == ""
    assert client.get("/s/wave/compare").status_code == 410


def test_taking_answers_back_takes_them_off_the_device_too(client: Client) -> None:
    code = soup(send(client, wave_of(small()), aware="no")).select_one(".app-code")
    assert code
    client.post("/withdraw", {"code": code.text, "sure": "yes"})
    assert not Inbox.objects.exists()
    assert client.cookies["answers"].value == ""


def test_who_begins_after_somebody_else_does_not_see_their_answers(client: Client) -> None:
    wave = wave_of(small())
    send(client, wave, aware="no")
    begin(client, wave)
    assert client.get("/s/wave/compare").status_code == 410


def test_answers_that_were_sent_twice_can_still_be_compared(client: Client) -> None:
    send(client, wave_of(small()), aware="no")
    kept = client.cookies["answers"].value
    client.post("/s/wave/submit")
    assert client.cookies["answers"].value == kept


def test_nothing_is_kept_on_the_server(client: Client) -> None:
    wave = wave_of(document())
    Walk(client, wave, chance_chooser(1)).to_check()
    client.post("/s/wave/submit")
    kept = client.cookies["answers"].value
    client.get("/s/wave/compare")
    assert not Draft.objects.exists()
    rows = json.loads(serialize("json", [*Wave.objects.all(), *Inbox.objects.all()]))
    assert kept not in json.dumps(rows)
    assert "sessionid" not in client.cookies
