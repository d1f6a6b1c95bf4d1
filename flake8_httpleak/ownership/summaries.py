"""What functions of the file give, worked out on demand and kept: by function and by the arguments that are known."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.clients.model import Kind
from flake8_httpleak.ownership.bystanders import Bystanders
from flake8_httpleak.ownership.deciding import as_compared, compared_with, is_other, learn_others
from flake8_httpleak.ownership.decorating import is_reworked
from flake8_httpleak.ownership.kinds import is_closing
from flake8_httpleak.ownership.machine import STEPS, Budget, GiveUp, Machine
from flake8_httpleak.ownership.program import FunctionInfo, Program
from flake8_httpleak.ownership.recursion import Basis, Recursion
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.truth import is_none
from flake8_httpleak.ownership.values import (
    NOBODY,
    OPAQUE,
    SEVERAL,
    TRACKED,
    Awaitable,
    Choice,
    Class,
    Const,
    Function,
    Instance,
    Items,
    Manager,
    Member,
    Object,
    Part,
    Pending,
    Status,
    Symbol,
    Value,
    View,
    leads,
    options,
    parts,
    reaches,
    resite,
)
from flake8_httpleak.ownership.walks import Run
from flake8_httpleak.source.units import Unit

MAX_RESULTS = 4
MAX_VARIANTS = 8
"""For so many combinations of known arguments a function is looked at; after that less is known of them."""
LONG, FEW_VARIANTS = 150, 3
"""A function of more lines is looked at less often: each look takes its time."""
_PLAIN = OPAQUE - {Class}
_COMPOUND = frozenset({Items, Choice})
Key = tuple[FunctionInfo, tuple[tuple[str, Hashable], ...]]


@dataclass(slots=True)
class Summary:
    """What calling a function gives: its possible results (none: it never returns), and how it may raise.

    absent: for each result the fields of the method's object that were found to be None on every way to it.
    errors: kinds of open responses that it may raise.
    """

    values: list[Value] = field(default_factory=list)
    absent: list[frozenset[str]] = field(default_factory=list)
    raises: list[tuple[Grade, tuple[str, ...]]] = field(default_factory=list)
    errors: list[ResourceKind] = field(default_factory=list)


@dataclass(slots=True)
class Kept:
    """A summary, what it rests on, and how many calls deep it was worked out. None: it could not be had."""

    summary: Summary | None
    basis: Basis
    depth: int


@dataclass(frozen=True, slots=True)
class _Call:
    """What is being summarized: a function with the arguments that are known, and the calls that its walk came by."""

    m: Machine
    info: FunctionInfo
    env: dict[str, Value]
    key: Key
    met: set[int]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a resource that a function makes.

    is_returned: the result leads to it on some path. is_handed: it does while the resource is held, so that the caller gets it.
    """

    is_returned: bool = False
    is_handed: bool = False


class Summaries:
    """The summaries of one file."""

    def __init__(self, program: Program, concerns: Callable[[Unit], bool]) -> None:
        """Start with none. `concerns`: whether a unit may have to do with clients."""
        self.program = program
        self.concerns = concerns
        self.any_kind: ResourceKind = Kind(role="inert", key="", library="")
        self.recursion = Recursion()
        self.bystanders = Bystanders(program)
        self.given_up = 0
        self.sites: dict[int, cst.CSTNode] = {}
        """Every call that was seen to make a resource, by its site."""
        self._reworked: dict[FunctionInfo, bool] = {}
        self._decisive: dict[FunctionInfo, Mapping[str, frozenset[str]]] = {}
        self._results: dict[Key, list[Kept]] = {}
        self._variants: Counter[tuple[FunctionInfo, int]] = Counter()
        self._fates: dict[tuple[Key, int], _Fate] = {}
        self.dependencies: frozenset[str] = frozenset()

    def is_reworked(self, info: FunctionInfo) -> bool:
        """Whether a decorator of the file keeps what a function returns to itself."""
        if info not in self._reworked:
            self._reworked[info] = bool(info.decorators) and is_reworked(self.program, info)
        return self._reworked[info]

    def is_beside_the_point(self, info: FunctionInfo, given: dict[str, Value]) -> bool:
        """Whether a function has nothing to do with clients, and gets nothing that has: a survey need not look into it.

        Not one that ends with a `raise`: what comes after a call of it is never reached.
        """
        if self.concerns(info.unit) or not all(_is_plain(value) for value in given.values()):
            return False
        return info.unit.function is None or not isinstance(info.unit.function.body[-1], ast.Raise)

    def is_dependency(self, info: FunctionInfo) -> bool:
        """A generator whose value is lent: a test fixture, or a dependency of a web framework."""
        return "fixture" in info.last_decorators or info.name in self.dependencies

    def result(self, m: Machine, info: FunctionInfo, given: dict[str, Value], steps: int = 0) -> Summary | None:
        """The summary of one call; None if it cannot be had. steps: how often the arguments were made less telling."""
        env = {name: _known(name, value, self._compared(info).get(name)) for name, value in given.items()}
        key = (info, _key(env))
        for known in self._results.get(key, ()):
            if self.recursion.holds(known.basis, known.depth, m.depth):
                self.recursion.rest(known.basis)
                return known.summary
        self._variants[info, steps] += 1
        most = FEW_VARIANTS if info.unit.last - info.unit.first > LONG else MAX_VARIANTS
        if self._variants[info, steps] > most and key[1]:
            return self.result(m, info, _less_known(env), steps + 1)
        with self.recursion.resting() as basis:
            try:
                summary: Summary | None = self._summary(m, info, env, key)
            except (GiveUp, RecursionError):
                self.given_up += 1
                summary = None
        self._results.setdefault(key, []).append(Kept(summary, basis, m.depth))
        return summary

    def _compared(self, info: FunctionInfo) -> Mapping[str, frozenset[str]]:
        if info not in self._decisive:
            self._decisive[info] = compared_with(info)
        return self._decisive[info]

    def _machine(self, m: Machine, info: FunctionInfo, track: cst.CSTNode | None = None) -> Machine:
        return Machine(self.program, self, info, depth=m.depth + 1, budget=Budget(STEPS), track=track)

    def _walk(self, machine: Machine, info: FunctionInfo, env: dict[str, Value]) -> Run:
        closure = {name: resite(value, lambda _: NOBODY) for name, value in info.closure.items() if name in info.free}
        state = State({**closure, **env})
        learn_others(env, self._compared(info), state)
        with self.recursion.entering(info):
            return machine.execute(state)

    def _summary(self, m: Machine, info: FunctionInfo, env: dict[str, Value], key: Key) -> Summary:
        walked = self._machine(m, info)
        run = self._walk(walked, info, env)
        call = _Call(m, info, env, key, walked.met)
        found: list[Value] = []
        absent: list[frozenset[str]] = []
        for left in run.yielded if info.is_generator else run.flow.returns:
            missing = _missing_fields(info, left.state)
            for one in options(self._checked(call, left.value)):
                if one in found:
                    absent[found.index(one)] &= missing
                else:
                    found.append(one)
                    absent.append(missing)
        if info.is_generator:
            found = [self._generated(info, found)]
            absent = [frozenset()]
        elif len(found) > MAX_RESULTS:
            found = self._fewer(found)
            absent = [frozenset()] * len(found)
        open_ones = [one for one in run.raised if isinstance(one.value, Instance) and one.value.kind.role == "error"]
        errors = {one.value.kind.key: one.value.kind for one in open_ones if isinstance(one.value, Instance)}
        raises = {(one.grade, one.classes) for one in run.raised if not isinstance(one.node, cst.Yield) and one not in open_ones}
        return Summary(found, absent, sorted(raises, key=str), list(errors.values()))

    def _fewer(self, values: list[Value]) -> list[Value]:
        """Too many results to tell apart: one of each kind of client will do, or just one."""
        kinds: dict[object, Value] = {}
        for value in values:
            one = Instance(value.kind, value.site) if isinstance(value, Instance) else value
            kinds.setdefault(one.kind.key if isinstance(one, Instance) else one, one)
        if len(kinds) <= MAX_RESULTS:
            return list(kinds.values())
        return [next((one for one in values if self.made_in(one)), Symbol("many"))]

    @staticmethod
    def _generated(info: FunctionInfo, values: list[Value]) -> Value:
        """What calling a generator gives: its resources are its own business if it is a manager."""
        if info.is_manager:
            lent = [resite(value, lambda _: NOBODY) for value in values]
            return Manager(lent[0] if lent else Symbol("nothing"), releases=False)
        return Items("iterator", tuple(values[:4]), exact=False, many=True)

    def _checked(self, call: _Call, value: Value) -> Value:
        """A returned value with the sites of those resources that the caller really gets.

        Whoever gets a method of a client cannot close that by it, unless it is the one that closes.
        """
        if call.info.is_cached or call.info.is_manager or (isinstance(value, Member) and not is_closing(value)):
            return resite(value, lambda _: NOBODY)
        return resite(value, lambda site: self._handed_site(call, site))

    def _handed_site(self, call: _Call, site: int) -> int:
        """The site of what a function returns, if it hands that over; of several, one if it hands over each of them."""
        made = (one for one in call.met if one in self.sites) if site == SEVERAL else ()
        sites = [one for one in made if self._fate(call, one).is_returned] if site == SEVERAL else [site]
        return sites[0] if sites and all(one != NOBODY and self._fate(call, one).is_handed for one in sites) else NOBODY

    def _fate(self, call: _Call, site: int) -> _Fate:
        """What becomes of a resource that a function makes at a site."""
        known = self._fates.get((call.key, site))
        if known is None:
            known = self._fates[call.key, site] = _Fate()  # while it is being worked out
            node = self.sites.get(site)
            if node is not None:
                known = self._fates[call.key, site] = self._follow(call, node)
        return known

    def _follow(self, call: _Call, node: cst.CSTNode) -> _Fate:
        run = self._walk(self._machine(call.m, call.info, node), call.info, call.env)
        returned = [one for one in run.flow.returns if reaches(one.value, TRACKED)]
        if call.info.is_generator:
            lent = Status.RELEASED not in run.ends and any(one.how == "yielded" for one in run.handovers)
            return _Fate(bool(returned), lent)
        return _Fate(bool(returned), any(one.state.is_open for one in returned))

    def made_in(self, value: Value) -> ResourceKind | None:
        """The kind of a resource that somebody has to own, inside a value."""
        if isinstance(value, Instance | Object) and value.site not in (NOBODY, TRACKED):
            return value.kind if isinstance(value, Instance) else value.info.kind
        if isinstance(value, Part) or (isinstance(value, View) and not value.owns):
            return None
        for part in parts(value):
            found = self.made_in(part)
            if found is not None:
                return found
        return None


def _missing_fields(info: FunctionInfo, state: State) -> frozenset[str]:
    """The fields of a method's object that are known to be None in a state."""
    own = state.env.get(info.parameter_names[0]) if info.owner is not None and info.parameter_names else None
    if not isinstance(own, Object):
        return frozenset()
    return frozenset(name for name, value in own.fields if is_none(value, state))


def _is_plain(value: Value) -> bool:
    """Whether a value leads neither to a resource nor to code that may make one; what an object has is looked up by its class."""
    kind = type(value)
    return kind in _PLAIN or (kind is Object and not leads(value)) or (kind in _COMPOUND and all(map(_is_plain, parts(value))))


def _known(name: str, value: Value, texts: frozenset[str] | None = None) -> Value:
    """An argument as far as a summary may depend on it: flags, None, functions, and what is of a known type.

    texts: what the function compares it with.
    """
    match value:
        case Const(value=bool() | None):
            return value
        case Const(value=str()) if texts:
            return as_compared(name, value, texts)
        case Instance():
            return Instance(value.kind)
        case Object():
            return Object(value.info)
        case Function() | Class():
            return value
        case Items() if value.keys is not None:
            return replace(
                value, values=tuple(_known(f"{name}[{key}]", one) for key, one in zip(value.keys, value.values, strict=True))
            )
        case Items():
            return replace(value, values=tuple(_known(f"{name}[{number}]", one) for number, one in enumerate(value.values)))
        case Pending() | Awaitable():
            return replace(value, of=_known(name, value.of))
    return Symbol(("given", name))


def _less_known(env: dict[str, Value]) -> dict[str, Value]:
    """The same arguments without what containers hold; without flags if there are no containers; else with nothing known."""
    for kinds in (Items, Const):
        less: dict[str, Value] = {
            name: Symbol(("given", name)) if isinstance(value, kinds) or (kinds is Const and is_other(value)) else value
            for name, value in env.items()
        }
        if less != env:
            return less
    return {name: Symbol(("given", name)) for name in env}


def _key(env: dict[str, Value]) -> tuple[tuple[str, Hashable], ...]:
    return tuple((name, value) for name, value in env.items() if not isinstance(value, Symbol) or is_other(value))
