"""What a page of ours may load, said with every answer: only what we serve ourselves.

django-csp was used and left: it puts the same line together anew for each request, with a random
part that no page of ours has, and took a tenth of the time of a question page for that.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: every answer says the policy of the settings, also one that names another."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response[HEADER] = settings.CONTENT_SECURITY_POLICY
        return response

    return answered
