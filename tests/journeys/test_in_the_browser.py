"""What only a browser can tell of respondents' pages: keyboard, screen readers, small screens."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from surveys.fieldwork.models import Inbox
from tests.fieldwork.small import document as small
from tests.support.barriers import DESKTOP, NARROWEST, PHONE, check_every_width
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [NARROWEST, PHONE, DESKTOP]


def code_of(page: Page) -> str:
    return page.url.rsplit("/", 1)[-1].split("?")[0]


def fill_in(page: Page) -> None:
    """Answer whatever the page asks; of each group the second choice."""
    for group in page.locator("main fieldset").all():
        group.locator("input").nth(1).check(force=True)
    for box in page.locator("main input[type=text], main textarea").all():
        numeric = box.get_attribute("inputmode") == "numeric"
        box.fill("7" if numeric else "Words <b>&</b> words")


def answer(page: Page, each: Callable[[Page], None]) -> None:
    """From the first question to the check of all answers."""
    for _ in range(60):
        if code_of(page) == "check":
            return
        each(page)
        before = page.url
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(lambda url, before=before: url != before)
    raise AssertionError("the survey has no end")


def agree(page: Page) -> None:
    page.goto("/s/wave/consent")
    page.get_by_role("button", name="I agree").click()


def test_axe_finds_nothing_on_the_way_in_any_state(page: Page) -> None:
    """Each page empty, with errors, filled in, and shown again from what was kept."""
    wave_of(document())
    for path in ("/", "/s/wave/", "/s/wave/consent"):
        page.goto(path)
        check_every_width(page)

    def each(page: Page) -> None:
        check_every_width(page)
        code, asked = code_of(page), page.locator("main input:not([type=hidden]), main textarea")
        if asked.count() and code not in ("single", "many", "number", "short", "asked"):
            page.get_by_role("button", name="Continue").click()
            expect(page.locator(".nhsuk-error-summary")).to_be_focused()
            assert page.title().startswith("Error: ")
            check_every_width(page)
        fill_in(page)
        check_every_width(page)

    agree(page)
    answer(page, each)
    check_every_width(page)
    page.goto("/s/wave/q/all")
    check_every_width(page)
    page.goto("/s/wave/check")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    check_every_width(page)


def test_axe_finds_nothing_on_the_pages_around(page: Page) -> None:
    wave_of(library("staff-confidence"), kind="pilot")
    wave_of(small("over"), "over", status="closed", kind="simulated")
    wave_of(small("soon"), "soon", status="draft")
    around = ["/", "/s/wave/", "/s/wave/consent", "/s/over/", "/s/soon/", "/withdraw"]
    around += ["/withdraw/done", "/withdraw/done-published", "/privacy", "/cookies"]
    around += ["/accessibility", "/s/wave/done", "/s/wave/ended", "/s/wave/leave", "/s/none/"]
    around += ["/s/wave/q/gone"]
    for path in around:
        page.goto(path)
        check_every_width(page)
    page.goto("/withdraw")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    check_every_width(page)


def press_until(page: Page, key: str, found: str) -> None:
    """Press a key until the focus is where `found`, a JavaScript condition on `one`, holds."""
    for _ in range(60):
        if page.evaluate(f"(() => {{ const one = document.activeElement; return {found} }})()"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard never gets to {found} on {page.url}")


def step(page: Page, way: str) -> None:
    """The browser's own button, from a page that has arrived: not in the middle of a change."""
    page.wait_for_load_state("load")
    page.evaluate(f"setTimeout(() => history.{way}())")


def test_back_and_forward_show_what_was_answered(page: Page) -> None:
    wave_of(small())
    agree(page)
    page.get_by_label("Female").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Wales").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Nurse")).to_be_visible()
    step(page, "back")
    expect(page.get_by_label("Wales")).to_be_checked()
    step(page, "back")
    expect(page.get_by_label("Female")).to_be_checked()
    step(page, "forward")
    expect(page.get_by_label("Wales")).to_be_checked()


def test_after_leaving_the_back_button_shows_no_answer(page: Page) -> None:
    wave_of(small())
    agree(page)
    page.get_by_label("Female").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Leave and clear this device").click()
    expect(page.get_by_role("heading", name="This device is clear")).to_be_visible()
    assert [cookie["name"] for cookie in page.context.cookies()] == ["csrftoken"]
    step(page, "back")
    page.wait_for_url(re.compile("/q/"))
    page.reload()
    expect(page.get_by_role("heading", name="We do not have your answers")).to_be_visible()


def test_a_button_pressed_twice_sends_once(page: Page) -> None:
    wave_of(small())
    agree(page)
    answer(page, fill_in)
    page.get_by_role("button", name="Send my answers").dblclick()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Inbox.objects.count() == 1


def test_the_confirmation_can_be_printed(page: Page) -> None:
    wave_of(small())
    agree(page)
    answer(page, fill_in)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".app-code")).to_be_visible()
    expect(page.get_by_role("button", name="Print this page")).not_to_be_visible()
    expect(page.locator("header")).not_to_be_visible()


def test_no_page_of_the_way_asks_another_host_or_is_stopped_by_our_own_policy(page: Page) -> None:
    asked: list[str] = []
    complaints: list[Any] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wave_of(document())
    agree(page)
    answer(page, fill_in)
    own = page.evaluate("location.origin")
    assert all(url.startswith(own) for url in asked)
    assert complaints == []
