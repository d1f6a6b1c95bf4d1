"""What the rules about clients made again and again share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.arguments import holds
from flake8_httpleak.ownership.events import Acquisition, LocalCall
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.walks import Loop
from flake8_httpleak.ownership.written import written
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.looping import is_churning
from flake8_httpleak.rules.roles import Role
from flake8_httpleak.rules.sending import count_requests, name_of
from flake8_httpleak.source.visitor import Visitor

CHURNED = frozenset({"client", "connection"})


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


def churning_loop(loops: tuple[Loop, ...], call: cst.CSTNode) -> Loop | None:
    """The innermost of the loops around a call that makes it again and again."""
    return next((loop for loop in reversed(loops) if is_churning(loop, call)), None)


def varies(candidate: Candidate, invariance: Invariance) -> bool:
    """Whether a client depends on the data of the call: by its arguments, or by what is set on it afterwards."""
    node = candidate.acquisition.node
    if not all(invariance.holds(arg) for arg in candidate.acquisition.args) or candidate.acquisition.has_foreign_part:
        return True
    name = name_of(candidate.function, node)
    if not name or candidate.function.node is None:
        return False
    settings = _Settings(name)
    settings.walk(candidate.function.node.body)
    return not all(invariance.holds(value) for value in settings.values)


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
