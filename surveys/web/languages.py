"""The languages that a page can be read in, as its switch shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

SWITCH = "switch-to"  # the name of the switch's buttons; no question has a dash in its code


@dataclass(frozen=True)
class Choice:
    """One language, called by its own name."""

    code: str
    name: str
    current: bool


def choices(offered: Sequence[str] | None = None) -> list[Choice]:
    """The languages of the service, or those of them that are `offered`."""
    current = get_language()
    return [
        Choice(code, name, code == current)
        for code, name in settings.LANGUAGES
        if offered is None or code in offered
    ]


def switch_for(request: HttpRequest) -> str:
    """Where a page's switch is sent: from a page of a survey to where the draft's cookie goes."""
    match = request.resolver_match
    if match is not None and match.route.startswith("s/"):
        return reverse("survey_language", args=[match.kwargs["slug"]])
    return reverse("language")
