"""Every address: the pages of each audience, and the configuration pages."""

from django.contrib import admin
from django.urls import include, path

from surveys.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("surveys.web.urls")),
]
