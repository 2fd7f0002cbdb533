"""A survey of twenty questions, and the requests that show and answer it.

`python -m benchmarks.rival.preparing FOLDER`: the questions are those of FOLDER/questions.json, the
same that ours asks; the requests go to FOLDER/requests.json.
"""

import datetime
import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- only after the set-up
from django.utils import timezone  # noqa: E402
from survey.models import Question, Survey  # noqa: E402


def main(folder: Path) -> None:
    """Make the tables, the survey and the requests."""
    asked = json.loads((folder / "questions.json").read_text())
    call_command("migrate", verbosity=0)
    today = timezone.now().date()
    survey = Survey.objects.create(
        name=asked["title"],
        description=asked["introduction"],
        is_published=True,
        need_logged_user=False,
        editable_answers=True,
        display_method=Survey.ALL_IN_ONE_PAGE,
        publish_date=today,
        expire_date=today + datetime.timedelta(7),
    )
    questions = [
        Question.objects.create(
            text=text,
            order=place,
            required=True,
            survey=survey,
            type=Question.RADIO,
            choices=",".join(asked["options"]),
        )
        for place, text in enumerate(asked["questions"])
    ]
    show = {
        "kind": "show",
        "path": f"/survey/{survey.pk}/",
        "status": 200,
        "says": asked["questions"][-1],
    }
    answer = {
        "kind": "submit",
        "path": f"/survey/{survey.pk}/",
        "status": 302,
        "fields": [(f"question_{one.pk}", one.get_choices()[0][0]) for one in questions],
    }
    requests = [[show, answer]] * asked["rounds"]
    (folder / "requests.json").write_text(json.dumps(requests))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
