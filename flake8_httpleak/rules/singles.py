"""Classes whose objects the module itself makes, and nobody else in the file: such an object lives as long as the process."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.ownership.program import ClassInfo, Program
from flake8_httpleak.source.units import Unit


def is_made_once(program: Program, info: ClassInfo) -> bool:
    """Whether the file makes objects of a class or of one below it, and only while the module is imported."""
    family = {one.name for one in program.classes() if info in one.line_of_descent}
    if info.name not in family or "." in info.name:
        return False
    by_module = False
    for unit in program.units.all:
        of_family = unit.owner is not None and unit.owner.name in family
        if not of_family and (not unit.spells(family) or family.isdisjoint(unit.names)):
            continue
        makes = any(_makes(call, family, of_family=of_family) for call in _calls(unit))
        if makes and (unit.function is not None or unit.owner is not None):
            return False
        by_module = by_module or makes
    return by_module


def _calls(unit: Unit) -> Iterator[ast.Call]:
    """The calls of a unit, without those that a file makes only as a script."""
    waiting: list[ast.AST] = [one for one in unit.nodes if not _is_script(one)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _is_script(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))


def _makes(call: ast.Call, family: set[str], *, of_family: bool) -> bool:
    """Whether a call makes an object: by the name of the class or, in the class itself, by `cls(...)` and the like."""
    match call.func:
        case ast.Name(id=name):
            return name in family or (of_family and name == "cls")
        case ast.Attribute(attr="__class__") | ast.Call(func=ast.Name(id="type")):
            return of_family
    return False
