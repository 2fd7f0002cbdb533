"""What a method statement says of answers that are marked for how they were given."""

from collections.abc import Iterator
from typing import Any

from surveys.questionnaires.document import Document, Quality
from surveys.reports.figures import Units
from surveys.reports.items import subject
from surveys.reports.method_parts import Grid, Part
from surveys.reports.models import Release

HEADING = "Answers that are marked"
CAPTION = "What leaving marked answers out would change"
COLUMNS = ("Headline measure", "Everybody", "Without those marked", "Change")
FEW = "a few"
POINTS = Units(is_mean=False, unit="", decimals=1)


def marked_answers(release: Release, document: Document) -> Iterator[Part]:
    """How many answers are marked and why, and what leaving them out would change."""
    told, rule = release.method.get("flagged"), document.quality
    if told is None or rule is None:
        return
    yield Part(HEADING, _paragraphs(told), tuple(_reasons(told, rule)), grid=_grid(told, document))


def _paragraphs(told: dict[str, Any]) -> tuple[str, ...]:
    people, looked_at = told["people"], told["looked_at"]
    if people == 0:
        return (f"None of the {looked_at:,} answers is marked for how it was given.",)
    share = f", {people / looked_at:.1%}," if people else ""
    first = (
        f"{_number(people).capitalize()} of {looked_at:,} answers{share} are marked for how they"
        " were given. They are counted like all others: the rule was fixed in the questionnaire"
        " before anybody answered, and every figure is of everybody."
    )
    if not told["without"]:
        return (first, "What leaving them out would change is not told: it could tell of few.")
    return (
        first,
        "The table shows what leaving them out, and weighting anew, would change. That is reckoned"
        " on the very same answers and compares nobody with others, so it has no interval.",
    )


def _reasons(told: dict[str, Any], rule: Quality) -> Iterator[tuple[str, str]]:
    """Each reason, and how many answers it holds for; one answer may have several."""
    names = {
        "trap": "A field was filled in that people do not see",
        "speed": f"Finished sooner than {rule.seconds_per_word:g} seconds for each word asked",
        "straight": f"At least {rule.straight} choices, all at the same place of their lists",
        "burst": "Among very many within an hour from one network, which may be one hospital",
    }
    for flag, name in names.items():
        if told["by_flag"][flag] != 0:
            yield name, _number(told["by_flag"][flag]).capitalize()


def _number(people: int | None) -> str:
    return FEW if people is None else f"{people:,}"


def _grid(told: dict[str, Any], document: Document) -> Grid | None:
    rows = []
    for one in told["without"]:
        text = subject(document.questions[one["question"]], one["option"])
        everybody, without = one["estimate"], one["without"]
        # Between the two as printed, so that a reader can subtract them.
        moved = (POINTS.rounded(without) - POINTS.rounded(everybody)) / 100
        change = POINTS.moved(moved) if POINTS.rounded(moved) else "none"
        rows.append((text, POINTS.figure(everybody), POINTS.figure(without), change))
    return Grid(CAPTION, COLUMNS, tuple(rows)) if rows else None
