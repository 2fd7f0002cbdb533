"""The page that says what may be compared with what."""

import pytest
from django.urls import reverse

from surveys.questionnaires.models import Questionnaire
from surveys.reports.ledger import ledger
from surveys.reports.series import releases_of
from tests.reports.demonstration import load_library, simulated_wave
from tests.web.insights.test_insights import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(client) -> str:
    """Two published waves and a signed-in leader; the address of their ledger."""
    load_library()
    simulated_wave("public", 1)
    simulated_wave("public", 2)
    sign_in(client, "Leaders")
    return reverse("insights-ledger", args=["public-confidence"])


def test_every_question_has_a_verdict_beside_every_source(client, address):
    entries = ledger(
        releases_of(Questionnaire.objects.get(slug="public-confidence"), provisional=False)
    )
    page = client.get(address).content.decode()
    assert {entry.with_.split(":")[0] for entry in entries} == {"wave", "survey"}
    for entry in entries:
        assert f'id="{entry.question.code}"' in page
        assert entry.judgement.verdict == "same" or entry.judgement.reasons
    assert "Public 1" in page
    assert "The Health Foundation, 2020" in page
    assert "The exact wording of their question is not published." in page


def test_the_page_costs_the_same_queries_whatever_it_lists(
    client, address, django_assert_max_num_queries
):
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)


def test_a_questionnaire_without_figures_has_no_ledger(client):
    load_library()
    sign_in(client, "Leaders")
    assert client.get(reverse("insights-ledger", args=["staff-confidence"])).status_code == 404
