"""What only a browser can tell: the pages are accessible, small enough, and work by keyboard."""

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.support.barriers import check_here

pytestmark = [pytest.mark.django_db(transaction=True)]

FORM, ERRORS = "/gallery/form", "/gallery/form?errors=1"
COMPONENTS, MISSING = "/gallery/components", "/gallery/nothing-here"


@pytest.fixture(autouse=True)
def gallery(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.web.gallery"


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser writes to its console, blocked scripts and styles among it."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("address", [FORM, ERRORS, COMPONENTS, MISSING])
def test_axe_finds_nothing_and_nothing_sticks_out(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    check_here(page)


def test_the_content_security_policy_blocks_nothing_of_ours(
    page: Page, complaints: list[str]
) -> None:
    page.goto(FORM)
    expect(page.locator("body")).to_have_class(
        "nhsuk-template__body js-enabled nhsuk-frontend-supported"
    )
    assert complaints == []


def test_no_page_asks_another_host_for_anything(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(FORM)
    page.wait_for_load_state("networkidle")
    own = page.evaluate("location.origin")
    assert asked
    assert all(url.startswith(own) for url in asked)


def test_letters_are_arial_everywhere(page: Page) -> None:
    page.goto(FORM)
    families = page.evaluate(
        "[...document.querySelectorAll('body *')].map(one => getComputedStyle(one).fontFamily)"
    )
    assert set(families) == {"Arial, sans-serif"}


def test_the_error_summary_has_the_focus_and_leads_to_the_first_input(page: Page) -> None:
    page.goto(ERRORS)
    assert page.title().startswith("Error: ")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Select how you feel").click()
    expect(page.locator("#id_mood_good")).to_be_focused()
    page.get_by_role("link", name="Select a number").click()
    expect(page.locator("#id_trust_0")).to_be_focused()


def test_none_of_these_excludes_the_others_and_they_exclude_it(page: Page) -> None:
    page.goto(FORM)
    page.get_by_label("At home").check()
    page.get_by_label("At work").check()
    page.get_by_label("Nowhere").check()
    expect(page.get_by_label("At home")).not_to_be_checked()
    expect(page.get_by_label("At work")).not_to_be_checked()
    page.get_by_label("At home").check()
    expect(page.get_by_label("Nowhere")).not_to_be_checked()


def test_a_scale_is_answered_by_keyboard_and_by_touch(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(FORM)
    page.locator("#id_trust_0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#id_trust_2")).to_be_checked()
    page.locator("#id_trust_10").click()
    expect(page.locator("#id_trust_10")).to_be_checked()
    expect(page.locator("#id_trust_2")).not_to_be_checked()
    for number in range(11):
        box = page.locator(f"#id_trust_{number}").bounding_box()
        # WCAG 2.2, success criterion 2.5.8: at least 24 by 24; we keep to 40.
        assert box
        assert min(box["width"], box["height"]) >= 40


def test_a_chosen_number_stands_out_in_the_readers_own_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(FORM)
    page.locator("#id_trust_7").check()
    background = "label => getComputedStyle(label).backgroundColor"
    chosen, other = (page.locator(f"[for=id_trust_{n}]").evaluate(background) for n in (7, 6))
    assert chosen != other


def test_the_letters_that_are_left_are_counted(page: Page) -> None:
    page.goto(FORM)
    page.locator("#id_words").fill("twelve chars")
    expect(page.locator("[id=id_words-info] ~ [aria-hidden]")).to_have_text(
        "You have 488 characters remaining"
    )


def test_what_was_sent_without_scripts_comes_back_as_it_was(
    chromium: Browser, live_server: LiveServer
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(FORM)
    page.get_by_label("Very positive").check()
    page.locator("#id_trust_7").check()
    page.get_by_label("What would help").fill("<b>Ask & tell</b>")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Very positive")).to_be_checked()
    expect(page.locator("#id_trust_7")).to_be_checked()
    expect(page.get_by_label("What would help")).to_have_value("<b>Ask & tell</b>")
    expect(page.get_by_role("alert")).to_contain_text("Enter your age in whole years")
    context.close()
