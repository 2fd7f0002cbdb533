"""Publishing: from then on the figures never change, and the database sees to it."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.inbox import waiting
from surveys.fieldwork.models import AuditEntry, Wave
from surveys.reports.circumstances import fieldwork
from surveys.reports.findings import Finding, to_store
from surveys.reports.gate import gate
from surveys.reports.models import Estimate, Release

FIGURE = (
    *("statistic", "question", "option", "segment", "value", "base", "effective_base"),
    *("estimate", "standard_error", "lower", "upper", "suppressed", "unweighted"),
)

OF_ORGANISATION = (
    *("organisation__code", "question", "option", "base", "estimate", "lower", "upper"),
    *("suppressed", "parent_difference", "parent_lower", "parent_upper"),
    *("country_difference", "country_lower", "country_upper"),
)
DIFFERENCE = (
    *("question", "option", "against", "base", "effective_base", "estimate"),
    *("their_estimate", "difference", "standard_error", "suppressed"),
)
DIFFERENCE_SINCE = ("unweighted", "their_base", "their_unweighted", "lower", "upper")


class ReleaseRefused(ValueError):
    """The release cannot be published; the message says why and what to do."""


class ReleaseBlocked(ReleaseRefused):
    """Something blocks the release, and no reason was given to publish it all the same."""

    def __init__(self, release: Release, blocks: list[Finding]) -> None:
        told = " ".join(f"{one.title}: {one.found}" for one in blocks)
        super().__init__(f"{release} needs a reason to be published. {told}")
        self.blocks = blocks


def fingerprint(release: Release) -> str:
    """SHA-256 over every figure of a release, its method and its gate, in a stated order."""
    rows = release.estimates.order_by("id").values_list(*FIGURE)
    # Without the last where it is not there: so the releases from before it was kept stay intact.
    figures = [list(row if row[-1] is not None else row[:-1]) for row in rows]
    content: dict[str, Any] = {"method": release.method, "figures": figures}
    if release.contrasts.exists():  # not in those that were published before there were any
        pairs = release.contrasts.order_by("id").values_list(*DIFFERENCE, *DIFFERENCE_SINCE)
        # As they were hashed before these were kept: where the first of them is there, all are.
        known = len(DIFFERENCE)
        content["contrasts"] = [
            list(row if row[known] is not None else row[:known]) for row in pairs
        ]
    # Not of the public, nor in those that were published before organisations were told apart.
    if release.organisation_estimates.exists():
        told = release.organisation_estimates.order_by("id").values_list(*OF_ORGANISATION)
        content["organisations"] = [list(row) for row in told]
    if release.gate:  # not where it was published before there was one
        content["gate"] = [release.gate, release.override_reason, release.published_by]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def publish_release(release: Release, *, by: By, reason: str = "") -> Release:
    """Freeze a release with what its gate found; the one published before it is superseded.

    by: who publishes, a person or the name of a command; reason: why, where something blocks,
    printed with the release. Where nothing blocks none is printed; the audit log keeps it.

    Raises ReleaseRefused where the wave is open, answers still wait, the figures are older than the
    answers, or could not be made; ReleaseBlocked where a reason is missing.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=release.wave_id)
    release = Release.objects.select_for_update().get(pk=release.pk)
    _refuse_unfinished(release, wave)
    findings = gate(release)
    blocks = [one for one in findings if one.blocks]
    if blocks and not reason.strip():
        raise ReleaseBlocked(release, blocks)
    earlier = wave.releases.filter(state=Release.State.PUBLISHED)
    earlier.update(state=Release.State.SUPERSEDED)
    release.state = Release.State.PUBLISHED
    release.published_at = timezone.now()
    release.published_by = str(by)
    release.gate, release.blocks = to_store(findings), len(blocks)
    release.override_reason = reason.strip() if blocks else ""
    release.method["fieldwork"] = fieldwork(wave)
    release.sha256 = fingerprint(release)
    release.save()
    Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.PUBLISHED)
    record(by, AuditEntry.What.RELEASE_PUBLISHED, f"{wave.slug}: {release}", reason.strip())
    return release


def _refuse_unfinished(release: Release, wave: Wave) -> None:
    if release.state != Release.State.PROVISIONAL:
        raise ReleaseRefused(f"{release} is {release.get_state_display().lower()} already")
    if wave.status not in (Wave.Status.CLOSED, Wave.Status.PUBLISHED):
        raise ReleaseRefused(f"{wave} is {wave.get_status_display().lower()}: close it first")
    if release.method["while_open"]:
        raise ReleaseRefused(f"{release} was made while {wave} was open: estimate it again")
    if release.problem:
        raise ReleaseRefused(f"{release} has no figures: {release.problem}")
    if waits := waiting(wave):
        raise ReleaseRefused(f"{waits} answers of {wave} still wait to be collected")
    if release.tally_revision != wave.tally_revision:
        raise ReleaseRefused(f"{release} is older than the answers of {wave}: estimate it again")


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
