"""Signing for another verdict of the comparability ledger than was found."""

from typing import Any

from django.db import transaction

from surveys.fieldwork.auditing import record
from surveys.fieldwork.models import AuditEntry, Wave
from surveys.questionnaires.comparability import RANK, Judgement, Verdict
from surveys.reports.models import ComparabilityOverride

LIMITS: dict[Verdict, str] = {
    "beside": (
        "People were reached in different ways, or it is not known how: these figures can stand"
        " beside each other, and no reason makes their gap a change."
    ),
    "break": "These figures cannot be shown together, whatever the reason.",
}


class OverrideRefused(ValueError):
    """Nobody can sign for this verdict; the message says why."""


def sign_override(
    *,
    wave: Wave,
    question: str,
    source: str,
    judgement: Judgement,
    verdict: str,
    reason: str,
    by: Any,
) -> ComparabilityOverride:
    """Record that `by` answers for `verdict`, from now on, wherever this comparison is shown.

    judgement: what the ledger finds now. Signing the same again changes nothing.

    Raises OverrideRefused where the verdict is better than the facts can ever allow, or no verdict,
    or no reason is given.
    """
    reason = reason.strip()
    if verdict not in RANK:
        raise OverrideRefused(f"{verdict!r} is none of {', '.join(RANK)}.")
    if not reason:
        raise OverrideRefused("Say why another verdict is right.")
    if RANK[verdict] < RANK[judgement.limit]:
        raise OverrideRefused(LIMITS[judgement.limit])
    found = judgement.signature.found if judgement.signature else judgement.verdict
    about = {"wave": wave, "question": question, "source": source}
    newest = ComparabilityOverride.objects.filter(**about).order_by("pk").last()
    if newest is not None and (newest.verdict, newest.reason) == (verdict, reason):
        return newest  # sent twice
    with transaction.atomic():
        subject = f"{wave.slug}: {question} beside {source}: {verdict}"
        record(by, AuditEntry.What.VERDICT_SIGNED, subject, reason)
        return ComparabilityOverride.objects.create(
            **about, found=found, verdict=verdict, reason=reason, signed_by=by
        )
