"""Which values are resources, and which of them is the one that a run follows."""

from __future__ import annotations

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership.states import OFFLINE, State
from flake8_httpleak.ownership.values import TRACKED, Instance, Items, Member, Object, Part, Value, View

OF_LIBRARY = "lib:"
"""How a class of exceptions is written of which only the library is known."""
NEVER = "never:"
"""How one is written, beside that, that the step does not raise."""


def kind_of(value: Value) -> ResourceKind | None:
    """The kind of resource that a value is; None if it is none."""
    if isinstance(value, Instance | Part):
        return value.kind
    if isinstance(value, Object):
        return value.info.kind
    return kind_of(value.of) if isinstance(value, View) and value.owns else None


def is_followed(value: Value) -> bool:
    """Whether a value is the resource that the run follows, or that one in another dress."""
    if isinstance(value, View):
        return value.owns and is_followed(value.of)
    return isinstance(value, Instance | Object) and value.site == TRACKED


def whole(value: Value) -> Value:
    """The client that a part of it works through; any other value itself."""
    while isinstance(value, Part):
        value = value.of
    return value


def failures(value: Value) -> tuple[str, ...]:
    """What a step on a resource may raise: exceptions of its library, but none of those that only the request raises."""
    kind = kind_of(value)
    return (f"{OF_LIBRARY}{kind.library}", *sorted(f"{NEVER}{name}" for name in kind.opening_errors)) if kind is not None else ()


def use(value: Value, state: State) -> None:
    """A request goes through a client: from now on it may hold a connection."""
    if is_followed(whole(value)):
        state.used = True


def unasked(value: Value, state: State) -> None:
    """Something is done with a client that needs no connection: it may be there for this alone."""
    if is_followed(whole(value)):
        state.mark(OFFLINE)


def use_all(value: Value, state: State) -> None:
    """Somebody gets a client, by itself or among other things, and will send requests through it."""
    if state.reaches(value):
        state.used = True


def is_closing(value: Value) -> bool:
    """Whether a value is a bound method that releases what it belongs to, or a container of such."""
    if isinstance(value, Items):
        return any(is_closing(one) for one in value.values)
    kind = kind_of(value.of) if isinstance(value, Member) else None
    return kind is not None and isinstance(value, Member) and value.path in (*kind.release, *kind.release_async)


def is_method(kind: ResourceKind, path: str) -> bool:
    """Whether a table knows an attribute of a kind as a method (or as the way to some)."""
    if path in kind.release or path in kind.release_async or path in kind.read_calls or path in kind.full_reads:
        return True
    if path in kind.iterators or path in kind.derive or path in kind.take_methods:
        return True
    calls = [call for produce in kind.produces for call in produce.calls]
    return path in calls or (kind.role != "inert" and any(call.startswith("*.") for call in calls))
