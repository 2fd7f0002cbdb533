"""The library's questionnaires with two simulated waves each, for tests of whole reports."""

import datetime
from pathlib import Path

from django.utils import timezone

from surveys.fieldwork.models import Organisation, Population, Wave
from surveys.fieldwork.populations import import_margins
from surveys.fieldwork.simulation import simulate
from surveys.fieldwork.waves import create_wave
from surveys.questionnaires.loading import load
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.publishing import publish
from surveys.reports.benchmarks import import_published, published_keys
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Release
from surveys.reports.releases import publish_release

SURVEYS = Path(__file__).parents[2] / "surveys"
POPULATIONS = {"public": "gb-adults-18", "staff": "nhs-staff-england"}


def load_library() -> None:
    # A test that serves real requests empties every table when it ends, the root included.
    Organisation.objects.get_or_create(code=Organisation.ROOT, defaults={"name": "National"})
    library = SURVEYS / "reports" / "library"
    import_published(
        library / "published_surveys.csv",
        library / "published_estimates.csv",
        library / "published_questions.csv",
    )
    import_margins(SURVEYS / "fieldwork" / "library" / "population_margins.csv")
    questionnaires = SURVEYS / "questionnaires" / "library"
    sources = [load(questionnaires / f"{audience}-confidence.yaml") for audience in POPULATIONS]
    together = [source.document for source in sources]
    for source in sources:
        publish(source, published=published_keys(), together=together)


def simulated_wave(audience: str, number: int, respondents: int = 400) -> Release:
    """One published wave; `number` 2 is later than 1. Needs `load_library`."""
    version = QuestionnaireVersion.objects.get(questionnaire__slug=f"{audience}-confidence")
    opens_on = timezone.localdate() - datetime.timedelta(days=400 - 100 * number)
    wave: Wave = create_wave(
        slug=f"{audience}-{number}",
        title=f"{audience.capitalize()} {number}",
        version=version,
        opens_on=opens_on,
        closes_on=opens_on + datetime.timedelta(days=20),
        population=Population.objects.get(slug=POPULATIONS[audience]),
        kind="simulated",
    )
    simulate(wave, respondents, seed=number)
    return publish_release(estimate_wave(wave.pk), by="Ada")
