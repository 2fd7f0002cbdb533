"""What this service does with people's answers and browsers, in plain words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.fieldwork.retention import COMMENT_DAYS, INVITATION_DAYS, RESPONSE_DAYS
from surveys.web.public.cookies import ANSWERS, DRAFT, PLACE, RECEIPT, RECEIPT_AGE, TICKET


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, how long, and who can see it."""
    told = {
        "draft_days": settings.DRAFT_DAYS,
        "idle_minutes": settings.STAFF_IDLE_MINUTES,
        "comment_months": COMMENT_DAYS * 12 // 365,
        "invitation_days": INVITATION_DAYS,
        "response_years": RESPONSE_DAYS // 365,
        "smallest_group": settings.DISCLOSURE_MINIMUM,
        "receipt_minutes": RECEIPT_AGE.seconds // 60,
    }
    return render(request, "public/privacy.html", told)


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Every cookie that can be set, what for and how long."""
    told = {
        "draft": DRAFT,
        "draft_days": settings.DRAFT_DAYS,
        "receipt": RECEIPT,
        "answers": ANSWERS,
        "ticket": TICKET,
        "place": PLACE,
        "idle_minutes": settings.STAFF_IDLE_MINUTES,
        "receipt_minutes": RECEIPT_AGE.seconds // 60,
        "csrf": settings.CSRF_COOKIE_NAME,
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "session": settings.SESSION_COOKIE_NAME,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    return render(request, "public/cookies.html", told)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everyone can use this service, and what to do where somebody cannot."""
    return render(request, "public/accessibility.html")
