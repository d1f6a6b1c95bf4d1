"""What methods of clients and responses do, as the tables say: release, read, iterate, hand out, take over."""

from __future__ import annotations

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.clients.model import Produce
from flake8_httpleak.clients.paths import names
from flake8_httpleak.ownership.arguments import Arguments, holds
from flake8_httpleak.ownership.exceptions import STATUS
from flake8_httpleak.ownership.giving import give, work_over
from flake8_httpleak.ownership.kinds import OF_LIBRARY, failures, is_followed, is_method, kind_of, unasked, use, use_all, whole
from flake8_httpleak.ownership.learning import chunk
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.missing import is_spare
from flake8_httpleak.ownership.promises import fails_later
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    TRACKED,
    Awaitable,
    Choice,
    Closing,
    Const,
    Holder,
    Instance,
    Items,
    Manager,
    Object,
    Part,
    Pending,
    Status,
    Value,
    View,
    parts,
    reaches,
)

VIEW_RELEASES = frozenset({"close", "release", "release_conn", "drain_conn", "detach"})
VIEW_READS = frozenset({"read", "readall", "readlines", "data"})
VIEW_ITERATORS = frozenset(
    {"stream", "iter_content", "iter_lines", "iter_bytes", "iter_text", "iter_raw"}
    | {"aiter_bytes", "aiter_text", "aiter_lines", "aiter_raw"}
)
_LOOKS = frozenset({"raise_for_status"})
"""Methods that look at what has arrived, open or not."""
_CLOSES = frozenset({"close", "aclose"})
ENTER = frozenset({"__enter__", "__aenter__"})
EXIT = frozenset({"__exit__", "__aexit__"})


def invoke(
    m: Machine, value: Instance | Object | Part, path: str, arguments: Arguments, node: cst.CSTNode, state: State
) -> Branches:
    """Call a method of an instance of a kind."""
    kind = kind_of(value)
    if kind is None:
        return [(m.fresh(node, state), state)]
    ended = _closing(m, value, kind, path, node, state)
    if ended is not None:
        return [(ended, state)]
    if is_followed(value) and "." not in path and path not in _LOOKS and not names(kind.harmless, path):
        m.used_late(state, node)
    if path in kind.read_calls or (path in kind.full_reads and not _has_size(arguments)):
        return [(consume(m, value, node, state), state)]
    if path in kind.derive:
        return [(Part(whole(value), kind), state)]
    if path in kind.error_closes:
        _raise_released(m, value, node, state)
        use(value, state)
        return [(m.fresh(node, state), state)]
    if path in kind.take_methods:
        unasked(value, state)
        give(m, arguments, node, state, path)
        work_over(m, value, arguments, node, state)
        return [(NONE, state)]
    if kind.role == "connection" and _asks_to_close(arguments):
        state.mark("close header")
    found = m.catalog.method(kind.key, path)
    if found is not None:
        return _listed(m, value, kind, path, found, arguments, node, state)
    give(m, arguments, node, state, path, value)
    later = None
    if names(kind.offline, path):
        unasked(value, state)
    elif not names(kind.harmless, path):
        later = _unlisted(m, value, kind, path, node, state)
    return [(later or (chunk(value, state) if path in kind.full_reads else m.fresh(node, state)), state)]


def _listed(
    m: Machine,
    value: Instance | Object | Part,
    kind: ResourceKind,
    path: str,
    found: Produce,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
) -> Branches:
    """A method that hands out something: a request, or a part of the client."""
    part = bool(found.kind) and m.catalog.kind(found.kind).role == "inert" and path not in kind.own_views
    if not part:
        use(value, state)
    made = produce(m, found, path, value, arguments, node, state)
    if part and not names(kind.harmless, path):  # where asking for it fails, nothing was had
        for _, after in made:
            use(value, after)
    return made


def _asks_to_close(arguments: Arguments) -> bool:
    """Whether a request carries `Connection: close`."""
    headers = arguments.get("headers", ("method", "url", "body", "headers"))
    if not isinstance(headers, Items) or headers.keys is None:
        return False
    pairs = zip(headers.keys, headers.values, strict=True)
    return any(
        str(key).lower() == "connection" and isinstance(one, Const) and str(one.value).lower() == "close" for key, one in pairs
    )


def _closing(
    m: Machine, value: Instance | Object | Part, kind: ResourceKind, path: str, node: cst.CSTNode, state: State
) -> Value | None:
    """Methods that release, and `__enter__` written out; None for all others."""
    if path in kind.release or path in EXIT:
        release(m, value, node, state)
        return NONE
    if path in kind.release_async:
        return start_closing(m, value, node, state)
    if path in _CLOSES and (kind.release or kind.release_async):  # the wrong one of the two: that is a rule's business
        release(m, value, node, state, "closed wrongly")
        return m.fresh(node, state)
    return value if path in ENTER else None


def _unlisted(m: Machine, value: Value, kind: ResourceKind, path: str, node: cst.CSTNode, state: State) -> Value | None:
    """A method that no table lists: a request if it is the client's own, nothing much if it is one of plain data below it.

    Gives the coroutine that it makes, if it is one that somebody awaits later.
    """
    if "." in path and not is_method(kind, path):
        if path.rpartition(".")[2] not in m.catalog.calm:
            m.raises(state, Grade.WEAK, node)
        return None
    use(value, state)
    strong = kind.role == "client" or path.endswith("raise_for_status")
    of_status = f"{STATUS}{kind.library}" if path.endswith("raise_for_status") else f"{OF_LIBRARY}{kind.library}"
    if strong and fails_later(m, kind):
        return Awaitable(m.fresh(node, state), (of_status,))
    m.raises(state, Grade.STRONG if strong else Grade.WEAK, node, (of_status,))
    return None


def invoke_view(m: Machine, view: View, path: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Branches:
    """Call a method of a resource in another dress, such as `response.raw.read()`."""
    if reaches(view, TRACKED) and path not in VIEW_RELEASES:
        m.used_late(state, node)
    holds_it = view.owns and not (view.kind is not None and view.kind.role == "inert")
    if path in VIEW_RELEASES:
        release(m, view, node, state)
        return [(NONE, state)]
    if holds_it and path in VIEW_READS and not _has_size(arguments):
        return [(consume(m, view.of, node, state), state)]
    give(m, arguments, node, state, path)
    if path in VIEW_ITERATORS:  # a generator: nothing is read before the first turn
        return [(View(view.of, f"{view.path}.{path}", None, owns=False), state)]
    if view.kind is None or not names(view.kind.harmless, path):
        m.raises(state, Grade.STRONG, node)
    return [(chunk(view.of, state) if holds_it and path in VIEW_READS else m.fresh(node, state), state)]


def _has_size(arguments: Arguments) -> bool:
    given = next((value for value in arguments.positional), None) or arguments.named.get("amt") or arguments.named.get("size")
    return (given is not None and given not in (NONE, Const(-1))) or arguments.open


def start_closing(m: Machine, value: Value, node: cst.CSTNode, state: State) -> Closing:
    """Call a coroutine function that releases; nothing is released before it is awaited."""
    if not m.follows(node, "coroutine"):
        return Closing(value)
    m.acquired(state, node, Status.PENDING)
    return Closing(value, TRACKED)


def close(m: Machine, value: Closing, node: cst.CSTNode, state: State) -> None:
    """Carry out a started closing."""
    if value.site == TRACKED:
        m.released(state, node, "awaited")
    release(m, value.of, node, state)


def release(m: Machine, value: Value, node: cst.CSTNode, state: State, what: str = "closed") -> None:
    """Release a resource, and with it what goes when it goes."""
    kind = kind_of(value)
    if isinstance(value, View) and value.kind is not None and value.kind.role == "inert":
        if reaches(value, TRACKED):
            state.mark("view closed")
    elif isinstance(value, Part):
        if value.kind.role != "inert":
            release(m, value.of, node, state, what)
    elif is_followed(value):
        m.released(state, node, what)
    elif isinstance(value, Instance):
        if kind is not None and kind.frees_children and value.site == m.parent != NOBODY:
            m.released(state, node, "client closed")
    elif isinstance(value, Choice | Items | Manager | Holder | Pending | Awaitable | Object):
        for part in parts(value):
            release(m, part, node, state, what)


def consume(m: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """Read to the end, which releases; a read that fails may release as well."""
    kind = kind_of(value)
    library = failures(value)
    if isinstance(value, View) and value.kind is not None and value.kind.role == "inert":  # its connection stays open
        m.raises(state, Grade.STRONG, node, library)
        return m.fresh(node, state)
    if is_followed(value):
        m.used_late(state, node)
    if is_followed(value) and state.is_open and kind is not None:
        if kind.failing_read == "closes" or state.is_lost():  # one that has no name is freed with the failure
            _raise_released(m, value, node, state)
        else:
            m.raises(state, Grade.STRONG, node, library)
        m.released(state, node, "read")
    else:
        m.raises(state, Grade.STRONG, node, library)
    return m.fresh(node, state)


def _raise_released(m: Machine, value: Value, node: cst.CSTNode, state: State) -> None:
    """Raise, with the resource released by what failed."""
    if is_followed(value) and state.is_open:
        state = state.copy()
        m.released(state, node, "closed by the failure")
    m.raises(state, Grade.STRONG, node, failures(value))


def produce(
    m: Machine, found: Produce, path: str, receiver: Value | None, arguments: Arguments, node: cst.CSTNode, state: State
) -> Branches:
    """A call that hands out a resource, if its arguments ask for one; `path` is what is called."""
    library = found.kind.partition(".")[0]
    if receiver is None and arguments.get("url", found.parameters) == Const(""):  # done for what the call sets up before it fails
        m.raises(state, Grade.STRONG, node, ("ValueError", f"{OF_LIBRARY}{library}"))
        return []
    asked = _asked(found, receiver, arguments)
    if asked is None and m.events is not None and m.depth == 0:
        m.events.undecided = True
    owner = kind_of(receiver) if receiver is not None else None
    calm = owner is not None and names(owner.harmless, path)
    later = found.delivery in ("await", "await_or_context") and fails_later(m, owner)
    if not calm and not later and found.delivery in ("value", "await", "future", "await_or_context"):
        _raise_from(m, found, node, state, library)
    give(m, arguments, node, state, path, receiver)
    key = found.kind if asked else found.otherwise if asked is False else ""
    fails = (f"{OF_LIBRARY}{library}",) if later else ()
    if not key:
        made = m.fresh(node, state)
        return [(Awaitable(made, fails) if fails else made, state)]
    value = acquire(
        m,
        m.catalog.kind(key),
        node,
        state,
        arguments=arguments,
        receiver=receiver,
        delivery=found.delivery,
        error=bool(found.error),
    )
    if isinstance(value, Pending):
        value = replace(value, fails=fails)
    if found.item:
        value = _held_under(m, found.item, value, node)
    if owner is not None and receiver is not None and path in owner.own_views and isinstance(value, Instance):
        value = View(receiver, path, value.kind, owns=True)
    elif receiver is not None and isinstance(value, Instance) and value.kind.role == "inert":
        value = Part(whole(receiver), value.kind)
    return [(value, state)]


def _held_under(m: Machine, key: str, value: Value, node: cst.CSTNode) -> Value:
    """A dictionary that has a resource under a key, promised if that is."""
    if m.events is not None and m.depth == 0:
        m.events.has_it_at(node, key)
    return replace(value, of=Holder(key, value.of)) if isinstance(value, Pending) else Holder(key, value)


def _asked(found: Produce, receiver: Value | None, arguments: Arguments) -> bool | None:
    """Whether the arguments ask for the resource; None if it cannot be told."""
    if found.unless:
        return not all(holds(arguments.get(name, found.parameters), wanted) for name, wanted in found.unless.items())
    answer: bool | None = True
    for name, wanted in found.when.items():
        given = arguments.get(name, found.parameters)
        if given is None and arguments.open:
            return None
        if given is None and found.default_from and isinstance(receiver, Instance):
            given = receiver.attr(found.default_from)
        one = False if given is None else holds(given, wanted)
        if one is None:
            return None
        answer = answer and one
    return answer


def _raise_from(m: Machine, found: Produce, node: cst.CSTNode, state: State, library: str) -> None:
    """The call fails: with nothing to release, or with an exception that is an open response."""
    if found.error:
        raise_open(m, m.catalog.kind(found.error), node, state)
    m.raises(state, Grade.STRONG, node, (f"{OF_LIBRARY}{library}",))


def raise_open(m: Machine, kind: ResourceKind, node: cst.CSTNode, state: State) -> None:
    """Raise an exception that is an open response."""
    site = NOBODY
    if m.follows(node, "error"):
        state, site = state.copy(), TRACKED
        m.acquired(state, node, Status.HELD)
    m.raises(state, Grade.STRONG, node, (*kind.types, "OSError", "Exception"), Instance(kind, site))


def acquire(  # noqa: PLR0913 - what an acquisition is made of
    m: Machine,
    kind: ResourceKind,
    node: cst.CSTNode,
    state: State,
    *,
    arguments: Arguments,
    receiver: Value | None = None,
    delivery: str = "value",
    attrs: tuple[tuple[str, Value], ...] = (),
    error: bool = False,
) -> Value:
    """Make a resource at a call: the value of the call, a promise of it if it must be awaited or entered first."""
    followed = m.follows(node)
    site = NOBODY if kind.role == "inert" else TRACKED if followed else id(node)
    value = Instance(kind, site, attrs)
    note(m, kind, node, arguments, receiver, delivery, error=error, spare=is_spare(state))
    if followed and kind.role != "inert":
        m.acquired(state, node, Status.HELD if delivery == "value" else Status.PENDING)
        m.parent = receiver.site if isinstance(receiver, Instance) and receiver.site != TRACKED else NOBODY
    return value if delivery == "value" else Pending(value, delivery)


def note(
    m: Machine,
    kind: ResourceKind,
    node: cst.CSTNode,
    arguments: Arguments | None,
    receiver: Value | None = None,
    delivery: str = "value",
    *,
    error: bool = False,
    spare: bool = False,
) -> None:
    """Remember a call that makes a resource; `spare`: in the place of one that was not given."""
    m.summaries.sites[id(node)] = node
    if m.events is not None and m.depth == 0:
        m.events.acquired(m, node, kind, arguments=arguments, receiver=receiver, delivery=delivery, error=error, spare=spare)


def hand_out(m: Machine, value: Value, node: cst.CSTNode, state: State) -> None:
    """`yield value`: a context manager gets it back, whoever iterates over a generator keeps it."""
    borrowed = m.function.is_manager or m.summaries.is_dependency(m.function)
    if not borrowed and state.reaches(value) and not isinstance(value, View):
        m.handed(state, node, "yielded")
    if m.function.is_manager:
        use_all(value, state)
        m.raises(state, Grade.STRONG, node)
    elif not borrowed:
        m.raises(state, Grade.GENERATOR, node, ("GeneratorExit", "BaseException"))
