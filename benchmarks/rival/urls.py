"""Where its surveys are."""

from django.urls import include, path

urlpatterns = [path("survey/", include("survey.urls"))]
