"""Conditions: the ways on which one is true and those on which it is false."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership import members
from flake8_httpleak.ownership.learning import learned
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.truth import assume, narrow, truth
from flake8_httpleak.ownership.values import Status, Test, Value, choice, options

Split = tuple[list[State], list[State]]


def branch(m: Machine, node: cst.BaseExpression, state: State) -> Split:
    """The states on which a condition is true, and those on which it is false."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        yes, no = branch(m, node.expression, state)
        return no, yes
    if isinstance(node, cst.BooleanOperation):
        return _both(m, node, state)
    yes, no = [], []
    for value, after in m.eval(node, state):
        known = truth(value, after)
        if known is not None:
            (yes if known else no).append(after)
            continue
        other = after.copy()
        if take(m, node, value, True, after):  # noqa: FBT003 - the way that is taken
            yes.append(after)
        if take(m, node, value, False, other):  # noqa: FBT003
            no.append(other)
    return yes, no


def _both(m: Machine, node: cst.BooleanOperation, state: State) -> Split:
    yes, no = branch(m, node.left, state)
    if isinstance(node.operator, cst.And):
        again = [branch(m, node.right, way) for way in yes]
        return [way for found, _ in again for way in found], [*no, *(way for _, found in again for way in found)]
    again = [branch(m, node.right, way) for way in no]
    return [*yes, *(way for found, _ in again for way in found)], [way for _, found in again for way in found]


def take(m: Machine, node: cst.BaseExpression, value: Value, wanted: bool, state: State) -> bool:  # noqa: FBT001
    """Go the way on which the condition at a node is true or false; says whether there is one."""
    if not assume(value, wanted, state):
        return False
    learned(m, value, node, state, wanted=wanted)
    tested, none = node, False
    if isinstance(node, cst.Comparison) and isinstance(value, Test):
        tested = node.left
        inner: Test = value.of if isinstance(value.of, Test) and value.operator == "not" else value
        none = inner.operator == "none"
        if not none:
            return True
        wanted = wanted if inner is value else not wanted
    elif isinstance(node, cst.NamedExpr):
        tested = node.target
    path = members.path_of(tested)
    if path is not None and (known := members.at(state, path)) is not None:
        members.rebind(state, path, narrow(known, wanted, state, none=none))
    return True


def merge(branches: Branches) -> Branches:
    """Unite branches of the same status: their values become a choice."""
    if len(branches) <= 1:
        return branches
    by_status: dict[Status, tuple[Value, State]] = {}
    for value, state in branches:
        known = by_status.get(state.status)
        if known is None:
            by_status[state.status] = (value, state)
        else:
            known[1].absorb(state)
            by_status[state.status] = (choice([*options(known[0]), value]), known[1])
    return list(by_status.values())
