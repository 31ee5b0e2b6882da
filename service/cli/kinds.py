"""Every kind of notice that the rooms tell: nothing else can be told. A test finds those that are missing here."""

from service.conversations.rules import telling as conversations
from service.notices.rules import Kind
from service.offers.rules import applications, mentors_news, positive_action
from service.opportunities.rules import notices as opportunities
from service.pathways.rules import telling as pathways
from service.talent.rules import news as talent
from service.transfer import rules as transfer

KINDS: tuple[Kind, ...] = (
    *applications.TOLD.values(),
    *(
        said
        for room in (
            applications,
            conversations,
            mentors_news,
            opportunities,
            pathways,
            positive_action,
            talent,
            transfer,
        )
        for said in vars(room).values()
        if isinstance(said, Kind)
    ),
)
