"""A client that is made for one request, where the file itself shows that this happens again and again.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.churn import MANY, Candidate, calls_of, candidates, churn_finding, churning_loop, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.roles import Role
from flake8_httpleak.source.visitor import Visitor


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients for one request in functions that run again and again."""
    for candidate in candidates(facts):
        function = candidate.function
        if candidate.requests >= MANY or runs_once(facts, function) or facts.roles.is_rare(function):
            continue
        acquisition = candidate.acquisition
        if facts.roles.of(function) is Role.HANDLER or churning_loop(acquisition.loops, acquisition.node) is not None:
            continue  # these have rules of their own
        invariance = Invariance(function)
        if varies(candidate, invariance):
            continue
        why = _why(facts, candidate, invariance)
        if why:
            callee = written(acquisition.node.func)
            text = f"client '{callee}' is made for one request in '{function.name}', {why}; keep one and reuse it"
            yield churn_finding(RULE, acquisition, Level.HINT, text)


def _why(facts: Facts, candidate: Candidate, invariance: Invariance) -> str:
    function = candidate.function
    for call in calls_of(facts, function):
        if churning_loop(call.loops, call.node) is not None and not runs_once(facts, call.function):
            return "which a loop calls"
        if facts.roles.of(call.function) is Role.HANDLER:
            return f"which the handler '{call.function.name}' calls"
    if function.is_property and not function.is_cached:
        return "a property"
    if facts.roles.of(function) is Role.HOT:
        return "which its framework calls again and again"
    return "a method of a client of its own" if _is_wrapper(candidate, invariance) else ""


def _is_wrapper(candidate: Candidate, invariance: Invariance) -> bool:
    """Whether a class keeps what the client and its one request use: its methods are there to be called many times."""
    function = candidate.function
    if function.owner is None or candidate.requests != 1 or function.name.startswith("__"):
        return False
    used = _used_fields(function)
    return bool(used) and used <= _stored_fields(function) and invariance.fields <= used


def _used_fields(function: FunctionInfo) -> set[str]:
    found = _Fields(function.parameter_names[0] if function.parameter_names else "")
    if function.node is not None:
        found.walk(function.node.body)
    return found.read - set(function.owner.functions if function.owner is not None else ())


def _stored_fields(function: FunctionInfo) -> set[str]:
    """Fields that the constructor assigns, of the class and of its bases in the file; those of a record count too."""
    stored: set[str] = set()
    for info in function.owner.line_of_descent if function.owner is not None else ():
        stored.update(info.annotated)
        constructor = info.functions.get("__init__")
        if constructor is not None and constructor.node is not None and constructor.parameter_names:
            found = _Fields(constructor.parameter_names[0])
            found.walk(constructor.node.body)
            stored |= found.stored
    return stored


class _Fields(Visitor):
    def __init__(self, receiver: str) -> None:
        self.receiver = receiver
        self.read: set[str] = set()
        self.stored: set[str] = set()

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._store(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._store(node.target)

    def _store(self, target: cst.BaseExpression) -> None:
        if isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name) and target.value.value == self.receiver:
            self.stored.add(target.attr.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if isinstance(node.value, cst.Name) and node.value.value == self.receiver:
            self.read.add(node.attr.value)


RULE = Rule(
    code="HTL303",
    name="client-per-call",
    summary="a client is made for one request in a function that runs again and again",
    check=check,
    strength=72,
)
