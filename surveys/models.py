"""Every model, for Django to find; defined in the packages."""

from surveys.fieldwork.models import (
    ArmStart,
    Comment,
    Draft,
    Inbox,
    Margin,
    Membership,
    Organisation,
    Population,
    Response,
    Tally,
    User,
    Wave,
)
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.reports.models import (
    Action,
    ActionSubject,
    ComparabilityOverride,
    Contrast,
    Estimate,
    PublishedEstimate,
    PublishedQuestion,
    PublishedSurvey,
    Release,
)

__all__ = [
    "Action",
    "ActionSubject",
    "ArmStart",
    "Comment",
    "ComparabilityOverride",
    "Contrast",
    "Draft",
    "Estimate",
    "Inbox",
    "Margin",
    "Membership",
    "Organisation",
    "Population",
    "PublishedEstimate",
    "PublishedQuestion",
    "PublishedSurvey",
    "Questionnaire",
    "QuestionnaireVersion",
    "Release",
    "Response",
    "Tally",
    "User",
    "Wave",
]
