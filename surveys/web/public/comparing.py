"""How a respondent's answers compare with what is published.

After they are sent nobody can read them again, so what is compared travels in a sealed cookie of
the respondent's own device for a quarter of an hour, and nowhere else.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from surveys.fieldwork.models import Wave
from surveys.fieldwork.submission import Receipt
from surveys.questionnaires.own_answers import Placing, from_places, placings, to_places
from surveys.questionnaires.versions import frozen
from surveys.reports.feedback import anything_published, feedback, latest_published
from surveys.web.public import cookies
from surveys.web.public.compared import sections
from surveys.web.public.doors import respondent, wave_of
from surveys.web.public.pages import document_in


@require_safe
@respondent
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own answers beside the published figures; for 15 minutes, on the same device."""
    wave = wave_of(slug)
    answers = _own_answers(request, wave)
    if answers is None:
        return render(request, "public/compare_over.html", {"wave": wave}, status=410)
    document = frozen(wave.version_id).document
    releases = latest_published(wave.questionnaire, document)
    language = get_language() or "en"
    told = document_in(wave.version_id, language)
    context = {
        "wave": wave,
        "sections": sections(told, feedback(document, answers, releases), language),
        "sources": [{"release": one, "people": f"{one.respondents:,}"} for one in releases],
        "simulated": any(release.wave.simulated for release in releases),
        "staff": document.audience == "staff",
    }
    return render(request, "public/compare.html", context)


def keep(response: HttpResponse, receipt: Receipt) -> None:
    """Let the device keep the answers that can be compared; none where there are none."""
    if receipt.version_id is None:
        return  # sent before: this device has them, or it was another one
    places = to_places(own_placings(receipt.version_id), receipt.answers)
    if any(place is not None for place in places):
        kept = [receipt.version_id, places]
        staff = frozen(receipt.version_id).document.audience == "staff"
        cookies.keep_answers(response, receipt.wave_slug, kept, staff=staff)


@lru_cache(maxsize=32)
def own_placings(version_id: int) -> dict[str, Placing]:
    return placings(frozen(version_id).document)


def possible(request: HttpRequest, wave: Wave) -> bool:
    """Whether there is something to compare, and something to compare it with."""
    if _own_answers(request, wave) is None:
        return False
    return anything_published(wave.questionnaire, frozen(wave.version_id).document)


def _own_answers(request: HttpRequest, wave: Wave) -> Mapping[str, Any] | None:
    kept = cookies.answers_in(request, wave.slug)
    if kept is None:
        return None
    version_id, places = kept
    if version_id != wave.version_id:
        return None
    try:
        return from_places(frozen(version_id).document, places)
    except ValueError:  # sealed by an older release of this service
        return None
