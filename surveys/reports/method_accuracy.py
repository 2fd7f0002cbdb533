"""Accuracy and reliability in a method statement: how people were found, weighted and counted."""

from collections.abc import Iterator, Sequence
from typing import Any

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document
from surveys.reports.findings import Finding
from surveys.reports.items import measures
from surveys.reports.margin_findings import title_of
from surveys.reports.margin_tables import margin_table
from surveys.reports.method_flagged import marked_answers
from surveys.reports.method_parts import Grid, Part
from surveys.reports.models import Estimate, Release

# AAPOR calls a margin of sampling error from self-selected respondents misleading ("Opt-In Surveys
# and Margin of Error"): where people were not drawn by lot we say that there is none.
NOT_DRAWN = (
    "This is not a probability sample. The intervals hold only if, within each weighted group,"
    " those who answered are like those who did not. They are not a margin of error."
)
SAMPLING = {
    Wave.Sampling.OPEN_LINK: (
        "Anybody who had the link could answer. Who chose to do so is not known, and no formula"
        f" sees it. {NOT_DRAWN}",
        "Repeat answers cannot be excluded. No name, address or device is kept, so nobody can be"
        " recognised who answers twice.",
    ),
    Wave.Sampling.INVITED: (
        "People were invited one by one, and each could answer once. Who of them chose to answer"
        f" was not left to chance. {NOT_DRAWN}",
    ),
    Wave.Sampling.PANEL: (
        "Members of a panel were asked until quotas were filled. People join a panel by choice."
        f" {NOT_DRAWN}",
    ),
    Wave.Sampling.PROBABILITY: (
        "People were drawn by lot from the population: a probability sample. The intervals are its"
        " margin of error. They know nothing of those who were drawn and did not answer, except for"
        " what the weighting mends.",
    ),
}
# Measured on surveys that are raked as ours are (`python -m benchmarks.coverage`; the table in
# docs/statistics.md): fewest answers, and how many of 100 intervals hold the truth.
HELD = ((300, "about 95"), (100, "about 90 to 94"), (0, "about 89 to 90"))
RESPONSE = {
    Wave.Sampling.OPEN_LINK: "Nobody knows how many saw the link, so there is no response rate.",
    Wave.Sampling.INVITED: "How many were invited is not recorded, so there is no response rate.",
    Wave.Sampling.PANEL: "How many panel members were asked is not recorded, so there is no"
    " response rate.",
    Wave.Sampling.PROBABILITY: "How many were drawn is not recorded, so no response rate is given."
    " Ask for it: without one, a probability sample cannot be judged.",
}


def accuracy(
    release: Release,
    document: Document,
    sampling: str,
    whole: Sequence[Estimate],
    findings: Sequence[Finding],
) -> tuple[Part, ...]:
    """Everything about accuracy that the facts of a release tell.

    whole: its figures of everyone; findings: of its gate, none where it had none.
    """
    told = Wave.Sampling(sampling)
    return (
        Part("Sampling", SAMPLING[told]),
        Part("Response", (RESPONSE[told], _outside(release))),
        _weighting(release, document),
        *_left_open(release, document, whole),
        _precision(release, document, told, whole),
        _hidden(release, findings),
        Part(
            "What counts as an answer",
            (
                "“Don't know” is an answer and is counted. “Prefer not to say”, and a question that"
                " was left open or not asked, are not.",
                "No answer was left out for the way in which it was given, such as very fast.",
            ),
        ),
        *marked_answers(release, document),
    )


def _outside(release: Release) -> str:
    outside, few = release.method["outside"], release.method["disclosure_minimum"]
    if not outside:
        return "Everybody who answered belongs to the population."
    some = "A few" if outside < few else f"{outside:,}"
    return f"{some} who answered are outside the population and are not counted."


def _weighting(release: Release, document: Document) -> Part:
    method = release.method
    if method["weighting"] == Wave.Weighting.NONE:
        told = "Nothing was weighted: the figures describe those who answered."
        return Part("Weighting", (told,), _cost(release))
    if method["weighting"] == Wave.Weighting.SUPPLIED:
        told = (
            "The weights came with the answers. How they were made is not known here, so standard"
            " errors take them as given."
        )
        return Part("Weighting", (told,), _cost(release))
    tables = tuple(margin_table(margin, document) for margin in method["margins"])
    titles = ", ".join(f"“{table.title}”" for table in tables)
    paragraphs = (
        f"Answers were weighted by raking, so that they agree with the population on: {titles}."
        " The tables show each group's share of the population, of the answers, and after"
        " weighting. [c] is a group about which no figure may be shown.",
        f"All targets are of one population: {_population(method)}.",
        *_trimming(method),
    )
    return Part("Weighting", paragraphs, _cost(release), margins=tables)


def _left_open(release: Release, document: Document, whole: Sequence[Estimate]) -> Iterator[Part]:
    """How those who left a margin open answered the headline measures, beside everyone."""
    open_margins = [margin for margin in release.method["margins"] if margin["open"] != 0]
    if not open_margins:
        return
    told = [margin for margin in open_margins if margin.get("left_open")]
    everyone = {(row.question, row.option): row.estimate for row in whole}
    rows = []
    for headline in document.headlines:
        key = headline.question, headline.option
        shares = [
            next((one["estimate"] for one in margin["left_open"] if _key(one) == key), None)
            for margin in told
        ]
        if any(share is not None for share in shares):
            text = f"“{_measure(document, *key)}” to “{document.questions[key[0]].text}”"
            rows.append((text, *(_percent(share) for share in [everyone.get(key), *shares])))
    first = (
        "Who leaves a question about themselves open need not be like everyone else: weighting"
        " takes them as if they were."
    )
    if not rows:
        note = " How they answered is not told here: it could tell of few people."
        yield Part("Those who left a margin open", (first + note,))
        return
    columns = (
        *("Headline measure", "Everyone"),
        *(f"{title_of(document, one['variable'])} (about {one['open']:,})" for one in told),
    )
    grid = Grid("How those answered who left a margin open", columns, tuple(rows))
    note = (
        " Headline measures are told, in whole per cent, where enough people left a margin open."
        " They stand here to be seen, without intervals, and are compared with nothing."
    )
    yield Part("Those who left a margin open", (first + note,), grid=grid)


def _key(one: dict[str, Any]) -> tuple[str, str]:
    return one["question"], one["option"]


def _percent(share: float | None) -> str:
    return "[c]" if share is None else f"{share:.0%}"


def _measure(document: Document, question: str, option: str) -> str:
    return {one.option: one.text for one in measures(document.questions[question])}[option]


def _population(method: dict[str, Any]) -> str:
    return str(method.get("population_title") or method["population"])


def _trimming(method: dict[str, Any]) -> tuple[str, ...]:
    trimming = method.get("trimming")
    if trimming is None:
        return ()
    cap = f"{trimming['cap']:g} times the mean"
    if not trimming["feasible"]:
        could = trimming.get("smallest_cap")
        nearest = f" The lowest limit that could be kept is {could:.1f}." if could else ""
        return (
            f"Weights were to be limited to {cap}. That cannot be kept together with the targets,"
            f" so they were left as they are.{nearest}",
        )
    if not trimming["share_capped"]:
        return (f"Weights may not exceed {cap}. None did, so none was trimmed.",)
    told = f"Weights were limited to {cap} and raked again until both held. That concerns about"
    told += f" {trimming['share_capped']:.0%} of those counted"
    if "design_effect_before" in trimming:
        told += f"; before, the design effect was {trimming['design_effect_before']:.2f}"
    return (f"{told}. Trimming makes figures steadier and may bend them a little.",)


def times_the_mean(weight: float) -> str:
    """A weight beside the mean one; a whole number is a limit, where more would tell of few."""
    if weight.is_integer() and weight != 1:
        return f"at most {weight:.0f} times the mean"
    return f"{weight:.2f} times the mean"


def _cost(release: Release) -> tuple[tuple[str, str], ...]:
    method = release.method
    # Of a release that hides a group it is a limit, and 0 would be none.
    least = method["min_weight"]
    smallest = (("Smallest weight", f"{least:.2f} times the mean"),) if least else ()
    return (
        ("Answers counted", f"{release.respondents:,}"),
        ("Worth after weighting (effective base)", f"{method['effective_base']:,.0f}"),
        ("Design effect", f"{method['design_effect']:.2f}"),
        ("Largest weight", times_the_mean(method["max_weight"])),
        *smallest,
    )


def _precision(
    release: Release, document: Document, sampling: Wave.Sampling, whole: Sequence[Estimate]
) -> Part:
    of_whom = (
        "of the population"
        if sampling == Wave.Sampling.PROBABILITY
        else "among people like those who answered"
    )
    paragraphs = [
        "Each figure has a 95% interval. For a share it is Wilson's, on the number of answers that"
        " the weighted ones are worth; for a mean it is Student's, and where all gave the same"
        " answer, how many might have answered otherwise. Standard errors are linearised and, where"
        " answers were raked here, know of the raking."
    ]
    example = _example(document, whole)
    if example is not None:
        text, row = example
        assert row.lower is not None
        assert row.upper is not None
        paragraphs.append(
            f"For example: {row.estimate:.1%} answered “{text}” to"
            f" “{document.questions[row.question].text}”, from {row.base:,} answers. The interval"
            f" goes from {row.lower:.1%} to {row.upper:.1%}. Intervals made in this way hold the"
            f" true share {of_whom} in {_held(row)} of 100 such surveys, as far as chance alone"
            " goes."
        )
    return Part("Precision", tuple(paragraphs))


def _held(row: Estimate) -> str:
    """In how many of 100 surveys an interval from so many answers holds the truth."""
    return next(held for fewest, held in HELD if (row.base or 0) >= fewest)


def _example(document: Document, whole: Sequence[Estimate]) -> tuple[str, Estimate] | None:
    """The first headline measure that is shown, or else the first share."""
    declared = [(one.question, one.option) for one in document.headlines]
    rows = {
        (row.question, row.option): row
        for row in whole
        if row.estimate is not None and row.statistic != Estimate.Statistic.MEAN
    }
    key = next((one for one in [*declared, *rows] if one in rows), None)
    if key is None:
        return None
    return _measure(document, *key), rows[key]


def _hidden(release: Release, findings: Sequence[Finding]) -> Part:
    method = release.method
    paragraphs = [
        f"No figure about fewer than {method['disclosure_minimum']} people is shown, and more is"
        " hidden where it could be worked out from what is shown. The release does not hold what it"
        " hides.",
        f"A figure whose answers are worth fewer than {method['effective_base_minimum']:g} is not"
        f" shown; below {method['effective_base_low']:g} it is marked, and never tested.",
    ]
    if rounded := method.get("rounded"):
        questions = f"{len(rounded)} questions" if len(rounded) > 1 else "one question"
        paragraphs.append(
            f"In {questions} the weights would tell apart a group of which nothing may be shown."
            " Figures there are rounded to steps that are worth three answers of that group or"
            " more, so that nobody can calculate back; errors and intervals allow for that."
        )
    paragraphs += [f"In this release {one.found}" for one in findings if one.code == "suppressed"]
    return Part("What is hidden", tuple(paragraphs))
