"""Functions that look at an object and answer a question: `isinstance`, `hasattr`, `callable`."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.kinds import is_method, unasked
from flake8_httpleak.ownership.library import special
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import NONE, Class, Const, Dotted, Function, Instance, Member, Object, Test, Value, View
from flake8_httpleak.ownership.written import written


@special("isinstance", "issubclass", "hasattr", "callable")
def asked(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """Answer where it is known; otherwise the same question about the same things has the same answer."""
    question = written(node.func)
    second: Value | None = None
    match arguments.positional:
        case (first,):
            pass
        case (first, second):
            pass
        case _:
            return [(m.fresh(node, state), state)]
    unasked(first, state)
    answer = _ANSWERS.get(question, _unknown)(m, first, second)
    return [(Const(answer) if answer is not None else Test(question, first, second), state)]


def _unknown(_: Machine, __: Value, ___: Value | None) -> bool | None:
    return None


def _isinstance(m: Machine, value: Value, wanted: Value | None) -> bool | None:
    kind = m.catalog.annotation(wanted.name) if isinstance(wanted, Dotted) else None
    if value == NONE:
        return False if kind is not None or isinstance(wanted, Class) else None
    if isinstance(value, Instance) and value.kind is kind:
        return True
    if isinstance(value, Object) and isinstance(wanted, Class) and wanted.info in value.info.line_of_descent:
        return True
    return None


def _hasattr(_: Machine, value: Value, name: Value | None) -> bool | None:
    if not isinstance(name, Const) or not isinstance(name.value, str):
        return None
    if isinstance(value, Instance) and is_method(value.kind, name.value):
        return True
    if isinstance(value, Object) and (value.info.method(name.value) or value.field(name.value) or value.info.field(name.value)):
        return True
    return False if value == NONE and not hasattr(None, name.value) else None


def _callable(_: Machine, value: Value, __: Value | None) -> bool | None:
    if value == NONE:
        return False
    is_method_of_ours = isinstance(value, Member) and isinstance(value.of, Instance | View)
    return True if is_method_of_ours or isinstance(value, Function | Class) else None


_ANSWERS = {"isinstance": _isinstance, "hasattr": _hasattr, "callable": _callable}
