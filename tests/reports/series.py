"""Two waves of the small questionnaire, with measures that were declared beforehand."""

import datetime
from typing import Any

from django.utils import timezone

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Headline
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Release
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.test_estimating import respond

HEADLINES = (("aware", "yes"), ("robots", "like"), ("worries", "any"))
Answers = list[dict[str, Any]]


def two_waves(
    before: Answers, after: Answers, *, status: str = "closed", **fields: Any
) -> tuple[Release, Release]:
    """The releases of a closed wave and of a later one, of a probability sample if not said."""
    declared = tuple(Headline(question=question, option=option) for question, option in HEADLINES)
    version = publish(document("small-public").model_copy(update={"headlines": declared}))
    first = wave("first", version, 60, status="closed", **fields)
    second = wave("second", version, 20, status=status, **fields)
    respond(first, before)
    respond(second, after)
    return estimate_wave(first.pk), estimate_wave(second.pk)


def wave(slug: str, version: Any, days_ago: int, **fields: Any) -> Wave:
    opens_on = timezone.localdate() - datetime.timedelta(days_ago)
    given = {"sampling": "probability", "opens_on": opens_on, **fields}
    return make_wave(slug, version=version, **given)


def aware(yes: int, no: int, **more: Any) -> Answers:
    return [{"aware": "yes", **more}] * yes + [{"aware": "no", **more}] * no


def robots(like: int, dislike: int) -> Answers:
    """Answers of those who were asked about robots too; aware, half of them."""
    told = [{"robots": "like"}] * like + [{"robots": "dislike"}] * dislike
    return [
        {"aware": ("yes", "no")[place % 2], "arm": "robot", **one} for place, one in enumerate(told)
    ]
