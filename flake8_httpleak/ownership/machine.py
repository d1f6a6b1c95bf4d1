"""One walk through one function: shared bookkeeping of the statement, expression and call handlers.

A run either surveys a function (what does it acquire, what do its names hold?) or follows one resource through it, from
the call that makes it, or from a parameter or field that holds it at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst

from flake8_httpleak.ownership.annotations import annotated_value
from flake8_httpleak.ownership.states import Earlier, Flow, Grade, Raised, Returned, State, States, Trail
from flake8_httpleak.ownership.values import (
    EARLIER,
    NOBODY,
    NONE,
    TRACKED,
    UNKNOWN,
    Instance,
    Result,
    Status,
    Symbol,
    Value,
    View,
    resite,
)
from flake8_httpleak.ownership.walks import Catcher, Handover, Loop, Loss, Run, Start

if TYPE_CHECKING:
    from flake8_httpleak.ownership.events import Events
    from flake8_httpleak.ownership.program import FunctionInfo, Program
    from flake8_httpleak.ownership.summaries import Summaries

MAX_STEPS = 25_000
"""Statements and calls that are interpreted in one walk that notes what a function does, before it is given up."""
STEPS = 4_000
"""The same for a walk with a resource, those of the functions that get it included: a tenth of a second.

Of 2,400 resources in 177 packages one needs more, the next 3,816; methods of objects that keep a resource need 2,184 at most.
"""
MAX_BRANCHES = 8
ORPHAN = "<response without a name>"
"""What stands for a response that no name leads to, while the client is there that takes it along when it is closed."""
FOUND_CLOSED = "closed already"
"""What is said of a resource that a flag shows to be closed."""
CLOSED_HERE = "closed here"
"""Mark of states in which it was released, not only found to be."""

Branches = list[tuple[Value, State]]
Handler = Callable[["Machine", Any, State], Any]


class GiveUp(Exception):  # noqa: N818 - no error: a bound that was reached
    """The resource needs more steps than are allowed; nothing is said about it."""


@dataclass(slots=True)
class Budget:
    """Steps that a run and everything it calls may still take."""

    left: int = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises GiveUp when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise GiveUp


def weaker(one: Grade | None, other: Grade) -> Grade:
    """What it takes to get somewhere that takes two exceptions, one after the other: the one that comes less easily."""
    return other if one is None else max(one, other, key=list(Grade).index)


class Machine:
    """The interpreter at work on one function."""

    keeps_names = False
    """The names outlive the walk: a module's."""
    cleanup = 0
    """How many `finally` blocks and the like this step is in."""
    handling = 0
    """How many handlers of exceptions this step is in."""
    parent = NOBODY
    """Site of the client that the followed response came from."""
    deadlines = 0
    """How many blocks or calls around this step bound the time it may take."""
    awaiting: cst.CSTNode | None = None
    """The call whose result is awaited right away."""
    awaits = 0
    """How many times over what this step makes is awaited or entered where it stands."""
    dropped: cst.CSTNode | None = None
    """The expression whose value nobody takes: an iterator or coroutine that it makes never runs."""
    returned: cst.CSTNode | None = None
    """The expression whose value is returned: an iterator that it makes runs later, if at all."""
    closers: AbstractSet[FunctionInfo] = frozenset()
    """Methods that are known to release what their object holds, so that nobody need look into them again."""
    has_acquired = False
    """The call that is followed has been come by."""

    def __init__(
        self,
        program: Program,
        summaries: Summaries,
        function: FunctionInfo,
        *,
        track: cst.CSTNode | None = None,
        variant: str = "value",
        depth: int = 0,
        budget: Budget | None = None,
        events: Events | None = None,
    ) -> None:
        """Set up a walk.

        track: the call to follow. variant: `value` for what it hands out, `error` for the exception that is a response,
        `coroutine` for the closing that it starts. depth: how many calls deep this is. events: where a survey notes things.
        """
        self.program = program
        self.catalog = program.catalog
        self.summaries = summaries
        self.function = function
        self.track = track
        self.variant = variant
        self.depth = depth
        self.budget = budget or Budget()
        self.events = events
        self.run = Run()
        self.loops: list[Loop] = []
        self.caught: list[tuple[str, ...]] = []
        """Classes of the exceptions whose handlers are being walked."""
        self.catchers: list[Catcher] = [Catcher(only_open=depth == 0)]
        self.met: set[int] = set()
        """The calls of the statement of the function's body that is being walked."""

    # Walking. The tables of handlers are filled by the modules that know the node types.

    statements: dict[type[cst.CSTNode], Handler] = {}  # noqa: RUF012 - one table for all
    expressions: dict[type[cst.CSTNode], Handler] = {}  # noqa: RUF012

    def execute(self, state: State, start: Start | None = None) -> Run:
        """Walk the whole function from a state in which its parameters are known.

        start: where to begin instead; it is moved on, up to the statement that makes the resource.
        """
        node = self.function.node
        if isinstance(node, cst.Lambda):
            self.run.flow.returns = [Returned(after, value, node) for value, after in self.eval(node.body, state)]
        elif node is not None:
            self.run.flow = self._body(node.body.body, state, start)
        return self._finish()

    def execute_statements(self, body: Sequence[cst.CSTNode], state: State, start: Start | None = None) -> Run:
        """Walk statements that are no function: a module's."""
        self.run.flow = self._body(body, state, start)
        return self._finish()

    def _body(self, body: Sequence[cst.CSTNode], state: State, start: Start | None) -> Flow:
        flow = self.block(body, States.only(state)) if start is None else self._follow(body, start)
        flow.returns.extend(Returned(one, NONE, None) for one in flow.normal)
        return flow

    def _follow(self, body: Sequence[cst.CSTNode], start: Start) -> Flow:
        """Walk a body statement by statement: where it begins is noted, and paths on which the resource is no more are left."""
        flow = Flow(States([start.state.copy()]))
        for place in range(start.place, len(body)):
            if not self.has_acquired:
                start.passed |= self.met
                self.met.clear()
                (clean,) = flow.normal
                start.state, start.place = clean.copy(), place
            one = self.block(body[place : place + 1], flow.normal)
            flow.leave(one)
            flow.normal = one.normal
            if self.has_acquired:
                flow.normal = States(state for state in one.normal if state.status is not Status.ABSENT or state.earlier)
            if not flow.normal:
                break
        return flow

    def _finish(self) -> Run:
        """What becomes of the resource where the function is left."""
        self.run.raised = self.catchers[0].take()
        for one in self.run.flow.returns:
            if self.depth == 0:
                self._leave(one)
            else:
                self.ended(one.state)
        if self.depth == 0 and not self.keeps_names:  # an exception that leaves the module ends the process, or its import
            for failed in self.run.raised:
                failed.state.via = weaker(failed.state.via, failed.grade)
                self.lost(failed.state, failed.node, "raised")
        return self.run

    def _leave(self, one: Returned) -> None:
        state = one.state
        if state.earlier is not None:
            self.settle(state, one.node, "overwritten")
        if not state.is_open:
            if state.status is Status.RELEASED and one.node is not None and state.reaches(one.value):
                self.used_late(state, one.node)
            self.ended(state)
        elif self.keeps_names or state.reaches(one.value):
            if isinstance(one.value, View) and not one.value.owns:
                self.lost(state, one.node, "iterator")
            else:
                self.handed(state, one.node, "returned" if one.node is not None else "kept")
                self.ended(state)
        else:
            self.lost(state, one.node, "returned" if one.node is not None else "ended")

    def block(self, body: Sequence[cst.CSTNode], states: States) -> Flow:
        """Interpret statements one after another."""
        flow = Flow()
        here = states
        for statement in body:
            if len(here) == 1:  # as a rule
                (state,) = here
                self.budget.spend()
                one = self.statement(statement, state)
                flow.leave(one)
                here = one.normal
            else:
                after = States()
                for state in here:
                    self.budget.spend()
                    one = self.statement(statement, state)
                    flow.leave(one)
                    after.update(one.normal)
                here = after
            if not here:
                break
        flow.normal = here
        return flow

    def statement(self, node: cst.CSTNode, state: State) -> Flow:
        """Interpret one statement from one state, which it may change."""
        handler = self.statements.get(type(node))
        return handler(self, node, state) if handler else Flow(States.only(state))

    def eval(self, node: cst.BaseExpression, state: State) -> Branches:
        """Interpret an expression: its value and the state after it, several if they depend on each other."""
        handler = self.expressions.get(type(node))
        return handler(self, node, state) if handler else [(UNKNOWN, state)]

    def lookup(self, name: str, state: State) -> Value:
        """What a name stands for."""
        found = state.env.get(name)
        if found is not None:
            return found
        if name in self.function.locals:
            return Symbol(("local", name))
        outer: FunctionInfo | None = self.function
        while outer is not None and outer.outer is not None:
            found = outer.closure.get(name)
            if found is not None:
                return found
            outer = outer.outer
            if name in outer.locals:
                return Symbol(("outer", outer.qualified, name))
        return self.program.lookup(name)

    def owns_name(self, name: str) -> bool:
        """Whether what a name stands for is this function's own: not a parameter, not a name from outside."""
        if self.keeps_names:
            return self.function.owner is None
        return name in self.function.locals and name not in self.function.all_parameter_names

    def fresh(self, node: cst.CSTNode, state: State, what: str = "") -> Symbol:
        """An unknown value made at a node; what was known of the one made there before is dropped."""
        symbol = Symbol((id(node), what) if what else id(node))
        if symbol.key in state.bases:
            state.forget(symbol)
        return symbol

    def typed(self, value: Value, annotation: cst.BaseExpression) -> Value:
        """A value with what its annotation says, where nothing else is known of it."""
        if not isinstance(value, Symbol | Result):
            return value
        return annotated_value(self.program, annotation) or value

    def note_nested(self, info: FunctionInfo, state: State) -> None:
        """A function is defined inside this one: it sees the names that are bound here."""
        if self.depth == 0 and self.events is not None:
            if info not in self.events.nested:
                self.events.nested.append(info)
            info.closure = {name: resite(value, lambda _: NOBODY) for name, value in state.env.items()}

    # Exceptions.

    def raises(
        self,
        state: State,
        grade: Grade,
        node: cst.CSTNode,
        classes: tuple[str, ...] = (),
        value: Value | None = None,
    ) -> None:
        """The step at a node may raise in this state. Steps of the clean-up are told apart, unless they are a `raise`."""
        catcher = self.catchers[-1]
        if catcher.only_open and not state.is_open:  # as `add` would find
            return
        if self.cleanup or (self.handling and not isinstance(node, cst.Raise)):
            grade = Grade.CLEANUP
        catcher.add(Raised(state, grade, node, classes, value))

    # The resource.

    def follows(self, node: cst.CSTNode, variant: str = "value") -> bool:
        """Whether this run follows what the call at a node gives."""
        return self.track is node and self.variant == variant

    def acquired(self, state: State, node: cst.CSTNode, status: Status) -> None:
        """The followed call was made: what it gave earlier and is still held has to be somewhere else."""
        self.has_acquired = True
        if state.is_open:
            state.earlier = Earlier(state.trail, state.via, state.marks, state.used)
            state.resite(lambda site: EARLIER if site == TRACKED else site)
        else:
            self.ended(state)
            state.resite(lambda site: NOBODY if site == TRACKED else site)
        state.trail = None
        state.used = False
        state.marks = frozenset()
        state.via = None
        state.move(status, node, "acquired")

    def released(self, state: State, node: cst.CSTNode, what: str) -> None:
        """It was freed."""
        if state.is_open or state.status is Status.HANDED:
            state.move(Status.RELEASED, node, what)
            if what != FOUND_CLOSED:
                state.mark(CLOSED_HERE)

    def used_late(self, state: State, node: cst.CSTNode) -> None:
        """It is used: is it closed already?"""
        closed = state.status is Status.RELEASED and state.trail is not None and state.trail.what != "read"
        if closed and all(known is not node for known in self.run.late):
            self.run.late.append(node)

    def handed(self, state: State, node: cst.CSTNode | None, how: str) -> None:
        """It was given to somebody who keeps it."""
        if node is not None:
            self.used_late(state, node)
        self.kept(state, node, how)
        if state.is_open:
            state.status = Status.HANDED
            state.trail = Trail(node, how, state.trail) if node is not None else state.trail
            state.changed += 1

    def kept(self, state: State, node: cst.CSTNode | None, how: str) -> None:
        """It was put somewhere."""
        handover = Handover(how, node, bool(self.loops), state.status, self.function)
        if handover not in self.run.handovers:
            self.run.handovers.append(handover)

    def ended(self, state: State) -> None:
        """A normal path came to its end with the resource taken care of."""
        if state.via is None and state.status in (Status.RELEASED, Status.HANDED, Status.MAYBE):
            self.run.ends.add(state.status)
            trail = state.trail
            if trail is not None and all(known.node is not trail.node for known in self.run.good):
                self.run.good.append(trail)

    def lost(self, state: State, node: cst.CSTNode | None, how: str) -> None:
        """No name leads to it any more and it is still held."""
        trail = state.trail or Trail(self.function.node or cst.Pass(), "acquired")
        loss = Loss(how, node, trail, state.via, state.marks, state.used, state.status)
        if not any(known.node is node and known.how == how and known.via == loss.via for known in self.run.losses):
            self.run.losses.append(loss)
        state.status = Status.ABSENT
        state.resite(lambda site: NOBODY if site == TRACKED else site)

    def settle(self, state: State, node: cst.CSTNode | None, how: str) -> None:
        """After a simple statement: is the resource still reachable, and the one of an earlier turn?"""
        if state.earlier is not None:
            again = ORPHAN in state.env and state.is_open and state.is_lost()
            if again:
                state.bind(ORPHAN, UNKNOWN)  # a second one without a name: so each turn leaves one
            if state.is_lost(EARLIER):
                lost, past = state.copy(), state.earlier
                lost.trail, lost.via, lost.marks, lost.used = past.trail, past.via, past.marks, past.used
                self.lost(lost, node, "dropped" if again else "overwritten")
            else:
                state.resite(lambda site: TRACKED if site == EARLIER else site)
            state.earlier = None
        if state.is_open and state.is_lost():
            is_own = self.parent != NOBODY and not self.keeps_names and state.status is Status.HELD
            if is_own and state.has_client(self.parent):  # closing that closes this
                state.bind(ORPHAN, Instance(self.summaries.any_kind, TRACKED))
                return
            fresh = state.trail is not None and state.trail.node is self.track and how == "overwritten"
            self.lost(state, node, "dropped" if fresh else how)
