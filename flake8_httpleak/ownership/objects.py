"""Objects of the classes of the same file."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from flake8_httpleak.ownership import functions, instances
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.events import made_sites
from flake8_httpleak.ownership.giving import give
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.program import ClassInfo
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import TRACKED, Function, Object, Status, Value


def construct(m: Machine, info: ClassInfo, arguments: Arguments, node: cst.CSTNode, state: State) -> Branches:
    """Make an object: its constructor runs with the arguments, and with the resource if that is among them."""
    kind = info.kind
    followed = kind is not None and m.follows(node)
    involved = any(state.reaches(value) for value in arguments.values())
    found: Branches
    if involved:
        found = _with_resource(m, info, arguments, node, state)
    else:
        m.raises(state, Grade.WEAK, node)
        found = [(Object(info, id(node)), state)]
    if kind is None or kind.role == "inert" or not _makes_its_own(m, info, arguments):
        return found
    own = any(info.method(name) is not None for name in ("__init__", "__new__", "init_poolmanager"))
    given = None if own else arguments  # what a constructor of its own passes on is said there
    for _, after in found:
        instances.note(m, kind, node, given)
        if followed:
            m.acquired(after, node, Status.HELD)
    site = TRACKED if followed else id(node)
    return [(Object(info, site, value.fields if isinstance(value, Object) else ()), after) for value, after in found]


def _makes_its_own(m: Machine, info: ClassInfo, arguments: Arguments) -> bool:
    """Whether an object has something of its own to release: one that is given a client may go without."""
    given = [value for value in arguments.values() if kind_of(value) is not None]
    if not given or info.own_kind is None or info.library_kind is not None:
        return True
    constructor = info.method("__init__")
    if constructor is None:
        return info.record_fields is None or not _covers(info.record_fields, info, arguments)
    if constructor.node is None or m.summaries.recursion.stops(constructor, m.depth):
        return True
    own = Object(info)
    walked = Machine(m.program, m.summaries, constructor, depth=m.depth + 1, budget=m.budget)
    state = State(functions.bind(m, constructor, own, arguments, State()))
    with m.summaries.recursion.entering(constructor):
        run = walked.execute(state)
    ends = [one.state.env.get(constructor.parameter_names[0]) for one in run.flow.returns]
    return any(isinstance(one, Object) and any(made_sites(held) - _sites(given) for _, held in one.fields) for one in ends)


def _covers(fields: Sequence[str], info: ClassInfo, arguments: Arguments) -> bool:
    """Whether a record is given all that it would otherwise make."""
    known = {*fields[: len(arguments.positional)], *arguments.named}
    return all(name in known for name, value in info.fields.items() if kind_of(value) is not None)


def _sites(values: Sequence[Value]) -> set[int]:
    return {site for value in values for site in made_sites(value)}


def _with_resource(m: Machine, info: ClassInfo, arguments: Arguments, node: cst.CSTNode, state: State) -> Branches:
    """Construct with the followed resource among the arguments: it ends up in fields, or not."""
    made = Object(info, id(node))
    constructor = info.method("__init__")
    if constructor is None:
        fields = info.record_fields
        if fields is not None and not any(state.reaches(value) for value in arguments.loose):
            values = {**dict(zip(fields, arguments.positional, strict=False)), **arguments.named}
            for name, value in values.items():
                made = made.with_field(name, value)
            return [(made, state)]
        give(m, arguments, node, state, info.name)
        return [(made, state)]
    if constructor.node is None or m.summaries.recursion.stops(constructor, m.depth):
        give(m, arguments, node, state, info.name)
        return [(made, state)]
    hold = f"<new {id(node)}>"
    state.bind(hold, made)
    found: Branches = []
    for _, after in functions.call(m, Function(constructor, made), arguments, node, state, (hold,)):
        value = after.env.pop(hold, made)
        if info.foreign_bases and not _knows_resource(value, after):
            give(m, arguments, node, after, info.name)
        found.append((value, after))
    return found


def _knows_resource(value: Value, state: State) -> bool:
    return not state.is_open or state.reaches(value)
