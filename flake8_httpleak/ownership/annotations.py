"""What annotations say of a value: `Session`, `"httpx.Client"`, `Optional[X]`, `X | None`, `Annotated[X, ...]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.values import NOBODY, NONE, UNKNOWN, Class, Dotted, Instance, Object, Value, choice

_WRAPPERS = frozenset({"Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar"})
_EITHER = frozenset({"Optional", "Union"})
MAX_TEXT = 200


def annotated_value(program: Program, node: cst.BaseExpression) -> Value | None:
    """The value that an annotation promises; None if it says nothing about resources or classes of the file."""
    match node:
        case cst.Name(value="None"):
            return NONE
        case cst.Name() | cst.Attribute():
            return _named(program, node)
        case cst.SimpleString():
            return _quoted(program, node)
        case cst.BinaryOperation(operator=cst.BitOr()):
            return _either([annotated_value(program, node.left), annotated_value(program, node.right)])
        case cst.Subscript():
            return _subscript(program, node)
    return None


def declared_fields(program: Program, body: Iterable[cst.CSTNode]) -> Iterator[tuple[str, Value]]:
    """What the body of a class says of its fields: `session: Session`, `session: Session | None = None`."""
    for line in body:
        for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name):
                value = annotated_value(program, node.annotation.annotation)
                if value is not None:
                    is_none = isinstance(node.value, cst.Name) and node.value.value == "None"
                    yield node.target.value, choice([NONE, value]) if is_none else value


def _named(program: Program, node: cst.BaseExpression) -> Value | None:
    value = _resolve(program, node)
    if isinstance(value, Class):
        return Object(value.info)
    if isinstance(value, Dotted):
        kind = program.catalog.annotation(value.name)
        return Instance(kind, NOBODY) if kind is not None else None
    return None


def _resolve(program: Program, node: cst.BaseExpression) -> Value:
    if isinstance(node, cst.Name):
        return program.lookup(node.value)
    if isinstance(node, cst.Attribute):
        below = _resolve(program, node.value)
        if isinstance(below, Dotted):
            return Dotted(f"{below.name}.{node.attr.value}")
    return UNKNOWN


def _quoted(program: Program, node: cst.SimpleString) -> Value | None:
    text = node.evaluated_value
    if not isinstance(text, str) or len(text) > MAX_TEXT or text.count("[") + text.count("(") > 8:  # noqa: PLR2004 - deep enough
        return None
    try:
        return annotated_value(program, cst.parse_expression(text.strip()))
    except (cst.ParserSyntaxError, ValueError):
        return None


def _subscript(program: Program, node: cst.Subscript) -> Value | None:
    inner = [part.slice.value for part in node.slice if isinstance(part.slice, cst.Index)]
    name = (
        node.value.value
        if isinstance(node.value, cst.Name)
        else node.value.attr.value
        if isinstance(node.value, cst.Attribute)
        else ""
    )
    if not inner:
        return None
    if name in _WRAPPERS:
        return annotated_value(program, inner[0])
    if name in _EITHER:
        found = [annotated_value(program, one) for one in inner]
        return _either([*found, NONE] if name == "Optional" else found)
    return _named(program, node.value)


def _either(found: list[Value | None]) -> Value | None:
    known = [one for one in found if one is not None]
    if all(one == NONE for one in known):
        return None
    return choice(known if len(known) == len(found) else [*known, UNKNOWN])
