"""What may be said of our figures beside others, by the facts of both and by signed verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from django.utils import timezone

from surveys.fieldwork.models import Wave
from surveys.questionnaires.asking import Printed, asked
from surveys.questionnaires.comparability import (
    Facts,
    Judgement,
    Verdict,
    between_waves,
    with_published,
)
from surveys.questionnaires.document import Benchmark, Document, Question
from surveys.questionnaires.versions import frozen
from surveys.reports.models import (
    ComparabilityOverride,
    PublishedEstimate,
    PublishedQuestion,
    PublishedSurvey,
)

SignedKey = tuple[int, str, str]  # wave, question, source: "wave:public-1" or "survey:hf-2024"
Signed = Mapping[SignedKey, ComparabilityOverride]


@dataclass(frozen=True)
class Published:
    """What others published about the questions of one questionnaire, and what was signed for.

    figures: by survey, question, option and group; questions: by survey and question.
    """

    figures: dict[tuple[str, str, str, str], PublishedEstimate]
    questions: dict[tuple[str, str], Printed]
    signed: Signed = field(default_factory=dict)


def published_for(document: Document) -> Published:
    """The published figures that a questionnaire points to, how they were asked, and the signed
    verdicts; three queries."""
    surveys = {link.survey for one in document.questions.values() for link in one.benchmarks}
    rows = PublishedEstimate.objects.select_related("survey").filter(
        survey__slug__in=surveys, survey__audience=document.audience, subgroup=""
    )
    return Published(
        {(row.survey.slug, row.question, row.option, row.subpopulation): row for row in rows},
        {
            (row.survey, row.question): _printed(row)
            for row in PublishedQuestion.objects.filter(survey__in=surveys)
        },
        signed_for(document.slug),
    )


def signed_for(questionnaire: str) -> Signed:
    """The signed verdicts about a questionnaire's waves; of several about one thing the newest."""
    rows = ComparabilityOverride.objects.filter(wave__questionnaire__slug=questionnaire)
    return {
        (row.wave_id, row.question, row.source): row
        for row in rows.select_related("signed_by").order_by("pk")
    }


def _printed(row: PublishedQuestion) -> Printed:
    given = [one for one in row.options if one["kind"] != "prefer_not_to_say"]
    dont_know = any(one["kind"] == "dont_know" for one in given)
    return Printed(
        wording=row.stem,
        exact=row.stem_exact,
        answers=tuple(one["label"] for one in given),
        answers_exact=all(one["exact"] for one in given),
        complete=row.complete,
        max_choices=row.max_choices,
        asked_of=row.asked_of,
        dont_know=dont_know if row.complete or dont_know else None,
    )


def facts_of(wave: Wave) -> Facts:
    """What the ledger needs to know of one of our waves."""
    version = frozen(wave.version_id)
    raked = wave.weighting == Wave.Weighting.RAKED
    return Facts(
        sampling=wave.sampling,
        population=wave.population.title if wave.population else "",
        version=version.label,
        simulated=wave.simulated,
        mode=wave.mode,
        weighted_by=version.document.weight_by if raked else (wave.weighting,),
        margins=wave.population.slug if wave.population else "",
        languages=version.document.languages,
    )


def published_facts(survey: PublishedSurvey) -> Facts:
    """What the ledger needs to know of a published survey.

    How its sample was drawn counts as known only where its description says so.
    """
    random = "random" in survey.mode and "probability" in survey.mode
    return Facts(
        sampling="probability" if random else "",
        population=survey.population,
        mode=survey.mode,
        weighting=survey.weighting,
    )


def judge_waves(
    earlier: Wave, later: Wave, question: str, option: str, signed: Signed
) -> Judgement:
    """Whether one question's figures of two waves of ours may be called a change."""
    before, after = (asked(frozen(one.version_id).document, question) for one in (earlier, later))
    found = between_waves(facts_of(earlier), facts_of(later), before, after, option)
    return _as_signed(found, signed.get((later.pk, question, f"wave:{earlier.slug}")))


def judge_with_published(
    wave: Wave,
    question: Question,
    link: Benchmark,
    survey: PublishedSurvey,
    published: Published,
) -> Judgement:
    """What may be said of our figures beside those of a published survey."""
    found = with_published(
        wording=link.wording,
        same_options=link.same_options,
        ours=facts_of(wave),
        theirs=published_facts(survey),
        asked=asked(frozen(wave.version_id).document, question.code),
        printed=published.questions.get((link.survey, link.question)),
    )
    return _as_signed(
        found, published.signed.get((wave.pk, question.code, f"survey:{survey.slug}"))
    )


def _as_signed(found: Judgement, override: ComparabilityOverride | None) -> Judgement:
    if override is None:
        return found
    verdict = cast(Verdict, override.verdict)  # its choices
    day = timezone.localdate(override.signed_at)
    return found.signed(verdict, str(override.signed_by), day, override.reason)
