"""The quality panel of one release: how far its figures can be trusted."""

from dataclasses import dataclass

from surveys.fieldwork.models import Wave
from surveys.questionnaires.versions import frozen
from surveys.reports.circumstances import days, fieldwork_of
from surveys.reports.findings import Finding, stored
from surveys.reports.gate import gate
from surveys.reports.margin_tables import MarginTable, margin_table
from surveys.reports.method_accuracy import times_the_mean
from surveys.reports.models import Release


@dataclass(frozen=True)
class Quality:
    """How far one wave's figures can be trusted."""

    release: Release
    wave: Wave
    facts: tuple[tuple[str, str], ...]
    margins: tuple[MarginTable, ...]
    findings: tuple[Finding, ...]  # for managers


def quality(release: Release, *, manager: bool) -> Quality:
    """The panel about one release; managers see what its gate found, or finds as it is now."""
    wave, method, how = release.wave, release.method, fieldwork_of(release)
    first, last = days(how)
    document = frozen(wave.version_id).document
    facts = [
        (
            "State",
            release.get_state_display() + (f": {release.problem}" if release.problem else ""),
        ),
        ("How people were reached", wave.get_sampling_display()),
        ("Fieldwork", f"{first:%-d %B %Y} to {last:%-d %B %Y}, {how['mode']}"),
        ("Responses counted", f"{release.respondents:,}"),
    ]
    if method["design_effect"] is not None:
        facts += [
            ("Effective base", f"{method['effective_base']:,.0f}"),
            ("Design effect of weighting", f"{method['design_effect']:.2f}"),
            ("Largest weight", times_the_mean(method["max_weight"])),
        ]
    converged = "The margins were met" if method["converged"] else "The margins were not met"
    facts.append(("Weighting", f"{wave.get_weighting_display()}. {converged}."))
    trimming = method.get("trimming")
    if trimming and not trimming["feasible"]:
        facts.append(("Trimming", f"Weights over {trimming['cap']:g} times the mean had to stay."))
    elif trimming and trimming["share_capped"]:
        capped = f"{trimming['share_capped']:.1%} of respondents at {trimming['cap']:g} × the mean"
        facts.append(("Trimming", f"{capped}."))
    if method["outside"]:
        few = method["outside"] < method["disclosure_minimum"]
        people = "A few" if few else f"{method['outside']:,}"
        facts.append(("Outside the population", f"{people}, not counted"))
    if marked := method.get("flagged"):
        people = "A few" if marked["people"] is None else f"{marked['people']:,}"
        facts.append(("Marked for how they were given", f"{people}, counted all the same"))
    if wave.sampling == Wave.Sampling.OPEN_LINK:
        facts.append(
            (
                "What this is not",
                "Anybody with the link could answer, online. The intervals are random noise only:"
                " who chose to answer, and who is not online, they do not see.",
            )
        )
    if release.override_reason:
        facts.append(
            (
                "Published although something blocked it",
                f"{release.override_reason} ({release.published_by})",
            )
        )
    tables = tuple(margin_table(margin, document) for margin in method["margins"])
    found = tuple(_findings(release)) if manager else ()
    return Quality(release, wave, tuple(facts), tables, found)


def _findings(release: Release) -> list[Finding]:
    if release.state == Release.State.PROVISIONAL:
        return gate(release)
    return stored(release)
