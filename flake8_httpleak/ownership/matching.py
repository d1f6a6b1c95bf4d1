"""`match`: which cases a value can take, and what their patterns bind."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership import members
from flake8_httpleak.ownership.annotations import annotated_value
from flake8_httpleak.ownership.conditions import branch
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.statements import take
from flake8_httpleak.ownership.states import Flow, State
from flake8_httpleak.ownership.truth import assume_none, narrow
from flake8_httpleak.ownership.values import Instance, Value
from flake8_httpleak.source.scopes import pattern_names


def match_statement(m: Machine, node: cst.Match, state: State) -> Flow:
    """`match` with all its cases."""
    flow = Flow()
    for value, after in m.eval(node.subject, state):
        rest: list[State] = [after]
        for case in node.cases:
            ways, rest = _ways(m, node, case, value, rest)
            take(m, flow, case.body.body, ways)
        flow.normal.update(rest)
    return flow


def _ways(m: Machine, node: cst.Match, case: cst.MatchCase, value: Value, before: list[State]) -> tuple[list[State], list[State]]:
    """The states in which a case is taken, and those in which the next one is tried."""
    ways: list[State] = []
    rest: list[State] = []
    for state in before:
        way = state.copy()
        if _is_none(case.pattern):
            missed = [state] if _assume_none(node, value, wanted=False, state=state) else []
            taken = [way] if _assume_none(node, value, wanted=True, state=way) else []
        else:
            _bind(m, case, value, way)
            missed = [] if _takes_all(m, case.pattern, value) else [state]
            taken = [way]
        for one in taken:
            yes, no = branch(m, case.guard, one) if case.guard is not None else ([one], [])
            ways += yes
            rest += no
        rest += missed
    return ways, rest


def _is_none(pattern: cst.MatchPattern) -> bool:
    return isinstance(pattern, cst.MatchSingleton) and pattern.value.value == "None"


def _takes_all(m: Machine, pattern: cst.MatchPattern, value: Value) -> bool:
    """`case _`, `case name`, and a class that the subject is known to be of."""
    if isinstance(pattern, cst.MatchAs):
        return pattern.pattern is None or _takes_all(m, pattern.pattern, value)
    if isinstance(pattern, cst.MatchClass) and isinstance(value, Instance) and not (pattern.patterns or pattern.kwds):
        return annotated_value(m.program, pattern.cls) == Instance(value.kind)
    return False


def _assume_none(node: cst.Match, value: Value, *, wanted: bool, state: State) -> bool:
    """Go the way on which the subject is None, or is not; says whether there is one."""
    if not assume_none(value, wanted, state):
        return False
    path = members.path_of(node.subject)
    if path is not None and (known := members.at(state, path)) is not None:
        members.rebind(state, path, narrow(known, wanted, state, none=True))
    return True


def _bind(m: Machine, case: cst.MatchCase, value: Value, state: State) -> None:
    """Names inside a pattern stand for something unknown, the name of the whole for the subject."""
    for name in pattern_names(case.pattern):
        state.bind(name, m.fresh(case, state, name))
    pattern: cst.MatchPattern | None = case.pattern
    while isinstance(pattern, cst.MatchAs):
        if pattern.name is not None:
            state.bind(pattern.name.value, value)
        pattern = pattern.pattern


Machine.statements[cst.Match] = match_statement
