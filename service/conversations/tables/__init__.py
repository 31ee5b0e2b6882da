"""What is kept of career conversations. All of it belongs to the person and follows them; `organisation_id` says where
a thing arose.
"""

from service.conversations.tables.arranging import CalendarFeed, ConversationDue, ConversationRequest
from service.conversations.tables.plan import PlanAction, PlanActionState
from service.conversations.tables.private import Draft, PrivateNote
from service.conversations.tables.record import Conversation, ConversationShare, ConversationState, Wording
from service.conversations.tables.terms import ConversationTerm, TermsVersion

__all__ = [
    "CalendarFeed",
    "Conversation",
    "ConversationDue",
    "ConversationRequest",
    "ConversationShare",
    "ConversationState",
    "ConversationTerm",
    "Draft",
    "PlanAction",
    "PlanActionState",
    "PrivateNote",
    "TermsVersion",
    "Wording",
]
