"""Records: classes of which each object gets the value of a field from a factory, `field(default_factory=httpx.Client)`."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership import functions, objects
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.events import made_sites
from flake8_httpleak.ownership.library import construct, special
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import TRACKED, Class, Dotted, Function, Value, reaches

_FACTORIES = ("default_factory", "factory")


@special("dataclasses.field", "attrs.field", "attr.field", "attr.ib", "attr.attrib", "pydantic.Field", "pydantic.PrivateAttr")
def field(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """A field whose factory is called for each object that is made without a value for it."""
    default = arguments.named.get("default")
    if default is not None and _is_made(default):  # `default=attr.Factory(httpx.Client)`
        return [(default, state)]
    given = next((arg.value for arg in node.args if arg.keyword is not None and arg.keyword.value in _FACTORIES), None)
    return _made(m, given, node, state)


@special("attr.Factory", "attrs.Factory")
def factory(m: Machine, _: Arguments, node: cst.Call, state: State) -> Branches:
    """The same, written as a default."""
    return _made(m, node.args[0].value if node.args else None, node, state)


def _made(m: Machine, given: cst.BaseExpression | None, node: cst.Call, state: State) -> Branches:
    """What a factory makes, if that is a resource: it is made where the factory is named."""
    for value, after in _called(m, given, state) if given is not None else ():
        if m.events is not None and m.depth == 0:
            m.events.for_each |= made_sites(value)
        if _is_made(value):
            return [(value, after)]
    return [(m.fresh(node, state), state)]


def _is_made(value: Value) -> bool:
    """Whether somebody made a value: it is a resource that has to be released."""
    return bool(made_sites(value)) or reaches(value, TRACKED)


def _called(m: Machine, given: cst.BaseExpression, state: State) -> Branches:
    """Call a factory without arguments."""
    match m.eval(given, state)[0][0]:
        case Dotted(name) if (kind := m.catalog.constructor(name)) is not None:
            return construct(m, kind, Arguments(), given, state)
        case Function() if isinstance(given, cst.Lambda):
            return m.eval(given.body, state)
        case Function() as made:
            return functions.call(m, made, Arguments(), given, state)
        case Class(info):
            return objects.construct(m, info, Arguments(), given, state)
    return []
