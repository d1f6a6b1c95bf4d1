"""How many requests a function sends through a client that it makes: none, one, or many."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.clients.paths import names
from flake8_httpleak.ownership.events import Acquisition, LocalCall, Maker, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.values import Instance, Object, Value
from flake8_httpleak.ownership.written import written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.source.visitor import Visitor

MANY = 2


def count_requests(facts: Facts, acquisition: Acquisition) -> int:
    """How many requests go through a client in the function that makes it; one in a loop counts as many."""
    survey = facts.analysis.surveys.get(acquisition.function)
    if survey is None or any(name_of(acquisition.function, acquisition.node) in inner.free for inner in survey.events.nested):
        return MANY  # how often a function inside is called cannot be told
    site, depth = id(acquisition.node), len(acquisition.loops)
    count = 0
    for call in requests_through(facts, acquisition):
        if _opens_websocket(facts, call):
            return MANY  # it has its connection to itself anyway
        count += MANY if len(call.loops) > depth else 1
    for local in survey.events.local_calls.values():
        if any(_is_of(value, site) for value in local.arguments.values()):
            count += MANY if len(local.loops) > depth else _sent_by(local, acquisition.kind, site)
    return min(count, MANY)


def requests_through(facts: Facts, acquisition: Acquisition) -> Iterator[MethodCall]:
    """The requests that the function which makes a client sends through it."""
    survey = facts.analysis.surveys.get(acquisition.function)
    for call in survey.events.calls.values() if survey is not None else ():
        if _is_of(call.owner, id(acquisition.node)) and (is_request(call) or _opens_websocket(facts, call)):
            yield call


def _sent_by(local: LocalCall, kind: ResourceKind, site: int) -> int:
    """How many requests a function sends through a client that it is given, as far as its own text tells; at least one."""
    callee = local.callee
    places = callee.parameter_names[callee.owner is not None and not callee.is_static :]
    given = (*zip(places, local.arguments.positional, strict=False), *local.arguments.named.items())
    found = _Sent({name for name, value in given if _is_of(value, site)}, kind)
    if callee.node is not None:
        found.walk(callee.node.body)
    return max(found.count, 1)


class _Sent(Visitor):
    """Counts the requests through a client by the names that it has, and the calls that get it."""

    def __init__(self, names: set[str], kind: ResourceKind) -> None:
        self.names = names
        self.kind = kind
        self.loops = 0
        self.count = 0

    def visit_For(self, _: cst.CSTNode) -> None:
        self.loops += 1

    def leave_For(self, _: cst.CSTNode) -> None:
        self.loops -= 1

    visit_While = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_For
    leave_While = leave_ListComp = leave_SetComp = leave_DictComp = leave_GeneratorExp = leave_For

    def visit_Call(self, node: cst.Call) -> None:
        first, _, path = written(node.func).partition(".")
        sends = first in self.names and bool(path) and _sends(self.kind, path)
        if sends or any(written(arg.value) in self.names for arg in node.args):
            self.count += MANY if self.loops else 1


def _is_of(value: Value | None, site: int) -> bool:
    return isinstance(value, Instance | Object) and value.site == site


def _opens_websocket(facts: Facts, call: MethodCall) -> bool:
    kind = kind_of(call.owner) if call.owner is not None else None
    if kind is None or kind.is_of_this_file:
        return False
    catalog = facts.analyser.program.catalog
    found = catalog.method(kind.key, call.path)
    return found is not None and bool(found.kind) and catalog.kind(found.kind).role == "websocket"


def is_request(call: MethodCall) -> bool:
    """Whether a method of a client sends something."""
    kind = kind_of(call.owner) if call.owner is not None else None
    return kind is not None and _sends(kind, call.path)


def _sends(kind: ResourceKind, path: str) -> bool:
    """Whether a method of a kind sends something."""
    if path in (*kind.release, *kind.release_async, *kind.take_methods) or names(kind.harmless, path):
        return False
    if kind.role == "connection":
        return path == "request"
    return "." not in path or any(one.startswith("*.") for produce in kind.produces for one in produce.calls)


def name_of(function: FunctionInfo, node: Maker) -> str:
    """The name that a function gives to what a call makes."""
    found = _Named(node)
    if function.node is not None:
        found.walk(function.node.body)
    return found.name


class _Named(Visitor):
    def __init__(self, node: Maker) -> None:
        self.node = node
        self.name = ""

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if node.value is self.node and isinstance(target, cst.Name):
            self.name = target.value

    def visit_WithItem(self, node: cst.WithItem) -> None:
        if node.item is self.node and node.asname is not None and isinstance(node.asname.name, cst.Name):
            self.name = node.asname.name.value
