"""What a condition tells about the resource: that it was found closed, that its truth was asked, that its body came to an end."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from flake8_httpleak.ownership.kinds import is_followed, kind_of
from flake8_httpleak.ownership.machine import FOUND_CLOSED, Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import TRACKED, Attr, Const, Dotted, Instance, Items, Symbol, Test, Value, View, options

_CHUNK = "<chunk>"


def chunk(owner: Value, state: State) -> Symbol:
    """What a read of so many bytes gives: an empty answer says that the body was read to its end."""
    found = Symbol(Attr(owner, _CHUNK))
    state.forget(found)
    return found


def is_chunk(value: Value) -> bool:
    """Whether a value is what a read of so many bytes gave."""
    return isinstance(value, Symbol) and isinstance(value.key, Attr) and value.key.name == _CHUNK


def learned(m: Machine, value: Value, node: cst.CSTNode, state: State, *, wanted: bool) -> None:
    """A condition turned out true or false: does that say something about the resource?"""
    while isinstance(value, Test) and value.operator == "not":
        value, wanted = value.of, not wanted
    if isinstance(value, Instance) and value.site == TRACKED and not wanted:
        state.mark("falsy")
    if isinstance(value, Test) and wanted and _has_no_body(value):
        m.released(state, node, "no body")
    if isinstance(value, Test) and value.operator == "==" and _is_empty(value.other):
        value, wanted = value.of, not wanted
    for one in options(value):  # of a chunk, or nothing where the read ran out of time
        if isinstance(one, Symbol) and isinstance(one.key, Attr) and state.is_open:
            _told(m, one.key, node, state, wanted=wanted, certain=one is value)


def _has_no_body(test: Test) -> bool:
    """Whether a test that comes out true says that the answer has no body: by its status, or because what it holds are bytes."""
    bodiless: Collection[int] = ()
    if isinstance(test.of, Symbol) and isinstance(flag := test.of.key, Attr) and is_followed(flag.of):
        kind = kind_of(flag.of)
        bodiless = kind.bodiless.get(flag.name, ()) if kind is not None else ()
    match test:
        case Test(operator="==", other=Const(value=status)):
            return status in bodiless
        case Test(operator="in", other=Items(values=(_, *_) as statuses)):
            return all(isinstance(one, Const) and one.value in bodiless for one in statuses)
        case Test(operator="isinstance", of=View(owns=False) as body, other=Dotted(name="bytes")):
            return is_followed(body.of)
    return False


def _is_empty(value: Value | None) -> bool:
    return isinstance(value, Const) and isinstance(value.value, str | bytes) and not value.value


def _told(m: Machine, flag: Attr, node: cst.CSTNode, state: State, *, wanted: bool, certain: bool) -> None:
    """An attribute that says whether the resource is closed is true, or a chunk of its body is empty."""
    owner = flag.of.of if isinstance(flag.of, View) else flag.of
    if not is_followed(owner):
        return
    if flag.name == _CHUNK and not wanted:
        m.released(state, node, "read")
    elif certain and wanted and flag.name in _closed_flags(flag.of):
        m.released(state, node, FOUND_CLOSED)


def _closed_flags(value: Value) -> Collection[str]:
    if isinstance(value, View):
        return ("closed", "is_closed", "isclosed")
    kind = kind_of(value)
    return kind.closed_flags if kind is not None else ()
