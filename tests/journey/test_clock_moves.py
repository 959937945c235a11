"""Whatever is done to requests in whatever order: no click fools the clocks."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journey.clock_moves import ClockMoves

RUNS, MOVES = 10, 50
RULES = settings(
    max_examples=RUNS,
    stateful_step_count=MOVES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.both_databases
@pytest.mark.timeout(300)
def test_no_order_of_moves_fools_the_clocks(app):
    """What must hold after each of them is in ClockMoves."""
    machine = type("Moves", (ClockMoves,), {"app": app, "done": Counter()})
    run_state_machine_as_test(machine, settings=RULES)
    assert machine.done.total() > RUNS, "nearly every move was refused"
