"""Methods that reach into their own object by names that nobody wrote there: `getattr(self, name)`, `vars(self)`."""

from __future__ import annotations

import ast

from flake8_httpleak.source.units import Unit, receiver_of


def reaches_any_field(unit: Unit) -> bool:
    """Whether a method may have got hold of any field of its object, by `getattr` with a name that varies or by all of them."""
    own = receiver_of(unit.function)
    if unit.function is None or not own or not unit.spells(("getattr", "vars", "__dict__")):
        return False
    return any(_reaches(node, own) for node in ast.walk(unit.function))


def passes_all_on(unit: Unit, field: str) -> bool:
    """Whether whatever is asked of an object is asked of what it keeps in a field: `__getattr__` that looks there."""
    if unit.function is None or unit.function.name != "__getattr__" or not unit.spells((field,)):
        return False
    return any(_asks(node, field) for node in ast.walk(unit.function))


def _asks(node: ast.AST, field: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Attribute(attr=name), *_]):
            return name == field
    return False


def _reaches(node: ast.AST, own: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="vars"), args=[ast.Name(id=name)]) | ast.Attribute(ast.Name(id=name), "__dict__"):
            return name == own
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=name), key, *_]):
            return name == own and not isinstance(key, ast.Constant)
    return False
