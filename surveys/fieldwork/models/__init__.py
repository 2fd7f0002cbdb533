"""The rows of fieldwork, one room for each kind."""

from surveys.fieldwork.models.arms import ArmStart
from surveys.fieldwork.models.audit import AuditEntry
from surveys.fieldwork.models.drafts import Draft
from surveys.fieldwork.models.headcounts import Headcount
from surveys.fieldwork.models.inbox import Inbox, SealedInbox
from surveys.fieldwork.models.invitations import (
    Cards,
    DoNotWrite,
    Invitation,
    Reminder,
    ResponseCount,
    ResponseTarget,
    Ticket,
)
from surveys.fieldwork.models.organisations import Organisation, Placement, tree_on
from surveys.fieldwork.models.people import Membership, User
from surveys.fieldwork.models.populations import Margin, Population
from surveys.fieldwork.models.responses import Comment, Response
from surveys.fieldwork.models.subscribers import Subscriber
from surveys.fieldwork.models.tallies import OrganisationTally, Tally
from surveys.fieldwork.models.waves import UK, Wave, WaveOrganisation

__all__ = [
    "UK",
    "ArmStart",
    "AuditEntry",
    "Cards",
    "Comment",
    "DoNotWrite",
    "Draft",
    "Headcount",
    "Inbox",
    "Invitation",
    "Margin",
    "Membership",
    "Organisation",
    "OrganisationTally",
    "Placement",
    "Population",
    "Reminder",
    "Response",
    "ResponseCount",
    "ResponseTarget",
    "SealedInbox",
    "Subscriber",
    "Tally",
    "Ticket",
    "User",
    "Wave",
    "WaveOrganisation",
    "tree_on",
]
