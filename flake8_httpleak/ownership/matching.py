"""`match`: which cases a value can take, and what their patterns bind."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from flake8_httpleak.ownership import members
from flake8_httpleak.ownership.annotations import annotated_value
from flake8_httpleak.ownership.conditions import branch
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.statements import take
from flake8_httpleak.ownership.states import Flow, State
from flake8_httpleak.ownership.truth import assume_none, narrow
from flake8_httpleak.ownership.values import Instance, Items, Value, choice
from flake8_httpleak.source.scopes import pattern_names

Patterns = Sequence[cst.MatchSequenceElement | cst.MatchStar]


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
    if isinstance(pattern, cst.MatchList | cst.MatchTuple) and isinstance(value, Items):
        return _takes_all_of(m, pattern.patterns, value)
    if isinstance(pattern, cst.MatchMapping) and isinstance(value, Items):
        return all(_takes_entry(m, one, value) for one in pattern.elements)
    if isinstance(pattern, cst.MatchClass) and isinstance(value, Instance) and not (pattern.patterns or pattern.kwds):
        return annotated_value(m.program, pattern.cls) == Instance(value.kind)
    return False


def _takes_all_of(m: Machine, patterns: Patterns, value: Items) -> bool:
    """Patterns for the elements of a sequence whose elements are all known."""
    placed = _placed(patterns, value)
    return placed is not None and all(isinstance(one, cst.MatchStar) or _takes_all(m, one.value, held) for one, held in placed)


def _placed(patterns: Patterns, value: Items) -> list[tuple[cst.MatchSequenceElement | cst.MatchStar, Value]] | None:
    """The elements of a sequence that the patterns stand for, one by one; None if that cannot be told, or they don't fit."""
    star = next((number for number, one in enumerate(patterns) if isinstance(one, cst.MatchStar)), None)
    more = len(value.values) - len(patterns)
    if not value.exact or value.keys is not None or (more != 0 if star is None else more < -1):
        return None
    held = list(value.values)
    if star is not None:
        held[star : star + more + 1] = [Items("list", tuple(held[star : star + more + 1]))]
    return list(zip(patterns, held, strict=True))


def _takes_entry(m: Machine, entry: cst.MatchMappingElement, value: Items) -> bool:
    """A pattern for a key that a dictionary is known to have."""
    held = _held(entry, value)
    return held is not None and _takes_all(m, entry.pattern, held)


def _held(entry: cst.MatchMappingElement, value: Items) -> Value | None:
    key = entry.key.evaluated_value if isinstance(entry.key, cst.SimpleString) else None
    return dict(zip(value.keys or (), value.values, strict=False)).get(key)


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
    _capture(case.pattern, value, state)


def _capture(pattern: cst.MatchPattern, value: Value, state: State) -> None:
    """Bind the names of a pattern whose place in the subject is known."""
    match pattern:
        case cst.MatchAs():
            if pattern.name is not None:
                state.bind(pattern.name.value, value)
            if pattern.pattern is not None:
                _capture(pattern.pattern, value, state)
        case cst.MatchOr():
            for one in pattern.patterns:
                _capture(one.pattern, value, state)
        case cst.MatchList() | cst.MatchTuple() if isinstance(value, Items) and value.keys is None and value.values:
            _capture_elements(pattern.patterns, value, state)
        case cst.MatchMapping() if isinstance(value, Items) and value.values:
            for entry in pattern.elements:
                _capture(entry.pattern, _held(entry, value) or choice(value.values), state)
            if pattern.rest is not None:
                state.bind(pattern.rest.value, value)


def _capture_elements(patterns: Patterns, value: Items, state: State) -> None:
    """Elements in their places, if these are known; any of them otherwise."""
    anything = choice(value.values)
    rest = Items("list", value.values, exact=False, many=value.many)
    unplaced = [(one, rest if isinstance(one, cst.MatchStar) else anything) for one in patterns]
    for one, held in _placed(patterns, value) or unplaced:
        if not isinstance(one, cst.MatchStar):
            _capture(one.value, held, state)
        elif one.name is not None:
            state.bind(one.name.value, held)


Machine.statements[cst.Match] = match_statement
