"""The Chromium that the machine has; none is downloaded."""

import os
import shutil
from urllib.parse import urlsplit

from playwright.sync_api import Route

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where Chromium is installed; CHROMIUM may name another place. None where there is none."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if name and (path := shutil.which(name))), None)


def stay_on_this_machine(route: Route) -> None:
    """Let a page load from the service under test, and from nowhere else."""
    if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost", "::1", None):
        route.continue_()
    else:
        route.abort()
