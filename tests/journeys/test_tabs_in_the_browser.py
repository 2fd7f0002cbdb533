"""Two tabs, the back button, and a survey sent meanwhile: nothing that was typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from surveys.fieldwork.models import Inbox
from tests.fieldwork.small import document as small
from tests.web.public.every import wave_of

pytestmark = pytest.mark.django_db(transaction=True)


def begin(page: Page) -> None:
    wave_of(small())
    page.goto("/s/wave/consent")
    page.get_by_role("button", name="I agree").click()
    page.wait_for_url("**/q/sex")


def go_on(page: Page) -> None:
    page.locator("main .nhsuk-button", has_text="Continue").last.click()


def test_two_tabs_on_different_pages_keep_what_both_say(page: Page) -> None:
    begin(page)
    other = page.context.new_page()
    other.goto("/s/wave/q/nation")
    page.get_by_label("Male", exact=True).check()
    go_on(page)
    other.get_by_label("Wales").check()
    go_on(other)
    page.goto("/s/wave/q/sex")
    expect(page.get_by_label("Male", exact=True)).to_be_checked()
    page.goto("/s/wave/q/nation")
    expect(page.get_by_label("Wales")).to_be_checked()


def test_a_tab_that_is_late_leads_to_the_confirmation(page: Page) -> None:
    begin(page)
    page.goto("/s/wave/q/aware")
    page.get_by_label("No", exact=True).check()
    late = page.context.new_page()
    late.goto("/s/wave/q/sex")
    late.get_by_label("Male", exact=True).check()
    go_on(page)
    page.goto("/s/wave/check")
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_url("**/done")
    go_on(late)
    late.wait_for_url("**/done")
    assert Inbox.objects.count() == 1


def test_the_back_button_after_an_error_shows_the_page_and_what_was_answered(page: Page) -> None:
    begin(page)
    page.goto("/s/wave/q/aware")
    go_on(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Yes").check()
    go_on(page)
    page.wait_for_url("**/q/worries")
    page.go_back()
    page.wait_for_url("**/q/aware*")
    expect(page.get_by_label("Yes")).to_be_checked()
