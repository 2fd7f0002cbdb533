"""Each page that says something went wrong can be shown when it did."""

import pytest
from django.conf import LazySettings
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

from tests.web.reference import outline


@pytest.fixture(autouse=True)
def gallery(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.web.gallery"


def test_a_missing_page_says_so_and_leads_home(client: Client) -> None:
    answer = client.get("/gallery/nothing-here")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "<h1>Page not found</h1>" in html
    assert "<title>Page not found – Confidence in health technology</title>" in html
    assert 'href="/"' in html


def test_a_form_without_its_token_is_refused_with_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/gallery/form")
    assert answer.status_code == 403
    assert "<h1>We could not accept that page</h1>" in answer.content.decode()


def test_a_page_for_others_says_whom_to_ask(rf: RequestFactory) -> None:
    assert "<h1>You cannot see this page</h1>" in render_to_string("403.html", request=rf.get("/"))


def test_a_failing_page_shows_no_detail() -> None:
    answer = Client(raise_request_exception=False).get("/gallery/failing")
    assert answer.status_code == 500
    html = answer.content.decode()
    assert "<h1>Sorry, there is a problem with this service</h1>" in html
    assert "meant to fail" not in html


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_a_page_for_failures_needs_no_request_no_database_and_no_address(
    name: str, settings: LazySettings
) -> None:
    settings.ROOT_URLCONF = "surveys.web.nowhere"
    # pytest-django refuses any query here: this test does not ask for the database.
    html = get_template(name).render()
    assert outline(html)
    assert "<title>Sorry" in html
    assert '<html class="nhsuk-template" lang="en">' in html
