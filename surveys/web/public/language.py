"""English or Welsh: the switch that stands on every page, and what it does to answers in hand.

A page on which something can be typed sends its own form, and gets it back in the other language
with everything as it was. Every other page goes through `switch`.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from surveys.fieldwork.drafts import DraftBusy, DraftGone, OpenDraft, WaveNotOpen, save_page
from surveys.questionnaires.document import Document
from surveys.questionnaires.versions import frozen
from surveys.web.languages import SWITCH
from surveys.web.public.cookies import keep_language, language_in
from surveys.web.public.doors import my_draft
from surveys.web.public.pages import document_in


# Exempt, so that no page needs a token, and with it a cookie, for this form alone. It changes a
# language and nothing else; and a form from elsewhere brings no cookie of ours, so no draft either.
@csrf_exempt
@require_POST
def switch(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Go on in another language from the same page; a draft of this survey goes on in it too."""
    response = HttpResponseRedirect(_same_page(request.POST.get("next", "")))
    wanted = request.POST.get(SWITCH, "")
    if wanted in dict(settings.LANGUAGES):
        keep_language(response, wanted)
        if slug:
            _tell_draft(request, slug, wanted)
    return response


def switched_to(request: HttpRequest, languages: tuple[str, ...]) -> str | None:
    """The language that the switch of a page with a form of its own asks for."""
    wanted = request.POST.get(SWITCH, "")
    return wanted if wanted in languages else None


def spoken(request: HttpRequest, draft: OpenDraft, response: HttpResponse) -> HttpResponse:
    """A page in a draft's language says so, and brings the pages around it along."""
    language = draft.content.language
    response["Content-Language"] = language
    offered = draft.wave.questionnaire.document.languages
    if len(offered) > 1 and not language_in(request) and language != request.LANGUAGE_CODE:
        keep_language(response, language)  # a draft that came from another device
    return response


def in_my_language(version_id: int) -> Document:
    """What a version asks, in the reader's language where it has been translated."""
    document = frozen(version_id).document
    language = get_language() or ""
    return document_in(version_id, language) if language in document.languages else document


def _tell_draft(request: HttpRequest, slug: str, language: str) -> None:
    try:
        draft = my_draft(request, slug)
        if language in draft.wave.questionnaire.document.languages:
            save_page(draft.secret, {}, read=draft, language=language)
    except (DraftGone, WaveNotOpen, DraftBusy):
        return  # the cookie alone says it, and the page that follows says what is wrong


def _same_page(address: str) -> str:
    """Where the switch was pressed, if it is a page of ours."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else reverse("home")
