"""The comparability ledger: what each question's figures stand beside, and what may be said of it.

One entry for each question and each other source: an earlier wave, or a published survey. The
verdicts are those by which charts are joined and changes are tested.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.document import Document, Question
from surveys.questionnaires.versions import frozen
from surveys.reports.items import measures
from surveys.reports.judging import (
    Published,
    Signed,
    judge_waves,
    judge_with_published,
    published_for,
)
from surveys.reports.models import Release


@dataclass(frozen=True)
class Entry:
    """One question beside one other source; options with the same verdict and reasons together."""

    question: Question
    options: tuple[str, ...]  # texts of the answers and nets; empty where all are judged alike
    with_: str  # "survey:hf-yougov-2020" or "wave:public-2026-1"
    label: str  # how a person calls it
    judgement: Judgement


def ledger(releases: Sequence[Release]) -> list[Entry]:
    """Every verdict about the latest of some releases, oldest first; three queries for published
    ones and what was signed for.

    Nearest waves come first, then published surveys in the order of the questionnaire.
    """
    latest = releases[-1]
    document = frozen(latest.wave.version_id).document
    earlier = list(reversed(releases[:-1]))
    asked = [one for one in document.questions.values() if measures(one)]
    published = published_for(document)
    found = [
        entry for one in asked for entry in _with_waves(one, latest, earlier, published.signed)
    ]
    found += list(_with_published(document, latest, published))
    order = {code: place for place, code in enumerate(document.questions)}
    return sorted(found, key=lambda entry: order[entry.question.code])


def _with_waves(
    question: Question, latest: Release, earlier: Sequence[Release], signed: Signed
) -> Iterator[Entry]:
    for release in earlier:
        alike: dict[Judgement, list[str]] = defaultdict(list)
        for measure in measures(question):
            judgement = judge_waves(
                release.wave, latest.wave, question.code, measure.option, signed
            )
            alike[judgement].append(measure.text)
        for judgement, texts in alike.items():
            options = tuple(texts) if len(alike) > 1 else ()
            source = f"wave:{release.wave.slug}"
            yield Entry(question, options, source, release.wave.title, judgement)


def _with_published(document: Document, latest: Release, published: Published) -> Iterator[Entry]:
    for question in document.questions.values():
        texts = {measure.option: measure.text for measure in measures(question)}
        for link in question.benchmarks:
            known = [
                (ours, figure)
                for theirs, ours in link.options.items()
                if (key := (link.survey, link.question, theirs, link.subpopulation))
                in published.figures
                for figure in [published.figures[key]]
            ]
            if known:
                survey = known[0][1].survey
                yield Entry(
                    question,
                    tuple(texts[ours] for ours, _ in known if ours in texts),
                    f"survey:{survey.slug}",
                    f"{survey.commissioner}, {survey.fieldwork_start[:4]}",
                    judge_with_published(latest.wave, question, link, survey, published),
                )
