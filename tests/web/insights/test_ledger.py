"""The page that says what may be compared with what."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils.html import escape

from surveys.fieldwork.models import AuditEntry, Wave
from surveys.questionnaires.models import Questionnaire
from surveys.reports.ledger import ledger
from surveys.reports.series import releases_of
from tests.reports.demonstration import load_library, simulated_wave
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(client) -> str:
    """Two published waves and a signed-in leader; the address of their ledger."""
    load_library()
    simulated_wave("public", 1)
    simulated_wave("public", 2)
    sign_in(client, "leader")
    return reverse("insights-ledger", args=["public-confidence"])


def test_every_question_has_a_verdict_beside_every_source(client, address):
    entries = ledger(
        releases_of(Questionnaire.objects.get(slug="public-confidence"), provisional=False)
    )
    page = client.get(address).content.decode()
    assert {entry.with_.split(":")[0] for entry in entries} == {"wave", "survey", "pair", "arm"}
    for entry in entries:
        assert f'id="{entry.question.code}"' in page
        assert entry.judgement.verdict == "same" or entry.judgement.reasons
    assert "Public 1" in page
    assert "The Health Foundation, 2020" in page
    assert "The exact wording of their question is not published." in page


def test_what_decides_nothing_is_told_under_the_reasons(client, address):
    entries = ledger(
        releases_of(Questionnaire.objects.get(slug="public-confidence"), provisional=False)
    )
    noted = [one for one in entries if one.judgement.notes]
    # The waves are a hundred days apart, some were drawn by lot, and a pair has the same people.
    for told in ("Another time of the year: ", "drawn at random: its base is ", "The same people"):
        assert any(told in note for one in noted for note in one.judgement.notes), told
    page = " ".join(client.get(address).content.decode().split())
    for one in noted:
        told = escape(" ".join(one.judgement.notes))
        assert f"Worth knowing, though it decides nothing: {told}</p>" in page
    assert page.count("Worth knowing, though it decides nothing:") == len(noted)
    alike = [one for one in entries if not one.judgement.notes and not one.judgement.reasons]
    assert page.count("Nothing differs.") == len(alike)


def test_who_signs_reads_what_decides_nothing_too(client, address):
    sign_in(client, "analyst")
    assert "Another time of the year: " in client.get(sign_address()).content.decode()


def test_a_published_figure_of_another_season_says_so_in_the_report(client, address):
    report = client.get(address.replace("comparability", "")).content.decode()
    details = report.split("What others published, and how far it compares")[1:]
    assert any("Another time of the year: " in one.split("</details>")[0] for one in details)


def test_the_page_costs_the_same_queries_whatever_it_lists(
    client, address, django_assert_max_num_queries
):
    simulated_wave("staff", 2)
    client.get(address)
    with django_assert_max_num_queries(13):
        page = client.get(address).content.decode()
    assert "Staff 2 (NHS staff)" in page


def test_nobody_signs_for_what_the_documents_settle(client, address):
    sign_in(client, "analyst")
    first = reverse(
        "insights-sign", args=["public-confidence", "confidence_after", "pair:confidence_before"]
    )
    page = client.get(address).content.decode()
    assert "The first answer of the same people" in page
    assert first not in page
    assert client.get(first).status_code == 404
    assert client.post(first, {"verdict": "break", "reason": "x"}).status_code == 404


def test_an_analyst_may_part_two_audiences_and_never_join_them(client, address):
    simulated_wave("staff", 2)
    sign_in(client, "analyst")
    source = reverse("insights-sign", args=["public-confidence", "ai_distant", "mirror:staff-2"])
    assert source in client.get(address).content.decode()
    refused = client.post(source, {"verdict": "same", "reason": "I think so."})
    assert refused.status_code == 422
    report = address.replace("comparability", "")
    assert (
        client.post(source, {"verdict": "break", "reason": "Asked as a joke."}).status_code == 302
    )
    page = client.get(report).content.decode()
    question = page[page.index('id="ai_distant"') :]
    told = question[: question.index("</section>")]
    assert "not compared with Staff 2 (NHS staff), because Asked as a joke" in told


def test_a_questionnaire_without_figures_has_no_ledger(client):
    load_library()
    sign_in(client, "leader")
    assert client.get(reverse("insights-ledger", args=["staff-confidence"])).status_code == 404


def test_the_ledger_can_be_taken_away_as_a_table(client, address):
    wave = Wave.objects.order_by("opens_on").last()
    file = reverse("insights-ledger-csv", args=[wave.slug])
    assert file in client.get(address).content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get(file).content.decode())))
    entries = ledger(
        releases_of(Questionnaire.objects.get(slug="public-confidence"), provisional=False)
    )
    assert [row["with"] for row in rows] == [one.with_ for one in entries]
    assert [row["reasons"] for row in rows] == [
        " | ".join(one.judgement.reasons) for one in entries
    ]
    assert [row["notes"] for row in rows] == [" | ".join(one.judgement.notes) for one in entries]
    assert any(row["notes"] for row in rows)
    assert {row["notice"] for row in rows} == {"Simulated answers"}
    assert {row["override_reason"] for row in rows} == {""}


def sign_address() -> str:
    source = "wave:" + Wave.objects.order_by("opens_on").first().slug
    return reverse("insights-sign", args=["public-confidence", "more_or_less", source])


def test_a_leader_reads_verdicts_and_cannot_sign(client, address):
    assert "Sign for another verdict" not in client.get(address).content.decode()
    assert client.get(sign_address()).status_code == 404
    assert client.post(sign_address(), {"verdict": "beside", "reason": "x"}).status_code == 404


def test_an_analyst_signs_and_everybody_reads_it(client, address):
    sign_in(client, "analyst")
    assert sign_address() in client.get(address).content.decode()
    page = client.get(sign_address()).content.decode()
    assert "Now:" in page
    answer = client.post(sign_address(), {"verdict": "beside", "reason": "Counted twice."})
    assert answer["Location"] == f"{address}#more_or_less"
    entry = AuditEntry.objects.get(what=AuditEntry.What.VERDICT_SIGNED)
    assert (str(entry.user), entry.reason) == ("analyst@example.org", "Counted twice.")
    sign_in(client, "leader")
    page = client.get(address).content.decode()
    assert "Counted twice." in page
    assert "signed; found was: Same" in page
    assert "Counted twice." in client.get(address.replace("comparability", "")).content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"verdict": "beside", "reason": " "}, "Enter why another verdict is right"),
        ({"reason": "Counted twice."}, "Select what may be said of these figures"),
        ({"verdict": "beside", "reason": "x" * 1001}, "Enter a reason of 1000 characters or fewer"),
    ],
)
def test_a_verdict_without_a_reason_is_not_signed_and_nothing_typed_is_lost(
    client, address, given, told
):
    sign_in(client, "analyst")
    answer = client.post(sign_address(), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count(told) == 2  # in the summary and at the field
    assert given["reason"] in page


def test_better_than_beside_is_not_even_offered_beside_an_unknown_sample(client, address):
    sign_in(client, "analyst")
    sign = reverse(
        "insights-sign", args=["public-confidence", "more_or_less", "survey:hf-yougov-2020"]
    )
    page = client.get(sign).content.decode()
    assert "no reason makes their gap a change" in page
    assert 'value="beside"' in page
    assert 'value="same"' not in page


@pytest.mark.parametrize("source", ["wave:nothing", "survey:nothing", "nothing"])
def test_there_is_nothing_to_sign_about_what_is_not_in_the_ledger(client, address, source):
    sign_in(client, "analyst")
    sign = reverse("insights-sign", args=["public-confidence", "more_or_less", source])
    assert client.get(sign).status_code == 404
