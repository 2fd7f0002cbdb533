"""How a published survey reached people, as far as its description says so."""

import pytest

from surveys.reports.judging import published_facts
from surveys.reports.models import PublishedSurvey


@pytest.mark.parametrize(
    ("mode", "sampling"),
    [
        ("online, random probability panel", "probability"),
        ("web and telephone; random-probability panel with boosts", "probability"),
        ("Online panel, filled to quotas", "panel"),
        ("online", ""),
        ("online panel", ""),  # how it was filled is not said
        ("online (not confirmed)", ""),
    ],
)
def test_only_what_the_description_says_is_known(mode: str, sampling: str) -> None:
    survey = PublishedSurvey(
        slug="x", population="UK adults", mode=mode, fieldwork_start="2020-10", fieldwork_end=""
    )
    assert published_facts(survey).sampling == sampling
