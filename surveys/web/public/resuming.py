"""Leaving a survey to come back: on this device by its cookie, on another one by a code.

The code is the draft's secret itself, so it stands in no address, where a browser would remember
it, and nobody can look it up. Members of staff get none: their drafts end with the browser.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.fieldwork.crypto import grouped
from surveys.fieldwork.drafts import DraftGone, OpenDraft, WaveNotOpen, keep_for_later, read_draft
from surveys.web.networks import HOUR, times
from surveys.web.public.code_forms import ResumeForm, in_other_language
from surveys.web.public.cookies import DRAFT, forget, keep_language, keep_secret
from surveys.web.public.doors import closed, my_draft, respondent, wave_of
from surveys.web.public.entrance import where
from surveys.web.public.language import spoken
from surveys.web.public.refusals import too_often

REPLACE = "replace"  # the name of the button that gives up what this device holds
MOST_AN_HOUR = 60  # tries from one network; 130 random bits are not guessed


@require_http_methods(["GET", "HEAD", "POST"])
@respondent
def later(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the code of a draft; on request take the draft off this device, and keep it."""
    draft = my_draft(request, slug)
    if draft.wave.staff:
        return redirect(where(draft))
    with translation.override(draft.content.language):
        told = {
            "wave": draft.wave,
            "code": grouped(draft.secret),
            "days": settings.DRAFT_DAYS,
            "go_on": where(draft),
        }
        keep_for_later(draft)
        if request.method == "POST":
            response: HttpResponse = redirect("put_away", slug=slug)
            forget(response, slug, DRAFT)
            # Also what the browser keeps for its back button.
            response["Clear-Site-Data"] = '"cache"'
            return spoken(request, draft, response)
        response = render(request, "public/later.html", told)
        keep_secret(response, slug, draft.secret, staff=False)
        return spoken(request, draft, response)


@require_safe
@respondent
def put_away(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that this device holds nothing any more, and what opens the answers."""
    told = {"wave": wave_of(slug), "days": settings.DRAFT_DAYS}
    return render(request, "public/put_away.html", told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with the draft of a code, where it was left."""
    if (switched := in_other_language(request, ResumeForm, "public/resume.html")) is not None:
        return switched
    form = ResumeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if times(request, "resume", HOUR) > MOST_AN_HOUR:
            return too_often(request)
        try:
            draft = _draft_of(form.cleaned_data["code"])
        except DraftGone:
            form.refuse_unknown()
        else:
            # What this device holds is sent to the pages of its survey only: one of them goes on.
            address = reverse("resume_here", args=[draft.wave.slug])
            return HttpResponseRedirect(address, preserve_request=True)
    told = {"form": form, "has_errors": bool(form.errors)}
    return render(request, "public/resume.html", told, status=422 if form.is_bound else 200)


@require_POST
@respondent
def resume_here(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on with the draft of a code, unless this device would lose other answers unasked.

    The code comes in the form, as it was typed: it stands in no address.
    """
    form = ResumeForm(request.POST)
    if not form.is_valid():
        return redirect("resume")
    draft = _draft_of(form.cleaned_data["code"])
    if draft.wave.slug != slug:
        raise DraftGone("this draft belongs to another survey")
    if not draft.wave.accepting:
        return closed(request, wave_of(slug))
    if REPLACE not in request.POST and (held := _other_answers(request, draft)) is not None:
        told = {"wave": draft.wave, "code": form.cleaned_data["code"], "go_on": where(held)}
        return render(request, "public/resume_replace.html", told)
    response = redirect(where(draft))
    keep_secret(response, slug, draft.secret, staff=False)
    keep_language(response, draft.content.language)
    return response


def _other_answers(request: HttpRequest, wanted: OpenDraft) -> OpenDraft | None:
    """The draft that this device holds for the survey, if it is another one and has answers."""
    try:
        held = my_draft(request, wanted.wave.slug)
    except (DraftGone, WaveNotOpen):
        return None
    questions = held.wave.questionnaire.document.questions
    has_answers = any(code in questions for code in held.content.answers)
    return held if held.secret != wanted.secret and has_answers else None


def _draft_of(code: str) -> OpenDraft:
    draft = read_draft(code)
    if draft.wave.staff:
        raise DraftGone("drafts of staff end with the browser")
    return draft
