"""The turns of a loop, as far as the followed resource is concerned, and comprehensions, which are loops in one expression.

A loop over a container comes to each of its elements, so a resource in it has a turn of its own. So it is where the loop looks
the elements up, by what its variable stands for: `for i in range(len(rs)): rs[i].close()`, `for key in d: d[key].close()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from flake8_httpleak.ownership import instances, iteration, members
from flake8_httpleak.ownership.assigning import assign
from flake8_httpleak.ownership.conditions import branch
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import (
    TRACKED,
    UNKNOWN,
    Const,
    Items,
    Object,
    Place,
    Status,
    Value,
    View,
    leads,
    newest,
    options,
    reaches,
)
from flake8_httpleak.ownership.walks import Loop
from flake8_httpleak.source.scopes import target_names
from flake8_httpleak.source.visitor import Visitor

_LOOKUPS = frozenset({"pop", "get"})
_REMOVALS = frozenset({"pop", "popleft", "popitem", "get_nowait"})
ANY = ""
"""Stands for the key where a container gives an element of its own choice, as `pop()` does."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a loop: what its target stands for, and where the container that is looked into has the element.

    keys: names of the target by which it is looked up.
    """

    value: Value
    place: Place | None = None
    keys: frozenset[str] = frozenset()

    def begin(self, m: Machine, target: cst.BaseExpression, state: State) -> None:
        """Bind what the turn begins with."""
        assign(m, target, self.value, state)
        if self.place is not None:
            for name in self.keys:
                state.bind(name, self.place)


def turns(
    m: Machine, target: cst.BaseExpression, body: Sequence[cst.CSTNode], value: Value, node: cst.CSTNode, state: State
) -> list[Turn]:
    """The turns of a loop over a value that are told apart, because the followed resource has one of its own; or none."""
    if not state.is_open:
        return []
    if _goes_to_resource(value):
        return [Turn(one) for one in apart(value) or ()]
    names = frozenset(target_names(target))
    container, keys = _looked_into(names, body, state)
    if container is None:
        return []
    known = iteration.written_out(value)
    if known and len(known) <= iteration.MAX_WRITTEN and (container.exact or container.keys is not None):
        return [Turn(one) for one in known]
    element = iteration.element(m, value, node, state)
    return [Turn(element, Place(one), keys) for one in container.values if leads(one)]


def counted(node: cst.While, state: State) -> tuple[cst.Name, list[Turn]] | None:
    """The number that a `while` counts up from 0 to look elements up, and its turns: `while i < len(rs): rs[i].close()`."""
    match node.test:
        case cst.Comparison(
            left=cst.Name() as number,
            comparisons=[
                cst.ComparisonTarget(operator=cst.LessThan(), comparator=cst.Call(func=cst.Name(value="len"), args=[of]))
            ],
        ) if state.is_open and state.env.get(number.value) == Const(0) and _counts(node.body, number.value, cst.AddAssign):
            path = members.path_of(of.value)
            container, keys = _looked_into(frozenset({number.value}), (node.body,), state)
            if container is not None and path is not None and members.at(state, path) is container:
                return number, [Turn(UNKNOWN, Place(one), keys) for one in container.values if leads(one)]
    return None


def counted_down(node: cst.While, state: State) -> int:
    """From which number a `while` counts down to 0: `n = 3`, `while n > 0: ... n -= 1`; 0 if it does not, or nobody knows."""
    name = _above_zero(node.test)
    first = state.env.get(name)
    if isinstance(first, Const) and isinstance(first.value, int) and _counts(node.body, name, cst.SubtractAssign):
        return first.value
    return 0


def _above_zero(test: cst.BaseExpression) -> str:
    """The name of which a condition says that it is a number above 0; empty if the condition is another one."""
    match test:
        case cst.Name(value=name):
            return name
        case cst.Comparison(left=cst.Name(value=name), comparisons=[cst.ComparisonTarget(operator, cst.Integer(value=number))]):
            if (isinstance(operator, cst.GreaterThan | cst.NotEqual) and number == "0") or (
                isinstance(operator, cst.GreaterThanEqual) and number == "1"
            ):
                return name
    return ""


def _counts(body: cst.BaseSuite, name: str, how: type[cst.BaseAugOp]) -> bool:
    """Whether the statements of a loop add one to a number, or take one from it, on every way that comes to their end."""
    for line in body.body:
        for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match part:
                case cst.AugAssign(target=cst.Name(value=target), operator=operator, value=cst.Integer(value="1")):
                    if target == name and isinstance(operator, how):
                        return True
    return False


def apart(value: Value) -> tuple[Value, ...] | None:
    """The elements of a container that are told apart: all, if they are written out, or those that lead to resources."""
    written = iteration.written_out(value)
    if written is not None:
        return written if len(written) <= iteration.MAX_WRITTEN else None
    leading = tuple(one for one in value.values if _goes_to_resource(one) or leads(one)) if isinstance(value, Items) else ()
    return leading if len(leading) > 1 or any(map(_goes_to_resource, leading)) else None


def _goes_to_resource(value: Value) -> bool:
    """Whether a loop over a value comes to the followed resource, or to where some container has it."""
    if isinstance(value, Place):
        return reaches(value.of, TRACKED)
    return reaches(value, TRACKED) or (isinstance(value, Items) and any(_goes_to_resource(one) for one in value.values))


def _looked_into(names: frozenset[str], body: Sequence[cst.CSTNode], state: State) -> tuple[Items | None, frozenset[str]]:
    """The container with the followed resource into which a loop looks by names of its target, and these names."""
    if not any(_holds(value) for value in state.env.values()):
        return None, frozenset()
    looked = [(path, name) for part in body for path, name in _lookups(part) if name == ANY or name in names]
    for path, _ in looked:
        found = members.at(state, path)
        if isinstance(found, Items) and reaches(found, TRACKED):
            return found, frozenset(name for other, name in looked if other == path and name != ANY)
    return None, frozenset()


def _holds(value: Value) -> bool:
    """Whether a value is a container with the followed resource, or has one in a field."""
    if isinstance(value, Object):
        return any(_holds(held) for _, held in value.fields)
    return isinstance(value, Items) and reaches(value, TRACKED)


def _lookups(node: cst.CSTNode) -> list[tuple[members.Path, str]]:
    """Where containers are looked into by a name: the path of each, and the name."""
    found = _Lookups()
    found.walk(node)
    return found.found


class _Lookups(Visitor):
    def __init__(self) -> None:
        self.found: list[tuple[members.Path, str]] = []

    def _note(self, owner: cst.CSTNode, name: str) -> None:
        path = members.path_of(owner)
        if path is not None:
            self.found.append((path, name))

    def visit_Subscript(self, node: cst.Subscript) -> None:
        index = node.slice[0].slice
        if isinstance(index, cst.Index) and isinstance(index.value, cst.Name):
            self._note(node.value, index.value.value)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute):
            name, given = node.func.attr.value, [arg.value for arg in node.args]
            if name in _REMOVALS and all(isinstance(one, cst.Integer) for one in given):
                self._note(node.func.value, ANY)
            elif name in _LOOKUPS and given and isinstance(given[0], cst.Name):
                self._note(node.func.value, given[0].value)


# Comprehensions.

Made = tuple[tuple[Value, ...], State]
"""What a comprehension has put together so far, and the state then."""


def comprehend(m: Machine, node: cst.BaseComp, state: State) -> Branches:
    """A comprehension: its elements go into the container that comes out. Where one turn stands for all, it is taken once."""
    form = {"ListComp": "list", "SetComp": "set", "DictComp": "dict"}.get(type(node).__name__, "iterator")

    def innermost(values: tuple[Value, ...], inside: State) -> Iterator[Made]:
        for value, end in _elements(m, node, inside):
            if form != "iterator" and end.reaches(value):
                m.kept(end, node, "container filled in a loop")
            kept = value in values or not _worth_keeping(value)
            yield values if kept else newest((*values, value)), end

    before = dict(state.env)
    found: Branches = []
    for value, after in m.eval(node.for_in.iter, state):
        if form == "iterator" and _waits(m, node, value):
            found.append((value, after))
            continue
        for values, end in _through(m, node, node.for_in, value, ((), after), innermost):
            _unbind(node.for_in, before, end)
            found.append((Items(form, values, exact=False, many=True), end))
    return found or [(Items("list", exact=False), state)]


def _waits(m: Machine, node: cst.BaseComp, value: Value) -> bool:
    """Whether a generator expression takes no turn where it stands: nobody takes it, or the body is for the caller to read."""
    return m.dropped is node or (m.returned is node and isinstance(value, View))


def _elements(m: Machine, node: cst.BaseComp, state: State) -> Branches:
    if isinstance(node, cst.DictComp):
        return [pair for _, mid in m.eval(node.key, state) for pair in m.eval(node.value, mid)]
    return m.eval(node.elt, state)  # type: ignore[attr-defined] # the other three have one


def _worth_keeping(value: Value) -> bool:
    return any(not hasattr(one, "key") for one in options(value))


def _go_through(
    m: Machine,
    node: cst.BaseComp,
    clause: cst.CompFor,
    made: Made,
    innermost: Callable[[tuple[Value, ...], State], Iterator[Made]],
) -> list[Made]:
    """Take the turns of one `for` of a comprehension, with what stands further in."""
    values, state = made
    return [
        end for value, after in m.eval(clause.iter, state) for end in _through(m, node, clause, value, (values, after), innermost)
    ]


def _through(
    m: Machine,
    node: cst.BaseComp,
    clause: cst.CompFor,
    value: Value,
    made: Made,
    innermost: Callable[[tuple[Value, ...], State], Iterator[Made]],
) -> list[Made]:
    """Take these turns, through a value."""
    m.loops.append(Loop(clause, iteration.turns_of(value)))
    _, state = made
    owner = iteration.body_of(value)
    if owner is not None and iteration.releases_at_end(value):
        instances.consume(m, owner, clause, state)
    here = [made]
    for turn in turns(m, clause.target, _parts(node), value, clause, state) or [Turn(iteration.element(m, value, clause, state))]:
        there: list[Made] = []
        for done, before in here:
            turn.begin(m, clause.target, before)
            inside, outside = _let_in(m, clause, before)
            there += [(done, way) for way in outside]
            for way in inside:
                inner = clause.inner_for_in
                there += innermost(done, way) if inner is None else _go_through(m, node, inner, (done, way), innermost)
        here = merged(there)
    m.loops.pop()
    return here


def _parts(node: cst.BaseComp) -> list[cst.CSTNode]:
    """What a comprehension does in each turn."""
    return [node.key, node.value] if isinstance(node, cst.DictComp) else [node.elt]  # type: ignore[attr-defined]


def _let_in(m: Machine, clause: cst.CompFor, state: State) -> tuple[list[State], list[State]]:
    """The states on which the conditions of a comprehension hold, and those on which one does not."""
    inside, outside = [state], []
    for condition in clause.ifs:
        ways = [branch(m, condition.test, one) for one in inside]
        inside = [way for yes, _ in ways for way in yes]
        outside += [way for _, no in ways for way in no]
    return inside, outside


def merged(made: list[Made]) -> list[Made]:
    """At most one for each status."""
    found: dict[Status, Made] = {}
    for values, state in made:
        known = found.get(state.status)
        if known is None:
            found[state.status] = (values, state)
        else:
            known[1].absorb(state)
            found[state.status] = (newest((*known[0], *(one for one in values if one not in known[0]))), known[1])
    return list(found.values())


def _unbind(clause: cst.CompFor | None, before: dict[str, Value], state: State) -> None:
    """The variables of a comprehension don't outlive it."""
    while clause is not None:
        for name in target_names(clause.target):
            if name in before:
                state.bind(name, before[name])
            else:
                state.env.pop(name, None)
        clause = clause.inner_for_in
