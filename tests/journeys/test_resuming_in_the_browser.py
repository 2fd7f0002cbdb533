"""Saving, coming back and signing up for news: without barriers, by keyboard, on small screens."""

import pytest
from playwright.sync_api import Page, expect

from surveys.fieldwork.models import Draft, Subscriber
from surveys.fieldwork.subscribing import link_code
from tests.fieldwork.small import document as small
from tests.journeys.test_in_the_browser import WIDTHS
from tests.support.barriers import check_here
from tests.web.public.every import wave_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_from_one_device_to_another_by_code(page: Page, width: int) -> None:
    wave_of(small())
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/s/wave/consent")
    page.get_by_role("button", name="I agree").click()
    page.get_by_label("Male", exact=True).check()
    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_url("**/later")
    check_here(page)
    code = page.locator(".app-code").inner_text()
    page.get_by_role("button", name="Leave this device and keep my answers").click()
    expect(page.get_by_role("heading", name="This device is clear")).to_be_visible()
    check_here(page)
    assert Draft.objects.count() == 1

    page.goto("/")
    page.get_by_role("link", name="Go on with my code").click()
    check_here(page)
    page.keyboard.press("Tab")
    page.get_by_label("What is your code?").fill("ABCD")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check_here(page)
    page.get_by_label("What is your code?").fill(code.lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/nation")
    page.goto("/s/wave/q/sex")
    expect(page.get_by_label("Male", exact=True)).to_be_checked()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("chosen", ["Male", "Female"])
def test_a_code_asks_before_it_takes_the_place_of_other_answers(
    page: Page, width: int, chosen: str
) -> None:
    wave_of(small())
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/s/wave/consent")
    page.get_by_role("button", name="I agree").click()
    page.get_by_label("Male", exact=True).check()
    page.get_by_role("button", name="Save and come back later").click()
    code = page.locator(".app-code").inner_text()
    page.get_by_role("button", name="Leave this device and keep my answers").click()
    page.goto("/s/wave/consent")
    page.get_by_role("button", name="I agree").click()
    page.get_by_label("Female", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.goto("/resume")
    page.get_by_label("What is your code?").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This device holds other answers")).to_be_visible()
    check_here(page)
    if chosen == "Male":
        page.get_by_role("button", name="Take my code’s answers instead").press("Enter")
    else:
        page.get_by_role("link", name="Go on with the answers on this device").press("Enter")
    page.wait_for_url("**/q/nation")
    page.goto("/s/wave/q/sex")
    expect(page.get_by_label(chosen, exact=True)).to_be_checked()


@pytest.mark.parametrize("width", WIDTHS)
def test_signing_up_for_news_and_leaving(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/updates")
    check_here(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check_here(page)
    page.get_by_label("What is your e-mail address?").fill("ada@example.org")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/updates/sent")
    check_here(page)
    code = link_code(Subscriber.objects.get())
    page.goto(f"/updates/confirm/{code}")
    check_here(page)
    page.get_by_role("button", name="Yes, tell me of results").click()
    expect(page.get_by_role("heading", name="We will write to you")).to_be_visible()
    check_here(page)
    page.goto(f"/updates/leave/{code}")
    check_here(page)
    page.get_by_role("button", name="Delete my address").click()
    expect(page.get_by_role("heading", name="Your address is deleted")).to_be_visible()
    check_here(page)
    page.goto(f"/updates/confirm/{code}")
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    check_here(page)
    assert not Subscriber.objects.exists()
