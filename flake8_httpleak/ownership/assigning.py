"""Assignment to targets of every form: names, fields, items, tuples."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership import giving, members
from flake8_httpleak.ownership.kinds import is_closing, is_followed, is_method, kind_of
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import (
    NOBODY,
    UNKNOWN,
    Attr,
    Class,
    Const,
    Dotted,
    Instance,
    Items,
    Manager,
    Object,
    Result,
    Symbol,
    Value,
    choice,
    newest,
    options,
    parts,
    resite,
)
from flake8_httpleak.source.visitor import Visitor

WEAK = "weak"
"""The form of a container that does not keep what is in it."""
WEAK_KEYS = "weak keys"
"""The form of one that keeps it as long as somebody else keeps the key."""


def assign(m: Machine, target: cst.BaseExpression, value: Value, state: State) -> None:
    """Let a target stand for a value."""
    match target:
        case cst.Name():
            _name(m, target, value, state)
        case cst.Tuple() | cst.List():
            _unpack(m, target, value, state)
        case cst.Attribute():
            for owner, after in m.eval(target.value, state)[:1]:
                store_attribute(m, target.value, owner, target.attr.value, value, target, after)
        case cst.Subscript():
            _item(m, target, value, state)


def _name(m: Machine, target: cst.Name, value: Value, state: State) -> None:
    name = target.value
    if name in m.function.declared_globals:
        _keep(m, target, value, state, "global")
        if m.events is not None and m.depth == 0:
            m.events.stored_global(m, name, value, target)
    if m.depth == 0 and name in m.function.declared_nonlocals:
        _keep(m, target, value, state, "nonlocal")
    if m.variant == "error" and state.reaches(value):
        state.mark("stored")
    if giving.is_expected(name, state) and state.reaches(value):
        m.handed(state, target, "registered")
    state.bind(name, value)


def _keep(m: Machine, node: cst.CSTNode, value: Value, state: State, how: str) -> None:
    """Something outside the function keeps the value; a method that closes it will do so one day."""
    if state.reaches(value):
        m.handed(state, node, "registered" if is_closing(value) else how)


def _unpack(m: Machine, target: cst.Tuple | cst.List, value: Value, state: State) -> None:
    elements = target.elements
    star = next((number for number, one in enumerate(elements) if isinstance(one, cst.StarredElement)), None)
    known = [one for one in options(value) if isinstance(one, Items)]
    lists = [_fitted(one, len(elements), star) for one in known if one.exact]
    fitting = [one for one in lists if one is not None]
    for number, element in enumerate(elements):
        if fitting:
            part = choice(one[number] for one in fitting)
        elif any(one.values for one in known):
            part = choice(held for one in known for held in one.values)
            part = Items("list", options(part), exact=False) if number == star else part
        else:
            part = m.fresh(target, state, str(number))
        assign(m, element.value, part, state)


def _fitted(items: Items, count: int, star: int | None) -> tuple[Value, ...] | None:
    """The elements of a container, one for each of so many targets, a list for the one with a star; None if that does not go."""
    surplus = len(items.values) - count
    if star is None:
        return items.values if surplus == 0 else None
    if surplus < -1:
        return None
    end = star + surplus + 1
    return (*items.values[:star], Items("list", items.values[star:end]), *items.values[end:])


def store_attribute(
    m: Machine, below: cst.BaseExpression, owner: Value, name: str, value: Value, node: cst.CSTNode, state: State
) -> None:
    """`below.name = value`, where `below` stands for `owner`."""
    path = members.path_of(below)
    match owner:
        case Object() if _has_setter(owner, name):
            _keep(m, node, value, state, "setter")
        case Object():
            if _is_lent(state, value):
                m.kept(state, node, "lent") if state.reaches(value) else None
                value = resite(value, lambda _: NOBODY)
            if owner.site == NOBODY:
                _keep(m, node, value, state, "field")
            if m.events is not None and m.depth == 0:
                m.events.stored_field(m, owner, name, value, node)
            if path is not None and len(path) == 1:
                members.change(state, path, owner.with_field(name, value))
        case Instance():
            if path is not None:
                rest = tuple(pair for pair in owner.attrs if pair[0] != name)
                changed = Instance(owner.kind, owner.site, (*rest, (name, value)))
                members.change(state, path, changed)
                holder = state.env.get(path[0])
                if m.events is not None and m.depth == 0 and len(path) > 1 and isinstance(holder, Object):
                    m.events.stored_field(m, holder, path[1], changed, node)
            _keep(m, node, value, state, "attribute")
            if is_followed(owner) and is_method(owner.kind, name):
                m.handed(state, node, "a stand-in for it")
        case _:
            long_lived = isinstance(owner, Dotted | Class)
            _keep(m, node, value, state, "class attribute" if long_lived else "attribute")
            state.forget(members.member(owner, name, node))


def _has_setter(owner: Object, name: str) -> bool:
    """Whether an attribute is a property, so that what is stored goes to its setter, wherever that puts it."""
    found = owner.info.method(name)
    return found is not None and "property" in found.last_decorators


def _is_lent(state: State, value: Value) -> bool:
    """Whether a block around this place releases what is stored."""
    blocks = [held for name, held in state.env.items() if name.startswith("<with ")]
    sites = {site for held in blocks if not isinstance(held, Manager) or held.releases for site in _sites_in(held)}
    return bool(sites) and bool(found := _sites_in(value)) and found <= sites


def _sites_in(value: Value) -> set[int]:
    """The sites of the resources that a value leads to."""
    found = {value.site} if isinstance(value, Instance | Object) and value.site != NOBODY else set()
    return found.union(*(_sites_in(part) for part in parts(value)))


def _item(m: Machine, target: cst.Subscript, value: Value, state: State) -> None:
    path = members.path_of(target.value)
    found = m.eval(target.value, state)
    owner = next((one for one in options(found[0][0]) if isinstance(one, Items)), found[0][0])  # there is none in None
    held = members.at(state, path) if path is not None else None
    key: Value = UNKNOWN
    index = target.slice[0].slice
    if isinstance(index, cst.Index):
        key = m.eval(index.value, state)[0][0]
    if m.events is not None and m.depth == 0 and isinstance(owner, Symbol):
        below = owner.key
        if isinstance(below, Attr) and below.name == "headers":
            m.events.set_header(m, below.of, key, value, target)
    if isinstance(held, Items) and path is not None and (m.owns_name(path[0]) if len(path) == 1 else _is_local(state, path)):
        members.change(state, path, put(held, key, value, many=bool(m.loops)))
        if m.loops and len(path) == 1 and not isinstance(key, Const) and closes_elements(m, path[0], value):
            _keep(m, target, value, state, "container")
        if m.loops and state.reaches(value):
            m.kept(state, target, "container filled in a loop")
        return
    holder = state.env.get(path[0]) if path is not None and len(path) > 1 else None
    if path is not None and len(path) > 1 and isinstance(holder, Object) and isinstance(owner, Items):
        filled = put(owner, key, value, many=bool(m.loops))
        if m.events is not None and m.depth == 0 and owner.form != WEAK:
            m.events.stored_field(m, holder, path[-1], filled, target)
        members.change(state, path, filled)
    how = "field container" if isinstance(holder, Object) and isinstance(owner, Items | Symbol) else "container"
    if path is not None and len(path) == 1 and path[0] not in m.function.locals:
        how = "module container"
    _keep(m, target, value, state, "container" if _is_weak(owner) else how)


def _is_weak(container: Value) -> bool:
    """Whether a container forgets what nobody else keeps."""
    if isinstance(container, Items):
        return container.form in (WEAK, WEAK_KEYS)
    return isinstance(container, Result) and container.of.startswith("weakref.")


def closes_elements(m: Machine, name: str, value: Value) -> bool:
    """Whether a function closes what is in a container by way of `container[key].close()`: which one that is cannot be told."""
    kind = next((found for one in options(value) if (found := kind_of(one)) is not None), None)
    if kind is None or m.function.node is None:
        return False
    closed = _Closed(name, {*kind.release, *kind.release_async})
    closed.walk(m.function.node.body)
    return closed.seen


class _Closed(Visitor):
    def __init__(self, name: str, releases: set[str]) -> None:
        self.name = name
        self.releases = releases
        self.seen = False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        below = node.value
        if node.attr.value in self.releases and isinstance(below, cst.Subscript) and isinstance(below.value, cst.Name):
            self.seen = self.seen or below.value.value == self.name


def _is_local(state: State, path: members.Path) -> bool:
    owner = state.env.get(path[0])
    return isinstance(owner, Object) and owner.site != NOBODY


def put(container: Items, key: Value, value: Value, *, many: bool) -> Items:
    """A container after one more element, under a key if that is known."""
    if container.form == "dict" and isinstance(key, Const) and container.keys is not None and not many:
        pairs = [(k, v) for k, v in zip(container.keys, container.values, strict=True) if k != key.value]
        pairs.append((key.value, value))
        return Items("dict", tuple(v for _, v in pairs), tuple(k for k, _ in pairs), exact=container.exact)
    values = (*(one for one in container.values if one != value), value)
    return Items(container.form, newest(values), None, exact=False, many=container.many or many)
