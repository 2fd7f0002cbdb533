"""The waves that a page does not show with the latest one, and where they stand instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.questionnaires.versions import frozen
from surveys.reports.models import Release
from surveys.reports.trends import Trend


@dataclass(frozen=True)
class Alone:
    """A wave whose figures stand on their own."""

    title: str
    slug: str


@dataclass(frozen=True)
class Earlier:
    """Waves before a break: which, why, and of which measures; of all where none is named."""

    text: str
    waves: tuple[Alone, ...]


def earlier_waves(trend: Trend, releases: Sequence[Release]) -> tuple[Earlier, ...]:
    """One sentence for each break that keeps figures of earlier waves away, with these waves."""
    found = {
        one.since: [other.text for other in trend.series if other.since == one.since]
        for one in trend.series
        if any(point.place < one.since.place for point in one.points)
    }
    told = []
    for since, texts in found.items():
        assert since.broken is not None, "what is kept away is parted by a break"
        code = trend.question.code
        waves = tuple(
            Alone(one.wave.title, one.wave.slug)
            for one in releases[: since.place]
            if code in frozen(one.wave.version_id).document.questions
        )
        asked = "asked or counted something else" if waves else "did not ask this"
        about = "" if len(texts) == len(trend.series) else f"{', '.join(texts)}: "
        names = _listed([one.wave.title for one in releases[: since.place]])
        reasons = " ".join(since.broken.reasons)
        told.append(
            Earlier(
                f"{about}{names} {asked}, so what was found then is not shown here. {reasons}",
                waves,
            )
        )
    return tuple(told)


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
