"""The rows of reports, one room for each kind."""

from surveys.reports.models.benchmarks import (
    PublishedEstimate,
    PublishedQuestion,
    PublishedSurvey,
)
from surveys.reports.models.releases import Estimate, Release

__all__ = ["Estimate", "PublishedEstimate", "PublishedQuestion", "PublishedSurvey", "Release"]
