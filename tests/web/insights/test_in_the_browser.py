"""The trend report in a real browser: axe, phone and desktop, keyboard, without scripts."""

import pytest
from playwright.sync_api import Page, expect

from surveys.reports.estimating import estimate_wave
from tests.fieldwork.small import make_wave
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.test_estimating import respond
from tests.support.barriers import check_here
from tests.support.people import sign_in_by_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"


@pytest.fixture
def signed_in(page: Page) -> Page:
    load_library()
    simulated_wave("public", 1)
    simulated_wave("public", 2)
    sign_in_by_form(page, "leader")
    return page


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_axe_finds_nothing_and_nothing_sticks_out(signed_in: Page, width: int) -> None:
    signed_in.set_viewport_size({"width": width, "height": 900})
    for address in (
        "/insights/",
        "/insights/public-confidence/",
        "/insights/public-confidence/comparability",
        "/results/public-2/releases/1/method",
    ):
        signed_in.goto(address)
        for details in signed_in.locator("#more_or_less details, .app-quality details").all():
            details.evaluate("element => element.open = true")
        check_here(signed_in)


def test_a_reader_without_a_mouse_opens_the_table_of_a_question(signed_in: Page) -> None:
    signed_in.goto("/insights/public-confidence/")
    summary = signed_in.locator("#more_or_less summary").first
    summary.focus()
    signed_in.keyboard.press("Enter")
    assert signed_in.locator("#more_or_less table").first.is_visible()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_publishing_over_a_block_has_no_barrier(page: Page, width: int) -> None:
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 60)
    release = estimate_wave(wave.pk)
    sign_in_by_form(page, "manager")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/insights/releases/{release.pk}/publish")
    check_here(page)
    page.click("main form button[type=submit]")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()  # by a script, once it is there
    check_here(page)
    page.fill("#id_reason", "All of the ward answered.")
    page.click("main form button[type=submit]")
    assert page.get_by_text("is published. It will never change.").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_way_in_has_no_barrier(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/sign-in")
    check_here(page)
    page.keyboard.press("Tab")
    page.click("main button[type=submit]")
    assert page.locator(".nhsuk-error-summary").is_visible()
    check_here(page)
