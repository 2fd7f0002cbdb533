"""How many waiting answers a second become responses and tallies."""

from benchmarks.telling import tell
from tests.drills.installation import Installation

RESPONSES, PER_SECOND = 50_000, 5_000

MEASURE = """
import datetime, random
from django.utils import timezone
from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.inbox import Finished, deliver_many
from surveys.fieldwork.simulation import invented
from surveys.fieldwork.waves import create_wave, open_wave
from surveys.questionnaires.versions import frozen
today = timezone.localdate()
Wave.objects.filter(status="open").update(status="closed")
version = QuestionnaireVersion.objects.filter(questionnaire__slug="public-confidence").latest("pk")
wave = open_wave(create_wave(
    slug="collecting", title="Collecting", version=version, opens_on=today,
    closes_on=today + datetime.timedelta(7),
    population=Population.objects.get(slug="uk-adults-18")))
chance = random.Random(2)
people = list(invented(frozen(version.pk).document, 5_000, chance))
deliver_many(wave.pk, (
    Finished(people[number % len(people)], "en", today, chance.randbytes(32))
    for number in range({responses})))
start = time.perf_counter()
collected = 0
while batch := collect_wave(wave.pk, everything=True):
    collected += batch
say([collected, time.perf_counter() - start])
"""


def measure_collecting(installation: Installation) -> bool:
    """Print responses a second; the promise is about PostgreSQL."""
    print("\nCollecting: from the inbox to responses and tallies, answers of the public survey")
    collected, seconds = installation.run(MEASURE.replace("{responses}", str(RESPONSES)))
    if collected != RESPONSES:
        raise RuntimeError(f"{collected} of {RESPONSES} answers were collected")
    rate = collected / seconds
    promised = f"at least {PER_SECOND:,}" if installation.database_url else ""
    return tell("responses a second", f"{rate:,.0f}", promised, kept=rate >= PER_SECOND)
