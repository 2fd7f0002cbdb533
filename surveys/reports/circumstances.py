"""Who asked, whom, how and when: facts of a wave that its figures rest on, kept with a release."""

import datetime
from typing import Any

from django.conf import settings

from surveys.fieldwork.models import Wave
from surveys.reports.models import Release


def fieldwork(wave: Wave) -> dict[str, Any]:
    """What a method statement and the ledger need, and a wave may yet change."""
    return {
        "commissioned_by": settings.COMMISSIONED_BY,
        "carried_out_by": settings.OPERATOR_NAME,
        "house": wave.fieldwork_house or settings.OPERATOR_NAME,
        "kind": wave.kind,
        "sampling": wave.sampling,
        "mode": wave.mode,
        "opens_on": wave.opens_on.isoformat(),
        "closes_on": wave.closes_on.isoformat(),
    }


def fieldwork_of(release: Release) -> dict[str, Any]:
    """The facts as a release was published with them; of the wave as it is, while it is not.

    What a release did not keep, because it is older than that, is taken from the wave.
    """
    return fieldwork(release.wave) | release.method.get("fieldwork", {})


def days(asked: dict[str, Any]) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of fieldwork."""
    first, last = (datetime.date.fromisoformat(asked[name]) for name in ("opens_on", "closes_on"))
    return first, last
