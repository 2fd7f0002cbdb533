"""The rows of reports, one room for each kind."""

from surveys.reports.models.actions import Action, ActionSubject
from surveys.reports.models.benchmarks import (
    PublishedEstimate,
    PublishedQuestion,
    PublishedSurvey,
)
from surveys.reports.models.comparability import ComparabilityOverride
from surveys.reports.models.contrasts import Contrast
from surveys.reports.models.notices import Announcement, Notice
from surveys.reports.models.organisations import OrganisationEstimate
from surveys.reports.models.releases import Estimate, Release

__all__ = [
    "Action",
    "ActionSubject",
    "Announcement",
    "ComparabilityOverride",
    "Contrast",
    "Estimate",
    "Notice",
    "OrganisationEstimate",
    "PublishedEstimate",
    "PublishedQuestion",
    "PublishedSurvey",
    "Release",
]
