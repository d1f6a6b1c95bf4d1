"""Functions of other modules: those of the tables, and those of the standard library that pass resources on."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership import instances, members, promises
from flake8_httpleak.ownership.arguments import Arguments, holds
from flake8_httpleak.ownership.assigning import WEAK, WEAK_KEYS, put
from flake8_httpleak.ownership.exceptions import builtin_exception
from flake8_httpleak.ownership.giving import give
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Choice,
    Class,
    Closing,
    Const,
    Dotted,
    Function,
    Instance,
    Items,
    Manager,
    Member,
    Object,
    Partial,
    Pending,
    Result,
    Super,
    Test,
    Value,
    View,
    reaches,
)

Special = Callable[[Machine, Arguments, cst.Call, State], Branches]
SPECIAL: dict[str, Special] = {}
METHODS: dict[str, Special] = {}
"""By the last word, whatever the object: event loops and executors come in many classes."""


def special(*names: str, methods: tuple[str, ...] = ()) -> Callable[[Special], Special]:
    """Register what a function of another module does."""

    def register(handler: Special) -> Special:
        SPECIAL.update(dict.fromkeys(names, handler))
        METHODS.update(dict.fromkeys(methods, handler))
        return handler

    return register


def call(m: Machine, name: str, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """Call something of another module by its full name."""
    handler = SPECIAL.get(name) or (METHODS.get(name.rpartition(".")[2]) if arguments.positional else None)
    if handler is not None:
        return handler(m, arguments, node, state)
    if name in m.catalog.ends:
        return []
    kind = m.catalog.constructor(name)
    if kind is not None:
        return construct(m, kind, arguments, node, state)
    found = m.catalog.function(name)
    if m.events is not None and m.depth == 0 and (found is not None or m.catalog.is_request(name)):
        m.events.called(m, node, None, name, arguments)
    if found is not None:
        return instances.produce(m, found, name, None, arguments, node, state)
    return _by_effect(m, name, arguments, node, state)


def _by_effect(m: Machine, name: str, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    effect = m.catalog.effect(name)
    if effect == "reads":
        for value in arguments.values():
            if reaches(value, TRACKED):
                instances.consume(m, value.of if isinstance(value, View) and not value.owns else value, node, state)
                return [(m.fresh(node, state), state)]
    if effect == "relays":
        view = next((one for one in arguments.values() if _lends_only(one)), None)
        if view is not None:
            rest = Arguments(tuple(one for one in arguments.values() if one is not view))
            give(m, rest, node, state, name)
            return [(view, state)]
    if effect != "borrows":
        give(m, arguments, node, state, name)
        for value in arguments.values():
            members.forget_fields(state, value)
        if name.rpartition(".")[2] not in m.catalog.calm and builtin_exception(name) is None:
            strong = name in ("open", "io.open")
            m.raises(state, Grade.STRONG if strong else Grade.WEAK, node, ("OSError",) if strong else ())
    result = Result(name, id(node))
    state.forget(result)
    return [(result, state)]


def _lends_only(value: Value) -> bool:
    """Whether a value is an iterator over the resource that does not lead to its closing."""
    return isinstance(value, View) and not value.owns and reaches(value, TRACKED)


def construct(m: Machine, kind: ResourceKind, arguments: Arguments, node: cst.CSTNode, state: State) -> Branches:
    """Make an object of a kind: it takes over what the table says, and keeps what was said of it."""
    keeps = not kind.takes_unless or not all(
        holds(arguments.get(name, kind.parameters), wanted) for name, wanted in kind.takes_unless.items()
    )
    named = {**dict(zip(kind.parameters, arguments.positional, strict=False)), **arguments.named}
    for name, value in named.items():
        if state.reaches(value) and (keeps or name not in kind.takes):
            m.handed(state, node, f"taken as '{name}'")
    for value in (*arguments.positional[len(kind.parameters) :], *arguments.loose):
        if state.reaches(value):
            m.handed(state, node, "taken")
    attrs = tuple(sorted((name, value) for name, value in named.items() if isinstance(value, Const | Instance | Items)))
    attrs = tuple(pair for pair in attrs if not reaches(pair[1], TRACKED))[:8]
    if any(name in kind.takes and _stands_in(value) for name, value in named.items()):
        return [(Instance(kind, NOBODY, attrs), state)]
    return [(instances.acquire(m, kind, node, state, arguments=arguments, delivery=kind.delivery, attrs=attrs), state)]


def _stands_in(value: Value) -> bool:
    """Whether something that a client takes opens nothing: a transport that calls Python code, a client over such a one."""
    if not isinstance(value, Instance):
        return False
    return value.kind.role == "inert" or any(name in value.kind.takes and _stands_in(one) for name, one in value.attrs)


@special("contextlib.closing", "contextlib.aclosing")
def closing(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    return [(Manager(arguments.first() or UNKNOWN, releases=True), state)]


@special("contextlib.nullcontext")
def nullcontext(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    return [(Manager(arguments.first() or NONE, releases=False), state)]


@special("contextlib.suppress")
def suppress(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    return [(Manager(Items("tuple", arguments.positional), releases=False, suppresses=True), state)]


@special("pytest.raises", methods=("assertRaises", "assertRaisesRegex"))
def expect(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    classes = Items("tuple", arguments.positional[:1])
    return [(Manager(classes, releases=False, suppresses=True, expects=True), state)]


@special("contextlib.ExitStack", "contextlib.AsyncExitStack")
def exit_stack(_: Machine, __: Arguments, ___: cst.Call, state: State) -> Branches:
    return [(Items("stack", exact=False), state)]


@special("functools.partial", "functools.partialmethod")
def partial(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    if not arguments.positional:
        return [(UNKNOWN, state)]
    return [(Partial(arguments.positional[0], arguments.positional[1:], tuple(arguments.named.items())), state)]


@special("typing.cast", "typing_extensions.cast")
def cast(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    return [(arguments.positional[1] if len(arguments.positional) > 1 else m.fresh(node, state), state)]


@special("asyncio.Queue", "queue.Queue", "queue.SimpleQueue", "queue.LifoQueue")
def queue(_: Machine, __: Arguments, ___: cst.Call, state: State) -> Branches:
    return [(Items("queue", exact=False), state)]


@special("dict", "collections.OrderedDict", "collections.defaultdict")
def dictionary(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    if not arguments.positional:
        return [(Items("dict", tuple(arguments.named.values()), tuple(arguments.named), exact=not arguments.open), state)]
    first = arguments.positional[0]
    base = first if isinstance(first, Items) and first.keys is not None else Items("dict", (), (), exact=False)
    for name, value in arguments.named.items():
        base = put(base, Const(name), value, many=False)
    return [(base, state)]


@special("weakref.WeakValueDictionary", "weakref.WeakSet")
def weak(_: Machine, __: Arguments, ___: cst.Call, state: State) -> Branches:
    return [(Items(WEAK, exact=False), state)]


@special("weakref.WeakKeyDictionary")
def weak_keys(_: Machine, __: Arguments, ___: cst.Call, state: State) -> Branches:
    return [(Items(WEAK_KEYS, exact=False), state)]


@special("getattr")
def get_attribute(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    from flake8_httpleak.ownership.reading import read

    if len(arguments.positional) >= 2:  # noqa: PLR2004 - the object and the name
        owner, name = arguments.positional[:2]
        if isinstance(name, Const) and isinstance(name.value, str):
            return read(m, owner, name.value, node, state)
    return [(m.fresh(node, state), state)]


@special("setattr")
def set_attribute(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    from flake8_httpleak.ownership.assigning import store_attribute

    if len(arguments.positional) == 3:  # noqa: PLR2004 - the object, the name, the value
        owner, name, value = arguments.positional
        if isinstance(name, Const) and isinstance(name.value, str):
            target = node.args[0].value
            store_attribute(m, target, owner, name.value, value, node, state)
            return [(NONE, state)]
        arguments = Arguments((value,))  # whose attribute it is stays where it is
        members.forget_fields(state, owner)
    give(m, arguments, node, state, "setattr")
    return [(NONE, state)]


@special("bool")
def truth_of(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    value = arguments.first()
    return [(Test("not", Test("not", value)) if value is not None else m.fresh(node, state), state)]


@special("super")
def above(m: Machine, _: Arguments, __: cst.Call, state: State) -> Branches:
    function = m.function
    while function.owner is None and function.outer is not None:
        function = function.outer
    if function.owner is None:
        return [(UNKNOWN, state)]
    names = function.parameter_names
    receiver = state.env.get(names[0]) if names else None
    return [(Super(function.owner, receiver), state)]


def _awaited(m: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """What comes out of a coroutine that somebody runs."""
    match value:
        case Awaitable():
            return value.of
        case Pending():
            return promises.arrive(value, node, state)
        case Closing():
            instances.close(m, value, node, state)
            return NONE
        case Items():
            return replace(value, values=tuple(_awaited(m, one, node, state) for one in value.values))
    return m.fresh(node, state, "result") if not reaches(value, TRACKED) else value


@special(
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.shield",
    "asyncio.wait_for",
    "asyncio.wait",
    "asyncio.run_coroutine_threadsafe",
    methods=("create_task", "ensure_future", "run_coroutine_threadsafe"),
)
def scheduled(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    value = arguments.first()
    if value is None:
        return [(m.fresh(node, state), state)]
    found = _awaited(m, value, node, state)
    return [(Awaitable(found, promises.failures([value])), state)]


@special("asyncio.as_completed")
def completed(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    value = arguments.first() or UNKNOWN
    fails = promises.failures(members.parts_of(value))
    values = tuple(Awaitable(one, fails) for one in members.parts_of(_awaited(m, value, node, state)))
    return [(Items("iterator", values, exact=False, many=True), state)]


@special("asyncio.gather", "anyio.gather")
def gathered(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    given = (*arguments.positional, *arguments.loose)
    values = tuple(_awaited(m, value, node, state) for value in given)
    many = arguments.open or any(isinstance(value, Items) and value.many for value in arguments.positional)
    return [(Awaitable(Items("list", values, exact=not arguments.open, many=many), promises.failures(given)), state)]


@special("asyncio.run", "anyio.run", "trio.run", "asgiref.sync.async_to_sync", methods=("run_until_complete", "run_sync"))
def run(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    value = arguments.first()
    fails = promises.failures([value]) if value is not None else ()
    m.raises(state, Grade.STRONG if fails else Grade.WEAK, node, fails)
    return [(_awaited(m, value, node, state) if value is not None else UNKNOWN, state)]


@special("asyncio.to_thread", "anyio.to_thread.run_sync", "starlette.concurrency.run_in_threadpool", methods=("submit",))
def in_thread(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    from flake8_httpleak.ownership.calls import call as call_value

    if not arguments.positional:
        return [(m.fresh(node, state), state)]
    function, rest = arguments.positional[0], arguments.without_first()
    while isinstance(function, Partial):
        rest = rest.after(function.arguments, function.keywords)
        function = function.function
    if not can_be_followed(function):
        give(m, rest.after((function,), ()), node, state, "a thread")
        m.raises(state, Grade.WEAK, node)
        return [(Awaitable(m.fresh(node, state)), state)]
    return [(Awaitable(value), after) for value, after in call_value(m, function, rest, node, state)]


def can_be_followed(function: Value) -> bool:
    """Whether what happens in a call is known: to a function of the file, of a table, or of another module."""
    if isinstance(function, Choice):
        return any(can_be_followed(one) for one in function.options)
    return isinstance(function, Dotted | Function | Class | Member | View | Object)


@special(methods=("run_in_executor",))
def in_executor(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    return in_thread(m, arguments.without_first(), node, state)
