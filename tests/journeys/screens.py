"""One respondent's browser: a width, with scripts or without, worked by its keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.support.barriers import HEIGHT, check_every_width
from tests.support.browser import stay_on_this_machine
from tests.support.keyboard import Keyboard

CONTINUE = "#answers > .nhsuk-button"
FORM_BUTTON = "main form .nhsuk-button"
SUMMARY = ".nhsuk-error-summary"
SWITCH = "button[name=switch-to]"


class Screen:
    """A page, its keyboard, and whether scripts run in it; `axe`: whether it is examined."""

    def __init__(self, page: Page, beside: Page | None, axe: bool) -> None:
        self.page, self.keyboard, self.beside = page, Keyboard(page), beside
        self.scripts, self.axe = beside is None, axe

    @property
    def path(self) -> str:
        """Where the page is; after an error its address may end with the field's name."""
        return urlsplit(self.page.url).path

    def open(self, path: str, language: str) -> None:
        """Go to an address as by a link in a letter, and choose the language there."""
        self.page.goto(path)
        self.keyboard.to_content()
        if self.page.locator("html").get_attribute("lang") != language:
            self.keyboard.reach(SWITCH, "Shift+Tab")
            with self.keyboard.new_page():
                self.keyboard.press("Enter")
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def examine(self, *widths: int) -> None:
        """No barrier at these widths, at every one if none is named.

        Where scripts are off, axe looks at a copy of the page.
        """
        if not self.axe:
            return
        if self.beside is None:
            check_every_width(self.page, *widths)
            return
        html, address = self.page.content(), self.page.url.partition("#")[0]

        def copy(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        self.beside.route(address, copy)
        self.beside.goto(address)
        check_every_width(self.beside, *widths)
        self.beside.unroute(address)

    def refuses(self, *words: str) -> None:
        """The page has come back with these errors: told twice, in the title too, with links.

        Ends with the focus on the first field in error, where the first link has led.
        """
        page = self.page
        assert page.title().startswith(("Error: ", "Gwall: ")), page.url
        links = page.locator(f"{SUMMARY} a")
        expect(links).to_have_text(list(words))
        for link in links.all():
            field = page.locator(str(link.get_attribute("href")))
            group = page.locator(".nhsuk-form-group--error").filter(has=field)
            expect(group.locator("span.nhsuk-error-message")).to_contain_text(link.inner_text())
        if self.scripts:
            expect(page.locator(SUMMARY)).to_be_focused()
        self.examine()
        self.keyboard.reach(f"{SUMMARY} a")
        self.keyboard.press("Enter")
        expect(page.locator(str(links.first.get_attribute("href")))).to_be_focused()


@contextmanager
def screen(
    browser: Browser, server: LiveServer, width: int, scripts: bool, axe: bool = True
) -> Iterator[Screen]:
    """A new respondent's browser; where it runs no scripts, with one beside it for axe, which does
    run but loads none of ours."""
    size: Any = {"width": width, "height": HEIGHT}
    context = browser.new_context(
        base_url=server.url, viewport=size, java_script_enabled=scripts, locale="en-GB"
    )
    context.route("**/*", stay_on_this_machine)
    beside = None
    if not scripts:
        other = browser.new_context(base_url=server.url, viewport=size)
        other.route("**/*", stay_on_this_machine)
        other.route("**/*.js", lambda route: route.abort())
        beside = other.new_page()
    yield Screen(context.new_page(), beside, axe)
    context.close()
    if beside:
        beside.context.close()
