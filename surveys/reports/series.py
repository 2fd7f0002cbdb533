"""The waves of one questionnaire that may stand on one time line, with the release of each."""

import datetime

from django.db.models import Prefetch

from surveys.fieldwork.models import Wave
from surveys.questionnaires.mirrors import mirrors
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen
from surveys.reports.circumstances import days, fieldwork_of
from surveys.reports.models import Release


def releases_of(
    questionnaire: Questionnaire, *, provisional: bool, simulated: bool | None = None
) -> list[Release]:
    """The latest readable release of each wave, oldest first; two queries.

    Real and simulated waves are never mixed: where a real one has figures, or no wave is
    simulated, the real ones are shown, unless `simulated` says otherwise.
    """
    states = [Release.State.PUBLISHED] + [Release.State.PROVISIONAL] * provisional
    readable = Release.objects.filter(state__in=states).order_by("-number")
    waves = (
        Wave.objects.filter(questionnaire=questionnaire)
        .exclude(kind=Wave.Kind.PILOT)
        .select_related("population", "questionnaire", "version")
        .prefetch_related(Prefetch("releases", queryset=readable, to_attr="readable"))
    )
    found: list[Release] = []
    for wave in waves:
        if wave.readable:
            release = wave.readable[0]
            release.wave = wave
            found.append(release)
    if simulated is None:
        told = any(not one.wave.simulated and not one.problem for one in found)
        simulated = not told and any(one.wave.simulated for one in found)
    alike = [release for release in found if release.wave.simulated == simulated]
    return sorted(alike, key=_place)


def _place(release: Release) -> tuple[datetime.date, int]:
    """Where a release stands on the time line: by the days with which it was published."""
    return days(fieldwork_of(release))[0], release.wave_id


def earlier_release(wave: Wave, *, provisional: bool) -> Release | None:
    """The release of the wave before this one that has figures, of the same questionnaire and kind.

    The one that the page of results compares with.
    """
    before = earlier_releases(wave, provisional=provisional)
    return before[-1] if before else None


def earlier_releases(wave: Wave, *, provisional: bool) -> list[Release]:
    """The releases of all waves before this one that have figures, oldest first: the ledger's."""
    series = releases_of(wave.questionnaire, provisional=provisional, simulated=wave.simulated)
    own = [_place(one) for one in series if one.wave_id == wave.pk]
    here = own[0] if own else (wave.opens_on, wave.pk)
    return [one for one in series if _place(one) < here and not one.problem]


def mirror_releases(release: Release, *, provisional: bool) -> dict[str, Release]:
    """The other audience's figures that a wave's questions may stand beside, by questionnaire.

    Of several waves the one nearest in time, of the same kind; a query for the questionnaires and
    two for the waves of each.
    """
    wave = release.wave
    named = {one.questionnaire for one in mirrors(frozen(wave.version_id).document).values()}
    found = {}
    for questionnaire in Questionnaire.objects.filter(slug__in=named):
        series = releases_of(questionnaire, provisional=provisional, simulated=wave.simulated)
        made = [one for one in series if not one.problem]
        if made:
            opened = _place(release)[0]
            found[questionnaire.slug] = min(made, key=lambda one: abs(_place(one)[0] - opened))
    return found
