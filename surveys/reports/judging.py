"""What may be said of our figures beside others, by the facts of both and by signed verdicts."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from django.utils import timezone

from surveys.fieldwork.models import Wave
from surveys.questionnaires.asking import Printed, asked
from surveys.questionnaires.bases import printed_base
from surveys.questionnaires.beside_audience import between_audiences
from surveys.questionnaires.beside_before import before_and_after
from surveys.questionnaires.beside_published import with_published
from surveys.questionnaires.comparability import (
    RANK,
    Facts,
    Judgement,
    Verdict,
    between_waves,
    judged,
)
from surveys.questionnaires.document import Benchmark, Document, Pair, Question
from surveys.questionnaires.versions import frozen
from surveys.reports.benchmarks import fieldwork_days
from surveys.reports.circumstances import days, fieldwork_of
from surveys.reports.models import (
    ComparabilityOverride,
    PublishedEstimate,
    PublishedQuestion,
    PublishedSurvey,
    Release,
)

SignedKey = tuple[int, str, str]  # wave, question, source, as "wave:public-1" or "survey:hf-2024"
Signed = Mapping[SignedKey, ComparabilityOverride]


@dataclass(frozen=True)
class Published:
    """What others published about the questions of one questionnaire, and what was signed for.

    figures: by survey, question, option and group; questions: by survey and question.
    """

    figures: dict[tuple[str, str, str, str], PublishedEstimate]
    questions: dict[tuple[str, str], Printed]
    signed: Signed = field(default_factory=dict)

    def beside(self, link: Benchmark) -> list[tuple[str, PublishedEstimate]]:
        """The figures that a benchmark points to, each with the option or net of ours."""
        keys = [
            (ours, (link.survey, link.question, theirs, link.subpopulation))
            for theirs, ours in link.options.items()
        ]
        return [(ours, self.figures[key]) for ours, key in keys if key in self.figures]


def published_for(document: Document, others: Iterable[str] = ()) -> Published:
    """The published figures that a questionnaire points to, how they were asked, and the signed
    verdicts about its waves and those of the `others`; three queries."""
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
        signed_for(document.slug, *others),
    )


def signed_for(*questionnaires: str) -> Signed:
    """The signed verdicts about questionnaires' waves; of several about one thing the newest."""
    rows = ComparabilityOverride.objects.filter(wave__questionnaire__slug__in=questionnaires)
    return {
        (row.wave_id, row.question, row.source): row
        for row in rows.select_related("signed_by", "wave").order_by("pk")
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
        asked_of=printed_base(row.asked_of),
        dont_know=dont_know if row.complete or dont_know else None,
        several=row.type == "multiple" if row.type else None,
        order=row.option_order,
    )


def facts_of(release: Release) -> Facts:
    """What the ledger needs to know of one of our waves, as it was weighed for its figures.

    Mode, house and dates are those with which it was published; how people were reached, and
    whether they are simulated, the database fixes with the first answer.
    """
    wave, method, how = release.wave, release.method, fieldwork_of(release)
    version = frozen(wave.version_id)
    known = version.document.variables_by_code
    margins = method["margins"]
    names = tuple(known[one["variable"]].title for one in margins)
    trimming = method.get("trimming") or {"feasible": False}
    dated = [source["reference_date"] for one in margins for source in one.get("sources", ())]
    return Facts(
        sampling=wave.sampling,
        population=method.get("population_title") or _title(wave),
        version=version.label,
        simulated=wave.simulated,
        mode=how["mode"],
        house=how["house"],
        months=months_between(*days(how)),
        languages=version.document.languages,
        weighted_by=names or (wave.get_weighting_display().lower(),),
        targets=tuple(
            tuple(category["target"] for category in one["categories"]) for one in margins
        ),
        target_days=tuple(dated),
        cap=trimming["cap"] if trimming["feasible"] else None,
    )


def _title(wave: Wave) -> str:
    return wave.population.title if wave.population else ""


def months_between(first: datetime.date, last: datetime.date) -> tuple[int, ...]:
    """The months of the year that lie between two days, both included, 1 to 12."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return tuple((first.month - 1 + later) % 12 + 1 for later in range(min(count, 11) + 1))


def published_facts(survey: PublishedSurvey) -> Facts:
    """What the ledger needs to know of a published survey.

    How its sample was drawn counts as known only where its description says so.
    """
    mode = survey.mode.lower()
    if "random" in mode and "probability" in mode:
        sampling = "probability"
    elif "panel" in mode and "quota" in mode:
        sampling = "panel"
    else:
        sampling = ""
    first, last = fieldwork_days(survey.fieldwork_start, survey.fieldwork_end)
    return Facts(
        sampling=sampling,
        population=survey.population,
        mode=survey.mode,
        house=_stated(survey.fieldwork_house),
        months=months_between(first, last),
        weighting=_stated(survey.weighting),
    )


def _stated(text: str) -> str:
    """What was found out about a published survey; nothing where that says it was not found."""
    return "" if "not found" in text else text


def judge_waves(
    earlier: Release, later: Release, question: str, option: str, signed: Signed
) -> Judgement:
    """Whether one question's figures of two waves of ours may be called a change."""
    before, after = (
        asked(frozen(one.wave.version_id).document, question) for one in (earlier, later)
    )
    found = between_waves(facts_of(earlier), facts_of(later), before, after, option)
    return _as_signed(found, signed.get((later.wave_id, question, f"wave:{earlier.wave.slug}")))


def judge_with_published(
    release: Release,
    question: Question,
    link: Benchmark,
    survey: PublishedSurvey,
    published: Published,
) -> Judgement:
    """What may be said of our figures beside those of a published survey."""
    beside = published.beside(link)
    printed = published.questions.get((link.survey, link.question))
    if printed is not None and any(_without_dont_know(figure.note) for _, figure in beside):
        printed = replace(printed, dont_know=False)
    asked_here = asked(frozen(release.wave.version_id).document, question.code)
    texts = asked_here.labels if asked_here else {}
    found = with_published(
        wording=link.wording,
        same_options=link.same_options,
        ours=facts_of(release),
        theirs=published_facts(survey),
        asked=asked_here,
        printed=printed,
        labels=tuple(
            (figure.option_label, texts[ours]) for ours, figure in beside if ours in texts
        ),
    )
    return _as_signed(
        found, published.signed.get((release.wave_id, question.code, f"survey:{survey.slug}"))
    )


def _without_dont_know(note: str) -> bool:
    """Whether a note says that who did not know is no part of a figure's base."""
    return re.search(r"(excluding|without|excl\.?) .?don.?t know", note.lower()) is not None


def judge_mirror(release: Release, other: Release, question: Question, signed: Signed) -> Judgement:
    """What may be said of one audience's figures of a question beside the other's."""
    mirror = question.mirror
    assert mirror is not None, "only a question that mirrors another stands beside it"
    here = asked(frozen(release.wave.version_id).document, question.code)
    there = asked(frozen(other.wave.version_id).document, mirror.question)
    assert here is not None
    if there is None:
        found = judged([("break", "The other wave did not ask this.")], best="break")
    else:
        codes = [code for code, _ in here.options] + [code for code, _ in here.nets]
        together = {code: mirror.theirs(code) for code in codes}
        found = between_audiences(facts_of(other), facts_of(release), there, here, together)
    return _as_signed(
        found, signed.get((release.wave_id, question.code, f"mirror:{other.wave.slug}"))
    )


def judge_pair(release: Release, pair: Pair) -> Judgement:
    """What may be said of a second answer beside the first one of the same people."""
    document = frozen(release.wave.version_id).document
    before, after = asked(document, pair.before), asked(document, pair.after)
    assert before is not None
    assert after is not None
    return before_and_after(before, after)


def _as_signed(found: Judgement, override: ComparabilityOverride | None) -> Judgement:
    if override is None:
        return found
    verdict = cast(Verdict, override.verdict)  # its choices
    if RANK[verdict] < RANK[found.limit]:  # what is known of the two has changed since
        return found
    day = timezone.localdate(override.signed_at)
    return found.signed(verdict, str(override.signed_by), day, override.reason)
