"""Can this be published? Everything that is looked at before, each against a stated limit.

Made from what a release holds, never from single answers. docs/publishing.md gives the reasons for
the limits. Where a finding blocks, `releases.publish_release` wants a reason, which is printed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Verdict
from surveys.questionnaires.conditions import (
    ArmIs,
)
from surveys.questionnaires.document import (
    Document,
)
from surveys.questionnaires.versions import frozen
from surveys.reports.arms import BY_FILE, UNKNOWN
from surveys.reports.findings import Finding
from surveys.reports.gaps import TESTED, relation
from surveys.reports.items import measures
from surveys.reports.ledger import Entry, ledger
from surveys.reports.margin_findings import margin_findings
from surveys.reports.models import Estimate, Release
from surveys.reports.series import earlier_release
from surveys.reports.weighting import CAP

# Measured with the margins of Great Britain: 95% intervals held the truth in 94 of 100 draws at a
# base of 300, in 90 at 100, and at 50 most samples could not be weighted (docs/statistics.md).
BASE_WARNS, BASE_BLOCKS = 300, 100
# Of n answers n / design effect are left (Kish 1965): here half of them, and a third.
DESIGN_EFFECT_WARNS, DESIGN_EFFECT_BLOCKS = 2.0, 3.0
# Weights are trimmed at CAP times the mean where that is feasible.
WEIGHT_WARNS, WEIGHT_BLOCKS = CAP, 2 * CAP
NOT_LOST = (UNKNOWN, BY_FILE)  # what is not known of arms, and no loss
HIDDEN_WARNS = 0.1  # of all figures
ROUNDING = 1e-6

VERDICTS: dict[Verdict, str] = {
    "same": "asked the same",
    "annotate": "the same with a note",
    "beside": "beside, without a claim",
    "break": "not compared",
}


@dataclass(frozen=True)
class _Whole:
    """One figure of everyone."""

    question: str
    option: str
    base: int | None  # none where it is hidden


def gate(release: Release) -> list[Finding]:
    """What speaks for and against publishing a release, in the order of `findings.TITLES`.

    Every check gives a finding, also where all is fine. A release without figures has one only.
    """
    if release.problem:
        advice = "Mend what the reason names, and estimate the wave again."
        return [Finding("figures", "blocks", f"There are no figures: {release.problem}", advice)]
    document = frozen(release.wave.version_id).document
    whole = [_Whole(*row) for row in _rows_of_everyone(release)]
    before = earlier_release(release.wave, provisional=False)
    entries = ledger([before, release] if before is not None else [release])
    return [
        _kind(release.wave),
        _base(release),
        _effective_base(release, document, whole),
        _design_effect(release),
        _largest_weight(release),
        *margin_findings(release, document),
        _suppressed(release, document, whole),
        _arms(document, entries),
        _comparability(document, entries),
    ]


def _rows_of_everyone(release: Release) -> Iterable[tuple[str, str, int | None]]:
    rows = release.estimates.filter(segment="").order_by("id")
    return rows.values_list("question", "option", "base")


def _kind(wave: Wave) -> Finding:
    if wave.kind == Wave.Kind.PILOT:
        found = "This is a trial run: respondents were told that it counts in no result."
        return Finding("kind", "blocks", found, "Do not publish it; ask again in a live wave.")
    if wave.simulated:
        found = "Nobody real answered: every page, chart and file says so."
        return Finding("kind", "warns", found, "Use it to show the service, and for nothing else.")
    return Finding("kind", "fine", "This is a live wave.")


def _base(release: Release) -> Finding:
    people = f"{release.respondents:,} people are counted"
    if release.respondents >= BASE_WARNS:
        return Finding("base", "fine", f"{people}; {BASE_WARNS} are enough.")
    if release.respondents >= BASE_BLOCKS:
        found = f"{people}, fewer than {BASE_WARNS}."
        advice = "Read the intervals as somewhat too narrow, and ask more people next time."
        return Finding("base", "warns", found, advice)
    found = f"{people}, fewer than {BASE_BLOCKS}."
    advice = "Ask more people: from so few, 95% intervals hold the truth less than 90 times in 100."
    return Finding("base", "blocks", found, advice)


def _effective_base(release: Release, document: Document, whole: Sequence[_Whole]) -> Finding:
    method = release.method
    minimum, low = method["effective_base_minimum"], method["effective_base_low"]
    worth = f"After weighting the answers are worth {method['effective_base']:,.0f}"
    if method["effective_base"] < minimum:
        advice = "Ask more people, above all those who are short below."
        return Finding("effective_base", "blocks", f"{worth}, fewer than {minimum}.", advice)
    weak = _resting_on_few(document, whole, method["design_effect"], low)
    if method["effective_base"] < low or weak:
        found = f"{worth}; the limit is {low}."
        if weak:
            found += f" {len(weak)} question{'s' * (len(weak) > 1)} put to everybody, or to some by"
            found += " lot, rest on fewer."
        advice = "Their figures are marked as resting on few answers, or hidden, and never tested."
        return Finding("effective_base", "warns", found, advice, weak)
    return Finding("effective_base", "fine", f"{worth}; {low} are enough for every question.")


def _resting_on_few(
    document: Document, whole: Sequence[_Whole], design_effect: float, low: float
) -> tuple[str, ...]:
    """The questions put to everybody, or to an arm, whose answers are worth less than `low`."""
    base_of: dict[str, int | None] = {}
    for one in whole:  # of a question that is shown some figures may be hidden
        base_of[one.question] = base_of.get(one.question) or one.base
    found = []
    for code, question in document.questions.items():
        condition = document.page_of[code].show_if
        if code in base_of and (condition is None or isinstance(condition, ArmIs)):
            base = base_of[code]
            if base is None:
                found.append(f"“{question.text}”: hidden")
            elif base / design_effect < low:
                found.append(f"“{question.text}”: worth {base / design_effect:,.0f}")
    return tuple(found)


def _design_effect(release: Release) -> Finding:
    effect = release.method["design_effect"]
    found = f"Weighting makes the answers worth {1 / effect:.0%} of their number"
    found += f" (design effect {effect:.2f})"
    if effect <= DESIGN_EFFECT_WARNS:
        return Finding(
            "design_effect", "fine", f"{found}; {DESIGN_EFFECT_WARNS:g} or less is fine."
        )
    advice = "Recruit those who are short below: weights then have less to mend."
    if effect <= DESIGN_EFFECT_BLOCKS:
        limit = f"more than {DESIGN_EFFECT_WARNS:g}"
        return Finding("design_effect", "warns", f"{found}, {limit}.", advice)
    limit = f"more than {DESIGN_EFFECT_BLOCKS:g}"
    return Finding("design_effect", "blocks", f"{found}, {limit}.", advice)


def _largest_weight(release: Release) -> Finding:
    largest, trimming = release.method["max_weight"], release.method.get("trimming")
    found = f"One person counts as {largest:.1f} average ones at most"
    if largest <= WEIGHT_WARNS + ROUNDING:
        return Finding("largest_weight", "fine", f"{found}; {WEIGHT_WARNS:g} or less is fine.")
    advice = "Recruit those who are short below, or collapse groups that nearly nobody is in."
    if trimming and not trimming["feasible"]:
        found += f". Trimming at {trimming['cap']:g} cannot be kept together with the margins"
        if trimming.get("smallest_cap"):
            found += f" (a limit of {trimming['smallest_cap']:.1f} could)"
    found += "."
    if largest <= WEIGHT_BLOCKS + ROUNDING:
        return Finding("largest_weight", "warns", f"{found} The limit is {WEIGHT_WARNS:g}.", advice)
    return Finding("largest_weight", "blocks", f"{found} The limit is {WEIGHT_BLOCKS:g}.", advice)


def _suppressed(release: Release, document: Document, whole: Sequence[_Whole]) -> Finding:
    shown = {(one.question, one.option) for one in whole if one.base is not None}
    missing = [one for one in document.headlines if (one.question, one.option) not in shown]
    counted = release.estimates.aggregate(
        total=Count("pk"), hidden=Count("pk", filter=~Q(suppressed=Estimate.Suppressed.NO))
    )
    share = counted["hidden"] / counted["total"] if counted["total"] else 1.0
    found = f"{counted['hidden']:,} of {counted['total']:,} figures are hidden ({share:.0%})"
    if missing:
        found += f", among them {len(missing)} of {len(document.headlines)} headline measures."
        texts = tuple(f"“{document.questions[one.question].text}”" for one in missing)
        advice = "Ask more people: what was to be reported cannot be shown."
        return Finding("suppressed", "blocks", found, advice, tuple(dict.fromkeys(texts)))
    if share > HIDDEN_WARNS:
        found += f"; more than {HIDDEN_WARNS:.0%} are many. All headline measures are shown."
        advice = "Ask more people of small groups, or tell fewer groups apart."
        return Finding("suppressed", "warns", found, advice)
    return Finding("suppressed", "fine", f"{found}; {HIDDEN_WARNS:.0%} or less is little.")


def _arms(document: Document, entries: Sequence[Entry]) -> Finding:
    """Whether as many of every arm finished and answered as chance lets."""
    if not document.effects:
        return Finding("arms", "fine", "No arms are held beside each other.")
    judged = [one.judgement for one in entries if relation(one.with_) == "arm"]
    lost = [one for one in judged if one.verdict not in TESTED]
    if not lost:
        unsure = any(UNKNOWN in one.reasons for one in judged)
        found = UNKNOWN if unsure else "No arm lost more people than chance explains."
        return Finding("arms", "fine", found)
    found = (
        f"Of {len(lost)} of {len(judged)} effects one arm lost more people than chance explains."
    )
    advice = "Claim nothing of these: who was left may be what differs. See where people gave up."
    details = dict.fromkeys(
        reason for one in lost for reason in one.reasons if reason not in NOT_LOST
    )
    return Finding("arms", "warns", found, advice, tuple(details))


def _comparability(document: Document, entries: Sequence[Entry]) -> Finding:
    # Only these were asked before: neither the other audience nor the same people's first answer.
    entries = [one for one in entries if relation(one.with_) in ("wave", "survey")]
    details = tuple(_beside(entries))
    if not document.headlines:
        found = "No headline measure was declared beforehand, so nothing is tested as a claim."
        advice = "Declare some in the next version."
        return Finding("comparability", "warns", found, advice, details)
    compared = sum(
        any(
            _is_about(entry, document, one.question, one.option)
            and entry.judgement.verdict in TESTED
            for entry in entries
        )
        for one in document.headlines
    )
    found = f"{compared} of {len(document.headlines)} headline measures were asked before in a way"
    found += " that lets a change be tested."
    if compared == len(document.headlines):
        return Finding("comparability", "fine", found, details=details)
    advice = (
        "Claim no change of the others. Ask them again unchanged, or enter the exact wording and"
        " all answers of the published survey."
    )
    return Finding("comparability", "warns", found, advice, details)


def _is_about(entry: Entry, document: Document, question: str, option: str) -> bool:
    if entry.question.code != question:
        return False
    texts = {one.option: one.text for one in measures(document.questions[question])}
    return not entry.options or texts[option] in entry.options


def _beside(entries: Sequence[Entry]) -> Iterable[str]:
    """A line for each other source: how many comparisons have which verdict, and why."""
    for source, label in dict.fromkeys((entry.with_, entry.label) for entry in entries):
        mine = [entry.judgement for entry in entries if entry.with_ == source]
        verdicts = Counter(one.verdict for one in mine)
        told = ", ".join(
            f"{verdicts[verdict]} {text}" for verdict, text in VERDICTS.items() if verdicts[verdict]
        )
        reasons = Counter(one.reasons[0] for one in mine if one.verdict not in TESTED)
        why = f". {reasons.most_common(1)[0][0]}" if reasons else "."
        yield f"{label}: {told}{why}"
