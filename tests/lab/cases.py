"""Lab cases made from the rows of a client table: what each row claims, as a snippet and what it must measure."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flake8_httpleak.clients.model import Kind, Lab
from flake8_httpleak.clients.store import Library
from flake8_httpleak.diagnostics import Reclaim

TURNS = 4
Expect = Literal["held", "freed", "collected", "value", "idle"]


@dataclass(frozen=True, slots=True)
class Case:
    """One claim: run `source`; `expect` says what must have been measured.

    held: all are open, after a collection too. freed: at most one (an idle connection of a shared pool).
    collected: open until the collector runs. idle: no connection was made. value: the snippet's own check left nothing to complain of.
    """

    library: str
    kind: str
    claim: str
    source: str
    expect: Expect
    page: str = "URL"

    @property
    def name(self) -> str:
        """The case as pytest shows it."""
        return f"{self.library}-{self.kind}-{self.claim}"


_TOOLS = """
import asyncio as _asyncio, contextlib as _contextlib, inspect as _inspect

async def adrain(found, once=False):
    found = found() if callable(found) and not hasattr(found, "__aiter__") else found
    if hasattr(found, "__aiter__"):
        async for _ in found:
            if once: break
    else:
        drain(found, once)

def drain(found, once=False):
    for _ in (found() if callable(found) and not hasattr(found, "__iter__") else found):
        if once: break

async def amaybe(found):
    return await found if _inspect.isawaitable(found) else found

async def aread(found):
    return await amaybe(found() if callable(found) else found)

def read(found):
    return found() if callable(found) else found

def complain(*words):
    report["value"] = [*(report["value"] or []), *words]
"""


def build(library: Library, kind: Kind, lab: Lab) -> Iterator[Case]:
    """Every case of one kind, except those that the table says cannot be run."""
    maker = _Maker(library.table.name, kind.key.partition(".")[2], kind, lab)
    for case in maker.all():
        if case.claim not in lab.skip and case.claim.partition(":")[0] not in lab.skip:
            yield case


class _Maker:
    """Writes the snippets of one kind."""

    def __init__(self, library: str, name: str, kind: Kind, lab: Lab) -> None:
        self.library, self.name, self.kind, self.lab = library, name, kind, lab
        self.is_async = (
            "await " in lab.acquire + lab.use + lab.child + lab.setup or bool(kind.release_async) or kind.context == "async"
        )

    def all(self) -> Iterator[Case]:
        """All claims that the kind makes."""
        if self.kind.role == "inert":
            yield self._case("holds-nothing", "", "freed")
            return
        yield self._case("held", "", "held")
        yield self._case("names", f"complain(*[name for name in {self._names()!r} if missing(it, name)])", "value")
        yield from self._releases()
        if self.kind.role != "pinned":
            yield from self._protocols()
        yield self._drop()
        if self.kind.role in ("response", "error", "websocket"):
            yield from self._reads()
            yield from self._failures()
        if self.kind.idle:
            yield self._case("idle", "", "idle", use=False)
        if self.lab.child:
            yield self._children()
        if self.kind.truth == "lies":
            yield self._case("truth", "if it: complain('true')", "value", page="BAD")

    def _case(
        self,
        claim: str,
        action: str,
        expect: Expect,
        *,
        page: str = "URL",
        use: bool = True,
        keep: str = "kept.append(it)",
    ) -> Case:
        begin = "async def job():" if self.is_async else "def job():"
        turn = "\n".join(filter(None, [f"it = {self.lab.acquire}", self.lab.use if use else "", action, keep]))
        settle = "for _ in range(8): await _asyncio.sleep(0.004)" if self.is_async else ""
        end = "\n".join(
            filter(
                None,
                [
                    settle,
                    "measure()",
                    settle,
                    "recount()" if settle else "",
                    "kept.clear(); it = None",
                    self.lab.teardown,
                ],
            )
        )
        body = f"{self.lab.setup.strip()}\nit = None\nfor _ in range({TURNS}):\n{textwrap.indent(turn, '    ')}\n{end}"
        source = f"{_TOOLS}\n{_MISSING}\n{begin}\n{textwrap.indent(body, '    ')}\n"
        return Case(self.library, self.name, claim, source, expect, page)

    def _releases(self) -> Iterator[Case]:
        for method in self.kind.release:
            yield self._case(f"release:{method}", f"it.{method}()", "freed")
        for method in self.kind.release_async:
            yield self._case(f"release:{method}", f"await it.{method}()", "freed")
        for flag in self.kind.closed_flags:
            closing = self._close()
            if closing:
                yield self._case(
                    f"closed-flag:{flag}",
                    f"if it.{flag}: complain('early')\n{closing}\nif not it.{flag}: complain('late')",
                    "value",
                )

    def _close(self) -> str:
        if self.kind.release_async:
            return f"await it.{self.kind.release_async[0]}()"
        return f"it.{self.kind.release[0]}()" if self.kind.release else ""

    def _protocols(self) -> Iterator[Case]:
        for protocol, word in (("sync", "with"), ("async", "async with")):
            if word != "with" and not self.is_async:
                continue
            if self.kind.context in (protocol, "both"):
                entered = textwrap.indent(self.lab.use or "pass", "    ")
                yield self._case(f"context:{protocol}", f"{word} it:\n{entered}", "freed", use=False)
            else:
                refused = f"try:\n    {word} it: pass\nexcept (TypeError, AttributeError, RuntimeError, NotImplementedError, SyntaxError): pass\nelse: complain('works')"
                yield self._case(f"no-context:{protocol}", refused, "value")

    def _drop(self) -> Case:
        claims: dict[Reclaim, Expect] = {
            Reclaim.NEVER: "held",
            Reclaim.COLLECTOR: "collected",
            Reclaim.REFERENCE: "freed",
        }
        return self._case(f"dropped:{self.kind.reclaim}", "", claims[self.kind.reclaim], keep="it = None")

    def _reads(self) -> Iterator[Case]:
        reading = "with _contextlib.suppress(Exception): " + self._call("read", "it.{}")
        for names, claim in (
            (self.kind.reads, "reads"),
            (self.kind.read_calls, "read-call"),
            (self.kind.full_reads, "full-read"),
        ):
            for name in sorted(names):
                yield self._case(f"{claim}:{name}", reading.format(name), "freed")
        for name in sorted(self.kind.iterators):
            yield self._case(f"iterator:{name}", self._iterate(name), "freed")
            expect: Expect = "freed" if self.kind.break_closes else "held"
            yield self._case(f"break:{name}", self._iterate(name, once=True), expect)
        if self.kind.iterable and self.kind.role != "websocket":
            yield self._case("iterable", self._call("drain", "it"), "freed")
        for view in sorted(self.kind.own_views):
            yield self._case(f"own-view:{view}", f"it.{view}.close()", "freed")

    def _iterate(self, name: str, *, once: bool = False) -> str:
        arguments = self.lab.arguments.get(name, "")
        made = f"lambda: it.{name}({arguments})" if arguments else f"it.{name}"
        return self._call("drain", f"{made}, once={once}")

    def _call(self, tool: str, what: str) -> str:
        return f"await a{tool}({what})" if self.is_async else f"{tool}({what})"

    def _failures(self) -> Iterator[Case]:
        readers = sorted(self.kind.read_calls | self.kind.full_reads | self.kind.reads)
        if readers:
            attempt = (
                f"try:\n    {self._call('read', f'it.{readers[0]}') if readers[0] not in self.kind.reads else f'it.{readers[0]}'}"
            )
            opening = "".join(
                f"    if isinstance(error, {name}): complain('raises what only the request should')\n"
                for name in sorted(self.kind.opening_errors)
            )
            failing = f"{attempt}\nexcept Exception as error:\n    error\n{opening}else: complain('did not fail')"
            yield self._case(
                f"failing-read:{readers[0]}",
                failing,
                "freed" if self.kind.failing_read == "closes" else "held",
                page="CUT",
            )
        for name in sorted(self.kind.error_closes):
            failing = f"try:\n    {self._call('read', f'it.{name}')}\nexcept Exception: pass\nelse: complain('did not fail')"
            yield self._case(f"error-closes:{name}", failing, "freed", page="BAD")

    def _children(self) -> Case:
        action = f"child = {self.lab.child}\nkept.append(child)\n{self._close()}"
        return self._case(f"frees-children:{self.kind.frees_children}", action, "freed" if self.kind.frees_children else "held")

    def _names(self) -> list[str]:
        kind = self.kind
        produced = [call for produce in kind.produces for call in produce.calls if "*" not in call]
        waited = [call for timeout in kind.timeouts for call in timeout.calls if "*" not in call]
        sets = (
            kind.reads,
            kind.read_calls,
            kind.full_reads,
            kind.iterators,
            kind.error_closes,
            kind.harmless,
            kind.offline,
            kind.closed_flags,
            kind.own_views,
        )
        named = {
            name for names in (*sets, kind.borrow_views, kind.take_methods, kind.derive) for name in names if "*" not in name
        }
        absent = {claim.partition(":")[2] for claim in self.lab.skip if claim.startswith("names:")}
        return sorted({*kind.release, *kind.release_async, *named, *produced, *waited} - absent)


_MISSING = """
def missing(it, path):
    found = type(it)
    first, _, rest = path.partition(".")
    if not hasattr(found, first) and not hasattr(it, first):
        return True
    return bool(rest) and "." not in rest and not hasattr(getattr(it, first), rest)
"""


def spellings(library: Library) -> str:
    """A snippet that checks every dotted name, signature and default of a table against the installed library."""
    names = [("class", name, list(kind.parameters)) for kind in library.kinds.values() for name in kind.classes]
    names += [("name", name, []) for kind in library.kinds.values() for name in (*kind.makers, *kind.types)]
    names += [("name", name, []) for produce in library.functions for name in produce.calls]
    effects = (*library.table.borrows, *library.table.reads, *library.table.handles)
    names += [("name", name, []) for name in effects if "." in name and "*" not in name]
    timeouts = [
        (name, wait.parameter, wait.position)
        for kind in library.kinds.values()
        for wait in kind.timeouts
        if not wait.calls
        for name in kind.classes
    ]
    timeouts += [(name, wait.parameter, wait.position) for wait in library.table.timeouts for name in wait.calls]
    bounds = [
        (name, bound.parameter, bound.default)
        for kind in library.kinds.values()
        for bound in kind.bounds
        for name in kind.classes
    ]
    return _SPELLINGS.format(roots=list(library.table.roots), names=names, timeouts=timeouts, bounds=bounds)


_SPELLINGS = """
import importlib, inspect

def find(dotted):
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        module = ".".join(parts[:size])
        try:
            found = importlib.import_module(module)
        except ImportError as error:
            if error.name and (error.name == parts[0] or not module.startswith(error.name)):
                return None  # that package, or an optional dependency of that module, is not installed
            continue
        for part in parts[size:]:
            found = getattr(found, part)
        return found
    raise ImportError(dotted)

def signature(found):
    try:
        return inspect.signature(found) if found is not None else None
    except (TypeError, ValueError):
        return None

def places(found):
    return [p.name for p in found.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]

def check_bound(name, parameter, default, found):
    if parameter not in found.parameters:
        return [] if any(p.kind is p.VAR_KEYWORD for p in found.parameters.values()) else [f"{{name}} has no {{parameter}}"]
    real = found.parameters[parameter].default
    shown = "unbounded" if real is None or (real == 0 and default == "unbounded") else str(real).lower().removesuffix(".0")
    known = real is found.parameters[parameter].empty or type(real) in (bool, int, float, type(None))
    return [f"{{name}}({{parameter}}={{shown}}), table says {{default}}"] if known and shown != default else []

def job():
    problems = []
    for what, name, parameters in {names!r}:
        try:
            found = find(name)
        except (ImportError, AttributeError):
            problems.append(f"no {{name}}")
            continue
        if found is not None and parameters and (real := signature(found)) and places(real)[:len(parameters)] != parameters[:len(places(real))]:
            problems.append(f"{{name}}{{places(real)}}, table says {{parameters}}")
    for name, parameter, position in {timeouts!r}:
        if real := signature(find(name)):
            at = places(real).index(parameter) if parameter in places(real) else -1
            if at != position and (at >= 0 or position >= 0):
                problems.append(f"{{name}}: {{parameter}} at {{at}}, table says {{position}}")
    for name, parameter, default in {bounds!r}:
        if real := signature(find(name)):
            problems += check_bound(name, parameter, default, real)
    report["value"] = problems
"""


def dump(case: Case) -> str:
    """A case as text, for a failure's message."""
    return json.dumps({"expect": case.expect, "page": case.page}) + case.source.partition(_MISSING)[2]
