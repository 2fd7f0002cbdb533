"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop

from surveys.web.languages import choices, switch_for

# What the settings call them where nobody has set a name: names that we chose have Welsh.
OURS = (
    gettext_noop("Confidence in health technology"),
    gettext_noop("The team that runs this website"),
)


def service(request: HttpRequest) -> dict[str, Any]:
    """The service's facts, and the way to the other language, for any request."""
    return {
        **service_facts(),
        "languages": choices(),
        "switch_at": switch_for(request),
        "here": request.get_full_path(),
    }


def service_facts() -> dict[str, Any]:
    """What the service is called and who runs it, and whether it may show the NHS identity."""
    return {
        "service_name": gettext(settings.SERVICE_NAME),
        "nhs_identity": settings.NHS_IDENTITY,
        "operator_name": gettext(settings.OPERATOR_NAME),
        "commissioned_by": gettext(settings.COMMISSIONED_BY),
        "contact_email": settings.CONTACT_EMAIL,
        "sends_mail": settings.SENDS_MAIL,
    }
