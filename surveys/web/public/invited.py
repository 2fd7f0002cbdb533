"""How members of staff come in: by the link of an invitation, a card, or an organisation's link.

What lets them in is put into a cookie at once, and the address they go on with says nothing:
neither the browser's history nor a log nor the next page learns it. Opening a link changes nothing
in the database, so that a mail scanner may open all of them. With the first question it moves into
the draft, which only the respondent can read.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.fieldwork.drafts import DraftGone, WaveNotOpen
from surveys.fieldwork.invitation_mail import UnknownInvitation, invitation_of, opt_out
from surveys.fieldwork.models import Organisation, Wave
from surveys.fieldwork.tickets import NotATicket, left, read_ticket
from surveys.questionnaires.models import Questionnaire
from surveys.web.networks import HOUR, times
from surveys.web.public.code_forms import TicketForm, in_other_language
from surveys.web.public.cookies import (
    DRAFT,
    PLACE,
    TICKET,
    forget,
    keep_place,
    keep_ticket,
    place_in,
    ticket_in,
)
from surveys.web.public.doors import my_draft, respondent, wave_of
from surveys.web.public.refusals import too_often

MOST_AN_HOUR = 60  # wrong codes from one network; 130 random bits are not guessed
WRONG, OFTEN = "wrong", "often"


@require_safe
@respondent
def follow_ticket(request: HttpRequest, slug: str, ticket: str) -> HttpResponse:
    """Keep the ticket of a link on this device, and go on at an address without it."""
    wave = _staff_wave(slug)
    try:
        mine = read_ticket(ticket, wave.slug)
    except NotATicket:
        often = times(request, f"tickets of {slug}", HOUR) > MOST_AN_HOUR
        # What was wrong may be nearly right: it stands in no log of refusals either.
        return HttpResponseRedirect(f"{reverse('ticket', args=[slug])}?{OFTEN if often else WRONG}")
    return _let_in(request, wave, mine)


@require_http_methods(["GET", "HEAD", "POST"])
@respondent
def type_ticket(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the code of a card, and say what may be wrong with one."""
    wave = _staff_wave(slug)
    told: dict[str, object] = {"wave": wave}
    switched = in_other_language(request, TicketForm, "public/ticket.html", told)
    if switched is not None:
        return switched
    if OFTEN in request.GET:
        return too_often(request)
    form = TicketForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _let_in(request, wave, read_ticket(form.cleaned_data["code"], wave.slug))
        except NotATicket:
            if times(request, f"tickets of {slug}", HOUR) > MOST_AN_HOUR:
                return too_often(request)
            form.refuse_unknown()
    told |= {"form": form, "has_errors": bool(form.errors), "wrong": WRONG in request.GET}
    return render(request, "public/ticket.html", told, status=422 if form.is_bound else 200)


@require_safe
@respondent
def follow_organisation(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Note whose staff somebody is, where a wave is open to whoever has its link."""
    wave = _staff_wave(slug)
    found = Organisation.objects.working().filter(code=code.upper()).first()
    asked = wave.organisations.values_list("path", flat=True)
    if (
        wave.sampling != Wave.Sampling.OPEN_LINK
        or found is None
        or not any(found.path.startswith(path) for path in asked)
    ):
        raise Http404("this survey does not ask this organisation by a link")
    response = redirect("start", slug=slug)
    if place_in(request) != found.code:
        forget(response, slug, DRAFT)  # of whoever sat here before
    keep_place(response, slug, found.code)
    return response


@never_cache
@csrf_exempt  # mail programs post here themselves (RFC 8058), and the code is proof enough
@require_http_methods(["GET", "HEAD", "POST"])
def stop_invitations(request: HttpRequest, code: str) -> HttpResponse:
    """Write to an address no more: by one button, here or in the mail program."""
    try:
        if request.method == "POST":
            opt_out(code)
            return render(request, "public/invitation_left.html")
        invitation_of(code)
    except UnknownInvitation:
        told = {"code": code, "known": False}
        return render(request, "public/invitation_leave.html", told, status=404)
    return render(request, "public/invitation_leave.html", {"code": code, "known": True})


def refused(request: HttpRequest, wave: Wave) -> HttpResponse | None:
    """What somebody is told who cannot answer this wave: no ticket, or one that was used.

    None where they can. One query, and only with a ticket.
    """
    if not invited_only(wave):
        return None
    ticket = ticket_in(request)
    if ticket and left(ticket, wave.pk):
        return None
    if ticket:
        return spent(request, wave)
    return render(request, "public/ticket_needed.html", {"wave": wave})


def invited_only(wave: Wave) -> bool:
    """Whether an answer needs a ticket."""
    staff = wave.questionnaire.audience == Questionnaire.Audience.STAFF
    return staff and wave.sampling == Wave.Sampling.INVITED


def spent(request: HttpRequest, wave: Wave) -> HttpResponse:
    """Say that this invitation was answered already, and what to do."""
    response = render(request, "public/ticket_spent.html", {"wave": wave})
    forget(response, wave.slug, TICKET)
    return response


def _let_in(request: HttpRequest, wave: Wave, ticket: str) -> HttpResponse:
    """Go on to the start with a ticket; never into a draft that was begun with another one."""
    response = redirect("start", slug=wave.slug)
    keep_ticket(response, wave.slug, ticket)
    forget(response, wave.slug, PLACE)
    try:
        if my_draft(request, wave.slug).content.ticket != ticket:
            forget(response, wave.slug, DRAFT)
    except (DraftGone, WaveNotOpen):
        pass  # none was begun here, or it is over: the start page says so
    return response


def _staff_wave(slug: str) -> Wave:
    wave = wave_of(slug)
    if wave.questionnaire.audience != Questionnaire.Audience.STAFF:
        raise Http404("nobody is invited to this survey")
    return wave
