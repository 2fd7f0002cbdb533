"""What anybody may read of results: how the figures of each release were made."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from surveys.fieldwork.policies import can_see_provisional_of
from surveys.reports.method_statement import method_statement
from surveys.reports.models import Release

KEPT_SECONDS = 300  # by caches: so long may a superseded statement not say so


@require_safe
@vary_on_cookie  # which says the language
def method(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The method statement of one release; of a provisional one for managers only."""
    with_figures = Release.objects.filter(problem="").select_related(
        "wave__questionnaire", "wave__population"
    )
    release = get_object_or_404(with_figures, wave__slug=slug, number=number)
    provisional = release.state == Release.State.PROVISIONAL
    if provisional and not can_see_provisional_of(request.user, release.wave):
        raise Http404
    told = {
        "release": release,
        "provisional": provisional,
        "newer": _newer(release),
        "statement": method_statement(release),
    }
    response = render(request, "public/method.html", told)
    if provisional:
        response["Cache-Control"] = "private, no-store"
    else:
        patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


def _newer(release: Release) -> int | None:
    """The number of the release that took this one's place."""
    if release.state != Release.State.SUPERSEDED:
        return None
    published = Release.objects.filter(wave=release.wave_id, state=Release.State.PUBLISHED)
    return published.values_list("number", flat=True).get()
