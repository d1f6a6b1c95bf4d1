"""Classes that keep resources in their fields: which methods release them, and what that makes of the class.

A class that owns something and can release it makes its objects resources in their own right, with its own closing methods.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from flake8_httpleak.clients.model import OF_THIS_FILE, Kind
from flake8_httpleak.diagnostics import Reclaim
from flake8_httpleak.ownership.events import Acquisition, FieldStore, made_sites
from flake8_httpleak.ownership.interpreter import Machine
from flake8_httpleak.ownership.machine import CLOSED_HERE, STEPS, Budget
from flake8_httpleak.ownership.members import path_of
from flake8_httpleak.ownership.methods import BUILDERS, CLOSERS, LEAVES, PLAIN_CLOSERS
from flake8_httpleak.ownership.program import ClassInfo, FunctionInfo
from flake8_httpleak.ownership.reflection import passes_all_on, reaches_any_field
from flake8_httpleak.ownership.states import State, Trail
from flake8_httpleak.ownership.touching import gives, passes_on, touches
from flake8_httpleak.ownership.values import (
    NOBODY,
    TRACKED,
    Closing,
    Instance,
    Items,
    Object,
    Pending,
    Status,
    Value,
    options,
    parts,
    reaches,
    resite,
)
from flake8_httpleak.ownership.walks import Handover, Loss, Run
from flake8_httpleak.ownership.written import written_outside
from flake8_httpleak.source.units import Unit
from flake8_httpleak.source.visitor import Visitor

if TYPE_CHECKING:
    from flake8_httpleak.clients.catalog import ResourceKind
    from flake8_httpleak.ownership.analysis import Analyser

MANY = 12
TAKES = frozenset({"values", "items", "copy", "pop", "popitem", "popleft", "get", "get_nowait"} | {"close", "aclose", "pop_all"})
"""Methods of containers that give what is in them, and of exit stacks those that close it."""


def _telling_closers(kind: ResourceKind) -> frozenset[str]:
    """Methods in which a resource of a kind would be closed. Not `__del__` if it goes with its last reference anyway."""
    return PLAIN_CLOSERS - {"__del__"} if kind.reclaim is Reclaim.REFERENCE else PLAIN_CLOSERS


@dataclass(slots=True)
class FieldFate:
    """What becomes of the resources that a class keeps in one field."""

    owner: ClassInfo
    name: str
    kind: ResourceKind
    acquisitions: list[Acquisition] = field(default_factory=list)
    contained: bool = False
    """The field is a container of them."""
    getters: frozenset[str] = frozenset()
    """Properties and methods that give it."""
    closers: set[str] = field(default_factory=set)
    """Methods that release it, by their names."""
    releasing: set[FunctionInfo] = field(default_factory=set)
    """The same methods; walks through others that call them need not go through them again."""
    promising: set[str] = field(default_factory=set)
    """Those that give the coroutine which does: `def close(self): return self.session.close()`."""
    has_closer: bool = False
    """The class offers a way to release something."""
    given: bool = False
    """Some method hands it to something whose body is not in this file."""
    promised: bool = False
    """It holds the context manager or coroutine that hands out the resource, not the resource."""
    overwritten: list[tuple[FunctionInfo, Loss]] = field(default_factory=list)


class Fields:
    """The fields of all classes of a file."""

    def __init__(self, analyser: Analyser) -> None:
        """Look at the classes that an analyser surveys."""
        self.analyser = analyser
        self._named: set[str] = set()
        self._made: dict[int, tuple[int, Acquisition]] = {}
        """What was made so far, by its site, in the order of the surveys."""
        self._settled: dict[tuple[ClassInfo, str, frozenset[int]], FieldFate | None] = {}

    def owned(self) -> dict[tuple[ClassInfo, str], list[FieldStore]]:
        """The fields that get a resource which the class has to release, with the places where they get it."""
        self._made = {id(one.node): (place, one) for place, one in enumerate(self.analyser.analysis.acquisitions)}
        found: dict[tuple[ClassInfo, str], list[FieldStore]] = {}
        for survey in self.analyser.analysis.surveys.values():
            for store in survey.events.field_stores.values():
                if any(made_sites(one) for one in options(store.value)):
                    found.setdefault((store.owner, store.name), []).append(store)
        return found

    def settle_classes(self) -> set[str]:
        """Make resources of the classes that own something and can release it; names of those that became so."""
        owned = self.owned()
        news: set[str] = set()
        for (info, name), stores in owned.items():
            sites = frozenset(site for store in stores for site in made_sites(store.value))
            if (info, name, sites) not in self._settled:
                self._settled[info, name, sites] = self.fate(info, name, stores)
            fate = self._settled[info, name, sites]
            if fate is None or not fate.closers or info.library_kind is not None:
                continue
            before = info.own_kind
            info.own_kind = _kind_of_class(info, fate, before)
            if info.name not in self._named:
                self._named.add(info.name)
                news.add(info.name.rpartition(".")[2])
        return news

    def fates(self) -> Iterator[FieldFate]:
        """What becomes of every owned field; two names for one object are closed by whatever closes either."""
        found = [fate for (info, name), stores in self.owned().items() if (fate := self.fate(info, name, stores))]
        alike: dict[tuple[ClassInfo, tuple[int, ...]], list[FieldFate]] = {}
        for fate in found:
            alike.setdefault((fate.owner, tuple(id(one.node) for one in fate.acquisitions)), []).append(fate)
        by_name = {(fate.owner, fate.name): fate for fate in found}
        for fate in found:
            clients = [_kept_as(name, fate.owner, by_name) for name in _asked(fate)]
            if clients and all(client is not None and client.kind.frees_children for client in clients):
                fate.closers.update(*(client.closers for client in clients if client is not None))
        for fates in alike.values():
            closers = {name for fate in fates for name in fate.closers}
            given = any(fate.given for fate in fates)
            for fate in fates:
                fate.closers, fate.given = set(closers), given
        yield from found

    def fate(self, info: ClassInfo, name: str, stores: list[FieldStore]) -> FieldFate | None:
        """Walk every method that may touch a field, with the resource in it."""
        acquisitions = self._acquisitions(stores)
        value = next((one for store in stores for one in options(store.value) if made_sites(one)), None)
        kind = _kind(value) if value is not None else None
        if kind is None or value is None or not acquisitions:
            return None
        fate = FieldFate(info, name, kind, acquisitions, isinstance(value, Items), promised=isinstance(value, Pending))
        fate.getters = frozenset(self._getters(info, name))
        fate.has_closer = any(one.functions.keys() & _telling_closers(kind) for one in info.line_of_descent)
        fate.given = any(
            _leaves_it_to_base(unit, one, self.analyser.program.catalog.calm) or _may_close_any(unit, name, kind)
            for one in self.analyser.program.family(info)
            for unit in one.units
        )
        held = resite(value, lambda site: TRACKED if site != NOBODY else site)
        done: set[FunctionInfo] = set()
        for turn in range(3):
            fresh = [method for method in self._methods(fate) if method not in done]
            if turn and len(fresh) > MANY:  # some closing method is called everywhere: only those named like one can matter
                fresh = [method for method in fresh if method.name in CLOSERS]
            for method in sorted(fresh, key=lambda one: one.unit.last - one.unit.first):  # short ones close, long ones call them
                done.add(method)
                self._walk(fate, method, held)
        fate.overwritten.sort(key=lambda pair: pair[0].unit.first)
        return fate

    def _acquisitions(self, stores: list[FieldStore]) -> list[Acquisition]:
        sites = {site for store in stores for site in made_sites(store.value)}
        return [one for _, one in sorted((self._made[site] for site in sites if site in self._made), key=lambda pair: pair[0])]

    def _methods(self, fate: FieldFate) -> Iterator[FunctionInfo]:
        """Methods of a class, its bases and its subclasses in this file that may do something to the field itself."""
        info = fate.owner
        for other in self.analyser.program.family(info):
            for unit in other.units:
                if unit.function is not None and self._may_touch(fate, unit):
                    yield self.analyser.program.function(unit, other)
        if not info.units:
            yield from info.functions.values()

    def _getters(self, info: ClassInfo, name: str) -> Iterator[str]:
        """Properties and methods of a class that return a field."""
        for other in self.analyser.program.family(info):
            for method in other.functions.values():
                if method.unit.spells((name,)) and gives(method.unit, name):
                    yield method.name

    def _may_touch(self, fate: FieldFate, unit: Unit) -> bool:
        names = {fate.name, *fate.getters}
        if not unit.spells((*names, *fate.closers)):
            return False
        if not fate.closers.isdisjoint(unit.attributes):
            return True
        if fate.name in unit.keywords:
            return True
        telling = {*fate.kind.release, *fate.kind.release_async, *LEAVES, *(TAKES if fate.contained else ())}
        return any(name in unit.attributes and touches(unit, name, telling) for name in names)

    def _walk(self, fate: FieldFate, method: FunctionInfo, held: Value) -> None:
        run = self.follow(fate, method, held)
        if run is None:
            return
        if any(one.state.status is Status.RELEASED and CLOSED_HERE in one.state.marks for one in run.flow.returns):
            fate.closers.add(method.name)
            fate.releasing.add(method)
        if not method.is_async and any(
            isinstance(one.value, Closing) and reaches(one.value, TRACKED) for one in run.flow.returns
        ):
            fate.closers.add(method.name)  # whoever calls it awaits that
            fate.promising.add(method.name)
        cleans_up = method.name.lstrip("_") in CLOSERS or method.name in LEAVES  # with the help of something unknown
        helped = cleans_up and any(one.how.startswith("given") for one in run.handovers)
        fate.given = fate.given or helped or any(is_given_away(one, method) for one in run.handovers)
        if method.name not in BUILDERS:
            fate.overwritten += [(method, loss) for loss in run.losses if loss.how == "overwritten"]

    def follow(self, fate: FieldFate, method: FunctionInfo, held: Value) -> Run | None:
        """Walk a method of an object whose field holds the resource."""
        if method.node is None or not method.parameter_names or method.is_static:
            return None
        env = self.analyser.parameters(method)
        first = env.get(method.parameter_names[0])
        if not isinstance(first, Object):
            return None
        env[method.parameter_names[0]] = Object(first.info, NOBODY, ((fate.name, held),))
        state = State(env)
        state.status, state.used, state.trail = Status.HELD, True, Trail(fate.acquisitions[0].node, "kept")
        m = Machine(self.analyser.program, self.analyser.analysis.summaries, method, budget=Budget(STEPS))
        m.keeps_names = True
        m.closers = fate.releasing
        run = self.analyser.guard(lambda: m.execute(state), method)
        fate.given = fate.given or run is None  # nobody knows what it does with it
        return run


def _leaves_it_to_base(unit: Unit, info: ClassInfo, calm: Collection[str]) -> bool:
    """Whether a method that closes does no more than ask a base that nobody knows: `super().close()`, `Base.close(self)`.

    One that cleans up by itself as well, and asks its base besides, cleans up what is its own.
    """
    function = unit.function
    if function is None or function.name not in CLOSERS or not info.unknown_bases:
        return False
    bases = {name.rpartition(".")[2] for name in info.unknown_bases}
    asks = False
    for node in ast.walk(function):
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr in CLOSERS and _last(func.value) in bases | {"super"}:
            asks = True
        elif func is not None and _last(func) not in {"super", *calm}:
            return False
    return asks


def _may_close_any(unit: Unit, field: str, kind: ResourceKind) -> bool:
    """Whether a method closes fields whose names it gets from elsewhere: `for name in self.kept: getattr(self, name).close()`.

    Or passes on whatever its object is asked for: `close` is among that.
    """
    closes = not unit.attributes.isdisjoint({*kind.release, *kind.release_async})
    return (closes and reaches_any_field(unit)) or passes_all_on(unit, field)


def _last(node: ast.expr) -> str:
    """The last word of what is called, or of a name."""
    return written_outside(node).rpartition(".")[2]


def _kept_as(name: str, owner: ClassInfo, fates: Mapping[tuple[ClassInfo, str], FieldFate]) -> FieldFate | None:
    """What becomes of a field of a class that it or one of its bases fills."""
    return next((fates[info, name] for info in owner.line_of_descent if (info, name) in fates), None)


def _asked(fate: FieldFate) -> list[str]:
    """The fields whose clients were asked for what a field keeps; a client that goes takes its open responses with it."""
    found: list[str] = []
    for one in fate.acquisitions:
        func = one.callee
        path = path_of(func.value) if isinstance(func, cst.Attribute) else None
        found.append(path[1] if path is not None and len(path) > 1 and path[0] == "self" else "")
    return found


def is_given_away(handover: Handover, function: FunctionInfo) -> bool:
    """Whether what a field holds goes to somebody who may release it: a registered closing, another object that is kept as well.

    An object that passes its client to a call and goes on keeping it lends it.
    """
    if handover.how.startswith(("registered", "taken")):
        return True
    return handover.how.startswith("given") and handover.node is not None and _is_kept(handover.node, function)


def _is_kept(node: cst.CSTNode, function: FunctionInfo) -> bool:
    """Whether the result of a call is assigned to a field."""
    found = _Stores(node)
    if function.node is not None:
        found.walk(function.node.body)
    return found.is_kept


class _Stores(Visitor):
    def __init__(self, call: cst.CSTNode) -> None:
        self.call = call
        self.kept = 0
        self.is_kept = False

    def visit_Assign(self, node: cst.Assign) -> None:
        self.kept += any(isinstance(target.target, cst.Attribute | cst.Subscript) for target in node.targets)

    def leave_Assign(self, node: cst.Assign) -> None:
        self.kept -= any(isinstance(target.target, cst.Attribute | cst.Subscript) for target in node.targets)

    def visit_Call(self, node: cst.Call) -> None:
        self.is_kept = self.is_kept or (node is self.call and self.kept > 0)


def _kind(value: Value) -> ResourceKind | None:
    for one in options(value):
        if isinstance(one, Instance) and one.site != NOBODY:
            return one.kind
        if isinstance(one, Object) and one.site != NOBODY and one.info.kind is not None:
            return one.info.kind
        inside = parts(one) if isinstance(one, Items | Pending) else ()
        found = next((kind for inner in inside if (kind := _kind(inner)) is not None), None)
        if found is not None:
            return found
    return None


def _kind_of_class(info: ClassInfo, fate: FieldFate, before: ResourceKind | None) -> ResourceKind:
    """The kind that objects of a class have."""
    methods = {name: info.method(name) for name in fate.closers - LEAVES - {"__del__"}}
    registers = any(passes_on(unit, methods.keys()) for one in info.line_of_descent for unit in one.units)
    waiting = {name for name, method in methods.items() if method is not None and (method.is_async or name in fate.promising)}
    plain = {name for name, method in methods.items() if method is not None} - waiting
    context = fate.closers & LEAVES
    protocol = "both" if len(context) > 1 else "sync" if "__exit__" in context else "async" if context else "none"
    return Kind(
        role="client",
        key=f"{OF_THIS_FILE}{info.name}",
        library=fate.kind.library,
        # An underscore stands after the capital letters: messages name public methods first.
        release=tuple(sorted(plain.union(before.release if before else ()), key=str.upper)),
        release_async=tuple(sorted(waiting.union(before.release_async if before else ()), key=str.upper)),
        context=protocol,  # type: ignore[arg-type] # one of the literals
        reclaim=fate.kind.reclaim,
        self_closing=fate.kind.self_closing or "__del__" in fate.closers or registers,
        idle=True,
        frees_children=True,
    )
