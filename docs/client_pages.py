"""A library's page, from its table: what holds a socket, what frees it, what its pools and its timeouts do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_httpleak.clients.model import Bound, Kind, Produce, Timeout
from flake8_httpleak.clients.overview import Overview
from flake8_httpleak.clients.store import Library, Store

FREED_BY = {
    "never": "nothing ever frees it",
    "collector": "the cycle collector frees it",
    "reference": "the last reference going away frees it, on CPython",
}
ROLES = {
    "client": "client",
    "connection": "connection",
    "websocket": "websocket",
    "response": "response",
    "transport": "transport",
    "pinned": "response that was read at once; it matters only where it is kept",
    "error": "exception that is an open response",
}
BOUNDS = {
    "connections": "connections open at once",
    "kept": "idle connections that are kept",
    "per_host": "connections to one host",
    "expiry": "seconds an idle connection is kept",
    "block": "whether callers wait for a free connection",
    "close": "whether each connection is closed after use",
}
TIMEOUTS = {"none": "waits for ever", "bounded": "bounded", "socket": "as the `socket` module's", "client": "as the client's"}
WAITS = {
    "each": "",
    "total": "the whole request",
    "connect": "connecting",
    "read": "reading",
    "write": "writing",
    "pool": "the pool",
}


def client_page(row: Overview) -> str:
    """The page of one library."""
    library = Store().library(row.name)
    kinds = sorted((one for one in library.kinds.values() if one.role in ROLES), key=_order)
    parts = [f"# {row.name}", *_about(row)]
    head = ("", "is a", "released by", "if it is dropped", "made by")
    parts += _section("## What holds a socket, and what frees it", map(_short, kinds), head)
    parts += _section("## Open responses come from", _origins(library), ("", "calls", "only if", "what comes"))
    known = [line for kind in kinds for line in _details(kind)]
    parts += ["## What else is known", "\n".join(known)] if known else []
    bounds = [(one, bound) for one in library.kinds.values() for bound in one.bounds]
    parts += _section("## Its pools", (_bound(*one) for one in bounds), ("", "argument", "what it bounds", "if it is left out"))
    head = ("", "calls", "argument", "what it bounds", "if it is left out")
    parts += _section("## Its timeouts", _timeouts(library), head)
    return "\n\n".join(parts) + "\n"


def _about(row: Overview) -> Iterator[str]:
    if row.roots:
        yield f"For code that imports {_codes(row.roots)}."
    if row.measured:
        proved = f": {row.proved} rows of its table were proved by running it and counting sockets" if row.proved else ""
        yield f"Measured on {', '.join(row.measured)}{proved}."
    if row.state != "verified":
        yield f"{row.state[:1].upper()}{row.state[1:]}."
    if row.documentation:
        yield f"The library's own documentation: <{row.documentation}>."


def _order(kind: Kind) -> tuple[int, str]:
    return list(ROLES).index(kind.role), kind.key


def _name(kind: Kind) -> str:
    return kind.key.rpartition(".")[2]


def _short(kind: Kind) -> tuple[str, ...]:
    ways = [f"{one}()" for one in kind.release] + [f"await {one}()" for one in kind.release_async]
    block = {"sync": ["with"], "async": ["async with"], "both": ["with", "async with"]}.get(kind.context, [])
    made = _codes((*kind.classes, *kind.makers))
    return _name(kind), ROLES[kind.role], _codes([*ways, *block]), FREED_BY[kind.reclaim.value], made


def _origins(library: Library) -> Iterator[tuple[str, ...]]:
    owners = [("", library.table.functions), *((_name(one), one.produces) for one in library.kinds.values())]
    for owner, produces in owners:
        yield from (_origin(owner, one) for one in produces if _role(library, one.kind) in ("response", "websocket"))


def _role(library: Library, key: str) -> str:
    return next((one.role for one in library.kinds.values() if key in (one.key, _name(one))), "")


def _origin(owner: str, produce: Produce) -> tuple[str, ...]:
    telling = ("", produce.when), ("not ", produce.unless)
    wanted = _codes(f"{word}{name}={value}" for word, values in telling for name, value in values.items())
    item = f", under `[{produce.item!r}]`" if produce.item else ""
    return owner, _codes(produce.calls), wanted, f"{produce.kind.rpartition('.')[2]}{item}"


def _bound(kind: Kind, bound: Bound) -> tuple[str, ...]:
    left_out = {"unbounded": "no bound", "true": "yes", "false": "no", "": ""}.get(bound.default, bound.default)
    return _name(kind), f"`{bound.parameter}`", BOUNDS[bound.what], left_out


def _timeouts(library: Library) -> Iterator[tuple[str, ...]]:
    for one in library.table.timeouts:
        yield from _timeout("", one)
    for kind in library.kinds.values():
        for one in kind.timeouts:
            yield from _timeout(_name(kind), one)


def _timeout(owner: str, timeout: Timeout) -> Iterator[tuple[str, ...]]:
    calls = _codes(timeout.calls) or "the constructor"
    yield owner, calls, f"`{timeout.parameter}`", WAITS[timeout.what], TIMEOUTS[timeout.default]


def _details(kind: Kind) -> Iterator[str]:
    reads = _codes(sorted(kind.reads | kind.read_calls | kind.full_reads | kind.iterators))
    facts = [
        f"it can be closed since version {kind.release_since} only" if kind.release_since else "",
        "before its first use it holds nothing" if kind.idle else "",
        "closing it closes the responses it gave out" if kind.frees_children else "",
        f"read to the end by {reads}" if reads else "",
        "a read that fails closes it" if kind.failing_read == "closes" else "",
        "its truth value does not say whether there is one" if kind.truth == "lies" else "",
    ]
    said = "; ".join(fact for fact in facts if fact)
    if said:
        yield f"- {_name(kind)}: {said}."


def _section(title: str, rows: Iterable[tuple[str, ...]], head: tuple[str, ...]) -> list[str]:
    kept = list(dict.fromkeys(rows))
    return [title, _table(head, kept)] if kept else []


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table without the columns that are empty in every row."""
    lines = list(rows)
    shown = [index for index in range(len(head)) if any(line[index] for line in lines)]
    cut = [[line[index] for index in shown] for line in (head, ("---",) * len(head), *lines)]
    return "\n".join(f"| {' | '.join(line)} |" for line in cut)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
