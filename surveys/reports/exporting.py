"""A release as plain data, for JSON and for the rows of tables (docs/report-format.md)."""

from collections.abc import Sequence
from typing import Any

from surveys.questionnaires.versions import frozen
from surveys.reports.circumstances import fieldwork_of
from surveys.reports.comparisons import compare
from surveys.reports.gaps import Comparison
from surveys.reports.group_gaps import group_gaps
from surveys.reports.ledger import NO_MIRRORS, Entry, Mirrors, ledger
from surveys.reports.models import Estimate, Release
from surveys.reports.over_waves import OverWaves, over_waves, told
from surveys.reports.trends import trends
from surveys.reports.words import THE_REST, change, who_answered

SIMULATED = "Simulated answers"
METHOD_FIRST = (
    *("converged", "iterations", "margins", "design_effect"),
    *("effective_base", "min_weight", "max_weight"),
)


def report(
    release: Release, before: Sequence[Release] = (), mirrors: Mirrors = NO_MIRRORS
) -> dict[str, Any]:
    """Everything that a release says, as plain data; null where a figure is suppressed.

    before, mirrors: what it stands beside, of `series.earlier_releases` and `mirror_releases`; it
    is compared with the last one before, and the ledger judges all of them.
    """
    earlier = before[-1] if before else None
    wave, how = release.wave, fieldwork_of(release)
    return {
        "wave": {
            "slug": wave.slug,
            "title": wave.title,
            "questionnaire": wave.questionnaire.slug,
            "version": frozen(wave.version_id).label,
            "audience": wave.questionnaire.audience,
            "kind": how["kind"],
            "simulated": wave.simulated,
            "notice": SIMULATED if wave.simulated else None,
            "sampling": how["sampling"],
            "mode": how["mode"],
            "opens_on": how["opens_on"],
            "closes_on": how["closes_on"],
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
        "estimates": [estimate_row(row) for row in release.estimates.order_by("id")],
        "comparisons": comparison_rows(release, earlier, mirrors),
        "over_waves": line_rows(release, before, mirrors),
        "ledger": ledger_rows(release, before, mirrors),
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


def estimate_row(row: Estimate) -> dict[str, Any]:
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


def comparison_rows(
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


def line_rows(
    release: Release, before: Sequence[Release], mirrors: Mirrors
) -> list[dict[str, Any]]:
    """The lines of the charted measures over the waves up to this one, as its page has them."""
    if release.problem:
        return []
    return [
        _line(one)
        for trend in trends([*before, release], mirrors)
        for one in over_waves(trend.question, trend.charted)
    ]


def _line(one: OverWaves) -> dict[str, Any]:
    lower, upper = one.ends
    return {
        "question": one.question,
        "option": one.option or None,
        "sentence": f"{one.lead}{told(one)}",
        "waves": [point.wave.slug for point in one.points],
        "slope": one.fitted.slope,
        "standard_error": one.fitted.inflated_standard_error,
        "lower": lower,
        "upper": upper,
        "heterogeneity": one.fitted.heterogeneity,
        "heterogeneity_p_value": one.fitted.heterogeneity_p_value,
        "lack_of_fit": one.fitted.lack_of_fit,
        "lack_of_fit_p_value": one.fitted.lack_of_fit_p_value,
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


def ledger_rows(
    release: Release, before: Sequence[Release], mirrors: Mirrors
) -> list[dict[str, Any]]:
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
