"""Who may read results: what is published, and for managers what is provisional too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

MANAGERS, LEADERS, ANALYSTS = "Managers", "Leaders", "Analysts"
View = Callable[..., HttpResponse]


def groups_of(request: HttpRequest) -> set[str]:
    """The groups of whoever is signed in, read once for each request."""
    found: set[str] | None = getattr(request, "_groups", None)
    if found is None:
        user: Any = request.user
        found = set(user.groups.values_list("name", flat=True))
        if user.is_superuser:
            found |= {MANAGERS, LEADERS, ANALYSTS}
        request._groups = found  # type: ignore[attr-defined]
    return found


def is_manager(request: HttpRequest) -> bool:
    """Whether provisional figures may be shown, and published."""
    return MANAGERS in groups_of(request)


def may_sign(request: HttpRequest) -> bool:
    """Whether somebody may answer for a verdict of the comparability ledger."""
    return bool(groups_of(request) & {MANAGERS, ANALYSTS})


def readers_only(view: View) -> View:
    """Leaders, analysts and managers come in; others who are signed in find nothing here."""
    return _only(view, {MANAGERS, LEADERS, ANALYSTS})


def signers_only(view: View) -> View:
    """Analysts and managers come in; others who are signed in find nothing here."""
    return _only(view, {MANAGERS, ANALYSTS})


def managers_only(view: View) -> View:
    """Managers come in; others who are signed in find nothing here."""
    return _only(view, {MANAGERS})


def _only(view: View, allowed: set[str]) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not groups_of(request) & allowed:
            raise Http404
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded
