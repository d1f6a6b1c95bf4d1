"""Promises: coroutines, tasks and context managers that hand out what they are for when they are awaited or entered.

What a coroutine does can fail where it is awaited, not where it is made: `task = asyncio.create_task(client.get(url))`.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import TRACKED, Awaitable, Items, Pending, Status, Value, reaches


def fails_later(m: Machine, kind: ResourceKind | None) -> bool:
    """Whether a method of a kind makes a coroutine that nobody awaits where it stands."""
    return m.awaits == 0 and kind is not None and kind.context == "async"


def failures(values: Iterable[Value]) -> tuple[str, ...]:
    """The classes of what the first of several promises that can fail raises."""
    return next((value.fails for value in values if isinstance(value, Awaitable | Pending) and value.fails), ())


def without(state: State, value: Value) -> State:
    """The state in which a promise fails: what was promised is not there. Of several that go together some may be."""
    one = isinstance(value, Awaitable) and not isinstance(value.of, Items) and state.is_open
    if (state.status is Status.PENDING or one) and reaches(value, TRACKED):
        state = state.copy()
        state.status = Status.ABSENT
    return state


def arrive(value: Pending, node: cst.CSTNode, state: State) -> Value:
    """A promised resource is there: awaited, or entered."""
    if state.status is Status.PENDING and reaches(value.of, TRACKED):
        kind = kind_of(value.of)
        empty = kind is not None and kind.arrives == "released"
        state.move(Status.RELEASED if empty else Status.HELD, node, "arrived")
    return value.of
