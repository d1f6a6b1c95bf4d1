"""Calls: what is called, with what, and what happens to a resource among the arguments."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership import containers, functions, instances, library, members, objects, reading
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.assigning import store_attribute
from flake8_httpleak.ownership.giving import give
from flake8_httpleak.ownership.kinds import failures, kind_of, use, whole
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.managers import enter
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
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
    Partial,
    Pending,
    Symbol,
    Value,
    View,
    reaches,
)

_FORGIVING = frozenset({"ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape"})
"""Ways to decode and encode in which no text is an error."""


def call_node(m: Machine, node: cst.Call, state: State) -> Branches:
    """Interpret a call: what is called, then the arguments, then the call itself."""
    m.budget.spend()
    m.met.add(id(node))
    found: Branches = []
    for callee, path, before in _callee(m, node.func, state):
        bounded = isinstance(callee, Dotted) and callee.name in m.catalog.deadlines
        m.deadlines += bounded
        given = _arguments(m, node, before)
        m.deadlines -= bounded
        for arguments, after in given:
            found.extend(call(m, callee, arguments, node, after, path))
    if m.follows(node):
        m.run.results.extend(value for value, _ in found if value not in m.run.results)
    return found


def _callee(m: Machine, func: cst.BaseExpression, state: State) -> list[tuple[Value, members.Path | None, State]]:
    """What is called, and the path of the object whose method it is."""
    if not isinstance(func, cst.Attribute):
        return [(value, None, after) for value, after in m.eval(func, state)]
    path = members.path_of(func.value)
    found: list[tuple[Value, members.Path | None, State]] = []
    for owner, after in m.eval(func.value, state):
        found.extend((value, path, end) for value, end in _method(m, owner, func, after))
    return found


def _method(m: Machine, owner: Value, func: cst.Attribute, state: State) -> Branches:
    name = func.attr.value
    if isinstance(owner, Object):
        return reading.read(m, owner, name, func, state)
    if isinstance(owner, Choice):
        known = [one for one in owner.options if not isinstance(one, Const | Symbol)]
        if len(known) == 1:
            return _method(m, known[0], func, state)
    return [(members.member(owner, name, func), state)]


def _arguments(m: Machine, node: cst.Call, state: State) -> list[tuple[Arguments, State]]:
    found: list[tuple[Arguments, State]] = [(Arguments(), state)]
    for arg in node.args:
        after: list[tuple[Arguments, State]] = []
        for given, before in found:
            after.extend((_with(given, arg, value), end) for value, end in m.eval(arg.value, before))
        found = after
    return found


def _with(given: Arguments, arg: cst.Arg, value: Value) -> Arguments:
    """Arguments after one more; dictionaries and lists are spread, and behind one that is not known all places are loose."""
    if arg.star and isinstance(value, Items) and (arg.star == "*" or value.keys is not None):
        open_ = given.open or not value.exact
        if arg.star == "*":
            return replace(given, positional=(*given.positional, *value.values), open=open_)
        named = {str(key): one for key, one in zip(value.keys or (), value.values, strict=True)}
        return replace(given, named={**given.named, **named}, open=open_)
    if arg.star:
        return replace(given, loose=(*given.loose, value), open=True)
    if arg.keyword is not None:
        return replace(given, named={**given.named, arg.keyword.value: value})
    if given.loose:
        return replace(given, loose=(*given.loose, value))
    return replace(given, positional=(*given.positional, value))


def call(
    m: Machine, callee: Value, arguments: Arguments, node: cst.Call, state: State, path: members.Path | None = None
) -> Branches:
    """Call a value."""
    match callee:
        case Dotted():
            return library.call(m, callee.name, arguments, node, state)
        case View() if not callee.owns or callee.path in getattr(kind_of(callee.of), "own_views", ()):
            return _view(m, callee, arguments, node, state)
        case Member():
            return _bound(m, callee, arguments, node, state, path)
        case Function():
            closed = _closing(m, callee, node, state)
            return closed if closed is not None else functions.call(m, callee, arguments, node, state, path)
        case Class():
            return objects.construct(m, callee.info, arguments, node, state)
        case Partial():
            return call(m, callee.function, arguments.after(callee.arguments, callee.keywords), node, state, path)
        case Object() if (method := callee.info.method("__call__")) is not None:
            return functions.call(m, Function(method, callee), arguments, node, state, path)
        case Choice():
            return _one_of(m, callee, arguments, node, state, path)
    return unknown(m, callee, arguments, node, state)


def _closing(m: Machine, callee: Function, node: cst.Call, state: State) -> Branches | None:
    """The closing method of an object of a class that owns something; None for every other function."""
    owner = callee.receiver
    kind = owner.info.own_kind if isinstance(owner, Object) else None
    if kind is None or not isinstance(owner, Object) or any(reaches(value, TRACKED) for _, value in owner.fields):
        return None
    if m.events is not None and m.depth == 0:
        m.events.called(m, node, owner, callee.info.name, Arguments())
    name = callee.info.name
    leaves = kind.context != "none" and name in instances.EXIT  # a `with` that is written out
    if name in kind.release_async or (leaves and name == "__aexit__"):
        return [(instances.start_closing(m, owner, node, state), state)]
    if name in kind.release or leaves:
        instances.release(m, owner, node, state)
        return [(NONE, state)]
    return None


def _view(m: Machine, view: View, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """`r.iter_lines()`, `connection.getresponse()`."""
    give(m, arguments, node, state, view.path)
    use(view.of, state)
    if view.owns:
        kind = kind_of(view.of)
        found = m.catalog.method(kind.key, view.path) if kind is not None else None
        m.raises(state, Grade.STRONG, node, failures(view.of))
        return [(View(view.of, view.path, m.catalog.kind(found.kind) if found and found.kind else None, owns=True), state)]
    return [(view, state)]


def _bound(m: Machine, callee: Member, arguments: Arguments, node: cst.Call, state: State, path: members.Path | None) -> Branches:
    """A method of something known."""
    owner = callee.of
    if isinstance(owner, View):
        return instances.invoke_view(m, owner, callee.path, arguments, node, state)
    if isinstance(owner, Awaitable) and callee.path == "result":
        if owner.fails:
            m.raises(state, Grade.STRONG, node, owner.fails)
        return [(owner.of, state)]
    if isinstance(owner, Pending) and callee.path in instances.ENTER:
        found = enter(m, owner, node, state)
        return [(Awaitable(found) if callee.path == "__aenter__" else found, state)]
    if isinstance(owner, Pending) and callee.path in instances.EXIT:
        instances.release(m, owner, node, state)
        return [(Awaitable(NONE) if callee.path == "__aexit__" else NONE, state)]
    if isinstance(owner, Holder) and callee.path in ("get", "pop") and arguments.first() == Const(owner.key):
        return [(owner.of, state)]
    if isinstance(owner, Items):
        return containers.invoke(m, owner, callee.path, arguments, node, state, path)
    if isinstance(owner, Instance | Object | Part) and kind_of(owner) is not None:
        if m.events is not None and m.depth == 0:
            m.events.called(m, node, _client(owner), callee.path, arguments)
        _teach(m, owner, callee.path, arguments, node, state)
        return instances.invoke(m, owner, callee.path, arguments, node, state)
    return unknown(m, callee, arguments, node, state)


def _client(owner: Instance | Object | Part) -> Value:
    """Whose method is called, for the rules: what a part of a client does is done by the client that was made."""
    if not isinstance(owner, Part):
        return owner
    made = whole(owner)
    return Instance(owner.kind, made.site if isinstance(made, Instance | Object) else NOBODY)


def _headers(name: str, arguments: Arguments) -> Iterator[tuple[Value, Value]]:
    """Headers that a method of a client's headers sets, each with its value."""
    if name == "update":
        for given in arguments.positional:
            if isinstance(given, Items) and given.keys is not None:
                yield from ((Const(key), value) for key, value in zip(given.keys, given.values, strict=True))
    elif name == "setdefault" and len(arguments.positional) > 1:
        yield arguments.positional[0], arguments.positional[1]


def _teach(m: Machine, owner: Instance | Object | Part, path: str, arguments: Arguments, node: cst.Call, state: State) -> None:
    """`session.mount(prefix, adapter)` with an adapter that no table knows: it may do anything to the requests."""
    taken = kind_of(owner)
    if taken is None or path not in taken.take_methods or not isinstance(node.func, cst.Attribute):
        return
    if any(not isinstance(value, Instance | Const) for value in arguments.values()):
        store_attribute(m, node.func.value, owner, "<mounted>", Const(value=True), node, state)


def _one_of(
    m: Machine, callee: Choice, arguments: Arguments, node: cst.Call, state: State, path: members.Path | None
) -> Branches:
    """Several functions may be called: the one that is known decides, or each of them."""
    known = [one for one in callee.options if not isinstance(one, Symbol | Const)]
    if len(known) == 1:
        return call(m, known[0], arguments, node, state, path)
    telling = [one for one in known if not isinstance(one, Dotted) or m.catalog.knows(one.name)]
    found: Branches = []
    for one in telling or callee.options[:1]:
        found.extend(call(m, one, arguments, node, state.copy(), path))
    return found


def unknown(m: Machine, callee: Value, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """Call something whose body is not known: it may keep what it gets, and it may raise."""
    name = called_name(node)
    if name in library.METHODS and arguments.positional:
        return library.METHODS[name](m, arguments, node, state)
    if m.catalog.effect(f"?.{name}") != "borrows":
        give(m, arguments, node, state, name)
    owner = callee.key.of if isinstance(callee, Symbol) and isinstance(callee.key, Attr) else None
    if isinstance(owner, Symbol):
        state.forget_below(owner)
        if m.events is not None and m.depth == 0 and isinstance(owner.key, Attr) and owner.key.name == "headers":
            for header, value in _headers(name, arguments):
                m.events.set_header(m, owner.key.of, header, value, node)
    for value in arguments.values():
        members.forget_fields(state, value)
    if name == "raise_for_status":
        m.raises(state, Grade.STRONG, node)
    elif name not in m.catalog.calm and not _is_calm(name, arguments):
        m.raises(state, Grade.WEAK, node)
    return [(m.fresh(node, state), state)]


def _is_calm(name: str, arguments: Arguments) -> bool:
    """Whether a method raises in no case that anybody meets: text that is decoded or encoded whatever it holds."""
    errors = arguments.get("errors", ("encoding", "errors")) if name in ("decode", "encode") else None
    return isinstance(errors, Const) and errors.value in _FORGIVING


def called_name(node: cst.Call) -> str:
    """The last word of what is called."""
    func = node.func
    if isinstance(func, cst.Attribute):
        return func.attr.value
    return func.value if isinstance(func, cst.Name) else ""
