"""How answers compare and what changed, in a real browser: axe, phone and desktop, keyboard."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from tests.fieldwork.small import make_wave
from tests.journeys.test_in_the_browser import WIDTHS, agree, answer, fill_in
from tests.reports.actions import published
from tests.reports.demonstration import load_library, simulated_wave
from tests.support.barriers import check_here
from tests.support.people import sign_in_by_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"
LONG = "Averyveryverylongwordthatnobodywouldeverwriteinaletterbutsomebodymaypaste" * 3


def open_wave() -> None:
    load_library()
    for audience in ("public", "staff"):
        simulated_wave(audience, 2)
    version = QuestionnaireVersion.objects.get(questionnaire__slug="public-confidence")
    make_wave("wave", version=version)


def send(page: Page) -> None:
    agree(page)
    answer(page, fill_in)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/done")


def test_from_the_confirmation_to_the_comparison_and_away(page: Page) -> None:
    open_wave()
    published(did=LONG, link="https://example.org/more")
    send(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        check_here(page)
    page.get_by_role("button", name="See how your answers compare").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        check_here(page)
    bar = page.locator("#more_or_less .app-bar__drawing").first
    filled = bar.locator("rect").nth(1).bounding_box()
    track = bar.locator("rect").first.bounding_box()
    assert filled
    assert track
    assert 0 < filled["width"] < track["width"]
    page.get_by_role("button", name="Leave and clear this device").press("Enter")
    page.wait_for_url("**/leave")
    page.goto("/s/wave/compare")
    expect(page.get_by_role("heading", level=1)).to_contain_text("any more")
    check_here(page)


def test_without_scripts_it_is_the_same(chromium: Browser, live_server: LiveServer) -> None:
    open_wave()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    send(page)
    page.get_by_role("button", name="See how your answers compare").click()
    expect(page.locator("#more_or_less")).to_contain_text(
        "of the public who answered said the same"
    )
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_managers_pages_and_what_changed_have_no_barrier(page: Page, width: int) -> None:
    load_library()
    asked = Questionnaire.objects.get(slug="public-confidence")
    published(did=LONG, invented=True, subjects=[(asked.pk, "biggest_risks")])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/what-changed")
    check_here(page)
    sign_in_by_form(page, "manager")
    page.goto("/insights/actions/")
    check_here(page)
    page.get_by_role("button", name="Add what changed").click()
    check_here(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    check_here(page)
    page.fill("#id_heard", "You were worried.")
    page.fill("#id_did", "We listened.")
    page.fill("#id_happened_on", "27/3/2026")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What you wrote is saved.")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("everybody can read it now")).to_be_visible()
    check_here(page)
    page.goto("/")
    expect(page.get_by_text("We listened.")).to_be_visible()
    check_here(page)
