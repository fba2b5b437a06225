"""The way of a cell from draft to approval: one table of moves, one function that follows it.

A chain is data: steps in an order, each for all cells or for certain ones. Steps of one order are taken in parallel
and only opinions may be; the last step approves. A cell returned by one step goes back alone, the others go on.

    DRAFT ──submit──▶ WAITING(1) ──endorse──▶ WAITING(2) ──opinions──▶ WAITING(n) ──approve──▶ APPROVED
      ▲                  │  └──return──▶ RETURNED ──submit──▶ WAITING(1)                            │
      └────withdraw──────┘                                                                          │
      └─────────────────────────────────────reopen──────────────────────────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where a cell stands."""

    DRAFT = "draft"
    RETURNED = "returned"
    WAITING = "waiting"
    APPROVED = "approved"


class Action(StrEnum):
    """What somebody does with cells."""

    SUBMIT = "submit"
    ENDORSE = "endorse"
    OPINE = "opine"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


class StepKind(StrEnum):
    """What a step of a chain asks of whoever holds it; the values are those of the packs."""

    ENDORSE = "endorse"
    OPINION = "opinion"
    APPROVE = "approve"


# The one table: from which phase which action may be taken, and by the holder of what kind of step (None: by the
# sender, or by whoever may reopen). Any step a cell waits for may also return it.
MOVES: dict[tuple[Phase, Action], StepKind | None] = {
    (Phase.DRAFT, Action.SUBMIT): None,
    (Phase.RETURNED, Action.SUBMIT): None,
    (Phase.WAITING, Action.ENDORSE): StepKind.ENDORSE,
    (Phase.WAITING, Action.OPINE): StepKind.OPINION,
    (Phase.WAITING, Action.APPROVE): StepKind.APPROVE,
    (Phase.WAITING, Action.WITHDRAW): None,
    (Phase.APPROVED, Action.REOPEN): None,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `cells` are the keys of the cells it is asked about; None: all of the form."""

    code: str
    order: int
    kind: StepKind
    cells: frozenset[str] | None = None

    def concerns(self, cell: str) -> bool:
        """Whether this step is asked about the cell."""
        return self.cells is None or cell in self.cells


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps of a form in their order; ValueError when they are no chain (`problems` says why)."""

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        found = problems(self.steps)
        if found:
            raise ValueError("; ".join(found))

    def after(self, order: int, cell: str) -> int:
        """The next order with a step about the cell; the approval is about every cell, so there is one."""
        return min(step.order for step in self.steps if step.order > order and step.concerns(cell))

    def at(self, order: int, cell: str) -> frozenset[str]:
        """Codes of the steps of this order that are asked about the cell."""
        return frozenset(step.code for step in self.steps if step.order == order and step.concerns(cell))

    def step(self, code: str) -> Step:
        """The step of this code; KeyError when there is none."""
        return {step.code: step for step in self.steps}[code]


@dataclass(frozen=True, slots=True)
class State:
    """A cell on its way: while it waits, the order it waits at and the parallel steps already taken there."""

    phase: Phase = Phase.DRAFT
    order: int = 0
    done: frozenset[str] = frozenset()


DRAFT = State()


def problems(steps: Iterable[Step]) -> list[str]:
    """Why these steps are no chain: English fragments for `Chain`; the pack's check says it in sentences."""
    listed = sorted(steps, key=lambda step: step.order)
    found = []
    if len({step.code for step in listed}) < len(listed):
        found.append("two steps have one code")
    if [step.kind for step in listed].count(StepKind.APPROVE) != 1:
        found.append("exactly one step approves")
    elif listed[-1].kind is not StepKind.APPROVE:
        found.append("the step that approves is the last one")
    elif listed[-1].cells is not None:
        found.append("the step that approves is about every cell")
    alone = [step.order for step in listed if step.kind is not StepKind.OPINION]
    if any([step.order for step in listed].count(order) > 1 for order in alone):
        found.append("only opinions are taken in parallel")
    if any(step.order < 1 for step in listed):
        found.append("orders begin with 1")
    return found


def may(chain: Chain, cell: str, state: State, action: Action, step: str = "") -> bool:
    """Whether the action may be taken on a cell in this state, by the holder of `step` where it needs one."""
    if action is Action.RETURN:
        return state.phase is Phase.WAITING and step in open_steps(chain, cell, state)
    if (state.phase, action) not in MOVES:
        return False
    kind = MOVES[state.phase, action]
    if kind is None:
        return not step
    return step in open_steps(chain, cell, state) and chain.step(step).kind is kind


def move(chain: Chain, cell: str, state: State, action: Action, step: str = "") -> State:
    """The state after the action; ValueError where it may not be taken (`may`)."""
    if not may(chain, cell, state, action, step):
        raise ValueError(f"{action} by {step or 'the sender'} on {cell} in {state}")
    match action:
        case Action.SUBMIT:
            return State(Phase.WAITING, chain.after(0, cell))
        case Action.RETURN:
            return State(Phase.RETURNED)
        case Action.WITHDRAW | Action.REOPEN:
            return DRAFT
        case Action.APPROVE:
            return State(Phase.APPROVED)
    # endorsed or opined upon: the parallel steps of an order are waited for
    done = state.done | {step}
    if done == chain.at(state.order, cell):
        return State(Phase.WAITING, chain.after(state.order, cell))
    return State(Phase.WAITING, state.order, done)


def open_steps(chain: Chain, cell: str, state: State) -> frozenset[str]:
    """Codes of the steps that still have their say about the cell; none unless it waits."""
    return chain.at(state.order, cell) - state.done if state.phase is Phase.WAITING else frozenset()
