"""Functions of the standard library that go through things, number them, count them or make containers of them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership import iteration
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.giving import give
from flake8_httpleak.ownership.learning import is_chunk
from flake8_httpleak.ownership.library import can_be_followed, special
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.turns import Made, apart, merged
from flake8_httpleak.ownership.values import (
    NONE,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Const,
    Items,
    Part,
    Place,
    Result,
    Test,
    Value,
    reaches,
)
from flake8_httpleak.ownership.walks import Loop
from flake8_httpleak.ownership.written import written


@special("list", "tuple", "set", "frozenset", "sorted", "collections.deque")
def collect(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """What is gone through becomes a container; of a dictionary its keys."""
    value = arguments.first()
    if value is None:
        form = "list" if node.func.value == "deque" or not isinstance(node.func, cst.Name) else node.func.value  # type: ignore[attr-defined]
        return [(Items(form), state)]
    states = iteration.exhaust(m, value, node, state)
    if isinstance(value, Items):
        values = iteration.keys_of(value) if value.form == "dict" else value.values
        return [(replace(value, form="list", values=values, keys=None), after) for after in states]
    if isinstance(value, Part) and value.kind.iterable:
        return [(Items("list", (value,), exact=False, many=True), after) for after in states]
    return [(m.fresh(node, after), after) for after in states]


@special("max", "min")
def chosen(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """One of several."""
    values = arguments.positional
    given: Value = values[0] if len(values) == 1 else Items("tuple", values)
    return [(iteration.element(m, given, node, after), after) for after in iteration.exhaust(m, given, node, state)]


@special("any", "all", "sum")
def reduced(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """What is gone through becomes one plain value."""
    value = arguments.first() or UNKNOWN
    return [(m.fresh(node, after), after) for after in iteration.exhaust(m, value, node, state)]


@special("len")
def length(_: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """How many there are; of a container, and of what was read of a body, at least whether there are any can be asked."""
    value = arguments.first()
    if isinstance(value, Items):
        return [(Const(len(value.values)) if value.exact and value.values else Test("len", value), state)]
    if value is not None and is_chunk(value):
        return [(Test("len", value), state)]
    result = Result("len", id(node))
    state.forget(result)
    return [(result, state)]


@special("iter", "reversed", "aiter")
def same(_: Machine, arguments: Arguments, __: cst.Call, state: State) -> Branches:
    """The elements stay what they are."""
    return [(arguments.first() or UNKNOWN, state)]


@special("next", "anext")
def following(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """The next element, or the end."""
    value = arguments.first() or UNKNOWN
    owner = iteration.body_of(value)
    if owner is None:
        m.raises(state, Grade.WEAK, node)
    else:
        iteration.advance(m, owner, node, state)
        ended = state.copy()
        if iteration.releases_at_end(value) and reaches(value, TRACKED):
            m.released(ended, node, "read")
        stop = "StopAsyncIteration" if written(node.func) == "anext" else "StopIteration"
        m.raises(ended, Grade.STRONG, node, (stop, "Exception", "BaseException"))
    found = iteration.element(m, value, node, state)
    return [(Awaitable(found) if m.awaiting is node else found, state)]


@special("enumerate")
def numbered(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """Pairs of a number, by which the element can be looked up, and the element."""
    value = arguments.first() or UNKNOWN
    if iteration.body_of(value) is not None:
        return [(value, state)]
    written_out = iteration.written_out(value)
    elements = _elements(m, value, node, state)
    from_zero = len(list(arguments.values())) == 1
    numbers = [
        m.fresh(node, state, f"count {place}") if not from_zero else Place(one) if written_out is None else Const(place)
        for place, one in enumerate(elements)
    ]
    pairs = tuple(Items("tuple", pair) for pair in zip(numbers, elements, strict=True))
    return [(Items("list", pairs, exact=written_out is not None), state)]


def _elements(m: Machine, value: Value, node: cst.Call, state: State) -> Sequence[Value]:
    """What a loop over a value comes to: the elements that are told apart, or what stands for all of them."""
    written_out = iteration.written_out(value)
    return written_out if written_out is not None else apart(value) or (iteration.element(m, value, node, state),)


@special("zip")
def zipped(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """What stands side by side."""
    bodies = [value for value in arguments.positional if iteration.body_of(value) is not None]
    if bodies:
        return [(bodies[0], state)]
    exact = any(iteration.written_out(value) is not None for value in arguments.positional)
    rows = _rows(m, arguments.positional, node, state)
    return [(Items("list", tuple(Items("tuple", row) for row in rows), exact=exact), state)]


def _rows(m: Machine, values: Sequence[Value], node: cst.Call, state: State) -> list[tuple[Value, ...]]:
    """The elements of several things that are gone through side by side."""
    columns = [column if (column := iteration.written_out(value)) is not None else apart(value) for value in values]
    lengths = [len(column) for column in columns if column is not None]  # what is not written out is taken to be as long
    return [
        tuple(
            column[row] if column is not None else iteration.element(m, value, node, state)
            for value, column in zip(values, columns, strict=True)
        )
        for row in range(min(lengths, default=1))
    ]


@special("map", "itertools.starmap")
def mapped_lazily(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """A function is called with each element that somebody comes to."""
    return [(UNKNOWN, state)] if m.dropped is node else mapped(m, arguments, node, state)


@special(methods=("imap", "imap_unordered", "map", "starmap"))
def mapped(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """A function is called with each element."""
    if len(arguments.positional) < 2:  # noqa: PLR2004 - a function and something to go through
        return [(m.fresh(node, state), state)]
    function, *rest = arguments.positional
    if iteration.body_of(rest[0]) is not None:
        return [(rest[0], state)]
    return [(Items("iterator", values, exact=False, many=True), after) for values, after in _each(m, function, rest, node, state)]


def _each(m: Machine, function: Value, given: Sequence[Value], node: cst.Call, state: State) -> list[Made]:
    """Call a function with each of the elements, as far as these are told apart: its results, and the state after all."""
    from flake8_httpleak.ownership.calls import call as call_value

    concerned = state.is_open and any(apart(value) or reaches(value, TRACKED) for value in given)
    rows = _rows(m, given, node, state) if concerned else [tuple(iteration.element(m, one, node, state) for one in given)]
    made: list[Made] = [((), state)]
    m.loops.append(Loop(node))
    for row in rows:
        there: list[Made] = []
        for values, before in made:
            if can_be_followed(function):
                there += [((*values, value), after) for value, after in call_value(m, function, Arguments(row), node, before)]
            else:
                give(m, Arguments(row), node, before, "a function")
                there.append(((*values, m.fresh(node, before)), before))
        made = merged(there)
    m.loops.pop()
    return made


@special("filter")
def filtered(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """The elements, whatever the function that is asked says of each."""
    if len(arguments.positional) < 2 or m.dropped is node:  # noqa: PLR2004 - a function and something to go through
        return [(m.fresh(node, state), state)]
    function, value = arguments.positional[:2]
    states = [state] if function == NONE else [after for _, after in _each(m, function, [value], node, state)]
    if isinstance(value, Items):
        values = iteration.keys_of(value) if value.form == "dict" else value.values
        return [(Items("iterator", values, exact=False, many=True), after) for after in states]
    return [(value if iteration.body_of(value) is not None else m.fresh(node, after), after) for after in states]


@special("range")
def numbers(m: Machine, arguments: Arguments, node: cst.Call, state: State) -> Branches:
    """Numbers that are written out, or those of the elements of a container."""
    match arguments.positional:
        case (Test(operator="len", of=Items() as counted),):
            return [(Items("range", tuple(map(Place, counted.values)), exact=False, many=True), state)]
    given = [value.value for value in arguments.positional if isinstance(value, Const) and isinstance(value.value, int)]
    if arguments.open or not given or len(given) != len(arguments.positional):
        return [(m.fresh(node, state), state)]
    found = range(*given[:3]) if 0 not in given[2:] else range(0)
    if len(found) > iteration.MAX_WRITTEN:
        return [(m.fresh(node, state), state)]
    return [(Items("range", tuple(map(Const, found))), state)]
