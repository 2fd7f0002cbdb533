"""The pages behind login: who gets in, what is shown, and what it costs."""

import csv
import io
import re

import pytest
from django.urls import reverse

from surveys.fieldwork.drafts import begin_draft, save_page
from surveys.fieldwork.models import User, Wave
from surveys.fieldwork.submission import submit
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Estimate, Release
from tests.fieldwork.small import make_wave
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.test_estimating import respond
from tests.support.people import person, sign_in
from tests.web.insights.test_brief import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(client):
    """Two published waves and a signed-in leader; the address of their report."""
    load_library()
    simulated_wave("public", 1)
    simulated_wave("public", 2)
    sign_in(client, "leader")
    return reverse("insights-questionnaire", args=["public-confidence"])


@pytest.mark.parametrize(
    "address",
    [
        *("/insights/", "/insights/public-confidence/", "/insights/nothing-here/"),
        *("/insights/waves/w/figures.csv", "/insights/waves/w/comparisons.csv"),
        "/insights/releases/1/publish",
        "/insights/public-confidence/comparability",
    ],
)
def test_signed_out_every_address_leads_to_login_whether_it_exists_or_not(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=")


def test_signed_in_without_a_role_there_is_nothing_here(client):
    sign_in(client)
    assert client.get(reverse("insights")).status_code == 404


def test_the_page_shows_every_question_beside_the_baseline(client, report):
    page = client.get(report).content.decode()
    assert "The Health Foundation, 2020" in page
    assert 'id="biggest_risks"' in page
    assert page.count("<svg") >= 15
    assert "since Public 1" in page


def test_simulated_answers_are_called_so_on_page_and_in_every_chart(client, report):
    page = client.get(report).content.decode()
    charts = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert charts
    assert all("Simulated answers" in chart for chart in charts)
    assert "Nobody real gave these answers" in page


def test_the_report_takes_the_same_queries_with_ten_times_the_answers(
    client, report, django_assert_max_num_queries
):
    simulated_wave("staff", 2)
    client.get(report)
    with django_assert_max_num_queries(19):
        page = client.get(report).content.decode()
    assert "The public and NHS staff" in page


def test_a_leader_sees_the_other_audience_only_when_it_is_published(client, report):
    staff = simulated_wave("staff", 2)
    Release.objects.filter(pk=staff.pk).delete()
    estimate_wave(staff.wave_id)
    ledger, csv = (
        reverse("insights-ledger", args=["public-confidence"]),
        reverse("insights-comparisons", args=["public-2"]),
    )
    told = [client.get(one).content.decode() for one in (report, ledger, csv)]
    assert not any("Staff 2" in text or "mirror:" in text for text in told)
    sign_in(client, "manager")
    told = [client.get(one).content.decode() for one in (report, ledger, csv)]
    assert all("Staff 2 (NHS staff)" in text for text in told)


def test_every_gap_between_waves_has_its_sentence_in_the_report_as_it_stood(client, report):
    simulated_wave("public", 3)
    newest = client.get(report).content.decode()
    assert "since Public 2" in newest
    assert "since Public 1" not in newest
    assert f'{report}?until=public-2"' in newest
    then = client.get(f"{report}?until=public-2").content.decode()
    assert "since Public 1" in then
    assert "There are later ones, up to Public 3" in then
    assert "Public 3" not in then[then.index("In brief") :]
    told = client.get(reverse("insights-comparisons", args=["public-2"])).content.decode()
    sentences = [row["sentence"] for row in csv.DictReader(io.StringIO(told))]
    gaps = [one for one in sentences if "since Public 1" in one]
    assert gaps
    assert all(one in words(then) for one in gaps)
    assert client.get(f"{report}?until=nothing").status_code == 404


def test_a_suppressed_figure_is_not_in_the_page(client):
    sign_in(client, "manager")
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no", "job": "nurse"}] * 300)
    respond(wave, [{"aware": "yes", "job": "porter"}] * 7)
    estimate_wave(wave.pk)
    page = client.get(reverse("insights-questionnaire", args=["small-public"])).content.decode()
    aware = page[page.index('id="aware"') :]
    groups = aware[aware.index("By group") :]
    assert "[c]" in groups[groups.index("Porter") :][:600]
    assert "of 7<" not in page


def test_a_provisional_release_says_so_and_only_managers_see_it(client):
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    estimate_wave(wave.pk)
    address = reverse("insights-questionnaire", args=["small-public"])
    sign_in(client, "leader")
    assert "Nothing is published yet" in client.get(address).content.decode()
    sign_in(client, "manager")
    page = client.get(address).content.decode()
    assert "Provisional" in page
    assert "may still change" in page


def test_a_manager_publishes_and_a_leader_cannot(client):
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    release = estimate_wave(wave.pk)
    address = reverse("insights-publish", args=[release.pk])
    sign_in(client, "leader")
    assert client.post(address).status_code == 404
    sign_in(client, "manager")
    assert client.get(address).status_code == 200
    response = client.post(address, follow=True)
    assert "is published" in response.content.decode()
    release.refresh_from_db()
    assert release.state == Release.State.PUBLISHED
    again = client.post(address, follow=True).content.decode()
    assert "is published already" in again


@pytest.fixture
def blocked():
    """A provisional release of 60 answers: fewer than may be published without a reason."""
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 60)
    return estimate_wave(wave.pk)


def test_before_publishing_every_finding_is_shown_with_what_to_do(client, blocked):
    sign_in(client, "manager")
    page = client.get(reverse("insights-publish", args=[blocked.pk])).content.decode()
    assert "Something blocks it." in page
    assert page.count("nhsuk-tag--red") == 1
    assert "60 people are counted, fewer than 100." in page
    assert "Ask more people" in page


def test_without_a_reason_a_blocked_release_stays_as_it_is(client, blocked):
    sign_in(client, "manager")
    address = reverse("insights-publish", args=[blocked.pk])
    response = client.post(address, {"reason": "  "})
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: " in page
    assert page.count("Enter why it should be published all the same") == 2
    long = client.post(address, {"reason": "x" * 1_001})
    assert long.status_code == 422
    assert "x" * 1_001 in long.content.decode()
    blocked.refresh_from_db()
    assert blocked.state == Release.State.PROVISIONAL


def test_with_a_reason_it_is_published_and_everybody_reads_the_reason(client, blocked):
    user = sign_in(client, "manager")
    User.objects.filter(pk=user.pk).update(name="Ada Lovelace")
    address = reverse("insights-publish", args=[blocked.pk])
    client.post(address, {"reason": "All of the ward answered."})
    again = client.post(address, {"reason": "Another"}, follow=True)
    assert "is published already" in again.content.decode()
    sign_in(client, "leader")
    report = reverse("insights-questionnaire", args=["small-public"])
    page = client.get(report).content.decode()
    assert "All of the ward answered. (Ada Lovelace)" in page
    assert "What was checked before publication" not in page
    figures = client.get(reverse("insights-figures", args=["wave"])).content.decode()
    assert "All of the ward answered." in figures


def test_managers_see_what_the_gate_finds_before_and_after_publication(client, blocked):
    sign_in(client, "manager")
    report = reverse("insights-questionnaire", args=["small-public"])
    page = client.get(report).content.decode()
    assert "Can this be published?" in page
    assert "60 people are counted, fewer than 100." in page
    client.post(reverse("insights-publish", args=[blocked.pk]), {"reason": "All answered."})
    assert "What was checked before publication" in client.get(report).content.decode()


def test_where_there_are_no_figures_there_is_no_way_to_publish(client):
    sign_in(client, "manager")
    release = estimate_wave(make_wave(status="closed").pk)
    address = reverse("insights-publish", args=[release.pk])
    page = client.get(address).content.decode()
    assert "No: there is nothing to publish." in page
    assert "Nobody has answered yet." in page
    assert 'name="reason"' not in page
    assert "has no figures" in client.post(address, follow=True).content.decode()


def test_a_release_that_failed_says_why_and_shows_no_figure(client):
    sign_in(client, "manager")
    load_library()
    first = simulated_wave("public", 1)
    wave = Wave.objects.create(
        slug="failed",
        title="Failed wave",
        questionnaire=first.wave.questionnaire,
        version=first.wave.version,
        population=first.wave.population,
        kind="simulated",
        status="closed",
        opens_on=first.wave.closes_on,
        closes_on=first.wave.closes_on,
    )
    respond(wave, [{"age": "25_34", "sex": "male", "technology": "vha"}] * 50)
    release = estimate_wave(wave.pk)
    assert release.problem
    assert not Estimate.objects.filter(release=release).exists()
    page = client.get(reverse("insights-questionnaire", args=["public-confidence"]))
    text = page.content.decode()
    assert "No figures for Failed wave" in text
    assert release.method["refused"]["margin"] in text


def test_the_figures_come_as_csv_of_one_question_or_of_all(client, report):
    address = reverse("insights-figures", args=["public-2"])
    every = client.get(address)
    one = client.get(address, {"question": "more_or_less"})
    assert every["Content-Type"].startswith("text/csv")
    assert len(every.content) > len(one.content) > 500
    assert b"Simulated answers" in one.content
    rows = list(csv.DictReader(io.StringIO(one.content.decode())))
    # The page draws public-1 and public-2 of the same document, and the figures of 2020.
    assert {(row["with_wave"], row["verdict_wave"]) for row in rows if not row["segment"]} == {
        ("wave:public-1", "same")
    }
    assert "survey:hf-yougov-2020" in {row["with_survey"] for row in rows}
    assert client.get(address, {"question": "nothing"}).status_code == 404


def test_a_live_count_is_not_shown_below_eleven(client):
    sign_in(client, "leader")
    wave = make_wave()
    respond(wave, [{"aware": "no"}] * 10)
    assert "Too few answers so far" in client.get(reverse("insights")).content.decode()
    respond(wave, [{"aware": "no"}])
    assert "11 answers counted so far" in client.get(reverse("insights")).content.decode()


def test_results_are_never_kept_by_a_cache(client, report):
    assert "no-store" in client.get(report)["Cache-Control"]


def test_signing_in_and_out(client):
    person("leader", email="a@example.org", password="a long password")
    wrong = client.post(reverse("login"), {"username": "a@example.org", "password": "no"})
    assert "Enter the email address and password" in wrong.content.decode()
    right = client.post(
        reverse("login"), {"username": "a@example.org", "password": "a long password"}
    )
    assert right["Location"] == reverse("insights")
    assert client.post(reverse("logout"))["Location"] == reverse("home")


def test_managers_alone_read_how_much_of_the_welsh_nobody_has_reviewed(client, report):
    told = "376 Welsh texts of this questionnaire were translated by machine and wait for review"
    assert told not in client.get(report).content.decode()
    sign_in(client, "manager")
    assert told in client.get(report).content.decode()


def test_how_many_staff_have_answered_is_told_from_11_on(client):
    wave = make_wave(audience="staff", kind="pilot")
    sign_in(client, "leader")
    for number in range(1, 12):
        secret = begin_draft(wave=wave, language="en")
        save_page(secret, {"aware": "yes"})
        submit(secret)
        page = words(client.get("/insights/").content.decode())
        assert ("11 answers counted so far" in page) == (number == 11)
        assert ("Too few answers so far" in page) == (number < 11)
