"""Simple statements: assignments, returns, raises, imports and definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership import containers, members
from flake8_httpleak.ownership.assigning import assign
from flake8_httpleak.ownership.conditions import branch
from flake8_httpleak.ownership.exceptions import classes_of
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import Flow, Grade, Returned, State, States
from flake8_httpleak.ownership.values import NONE, Class, Dotted, Function, Items, Object, Value
from flake8_httpleak.ownership.written import written

Statement = Callable[[Machine, Any, State], Flow]


def on(*kinds: type[cst.CSTNode]) -> Callable[[Statement], Statement]:
    """Register a handler for some node types."""

    def register(handler: Statement) -> Statement:
        for kind in kinds:
            Machine.statements[kind] = handler
        return handler

    return register


def going_on(m: Machine, states: list[State], node: cst.CSTNode, how: str) -> Flow:
    """The statement is over; resources that nothing leads to any more are lost."""
    for state in states:
        m.settle(state, node, how)
    return Flow(States.only(states[0]) if len(states) == 1 else States(states))


@on(cst.SimpleStatementLine)
def line(m: Machine, node: cst.SimpleStatementLine, state: State) -> Flow:
    return m.block(node.body, States.only(state)) if len(node.body) > 1 else m.statement(node.body[0], state)


@on(cst.Expr)
def expression(m: Machine, node: cst.Expr, state: State) -> Flow:
    m.dropped = node.value
    return going_on(m, [after for _, after in m.eval(node.value, state)], node, "dropped")


@on(cst.Assign)
def assignment(m: Machine, node: cst.Assign, state: State) -> Flow:
    found = m.eval(node.value, state)
    for value, after in found:
        for target in node.targets:
            assign(m, target.target, value, after)
    return going_on(m, [after for _, after in found], node, "overwritten")


@on(cst.AnnAssign)
def annotated(m: Machine, node: cst.AnnAssign, state: State) -> Flow:
    if node.value is None:
        return Flow(States.only(state))
    found = m.eval(node.value, state)
    for value, after in found:
        assign(m, node.target, m.typed(value, node.annotation.annotation), after)
    return going_on(m, [after for _, after in found], node, "overwritten")


@on(cst.AugAssign)
def augmented(m: Machine, node: cst.AugAssign, state: State) -> Flow:
    states: list[State] = []
    for value, after in m.eval(node.value, state):
        path = members.path_of(node.target)
        known = members.at(after, path) if path is not None else None
        if isinstance(known, Items) and isinstance(value, Items):
            result: Value = replace(known, values=(*known.values, *value.values), keys=None, exact=False)
        else:
            result = m.fresh(node, after)
        assign(m, node.target, result, after)
        states.append(after)
    return going_on(m, states, node, "overwritten")


@on(cst.Return)
def returning(m: Machine, node: cst.Return, state: State) -> Flow:
    m.returned = node.value
    found = m.eval(node.value, state) if node.value is not None else [(NONE, state)]
    if m.function.is_kept_property and m.events is not None and m.depth == 0 and node.value is not None:
        _keep_property(m, node.value, found)
    return Flow(returns=[Returned(after, value, node) for value, after in found])


def _keep_property(m: Machine, node: cst.BaseExpression, found: Iterable[tuple[Value, State]]) -> None:
    """A property that is cached puts what it returns into the field of its name."""
    for value, after in found:
        owner = after.env.get(m.function.parameter_names[0]) if m.function.parameter_names else None
        if isinstance(owner, Object) and m.events is not None:
            m.events.stored_field(m, owner, m.function.name, value, node)


@on(cst.Raise)
def raising(m: Machine, node: cst.Raise, state: State) -> Flow:
    if node.exc is None:
        for known in m.caught[-1:]:
            m.raises(state, Grade.STRONG, node, known)
        if not m.caught:
            m.raises(state, Grade.STRONG, node)
        return Flow()
    for value, after in m.eval(node.exc, state):
        if state.reaches(value):
            m.handed(after, node, "raised")
        m.raises(after, Grade.STRONG, node, classes_of(value), value)
    return Flow()


@on(cst.Assert)
def asserting(m: Machine, node: cst.Assert, state: State) -> Flow:
    yes, no = branch(m, node.test, state)
    for failed in no:
        m.raises(failed, Grade.WEAK, node, ("AssertionError", "Exception", "BaseException"))
    return going_on(m, yes, node, "dropped")


@on(cst.Del)
def deleting(m: Machine, node: cst.Del, state: State) -> Flow:
    targets = [node.target]
    if isinstance(node.target, cst.Tuple):
        targets = [element.value for element in node.target.elements]  # type: ignore[misc]
    for target in targets:
        path = members.path_of(target)
        if path is not None and len(path) == 1:
            state.env.pop(path[0], None)
            state.changed += 1
        elif path is not None:
            members.rebind(state, path, NONE)
        elif isinstance(target, cst.Subscript):
            _delete_item(m, target, state)
    return going_on(m, [state], node, "deleted")


def _delete_item(m: Machine, target: cst.Subscript, state: State) -> None:
    path, index = members.path_of(target.value), target.slice[0].slice
    known = members.at(state, path) if path is not None else None
    if path is not None and isinstance(known, Items) and isinstance(index, cst.Index):
        key = m.eval(index.value, state)[0][0]
        members.change(state, path, containers.without_item(known, key, state))


@on(cst.Break)
def breaking(_: Machine, __: cst.Break, state: State) -> Flow:
    flow = Flow()
    flow.breaks.add(state)
    return flow


@on(cst.Continue)
def continuing(_: Machine, __: cst.Continue, state: State) -> Flow:
    flow = Flow()
    flow.continues.add(state)
    return flow


@on(cst.Import)
def importing(_: Machine, node: cst.Import, state: State) -> Flow:
    for alias in node.names:
        dotted = written(alias.name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            state.bind(alias.asname.name.value, Dotted(dotted))
        else:
            first = dotted.partition(".")[0]
            state.bind(first, Dotted(first))
    return Flow(States.only(state))


@on(cst.ImportFrom)
def importing_from(_: Machine, node: cst.ImportFrom, state: State) -> Flow:
    if not isinstance(node.names, cst.ImportStar):
        module = "." * len(node.relative) + (written(node.module) if node.module is not None else "")
        for alias in node.names:
            local = alias.asname.name if alias.asname is not None else alias.name
            if isinstance(local, cst.Name):
                separator = "" if module.endswith(".") or not module else "."
                state.bind(local.value, Dotted(f"{module}{separator}{written(alias.name)}"))
    return Flow(States.only(state))


@on(cst.FunctionDef)
def defining(m: Machine, node: cst.FunctionDef, state: State) -> Flow:
    for decorator in node.decorators:
        for _, after in m.eval(decorator.decorator, state)[:1]:
            state = after
    info = m.program.nested(node, m.function)
    m.note_nested(info, state)
    state.bind(node.name.value, Function(info))
    return Flow(States.only(state))


@on(cst.ClassDef)
def defining_class(m: Machine, node: cst.ClassDef, state: State) -> Flow:
    info = m.program.nested_class(node, m.function, lambda name: m.lookup(name, state))
    for method in info.functions.values():
        m.note_nested(method, state)
    state.bind(node.name.value, Class(info))
    return Flow(States.only(state))


@on(cst.If)
def deciding(m: Machine, node: cst.If, state: State) -> Flow:
    flow = Flow()
    here = [state]
    part: cst.If | cst.Else | None = node
    while isinstance(part, cst.If):
        yes: list[State] = []
        no: list[State] = []
        for one in here:
            found = branch(m, part.test, one)
            yes += found[0]
            no += found[1]
        take(m, flow, part.body.body, yes)
        here, part = list(States(no)), part.orelse
    if part is not None:
        take(m, flow, part.body.body, here)
    else:
        flow.normal.update(here)
    return flow


def take(m: Machine, flow: Flow, body: Any, states: list[State]) -> None:  # noqa: ANN401 - one of several kinds of body
    """Walk the body of one way and add the ways out of it."""
    if states:
        one = m.block(body, States(states))
        flow.leave(one)
        flow.normal.update(one.normal)
