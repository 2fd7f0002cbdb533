"""The cookies of a respondent: their draft's secret; for 15 minutes after sending a receipt, and
some answers to be compared with those of others; and the language.

All but the last are sent to the pages of one survey only, and no script can read any. The page of
cookies (templates/public/cookies.html) lists them; a test compares it with what is set here.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from surveys.fieldwork.crypto import CannotOpen, seal_for_device, unseal_from_device

DRAFT, RECEIPT, ANSWERS = "draft", "receipt", "answers"
TICKET, PLACE = "ticket", "place"  # what lets staff in, or whose staff they are
RECEIPT_AGE = timedelta(minutes=15)


def secret_in(request: HttpRequest) -> str:
    """The secret of the draft that this device holds; empty if it holds none."""
    return request.COOKIES.get(DRAFT, "")


def keep_secret(response: HttpResponse, slug: str, secret: str, *, staff: bool) -> None:
    """Keep a draft's secret on this device.

    Members of staff share computers: for them it ends with the browser. For the public it lasts as
    long as an untouched draft.
    """
    age = None if staff else timedelta(days=settings.DRAFT_DAYS)
    _set(response, DRAFT, secret, slug, age)


def ticket_in(request: HttpRequest) -> str:
    """The ticket that was followed on this device; empty if there is none."""
    return request.COOKIES.get(TICKET, "")


def keep_ticket(response: HttpResponse, slug: str, ticket: str) -> None:
    """Keep a ticket until the first question; on a shared computer not for whoever comes next."""
    _set(response, TICKET, ticket, slug, _idle())


def place_in(request: HttpRequest) -> str:
    """The code of the organisation whose link was followed here; empty if none was."""
    return request.COOKIES.get(PLACE, "")


def keep_place(response: HttpResponse, slug: str, code: str) -> None:
    """Keep whose staff somebody is until the first question."""
    _set(response, PLACE, code, slug, _idle())


def _idle() -> timedelta:
    return timedelta(minutes=settings.STAFF_IDLE_MINUTES)


def code_in(request: HttpRequest, slug: str) -> str | None:
    """The withdrawal code of answers sent from this device within the last 15 minutes."""
    try:
        return _signer(slug).unsign(request.COOKIES.get(RECEIPT, ""), max_age=RECEIPT_AGE)
    except BadSignature:
        return None


def keep_code(response: HttpResponse, slug: str, code: str) -> None:
    """Keep the withdrawal code for 15 minutes; the signed time ends it, not only the browser."""
    _set(response, RECEIPT, _signer(slug).sign(code), slug, RECEIPT_AGE)


def answers_in(request: HttpRequest, slug: str) -> Any:
    """What `keep_answers` kept within the last 15 minutes; None where there is nothing."""
    try:
        sent_at, kept = unseal_from_device(f"answers to {slug}", request.COOKIES.get(ANSWERS, ""))
    except CannotOpen:
        return None
    age = timezone.now().timestamp() - sent_at
    return kept if age < RECEIPT_AGE.total_seconds() else None


def keep_answers(response: HttpResponse, slug: str, kept: Any, *, staff: bool) -> None:
    """Keep some answers on this device, sealed, and nowhere else.

    For 15 minutes, which the sealed time ends and not only the browser; for members of staff, who
    share computers, also no longer than the browser is open.
    """
    sealed = seal_for_device(f"answers to {slug}", [int(timezone.now().timestamp()), kept])
    _set(response, ANSWERS, sealed, slug, None if staff else RECEIPT_AGE)


def language_in(request: HttpRequest) -> str:
    """The language that was chosen on this device; empty where none was."""
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")


def keep_language(response: HttpResponse, language: str) -> None:
    """Go on in this language until the browser is closed; the response is written in it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )
    response["Content-Language"] = language


def forget(response: HttpResponse, slug: str, *names: str) -> None:
    """Take cookies of one survey off this device."""
    for name in names or (DRAFT, RECEIPT, ANSWERS, TICKET, PLACE):
        response.delete_cookie(name, path=_path(slug), samesite="Lax")


def _set(
    response: HttpResponse, name: str, value: str, slug: str, max_age: timedelta | None
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=_path(slug),
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


@lru_cache(maxsize=256)
def _path(slug: str) -> str:
    return reverse("start", args=[slug])


def _signer(slug: str) -> TimestampSigner:
    return TimestampSigner(salt=f"receipt of {slug}")
