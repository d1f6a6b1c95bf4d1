"""Attributes, items and fields: what reading one gives, and what a name or a field stands for from then on."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import (
    NOBODY,
    TRACKED,
    Attr,
    Awaitable,
    Choice,
    Class,
    Const,
    Dotted,
    Function,
    Holder,
    Instance,
    Items,
    Member,
    Object,
    Part,
    Pending,
    Place,
    Result,
    Super,
    Symbol,
    Value,
    View,
    choice,
    reaches,
)

Path = tuple[str, ...]


def path_of(node: cst.CSTNode) -> Path | None:
    """A name, or a name and one attribute, as a path; None for anything else."""
    if isinstance(node, cst.Name):
        return (node.value,)
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
        return (node.value.value, node.attr.value)
    return None


def at(state: State, path: Path) -> Value | None:
    """What a path is known to stand for."""
    value = state.env.get(path[0])
    if len(path) == 1 or value is None:
        return value
    return value.field(path[1]) if isinstance(value, Object) else None


def rebind(state: State, path: Path, value: Value) -> None:
    """Let a path that is known stand for something else."""
    if len(path) == 1:
        state.bind(path[0], value)
    elif isinstance(owner := state.env.get(path[0]), Object):
        state.bind(path[0], owner.with_field(path[1], value))


def change(state: State, path: Path, value: Value) -> None:
    """What a path stands for was changed in place: so it is wherever else the same thing is known."""
    before = at(state, path)
    rebind(state, path, value)
    if not isinstance(before, Items | Object | Instance):  # None and the like are shared by things that have nothing in common
        return
    for name, other in list(state.env.items()):
        if other is before:
            state.bind(name, value)
        elif isinstance(other, Object) and any(held is before for _, held in other.fields):
            fields = tuple((key, value if held is before else held) for key, held in other.fields)
            state.bind(name, replace(other, fields=fields))


def member(value: Value, name: str, node: cst.CSTNode) -> Value:
    """An attribute of a value, read or about to be called; nothing happens yet."""
    match value:
        case Dotted(name="http.HTTPStatus") if name in HTTPStatus.__members__:
            return Const(HTTPStatus[name].value)  # it is equal to the number
        case Dotted():
            return Dotted(f"{value.name}.{name}")
        case Instance():
            return value.attr(name) or below(value, value, name)
        case Member(of=Instance() as owner) | View(owns=False, of=Instance() as owner):
            return below(owner, owner, f"{value.path}.{name}")
        case View() | Items() | Holder() | Part() | Awaitable() | Pending():
            return Member(value, name)
        case Member():
            return Member(value.of, f"{value.path}.{name}")
        case Class():
            found = value.info.method(name)
            return (Function(found, value) if found else value.info.field(name)) or Symbol((id(node), name))
        case Super():
            return _above(value, name)
        case Symbol():
            return Symbol(Attr(value, name))
        case Result():
            return Dotted(f"{value.of}.{name}")
        case Choice():
            return choice(member(one, name, node) for one in value.options)
    return Symbol((id(node), name))


def below(instance: Instance, of: Value, path: str) -> Value:
    """What an attribute of an instance is, by its path below it."""
    kind = instance.kind
    if path in kind.own_views:
        return View(of, path, None, owns=True)
    if path in kind.borrow_views:
        return View(of, path, None, owns=False)
    return Member(of, path)


def _above(value: Super, name: str) -> Value:
    """What `super().name` is: a method of a base of this file, or one of a library class."""
    found = value.info.method(name, above=value.info)
    if found is not None:
        return Function(found, value.receiver)
    kind = value.info.library_kind
    if kind is None:
        return Member(value, name)
    return Member(Instance(kind, value.receiver.site if isinstance(value.receiver, Object) else NOBODY), name)


def item(m: Machine, value: Value, key: Value, node: cst.CSTNode, state: State) -> Value:
    """`value[key]`."""
    constant = key.value if isinstance(key, Const) else None
    match value:
        case Holder() if constant == value.key:
            return value.of
        case Items() if value.keys is not None and constant in value.keys:
            return value.values[len(value.keys) - 1 - value.keys[::-1].index(constant)]
        case Items() if (
            value.exact
            and value.keys is None
            and isinstance(constant, int)
            and -len(value.values) <= constant < len(value.values)
        ):
            return value.values[constant]
        case Items() if isinstance(key, Place) and key.of in value.values:
            return key.of
        case Items() if value.values and not (value.exact and isinstance(key, Const)):
            return choice(value.values)
        case Choice():
            return choice(item(m, one, key, node, state) for one in value.options)
        case Symbol() if isinstance(key, Const):
            return Symbol(Attr(value, f"[{constant!r}]"))
    return m.fresh(node, state)


def forget_fields(state: State, value: Value, stays: Callable[[str], bool] = lambda _: False) -> None:
    """Something unknown was done to an object: its fields hold what the class says, no more is known of them.

    stays: tells of a field that it was left alone.
    """
    if not isinstance(value, Object):
        return
    for name, known in list(state.env.items()):
        if isinstance(known, Object) and known.info is value.info and known.fields:
            kept = tuple(pair for pair in known.fields if known.site != NOBODY or reaches(pair[1], TRACKED) or stays(pair[0]))
            state.bind(name, replace(known, fields=kept))


def parts_of(value: Value) -> tuple[Value, ...]:
    """The elements of a container, as far as they are known."""
    return value.values if isinstance(value, Items) else ()
