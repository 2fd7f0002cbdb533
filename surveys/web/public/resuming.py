"""Leaving a survey to come back: on this device by its cookie, on another one by a code.

The code is the draft's secret itself, so it stands in no address, where a browser would remember
it, and nobody can look it up. Members of staff get none: their drafts end with the browser.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.fieldwork.crypto import grouped
from surveys.fieldwork.drafts import DraftGone, OpenDraft, keep_for_later, read_draft
from surveys.web.networks import HOUR, times
from surveys.web.public.code_forms import ResumeForm, in_other_language
from surveys.web.public.cookies import DRAFT, forget, keep_language, keep_secret
from surveys.web.public.doors import closed, my_draft, respondent, wave_of
from surveys.web.public.entrance import where
from surveys.web.public.language import spoken
from surveys.web.public.refusals import too_often

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
        if request.method == "POST":
            response = render(request, "public/put_away.html", told)
            forget(response, slug, DRAFT)
            response["Clear-Site-Data"] = '"cache"'
        else:
            keep_for_later(draft)
            response = render(request, "public/later.html", told)
            keep_secret(response, slug, draft.secret, staff=False)
        return spoken(request, draft, response)


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
            if not draft.wave.accepting:
                return closed(request, wave_of(draft.wave.slug))
            response = redirect(where(draft))
            keep_secret(response, draft.wave.slug, draft.secret, staff=False)
            keep_language(response, draft.content.language)
            return response
    told = {"form": form, "has_errors": bool(form.errors)}
    return render(request, "public/resume.html", told, status=422 if form.is_bound else 200)


def _draft_of(code: str) -> OpenDraft:
    draft = read_draft(code)
    if draft.wave.staff:
        raise DraftGone("drafts of staff end with the browser")
    return draft
