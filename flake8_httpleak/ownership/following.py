"""What becomes of one resource: the function that makes it is walked with it."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_httpleak.ownership.analysis import CLASS_BODY, MODULE, Analyser, Analysis
from flake8_httpleak.ownership.events import Acquisition, Maker
from flake8_httpleak.ownership.interpreter import Machine
from flake8_httpleak.ownership.machine import STEPS, Budget
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.walks import Run, Start

ALL_STEPS = 25 * STEPS
"""Steps for all resources that one function makes; those that come after are given up. What people write needs a sixteenth."""


@dataclass(slots=True)
class Fate:
    """What became of one resource: the acquisition, and the walk that followed it."""

    acquisition: Acquisition
    run: Run


def failing_open(analysis: Analysis) -> list[Acquisition]:
    """Every call that may raise an exception which is an open response, by itself or in a helper."""
    through = [one for survey in analysis.surveys.values() for one in survey.events.errors.values()]
    return [one for one in (*analysis.acquisitions, *through) if one.error]


class Follower:
    """Follows resources through the functions of one file, once these were surveyed."""

    def __init__(self, analyser: Analyser) -> None:
        """Begin with what an analyser found."""
        self._analyser = analyser
        self._starts: dict[FunctionInfo, Start] = {}
        self._left: dict[FunctionInfo, int] = {}

    def follow(self, acquisition: Acquisition, variant: str = "value") -> Fate | None:
        """Walk the function that makes a resource and see what becomes of it; None if that takes too long."""
        run = self.follow_call(acquisition.node, acquisition.function, variant)
        return Fate(acquisition, run) if run is not None else None

    def follow_call(self, node: Maker, function: FunctionInfo, variant: str) -> Run | None:
        """Walk a function with what one call in it makes."""
        analyser = self._analyser
        left = self._left.get(function, ALL_STEPS)
        budget = Budget(min(left, STEPS))
        before = budget.left
        m = Machine(analyser.program, analyser.analysis.summaries, function, track=node, variant=variant, budget=budget)
        start = self._start(node, function)
        if function.name == MODULE:
            m.keeps_names = True
            run = analyser.guard(lambda: m.execute_statements(analyser.module_body, start.state.copy(), start), node)
        elif function.name == CLASS_BODY:
            m.keeps_names = True
            run = analyser.guard(lambda: m.execute_statements(function.unit.body, start.state.copy(), start), node)
        else:
            run = analyser.guard(lambda: m.execute(start.state.copy(), start), node)
        self._left[function] = left - (before - max(budget.left, 0))
        return run

    def _start(self, node: Maker, function: FunctionInfo) -> Start:
        """Where the walk for a call may begin: where the last one did, unless the call stands before."""
        start = self._starts.get(function)
        if start is None or id(node) in start.passed:
            env = {} if function.name == MODULE else self._analyser.parameters(function)
            start = self._starts[function] = Start(State(env))
        return start
