"""How long every figure of a wave takes, from 4,000 to a million responses.

The tallies are made from answers of invented respondents, each part of a profile drawn apart from
the rest, so that far more cells are met than in a real wave. An estimate reads tallies only:
what it costs should follow the cells, not the responses.
"""

from benchmarks.telling import tell
from tests.drills.installation import Installation

SIZES = (4_000, 100_000, 1_000_000)
SECONDS, NO_SLOWER = 2.0, 1.25  # beyond the number of cells, with room for the machine's moods

MEASURE = """
import datetime, random
import numpy as np
from django.utils import timezone
from surveys.fieldwork.simulation import invented
from surveys.fieldwork.tallying import change_tallies, count
from surveys.fieldwork.waves import create_wave
from surveys.questionnaires.versions import frozen
from surveys.reports.estimating import estimate_wave
today = timezone.localdate()
version = QuestionnaireVersion.objects.filter(questionnaire__slug="public-confidence").latest("pk")
layout = frozen(version.pk).layout
document = layout.document
known = layout.matrix([
    layout.pack(answers) for answers in invented(document, 5_000, random.Random(3))])
profile = [layout.start(one.question) for one in document.variables if one.question]
chance = np.random.default_rng(4)
wave = create_wave(
    slug="estimating-{responses}", title="Estimating", version=version,
    opens_on=today - datetime.timedelta(30), closes_on=today - datetime.timedelta(1),
    population=Population.objects.get(slug="uk-adults-18"))
Wave.objects.filter(pk=wave.pk).update(status="closed")
for start in range(0, {responses}, 50_000):
    size = min(50_000, {responses} - start)
    codes = known[chance.integers(len(known), size=size)]
    for column in profile:
        codes[:, column] = known[chance.integers(len(known), size=size), column]
    change_tallies(wave, count(layout, codes))
seconds = []
for _ in range(5):
    begun = time.perf_counter()
    release = estimate_wave(wave.pk)
    seconds.append(time.perf_counter() - begun)
    made = Estimate.objects.filter(release=release).count()
    if release.problem:
        raise SystemExit(release.problem)
    Release.objects.filter(pk=release.pk).delete()
cells = Tally.objects.filter(wave=wave, slice="").count()
say([sorted(seconds)[2], made, cells])
"""


def measure_estimating(installation: Installation) -> bool:
    """Print seconds for each size; returns whether both promises are kept."""
    print("\nEstimating: every figure of a wave of the public survey (median of five)")
    kept, found = [], {}
    for size in SIZES:
        seconds, made, cells = installation.run(MEASURE.replace("{responses}", str(size)))
        found[size] = seconds, cells
        what = f"{size:,} responses, {cells:,} cells, {made:,} figures"
        kept.append(tell(what, f"{seconds:.2f} s", f"under {SECONDS:g} s", kept=seconds < SECONDS))
    (before, fewer), (after, more) = found[SIZES[1]], found[SIZES[2]]
    times, grown = after / before, more / fewer
    kept.append(
        tell(
            f"{SIZES[2]:,} beside {SIZES[1]:,}",
            f"{times:.2f} times",
            f"no slower beyond the cells ({grown:.2f} times)",
            kept=times <= max(grown, 1) * NO_SLOWER,
        )
    )
    return all(kept)
