"""Loops that go round for new work, as against those that wait, try again, or have a handful of turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import UnionType

import libcst as cst

from flake8_httpleak.ownership.iteration import MAX_WRITTEN
from flake8_httpleak.ownership.plain import lets_time_pass
from flake8_httpleak.ownership.walks import Loop
from flake8_httpleak.ownership.written import written
from flake8_httpleak.source.visitor import Visitor


def is_churning(loop: Loop, call: cst.CSTNode) -> bool:
    """Whether a loop makes a call again and again: not a poll or retry loop, not one of a few turns.

    call: the call in the loop's body that is asked about. Ways round that do not come past it don't count.
    """
    if 0 < loop.turns <= MAX_WRITTEN:
        return False
    if isinstance(loop.node, cst.While) and (_waits(loop.node) or _counts_few(loop.node) or _waits_for(loop.node, call)):
        return False
    if isinstance(loop.node, cst.For | cst.While):
        return _goes_round(loop.node, call)
    return True


def waits_first(loop: Loop, call: cst.CSTNode) -> bool:
    """Whether each turn of a loop that makes a call sleeps before it does: nobody gains from a connection kept for the next."""
    found = _SleepsFirst(call)
    found.walk(loop.node)
    return found.seen


def _waits(node: cst.While) -> bool:
    """Whether a `while` sleeps beside its work: before it or after it failed. Not one that sleeps where there is no work."""
    found = _Sleeps()
    found.walk(node.body)
    return found.seen


def _counts_few(node: cst.While) -> bool:
    """Whether a `while` turns a few times at most: as long as a name that its body counts up is below a small number."""
    found = _Counts()
    found.walk(node.body)
    return bool(found.names) and any(_bounded(test) in found.names for test in _all_of(node.test))


def _waits_for(node: cst.While, call: cst.CSTNode) -> bool:
    """Whether a `while` goes on as long as what the call gave is missing or no success: `while not answer: answer = get(url)`."""
    found = _Names(call)
    found.walk(node.body)
    return any(_missing(test) in found.names for test in _all_of(node.test))


def _missing(test: cst.BaseExpression) -> str:
    """The name of which a condition says that it is None or false; empty if it says something else."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Name(value=name)):
            return name
        case cst.Comparison(
            left=cst.Name(value=name),
            comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal(), comparator=cst.Name(value="None"))],
        ):
            return name
    return ""


def _all_of(test: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The conditions that all have to hold."""
    found: list[cst.BaseExpression] = []
    waiting = [test]
    while waiting:
        one = waiting.pop()
        if isinstance(one, cst.BooleanOperation) and isinstance(one.operator, cst.And):
            waiting += [one.left, one.right]
        else:
            found.append(one)
    return found


def _bounded(test: cst.BaseExpression) -> str:
    """The name that is compared with a small number above it; empty if the condition is another one."""
    match test:
        case cst.Comparison(
            left=cst.Name(value=name),
            comparisons=[cst.ComparisonTarget(operator=cst.LessThan() | cst.LessThanEqual(), comparator=cst.Integer() as most)],
        ):
            return name if most.evaluated_value <= MAX_WRITTEN else ""
    return ""


class _Names(Visitor):
    """Names that are given what comes of a call, or whether that is a success."""

    def __init__(self, call: cst.CSTNode) -> None:
        self.call = call
        self.names: set[str] = set()

    def visit_Assign(self, node: cst.Assign) -> None:
        found = _Contains(self.call)
        found.walk(node.value)
        if found.seen or _is_success(node.value):
            self.names |= {target.target.value for target in node.targets if isinstance(target.target, cst.Name)}


class _Counts(Visitor):
    """Names that are counted up."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if isinstance(node.target, cst.Name) and isinstance(node.operator, cst.AddAssign):
            self.names.add(node.target.value)


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


class _SleepsFirst(Visitor):
    """Whether a block on the way to a call sleeps before it comes to the call."""

    def __init__(self, call: cst.CSTNode) -> None:
        self.call = call
        self.seen = False

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> bool:
        slept = False
        for statement in node.body:
            found = _Contains(self.call)
            found.walk(statement)
            if found.seen:
                self.seen = self.seen or slept
                return True
            if isinstance(statement, cst.SimpleStatementLine):
                slept = slept or any(isinstance(one, cst.Expr) and _sleeps(one.value) for one in statement.body)
        return False


def _goes_round(node: cst.For | cst.While, call: cst.CSTNode) -> bool:
    """Whether some way round, without an exception, makes the call and doesn't sleep."""
    searches = node.orelse is not None and _ends_in(node.orelse.body, cst.Raise)
    outcome = _Ways(call, searches=searches).turn(node)
    return any(way.made and not way.slept for way in outcome.through | outcome.again)


@dataclass(frozen=True, slots=True)
class _Way:
    """What a way through statements did: was the call made, did it sleep?"""

    made: bool = False
    slept: bool = False

    def then(self, other: _Way) -> _Way:
        return _Way(self.made or other.made, self.slept or other.slept)


STRAIGHT = frozenset({_Way()})
NONE: frozenset[_Way] = frozenset()
_TRIED = frozenset({_Way(slept=True)})


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The ways that need no exception: to the end of the statements, and to the loop's next turn before that."""

    through: frozenset[_Way] = STRAIGHT
    again: frozenset[_Way] = NONE


def _united(outcomes: Sequence[_Outcome]) -> _Outcome:
    return _Outcome(NONE.union(*(one.through for one in outcomes)), NONE.union(*(one.again for one in outcomes)))


class _Ways:
    """Finds the ways through statements past one call.

    searches: the loop looks for the first that does, so whatever leaves it is success.
    """

    def __init__(self, call: cst.CSTNode, *, searches: bool = False) -> None:
        self.call = call
        self.searches = searches

    def turn(self, node: cst.For | cst.While) -> _Outcome:
        """The ways through one turn of a loop."""
        outcome = self._block(node.body.body)
        return self._after([node.test], outcome) if isinstance(node, cst.While) else outcome

    def _block(self, body: Sequence[cst.CSTNode]) -> _Outcome:
        through, again = STRAIGHT, NONE
        for statement in body:
            one = self._statement(statement)
            again |= _joined(through, one.again)
            through = _joined(through, one.through)
            if not through:
                break
        return _Outcome(through, again)

    def _statement(self, node: cst.CSTNode) -> _Outcome:
        match node:
            case cst.SimpleStatementLine():
                return self._simple(node)
            case cst.If():
                return self._if(node)
            case cst.With():
                return self._after(node.items, self._block(node.body.body))
            case cst.Try() | cst.TryStar():
                return self._try(node)
            case cst.For() | cst.While():
                return _Outcome(frozenset({self._inner(node)}))
            case cst.Match():
                return self._after([node.subject], self._either([*(case.body.body for case in node.cases), []]))
        return _Outcome()

    def _simple(self, line: cst.SimpleStatementLine) -> _Outcome:
        way = _Way(self._makes([line]))
        for small in line.body:
            if isinstance(small, cst.Return | cst.Break | cst.Raise):
                return _Outcome(through=NONE)
            if isinstance(small, cst.Continue):
                return _Outcome(through=NONE, again=frozenset({way}))
            if isinstance(small, cst.Expr) and _sleeps(small.value):
                way = _Way(way.made, slept=True)
        return _Outcome(frozenset({way}))

    def _if(self, node: cst.If) -> _Outcome:
        """Where success leaves the loop, the other ways try the next one, as in a list of mirrors: as good as a sleep."""
        taken, *others = [self._block(body) for body in (node.body.body, *_else(node))]
        succeeds = _is_success(node.test) or (self.searches and _ends_in(node.body, cst.Break | cst.Return))
        if succeeds and not taken.through | taken.again:
            others = [_Outcome(_joined(one.through, _TRIED), _joined(one.again, _TRIED)) for one in others]
        return self._after([node.test], _united([taken, *others]))

    def _inner(self, node: cst.For | cst.While) -> _Way:
        """A loop in the loop: it sleeps if it does so in every turn, or in every turn that makes the call."""
        inner = self.turn(node)
        ways = inner.through | inner.again
        ways = frozenset(way for way in ways if way.made) or ways
        return _Way(self._makes([node]), bool(ways) and all(way.slept for way in ways))

    def _try(self, node: cst.Try | cst.TryStar) -> _Outcome:
        """Without an exception: the body, `else` and `finally`. A handler counts where it makes the call."""
        plain = [*node.body.body, *(node.orelse.body.body if node.orelse is not None else ())]
        outcome = self._either([plain, *(one.body.body for one in node.handlers if self._makes([one]))])
        if node.finalbody is None:
            return outcome
        last = self._block(node.finalbody.body.body)
        again = _joined(outcome.again, last.through) | _joined(outcome.through | outcome.again, last.again)
        return _Outcome(_joined(outcome.through, last.through), again)

    def _either(self, bodies: Sequence[Sequence[cst.CSTNode]]) -> _Outcome:
        return _united([self._block(body) for body in bodies])

    def _after(self, head: Sequence[cst.CSTNode], outcome: _Outcome) -> _Outcome:
        """What comes after the head of a statement, which may make the call."""
        first = frozenset({_Way(self._makes(head))})
        return _Outcome(_joined(first, outcome.through), _joined(first, outcome.again))

    def _makes(self, nodes: Sequence[cst.CSTNode]) -> bool:
        found = _Contains(self.call)
        for node in nodes:
            found.walk(node)
        return found.seen


class _Contains(Visitor):
    def __init__(self, wanted: cst.CSTNode) -> None:
        self.wanted = wanted
        self.seen = False

    def visit_Call(self, node: cst.Call) -> None:
        self.seen = self.seen or node is self.wanted


def _joined(first: frozenset[_Way], second: frozenset[_Way]) -> frozenset[_Way]:
    return frozenset(one.then(other) for one in first for other in second)


def _sleeps(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Await):
        node = node.expression
    return isinstance(node, cst.Call) and lets_time_pass(written(node.func).rpartition(".")[2])


def _is_success(test: cst.BaseExpression) -> bool:
    """Whether a condition says that a response is a good one: `r.ok`, `r.status_code == 200`, `r.status_code < 400`."""
    match test:
        case cst.Attribute(attr=cst.Name(value="ok" | "is_success")):
            return True
        case cst.Comparison(
            left=cst.Attribute(attr=cst.Name(value="status" | "status_code")),
            comparisons=[cst.ComparisonTarget(operator=cst.LessThan(), comparator=cst.Integer(value="300" | "400"))],
        ):
            return True
        case cst.Comparison(
            left=cst.Attribute(attr=cst.Name(value="status" | "status_code")),
            comparisons=[cst.ComparisonTarget(operator=cst.Equal(), comparator=wanted)],
        ):
            return written(wanted).rpartition(".")[2].lower() == "ok" or (
                isinstance(wanted, cst.Integer) and wanted.value[0] == "2"
            )
    return False


def _ends_in(body: cst.BaseSuite, kind: type[cst.CSTNode] | UnionType) -> bool:
    """Whether the last of some statements is of a kind: a loop whose `else` raises was there to find something."""
    last = body.body[-1] if body.body else None
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    return isinstance(small, kind)


def _else(node: cst.If) -> list[Sequence[cst.CSTNode]]:
    if node.orelse is None:
        return [[]]
    return [node.orelse.body.body] if isinstance(node.orelse, cst.Else) else [[node.orelse]]
