"""Going through things: what the elements are, and what going through a body does to its response."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership import instances
from flake8_httpleak.ownership.kinds import failures, is_followed, kind_of, use
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    NOBODY,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Choice,
    Const,
    Instance,
    Items,
    Member,
    Object,
    Part,
    Pending,
    Place,
    Value,
    View,
    choice,
    reaches,
    resite,
)

MAX_WRITTEN = 10
"""A loop over so many turns at most counts as written out."""


def body_of(value: Value) -> Value | None:
    """The response whose body iterating over a value reads; None if it reads none."""
    if isinstance(value, View):
        return value.of
    if isinstance(value, Instance | Object):
        kind = kind_of(value)
        return value if kind is not None and kind.iterable else None
    if isinstance(value, Member) and isinstance(value.of, Instance) and value.path in value.of.kind.iterators:
        return value.of
    return None


def releases_at_end(value: Value) -> bool:
    """Whether the body that is read to its end releases its response."""
    owner = body_of(value)
    kind = kind_of(owner) if owner is not None else None
    if kind is None:
        return False
    if isinstance(value, View | Member):
        path = value.path.removesuffix(".__iter__")
        return path in kind.iterators or (isinstance(value, View) and (value.owns or _is_inner(path, kind)))
    return kind.iterable


def _is_inner(path: str, kind: ResourceKind) -> bool:
    """Whether a path is that of an iterator of the resource in another dress, such as `raw.stream`."""
    dress, _, word = path.rpartition(".")
    return dress in kind.own_views and word in instances.VIEW_ITERATORS


def exhaust(m: Machine, value: Value, node: cst.CSTNode, state: State) -> list[State]:
    """Go through all of a value at once: `list(r.iter_lines())`, `yield from`."""
    owner = body_of(value)
    use(value, state) if isinstance(value, Part) else None
    if owner is not None and reaches(value, TRACKED):
        if releases_at_end(value):
            instances.consume(m, owner, node, state)
    elif isinstance(value, Items):
        pass
    return [state]


def element(m: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """What the variable of a loop over a value stands for in one turn."""
    match value:
        case Items() if value.form == "dict":
            keys = keys_of(value)
            return choice(keys) if keys and (value.exact or value.keys is None) else m.fresh(node, state, "key")
        case Items(form="range"):
            return choice(value.values) if not value.exact else UNKNOWN
        case Items():
            return choice(value.values) if value.values else UNKNOWN
        case Choice():
            return choice(element(m, one, node, state) for one in value.options)
        case Awaitable():
            return element(m, value.of, node, state)
        case Pending():  # such as a websocket that connects again and again: the loop enters it and leaves it
            return resite(value.of, lambda _: NOBODY)
        case Part():
            use(value, state)
            return value if value.kind.iterable else m.fresh(node, state, "element")
    return m.fresh(node, state, "element")


def keys_of(items: Items) -> tuple[Value, ...]:
    """The keys of a dictionary as far as they are written out, and where its other elements are."""
    if items.keys is None:
        return tuple(map(Place, items.values))
    return tuple(Const(key) if key is not None else Place(value) for key, value in zip(items.keys, items.values, strict=True))


def turns_of(value: Value) -> int:
    """How often a loop over a value turns, if that is written out; 0 if it cannot be told."""
    return len(written_out(value) or ())


def written_out(value: Value) -> tuple[Value, ...] | None:
    """The elements that a loop over a value comes to, one after the other; None if they are not all known."""
    if isinstance(value, Items) and value.exact and value.form in ("list", "tuple", "set", "range", "dict"):
        return value.values if value.form != "dict" else keys_of(value)
    return None


def finish(m: Machine, node: cst.CSTNode, state: State) -> None:
    """The body was read to its end, or its iterator was closed."""
    if state.is_open:
        m.released(state, node, "read")


def advance(m: Machine, owner: Value, node: cst.CSTNode, state: State) -> None:
    """Read the next part of the body, which may fail."""
    kind = kind_of(owner)
    if is_followed(owner):
        m.used_late(state, node)
    failed = state
    if kind is not None and kind.failing_read == "closes" and state.is_open:
        failed = state.copy()
        m.released(failed, node, "closed by the failure")
    m.raises(failed, Grade.STRONG, node, failures(owner))


def closes_on_break(owner: Value) -> bool:
    """Whether leaving a loop over the body early closes the response."""
    kind = kind_of(owner)
    return kind is not None and kind.break_closes
