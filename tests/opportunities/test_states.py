"""The way of an interest as a model: whatever its person and those who decide try, in whatever order, only what the
table allows happens, and the history tells it all.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.kit.errors import Conflict, NotAllowed
from service.opportunities.rules.interests import CLOSED, NOT_CHOSEN, STEPS, Part, must_step, next_for
from service.opportunities.rules.kinds import InterestState

State = InterestState


class Interest(RuleBasedStateMachine):
    """A history that only grows, by steps that the rules let through."""

    def __init__(self) -> None:
        super().__init__()
        self.history = [State.DRAFT]

    @property
    def state(self) -> State:
        return self.history[-1]

    @rule(new=st.sampled_from(list(State)), part=st.sampled_from(list(Part)))
    def try_anything(self, new: State, part: Part) -> None:
        taker = STEPS.get((self.state, new))
        try:
            must_step(self.state, new, part)
        except Conflict:
            assert taker is None
        except NotAllowed:
            assert taker not in {None, part}
        else:
            assert taker is part
            self.history.append(new)

    @rule(part=st.sampled_from(list(Part)), data=st.data())
    def take_what_is_offered(self, part: Part, data: st.DataObject) -> None:
        if offered := next_for(self.state, part):
            new = data.draw(st.sampled_from(offered))
            must_step(self.state, new, part)
            self.history.append(new)

    @invariant()
    def nobody_is_in_a_state_twice_and_the_end_is_the_end(self) -> None:
        assert len(set(self.history)) == len(self.history)
        assert not (CLOSED - {State.NOT_SELECTED}).intersection(self.history[:-1])

    @invariant()
    def nobody_is_decided_on_before_they_sent_it(self) -> None:
        decided = {State.SHORTLISTED, State.SELECTED, *NOT_CHOSEN} & set(self.history)
        assert not decided or State.SUBMITTED in self.history

    @invariant()
    def nobody_begins_without_having_said_yes(self) -> None:
        assert State.STARTED not in self.history or self.history[-2] is State.ACCEPTED


TestInterest = Interest.TestCase
TestInterest.settings = settings(max_examples=50, stateful_step_count=10, deadline=None)
