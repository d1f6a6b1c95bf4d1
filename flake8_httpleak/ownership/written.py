"""What is written: dotted names, in functions as LibCST sees them and outside as `ast` does, and values that are written out."""

from __future__ import annotations

import ast

import libcst as cst

from flake8_httpleak.ownership.values import UNKNOWN, Const, Items, Value


def literal(node: ast.expr | None) -> Value | None:
    """The value of an expression that is written out; None if it is not."""
    if isinstance(node, ast.Constant):
        return Const(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return Const(-value) if isinstance(value, int | float) else None
    if isinstance(node, ast.Tuple | ast.List):
        found = [literal(one) for one in node.elts]
        form = "tuple" if isinstance(node, ast.Tuple) else "list"
        return Items(form, tuple(one for one in found if one is not None)) if None not in found else None
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        values = tuple(literal(one) or UNKNOWN for one in node.values)
        return Items("dict", values, tuple(key.value for key in node.keys))  # type: ignore[union-attr] # checked above
    return None


def written(node: cst.BaseExpression) -> str:
    """A dotted name as it is written, calls left out; empty if it is something else."""
    found: list[str] = []
    while True:
        if isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Subscript):
            node = node.value
        elif isinstance(node, cst.Attribute):
            found.append(node.attr.value)
            node = node.value
        elif isinstance(node, cst.Name):
            return ".".join([node.value, *reversed(found)])
        else:
            return ""


def written_outside(node: ast.expr) -> str:
    """The same outside functions, where there is only `ast`."""
    found: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
            node = node.value
        else:
            return ""
    return ".".join([node.id, *reversed(found)])
