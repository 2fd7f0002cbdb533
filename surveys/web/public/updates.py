"""News of results by e-mail: asking for it, confirming, and leaving.

Its addresses lie outside the path of every survey's cookies, so no request here carries a draft.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.fieldwork.subscribing import UnknownLink, confirm, leave, sign_up, subscriber_of
from surveys.web.networks import HOUR, times
from surveys.web.public.forms import SignUpForm
from surveys.web.public.refusals import too_often

MOST_AN_HOUR = 20  # from one network; a hospital is one


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an address. What is answered is the same whether it is known or not."""
    if not settings.SENDS_MAIL:
        raise Http404("this site sends no mail")
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if times(request, "sign up", HOUR) > MOST_AN_HOUR:
            return too_often(request)
        sign_up(form.cleaned_data["email"], get_language() or "en")
        return redirect("updates_sent")
    told = {"form": form, "has_errors": bool(form.errors)}
    return render(request, "public/updates.html", told, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a message is on its way."""
    return render(request, "public/updates_sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm an address. Only the button does: programs that look through mail open links."""
    try:
        subscriber_of(code)
        if request.method == "POST":
            confirm(code)
            return render(request, "public/updates_confirmed.html")
    except UnknownLink:
        return render(request, "public/updates_unknown.html", status=404)
    return render(request, "public/updates_confirm.html", {"code": code})


@never_cache
@csrf_exempt  # mail programs post here themselves (RFC 8058), and the code is proof enough
@require_http_methods(["GET", "HEAD", "POST"])
def leave_page(request: HttpRequest, code: str) -> HttpResponse:
    """Delete an address: by one button, here or in the mail program."""
    if request.method == "POST":
        leave(code)
        return render(request, "public/updates_left.html")
    return render(request, "public/updates_leave.html", {"code": code})
