"""`manage.py questionnaire_schema`: the JSON Schema of the questionnaire format."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from surveys.questionnaires.document import Document


class Command(BaseCommand):
    """Print the schema; docs/questionnaire.schema.json is this output."""

    help = "Print the JSON Schema of questionnaires."

    def handle(self, **options: Any) -> None:
        """Print it."""
        self.stdout.write(json.dumps(Document.model_json_schema(by_alias=True), indent=2))
