"""Decorators of the file whose wrapper keeps what the function returns to itself, and gives something of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.ownership.program import FunctionInfo, Program

_Maker = ast.FunctionDef | ast.AsyncFunctionDef


def is_reworked(program: Program, info: FunctionInfo) -> bool:
    """Whether a decorator calls the function and returns no result of such a call: `return fetch(url).text`."""
    for decorator in info.decorators:
        unit = program.units.functions.get(decorator)
        if unit is not None and isinstance(unit.function, _Maker) and _reworks(unit.function):
            return True
    return False


def _reworks(decorator: _Maker) -> bool:
    parameters = {
        one.arg for node in ast.walk(decorator) if isinstance(node, ast.arguments) for one in (*node.posonlyargs, *node.args)
    }
    results = {id(node) for node in ast.walk(decorator) if _is_call_of(node, parameters)}
    names = {name for node in ast.walk(decorator) for name in _named(node, results)}
    returned = [
        _bare(node.value) for node in ast.walk(decorator) if isinstance(node, ast.Return | ast.Yield) and node.value is not None
    ]
    passed_on = any(id(one) in results or (isinstance(one, ast.Name) and one.id in names) for one in returned)
    return bool(results) and not passed_on


def _is_call_of(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _named(node: ast.AST, results: set[int]) -> Iterator[str]:
    """Names that are given to the result of such a call."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and id(_bare(node.value)) in results:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _bare(node: ast.expr | None) -> ast.expr | None:
    return node.value if isinstance(node, ast.Await) else node
