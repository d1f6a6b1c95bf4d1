"""Loops that go round for new work, as against those that wait, try again, or have a handful of turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from flake8_httpleak.ownership.iteration import MAX_WRITTEN
from flake8_httpleak.ownership.machine import Loop
from flake8_httpleak.ownership.program import written
from flake8_httpleak.source.visitor import Visitor

_WAITS = frozenset({"sleep", "wait", "wait_for", "delay", "backoff", "sleep_for", "wait_until", "pause"})


def is_churning(loop: Loop) -> bool:
    """Whether a loop makes its body's resources again and again: not a poll or retry loop, not one of a few turns."""
    if 0 < loop.turns <= MAX_WRITTEN:
        return False
    if isinstance(loop.node, cst.While) and _waits(loop.node):
        return False
    if isinstance(loop.node, cst.For | cst.While):
        return _goes_round(loop.node)
    return True


def _waits(node: cst.While) -> bool:
    """Whether a `while` sleeps beside its work: before it or after it failed. Not one that sleeps where there is no work."""
    found = _Sleeps()
    found.walk(node.body)
    return found.seen


class _Sleeps(Visitor):
    def __init__(self) -> None:
        self.seen = False
        self.handlers = 0

    def visit_ExceptHandler(self, _: cst.ExceptHandler) -> None:
        self.handlers += 1

    def leave_ExceptHandler(self, _: cst.ExceptHandler) -> None:
        self.handlers -= 1

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        small = [one for line in node.body if isinstance(line, cst.SimpleStatementLine) for one in line.body]
        sleeps = any(isinstance(one, cst.Expr) and _sleeps(one.value) for one in small)
        turns_back = bool(small) and isinstance(small[-1], cst.Continue) and not self.handlers
        self.seen = self.seen or (sleeps and not turns_back)

    def visit_FunctionDef(self, _: cst.FunctionDef) -> bool:
        return False


def _goes_round(node: cst.For | cst.While) -> bool:
    """Whether some way round, without an exception, doesn't sleep."""
    step = _block(node.body.body)
    return step.again or (step.reached and step.awake)


@dataclass(slots=True)
class _Step:
    """The ways through statements that need no exception: is the end reached; without having slept; the next turn as well?"""

    reached: bool = True
    awake: bool = True
    again: bool = False


def _through(node: cst.CSTNode) -> _Step:
    match node:
        case cst.SimpleStatementLine():
            return _simple(node)
        case cst.If():
            return _either([node.body.body, *_else(node)])
        case cst.With():
            return _block(node.body.body)
        case cst.Try() | cst.TryStar():
            return _try(node)
        case cst.For() | cst.While():
            inner = _block(node.body.body)
            return _Step(awake=inner.awake)
        case cst.Match():
            return _either([*(case.body.body for case in node.cases), []])
    return _Step()


def _simple(line: cst.SimpleStatementLine) -> _Step:
    for small in line.body:
        if isinstance(small, cst.Return | cst.Break | cst.Raise):
            return _Step(reached=False)
        if isinstance(small, cst.Continue):
            return _Step(reached=False, again=True)
        if isinstance(small, cst.Expr) and _sleeps(small.value):
            return _Step(awake=False)
    return _Step()


def _sleeps(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Await):
        node = node.expression
    return isinstance(node, cst.Call) and written(node.func).rpartition(".")[2] in _WAITS


def _block(body: Sequence[cst.CSTNode]) -> _Step:
    step = _Step()
    for statement in body:
        one = _through(statement)
        step = _Step(one.reached, step.awake and one.awake, step.again or (step.awake and one.again))
        if not step.reached:
            break
    return step


def _else(node: cst.If) -> list[Sequence[cst.CSTNode]]:
    if node.orelse is None:
        return [[]]
    return [node.orelse.body.body] if isinstance(node.orelse, cst.Else) else [[node.orelse]]


def _either(bodies: Sequence[Sequence[cst.CSTNode]]) -> _Step:
    steps = [_block(body) for body in bodies]
    reached = [step for step in steps if step.reached]
    return _Step(bool(reached), any(step.awake for step in reached) if reached else True, any(step.again for step in steps))


def _try(node: cst.Try | cst.TryStar) -> _Step:
    """Without an exception: the body, `else` and `finally`."""
    parts = [*node.body.body, *(node.orelse.body.body if node.orelse is not None else ())]
    step = _block(parts)
    if node.finalbody is not None:
        last = _block(node.finalbody.body.body)
        step = _Step(step.reached and last.reached, step.awake and last.awake, step.again and last.awake)
    return step
