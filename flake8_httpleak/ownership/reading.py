"""Reading attributes: fields, properties, and those that read a body."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.clients.paths import names
from flake8_httpleak.ownership import functions, instances
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.instances import VIEW_READS, VIEW_RELEASES
from flake8_httpleak.ownership.kinds import is_method, kind_of, unasked
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.members import below, member
from flake8_httpleak.ownership.methods import BUILDERS
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import Attr, Choice, Function, Instance, Member, Object, Result, Symbol, Value, View, choice


def read(m: Machine, value: Value, name: str, node: cst.CSTNode, state: State) -> Branches:
    """Read an attribute; for some responses that reads the body."""
    match value:
        case Instance() if name in value.kind.reads:
            return [(instances.consume(m, value, node, state), state)]
        case Object():
            return _of_object(m, value, name, node, state)
        case Choice():
            return [(choice(found for one in value.options for found, _ in read(m, one, name, node, state)), state)]
    if isinstance(value, Result):
        return [(Symbol(Attr(value, name)), state)]
    if isinstance(value, Instance) and names(value.kind.offline, name):
        unasked(value, state)
    return [(data(member(value, name, node)), state)]


def data(found: Value) -> Value:
    """An attribute that is read: a method of its object if it is one, plain data otherwise."""
    if not isinstance(found, Member):
        return found
    if isinstance(found.of, View):
        return found if found.path in VIEW_RELEASES | VIEW_READS else Symbol(Attr(found.of, found.path))
    kind = kind_of(found.of)
    return found if kind is None or is_method(kind, found.path) else Symbol(Attr(found.of, found.path))


def _of_object(m: Machine, value: Object, name: str, node: cst.CSTNode, state: State) -> Branches:
    """A field, a property or a method of an object of a class of this file."""
    held = value.field(name)
    if held is not None:
        return [(held, state)]
    function = value.info.method(name)
    if function is not None and function.is_property:
        m.met.add(id(node))
        return functions.call(m, Function(function, value), Arguments(), node, state)
    if function is not None:
        return [(Function(function, value), state)]
    known = [info.fields[name] for info in value.info.line_of_descent if name in info.fields]
    builds = m.function.owner is value.info and m.function.name in BUILDERS  # what its base put there may be there yet
    found = choice(known) if builds and len(known) > 1 else next(iter(known), None)
    if found is None and value.info.library_kind is not None:
        return [(below(Instance(value.info.library_kind), value, name), state)]
    if found is None or isinstance(found, Symbol):
        found = m.fresh(node, state, name)
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and state.env.get(node.value.value) == value:
        state.bind(node.value.value, value.with_field(name, found))
    return [(found, state)]
