"""The questions, one page at a time, until they are sent or given up."""

import re
from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.fieldwork.crypto import grouped
from surveys.fieldwork.drafts import DraftGone, OpenDraft, discard_draft, keep_awake, save_page
from surveys.fieldwork.models import Wave
from surveys.fieldwork.submission import Incomplete, TicketSpent, submit
from surveys.reports.actions import published_actions
from surveys.web.actions import shown_actions
from surveys.web.public import comparing, cookies
from surveys.web.public.doors import my_draft, respondent, wave_of
from surveys.web.public.forms import PageForm
from surveys.web.public.invited import spent
from surveys.web.public.language import spoken, switched_to
from surveys.web.public.noticing import noticed
from surveys.web.public.pages import Filling, compiled, document_in, render_page
from surveys.web.public.reading import read_page
from surveys.web.public.steps import Way, screens_out, step_after
from surveys.web.public.words import dropped_in_words, progress_line, sections

ACTIONS_SHOWN = 3
LATER = "later"  # the name of the button that saves, to go on another time
DROPPED = re.compile("[1-9][0-9]?", re.ASCII)


def way_of(draft: OpenDraft) -> Way:
    """The way of a draft, in its language."""
    document = document_in(draft.wave.version_id, draft.content.language)
    return Way.of(document, draft.content.answers)


@require_http_methods(["GET", "HEAD", "POST"])
@respondent
def question(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show one page, and keep its answers."""
    draft = my_draft(request, slug)
    with translation.override(draft.content.language):
        way = way_of(draft)
        page = way.may_see(code)
        if page is None:
            return _lead_on(slug, way)
        until = request.GET.get("until", "")
        if request.method == "POST":
            return _answer(request, draft, way, code, until)
        filling = Filling(
            csrf_token=get_token(request),
            path=_path(slug),
            back=_back(slug, way, code, until),
            progress=progress_line(way.document, way.answers, page),
            notice=_notice(request),
            answers=way.answers,
            seed=draft.content.seed,
        )
        keep_awake(draft)
        known = compiled(draft.wave.version_id, code, draft.content.language, _pilot(draft))
        return spoken(request, draft, HttpResponse(known.fill(filling)))


def _answer(
    request: HttpRequest, draft: OpenDraft, way: Way, code: str, until: str
) -> HttpResponse:
    if language := switched_to(request, way.document.languages):
        return _in_language(request, draft, code, until, language)
    slug, page = draft.wave.slug, way.document.pages_by_code[code]
    later = LATER in request.POST and not draft.wave.staff
    given = read_page(draft.wave.version_id, code, request.POST)
    if given is None:
        form = PageForm(page, request.POST, answers=way.answers, seed=draft.content.seed)
        complete = form.is_valid()
        if not complete and not (later and form.lacks_only()):
            if later:  # what is right is kept, whatever becomes of the rest
                draft = save_page(draft.secret, form.given(), read=draft).draft
            html = _as_typed(request, draft, way, form, until)
            return spoken(request, draft, HttpResponse(html, status=422))
        given = form.given()
    else:
        complete = True
    if complete and screens_out(page, given):
        discard_draft(draft.secret)
        response: HttpResponse = redirect("ended", slug=slug)
        cookies.forget(response, slug)
        return response
    if not page.questions:
        return redirect("later", slug=slug) if later else _go(slug, way, way, code, until)
    saved = save_page(draft.secret, given, read=draft)
    if later:
        response = redirect("later", slug=slug)
    else:
        response = _go(slug, way, way_of(saved.draft), code, until, len(saved.dropped))
    cookies.keep_secret(response, slug, draft.secret, staff=draft.wave.staff)
    return response


def _in_language(
    request: HttpRequest, draft: OpenDraft, code: str, until: str, language: str
) -> HttpResponse:
    """The same page in another language with what was typed: nothing is answered by switching."""
    draft = save_page(draft.secret, {}, read=draft, language=language).draft
    with translation.override(language):
        way = way_of(draft)
        form = PageForm.unsent(
            way.document.pages_by_code[code], request.POST, seed=draft.content.seed
        )
        response = HttpResponse(_as_typed(request, draft, way, form, until, _notice(request)))
    cookies.keep_language(response, language)
    return response


def _as_typed(
    request: HttpRequest, draft: OpenDraft, way: Way, form: PageForm, until: str, notice: str = ""
) -> str:
    """A page with what was typed into it, and its errors if it was sent."""
    slug, page = draft.wave.slug, form.page
    return render_page(
        page,
        form,
        languages=way.document.languages,
        pilot=_pilot(draft),
        may_be_kept=not draft.wave.staff,
        csrf_token=get_token(request),
        path=_path(slug),
        back=_back(slug, way, page.code, until),
        progress=progress_line(way.document, way.answers, page),
        notice=notice,
    )


@require_safe
@respondent
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that was answered, before it is sent."""
    draft = my_draft(request, slug)
    with translation.override(draft.content.language):
        way = way_of(draft)
        if way.first_open() is not None:
            return _lead_on(slug, way)
        told = {
            "sections": sections(way, _path(slug)),
            "back": _page_path(slug, way.pages[-1].code),
            "path": _path(slug),
            "pilot": _pilot(draft),
            "staff": draft.wave.staff,
            "dropped": _dropped(request),
        }
        keep_awake(draft)
        return spoken(request, draft, render(request, "public/check.html", told))


@require_POST
@respondent
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand the answers in. Sent twice, they count once and get the same confirmation."""
    try:
        receipt = submit(cookies.secret_in(request), noticed(request, slug))
    except Incomplete as incomplete:
        return redirect("question", slug=slug, code=incomplete.page_code)
    except DraftGone:
        if cookies.code_in(request, slug) is None:
            raise
        return redirect("done", slug=slug)
    except TicketSpent:
        response = spent(request, wave_of(slug))
        cookies.forget(response, slug)
        return response
    response = HttpResponseRedirect(_done_path(receipt.wave_slug))
    cookies.forget(response, receipt.wave_slug, cookies.DRAFT)
    cookies.keep_code(response, receipt.wave_slug, receipt.withdrawal_code)
    comparing.keep(response, receipt)
    return response


@require_safe
@respondent
def done(request: HttpRequest, slug: str) -> HttpResponse:
    """The confirmation, with the code by which the answers can be taken back."""
    code = cookies.code_in(request, slug)
    wave = wave_of(slug)
    if code is None:
        return render(request, "public/confirmation_over.html", {"wave": wave}, status=410)
    told = {
        "wave": wave,
        "code": grouped(code),
        "minutes": cookies.RECEIPT_AGE.seconds // 60,
        "compare": comparing.possible(request, wave),
        "actions": shown_actions(published_actions(about=wave.questionnaire)[:ACTIONS_SHOWN]),
    }
    return render(request, "public/done.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@respondent
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete an unsent draft and take every trace off this device."""
    if request.method != "POST":
        return render(request, "public/left.html", {"wave": wave_of(slug)})
    if secret := cookies.secret_in(request):
        discard_draft(secret)
    response = redirect("leave", slug=slug)
    cookies.forget(response, slug)
    # Also what the browser keeps for its back button.
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_safe
@respondent
def ended(request: HttpRequest, slug: str) -> HttpResponse:
    """Thank somebody whom the survey is not for."""
    return render(request, "public/ended.html", {"wave": wave_of(slug)})


# Addresses ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _path(slug: str) -> str:
    return reverse("start", args=[slug])


@lru_cache(maxsize=256)
def _done_path(slug: str) -> str:
    return reverse("done", args=[slug])


def _page_path(slug: str, code: str, **query: object) -> str:
    told = {name: value for name, value in query.items() if value}
    return f"{_path(slug)}q/{code}" + (f"?{urlencode(told)}" if told else "")


def _check_path(slug: str, dropped: int = 0) -> str:
    return f"{_path(slug)}check" + (f"?dropped={dropped}" if dropped else "")


def _back(slug: str, way: Way, code: str, until: str) -> str:
    """The page before; a change that began at the check of all answers leads back to it."""
    if until == code:
        return _check_path(slug)
    before = way.before(way.document.pages_by_code[code])
    if before is None:
        return f"{_path(slug)}consent"
    return _page_path(slug, before.code, until=until)


def _lead_on(slug: str, way: Way) -> HttpResponseRedirect:
    """To the first page that still needs an answer, or to the check of all answers."""
    page = way.first_open()
    return HttpResponseRedirect(_page_path(slug, page.code) if page else _check_path(slug))


def _go(
    slug: str, old: Way, new: Way, code: str, until: str, dropped: int = 0
) -> HttpResponseRedirect:
    step = step_after(new.document.pages_by_code[code], old, new, until)
    if step.page is None:
        return HttpResponseRedirect(_check_path(slug, dropped))
    return HttpResponseRedirect(_page_path(slug, step.page.code, until=step.until, dropped=dropped))


def _dropped(request: HttpRequest) -> str:
    """That answers were dropped by what was just changed; only a number travels in the address."""
    number = request.GET.get("dropped", "")
    return dropped_in_words(int(number)) if DROPPED.fullmatch(number) else ""


def _notice(request: HttpRequest) -> str:
    text = _dropped(request)
    return render_to_string("components/inset.html", {"text": text}) if text else ""


def _pilot(draft: OpenDraft) -> bool:
    return draft.wave.kind == Wave.Kind.PILOT
