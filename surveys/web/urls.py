"""The addresses of the pages, by audience."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from surveys.web.insights.access import nothing_here

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("surveys.web.public.urls")),
    path("", include("surveys.web.insights.urls")),
    path("manage/", include("surveys.web.manage.urls")),
    # Signed out, every address under the closed parts leads to login, whether there is one or not.
    re_path(r"^(?:insights|manage)(?:/|$)", nothing_here),
]
