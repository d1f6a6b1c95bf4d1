"""What the rules about clients made again and again share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from flake8_httpleak.clients.paths import names
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.arguments import holds
from flake8_httpleak.ownership.events import Acquisition, LocalCall, Maker, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.values import Instance, Object, Value
from flake8_httpleak.ownership.walks import Loop
from flake8_httpleak.ownership.written import written
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.looping import is_churning
from flake8_httpleak.rules.roles import Role
from flake8_httpleak.source.visitor import Visitor

CHURNED = frozenset({"client", "connection"})
MANY = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client that a function makes and does not hand on: is it made again and again?"""

    acquisition: Acquisition
    requests: int
    """Requests that go through it in the function: 0, 1, or `MANY`."""

    @property
    def function(self) -> FunctionInfo:
        """Where it is made."""
        return self.acquisition.function


def candidates(facts: Facts) -> Iterator[Candidate]:
    """Clients that live and die in one function."""
    for verdict in facts.verdicts:
        acquisition = verdict.acquisition
        lives_here = not verdict.handovers and not verdict.is_pending
        if acquisition.kind.role in CHURNED and lives_here and not borrows_pool(acquisition):
            yield Candidate(acquisition, count_requests(facts, acquisition))


def borrows_pool(acquisition: Acquisition) -> bool:
    """Whether the connections stay somebody else's, so that a client costs little: `connector_owner=False`."""
    kind, arguments = acquisition.kind, acquisition.arguments
    if not kind.takes_unless or arguments is None:
        return False
    given = any(arguments.get(name, kind.parameters) is not None for name in kind.takes)
    return given and all(holds(arguments.get(name, kind.parameters), value) for name, value in kind.takes_unless.items())


def count_requests(facts: Facts, acquisition: Acquisition) -> int:
    """How many requests go through a client in the function that makes it; one in a loop counts as many."""
    survey = facts.analysis.surveys.get(acquisition.function)
    if survey is None:
        return MANY
    site, depth = id(acquisition.node), len(acquisition.loops)
    count = 0
    for call in requests_through(facts, acquisition):
        if _opens_websocket(facts, call):
            return MANY  # it has its connection to itself anyway
        count += MANY if len(call.loops) > depth else 1
    for local in survey.events.local_calls.values():
        if any(_is_of(value, site) for value in local.arguments.values()):
            count += MANY if len(local.loops) > depth or _is_asked_in_loops(local, site) else 1
    return min(count, MANY)


def requests_through(facts: Facts, acquisition: Acquisition) -> Iterator[MethodCall]:
    """The requests that the function which makes a client sends through it."""
    survey = facts.analysis.surveys.get(acquisition.function)
    for call in survey.events.calls.values() if survey is not None else ():
        if _is_of(call.owner, id(acquisition.node)) and (is_request(call) or _opens_websocket(facts, call)):
            yield call


def _is_asked_in_loops(call: LocalCall, site: int) -> bool:
    """Whether a function that is given a client sends requests through it in a loop: tells by the text alone."""
    callee, given = call.callee, call.arguments
    if callee.node is None:
        return False
    own = callee.parameter_names[callee.owner is not None and not callee.is_static :]
    names = {name for name, value in zip(own, given.positional, strict=False) if _is_of(value, site)}
    found = _AskedInLoops(names | {name for name, value in given.named.items() if _is_of(value, site)})
    found.walk(callee.node.body)
    return found.seen


class _AskedInLoops(Visitor):
    """Whether a method of some name is called in a loop, or the name is passed on in one."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.loops = 0
        self.seen = False

    def _enter(self, _: cst.CSTNode) -> None:
        self.loops += 1

    def _leave(self, _: cst.CSTNode) -> None:
        self.loops -= 1

    visit_For = visit_While = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _enter
    leave_For = leave_While = leave_ListComp = leave_SetComp = leave_DictComp = leave_GeneratorExp = _leave

    def visit_Call(self, node: cst.Call) -> None:
        used = [node.func.value if isinstance(node.func, cst.Attribute) else None, *(arg.value for arg in node.args)]
        self.seen = self.seen or (self.loops > 0 and any(isinstance(one, cst.Name) and one.value in self.names for one in used))


def _is_of(value: Value | None, site: int) -> bool:
    return isinstance(value, Instance | Object) and value.site == site


def _opens_websocket(facts: Facts, call: MethodCall) -> bool:
    kind = kind_of(call.owner) if call.owner is not None else None
    if kind is None or kind.key.startswith("<file>"):
        return False
    catalog = facts.analyser.program.catalog
    found = catalog.method(kind.key, call.path)
    return found is not None and bool(found.kind) and catalog.kind(found.kind).role == "websocket"


def is_request(call: MethodCall) -> bool:
    """Whether a call of a client's method sends something."""
    kind = kind_of(call.owner) if call.owner is not None else None
    if kind is None or call.path in (*kind.release, *kind.release_async, *kind.take_methods):
        return False
    if names(kind.harmless, call.path):
        return False
    if kind.role == "connection":
        return call.path == "request"
    return "." not in call.path or any(one.startswith("*.") for produce in kind.produces for one in produce.calls)


def churning_loop(loops: tuple[Loop, ...], call: cst.CSTNode) -> Loop | None:
    """The innermost of the loops around a call that makes it again and again."""
    return next((loop for loop in reversed(loops) if is_churning(loop, call)), None)


def varies(candidate: Candidate, invariance: Invariance) -> bool:
    """Whether a client depends on the data of the call: by its arguments, or by what is set on it afterwards."""
    node = candidate.acquisition.node
    if not all(invariance.holds(arg) for arg in candidate.acquisition.args):
        return True
    name = _name_of(candidate.function, node)
    if not name or candidate.function.node is None:
        return False
    settings = _Settings(name)
    settings.walk(candidate.function.node.body)
    return not all(invariance.holds(value) for value in settings.values)


def _name_of(function: FunctionInfo, node: Maker) -> str:
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


class _Settings(Visitor):
    """What is set on a client after it was made: `client.headers["X"] = token`, `client.cookies.set(...)`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: list[cst.CSTNode] = []

    def _is_below(self, node: cst.BaseExpression, depth: int) -> bool:
        text = written(node)
        return text.startswith(f"{self.name}.") and text.count(".") >= depth

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            found = target.target.value if isinstance(target.target, cst.Subscript) else target.target
            if self._is_below(found, 1):
                self.values.append(node.value)

    def visit_Call(self, node: cst.Call) -> None:
        if self._is_below(node.func, 2) and written(node.func).rpartition(".")[2] in {
            "update",
            "set",
            "set_cookie",
            "setdefault",
        }:
            self.values.extend(node.args)


def calls_of(facts: Facts, function: FunctionInfo) -> Iterator[LocalCall]:
    """Every call of a function of the file."""
    for survey in facts.analysis.surveys.values():
        yield from (call for call in survey.events.local_calls.values() if call.callee is function)


def runs_once(facts: Facts, function: FunctionInfo) -> bool:
    """Whether a function is one where making a client once is all there is: start-up, command lines, tests, the module itself."""
    return function.name == "<module>" or facts.roles.of(function) in (Role.ONCE, Role.LENDS)


def churn_finding(rule: Rule, acquisition: Acquisition, level: Level, message: str, places: tuple[Place, ...] = ()) -> Finding:
    """A finding about a client that is made again and again."""
    return Finding(
        rule=rule,
        at=Place(acquisition.node, acquisition.function),
        message=message,
        level=level,
        reclaim=acquisition.kind.reclaim,
        places=places,
        resource=id(acquisition.node),
        library=acquisition.kind.library,
    )
