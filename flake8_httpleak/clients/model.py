"""The words of a client table: what a library acquires, releases and bounds, as data.

A table is one TOML file. `Table` is its root; every name below is a key that a table may use.
Kinds are written `Session` inside their own table and `requests.Session` (table name, dot, key) elsewhere.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from flake8_httpleak.diagnostics import Reclaim

Scalar = bool | int | float | str
Delivery = Literal["value", "await", "context", "async_context", "await_or_context"]
Role = Literal["client", "response", "connection", "transport", "websocket", "pinned", "error", "inert"]
Protocol = Literal["none", "sync", "async", "both"]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a table: frozen, and unknown keys are errors."""


class Produce(Struct):
    """Calls that hand out a resource.

    calls: method names on a kind (`get`, `*.create` for any attribute path before it), dotted names of functions in a table.
    kind: what comes out. `when`: literal argument values that must all hold for that; `otherwise`: the kind if they don't.
    default_from: attribute of the client that supplies the argument of `when` if the call leaves it out.
    parameters: names of the positional parameters, in order (without self).
    delivery: `value` at once; `await` a coroutine; `context` / `async_context` a manager that does nothing until entered;
    `await_or_context` either.
    item: the key of the result that is the resource (`get_object()["Body"]`).
    error: kind of the exception that is itself an open response (`urllib.error.HTTPError`).
    """

    calls: tuple[str, ...]
    kind: str
    when: dict[str, Scalar] = {}
    otherwise: str = ""
    default_from: str = ""
    parameters: tuple[str, ...] = ()
    delivery: Delivery = "value"
    item: str = ""
    error: str = ""


class Bound(Struct):
    """A parameter that bounds a pool.

    unbounded: values that mean no bound. default: what leaving the parameter out means (`unbounded` or a number as text).
    blocks: the pool makes callers wait instead of opening one more.
    """

    parameter: str
    what: Literal["connections", "kept", "expiry", "block"]
    unbounded: tuple[Scalar | None, ...] = ()
    unbounded_if_none: bool = False
    default: str = ""


class Timeout(Struct):
    """A parameter that bounds waiting.

    default: `none` (waits for ever), `bounded`, `socket` (the socket module's default) or `client` (the client's own value).
    """

    calls: tuple[str, ...] = ()
    parameter: str = "timeout"
    default: Literal["none", "bounded", "socket", "client"]


class Kind(Struct):
    """A type of resource, or a look-alike that holds nothing (`role = "inert"`).

    classes: public spellings of the class; calling one acquires, and an annotation with one has this kind.
    makers: functions that return a new one. types: spellings for annotations only (not constructed by users).
    base: another kind whose entries are inherited where this one is silent.
    release / release_async: plain and coroutine methods that free it. context: which `with` frees it.
    reclaim: what frees one that is dropped. idle: holds nothing before its first use.
    frees_children: closing it closes the open responses it gave out.
    self_closing: a finalizer closes it, so only a long-lived reference keeps it open.
    reads: attributes that read to the end. read_calls: methods that do, whatever their arguments;
    full_reads: methods that do when called without a size. iterators: methods whose exhausted iterator does;
    iterable: so does iterating over the object itself. failing_read: what a read that raises leaves behind.
    break_closes: leaving an iterator early closes too.
    error_closes: methods that release when they raise (aiohttp's `raise_for_status`).
    harmless: methods that don't raise in practice. closed_flags: attributes that are true once released.
    own_views: attributes that are the resource in another dress; borrow_views: attributes and methods whose
    result uses the resource without being able to release it.
    takes: constructor parameters that become part of it and are released with it, unless `takes_unless` holds.
    take_methods: methods that take over their argument (`mount`).
    derive: methods that return a client sharing this one's transport.
    truth: `lies` if the truth value isn't simply "there is one". parameters: positional constructor parameters.
    """

    role: Role
    classes: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    base: str = ""
    release: tuple[str, ...] = ()
    release_async: tuple[str, ...] = ()
    context: Protocol = "none"
    reclaim: Reclaim = Reclaim.REFERENCE
    delivery: Delivery = "value"
    idle: bool = False
    frees_children: bool = False
    self_closing: bool = False
    produces: tuple[Produce, ...] = ()
    reads: tuple[str, ...] = ()
    read_calls: tuple[str, ...] = ()
    full_reads: tuple[str, ...] = ()
    iterators: tuple[str, ...] = ()
    iterable: bool = False
    failing_read: Literal["closes", "keeps"] = "keeps"
    break_closes: bool = False
    error_closes: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    closed_flags: tuple[str, ...] = ()
    own_views: tuple[str, ...] = ()
    borrow_views: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    takes_unless: dict[str, Scalar] = {}
    take_methods: tuple[str, ...] = ()
    derive: tuple[str, ...] = ()
    truth: Literal["honest", "lies"] = "honest"
    parameters: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    source: str = ""
    """Where the facts were read: documentation link or file and line of the installed version."""
    unproved: str = ""
    """Why no lab case exercises this kind; empty if one does."""


class Table(Struct):
    """One client library.

    roots: top-level import names (the gate looks for them). packages: distribution names to install for the lab.
    extends: another table with the same API under other import names; `rename` maps its roots to ours.
    effects of functions on resources they are given: `borrows` look only, `reads` read to the end, `handles` take over.
    """

    schema: Literal[1] = 1
    name: str
    roots: tuple[str, ...]
    documentation: str = ""
    packages: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    verified: bool = False
    unverified_because: str = ""
    extends: str = ""
    rename: dict[str, str] = {}
    kinds: dict[str, Kind] = {}
    functions: tuple[Produce, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    borrows: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
