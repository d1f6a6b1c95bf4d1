"""Expressions: what they evaluate to, and what evaluating them does to the resource that a run follows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import lru_cache

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership import instances, iteration, members, promises
from flake8_httpleak.ownership.calls import call_node
from flake8_httpleak.ownership.comparing import compared
from flake8_httpleak.ownership.conditions import branch, merge, take
from flake8_httpleak.ownership.learning import is_chunk
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.missing import MISSING, may_be_missing
from flake8_httpleak.ownership.reading import read
from flake8_httpleak.ownership.states import Fact, Grade, Returned, State
from flake8_httpleak.ownership.truth import narrow, truth
from flake8_httpleak.ownership.turns import comprehend
from flake8_httpleak.ownership.values import (
    MAX_ELEMENTS,
    NONE,
    UNKNOWN,
    Awaitable,
    Choice,
    Closing,
    Const,
    Function,
    Instance,
    Items,
    Pending,
    Result,
    Symbol,
    Test,
    Value,
)

_CONSTANTS = {"None": NONE, "True": Const(value=True), "False": Const(value=False)}


def on(*kinds: type[cst.CSTNode]) -> Callable[[Callable[..., Branches]], Callable[..., Branches]]:
    """Register a handler for some node types."""

    def register(handler: Callable[..., Branches]) -> Callable[..., Branches]:
        for kind in kinds:
            Machine.expressions[kind] = handler
        return handler

    return register


def sequence(m: Machine, nodes: Sequence[cst.BaseExpression], state: State) -> list[tuple[list[Value], State]]:
    """Evaluate expressions one after another."""
    found: list[tuple[list[Value], State]] = [([], state)]
    for node in nodes:
        found = [([*values, value], after) for values, before in found for value, after in m.eval(node, before)]
    return found


@on(cst.Name)
def name(m: Machine, node: cst.Name, state: State) -> Branches:
    constant = _CONSTANTS.get(node.value)
    return [(constant if constant is not None else m.lookup(node.value, state), state)]


@on(cst.Integer, cst.Float, cst.SimpleString, cst.Imaginary)
def plain(_: Machine, node: cst.Integer, state: State) -> Branches:
    return [(_literal(node.value), state)]


@lru_cache(maxsize=4096)
def _literal(text: str) -> Value:
    try:
        return Const(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError):
        return UNKNOWN


@on(cst.ConcatenatedString)
def joined_strings(m: Machine, node: cst.ConcatenatedString, state: State) -> Branches:
    for part in (node.left, node.right):
        state = m.eval(part, state)[-1][1]
    return [(m.fresh(node, state), state)]


@on(cst.FormattedString, cst.TemplatedString)
def formatted(m: Machine, node: cst.FormattedString, state: State) -> Branches:
    parts = [
        part.expression for part in node.parts if isinstance(part, cst.FormattedStringExpression | cst.TemplatedStringExpression)
    ]
    return [(m.fresh(node, after), after) for _, after in sequence(m, parts, state)]


@on(cst.Attribute)
def attribute(m: Machine, node: cst.Attribute, state: State) -> Branches:
    return [found for value, after in m.eval(node.value, state) for found in read(m, value, node.attr.value, node, after)]


@on(cst.Call)
def call(m: Machine, node: cst.Call, state: State) -> Branches:
    return call_node(m, node, state)


@on(cst.Await)
def awaited(m: Machine, node: cst.Await, state: State) -> Branches:
    return _await(m, node.expression, node, state)


def _await(m: Machine, inner: cst.BaseExpression, node: cst.CSTNode, state: State) -> Branches:
    outer, m.awaiting = m.awaiting, inner
    m.awaits += 1
    found = [pair for value, after in m.eval(inner, state) for pair in await_value(m, value, node, after)]
    m.awaits -= 1
    m.awaiting = outer
    return found


def await_value(m: Machine, value: Value, node: cst.CSTNode, state: State) -> Branches:
    """Await a value: a promised resource arrives, a started closing is carried out."""
    if isinstance(value, Closing):
        return _closed(m, value, node, state)
    calm = isinstance(value, Result) and value.of.rpartition(".")[2] in m.catalog.calm
    fails = promises.failures([value])
    if fails or (not calm and not isinstance(value, Awaitable | Pending)):  # the others count where they are made
        m.raises(promises.without(state, value), Grade.STRONG, node, fails)
    m.raises(promises.without(state, value), Grade.CANCEL, node, ("asyncio.CancelledError", "BaseException"))
    match value:
        case Awaitable():
            return [(value.of, state)]
        case Pending(delivery="await" | "future" | "await_or_context"):
            return [(promises.arrive(value, node, state), state)]
        case Instance() | Items():
            return [(value, state)]
    return [(value if is_chunk(value) else m.fresh(node, state), state)]


def _closed(m: Machine, value: Closing, node: cst.CSTNode, state: State) -> Branches:
    """Await a closing; that it may fail is no reason to say that nothing was closed."""
    instances.close(m, value, node, state)
    return [(NONE, state)]


@on(cst.Yield)
def yielded(m: Machine, node: cst.Yield, state: State) -> Branches:
    if isinstance(node.value, cst.From):
        return _from(m, node, node.value.item, state)
    if m.function.is_driven and node.value is not None:
        return _await(m, node.value, node, state)
    found: Branches = []
    for value, after in m.eval(node.value, state) if node.value is not None else [(NONE, state)]:
        m.run.yielded.append(Returned(after.copy(), value, node))
        instances.hand_out(m, value, node, after)
        m.run.paused.append((node, after.copy()))
        found.append((m.fresh(node, after), after))
    return found


def _from(m: Machine, node: cst.Yield, inner: cst.BaseExpression, state: State) -> Branches:
    """`yield from`: goes through something, or awaits, as coroutines did before there was `await`."""
    found: Branches = []
    outer, m.awaiting = m.awaiting, inner
    m.awaits += 1
    for value, before in m.eval(inner, state):
        m.run.paused.append((node, before.copy()))
        if isinstance(value, Closing | Pending | Awaitable):
            found += await_value(m, value, node, before)
        else:
            found += [(m.fresh(node, after), after) for after in iteration.exhaust(m, value, node, before)]
    m.awaits -= 1
    m.awaiting = outer
    return found


@on(cst.NamedExpr)
def walrus(m: Machine, node: cst.NamedExpr, state: State) -> Branches:
    found = m.eval(node.value, state)
    for value, after in found:
        if isinstance(node.target, cst.Name):
            after.bind(node.target.value, value)
    return found


@on(cst.Lambda)
def lambda_(m: Machine, node: cst.Lambda, state: State) -> Branches:
    info = m.program.nested(node, m.function)
    m.note_nested(info, State({}) if m.keeps_names else state)  # names of a module may change before it is called
    return [(Function(info), state)]


@on(cst.Tuple, cst.List, cst.Set)
def display(m: Machine, node: cst.Tuple | cst.List | cst.Set, state: State) -> Branches:
    form = type(node).__name__.lower()
    found = sequence(m, [element.value for element in node.elements], state)
    return [(_spread(form, node.elements, values), after) for values, after in found]


def _spread(form: str, elements: Sequence[cst.BaseElement], values: Sequence[Value]) -> Items:
    """A container of values; those of a starred container are its own."""
    spread: list[Value] = []
    exact, many = True, False
    for element, value in zip(elements, values, strict=True):
        if not isinstance(element, cst.StarredElement):
            spread.append(value)
        elif isinstance(value, Items):
            spread += value.values
            exact, many = exact and value.exact, many or value.many
        else:
            spread.append(value)
            exact = False
    return Items(form, tuple(spread), exact=exact, many=many)


@on(cst.Dict)
def dictionary(m: Machine, node: cst.Dict, state: State) -> Branches:
    plain_ones = [element for element in node.elements if isinstance(element, cst.DictElement)]
    found = sequence(m, [part for one in plain_ones for part in (one.key, one.value)], state)
    spread = sequence(m, [one.value for one in node.elements if isinstance(one, cst.StarredDictElement)], found[-1][1])
    pairs, after = found[-1][0], spread[-1][1]
    keys = [key.value if isinstance(key, Const) else None for key in pairs[::2]]
    values = list(pairs[1::2])
    exact = True
    for other in spread[-1][0]:
        if isinstance(other, Items) and other.keys is not None and other.exact:
            keys.extend(other.keys)
            values.extend(other.values)
        else:
            exact = False
    return [(Items("dict", tuple(values), tuple(keys), exact=exact), after)]


@on(cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
def comprehension(m: Machine, node: cst.BaseComp, state: State) -> Branches:
    return comprehend(m, node, state)


@on(cst.Subscript)
def subscript(m: Machine, node: cst.Subscript, state: State) -> Branches:
    index: list[cst.BaseExpression] = []
    for element in node.slice:
        part = element.slice
        if isinstance(part, cst.Slice):
            index += [one for one in (part.lower, part.upper, part.step) if one is not None]
        elif isinstance(part, cst.Index):
            index.append(part.value)
    single = len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index)
    found: Branches = []
    for values, after in sequence(m, [node.value, *index], state):
        value = values[0]
        if isinstance(value, Items) and not single:  # some of its elements
            found.append((Items(value.form, value.values, exact=False, many=value.many), after))
        else:
            found.append((members.item(m, value, values[1] if single else UNKNOWN, node, after), after))
    return found


@on(cst.BinaryOperation)
def binary(m: Machine, node: cst.BinaryOperation, state: State) -> Branches:
    parts: list[cst.BaseExpression] = [node.right]
    left: cst.BaseExpression = node.left
    while isinstance(left, cst.BinaryOperation):
        parts.append(left.right)
        left = left.left
    parts.append(left)
    found: Branches = []
    for values, after in sequence(m, parts[::-1], state):
        repeated = _repeated(node.operator, values)
        if repeated is not None:
            found.append((repeated, after))
            continue
        lists = [value for value in values if isinstance(value, Items) and value.form in ("list", "tuple")]
        if isinstance(node.operator, cst.Add) and len(lists) == len(values):
            merged = Items(
                lists[0].form, tuple(one for each in lists for one in each.values), exact=all(one.exact for one in lists)
            )
            found.append((merged, after))
        else:
            found.append((m.fresh(node, after), after))
    return found


def _repeated(operator: cst.BaseBinaryOp, values: Sequence[Value]) -> Items | None:
    """`[None] * n`, `n * [None]`: a list with the same elements, as often as that is written out."""
    known = next((value for value in values if isinstance(value, Items) and value.form in ("list", "tuple")), None)
    if not isinstance(operator, cst.Multiply) or len(values) > 2 or known is None:  # noqa: PLR2004 - the two sides
        return None
    (times,) = [value for value in values if value is not known] or [known]
    if isinstance(times, Const) and isinstance(times.value, int) and len(known.values) * times.value <= MAX_ELEMENTS:
        return Items(known.form, known.values * times.value, exact=known.exact, many=known.many)
    return Items(known.form, known.values, exact=False, many=True)


@on(cst.UnaryOperation)
def unary(m: Machine, node: cst.UnaryOperation, state: State) -> Branches:
    found: Branches = []
    for value, after in m.eval(node.expression, state):
        if isinstance(node.operator, cst.Not):
            known = truth(value, after)
            found.append((Test("not", value) if known is None else Const(not known), after))
        elif isinstance(node.operator, cst.Minus) and isinstance(value, Const) and isinstance(value.value, int | float):
            found.append((Const(-value.value), after))
        else:
            found.append((m.fresh(node, after), after))
    return found


@on(cst.Comparison)
def comparison(m: Machine, node: cst.Comparison, state: State) -> Branches:
    operands = [node.left, *(target.comparator for target in node.comparisons)]
    found: Branches = []
    for values, after in sequence(m, operands, state):
        if len(values) == 2:  # noqa: PLR2004 - the two sides
            found.append((compared(m, node.comparisons[0].operator, values[0], values[1], node, after), after))
        else:
            found.append((m.fresh(node, after), after))
    return found


@on(cst.BooleanOperation)
def boolean(m: Machine, node: cst.BooleanOperation, state: State) -> Branches:
    """`a and b`, `a or b`: the ways on which each side is the value, kept apart."""
    stops = isinstance(node.operator, cst.Or)
    found: Branches = []
    what = ""
    for value, after in m.eval(node.left, state):
        what = MISSING if not stops and may_be_missing(value) else what
        for taken in _ways(m, node.left, value, after):
            way, kept = taken
            if truth(kept, way) is stops:
                found.append((kept, way))
            else:
                found.extend(_instead(m, value, node.right, way) if stops else m.eval(node.right, way))
    return _decided(m, node, merge(found), what)


def _instead(m: Machine, absent: Value, node: cst.BaseExpression, state: State) -> Branches:
    """The right side of `absent or ...`: if that is a client, what it stands in for is one too or None, never merely false."""
    if not isinstance(absent, Symbol) or state.facts.get(absent) is not Fact.FALSY:
        return m.eval(node, state)
    state.learn(absent, Fact.NONE)
    found = m.eval(node, state)
    for value, after in found:
        if not (isinstance(value, Instance) and value.kind.truth == "honest") and after.facts.get(absent) is Fact.NONE:
            after.facts[absent] = Fact.FALSY
    return found


def _ways(m: Machine, node: cst.BaseExpression, value: Value, state: State) -> list[tuple[State, Value]]:
    """The states on which a value is true and false, with what is then left of the value."""
    other = state.copy()
    found: list[tuple[State, Value]] = []
    for wanted, way in ((True, state), (False, other)):
        if take(m, node, value, wanted, way):
            kept = narrow(value, wanted, way)
            found.append((way, kept if truth(kept, way) is wanted else Const(value=wanted)))
    return found


@on(cst.IfExp)
def conditional(m: Machine, node: cst.IfExp, state: State) -> Branches:
    yes, no = branch(m, node.test, state)
    found = [pair for way in yes for pair in m.eval(node.body, way)]
    return _decided(m, node, merge([*found, *(pair for way in no for pair in m.eval(node.orelse, way))]))


def _decided(m: Machine, node: cst.BaseExpression, branches: Branches, what: str = "") -> Branches:
    """The same branches; which value a choice in them is stays the same wherever it goes, so a flag tells the same twice."""
    found: Branches = []
    for value, state in branches:
        open_ = isinstance(value, Choice) and value.decided_by is None
        found.append((replace(value, decided_by=m.fresh(node, state, what)) if open_ else value, state))
    return found
