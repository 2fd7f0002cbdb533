"""The service's addresses, and one more that does nothing: the measure of what a page costs."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(_request: HttpRequest) -> HttpResponse:
    """Say "ok": all that is paid for here is Django and its middleware."""
    return HttpResponse("ok")


urlpatterns = [path("bare", bare), path("", include("engagement.urls"))]
