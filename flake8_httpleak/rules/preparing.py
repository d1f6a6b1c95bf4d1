"""What a function does to a client that it only uses, before it sends a request through it."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.members import path_of
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.sending import is_request
from flake8_httpleak.source.visitor import Visitor


def precedes_request(facts: Facts, call: MethodCall) -> bool:
    """Whether a function does this to a client that it only uses, and then sends a request through it, whatever happens."""
    function, below = call.function, _client_of(call)
    kind = kind_of(call.owner) if call.owner is not None else None
    if kind is None or below is None or not _is_kept(facts, function, below) or not _is_certain(function, call.node):
        return False
    rest = [one for one in facts.calls if one.function is function and _client_of(one) == below]
    return any(is_request(one) for one in rest[rest.index(call) + 1 :])


def _client_of(call: MethodCall) -> tuple[str, ...] | None:
    return path_of(call.node.func.value) if isinstance(call.node.func, cst.Attribute) else None


def _is_kept(facts: Facts, function: FunctionInfo, path: tuple[str, ...]) -> bool:
    """Whether a path leads to a client that the module or the object keeps; what a caller lends may be new each time."""
    if function.owner is not None and function.parameter_names and path[0] == function.parameter_names[0]:
        return len(path) > 1
    return path[0] in facts.analyser.program.globals and path[0] not in function.all_parameter_names


def _is_certain(function: FunctionInfo, call: cst.Call) -> bool:
    """Whether a call is a statement of its own that no condition stands before: `if not READY:` would make it once."""
    lines = function.node.body.body if isinstance(function.node, cst.FunctionDef) else ()
    for line in lines:
        if isinstance(line, cst.SimpleStatementLine):
            if any(isinstance(one, cst.Expr) and one.value is call for one in line.body):
                return True
        elif _Returns.are_in(line):
            return False
    return False


class _Returns(Visitor):
    """Whether a statement may end the function early."""

    def __init__(self) -> None:
        self.seen = False

    @classmethod
    def are_in(cls, node: cst.CSTNode) -> bool:
        found = cls()
        found.walk(node)
        return found.seen

    def visit_Return(self, _: cst.Return) -> None:
        self.seen = True
