"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, Any]:
    """The service's facts, for any request."""
    return service_facts()


def service_facts() -> dict[str, Any]:
    """What the service is called and who runs it, and whether it may show the NHS identity."""
    return {
        "service_name": settings.SERVICE_NAME,
        "nhs_identity": settings.NHS_IDENTITY,
        "operator_name": settings.OPERATOR_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "sends_mail": settings.SENDS_MAIL,
    }
