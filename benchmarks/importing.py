"""How long a file of a panel company takes, from its first cell to its tallies."""

from benchmarks.telling import tell
from tests.drills.installation import Installation

ROWS, SECONDS = 100_000, 60

MEASURE = """
import csv, datetime, random
from pathlib import Path
from django.utils import timezone
from surveys.fieldwork.import_map import ImportMap
from surveys.fieldwork.importing import import_responses
from surveys.fieldwork.simulation import invented
from surveys.fieldwork.waves import create_wave
from surveys.questionnaires.versions import frozen
today = timezone.localdate()
version = QuestionnaireVersion.objects.filter(questionnaire__slug="public-confidence").latest("pk")
wave = create_wave(
    slug="importing", title="Importing", version=version, opens_on=today,
    closes_on=today + datetime.timedelta(7), sampling="panel",
    population=Population.objects.get(slug="uk-adults-18"))
people = list(invented(frozen(version.pk).document, 5_000, random.Random(5)))
columns = list(dict.fromkeys(code for answers in people for code in answers))
path = Path(os.environ["SURVEY_VAR"]) / "answers.csv"
path.parent.mkdir(parents=True, exist_ok=True)
with path.open("w", encoding="utf-8", newline="") as file:
    rows = csv.DictWriter(file, columns)
    rows.writeheader()
    for number in range({rows}):
        rows.writerow({
            code: ";".join(answer) or "(none)" if isinstance(answer, list) else answer
            for code, answer in people[number % len(people)].items()})
start = time.perf_counter()
done = import_responses(wave, path, ImportMap())
say([done.responses, time.perf_counter() - start])
"""


def measure_importing(installation: Installation) -> bool:
    """Print seconds for a file; returns whether the promise is kept."""
    print("\nImporting: a CSV of answers to the public survey, checked like a form")
    responses, seconds = installation.run(MEASURE.replace("{rows}", str(ROWS)))
    if responses != ROWS:
        raise RuntimeError(f"{responses} of {ROWS} rows were imported")
    return tell(f"{ROWS:,} rows", f"{seconds:.1f} s", f"under {SECONDS} s", kept=seconds < SECONDS)
