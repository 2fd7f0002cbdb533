"""Publishing: from then on the figures never change, and the database sees to it."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from surveys.fieldwork.inbox import waiting
from surveys.fieldwork.models import Wave
from surveys.reports.models import Estimate, Release

FIGURE = (
    *("statistic", "question", "option", "segment", "value", "base", "effective_base"),
    *("estimate", "standard_error", "lower", "upper", "suppressed", "unweighted"),
)


class ReleaseRefused(ValueError):
    """The release cannot be published; the message says why and what to do."""


def fingerprint(release: Release) -> str:
    """SHA-256 over every figure of a release and its method, in a stated order."""
    rows = release.estimates.order_by("id").values_list(*FIGURE)
    # Without the last where it is not there: so the releases from before it was kept stay intact.
    figures = [list(row if row[-1] is not None else row[:-1]) for row in rows]
    content: dict[str, Any] = {"method": release.method, "figures": figures}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def publish_release(release: Release) -> Release:
    """Freeze a release; the one published before it is superseded in the same moment.

    Raises ReleaseRefused where the wave is open, answers still wait, the figures are older than the
    answers, or could not be made.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=release.wave_id)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.state != Release.State.PROVISIONAL:
        raise ReleaseRefused(f"{release} is {release.get_state_display().lower()} already")
    if wave.status not in (Wave.Status.CLOSED, Wave.Status.PUBLISHED):
        raise ReleaseRefused(f"{wave} is {wave.get_status_display().lower()}: close it first")
    if release.problem:
        raise ReleaseRefused(f"{release} has no figures: {release.problem}")
    if waits := waiting(wave):
        raise ReleaseRefused(f"{waits} answers of {wave} still wait to be collected")
    if release.tally_revision != wave.tally_revision:
        raise ReleaseRefused(f"{release} is older than the answers of {wave}: estimate it again")
    earlier = wave.releases.filter(state=Release.State.PUBLISHED)
    earlier.update(state=Release.State.SUPERSEDED)
    release.state = Release.State.PUBLISHED
    release.published_at = timezone.now()
    release.sha256 = fingerprint(release)
    release.save(update_fields=["state", "published_at", "sha256"])
    Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.PUBLISHED)
    return release


def is_intact(release: Release) -> bool:
    """Whether a published release still is what was published."""
    return release.sha256 == fingerprint(release)


def latest_release(wave: Wave, *, provisional: bool) -> Release | None:
    """The release of a wave that a reader sees; provisional ones only on request."""
    states = [Release.State.PUBLISHED] + [Release.State.PROVISIONAL] * provisional
    return wave.releases.filter(state__in=states).order_by("number").last()


def shown_estimates(release: Release) -> list[Estimate]:
    """The rows of a release, in the order of the questionnaire."""
    return list(release.estimates.order_by("id"))
