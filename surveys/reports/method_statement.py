"""The public method statement of a release, written from what the release itself holds.

Its headings are the five dimensions in which the Government Statistical Service reports quality:
relevance; accuracy and reliability; timeliness and punctuality; accessibility and clarity;
coherence and comparability (ONS, "Quality in official statistics"). Its first table has what the
British Polling Council's rules of disclosure ask for, whose members also keep the Market Research
Society's code: client, dates, method of interviewing, universe, size of the sample; the wording of
all questions is at its end. For samples called representative the Society's code of 2023 wants the
characteristics and parameters to be reported: here these are the weighting targets.

Nothing is read from populations or settings that may since have changed: those facts were written
into the release when it was made, and frozen when it was published.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.timezone import localtime

from surveys.fieldwork.models import Wave
from surveys.questionnaires.conditions import (
    ArmIs,
)
from surveys.questionnaires.document import (
    Document,
    MultipleChoice,
    Page,
    Question,
    Scale,
    SingleChoice,
    WholeNumber,
)
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen
from surveys.reports.circumstances import fieldwork_of
from surveys.reports.findings import Finding, stored
from surveys.reports.gate import gate
from surveys.reports.method_accuracy import accuracy
from surveys.reports.method_arms import arms
from surveys.reports.method_parts import Part, Section, Shown
from surveys.reports.models import Estimate, Release

LEVELS = {"fine": "Fine", "warns": "Warning", "blocks": "Blocks"}
LANGUAGES = {"en": "English", "cy": "Welsh"}
BY_FILE = "They came in a file from whoever asked; how the questions were shown is not known here"
NOT_TOLD = "What people were told before they answered is not known here: others asked them."
ONLINE_ONLY = ("online", "web", "internet")


@dataclass(frozen=True)
class MethodStatement:
    """All that is said of how a release was made, in the order in which it is read."""

    title: str
    first: str  # whom the mode leaves out: read before any figure
    sections: tuple[Section, ...]
    shown: tuple[Shown, ...]  # the questions, word for word


def method_statement(release: Release) -> MethodStatement:
    """Write the statement of one release; one query where it is published.

    release: with figures, its wave, questionnaire and population fetched. Of a provisional release
    the gate is looked at as it is now, which takes more.

    Raises ValueError where the release has no figures.
    """
    if release.problem:
        raise ValueError(f"{release} has no figures, so there is no method to state")
    document = frozen(release.wave.version_id).document
    provisional = release.state == Release.State.PROVISIONAL
    findings = gate(release) if provisional else stored(release)
    asked = fieldwork_of(release)
    whole = list(release.estimates.filter(segment="").order_by("id"))
    return MethodStatement(
        title=f"How the figures of {release.wave.title} were made",
        first=_left_out(asked["mode"]),
        sections=(
            Section("summary", "In brief", (Part(facts=_summary(release, document, asked)),)),
            Section("relevance", "Relevance", _relevance(release, document)),
            Section(
                "accuracy",
                "Accuracy and reliability",
                (
                    *accuracy(release, document, asked["sampling"], whole, findings),
                    *arms(release, document),
                    *_drawn_one_by_one(release),
                ),
            ),
            Section("timeliness", "Timeliness and punctuality", _timeliness(release, asked)),
            Section("accessibility", "Accessibility and clarity", _accessibility(document)),
            Section("comparability", "Coherence and comparability", _coherence(release, findings)),
            Section("checks", "What was checked before publication", _checks(release, findings)),
        ),
        shown=tuple(_shown(document, whole, by_file=_by_file(release))),
    )


def _drawn_one_by_one(release: Release) -> tuple[Part, ...]:
    """What intervals of staff leave out, because no answer of theirs carries its organisation."""
    if release.wave.questionnaire.audience != Questionnaire.Audience.STAFF:
        return ()
    told = (
        "To protect staff, an answer never carries the organisation that its sender works for. So"
        " the intervals of these figures take people as if each had been drawn alone from all NHS"
        " staff. People of one organisation often answer alike; where they do, the intervals are"
        " too narrow and say less doubt than there is. By how much is not known.",
        "Nor is it counted how large a part of all staff answered: there is no finite population"
        " correction. Where it is large the intervals are a little too wide, which does not make up"
        " for the first.",
    )
    return (Part("People of one organisation", told),)


def _by_file(release: Release) -> bool:
    """Whether the answers came in a file, so that nothing is known of how they were given."""
    return bool(release.method.get("from_file"))


def _left_out(mode: str) -> str:
    if mode.strip().casefold() in ONLINE_ONLY:
        return (
            "People could answer online only. Those who are least confident with technology are"
            " least often online, so they are missing from every figure about confidence in it."
            " Other surveys that were made online miss them too: a comparison with these hides the"
            " gap and does not mend it."
        )
    return (
        f"People answered {mode}. Those who could not or would not answer in this way are missing"
        " from every figure, and weighting does not bring them back."
    )


def _day(text: str) -> str:
    return f"{datetime.date.fromisoformat(text):%-d %B %Y}"


def _summary(
    release: Release, document: Document, asked: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    method, wave = release.method, release.wave
    facts = [
        ("Commissioned by", asked["commissioned_by"]),
        ("Carried out by", asked["carried_out_by"]),
        ("Questionnaire", f"{document.title} (version {frozen(wave.version_id).label})"),
        ("Population", _population(release)),
        ("How people were reached", str(Wave.Sampling(asked["sampling"]).label)),
        ("How they answered", capfirst(asked["mode"])),
        *([("Answers", BY_FILE)] if _by_file(release) else []),
        ("Fieldwork", f"{_day(asked['opens_on'])} to {_day(asked['closes_on'])}"),
        ("Answers counted", f"{release.respondents:,}"),
        ("Worth after weighting", f"{method['effective_base']:,.0f}"),
        ("Weighting", str(Wave.Weighting(method["weighting"]).label)),
    ]
    if asked["kind"] == Wave.Kind.SIMULATED:
        facts.insert(0, ("Kind", "Simulated: nobody real answered, a computer made the answers up"))
    if asked["kind"] == Wave.Kind.PILOT:
        facts.insert(0, ("Kind", "Trial run"))
    return tuple(facts)


def _population(release: Release) -> str:
    known = release.method.get("population_title") or release.method["population"]
    return known or "Those who answered"


def _relevance(release: Release, document: Document) -> tuple[Part, ...]:
    languages = " and ".join(LANGUAGES[one] for one in document.languages)
    population = [
        f"The figures are about: {_population(release)}. They say nothing about anybody else, nor"
        f" about those who could not answer in {languages}."
    ]
    if note := release.method.get("population_note"):
        population.append(note)
    return (
        Part(
            "Purpose",
            (
                "The same questions are asked wave after wave, to see what changes. "
                + (
                    NOT_TOLD
                    if _by_file(release)
                    else f"People were told: “{document.introduction}”"
                ),
            ),
        ),
        Part("Population", tuple(population)),
    )


def _timeliness(release: Release, asked: dict[str, Any]) -> tuple[Part, ...]:
    ended = "ends" if release.method["while_open"] else "ended"
    told = f"Fieldwork {ended} on {_day(asked['closes_on'])}. The figures were made on"
    told += f" {localtime(release.estimated_at):%-d %B %Y}"
    if release.published_at is None:
        return (Part(paragraphs=(f"{told}. They are not published yet.",)),)
    closed = datetime.date.fromisoformat(asked["closes_on"])
    published = localtime(release.published_at)
    days = (published.date() - closed).days
    told += f" and published on {published:%-d %B %Y}, {days:,}"
    told += f" day{'s' * (days != 1)} after the last day of fieldwork."
    before = (
        "Before publication they were seen by the managers of the survey only. Whether a day of"
        " publication was announced is not recorded."
    )
    return (Part(paragraphs=(told, before)),)


def _accessibility(document: Document) -> tuple[Part, ...]:
    return (
        Part(
            paragraphs=(
                "Anybody may read this statement. The figures stand on a page, in tables and in"
                " files (CSV and JSON), each with its base and interval, for those who can sign in;"
                " the end of this page says whom to ask for them.",
                "[c] stands for a figure that is hidden. Shares are whole per cent in sentences and"
                " have one decimal in tables.",
            )
        ),
    )


def _coherence(release: Release, findings: Sequence[Finding]) -> tuple[Part, ...]:
    parts = []
    for one in findings:
        if one.code == "comparability":
            parts.append(
                Part(
                    "With earlier waves and other surveys",
                    (
                        one.found,
                        "What is asked the same is joined on charts and tested. What stands beside"
                        " something else is shown with the reasons why a gap may not be change.",
                    ),
                    lines=one.details,
                )
            )
        if one.code == "margin_dates":
            parts.append(Part("Age of the targets", (one.found,), lines=one.details))
    staff = release.wave.questionnaire.audience == Questionnaire.Audience.STAFF
    overlap = (
        "NHS staff are adults of the United Kingdom too. So figures of staff and figures of the"
        " public are about groups that overlap."
    )
    parts.append(Part("Staff and the public" if staff else "The public and NHS staff", (overlap,)))
    parts.append(
        Part(
            "Revisions",
            (
                "Published figures never change. A correction is a new release, and this page then"
                " says that a newer one takes its place."
                + " An answer that somebody takes back after publication stays in the figures."
                * (not _by_file(release)),
            ),
        )
    )
    return tuple(parts)


def _checks(release: Release, findings: Sequence[Finding]) -> tuple[Part, ...]:
    if not findings:
        return (Part(paragraphs=("It was published before releases were checked in this way.",)),)
    facts = tuple((one.title, f"{LEVELS[one.level]}. {one.found}") for one in findings)
    blocks = [one.title for one in findings if one.blocks]
    if not release.override_reason:
        first = f"Not published: {', '.join(blocks)}." if blocks else "Nothing blocks this release."
        return (Part(paragraphs=(first,), facts=facts),)
    told = (
        f"It was published although this blocked it: {', '.join(blocks)}. The reason, given by"
        f" {release.published_by}: “{release.override_reason}”"
    )
    return (Part(paragraphs=(told,), facts=facts),)


def _shown(document: Document, whole: Sequence[Estimate], *, by_file: bool) -> Iterator[Shown]:
    bases = {row.question: row.base for row in whole}
    for page in document.pages:
        notes = _asked_of(document, page, by_file=by_file)
        if page.explainer is not None:
            picture = page.explainer.picture
            seen = f"With a picture: {picture.alt}" if picture else ""
            told = " ".join(filter(None, (page.explainer.text, page.explainer.example, seen)))
            yield Shown(page.explainer.title, told, (), (*notes, "An explanation, no question"), "")
        for question in page.questions:
            base = bases.get(question.code)
            told = f"{base:,} answers" if base is not None else "[c] answers"
            yield Shown(
                question.text,
                question.hint,
                _answers(question),
                (*notes, *(() if by_file else _order(question))),
                told if question.code in bases else "",
            )


def _answers(question: Question) -> tuple[str, ...]:
    if isinstance(question, SingleChoice | MultipleChoice):
        return tuple(option.text for option in question.options)
    if isinstance(question, Scale):
        ends = f"0 ({question.low}) to 10 ({question.high})"
        return (ends, *(option.text for option in question.options))
    if isinstance(question, WholeNumber):
        return (f"A whole number from {question.minimum} to {question.maximum}",)
    return ("In their own words",)


def _order(question: Question) -> tuple[str, ...]:
    if isinstance(question, SingleChoice | MultipleChoice) and question.shuffle:
        return ("Answers in an order drawn by lot for each person",)
    return ()


def _asked_of(document: Document, page: Page, *, by_file: bool) -> tuple[str, ...]:
    if page.show_if is None:
        return ()
    if isinstance(page.show_if, ArmIs):
        arms = {arm.code: arm.text for split in document.splits for arm in split.arms}
        drawn = ", ".join(f"“{arms[one]}”" for one in page.show_if.is_)
        how = "are in" if by_file else "were drawn by lot for"
        return (f"Shown to those who {how} {drawn}",)
    return ("Shown to some, by what they had answered before",)
