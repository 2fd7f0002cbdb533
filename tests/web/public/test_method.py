"""The public page of a release's method: who may read which, how long it is kept, what it costs."""

import pytest
from django.test import Client
from django.urls import reverse

from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Release
from surveys.reports.releases import publish_release
from tests.fieldwork.small import make_wave
from tests.journeys.test_queries import queries
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.test_estimating import respond
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


def provisional() -> Release:
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 200 + [{"aware": "yes"}] * 200)
    return estimate_wave(wave.pk)


def address(release: Release) -> str:
    return f"/results/{release.wave.slug}/releases/{release.number}/method"


def test_anybody_reads_a_published_one_and_a_cache_may_keep_it(client: Client) -> None:
    release = publish_release(provisional(), by="Ada")
    response = client.get(address(release))
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in response["Vary"]  # which says the language of what is around it
    assert not response.cookies
    page = response.content.decode()
    assert "How the figures of Wave were made" in page
    assert release.sha256 in page
    assert page.index("People could answer online only.") < page.index("In brief")


def test_a_provisional_one_is_there_for_managers_only(client: Client) -> None:
    release = provisional()
    assert client.get(address(release)).status_code == 404
    sign_in(client, "leader")
    assert client.get(address(release)).status_code == 404
    sign_in(client, "manager")
    response = client.get(address(release))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "Provisional" in response.content.decode()


@pytest.mark.parametrize("path", ["wave/releases/7", "no/releases/1"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    publish_release(provisional(), by="Ada")
    assert client.get(f"/results/{path}/method").status_code == 404


def test_a_release_without_figures_has_no_statement(client: Client) -> None:
    release = estimate_wave(make_wave(status="closed").pk)
    assert release.problem
    sign_in(client, "manager")
    assert client.get(address(release)).status_code == 404


def test_one_that_was_superseded_says_so_and_leads_to_the_newer(client: Client) -> None:
    first = publish_release(provisional(), by="Ada")
    respond(first.wave, [{"aware": "yes"}] * 40)
    second = publish_release(estimate_wave(first.wave_id), by="Ada")
    old, new = (client.get(address(one)).content.decode() for one in (first, second))
    assert "A newer release has taken the place of this one." in old
    assert f'href="{address(second)}"' in old
    assert "A newer release" not in new


def test_the_page_takes_two_queries_and_one_more_where_it_was_superseded(client: Client) -> None:
    first = publish_release(provisional(), by="Ada")
    client.get(address(first))
    assert len(queries(lambda: client.get(address(first)))) == 2
    respond(first.wave, [{"aware": "yes"}] * 40)
    publish_release(estimate_wave(first.wave_id), by="Ada")
    assert len(queries(lambda: client.get(address(first)))) == 3


def test_simulated_answers_are_called_so(client: Client) -> None:
    load_library()
    page = client.get(address(simulated_wave("staff", 1))).content.decode()
    assert "Nobody real gave these answers" in page


def test_the_home_page_leads_to_the_method_of_what_is_published(client: Client) -> None:
    release = provisional()
    assert address(release) not in client.get(reverse("home")).content.decode()
    publish_release(release, by="Ada")
    assert address(release) in client.get(reverse("home")).content.decode()
    assert len(queries(lambda: client.get(reverse("home")))) == 4


def test_the_reason_of_a_blocked_release_is_printed_and_inert(client: Client) -> None:
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 60)
    reason = "<script>All</script> of the ward answered."
    release = publish_release(estimate_wave(wave.pk), by="Ada", reason=reason)
    page = client.get(address(release)).content.decode()
    assert "&lt;script&gt;All&lt;/script&gt; of the ward answered." in page
    assert reason not in page
