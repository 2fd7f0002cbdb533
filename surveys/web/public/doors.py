"""How a respondent gets in: the wave, the draft, and what is said where there is none."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from surveys.fieldwork.drafts import DraftBusy, DraftGone, OpenDraft, WaveNotOpen, read_draft
from surveys.fieldwork.models import Wave
from surveys.fieldwork.submission import receipt_again
from surveys.web.public.cookies import DRAFT, code_in, forget, keep_code, language_in, secret_in

View = Callable[..., HttpResponse]


def respondent(view: View) -> View:
    """A page of one survey: kept by no cache, and telling in words why it cannot be shown."""

    @wraps(view)
    def shown(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, slug, *args, **kwargs)
        except DraftGone:
            response = _gone(request, slug)
        except WaveNotOpen:
            response = closed(request, wave_of(slug))
        except DraftBusy:
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "5"
        response["Cache-Control"] = "no-store"
        return response

    return shown


def my_draft(request: HttpRequest, slug: str) -> OpenDraft:
    """The draft that this device holds for this survey, in the language last chosen; one query.

    Raises DraftGone, WaveNotOpen.
    """
    draft = read_draft(secret_in(request))
    if draft.wave.slug != slug:
        raise DraftGone("this draft belongs to another survey")
    if not draft.wave.accepting:
        raise WaveNotOpen(f"{draft.wave.title} takes no answers")
    chosen = language_in(request)
    if (
        chosen == draft.content.language
        or chosen not in draft.wave.questionnaire.document.languages
    ):
        return draft
    return replace(draft, content=replace(draft.content, language=chosen))


def wave_of(slug: str) -> Wave:
    """The wave with this slug, or a page that says there is none.

    Raises Http404.
    """
    try:
        return Wave.objects.select_related("questionnaire").get(slug=slug)
    except Wave.DoesNotExist as error:
        raise Http404("there is no such survey") from error


def takes_answers(wave: Wave) -> bool:
    """Whether somebody can begin now."""
    return wave.status == Wave.Status.OPEN and timezone.now() < wave.accepts_until


def closed(request: HttpRequest, wave: Wave) -> HttpResponse:
    """Say when the survey opens, or that it is over."""
    waits = wave.status == Wave.Status.DRAFT and timezone.localdate() <= wave.closes_on
    template = "public/not_open_yet.html" if waits else "public/closed.html"
    return render(request, template, {"wave": wave})


def _sent_elsewhere(request: HttpRequest, slug: str) -> HttpResponse | None:
    """The confirmation, where this device's answers were sent from another one."""
    if not (secret := secret_in(request)):
        return None
    try:
        receipt = receipt_again(secret)
    except DraftGone:
        return None
    if receipt.wave_slug != slug:
        return None
    response = redirect("done", slug=slug)
    forget(response, slug, DRAFT)
    keep_code(response, slug, receipt.withdrawal_code)
    return response


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    """An unknown draft and an expired one are the same: what is gone has left no trace."""
    if code_in(request, slug) is not None:
        return redirect("done", slug=slug)  # sent a moment ago: the code may still be needed
    if (sent := _sent_elsewhere(request, slug)) is not None:
        return sent
    wave = wave_of(slug)
    if not takes_answers(wave):
        return closed(request, wave)
    told = {"wave": wave, "idle_minutes": settings.STAFF_IDLE_MINUTES}
    response = render(request, "public/gone.html", told, status=410)
    forget(response, slug)
    return response
