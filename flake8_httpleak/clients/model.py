"""The words of a client table: what a library acquires, releases and bounds, as data.

A table is one TOML file. `Table` is its root; every name below is a key that a table may use.
Kinds are written `Session` inside their own table and `requests.Session` (table name, dot, key) elsewhere.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from flake8_httpleak.diagnostics import Reclaim

Scalar = bool | int | float | str
Delivery = Literal["value", "await", "future", "context", "async_context", "await_or_context"]
Role = Literal["client", "response", "connection", "transport", "websocket", "pinned", "error", "inert"]
Protocol = Literal["none", "sync", "async", "both"]


class Produce(msgspec.Struct, frozen=True, eq=False, kw_only=True, forbid_unknown_fields=True):
    """Calls that hand out a resource, or, with an empty `kind`, that are known to hand out none.

    calls: method names on a kind (`get`, `*.create` for any attribute path before it), dotted names of functions in a table.
    kind: what comes out. `when`: literal argument values that must all hold for that; `otherwise`: the kind if they don't.
    unless: literal argument values that make it `otherwise`; where they cannot be told, it is `kind`.
    default_from: attribute of the client that supplies the argument of `when` if the call leaves it out.
    parameters: names of the positional parameters, in order (without self).
    delivery: `value` at once; `await` a coroutine; `future` a future or deferred that is
    under way already; `context` / `async_context` a manager that does nothing until entered;
    `await_or_context` either.
    item: the key of the result that is the resource (`get_object()["Body"]`).
    error: kind of the exception that is itself an open response (`urllib.error.HTTPError`).
    """

    calls: tuple[str, ...]
    kind: str = ""
    when: dict[str, Scalar] = {}
    otherwise: str = ""
    unless: dict[str, Scalar] = {}
    default_from: str = ""
    parameters: tuple[str, ...] = ()
    delivery: Delivery = "value"
    item: str = ""
    error: str = ""


class Bound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A constructor parameter that bounds a pool. Its place in a positional call is its place in `Kind.parameters`.

    what: `connections` open at once, `kept` idle ones, `per_host` connections to one host, `expiry` seconds an idle one is kept,
    `block`: a flag, true if callers wait for a free connection instead of opening one more,
    `close`: a flag, true if connections are closed after each use.
    unbounded: values that mean no bound; `unbounded_if_none`: so does None (TOML has no null).
    default: what leaving the parameter out means: `unbounded`, a number as text, or `true` / `false` for a flag.
    """

    parameter: str
    what: Literal["connections", "kept", "per_host", "expiry", "block", "close"]
    unbounded: tuple[Scalar | None, ...] = ()
    unbounded_if_none: bool = False
    default: str = ""


class Timeout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parameter that bounds waiting, of some methods of a kind, of its constructor (no `calls`), or of functions of a table.

    position: place among positional arguments, from 0; -1 if it can only be named.
    default: `none` (waits for ever), `bounded`, `socket` (the socket module's default) or `client` (the client's own value).
    off: values that disable it; `off_if_none`: so does None.
    tuples: a tuple of parts is accepted, None in it disables that part.
    what: which waiting it bounds. seconds: how a number of seconds, `{}`, is written there, if not as a plain number.
    """

    calls: tuple[str, ...] = ()
    parameter: str = "timeout"
    position: int = -1
    default: Literal["none", "bounded", "socket", "client"]
    off: tuple[Scalar, ...] = ()
    off_if_none: bool = True
    tuples: bool = False
    what: Literal["each", "total", "connect", "read", "write", "pool"] = "each"
    seconds: str = "{}"


OF_THIS_FILE = "<file>."
"""How the key of a kind begins that is made from a class of the file under analysis."""


class Kind(msgspec.Struct, frozen=True, eq=False, kw_only=True, forbid_unknown_fields=True):
    """A type of resource, or a look-alike that holds nothing (`role = "inert"`).

    classes: public spellings of the class; calling one acquires, and an annotation with one has this kind.
    makers: functions that return a new one. types: spellings for annotations only (not constructed by users).
    base: another kind whose entries are inherited where this one is silent.
    release / release_async: plain and coroutine methods that free it. context: which `with` frees it.
    release_since: the version of the library that was the first to have these, if older ones are still about.
    reclaim: what frees one that is dropped. idle: holds nothing before its first use.
    frees_children: closing it closes the open responses it gave out.
    self_closing: a finalizer closes it, so only a long-lived reference keeps it open.
    Names of methods may be paths below the object (`content.iter_any`); in `harmless`, `offline` and the calls of `produces` and
    `timeouts` they may stand for many (`*.all`, `[A-Z]*`).
    reads: attributes that read to the end. read_calls: methods that do, whatever their arguments;
    full_reads: methods that do when called without a size. iterators: methods whose exhausted iterator does;
    iterable: so does iterating over the object itself. failing_read: what a read that raises leaves behind.
    break_closes: leaving an iterator early closes too.
    error_closes: methods that release when they raise (aiohttp's `raise_for_status`).
    opening_errors: exceptions of the request alone: no read raises one, so whoever catches them has no response.
    harmless: methods that don't raise in practice. closed_flags: attributes that are true once released.
    bodiless: the attribute with the status, and statuses of answers that have no body and so hold nothing.
    arrives: `released` if it holds nothing once it is there, such as the answer to HEAD.
    offline: methods and attributes that need no connection, such as to sign an address; one used for these alone holds nothing.
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
    release_since: str = ""
    context: Protocol = "none"
    reclaim: Reclaim = Reclaim.REFERENCE
    delivery: Delivery = "value"
    idle: bool = False
    frees_children: bool = False
    self_closing: bool = False
    produces: tuple[Produce, ...] = ()
    reads: frozenset[str] = frozenset()
    read_calls: frozenset[str] = frozenset()
    full_reads: frozenset[str] = frozenset()
    iterators: frozenset[str] = frozenset()
    iterable: bool = False
    failing_read: Literal["closes", "keeps"] = "keeps"
    break_closes: bool = False
    error_closes: frozenset[str] = frozenset()
    opening_errors: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    offline: frozenset[str] = frozenset()
    closed_flags: frozenset[str] = frozenset()
    bodiless: dict[str, tuple[int, ...]] = {}
    arrives: Literal["held", "released"] = "held"
    own_views: frozenset[str] = frozenset()
    borrow_views: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    takes_unless: dict[str, Scalar] = {}
    take_methods: frozenset[str] = frozenset()
    derive: frozenset[str] = frozenset()
    truth: Literal["honest", "lies"] = "honest"
    parameters: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    source: str = ""
    """Where the facts were read: documentation link or file and line of the installed version."""
    unproved: str = ""
    """Why no lab case exercises this kind; empty if one does."""
    key: str = ""
    """Full key, `requests.Session`; set by the loader, not allowed in a table."""
    library: str = ""
    """Name of the table it belongs to; set by the loader."""

    @property
    def is_of_this_file(self) -> bool:
        """Whether it was made from a class of the file under analysis, not read from a table."""
        return self.key.startswith(OF_THIS_FILE)

    @property
    def makes_others(self) -> bool:
        """Whether resources may come from one that somebody is given: from a client, not from a response."""
        return bool(self.produces or self.derive) or self.role not in ("response", "pinned", "inert")


class Lab(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the lab gets one of a kind: Python source, run in a fresh process by `tests/lab`.

    setup: statements run once (imports, a shared client); `{url}` and friends are the local server's addresses.
    acquire: an expression that makes one, held and in use (`client.send(request, stream=True)`); may contain `await`.
    use: statements that make `it` hold a socket if acquiring alone does not (`it.get(url).content`).
    child: an expression that makes a response from `it`, a client, if closing the client is to be watched.
    teardown: statements that close what `setup` made.
    arguments: what to pass to an iterator method, `iter_content = "65536"`.
    skip: cases of this kind that cannot be run, each with the reason.
    """

    setup: str = ""
    acquire: str
    use: str = ""
    child: str = ""
    teardown: str = ""
    arguments: dict[str, str] = {}
    skip: dict[str, str] = {}


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One client library.

    roots: import names, on one line near the top of the file (the gate looks for them).
    packages: distribution names to install for the lab. imports: modules to import there if they are not the roots.
    extends: another table with the same API under other import names; `rename` maps its roots to ours.
    No roots: always loaded (the standard library's helpers). An empty `kinds` reference in `functions` holds nothing.
    effects of functions on resources they are given: `borrows` look only, `reads` read to the end, `handles` take over, `relays`
    go through an iterator later, as answers do that a server streams;
    `logging.*` means every function of that module. `ends`: functions that never return: the process ends, or the test.
    deadlines: calls and context managers that bound the time of what is inside them. one_shot: functions that open a connection
    of their own at each call. costly: functions whose result is worth sharing, such as a TLS context.
    threads: calls that start threads.
    calm: last words of calls that don't raise in practice, whatever the object (`append`, `debug`).
    lab: how the lab gets one of each kind. These sections end the file: a normal run does not even parse them.
    """

    schema: Literal[1] = 1
    name: str
    roots: tuple[str, ...] = ()
    documentation: str = ""
    packages: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
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
    relays: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    calm: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    one_shot: tuple[str, ...] = ()
    costly: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    lab: dict[str, Lab] = {}
