"""The doors of the pages behind login: signed out they lead there, and what somebody may not see
is not there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from surveys.fieldwork.policies import (
    NotAllowed,
    can_manage_fieldwork,
    check_manage_fieldwork,
    check_read_results,
    check_sign,
    check_tell_actions,
)

View = Callable[..., HttpResponse]


def behind(check: Callable[[Any], None]) -> Callable[[View], View]:
    """A page that is there for whom `check` passes; the page itself may raise NotAllowed too."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                check(request.user)
                # For the menu of every such page.
                request.manages = can_manage_fieldwork(request.user)  # type: ignore[attr-defined]
                response = view(request, *args, **kwargs)
            except NotAllowed as refusal:
                raise Http404 from refusal
            response["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return guard


@login_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """What is found where there is nothing: only who has signed in learns that.

    Raises Http404.
    """
    raise Http404("there is nothing here")


readers_only = behind(check_read_results)
signers_only = behind(check_sign)
tellers_only = behind(check_tell_actions)
managers_only = behind(check_manage_fieldwork)
