"""What is said where somebody tries too often."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from surveys.web.networks import HOUR


def too_often(request: HttpRequest) -> HttpResponse:
    """Say that too much came from this network, and when to try again."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(HOUR)
    response["Cache-Control"] = "no-store"
    return response
