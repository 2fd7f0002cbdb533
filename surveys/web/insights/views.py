"""The pages for leaders and managers."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from surveys.fieldwork.auditing import record
from surveys.fieldwork.models import AuditEntry, SealedInbox, Tally, Wave
from surveys.fieldwork.policies import (
    can_see_provisional,
    can_see_provisional_of,
    can_sign,
    check_publish,
)
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen
from surveys.reports.actions import actions_by_question
from surveys.reports.gate import gate
from surveys.reports.ledger import ledger
from surveys.reports.models import Release
from surveys.reports.releases import ReleaseRefused, latest_release, publish_release
from surveys.reports.report_tables import (
    comparisons_table,
    estimates_table,
    ledger_table,
    over_waves_table,
)
from surveys.reports.series import earlier_release, earlier_releases, mirror_releases, releases_of
from surveys.reports.trends import trends
from surveys.reports.words import THE_REST
from surveys.web.insights.access import readers_only
from surveys.web.insights.brief import brief
from surveys.web.insights.forms import OverrideForm
from surveys.web.insights.ledger import VERDICTS, ledger_groups
from surveys.web.insights.presenters import question_card
from surveys.web.insights.quality import quality

COUNT_FROM = 11  # live counts are never shown below this


@require_safe
@readers_only
def overview(request: HttpRequest) -> HttpResponse:
    """The questionnaires, and what is being asked now."""
    running = (
        Wave.objects.accepting()
        .select_related("questionnaire")
        .annotate(
            # Of staff nothing is counted before the wave is over; how many wait is known.
            counted=Coalesce(
                Sum("tallies__respondents", filter=Q(tallies__slice=Tally.EVERYONE)),
                Subquery(
                    SealedInbox.objects.filter(wave=OuterRef("pk"))
                    .order_by()
                    .values("wave")
                    .annotate(number=Count("pk"))
                    .values("number")
                ),
            )
        )
    )
    context = {
        "questionnaires": Questionnaire.objects.all(),
        "running": running,
        "count_from": COUNT_FROM,
        "manager": can_see_provisional(request.user),
    }
    return render(request, "insights/overview.html", context)


@require_safe
@readers_only
def questionnaire(request: HttpRequest, slug: str) -> HttpResponse:
    """The trend report of one questionnaire; with ?until=wave as it stands up to that wave.

    So what is said of every gap between two waves can be read, in the words of its time.
    """
    found = get_object_or_404(Questionnaire, slug=slug)
    releases = releases_of(found, provisional=can_see_provisional(request.user))
    context: dict[str, Any] = {"questionnaire": found, "manager": can_see_provisional(request.user)}
    if not releases:
        return render(request, "insights/empty.html", context)
    waves = [release.wave for release in releases]
    releases = _until(request, releases)
    document = frozen(releases[-1].wave.version_id).document
    figures = [release for release in releases if not release.problem]
    shown = trends(figures, _mirrors(request, figures[-1])) if figures else []
    done = actions_by_question(found)
    cards = [question_card(trend, figures, done.get(trend.question.code, ())) for trend in shown]
    context |= {
        "latest": releases[-1],
        "waves": waves,
        "newest": waves[-1],
        "until": "" if len(releases) == len(waves) else f"?until={releases[-1].wave.slug}",
        "compared": figures[-1] if figures else None,
        "simulated": any(release.wave.simulated for release in releases),
        "welsh_to_review": len(document.needs_review.get("cy", ())) if context["manager"] else 0,
        "brief": brief(document, shown),
        "lines": any(one.lines for one in cards),
        "the_rest": THE_REST,
        "cards": cards,
        "qualities": [
            quality(release, manager=can_see_provisional(request.user))
            for release in reversed(releases)
        ],
    }
    return render(request, "insights/questionnaire.html", context)


def _until(request: HttpRequest, releases: list[Release]) -> list[Release]:
    """The releases up to the wave that ?until names; all of them where it names none."""
    slugs = [release.wave.slug for release in releases]
    until = request.GET.get("until") or slugs[-1]
    if until not in slugs:
        raise Http404
    return releases[: slugs.index(until) + 1]


@require_safe
@readers_only
def comparability(request: HttpRequest, slug: str) -> HttpResponse:
    """What each question's figures stand beside, and what may be said of it; ?until as above."""
    found = get_object_or_404(Questionnaire, slug=slug)
    releases = releases_of(found, provisional=can_see_provisional(request.user))
    if not releases:
        raise Http404
    releases = _until(request, releases)
    context = {
        "questionnaire": found,
        "latest": releases[-1],
        "verdicts": VERDICTS.values(),
        "groups": ledger_groups(ledger(releases, _mirrors(request, releases[-1]))),
        "signer": can_sign(request.user),
    }
    return render(request, "insights/ledger.html", context)


@require_safe
@readers_only
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of one wave as CSV, with their verdicts; of one question with ?question=code."""
    wave = get_object_or_404(Wave.objects.select_related("questionnaire"), slug=slug)
    release = latest_release(wave, provisional=can_see_provisional_of(request.user, wave))
    if release is None:
        raise Http404
    question = request.GET.get("question") or None
    if question is not None and question not in frozen(wave.version_id).document.questions:
        raise Http404
    earlier = earlier_release(wave, provisional=can_see_provisional(request.user))
    name = f"{wave.slug}-release-{release.number}" + (f"-{question}" if question else "")
    told = estimates_table(release, earlier, _mirrors(request, release), question=question)
    return _as_csv(request, release, name, told)


@require_safe
@readers_only
def comparisons(request: HttpRequest, slug: str) -> HttpResponse:
    """What one wave's figures stand beside, as CSV: the sentences of the page and their tests."""
    wave = get_object_or_404(Wave.objects.select_related("questionnaire"), slug=slug)
    release = latest_release(wave, provisional=can_see_provisional_of(request.user, wave))
    if release is None:
        raise Http404
    earlier = earlier_release(wave, provisional=can_see_provisional(request.user))
    name = f"{wave.slug}-release-{release.number}-comparisons"
    told = comparisons_table(release, earlier, _mirrors(request, release))
    return _as_csv(request, release, name, told)


@require_safe
@readers_only
def over_waves_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The lines over all waves up to one, as CSV."""
    wave = get_object_or_404(Wave.objects.select_related("questionnaire"), slug=slug)
    release = latest_release(wave, provisional=can_see_provisional_of(request.user, wave))
    if release is None:
        raise Http404
    before = earlier_releases(wave, provisional=can_see_provisional(request.user))
    name = f"{wave.slug}-release-{release.number}-over-waves"
    told = over_waves_table(release, before, _mirrors(request, release))
    return _as_csv(request, release, name, told)


@require_safe
@readers_only
def ledger_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The comparability ledger of one wave, beside all waves before it, as CSV."""
    wave = get_object_or_404(Wave.objects.select_related("questionnaire"), slug=slug)
    release = latest_release(wave, provisional=can_see_provisional_of(request.user, wave))
    if release is None:
        raise Http404
    before = earlier_releases(wave, provisional=can_see_provisional(request.user))
    name = f"{wave.slug}-release-{release.number}-comparability"
    told = ledger_table(release, before, _mirrors(request, release))
    return _as_csv(request, release, name, told)


def _mirrors(request: HttpRequest, release: Release) -> dict[str, Release]:
    """The other audience's figures, as far as whoever asks may read them."""
    return mirror_releases(release, provisional=can_see_provisional(request.user))


def _as_csv(request: HttpRequest, release: Release, name: str, text: str) -> HttpResponse:
    """A file; that somebody took one of figures that are not published is in the audit log."""
    if release.state == Release.State.PROVISIONAL:
        by: Any = request.user
        record(by, AuditEntry.What.UNPUBLISHED_READ, f"{name}.csv")
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_http_methods(["GET", "POST"])
@readers_only
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what speaks for and against, ask for a reason where something blocks, and freeze."""
    release = get_object_or_404(
        Release.objects.select_related("wave__questionnaire", "wave__population"), pk=pk
    )
    check_publish(request.user, release.wave)
    back = redirect("insights-questionnaire", slug=release.wave.questionnaire.slug)
    if release.state != Release.State.PROVISIONAL:
        messages.error(request, f"{release} is {release.get_state_display().lower()} already")
        return back
    findings = gate(release)
    blocked = any(one.blocks for one in findings) and not release.problem
    form = OverrideForm(request.POST if request.method == "POST" else None) if blocked else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form is not None else ""
        by: Any = request.user
        try:
            published = publish_release(release, by=by, reason=reason)
        except ReleaseRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{published} is published. It will never change.")
        return back
    context = {
        "release": release,
        "findings": findings,
        "form": form,
        "has_errors": form is not None and bool(form.errors),
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "insights/publish.html", context, status=status)
