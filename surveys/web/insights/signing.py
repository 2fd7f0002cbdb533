"""The page on which an analyst answers for a verdict of the comparability ledger."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from surveys.fieldwork.policies import can_see_provisional
from surveys.questionnaires.comparability import RANK, VERDICTS_BY_RANK
from surveys.questionnaires.models import Questionnaire
from surveys.reports.ledger import Entry, ledger
from surveys.reports.models import ComparabilityOverride
from surveys.reports.series import mirror_releases, releases_of
from surveys.reports.signing import LIMITS, OverrideRefused, sign_override
from surveys.web.insights.access import signers_only
from surveys.web.insights.forms import VerdictForm
from surveys.web.insights.ledger import VERDICTS


@require_http_methods(["GET", "HEAD", "POST"])
@signers_only
def sign_verdict(request: HttpRequest, slug: str, question: str, source: str) -> HttpResponse:
    """Show what was found about one comparison, and take another verdict with its reason."""
    found = get_object_or_404(Questionnaire, slug=slug)
    releases = releases_of(found, provisional=can_see_provisional(request.user))
    if not releases:
        raise Http404
    mirrors = mirror_releases(releases[-1], provisional=can_see_provisional(request.user))
    about = [
        one
        for one in ledger(releases, mirrors)
        if (one.question.code, one.with_) == (question, source) and one.may_be_signed
    ]
    if not about:
        raise Http404
    entry = max(about, key=lambda one: RANK[one.judgement.verdict])
    allowed = VERDICTS_BY_RANK[RANK[entry.judgement.limit] :]
    form = VerdictForm(allowed, request.POST if request.method == "POST" else None)
    wave = releases[-1].wave
    if form.is_valid():
        try:
            sign_override(
                wave=wave,
                question=question,
                source=source,
                judgement=entry.judgement,
                verdict=form.cleaned_data["verdict"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except OverrideRefused as refusal:
            form.add_error("verdict", str(refusal))
        else:
            messages.success(request, f"Your verdict on {entry.label} is signed.")
            return redirect(f"{reverse('insights-ledger', args=[slug])}#{question}")
    context = {
        "questionnaire": found,
        "entry": entry,
        "called": VERDICTS[entry.judgement.verdict],
        "limit": LIMITS.get(entry.judgement.limit),
        "history": _history(entry, wave.pk),
        "form": form,
        "has_errors": bool(form.errors),
    }
    return render(request, "insights/sign.html", context, status=422 if form.is_bound else 200)


def _history(entry: Entry, wave_id: int) -> list[ComparabilityOverride]:
    """Who signed for what before, newest first."""
    rows = ComparabilityOverride.objects.filter(
        wave_id=wave_id, question=entry.question.code, source=entry.with_
    )
    return list(rows.select_related("signed_by").order_by("-pk"))
