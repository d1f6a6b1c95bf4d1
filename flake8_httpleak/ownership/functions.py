"""Calls of functions of the same file.

Where the followed resource is involved, the function is walked with it: afterwards it is released, handed over or still
held, on each way out. Otherwise only the result counts, which is worked out once for each combination of known arguments.
"""

from __future__ import annotations

import ast
import re

import libcst as cst

from flake8_httpleak.ownership import instances, members
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.declared import carry_out
from flake8_httpleak.ownership.giving import give
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.missing import is_spare
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.recursion import MAX_DEPTH
from flake8_httpleak.ownership.states import Fact, Grade, State, functions_in
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    OPAQUE,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Class,
    Const,
    Function,
    Instance,
    Items,
    Manager,
    Object,
    Pending,
    Result,
    Status,
    Symbol,
    Value,
    choice,
    reaches,
    resite,
)
from flake8_httpleak.ownership.values import parameter as as_parameter
from flake8_httpleak.source.units import receiver_of

OUTSIDE = "<caller>"
"""Where a called function's state keeps the way that the caller has to the resource."""


def call(
    m: Machine, callee: Function, arguments: Arguments, node: cst.CSTNode, state: State, path: members.Path | None = None
) -> Branches:
    """Call a function of this file."""
    info = callee.info
    if m.events is not None and m.depth == 0:
        m.events.called_local(m, info, arguments, node)
    if m.dropped is node and info.is_lazy:
        return [(UNKNOWN, state)]
    if info.is_abstract:
        return _overridden(m, info, arguments, node, state)
    if info.node is None or m.summaries.recursion.stops(info, m.depth):
        return _opaque(m, callee, arguments, node, state)
    if any(state.reaches(value) for value in arguments.loose) or m.summaries.is_reworked(info):
        return _opaque(m, callee, arguments, node, state)
    given = bind(m, info, callee.receiver, arguments, state)
    done = carry_out(m, info, given, node, state)
    if done is not None:
        return done
    if info in m.closers and callee.receiver is not None and state.reaches(callee.receiver):
        return _closed(m, info, node, state)
    if any(state.reaches(value) for value in given.values()) or _captures(info, state):
        lent = _lent_names(given)
        if any(name in state.env and state.reaches(state.env[name]) for name in lent & _own_names(info)):
            return _opaque(m, callee, arguments, node, state)
        if _is_bystander(m, info, given, state):
            return _summarized(m, info, given, node, state)
        found = _walk(m, callee, given, node, state, path)
        return _in_doubt(m, info, node, found) if arguments.open or _pools(found) else found
    # In a function that a followed one calls, what helpers give tells its results apart.
    if m.track is None and m.depth != 1 and m.summaries.is_beside_the_point(info, given):
        return _unseen(m, info, Grade.WEAK, node, state)
    return _summarized(m, info, given, node, state)


def _closed(m: Machine, info: FunctionInfo, node: cst.CSTNode, state: State) -> Branches:
    """A method that is known to release what its object holds; where it fails, it has not."""
    found = _unseen(m, info, Grade.STRONG, node, state)
    m.released(state, node, "closed")
    return found


def _overridden(m: Machine, info: FunctionInfo, arguments: Arguments, node: cst.CSTNode, state: State) -> Branches:
    """An abstract method: subclasses say what it does."""
    give(m, arguments, node, state, info.name)
    return _unseen(m, info, Grade.WEAK, node, state)


def _unseen(m: Machine, info: FunctionInfo, grade: Grade, node: cst.CSTNode, state: State) -> Branches:
    """A call of a function that is not looked into: it may raise, and gives something unknown."""
    if info.is_manager or not info.is_generator:
        m.raises(state, grade, node)
    return [(_unknown(m, info, node, state), state)]


def _opaque(m: Machine, callee: Function, arguments: Arguments, node: cst.CSTNode, state: State) -> Branches:
    receiver = (callee.receiver,) if callee.receiver is not None else ()
    give(m, arguments.after(receiver, ()), node, state, callee.info.name)
    own = callee.receiver
    if m.depth >= MAX_DEPTH and isinstance(own, Object) and state.reaches(own) and not _leaves_alone(m, callee.info, own, state):
        m.handed(state, node, f"given to '{callee.info.name}'")  # too deep to see whether it releases what its object keeps
    m.raises(state, Grade.WEAK, node)
    return [(_unknown(m, callee.info, node, state), state)]


def _unknown(m: Machine, info: FunctionInfo, node: cst.CSTNode, state: State) -> Value:
    """What a function gives of which no more is known than what its annotation says: somebody else's, if it is a resource."""
    result: Value = m.fresh(node, state)
    if isinstance(info.node, cst.FunctionDef) and info.node.returns is not None and not info.is_generator:
        result = m.typed(result, info.node.returns.annotation)
    return Awaitable(result) if info.is_async and not info.is_generator else result


def _captures(info: FunctionInfo, state: State) -> bool:
    """Whether a nested function uses names that lead to the resource."""
    return any(name in state.env and state.reaches(state.env[name]) for name in info.free)


def _is_bystander(m: Machine, info: FunctionInfo, given: dict[str, Value], state: State) -> bool:
    """Whether all that leads a method to the resource is a field of its object that it leaves alone."""
    own = given.get(info.parameter_names[0]) if info.parameter_names else None
    if not isinstance(own, Object) or _captures(info, state):
        return False
    if any(value is not own and state.reaches(value) for value in given.values()):
        return False
    return _leaves_alone(m, info, own, state)


def _leaves_alone(m: Machine, info: FunctionInfo, own: Object, state: State) -> bool:
    """Whether a method of an object has nothing to do with those fields of it that lead to the resource."""
    fields = frozenset(name for name, value in own.fields if state.reaches(value))
    return own.site != TRACKED and m.summaries.bystanders.leaves_alone(info, fields)


def bind(m: Machine, info: FunctionInfo, receiver: Value | None, arguments: Arguments, state: State) -> dict[str, Value]:
    """What the parameters of a function stand for in one call."""
    parameters = info.parameters
    if parameters is None:
        return {}
    given: dict[str, Value] = {}
    names = list(info.parameter_names)
    positional = list(arguments.positional)
    if (
        receiver is not None
        and not info.is_static
        and not (isinstance(receiver, Class) and "classmethod" not in info.last_decorators)
    ):
        positional.insert(0, receiver)
    given.update(zip(names, positional, strict=False))
    rest = tuple(positional[len(names) :])
    if isinstance(parameters.star_arg, cst.Param):
        given[parameters.star_arg.name.value] = Items("tuple", rest, exact=not arguments.open)
    known = {*names, *(one.name.value for one in parameters.kwonly_params)}
    given.update((name, value) for name, value in arguments.named.items() if name in known)
    if parameters.star_kwarg is not None:
        extra = {name: value for name, value in arguments.named.items() if name not in known}
        given[parameters.star_kwarg.name.value] = Items("dict", tuple(extra.values()), tuple(extra), exact=not arguments.open)
    for one in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        name = one.name.value
        if name not in given:
            given[name] = UNKNOWN if arguments.open else default(m, one)
        elif isinstance(given[name], Symbol) and state.facts.get(given[name]) is Fact.NONE:
            given[name] = NONE
    return given


def default(m: Machine, parameter: cst.Param) -> Value:
    """The value of a parameter that a call leaves out."""
    if parameter.default is None:
        return as_parameter(parameter.name.value)
    if isinstance(parameter.default, cst.Name):
        return {"None": NONE, "True": Const(value=True), "False": Const(value=False)}.get(
            parameter.default.value
        ) or m.program.lookup(parameter.default.value)
    if isinstance(parameter.default, cst.Integer | cst.SimpleString | cst.Float):
        return m.eval(parameter.default, State())[0][0]
    return Symbol(("default", id(parameter)))


def _walk(
    m: Machine, callee: Function, given: dict[str, Value], node: cst.CSTNode, state: State, path: members.Path | None
) -> Branches:
    """Walk a function with the resource."""
    info = callee.info
    captured = {name: state.env[name] for name in info.free | (_lent_names(given) - _own_names(info)) if name in state.env}
    inner = state.copy()
    inner.env = {**captured, **given, OUTSIDE: Instance(m.summaries.any_kind, TRACKED)}
    inner.via = None
    walked = Machine(m.program, m.summaries, info, depth=m.depth + 1, budget=m.budget)
    walked.closers = m.closers
    with m.summaries.recursion.entering(info):
        run = walked.execute(inner)
    m.run.handovers.extend(run.handovers)
    for one in run.raised:
        if isinstance(one.node, cst.Yield):
            continue  # what is raised there comes from the caller's own block
        m.raises(_back(state, one.state, info, path), one.grade, node, one.classes, one.value)
    if info.is_generator:
        return _generated(m, info, [(one.value, one.state) for one in run.yielded], run.ends, node, state)
    found: Branches = []
    for left in run.flow.returns:
        value = Awaitable(left.value) if info.is_async else left.value
        found.append((value, _back(state, left.state, info, path)))
    return _merged(found)


def _lent_names(given: dict[str, Value]) -> set[str]:
    """Names that nested functions among the arguments use: they see them wherever they are called."""
    functions = [one for value in given.values() if type(value) not in OPAQUE for one in functions_in(value)]
    return {name for one in functions for name in one.info.free}


def _own_names(info: FunctionInfo) -> frozenset[str]:
    """Names that mean something else in a function than where it is called: its own, and those of the module."""
    return info.scope.bound | info.scope.free - info.free


def _pools(found: Branches) -> bool:
    """Whether a call puts the resource under a key, on some way, into what lives on: where it does not, there is one already."""
    ways = [state.trail for _, state in found if state.status is Status.HANDED and state.trail is not None]
    kept = [one.node for one in ways if one.what in ("field container", "module container")]
    return any(not isinstance(node, cst.Call) for node in kept)  # `self.clients[key] = client`, not `self.all.append(client)`


def _in_doubt(m: Machine, info: FunctionInfo, node: cst.CSTNode, found: Branches) -> Branches:
    """What a call did where nobody can tell whether it releases or keeps: what is not known of its arguments may decide that."""
    if any(state.status in (Status.RELEASED, Status.HANDED) for _, state in found):
        for _, state in found:
            if state.is_open:
                m.handed(state, node, f"given to '{info.name}'")
    return found


def _merged(branches: Branches) -> Branches:
    """At most one branch for each status and each written-out value."""
    found: dict[tuple[Status, Value | None], tuple[Value, State]] = {}
    for value, state in branches:
        inner = value.of if isinstance(value, Awaitable) else value
        key = (state.status, inner if isinstance(inner, Const) else None)
        if key in found:
            found[key][1].absorb(state)
            found[key] = (choice([found[key][0], value]), found[key][1])
        else:
            found[key] = (value, state)
    return list(found.values())


def _back(before: State, inside: State, info: FunctionInfo, path: members.Path | None) -> State:
    """The caller's state after a call that ended in some state."""
    after = before.copy()
    after.status, after.trail, after.used, after.marks = inside.status, inside.trail, inside.used, inside.marks
    after.via = before.via or inside.via
    for name in info.free:
        if name in after.env and name in inside.env and name not in info.locals:
            after.bind(name, inside.env[name])
    names = info.parameter_names
    own = inside.env.get(names[0]) if names else None
    if isinstance(own, Object) and path is not None and isinstance(members.at(after, path), Object):
        members.change(after, path, own)
    after.changed += 1
    return after


def _generated(m: Machine, info: FunctionInfo, yielded: Branches, ends: set[Status], node: cst.CSTNode, state: State) -> Branches:
    """Call a generator that got the resource: a manager function releases it when it is left, if it ever does."""
    value = choice(one for one, _ in yielded) if yielded else UNKNOWN
    if info.is_manager:
        keeps = [one for one in state.env.values() if reaches(one, TRACKED)]
        released = Status.RELEASED in ends
        inner = value if reaches(value, TRACKED) or not keeps else choice([value, keeps[0]])
        return [(Manager(inner, releases=released), state)]
    if Status.RELEASED in ends:
        m.released(state, node, "read")
    return [(Items("iterator", (value,), exact=False, many=True), state)]


def _summarized(m: Machine, info: FunctionInfo, given: dict[str, Value], node: cst.CSTNode, state: State) -> Branches:
    """A call that has nothing to do with the resource: only its result counts."""
    receiver = given.get(info.parameter_names[0]) if info.parameter_names else None
    owner = _owner(receiver, node, state)
    if receiver is not None and not info.is_property:
        members.forget_fields(state, receiver, lambda name: m.summaries.bystanders.leaves_alone(info, frozenset({name})))
    summary = m.summaries.result(m, info, given)
    if summary is None:
        return _unseen(m, info, Grade.WEAK, node, state)
    is_lazy = info.is_generator and not info.is_manager
    for grade, classes in summary.raises if not is_lazy else ():  # that runs when somebody asks for its items
        m.raises(state, grade, node, classes)
    for kind in summary.errors:
        if m.events is not None and m.depth == 0:
            m.events.may_fail_open(m, node, kind, info)
        instances.raise_open(m, kind, node, state)
    if not summary.values:
        return []
    promises = [isinstance(value, Pending) for value in summary.values]
    if m.events is not None and m.depth == 0 and any(promises) and not all(promises):
        m.events.doubtful.add(id(node))
    found: Branches = []
    kept = any(m.summaries.made_in(value) is None for value in summary.values)
    lends = not m.follows(node) and (_keeps_some(info) or any(_is_lent(m, value) for value in summary.values))
    for value, absent in zip(summary.values, summary.absent, strict=True):
        after = state.copy() if len(summary.values) > 1 else state
        is_lent = lends and not absent and _is_client(value)  # a new one or a kept one: whoever gets it closes neither
        got = resite(value, lambda _: NOBODY) if is_lent else value
        found.append((arriving(m, info, got, given, node, after, spare=kept and bool(absent)), after))
        for name in sorted(absent) if owner else ():  # `client = self._client()` beside `own = self.client is None`
            members.rebind(after, (owner, name), NONE)
    return found


def _keeps_some(info: FunctionInfo) -> bool:
    """Whether a method returns what its object keeps by a key: `return self._sessions[host]`."""
    function = info.unit.function
    own = receiver_of(function) if info.owner is not None else ""
    if not own or re.search(rf"return\b[\s(]*{own}\b", info.unit.text) is None:  # quicker than to look at every node
        return False
    for node in ast.walk(function) if own and function is not None else ():
        match node:
            case ast.Return(value=ast.Subscript(value=ast.Attribute(value=ast.Name(id=name)))) if name == own:
                return True
    return False


def _is_lent(m: Machine, value: Value) -> bool:
    """Whether a result is a client that somebody else has, such as a field of an object."""
    return _is_client(value) and m.summaries.made_in(value) is None


def _is_client(value: Value) -> bool:
    return isinstance(value, Instance) and value.kind.role in ("client", "connection")


def _owner(receiver: Value | None, node: cst.CSTNode, state: State) -> str:
    """The name that stands for the object whose method is called; empty if there is none."""
    own = node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) else None
    is_own = isinstance(own, cst.Name) and isinstance(receiver, Object) and state.env.get(own.value) == receiver
    return own.value if isinstance(own, cst.Name) and is_own else ""


def arriving(
    m: Machine, info: FunctionInfo, value: Value, given: dict[str, Value], node: cst.CSTNode, state: State, *, spare: bool = False
) -> Value:
    """The result of a summary at one call: what the function made is made by this call now.

    spare: the function makes it in the place of one that its object was not given.
    """
    if isinstance(value, Symbol) and isinstance(value.key, tuple) and value.key[0] == "given":
        return given.get(value.key[1], UNKNOWN)
    if isinstance(value, Symbol | Result):
        return _unknown(m, info, node, state)
    made = m.summaries.made_in(value)
    if made is not None and not info.is_cached and isinstance(node, cst.CSTNode):
        followed = m.follows(node)
        pending = isinstance(value, Pending)
        if m.events is not None and m.depth == 0:
            m.events.made_by_helper(m, node, made, info, spare=spare or is_spare(state))
        if followed:
            m.acquired(state, node, Status.PENDING if pending else Status.HELD)
        site = TRACKED if followed else id(node)
        m.summaries.sites[id(node)] = node
        value = resite(value, lambda one: NOBODY if one == NOBODY else site)
    elif info.is_cached:
        value = resite(value, lambda _: NOBODY)
    if info.is_manager or (info.is_generator and not info.is_async):
        return value
    return Awaitable(value) if info.is_async and not isinstance(value, Awaitable) and not info.is_generator else value
