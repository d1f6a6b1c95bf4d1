"""Exceptions: what is raised, which handler takes it, and what a `finally` does on each way out."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

import libcst as cst

from flake8_httpleak.ownership.kinds import NEVER, OF_LIBRARY
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import RAISED, Flow, Grade, Raised, Returned, State, States, Trail
from flake8_httpleak.ownership.values import Class, Dotted, Items, Object, Result, Symbol, Value, options
from flake8_httpleak.ownership.walks import Catcher

_ENVIRONMENT = frozenset(
    {"OSError", "IOError", "EnvironmentError", "ConnectionError", "TimeoutError", "socket.error", "socket.timeout"}
)
_PLAIN = frozenset(
    {"ValueError", "KeyError", "TypeError", "AttributeError", "IndexError", "LookupError", "AssertionError", "NameError"}
    | {"StopIteration", "StopAsyncIteration", "UnicodeError", "UnicodeDecodeError", "ImportError", "ModuleNotFoundError"}
    | {"ZeroDivisionError", "NotImplementedError", "json.JSONDecodeError", "json.decoder.JSONDecodeError", "FileNotFoundError"}
    | {"PermissionError", "FileExistsError", "IsADirectoryError"}
)


STATUS = "status:"
"""How the class of an exception begins that tells of an error status, with the library after it."""
_OF_STATUS = frozenset({"HTTPError", "HTTPStatusError", "RequestException", "ClientResponseError", "ClientError"})


def classes_of(value: Value) -> tuple[str, ...]:
    """The class of a raised exception and what is known of the classes above it; empty if it may be anything."""
    match value:
        case Result():
            return _ancestors(value.of)
        case Dotted():
            return _ancestors(value.name)
        case Class() | Object():
            names = [info.name for info in value.info.line_of_descent]
            return (*names, *(one for base in value.info.foreign_bases for one in _ancestors(base)))
    return ()


def _ancestors(name: str) -> tuple[str, ...]:
    found = builtin_exception(name)
    return tuple(one.__name__ for one in found.__mro__[:-1]) if found is not None else (name, "Exception", "BaseException")


def builtin_exception(name: str) -> type[BaseException] | None:
    """The exception class of this name that Python itself has."""
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def handled_by(m: Machine, one: Raised, handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool | None:
    """Whether a handler takes an exception; None if it may."""
    if handler.type is None:
        return True
    return taken_as(one, m.eval(handler.type, one.state.copy())[0][0])


def taken_as(one: Raised, classes: Value) -> bool | None:
    """Whether an exception is of a class, or of one of those in a tuple; None if it may be."""
    names = [_class_name(part) for option in options(classes) for part in _each(option)]
    answers = [_takes(one, name) for name in names]
    return True if True in answers else None if None in answers else False


def _each(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, Items) else (value,)


def _class_name(value: Value) -> str:
    if isinstance(value, Class):
        return value.info.name
    return value.name if isinstance(value, Dotted) else "?"


def _takes(one: Raised, name: str) -> bool | None:
    if name == "BaseException" or name in one.classes:
        return True
    if one.grade in (Grade.CANCEL, Grade.GENERATOR):
        return False
    if name == "Exception":
        return "BaseException" not in one.classes or "Exception" in one.classes
    if not one.classes or name == "?":
        return None
    if one.classes[0].startswith(STATUS):
        last = name.rpartition(".")[2]
        return True if last in _OF_STATUS else None if name in ("OSError", "IOError", "EnvironmentError") else False
    if one.classes[0].startswith(OF_LIBRARY):
        root = one.classes[0].removeprefix(OF_LIBRARY).partition("_")[0]
        if name in _PLAIN or _is_never(one, name):
            return False
        return True if name.partition(".")[0] in (root, "urllib", "http") or name in _ENVIRONMENT else None
    return None if "Exception" in one.classes and name.partition(".")[0] == one.classes[0].partition(".")[0] else False


def _is_never(one: Raised, name: str) -> bool:
    """Whether a step is known not to raise a class of its library, from whichever of its modules that was imported."""
    root, last = name.partition(".")[0], name.rpartition(".")[2]
    never = [known.removeprefix(NEVER) for known in one.classes if known.startswith(NEVER)]
    return any((root, last) == (known.partition(".")[0], known.rpartition(".")[2]) for known in never)


def try_statement(m: Machine, node: cst.Try | cst.TryStar, state: State) -> Flow:
    """`try` with all its parts."""
    if node.finalbody is None:
        return _guarded(m, node, state)
    outer = Catcher()
    m.catchers.append(outer)
    inner = _guarded(m, node, state)
    m.catchers.pop()
    return _finally(m, node.finalbody, inner, outer.take())


def _guarded(m: Machine, node: cst.Try | cst.TryStar, state: State) -> Flow:
    """The body, its handlers and its `else`."""
    catcher = Catcher()
    m.catchers.append(catcher)
    before = None if state.is_open else state.copy()
    flow = m.block(node.body.body, States.only(state))
    m.catchers.pop()
    if node.orelse is not None and flow.normal:
        rest = m.block(node.orelse.body.body, flow.normal)
        flow.normal = rest.normal
        flow.leave(rest)
    _handle(m, node, catcher.take(), before, flow)
    return flow


def _handle(m: Machine, node: cst.Try | cst.TryStar, raised: list[Raised], before: State | None, flow: Flow) -> None:
    """Hand exceptions to the handlers; those that nobody takes go on.

    before: the state before the body, if nothing is held in it. Whoever wrote a handler knows of a step that raises what it
    takes, such as a look into a dictionary: where nothing is known to, the handler is entered with that state. One of the
    module is walked for what it defines only: which of two imports its names come from is not known.
    """
    handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
    entering: list[States] = [States() for _ in handlers]
    classes: list[set[tuple[str, ...]]] = [set() for _ in handlers]
    for one in raised:
        taken = False
        for number, handler in enumerate(handlers):
            answer = handled_by(m, one, handler)
            if answer is False:
                continue
            entering[number].add(_entered(m, one, handler))
            classes[number].add(one.classes)
            taken = True
            if answer:
                break
        if not taken:
            m.catchers[-1].add(one)
    for handler, states, known in zip(handlers, entering, classes, strict=True):
        if not states and before is not None:
            way = before.copy()
            way.via = way.via or Grade.WEAK
            states.add(way)
            if m.keeps_names:
                _run_handler(m, handler, states, known, Flow())
                continue
        if states:
            _run_handler(m, handler, states, known, flow)


def _entered(m: Machine, one: Raised, handler: cst.ExceptHandler | cst.ExceptStarHandler) -> State:
    """The state with which a handler begins that takes an exception."""
    way = one.state.copy()
    if way.via is None:
        way.via = one.grade
        if way.is_open and m.depth == 0:
            way.trail = Trail(one.node, RAISED, way.trail)
    if handler.name is not None and isinstance(handler.name.name, cst.Name):
        value = one.value if one.value is not None else Symbol((id(handler), "exception"))
        way.bind(handler.name.name.value, value)
    return way


def _run_handler(
    m: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, states: States, known: set[tuple[str, ...]], flow: Flow
) -> None:
    m.handling += 1
    m.caught.append(next(iter(known)) if len(known) == 1 else ())
    one = m.block(handler.body.body, states)
    m.caught.pop()
    m.handling -= 1
    name = handler.name.name.value if handler.name is not None and isinstance(handler.name.name, cst.Name) else ""
    for state in one.normal:
        if name and name in state.env:
            del state.env[name]
            m.settle(state, handler, "dropped")
        flow.normal.add(state)
    flow.leave(one)


def _finally(m: Machine, node: cst.Finally, inner: Flow, raised: list[Raised]) -> Flow:
    """The `finally` block runs once for each kind of way out."""
    flow = Flow()
    body = node.body.body

    def through(states: States) -> States:
        after = m.block(body, states)
        flow.leave(after)
        return after.normal

    m.cleanup += 1
    flow.normal = through(inner.normal) if inner.normal else States()
    flow.breaks.update(through(inner.breaks)) if inner.breaks else None
    flow.continues.update(through(inner.continues)) if inner.continues else None
    for value, statement, states in _by_value(inner.returns):
        flow.returns.extend(Returned(state, value, statement) for state in through(states))
    passing: list[Raised] = []
    for one in raised:
        state = one.state
        if state.via is None:
            state.via = one.grade
        passing.extend(Raised(after, one.grade, one.node, one.classes, one.value) for after in through(States.only(state)))
    m.cleanup -= 1
    for one in passing:
        m.catchers[-1].add(one)
    return flow


def _by_value(returns: list[Returned]) -> list[tuple[Value, cst.CSTNode | None, States]]:
    found: list[tuple[Value, cst.CSTNode | None, States]] = []
    for one in returns:
        for value, node, states in found:
            if node is one.node and value == one.value:
                states.add(one.state)
                break
        else:
            found.append((one.value, one.node, States.only(one.state)))
    return found


Machine.statements[cst.Try] = try_statement
Machine.statements[cst.TryStar] = try_statement
