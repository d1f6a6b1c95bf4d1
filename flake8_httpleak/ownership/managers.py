"""Context managers: what entering one gives, and what leaving it releases."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership import functions, instances, promises
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    Awaitable,
    Choice,
    Const,
    Function,
    Instance,
    Items,
    Manager,
    Object,
    Part,
    Pending,
    Value,
    View,
    choice,
)


def enter(m: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """Enter a context manager; the value that `as` binds."""
    match value:
        case Pending():
            m.raises(promises.without(state, value), Grade.STRONG, node, value.fails)
            return promises.arrive(value, node, state)
        case Manager():
            return enter_inner(m, value, node, state)
        case Instance() | View() | Items() | Part():
            return value
        case Object():
            return _method(m, value, ("__enter__", "__aenter__"), node, state, value if kind_of(value) else None)
        case Awaitable():
            return enter(m, value.of, node, state)
        case Choice():
            real = [one for one in value.options if not isinstance(one, Const)]
            return enter(m, real[0], node, state) if len(real) == 1 else choice(enter(m, one, node, state) for one in real)
    m.raises(state, Grade.WEAK, node)
    return m.fresh(node, state)


def enter_inner(m: Machine, value: Manager, node: cst.CSTNode, state: State) -> Value:
    """Enter `closing(x)`, `nullcontext(x)` or a manager function."""
    if isinstance(value.of, Pending) and value.releases:
        return enter(m, value.of, node, state)
    return value.of


def leave(m: Machine, value: Value, node: cst.CSTNode, state: State) -> None:
    """Leave a context manager, whichever way."""
    match value:
        case Instance() | View() | Items() | Part():
            instances.release(m, value, node, state, "left")
        case Pending() | Awaitable():
            leave(m, value.of, node, state)
        case Manager() if value.releases:
            instances.release(m, value.of, node, state, "left")
        case Object():
            if kind_of(value) is not None:
                instances.release(m, value, node, state, "left")
            _method(m, value, ("__exit__", "__aexit__"), node, state, None)
        case Choice():
            for one in value.options:
                leave(m, one, node, state)


def _method(m: Machine, value: Object, names: tuple[str, ...], node: cst.CSTNode, state: State, default: Value | None) -> Value:
    """Call the first of some methods that the class has; the result, or what stands for it."""
    for name in names:
        info = value.info.method(name)
        if info is not None:
            found = functions.call(m, Function(info, value), Arguments(), node, state)
            if not found:
                return value
            result, after = found[0]
            if after is not state:
                state.take_over(after)
            return result.of if isinstance(result, Awaitable) else result
    return default if default is not None else m.fresh(node, state)
