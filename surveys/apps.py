"""The one Django app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Questionnaires, fieldwork, reports and their pages."""

    name = "surveys"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Confidence survey"
