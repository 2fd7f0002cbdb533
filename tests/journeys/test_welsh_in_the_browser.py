"""A survey in Welsh, as a browser shows it: with scripts and without, from the keyboard too."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.fieldwork.models import Draft
from tests.fieldwork.small import document as small
from tests.journeys.test_in_the_browser import code_of, fill_in, press_until
from tests.web.public.every import library, wave_of
from tests.web.public.test_language import welsh

pytestmark = pytest.mark.django_db(transaction=True)


def button(page: Page, name: str) -> None:
    """Press a button, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def test_without_scripts_what_was_chosen_survives_the_switch(
    chromium: Browser, live_server: LiveServer
) -> None:
    wave_of(library("public-confidence"))
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/s/wave/consent")
    page.get_by_role("button", name="Cymraeg").click()
    page.get_by_role("button", name="Rwy'n cytuno").click()
    page.get_by_label("35 i 44").check(force=True)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("35 to 44")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("35 to 44")).to_have_count(0)
    assert code_of(page) != "age"
    context.close()


def test_the_enter_key_sends_the_page_and_does_not_switch_the_language(page: Page) -> None:
    """The switch stands before the button that sends; the first button is what Enter presses."""
    wave_of(welsh(small()))
    page.goto("/s/wave/consent")
    button(page, "I agree")
    page.get_by_label("Female").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert code_of(page) == "nation"
    expect(page.locator("html")).to_have_attribute("lang", "en")
    press_until(page, "Shift+Tab", "one.innerText?.trim() === 'Cymraeg'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert code_of(page) == "nation"
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    assert Draft.objects.count() == 1


def test_a_text_box_counts_letters_in_welsh(page: Page) -> None:
    """The script's own English must not show through at one letter, or at none."""
    wave_of(welsh(small()))
    page.goto("/s/wave/q/comment")
    page.goto("/s/wave/consent")
    button(page, "Cymraeg")
    button(page, "Rwy'n cytuno")
    for _ in range(20):
        if code_of(page) == "comment":
            break
        fill_in(page)
        button(page, "Parhau")
    box, told = page.locator("textarea"), page.locator(".nhsuk-character-count__status")
    for written, left in ((499, "Mae gennych 1 nod ar ôl"), (501, "Mae gennych 1 nod yn ormod")):
        box.fill("a" * written)
        expect(told.first).to_have_text(left)
