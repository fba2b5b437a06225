"""Every state that can be reached, on several chains: nothing is approved that was not submitted, endorsed and opined."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tamdao.modules.collection.rules.approval import (
    DRAFT,
    MOVES,
    Action,
    Chain,
    Phase,
    State,
    Step,
    StepKind,
    may,
    move,
    open_steps,
    problems,
)

CELL, OTHER = "r1.c1", "r2.c1"
HEAD = Step("head", 1, StepKind.ENDORSE)
FINANCE = Step("finance", 2, StepKind.OPINION, frozenset({CELL}))
HEALTH = Step("health", 2, StepKind.OPINION, frozenset({CELL, OTHER}))
CHAIR = Step("chair", 3, StepKind.APPROVE)
CHAINS = {
    "approver alone": Chain((CHAIR,)),
    "head and chair": Chain((HEAD, CHAIR)),
    "two opinions at once": Chain((HEAD, FINANCE, HEALTH, CHAIR)),
    "an opinion about one cell": Chain((HEAD, FINANCE, CHAIR)),
}
Move = tuple[State, Action, str, State]


def moves(chain: Chain, cell: str) -> Iterator[Move]:
    """Every move from every state that can be reached."""
    seen, todo = {DRAFT}, [DRAFT]
    steps = ["", *(step.code for step in chain.steps)]
    while todo:
        state = todo.pop()
        for action in Action:
            for step in steps:
                if may(chain, cell, state, action, step):
                    after = move(chain, cell, state, action, step)
                    yield state, action, step, after
                    if after not in seen:
                        seen.add(after)
                        todo.append(after)
                else:
                    with pytest.raises(ValueError, match=action):
                        move(chain, cell, state, action, step)


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("cell", [CELL, OTHER])
def test_no_path_approves_without_every_step(name: str, cell: str) -> None:
    """All histories up to the first approval, as sets of what was done since the cell was last submitted."""
    chain = CHAINS[name]
    needed = frozenset(step.code for step in chain.steps if step.concerns(cell))
    known = list(moves(chain, cell))
    start: tuple[State, frozenset[str], bool] = (DRAFT, frozenset(), False)
    seen, todo = {start}, [start]
    approved = 0
    while todo:
        state, taken, submitted = todo.pop()
        for before, action, step, after in known:
            if before != state:
                continue
            following: tuple[State, frozenset[str], bool]
            if action is Action.SUBMIT:
                following = (after, frozenset(), True)
            elif after.phase in {Phase.DRAFT, Phase.RETURNED}:
                following = (after, frozenset(), False)
            else:
                following = (after, taken | {step}, submitted)
            if after.phase is Phase.APPROVED:
                approved += 1
                assert following[1:] == (needed, True)
            if following not in seen:
                seen.add(following)
                todo.append(following)
    assert approved


@pytest.mark.parametrize("name", CHAINS)
def test_every_waiting_cell_goes_on_goes_back_and_can_be_withdrawn(name: str) -> None:
    chain = CHAINS[name]
    known = list(moves(chain, CELL))
    waiting = {state for state, *_ in known if state.phase is Phase.WAITING}
    assert len(waiting) >= len({step.order for step in chain.steps})
    for state in waiting:
        assert open_steps(chain, CELL, state)
        after = [(action, step) for before, action, step, _ in known if before == state]
        assert (Action.WITHDRAW, "") in after
        for step in open_steps(chain, CELL, state):
            assert (Action.RETURN, step) in after
            assert any(action is not Action.RETURN and taken == step for action, taken in after)


def test_a_step_has_its_say_once_and_only_about_its_cells() -> None:
    chain = CHAINS["two opinions at once"]
    state = move(chain, CELL, move(chain, CELL, DRAFT, Action.SUBMIT), Action.ENDORSE, "head")
    assert open_steps(chain, CELL, state) == {"finance", "health"}
    after = move(chain, CELL, state, Action.OPINE, "finance")
    assert open_steps(chain, CELL, after) == {"health"}
    assert not may(chain, CELL, after, Action.OPINE, "finance")
    assert not may(chain, CELL, after, Action.RETURN, "finance")
    # the other cell needs no word of the finance department
    other = move(chain, OTHER, move(chain, OTHER, DRAFT, Action.SUBMIT), Action.ENDORSE, "head")
    assert open_steps(chain, OTHER, other) == {"health"}


def test_every_row_of_the_table_is_used() -> None:
    used = {
        (state.phase, action)
        for chain in CHAINS.values() for state, action, _, _ in moves(chain, CELL)
        if action is not Action.RETURN
    }  # fmt: skip
    assert used == set(MOVES)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "exactly one"),
        ((HEAD,), "exactly one"),
        ((CHAIR, Step("other", 4, StepKind.APPROVE)), "exactly one"),
        ((Step("chair", 1, StepKind.APPROVE), Step("head", 2, StepKind.ENDORSE)), "last"),
        ((Step("chair", 1, StepKind.APPROVE, frozenset({CELL})),), "every cell"),
        ((HEAD, Step("second", 1, StepKind.ENDORSE), CHAIR), "parallel"),
        ((HEAD, Step("head", 2, StepKind.ENDORSE), CHAIR), "one code"),
        ((Step("zero", 0, StepKind.ENDORSE), CHAIR), "begin with 1"),
    ],
)
def test_steps_that_are_no_chain(steps: tuple[Step, ...], words: str) -> None:
    assert any(words in problem for problem in problems(steps))
    with pytest.raises(ValueError, match=words):
        Chain(steps)
