"""`manage.py import_library`: load what comes with the service."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

SURVEYS = Path(__file__).parents[2]


class Command(BaseCommand):
    """Load published surveys, margins and questionnaires; twice changes nothing."""

    help = (
        "Load all published surveys, population margins and questionnaires that come with the "
        "service. May be run again: what is there already stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Published surveys first: a questionnaire's benchmarks point to their figures."""
        printed = SURVEYS / "reports" / "library"
        call_command(
            "import_published",
            printed / "published_surveys.csv",
            printed / "published_estimates.csv",
            questions=printed / "published_questions.csv",
            stdout=self.stdout,
        )
        margins = SURVEYS / "fieldwork" / "library" / "population_margins.csv"
        call_command("import_margins", margins, stdout=self.stdout)
        files = sorted((SURVEYS / "questionnaires" / "library").glob("*.yaml"))
        call_command("import_questionnaire", *files, stdout=self.stdout)
