"""Comparisons of two values: what they say about None, about lengths, and about what is written out."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Hashable
from typing import Any

import libcst as cst

from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.truth import is_none
from flake8_httpleak.ownership.values import NONE, UNKNOWN, Const, Items, Member, Symbol, Test, Value


def compared(m: Machine, operator: cst.BaseCompOp, left: Value, right: Value, node: cst.CSTNode, state: State) -> Value:
    """What comes of `left operator right`: the answer if that is known, or a test of what is not."""
    if left == NONE or (isinstance(left, Const) and isinstance(operator, cst.Equal | cst.NotEqual)):
        left, right = right, left
    negative = isinstance(operator, cst.IsNot | cst.NotEqual | cst.NotIn)
    if right == NONE and isinstance(operator, cst.Is | cst.IsNot | cst.Equal | cst.NotEqual):
        known = is_none(left, state)
        test: Value = Test("none", left) if known is None else Const(known)
    elif isinstance(left, Test) and left.operator == "len" and (filled := _filled(operator, right)) is not None:
        test = Test("not", Test("not", left.of) if filled else left.of)
    elif isinstance(operator, cst.Is | cst.IsNot | cst.Equal | cst.NotEqual):
        both = isinstance(left, Const) and isinstance(right, Const)
        test = Const(left == right) if both else Test("==", left, right)
    elif isinstance(left, Const) and isinstance(right, Const) and type(operator) in _ORDERS:
        test = _ordered(operator, left.value, right.value)
    elif _is_comparable(left) and (_is_comparable(right) or _is_written_out(node, right)):
        test = Test("in" if isinstance(operator, cst.In | cst.NotIn) else type(operator).__name__, left, right)
    else:
        return m.fresh(node, state)
    if not negative:
        return test
    return Const(test.value is False) if isinstance(test, Const) else Test("not", test)


_ORDERS: dict[type[cst.BaseCompOp], Callable[[Any, Any], bool]] = {
    cst.LessThan: operators.lt,
    cst.LessThanEqual: operators.le,
    cst.GreaterThan: operators.gt,
    cst.GreaterThanEqual: operators.ge,
}


def _ordered(operator: cst.BaseCompOp, left: Hashable, right: Hashable) -> Value:
    try:
        return Const(_ORDERS[type(operator)](left, right))
    except TypeError:
        return UNKNOWN


def _filled(operator: cst.BaseCompOp, right: Value) -> bool | None:
    """Whether a length that compares so (`!=` as `==`) says that there is something; None if it says nothing of the kind."""
    match operator, right:
        case (cst.GreaterThan(), Const(value=0)) | (cst.GreaterThanEqual(), Const(value=1)):
            return True
        case (cst.LessThanEqual() | cst.Equal() | cst.NotEqual(), Const(value=0)) | (cst.LessThan(), Const(value=1)):
            return False
    return None


def _is_written_out(node: cst.CSTNode, right: Value) -> bool:
    """Whether the right side is a list of constants that stands in the comparison itself: nobody can add to it."""
    in_place = isinstance(node, cst.Comparison) and isinstance(node.comparisons[0].comparator, cst.List)
    return in_place and isinstance(right, Items) and all(isinstance(one, Const) for one in right.values)


def _is_comparable(value: Value) -> bool:
    """Whether the same comparison with it comes out the same a second time: not what an object or container may become."""
    if isinstance(value, Items):
        return value.form in ("tuple", "set") and all(isinstance(one, Const) for one in value.values)
    return isinstance(value, Symbol | Const | Member)
