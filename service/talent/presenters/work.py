"""What waits for a partner, each line a verb."""

from dataclasses import dataclass

from service.talent.presenters.members import MemberLine
from service.talent.presenters.requests import ReferralLine
from service.talent.schemas.work import WorkOut
from service.web.presenters import count_of


@dataclass(frozen=True, slots=True)
class WorkPage:
    work: WorkOut

    @property
    def requests(self) -> list[ReferralLine]:
        return [ReferralLine(one) for one in self.work.waiting]

    @property
    def reviews(self) -> list[MemberLine]:
        return [MemberLine(one) for one in self.work.to_review]

    @property
    def summary(self) -> str:
        work = self.work
        said = [
            count_of(len(work.waiting), "decision waits", "decisions wait"),
            count_of(len(work.to_review), "person to meet or review", "people to meet or review"),
            count_of(len(work.uncovered), "role without cover", "roles without cover"),
            count_of(len(work.quiet), "thread to follow up", "threads to follow up"),
        ]
        return ", ".join(said)

    @property
    def is_empty(self) -> bool:
        work = self.work
        return not (work.waiting or work.to_review or work.uncovered or work.quiet)
