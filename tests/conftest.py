"""Fixtures for every test: a closed network, and Chromium where it is installed."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings, settings
from django.utils import translation
from playwright.sync_api import sync_playwright

from surveys.fieldwork.inbox import root_id
from surveys.fieldwork.invitation_mail import _written
from surveys.questionnaires.versions import frozen
from surveys.web import networks
from surveys.web.public.comparing import own_placings
from surveys.web.public.pages import compiled, document_in
from surveys.web.public.reading import table
from tests.support.browser import FLAGS, chromium_path, stay_on_this_machine
from tests.support.flushing import let_the_runner_empty_tables
from tests.support.network import close_the_network
from tests.support.outcomes import Outcomes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer


def pytest_configure(config: pytest.Config) -> None:
    close_the_network()
    let_the_runner_empty_tables()
    if "TEST_OUTCOMES" in os.environ:
        config.pluginmanager.register(Outcomes(Path(os.environ["TEST_OUTCOMES"])))


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    if settings.FULL_PROFILE:
        return
    for item in items:
        for name in ("postgresql", "redis"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason="runs on PostgreSQL and Redis only"))


@pytest.fixture(autouse=True)
def forget_versions() -> None:
    """A version is remembered by its number; after a rollback SQLite gives the number again."""
    for remembered in (frozen, document_in, compiled, table, root_id, own_placings, _written):
        remembered.cache_clear()


@pytest.fixture(autouse=True)
def begin_in_english() -> None:
    """A test client that was answered in Welsh leaves its thread in Welsh."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def count_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted of networks lies in the cache, which outlives a test: with a secret of its
    own each counts anew, and no other run on this machine loses anything."""
    monkeypatch.setattr(networks, "SECRET", secrets.token_hex())


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def keep_keys_apart(keys: Path, settings: LazySettings) -> None:
    """Keys of staff waves lie in no folder of this machine that outlives the run."""
    settings.WAVE_KEYS_DIR = str(keys)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One headless Chromium for the whole run."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed")
    # Playwright's loop runs in this thread, and Django would take every query for one from a
    # coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: "Browser", live_server: "LiveServer") -> "Iterator[Page]":
    """A new visitor's page on the service; addresses may be relative to it."""
    context = chromium.new_context(base_url=live_server.url, locale="en-GB")
    context.route("**/*", stay_on_this_machine)
    yield context.new_page()
    context.close()
