"""What a walk through a function notes, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from flake8_httpleak.ownership.states import Flow, Grade, Raised, Returned, State, Trail
from flake8_httpleak.ownership.values import Status, Value

if TYPE_CHECKING:
    from flake8_httpleak.ownership.program import FunctionInfo


@dataclass(slots=True)
class Start:
    """Where a walk that follows a resource may begin: nothing before this statement of the function's body makes it.

    passed: every call that stands before. Whoever begins with a copy of the state has saved the way up to here.
    """

    state: State
    place: int = 0
    passed: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Loss:
    """The resource was lost: how, at which node (None: at the end of the function), after which stations.

    how: `dropped`, `overwritten`, `deleted`, `returned` (something else was), `ended`, `iterator` (only that was handed out),
    `raised`. via: what it took to get there, if exceptions only.
    """

    how: str
    node: cst.CSTNode | None
    trail: Trail
    via: Grade | None
    marks: frozenset[str]
    used: bool
    status: Status


@dataclass(frozen=True, slots=True)
class Handover:
    """The resource was given to somebody who keeps it: how, and where."""

    how: str
    node: cst.CSTNode | None
    in_loop: bool
    status: Status
    """Where the resource stood before."""
    function: FunctionInfo
    """In which function that was."""


@dataclass(slots=True)
class Catcher:
    """Exceptions that leave a region of code, one for each kind, status and class, before the first use and after it."""

    only_open: bool = False
    raised: dict[tuple[object, ...], Raised] = field(default_factory=dict)
    _seen: dict[tuple[object, ...], tuple[int, int]] = field(default_factory=dict)

    def add(self, one: Raised) -> None:
        """Take in an exception; its state is copied where it has to be kept."""
        state = one.state
        if self.only_open and not state.is_open:
            return
        key = (state.status, state.used, one.grade, one.classes)
        seen = (id(state), state.changed)
        if self._seen.get(key) == seen:
            return
        self._seen[key] = seen
        mine = self.raised.get(key)
        if mine is None:
            self.raised[key] = Raised(state.copy(), one.grade, one.node, one.classes, one.value)
        else:
            mine.state.absorb(state)

    def take(self) -> list[Raised]:
        """All that was raised; the catcher is empty afterwards."""
        found = list(self.raised.values())
        self.raised.clear()
        self._seen.clear()
        return found


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around a step: its statement, and how often it turns if that is written out (0: unknown)."""

    node: cst.CSTNode
    turns: int = 0


@dataclass(slots=True)
class Run:
    """What came out of one walk."""

    flow: Flow = field(default_factory=Flow)
    raised: list[Raised] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    ends: set[Status] = field(default_factory=set)
    """How the resource ended on normal paths, where it was not lost."""
    good: list[Trail] = field(default_factory=list)
    """The ways of the resource to such ends, one for each last station."""
    yielded: list[Returned] = field(default_factory=list)
    paused: list[tuple[cst.CSTNode, State]] = field(default_factory=list)  # where a generator waits, at `yield from` too
    late: list[cst.CSTNode] = field(default_factory=list)
    """Where the resource is used after it was closed. Reading twice is no such use: what was read is kept."""
    results: list[Value] = field(default_factory=list)
    """What the call that makes the resource gives, whatever way it takes."""
