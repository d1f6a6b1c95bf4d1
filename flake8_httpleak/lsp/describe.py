"""What the tables say, in sentences for a hover: what a call holds, how that is released, what its pool does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_httpleak.clients.catalog import Catalog, ResourceKind
from flake8_httpleak.clients.model import OF_THIS_FILE, Bound, Timeout
from flake8_httpleak.diagnostics import Reclaim
from flake8_httpleak.lsp.sites import Site

_HOLDS = {
    "client": "the connections of its pool",
    "response": "a connection, until it is released",
    "connection": "one connection",
    "transport": "the connections of its pool",
    "websocket": "an open connection",
    "pinned": "nothing that must be closed: it was read to the end when it came; while it is kept, so is its connection",
    "error": "a connection: this exception is an open response",
}
_RECLAIM = {
    Reclaim.NEVER: "nothing frees it",
    Reclaim.COLLECTOR: "it stays open until the cycle collector runs",
    Reclaim.REFERENCE: "it stays open until the last reference goes (a habit of CPython, no promise)",
}
_CONTEXT = {"sync": "`with`", "async": "`async with`", "both": "`with` or `async with`"}
_BOUNDS = {
    "connections": "connections at once",
    "kept": "idle connections that are kept",
    "per_host": "connections to one host",
    "expiry": "seconds that an idle connection is kept",
    "block": "wait for a free connection instead of opening one more",
    "close": "close a connection after each use",
}
_WAITING = {"total": " for the whole call", "connect": " for connecting", "read": " for reading", "write": " for writing"}
_DEFAULT_TIMEOUT = {
    "none": "none unless it is given: it may wait for ever",
    "bounded": "bounded by default",
    "socket": "that of the `socket` module, which has none unless one was set",
    "client": "that of its client",
}


def describe(site: Site) -> str:
    """A page in Markdown about a call; empty if the tables have nothing to say that helps."""
    lines = [*_about(site), *_timeout(site.timeout), *_pool(site)]
    if not lines:
        return ""
    return "\n".join([_title(site), "", *(f"- {line}" for line in lines), "", *_sources(site)]).rstrip() + "\n"


def _title(site: Site) -> str:
    if site.makes is not None:
        made = _name(site.makes)
        return f"**{made}**, made by `{site.helper}` of this file" if site.helper else f"**{made}**"
    owner = f" of {_name(site.owner)}" if site.owner is not None else ""
    return f"**A call{owner} that leaves nothing open**"


def _name(kind: ResourceKind) -> str:
    if kind.is_of_this_file:
        return f"`{kind.key.removeprefix(OF_THIS_FILE)}` of this file, which owns a client of {kind.library}"
    role = kind.role if kind.role != "pinned" else "response"
    shown = [*kind.classes, *kind.types, *kind.makers]
    return f"{role} `{shown[0]}`" if shown else f"{role} of {kind.library}"


def _about(site: Site) -> Iterator[str]:
    if site.makes is not None:
        yield from _about_kind(site.makes)
    if site.produce is not None and site.produce.when and (site.makes is None or site.makes.role == "pinned"):
        asked = ", ".join(f"`{name}={value!r}`" for name, value in site.produce.when.items())
        yield f"With {asked} it gives a response that must be released."


def _about_kind(kind: ResourceKind) -> Iterator[str]:
    idle = ", from its first request on" if kind.idle and kind.role in ("client", "transport") else ""
    yield f"Holds {_HOLDS[kind.role]}{idle}."
    if kind.role == "pinned":
        return
    if ways := list(_ways(kind)):
        yield f"Released by {_listed(ways)}."
    if kind.frees_children:
        yield "Closing it also closes the open responses that it gave out."
    yield f"Dropped without that, {'a finalizer closes it' if kind.self_closing else _RECLAIM[kind.reclaim]}."
    if kind.truth == "lies":
        yield "Its truth value is false for status codes from 400 on: compare with `None` instead."


def _ways(kind: ResourceKind) -> Iterator[str]:
    yield from (f"`{name}()`" for name in kind.release)
    yield from (f"`await {name}()`" for name in kind.release_async)
    if kind.context != "none":
        yield f"leaving {_CONTEXT[kind.context]}"
    reads = [f"`{name}`" for name in sorted(kind.reads)] + [
        f"`{name}()`" for name in sorted({*kind.read_calls, *kind.full_reads})
    ]
    if reads:
        yield f"reading it to the end ({', '.join(reads)})"
    if kind.iterators:
        yield f"exhausting {_listed([f'`{name}`' for name in sorted(kind.iterators)])}"


def _timeout(timeout: Timeout | None) -> Iterator[str]:
    if timeout is not None:
        yield f"Timeout (`{timeout.parameter}`){_WAITING.get(timeout.what, '')}: {_DEFAULT_TIMEOUT[timeout.default]}."


def _pool(site: Site) -> Iterator[str]:
    """The bounds of what is made, or, where another class of the library takes them, of that."""
    kind = site.makes
    if kind is None or kind.role not in ("client", "transport", "connection") or kind.is_of_this_file:
        return
    if kind.bounds:
        yield from (f"Pool: {_bound(one)}." for one in kind.bounds)
        return
    setters: dict[tuple[Bound, ...], list[str]] = {}
    for other in site.catalog.library(kind.library).kinds.values():
        if other.bounds and other.classes:
            setters.setdefault(other.bounds, []).append(f"`{other.classes[0]}`")
    for bounds, names in setters.items():
        yield f"Pool, set with {_listed(names)}: {'; '.join(_bound(one) for one in bounds)}."


def _bound(bound: Bound) -> str:
    default = "no bound" if bound.default == "unbounded" else bound.default
    return f"`{bound.parameter}`, {_BOUNDS[bound.what]}" + (f" (left out: {default})" if default else "")


def _sources(site: Site) -> Iterator[str]:
    kind = site.makes or site.owner
    names = [kind.library] if kind is not None else []
    names += [site.produce.kind.partition(".")[0]] if site.produce is not None and not names else []
    yield from (_source(site.catalog, name) for name in names if name)


def _source(catalog: Catalog, name: str) -> str:
    table = catalog.library(name).table
    measured = f" Measured on {', '.join(table.measured)}." if table.measured else ""
    link = f"[{table.name}]({table.documentation})" if table.documentation else table.name
    return f"{link}.{measured}"


def _listed(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
