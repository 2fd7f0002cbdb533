"""Taking one's answers back, with the code from the confirmation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from surveys.fieldwork.withdrawal import UnknownCode, find_wave, withdraw
from surveys.web.networks import HOUR, times
from surveys.web.public.code_forms import WithdrawalForm, in_other_language
from surveys.web.public.cookies import ANSWERS, RECEIPT, forget
from surveys.web.public.refusals import too_often

MOST_AN_HOUR = 60  # tries from one network, each of which takes two


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest) -> HttpResponse:
    """Ask for the code, then whether to delete; only the second answer deletes anything."""
    if (switched := in_other_language(request, WithdrawalForm, "public/withdraw.html")) is not None:
        return switched
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if times(request, "withdraw", HOUR) > MOST_AN_HOUR:
            return too_often(request)
        code = form.cleaned_data["code"]
        try:
            wave = find_wave(code)
            if "sure" not in request.POST:
                told = {"wave": wave, "code": form.as_read()}
                return render(request, "public/withdraw_confirm.html", told)
            taken = withdraw(code)
        except UnknownCode:
            form.refuse_unknown()
        else:
            response = redirect("withdrawn_published" if taken.published else "withdrawn")
            forget(response, wave.slug, RECEIPT, ANSWERS)
            return response
    told = {"form": form, "has_errors": bool(form.errors)}
    return render(request, "public/withdraw.html", told, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def withdrawn(request: HttpRequest, published: bool = False) -> HttpResponse:
    """Say that it is done, and what stays as it is."""
    return render(request, "public/withdrawn.html", {"published": published})
