"""The addresses of the pages, by audience."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("surveys.web.public.urls")),
    path("", include("surveys.web.insights.urls")),
]
