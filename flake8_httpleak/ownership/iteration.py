"""Going through things: loops, comprehensions, and functions that exhaust what they get."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership import instances
from flake8_httpleak.ownership.assigning import assign
from flake8_httpleak.ownership.conditions import branch
from flake8_httpleak.ownership.kinds import is_followed, kind_of, use
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    NOBODY,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Choice,
    Instance,
    Items,
    Member,
    Object,
    Part,
    Pending,
    Value,
    View,
    choice,
    options,
    reaches,
    resite,
)
from flake8_httpleak.ownership.walks import Loop

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
            return m.fresh(node, state, "key")
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


def turns_of(value: Value) -> int:
    """How often a loop over a value turns, if that is written out; 0 if it cannot be told."""
    return len(written_out(value) or ())


def written_out(value: Value) -> tuple[Value, ...] | None:
    """The elements that a loop over a value comes to, one after the other; None if they are not all known."""
    if isinstance(value, Items) and value.exact and value.form in ("list", "tuple", "set", "range"):
        return value.values
    return None


def comprehend(m: Machine, node: cst.BaseComp, state: State) -> Branches:
    """A comprehension: one turn stands for all, its element goes into the container that comes out."""
    before = dict(state.env)
    found: Branches = []
    depth = len(m.loops)
    for after in _clauses(m, node.for_in, state):
        if isinstance(node, cst.DictComp):
            values = [pair for _, mid in m.eval(node.key, after) for pair in m.eval(node.value, mid)]
        else:
            values = m.eval(node.elt, after)  # type: ignore[attr-defined] # the other three have one
        for value, end in values:
            _unbind(node.for_in, before, end)
            form = {"ListComp": "list", "SetComp": "set", "DictComp": "dict"}.get(type(node).__name__, "iterator")
            kept = (value,) if _worth_keeping(value) else ()
            if form != "iterator" and end.reaches(value):
                m.kept(end, node, "container filled in a loop")
            found.append((Items(form, tuple(kept), exact=False, many=True), end))
    del m.loops[depth:]
    return found or [(Items("list", exact=False), state)]


def _worth_keeping(value: Value) -> bool:
    return any(not hasattr(one, "key") for one in options(value))


def _clauses(m: Machine, clause: cst.CompFor | None, state: State) -> list[State]:
    """The states inside the loops of a comprehension."""
    if clause is None:
        return [state]
    inside: list[State] = []
    for value, after in m.eval(clause.iter, state):
        m.loops.append(Loop(clause, turns_of(value)))
        owner = body_of(value)
        if owner is not None and releases_at_end(value):
            instances.consume(m, owner, clause, after)
        assign(m, clause.target, element(m, value, clause, after), after)
        ways = [after]
        for condition in clause.ifs:
            ways = [way for one in ways for way in branch(m, condition.test, one)[0]]
        inside.extend(way for one in ways for way in _clauses(m, clause.inner_for_in, one))
    return inside


def _unbind(clause: cst.CompFor | None, before: dict[str, Value], state: State) -> None:
    """The variables of a comprehension don't outlive it."""
    from flake8_httpleak.source.scopes import target_names

    while clause is not None:
        for name in target_names(clause.target):
            if name in before:
                state.bind(name, before[name])
            else:
                state.env.pop(name, None)
        clause = clause.inner_for_in


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
    m.raises(failed, Grade.STRONG, node, (f"lib:{kind.library}",) if kind is not None else ())


def closes_on_break(owner: Value) -> bool:
    """Whether leaving a loop over the body early closes the response."""
    kind = kind_of(owner)
    return kind is not None and kind.break_closes
