"""The pages on which managers tell what was done about what people said."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.fieldwork.models import User
from surveys.questionnaires.versions import newest_versions
from surveys.reports.actions import publish_action, save_action, withdraw_action
from surveys.reports.models import Action
from surveys.web.actions import subjects_of
from surveys.web.insights.access import tellers_only
from surveys.web.insights.action_form import ActionForm


@require_safe
@tellers_only
def actions(request: HttpRequest) -> HttpResponse:
    """Every action, published or not."""
    versions = newest_versions()
    found = Action.objects.select_related("created_by").prefetch_related("subjects")
    told = [
        {"action": action, "about": subjects_of(action, versions, whose=True)} for action in found
    ]
    return render(request, "insights/actions.html", {"told": told})


@require_http_methods(["GET", "HEAD", "POST"])
@tellers_only
def add_action(request: HttpRequest) -> HttpResponse:
    """Write down a new action; it is a draft."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@tellers_only
def edit_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an action; what is published changes at once."""
    found = Action.objects.prefetch_related("subjects")
    return _form(request, get_object_or_404(found, pk=pk))


def _form(request: HttpRequest, action: Action | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ActionForm(newest_versions(), action, data)
    if form.is_valid():
        by = _who(request)
        saved = action or Action(created_by=by)
        for name in ("heard", "heard_cy", "did", "did_cy", "happened_on", "link"):
            setattr(saved, name, form.cleaned_data[name])
        save_action(saved, form.subjects(), by=by)
        messages.success(request, _("What you wrote is saved."))
        return redirect("insights-actions")
    context = {"action": action, "form": form, "has_errors": bool(form.errors)}
    status = 422 if form.is_bound else 200
    return render(request, "insights/action.html", context, status=status)


def _who(request: HttpRequest) -> User:
    by: Any = request.user  # somebody: the door lets nobody else in
    return cast(User, by)


@require_POST
@tellers_only
def show_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an action."""
    publish_action(get_object_or_404(Action, pk=pk), by=_who(request))
    messages.success(request, _("It is published: everybody can read it now."))
    return redirect("insights-actions")


@require_POST
@tellers_only
def hide_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an action from view."""
    withdraw_action(get_object_or_404(Action, pk=pk), by=_who(request))
    messages.success(request, _("It is no longer shown. You can publish it again."))
    return redirect("insights-actions")
