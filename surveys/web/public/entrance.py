"""From the list of surveys to the first question."""

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from surveys.fieldwork.drafts import DraftGone, OpenDraft, begin_draft, discard_unless_kept
from surveys.fieldwork.models import Wave
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen
from surveys.reports.actions import published_actions
from surveys.reports.models import Release
from surveys.web.actions import shown_actions
from surveys.web.public.cookies import (
    ANSWERS,
    PLACE,
    TICKET,
    forget,
    keep_secret,
    place_in,
    secret_in,
    ticket_in,
)
from surveys.web.public.doors import closed, my_draft, respondent, takes_answers, wave_of
from surveys.web.public.invited import invited_only, refused
from surveys.web.public.language import in_my_language
from surveys.web.public.pages import document_in
from surveys.web.public.steps import Way

CLOSED_SHOWN = 10
ACTIONS_SHOWN = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The surveys that can be answered now, and those that are over."""
    waves = Wave.objects.select_related("questionnaire", "version").order_by("-closes_on", "slug")
    open_now = [
        {"wave": wave, "document": in_my_language(wave.version_id)}
        for wave in waves.accepting().filter(sampling=Wave.Sampling.OPEN_LINK)
        if takes_answers(wave)
    ]
    published = Release.objects.filter(state=Release.State.PUBLISHED)
    over = waves.filter(status__in=[Wave.Status.CLOSED, Wave.Status.PUBLISHED]).prefetch_related(
        Prefetch("releases", queryset=published, to_attr="published")
    )[:CLOSED_SHOWN]
    actions = shown_actions(published_actions()[:ACTIONS_SHOWN])
    told = {"open_now": open_now, "over": over, "actions": actions}
    return render(request, "public/home.html", told)


@require_safe
@respondent
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """What the survey is, before anything is asked or kept."""
    wave = wave_of(slug)
    if not takes_answers(wave):
        return closed(request, wave)
    continue_at = _where_i_was(request, slug)
    if continue_at is None and (refusal := refused(request, wave)) is not None:
        return refusal
    return render(
        request,
        "public/start.html",
        {
            "wave": wave,
            "document": in_my_language(wave.version_id),
            "staff": _is_staff(wave),
            "smallest_group": settings.DISCLOSURE_MINIMUM,
            "continue_at": continue_at,
            "invited": invited_only(wave),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@respondent
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for agreement; agreeing begins a draft, and ends one that this device still held.

    One whose respondent holds the code stays: somebody else may begin on the same device.
    """
    wave = wave_of(slug)
    if not takes_answers(wave):
        return closed(request, wave)
    if (refusal := refused(request, wave)) is not None:
        return refusal
    document = frozen(wave.version_id).document
    if request.method != "POST":
        told = {
            "wave": wave,
            "document": document,
            "staff": _is_staff(wave),
            "invited": invited_only(wave),
            "draft_days": settings.DRAFT_DAYS,
            "idle_minutes": settings.STAFF_IDLE_MINUTES,
            "smallest_group": settings.DISCLOSURE_MINIMUM,
        }
        return render(request, "public/consent.html", told)
    if held := secret_in(request):
        discard_unless_kept(held)
    wanted = get_language()
    language = wanted if wanted in document.languages else document.languages[0]
    staff = _is_staff(wave)
    ticket, place = (ticket_in(request), place_in(request)) if staff else ("", "")
    secret = begin_draft(wave=wave, language=language, ticket=ticket, organisation=place)
    first = document.pages[0].code
    response = redirect("question", slug=slug, code=first)
    keep_secret(response, slug, secret, staff=staff)
    forget(response, slug, ANSWERS)  # of whoever sat here before
    if staff:
        forget(response, slug, TICKET, PLACE)  # they are in the draft now
    return response


def _is_staff(wave: Wave) -> bool:
    return wave.questionnaire.audience == Questionnaire.Audience.STAFF


def _where_i_was(request: HttpRequest, slug: str) -> str | None:
    """Where a draft that this device holds goes on; None where it holds none."""
    if not secret_in(request):
        return None
    try:
        return where(my_draft(request, slug))
    except DraftGone:
        return None


def where(draft: OpenDraft) -> str:
    """The page on which a draft goes on."""
    slug = draft.wave.slug
    document = document_in(draft.wave.version_id, draft.content.language)
    page = Way.of(document, draft.content.answers).goes_on()
    if page is None:
        return reverse("check", args=[slug])
    return reverse("question", args=[slug, page.code])
