"""A release as a file: JSON for programs, CSV for spreadsheets (docs/report-format.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from surveys.questionnaires.versions import frozen
from surveys.reports.comparisons import compare
from surveys.reports.gaps import Comparison, Relation
from surveys.reports.group_gaps import group_gaps
from surveys.reports.ledger import NO_MIRRORS, Entry, Mirrors, ledger
from surveys.reports.models import Estimate, Release
from surveys.reports.words import THE_REST, change, who_answered

SIMULATED = "Simulated answers"
OVERRIDDEN = "Published although something blocked it"
METHOD_FIRST = (
    *("converged", "iterations", "margins", "design_effect"),
    *("effective_base", "min_weight", "max_weight"),
)
RISKY = ("=", "+", "-", "@", "\t", "\r")
# What an estimate of everyone stands beside itself; pairs and arms compare figures of their own.
BESIDE: tuple[Relation, ...] = ("wave", "survey", "mirror")


def report(
    release: Release, before: Sequence[Release] = (), mirrors: Mirrors = NO_MIRRORS
) -> dict[str, Any]:
    """Everything that a release says, as plain data; null where a figure is suppressed.

    before, mirrors: what it stands beside, of `series.earlier_releases` and `mirror_releases`; it
    is compared with the last one before, and the ledger judges all of them.
    """
    earlier = before[-1] if before else None
    wave = release.wave
    return {
        "wave": {
            "slug": wave.slug,
            "title": wave.title,
            "questionnaire": wave.questionnaire.slug,
            "version": frozen(wave.version_id).label,
            "audience": wave.questionnaire.audience,
            "kind": wave.kind,
            "simulated": wave.simulated,
            "notice": SIMULATED if wave.simulated else None,
            "sampling": wave.sampling,
            "mode": wave.mode,
            "opens_on": wave.opens_on.isoformat(),
            "closes_on": wave.closes_on.isoformat(),
        },
        "release": {
            "number": release.number,
            "state": release.state,
            "problem": release.problem or None,
            "respondents": release.respondents,
            "software": release.software,
            "estimated_at": release.estimated_at.isoformat(),
            "published_at": release.published_at.isoformat() if release.published_at else None,
            "sha256": release.sha256 or None,
            "gate": release.gate,
            "override": _published_all_the_same(release),
            "method": _method(release),
        },
        "estimates": [_estimate(row) for row in release.estimates.order_by("id")],
        "comparisons": _comparisons(release, earlier, mirrors),
        "ledger": _entries(release, before, mirrors),
    }


def _published_all_the_same(release: Release) -> dict[str, str] | None:
    """Why it was published although something blocked it, and whose reason that is."""
    if not release.override_reason:
        return None
    return {"reason": release.override_reason, "by": release.published_by}


def _method(release: Release) -> dict[str, Any]:
    first = {key: release.method[key] for key in METHOD_FIRST}
    told = first | {key: value for key, value in release.method.items() if key not in first}
    if 0 < told["outside"] < told["disclosure_minimum"]:
        told["outside"] = None
    return told


def _estimate(row: Estimate) -> dict[str, Any]:
    return {
        "question": row.question,
        "option": row.option or None,
        "segment": row.segment or None,
        "value": row.value or None,
        "statistic": row.statistic,
        "estimate": row.estimate,
        "unweighted": row.unweighted,
        "standard_error": row.standard_error,
        "lower": row.lower,
        "upper": row.upper,
        "base": row.base,
        "effective_base": row.effective_base,
        "suppressed": bool(row.suppressed),
    }


def _comparisons(
    release: Release, earlier: Release | None, mirrors: Mirrors
) -> list[dict[str, Any]]:
    apart = group_gaps(release, release.estimates.exclude(segment=""))
    return [_comparison(one) for one in (*compare(release, earlier, mirrors=mirrors), *apart)]


def _comparison(one: Comparison) -> dict[str, Any]:
    level, lower, upper = one.interval or (None, None, None)
    test, parts, theirs = one.outcome, one.composition, one.print
    errors = theirs.errors_at if theirs and not one.low_base else None
    at_1, at_2 = errors or (None, None)
    return {
        "question": one.question,
        "option": one.option or None,
        "with": one.with_,
        "sentence": change(one),
        "estimate": one.estimate,
        "their_estimate": one.their_estimate,
        "difference": one.difference,
        "base": one.base,
        "their_base": one.their_base,
        "standard_error": None if one.low_base else one.standard_error,
        "lower": lower,
        "upper": upper,
        "level": level,
        "wording": one.wording,
        "verdict": one.judgement.verdict,
        "family": test.family if test else None,
        "family_size": test.size if test else None,
        "p_value": test.p_value if test else None,
        "adjusted_p_value": test.adjusted_p_value if test else None,
        "claim": test is not None and test.claim,
        "worth_a_look": test is not None and test.worth_a_look,
        "minimum_detectable": test.detectable if test else None,
        "unweighted_difference": parts.unweighted if parts else None,
        "taken_by_weighting": parts.taken_by_weighting if parts else None,
        "who_answered": f"{who_answered(one)} {THE_REST}" if parts else None,
        "design_effect": theirs.design_effect if theirs else None,
        "design_effect_assumed": theirs.assumed if theirs else None,
        "standard_error_at_1": at_1,
        "standard_error_at_2": at_2,
    }


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "question": one.question.code,
        "answers": list(one.options) or None,
        "with": one.with_,
        "label": one.label,
        "verdict": one.judgement.verdict,
        "reasons": list(one.judgement.reasons),
        "notes": list(one.judgement.notes),
        "override": _override(one),
    }


def _entries(release: Release, before: Sequence[Release], mirrors: Mirrors) -> list[dict[str, Any]]:
    return [_entry(one) for one in ledger([*before, release], mirrors)]


def _override(one: Entry) -> dict[str, Any] | None:
    signature = one.judgement.signature
    if signature is None:
        return None
    return {
        "found": signature.found,
        "reason": signature.reason,
        "signed_by": signature.name,
        "signed_on": signature.on.isoformat(),
    }


def estimates_table(
    release: Release,
    earlier: Release | None = None,
    mirrors: Mirrors = NO_MIRRORS,
    *,
    question: str | None = None,
) -> str:
    """The estimates of a release as CSV, with the texts a person reads; of one question if named.

    Each row ends with what its figure stands beside, and how far the two compare: the verdicts of
    `comparisons_table`. Cells that a spreadsheet would take for a formula are made inert with an
    apostrophe.
    """
    document = frozen(release.wave.version_id).document
    rows = release.estimates.order_by("id")
    if question is not None:
        rows = rows.filter(question=question)
    beside = defaultdict(list)
    for one in compare(release, earlier, mirrors=mirrors):
        beside[one.question, one.option].append(one)
    frame = _headed(
        release,
        [
            _estimate(row) | _verdicts([] if row.segment else beside[row.question, row.option])
            for row in rows
        ],
    )
    if len(frame):
        texts = {code: one.text for code, one in document.questions.items()}
        frame.insert(4, "question_text", frame["question"].map(texts))
    return _csv(frame)


def _verdicts(beside: Iterable[Comparison]) -> dict[str, str]:
    """What one estimate stands beside, and the verdict on each; several in one cell, in order."""
    cells = {}
    for kind in BESIDE:
        # Two figures of one survey may stand beside one of ours: told once where they are judged
        # alike.
        found = dict.fromkeys(
            (one.with_, one.judgement.verdict) for one in beside if one.relation == kind
        )
        cells[f"with_{kind}"] = " | ".join(source for source, _ in found)
        cells[f"verdict_{kind}"] = " | ".join(verdict for _, verdict in found)
    return cells


def comparisons_table(
    release: Release, earlier: Release | None = None, mirrors: Mirrors = NO_MIRRORS
) -> str:
    """The comparisons of a release as CSV, each with the sentence that the page says."""
    return _csv(_headed(release, _comparisons(release, earlier, mirrors)))


def ledger_table(
    release: Release, before: Sequence[Release] = (), mirrors: Mirrors = NO_MIRRORS
) -> str:
    """The comparability ledger of a release as CSV; several answers, reasons or notes stand in one
    cell, parted by a space and a vertical bar."""
    rows = []
    for one in _entries(release, before, mirrors):
        override = one.pop("override") or dict.fromkeys(OVERRIDE)
        lists = {key: " | ".join(one[key] or ()) for key in ("answers", "reasons", "notes")}
        rows.append(one | lists | {f"override_{key}": override[key] for key in OVERRIDE})
    return _csv(_headed(release, rows))


OVERRIDE = ("found", "reason", "signed_by", "signed_on")


def _headed(release: Release, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a release, with what they are of in front of each."""
    notices = [SIMULATED] if release.wave.simulated else []
    if release.override_reason:
        notices.append(f"{OVERRIDDEN}: {release.override_reason}")
    frame = pd.DataFrame(rows)
    frame.insert(0, "wave", release.wave.slug)
    frame.insert(1, "release", f"{release.number} ({release.state})")
    frame.insert(2, "notice", ". ".join(notices))
    return frame


def _csv(frame: pd.DataFrame) -> str:
    return inert(frame).to_csv(index=False, lineterminator="\r\n")


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, with every text that could start a formula marked as text."""

    def mark(value: Any) -> Any:
        return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value

    texts = frame.select_dtypes(include=["object", "str"]).columns
    return frame.assign(**{str(name): frame[name].map(mark) for name in texts})
