"""Actions for tests, published by somebody."""

import datetime
from typing import Any

from surveys.fieldwork.models import User
from surveys.reports.actions import publish_action, save_action
from surveys.reports.models import Action


def published(**fields: Any) -> Action:
    """What everybody reads; `subjects` are questionnaires and questions."""
    manager, _ = User.objects.get_or_create(email="ada@example.org")
    subjects = fields.pop("subjects", [])
    told = {"heard": "Heard.", "did": "Done.", "happened_on": datetime.date(2026, 3, 27)}
    action = save_action(Action(created_by=manager, **{**told, **fields}), subjects, by=manager)
    publish_action(action, by=manager)
    return action
