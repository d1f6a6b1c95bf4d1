"""Arguments that hold a resource, given to something whose body is not known."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.kinds import is_followed, kind_of, use, whole
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.members import path_of
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    Const,
    Function,
    Instance,
    Member,
    Object,
    Part,
    Symbol,
    Value,
    View,
    is_parameter,
)

_HTTP = "http"
KEEPERS = {
    **dict.fromkeys(("append", "appendleft", "add", "put", "put_nowait", "insert", "extend", "setdefault"), "container"),
    **dict.fromkeys(("enter_context", "enter_async_context", "push", "push_async_exit", "callback"), "registered"),
    **dict.fromkeys(("addCleanup", "addAsyncCleanup", "addfinalizer", "enterContext", "enterAsyncContext"), "registered"),
}
"""Methods that keep what they get, or see to it that it is released, whatever they belong to."""
REGISTERS = frozenset(word for word, how in KEEPERS.items() if how == "registered") | {"register"}
"""Last words of calls that see to it that a function is called in the end."""
QUEUES = frozenset({"put", "put_nowait"})
"""Of these, those whose owner only passes it on."""


def give(m: Machine, arguments: Arguments, node: cst.CSTNode, state: State, to: str, owner: Value | None = None) -> None:
    """Something that is not known gets the arguments: a resource among them is its business from now on.

    owner: whose method it is; a client that gets a part of itself has it already.
    """
    for value in arguments.values():
        if isinstance(value, Function) and to.rpartition(".")[2] in REGISTERS:
            expect(value, state)
        if isinstance(value, Const | Symbol) or not state.reaches(value):
            continue
        if isinstance(value, Part) and owner is not None and whole(value) == whole(owner):
            continue
        if _is_outside(value) or (isinstance(value, Function) and value.receiver is not None and _is_outside(value.receiver)):
            continue  # an object that holds the resource in a field is no news to anybody
        if isinstance(value, Member) and isinstance(value.of, Instance | Object | View):
            _give_method(m, value, node, state, to)
        else:
            given = f"given to '{to}'"
            how = KEEPERS.get(to, given) if owner is None else given  # `session.put(...)` sends it
            m.handed(state, node, f"field {how}" if how == "container" and to not in QUEUES and _is_field(node, state) else how)


def expect(registered: Function, state: State) -> None:
    """A function is called in the end, with what the names that it uses stand for then: `addCleanup(lambda: client.close())`."""
    for name in registered.info.free:
        state.bind(_expected(name), NONE)


def is_expected(name: str, state: State) -> bool:
    """Whether a function that is called in the end uses a name of this one."""
    return _expected(name) in state.env


def _expected(name: str) -> str:
    return f"<in the end {name}>"


def work_over(m: Machine, client: Value, arguments: Arguments, node: cst.CSTNode, state: State) -> None:
    """A client gets a transport: if that is somebody else's, so are the connections, and there is nothing to close.

    Nor is there if it is for addresses of another kind, such as `file://`: that is what the client was made for.
    """
    if not is_followed(client):
        return
    prefix, given = arguments.first(), node.args[-1].value if isinstance(node, cst.Call) and node.args else None
    if isinstance(prefix, Const) and not _HTTP.startswith(str(prefix.value)[: len(_HTTP)]):
        m.handed(state, node, "over something other than HTTP")
    elif isinstance(given, cst.Name) and (given.value not in state.env or _is_callers(state.env[given.value])):
        m.handed(state, node, "over a transport of somebody else")


def _is_callers(value: Value) -> bool:
    return is_parameter(value) or (isinstance(value, Instance) and value.site == NOBODY)


def _is_field(node: cst.CSTNode, state: State) -> bool:
    """Whether the method belongs to something in a field of an object that lives on: `self.kept.append(...)`."""
    below = node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) else None
    path = path_of(below) if below is not None else None
    return path is not None and len(path) > 1 and _is_outside(state.env.get(path[0]))


def _is_outside(value: object) -> bool:
    return isinstance(value, Object) and value.site == NOBODY


def _give_method(m: Machine, value: Member, node: cst.CSTNode, state: State, to: str) -> None:
    """A bound method is passed: one that releases hands the duty over, any other only uses the object."""
    kind = kind_of(value.of)
    releases = (*kind.release, *kind.release_async) if kind is not None else ()
    if isinstance(value.of, View) or value.path in releases:
        m.handed(state, node, f"registered with '{to}'")
    elif state.is_lost():  # it has no name: the method alone keeps it
        m.handed(state, node, f"given to '{to}'")
    else:
        use(value.of, state)
