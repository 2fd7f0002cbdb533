"""The gate's findings about margins: met or not, left open, old, and whom to recruit next.

Only what a release has told of its sample is used: a category that is hidden there has no number
here either.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document
from surveys.reports.findings import Finding
from surveys.reports.models import Release
from surveys.reports.weighting import CAP
from surveys.statistics.margins import ALL_THE_REST

OFF_TARGET = 1e-6  # of everyone; raking stops at 1e-10, so more is a fault
OPEN_WARNS = 0.05  # of respondents: from there their own share, not the population's, counts
OLD_YEARS = 5  # half the way from one census to the next
FILLED = 0.8  # of its target; a category below it is short, and recruiting aims for it
EMPTY = 1 / CAP  # of its target; fewer people than that weigh more than a weight may
RECRUITS_STEP = 5
ROUNDING = 1e-9  # of shares: .08 of .1 is not below .8
NO_MARGINS = "No margins were used."


def margin_findings(release: Release, document: Document) -> list[Finding]:
    """Everything that the margins of a release give reason to say, in the order of the gate."""
    checks = (_met, _left_open, _dates, _quotas)
    return [check(release, document) for check in checks]


def title_of(document: Document, variable: str) -> str:
    """How a person calls a variable."""
    known = document.variables_by_code.get(variable)
    return known.title if known else variable


def _met(release: Release, document: Document) -> Finding:
    method = release.method
    if method["weighting"] == Wave.Weighting.NONE:
        found = "Nothing was weighted: the figures describe those who answered, and nobody else."
        advice = "Weight to a population, or do not speak of one."
        return Finding("margins", "warns", found, advice)
    if method["weighting"] == Wave.Weighting.SUPPLIED:
        found = "The weights came with the answers: how they were made is not known here."
        return Finding("margins", "warns", found, "Ask whoever supplied them for the targets.")
    # Releases from before this was recorded were refused where a margin was not met.
    worst = max(
        (margin.get("off_target", 0.0) for margin in method["margins"]),
        default=0.0,
    )
    if worst > OFF_TARGET or not method["converged"]:
        found = f"A weighted group is {worst * 100:.4f} points off its target; none may be off."
        return Finding("margins", "blocks", found, "Estimate the wave again, and report the fault.")
    collapsed = tuple(
        f"{title_of(document, margin['variable'])}. {told}"
        for margin in method["margins"]
        for told in given_away(margin)
    )
    met = f"Every weighted group meets its target, on {_counted(method['margins'])}."
    if collapsed:
        found = f"{met} But nobody answered for some groups."
        advice = "Recruit the groups that nobody is in."
        return Finding("margins", "warns", found, advice, collapsed)
    return Finding("margins", "fine", met)


def _counted(margins: list[dict[str, Any]]) -> str:
    return f"{len(margins)} margin{'s' * (len(margins) != 1)}"


def given_away(margin: dict[str, Any]) -> tuple[str, ...]:
    """Where the targets of categories went that nobody is in, a sentence each."""
    labels = {one["category"]: one["label"] for one in margin["categories"]} | {
        ALL_THE_REST: "all the others in proportion"
    }
    return tuple(
        f"Nobody answered as {labels[one['category']]}: its share went to {labels[one['into']]}."
        for one in margin["collapsed"]
    )


def _left_open(release: Release, document: Document) -> Finding:
    margins = release.method["margins"]
    if not margins:
        return Finding("open_margins", "fine", NO_MARGINS)
    limit = f"{OPEN_WARNS:.0%}"
    shares = [(margin, (margin["open"] or 0) / release.respondents) for margin in margins]
    over = tuple(
        f"{title_of(document, margin['variable'])}: about {share:.0%}"
        for margin, share in shares
        if share > OPEN_WARNS
    )
    if not over:
        found = f"No margin was left open by more than {limit} of those who answered."
        return Finding("open_margins", "fine", found)
    found = f"{len(over)} of {_counted(margins)} left open by more than {limit}."
    advice = (
        "They keep their own share in the weighting, and are not missing at random: see in the"
        " method statement how they differ."
    )
    return Finding("open_margins", "warns", found, advice, over)


def _dates(release: Release, document: Document) -> Finding:
    margins = release.method["margins"]
    if not margins:
        return Finding("margin_dates", "fine", NO_MARGINS)
    asked_in = release.wave.opens_on.year
    dated = [
        (title_of(document, margin["variable"]), source["reference_date"])
        for margin in margins
        for source in margin.get("sources", [{"reference_date": ""}])
    ]
    years = {_year(day) for _, day in dated}
    details = tuple(f"{title}: {day or 'no date is recorded'}" for title, day in dated)
    if None in years:
        found = "The reference date of a margin is not recorded."
    elif asked_in - min(year for year in years if year) > OLD_YEARS:
        oldest = min(year for year in years if year)
        found = (
            f"The oldest margin is of {oldest}, {asked_in - oldest} years before fieldwork; more"
            f" than {OLD_YEARS} are too many."
        )
    elif len(years) > 1:
        found = "The margins are of different years."
    else:
        (year,) = years
        return Finding("margin_dates", "fine", f"All margins are of {year}.")
    return Finding("margin_dates", "warns", found, "Import newer margins of one year.", details)


def _year(day: str) -> int | None:
    found = re.search(r"\b\d{4}", day)
    return int(found[0]) if found else None


@dataclass(frozen=True)
class _Short:
    """A group with fewer people than its share of the population asks for."""

    text: str
    filled: float  # share in the sample, by target
    recruits: int | None  # none where no number of the group is shown
    nearly_empty: bool


def _quotas(release: Release, document: Document) -> Finding:
    if not release.method["margins"]:
        return Finding("quotas", "fine", NO_MARGINS)
    short = sorted(_all_short(release, document), key=lambda one: one.filled)
    if not short:
        found = f"Every group has at least {FILLED:.0%} of the people that its target asks for."
        return Finding("quotas", "fine", found)
    empty = [one for one in short if one.nearly_empty]
    details = tuple(
        f"{one.text}: "
        + (f"about {one.recruits:,} more" if one.recruits else "so few that no number is shown")
        for one in short
    )
    found = f"{len(short)} group{'s have' if len(short) > 1 else ' has'} less than {FILLED:.0%} of"
    found += " the people that its target asks for."
    if empty:
        found += f" {len(empty)} of them {'have' if len(empty) > 1 else 'has'} less than"
        found += f" {EMPTY:.0%}: a few people would speak for very many."
    advice = f"Recruit next, so that each has {FILLED:.0%} (one person may count for several):"
    return Finding("quotas", "blocks" if empty else "warns", found, advice, details)


def _all_short(release: Release, document: Document) -> Iterator[_Short]:
    for margin in release.method["margins"]:
        title = title_of(document, margin["variable"])
        # Where nobody is in a group its target was given away, so nobody speaks for it.
        empty = {one["category"] for one in margin["collapsed"]}
        people = release.respondents - (margin["open"] or 0)
        shown = [one for one in margin["categories"] if one["sample"] is not None]
        for one in shown:
            filled = one["sample"] / one["target"] + ROUNDING
            if filled < FILLED:
                yield _Short(
                    f"{title}, {one['label']}",
                    filled,
                    recruits(one["sample"], one["target"], people),
                    filled < EMPTY and one["category"] not in empty,
                )
        hidden = [one for one in margin["categories"] if one["sample"] is None]
        left = 1 - sum(one["sample"] for one in shown)
        wanted = sum(one["target"] for one in hidden)
        if hidden and left / wanted < FILLED:
            for one in hidden:
                yield _Short(f"{title}, {one['label']}", left / wanted, None, False)


def recruits(sample: float, target: float, people: int) -> int:
    """How many more of a group bring it to FILLED of its target, counting that they add to all.

    sample, target: shares in [0, 1]; people: all who have a group in this margin. Rounded up to a
    multiple of 5: k = (f t n - s n) / (1 - f t).
    """
    wanted = FILLED * target
    missing = (wanted - sample) * people / (1 - wanted)
    return math.ceil(missing / RECRUITS_STEP) * RECRUITS_STEP
