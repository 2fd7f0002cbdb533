"""The page about one organisation: who reads it, what it says, and what it leaves out."""

import pytest
from django.test import Client

from surveys.fieldwork.models import Organisation, Wave
from surveys.reports.estimating import estimate_wave
from surveys.reports.releases import publish_release
from surveys.web.insights.staff_report import beside
from tests.fieldwork.small import make_wave, publish
from tests.fieldwork.test_mixing import organisation
from tests.journeys.test_doors import text
from tests.journeys.walking import soup
from tests.reports.test_organisation_figures import GIVEN, answered, staff, staff_document
from tests.support.people import person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    for system in ("QE1", "QE2"):
        organisation(system)
        for number in (1, 2, 3):
            organisation(f"{system}-{number}", system)
    for small in ("QE1-4", "QE1-5"):
        organisation(small, "QE1")
    made = make_wave(version=publish(staff_document()), sampling="invited")
    answered(made, GIVEN | {"QE1-4": staff(3, 3), "QE1-5": staff(4, 3)})
    return made


def published(wave: Wave) -> None:
    publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")


def at(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def test_a_leader_reads_the_own_organisation_and_those_above_and_below(
    client: Client, wave: Wave
) -> None:
    published(wave)
    client.force_login(person("leader", of=at("QE1-1")))
    listed = text(client.get("/insights/organisations/"))
    assert "QE1-1" in listed
    for other in ("QE1-2", "QE2"):
        assert other not in listed
        assert client.get(f"/insights/organisations/{other}/").status_code == 404
    page = text(client.get("/insights/organisations/QE1-1/"))
    assert "60%50 to 69about 100" in page  # Wilson's ends, by hand: (.6 + .0192) / 1.0384 -+ .0942
    assert "points higher than the rest of QE1" in page
    above = text(client.get("/insights/organisations/QE1/"))
    assert "No clear difference" in above or "points" in above
    # A role in one of them shows none of its siblings.
    assert "side by side" not in above
    assert "QE1-2" not in above


def test_whoever_has_a_role_above_sees_those_below_without_a_rank(
    client: Client, wave: Wave
) -> None:
    published(wave)
    client.force_login(person("leader", of=at("QE1")))
    page = client.get("/insights/organisations/QE1/")
    told = text(page)
    assert "counted here: QE1-4, QE1-5." in told
    assert "QE2" not in told
    assert client.get("/insights/organisations/QE2/").status_code == 404
    assert client.get("/insights/organisations/nothing/").status_code == 404


def test_a_small_organisation_has_no_page_and_no_number(client: Client, wave: Wave) -> None:
    published(wave)
    sign_in(client, "leader")
    assert client.get("/insights/organisations/QE1-4/").status_code == 404
    assert "QE1-4" not in text(client.get("/insights/organisations/"))


def test_what_is_not_published_is_for_who_manages_all_that_was_asked(
    client: Client, wave: Wave
) -> None:
    estimate_wave(wave.pk)
    sign_in(client, "leader")
    assert "Nothing is published yet" in text(client.get("/insights/organisations/"))
    assert client.get("/insights/organisations/QE1-1/").status_code == 404
    sign_in(client, "manager")
    assert "Provisional" in text(client.get("/insights/organisations/QE1-1/"))


def test_a_hidden_figure_is_nowhere_in_the_page(client: Client, wave: Wave) -> None:
    published(wave)
    sign_in(client, "leader")
    page = client.get("/insights/organisations/QE1-1/")
    hidden = [row for row in soup(page).select("tbody tr") if "[c]" in row.text]
    assert all("%" not in row.text for row in hidden)


@pytest.mark.parametrize(
    ("difference", "lower", "upper", "words"),
    [
        (0.06, 0.01, 0.11, "6 points higher than the rest of QE1 (1 to 11)"),
        (-0.06, -0.11, -0.01, "6 points lower than the rest of QE1 (1 to 11)"),
        (
            0.02,
            -0.03,
            0.07,
            "No clear difference from the rest of QE1 (3 lower to 7 higher points)",
        ),
        (0.0, 0.0, 0.0, "No clear difference from the rest of QE1 (none to none points)"),
        (None, None, None, "Not compared with the rest of QE1: its figure may not be told, or too"),
    ],
)
def test_a_gap_is_higher_or_lower_only_where_chance_does_not_explain_it(
    difference: float | None, lower: float | None, upper: float | None, words: str
) -> None:
    assert beside(difference, lower, upper, "the rest of QE1").startswith(words)
