"""What the staff of one organisation think: for those who have a role there, below or above."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from surveys.fieldwork.models import Organisation, OrganisationTally
from surveys.fieldwork.policies import (
    can_read_organisation,
    can_see_provisional_of,
    check_read_organisation,
)
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen
from surveys.reports.models import Release
from surveys.web.insights.access import readers_only
from surveys.web.insights.staff_report import asked, brief, dots


@require_safe
@readers_only
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations with figures that somebody may read."""
    release = _latest(request)
    found: list[Organisation] = []
    if release is not None:
        told = release.organisation_estimates.values("organisation").distinct()
        rows = Organisation.objects.filter(pk__in=told).order_by("path")
        found = [one for one in rows if can_read_organisation(request.user, one)]
    top = min((one.path.count("/") for one in found), default=0)
    context = {
        "release": release,
        "organisations": [{"one": one, "depth": one.path.count("/") - top} for one in found],
    }
    return render(request, "insights/organisations.html", context)


@require_safe
@readers_only
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation beside the rest of its parent and of the country, and those below it."""
    here = get_object_or_404(Organisation.objects.select_related("parent"), code=code)
    check_read_organisation(request.user, here)
    release = _latest(request)
    if release is None or here.parent is None:
        raise Http404
    below = list(here.children.order_by("name"))
    rows = release.organisation_estimates.filter(organisation__in=[here, *below])
    figures = {(row.organisation_id, row.question, row.option): row for row in rows}
    mine = {
        (question, option): row for (pk, question, option), row in figures.items() if pk == here.pk
    }
    if not mine:
        raise Http404
    document = frozen(release.wave.version_id).document
    context = {
        "organisation": here,
        "parent": here.parent,
        "release": release,
        "wave": release.wave,
        "brief": brief(document, mine, parent=here.parent.name),
        "questions": asked(document, mine, parent=here.parent.name),
        "drawings": dots(document, below, figures) if _may_see_below(request, here) else [],
        "counted_here": _counted_here(release, here, below),
    }
    return render(request, "insights/organisation.html", context)


def _latest(request: HttpRequest) -> Release | None:
    """The newest release of staff that tells organisations apart and that somebody may read."""
    rows = (
        Release.objects.filter(
            wave__questionnaire__audience=Questionnaire.Audience.STAFF,
            state__in=[Release.State.PUBLISHED, Release.State.PROVISIONAL],
            organisation_estimates__isnull=False,
        )
        .exclude(wave__kind="pilot")
        .select_related("wave__questionnaire")
        .order_by("-wave__opens_on", "-number")
        .distinct()
    )
    for release in rows:
        if release.state == Release.State.PUBLISHED:
            return release
        if can_see_provisional_of(request.user, release.wave):
            return release
    return None


def _may_see_below(request: HttpRequest, here: Organisation) -> bool:
    """Those below are for whoever has a role here or above, not for a role in one of them."""
    return all(can_read_organisation(request.user, one) for one in here.children.all())


def _counted_here(
    release: Release, here: Organisation, below: list[Organisation]
) -> list[Organisation]:
    """Those directly below that had too few answers to be told apart: they are counted here."""
    if not OrganisationTally.objects.filter(wave=release.wave, organisation=here).exists():
        return []
    own = OrganisationTally.objects.filter(wave=release.wave, organisation__in=below)
    told = set(own.values_list("organisation_id", flat=True))
    leaves = [one for one in below if one.pk not in told and not one.children.exists()]
    return [one for one in leaves if one.closed_on is None]
