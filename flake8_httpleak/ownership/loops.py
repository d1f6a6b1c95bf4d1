"""Loops and `with` blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import libcst as cst

from flake8_httpleak.ownership import instances, iteration, managers
from flake8_httpleak.ownership.assigning import assign
from flake8_httpleak.ownership.conditions import branch
from flake8_httpleak.ownership.exceptions import taken_as
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.states import Flow, Raised, State, States
from flake8_httpleak.ownership.turns import Turn, counted, counted_down, turns
from flake8_httpleak.ownership.values import NOBODY, TRACKED, Items, Manager, Pending, Result, Value, reaches, resite
from flake8_httpleak.ownership.walks import Catcher, Loop

MAX_TURNS = 4
MANY_LOOPS = 3
"""In so many loops, one inside the other, another one is turned once: each turn of one is as many of each loop inside."""

Head = Callable[[State], tuple[list[State], list[State]]]


def turning(m: Machine, loop: Loop, entry: States, head: Head, node: cst.For | cst.While, *, surely: bool = False) -> Flow:
    """Turn a loop until nothing new comes out.

    head: from a state before a turn, the states with which the body begins and those on which the loop ends.
    surely: the body runs at least once.
    """
    flow = Flow()
    ends = States()
    known = {value: fact for state in entry for value, fact in state.facts.items()}
    m.loops.append(loop)
    seen = States() if surely else States(entry.copies())
    before = entry.copies() if surely else seen.copies()
    for turn in range(MAX_TURNS if len(m.loops) <= MANY_LOOPS else 1):
        inside: list[State] = []
        ends = States()
        for state in before:
            begins, stops = head(state)
            inside += begins
            ends.update(stops if turn or not surely else [])
        if not inside:
            break
        again = _turn(m, node, States(inside), flow)
        for state in again:
            state.facts = {value: fact for value, fact in state.facts.items() if known.get(value) is fact}
        if not seen.update(again):
            break
        before = seen.copies()
    else:
        for state in before:
            ends.update(head(state)[1])
    m.loops.pop()
    return _after_loop(m, node, flow, ends)


def _turn(m: Machine, node: cst.For | cst.While, inside: States, flow: Flow) -> list[State]:
    """One turn; the states with which the next one begins."""
    turn = m.block(node.body.body, inside)
    flow.returns.extend(turn.returns)
    flow.breaks.update(turn.breaks)
    return [*turn.normal, *turn.continues]


def _after_loop(m: Machine, node: cst.For | cst.While, flow: Flow, ends: States) -> Flow:
    """`else`, and what `break` left."""
    breaks, flow.breaks = flow.breaks, States()
    if node.orelse is not None and ends:
        rest = m.block(node.orelse.body.body, ends)
        flow.leave(rest)
        ends = rest.normal
    flow.normal = ends
    flow.normal.update(breaks)
    return flow


def while_loop(m: Machine, node: cst.While, state: State) -> Flow:
    """`while`."""
    found = counted(node, state)
    if found is not None:
        number, apart = found
        return _one_by_one(m, Loop(node), apart, state, node, number)
    loop = Loop(node, counted_down(node, state))
    return turning(m, loop, States.only(state), lambda before: branch(m, node.test, before), node)


def for_loop(m: Machine, node: cst.For, state: State) -> Flow:
    """`for` and `async for`."""
    flow = Flow()
    m.awaits += node.asynchronous is not None
    gone_through = m.eval(node.iter, state)
    m.awaits -= node.asynchronous is not None
    for value, after in gone_through:
        one = _for(m, node, value, after)
        flow.leave(one)
        flow.normal.update(one.normal)
    return flow


def _for(m: Machine, node: cst.For, value: Value, state: State) -> Flow:
    owner = iteration.body_of(value)
    followed = reaches(value, TRACKED)
    reading = owner is not None and followed and iteration.releases_at_end(value)
    surely = isinstance(value, Items) and bool(value.values)
    hold = f"<for {id(node)}>"
    if followed:
        state.bind(hold, value)  # the loop itself holds what it goes through
    if isinstance(value, Pending) and node.asynchronous is not None:
        instances.release(m, value, node, state)

    loop = Loop(node, iteration.turns_of(value))
    apart = turns(m, node.target, (node.body,), value, node, state)

    def head(before: State) -> tuple[list[State], list[State]]:
        stop = before.copy()
        if reading and owner is not None:
            iteration.finish(m, node, stop)
            iteration.advance(m, owner, node, before)
        assign(m, node.target, iteration.element(m, value, node, before), before)
        return [before], [stop]

    flow = (
        _one_by_one(m, loop, apart, state, node, node.target)
        if apart
        else turning(m, loop, States.only(state), head, node, surely=surely)
    )
    if followed:
        for after in flow.normal:
            after.env.pop(hold, None)
            m.settle(after, node, "dropped")
        flow.normal = States(flow.normal)
    return _left_early(m, owner, node, flow) if reading and owner is not None else flow


def _one_by_one(
    m: Machine, loop: Loop, apart: Sequence[Turn], state: State, node: cst.For | cst.While, target: cst.BaseExpression
) -> Flow:
    """A loop whose turns are told apart."""
    flow = Flow()
    here = States.only(state)
    m.loops.append(loop)
    for turn in apart:
        for before in here:
            turn.begin(m, target, before)
        here = States(_turn(m, node, here, flow))
    m.loops.pop()
    return _after_loop(m, node, flow, here)


def _left_early(m: Machine, owner: Value, node: cst.For, flow: Flow) -> Flow:
    """Some iterators close when they are left early."""
    if iteration.closes_on_break(owner):
        for one in flow.returns:
            iteration.finish(m, node, one.state)
        for state in flow.normal:
            iteration.finish(m, node, state)
    return flow


def with_block(m: Machine, node: cst.With, state: State) -> Flow:
    """`with` and `async with`, any number of items."""
    return _items(m, node, 0, state)


def _items(m: Machine, node: cst.With, number: int, state: State) -> Flow:
    if number == len(node.items):
        return m.block(node.body.body, States.only(state))
    item = node.items[number]
    flow = Flow()
    m.awaits += 1
    entered = m.eval(item.item, state)
    m.awaits -= 1
    for value, after in entered:
        if m.events is not None and m.depth == 0:
            m.events.entered(m, value, item, is_async=node.asynchronous is not None)
        one = _inside(m, node, number, value, after)
        flow.leave(one)
        flow.normal.update(one.normal)
    return flow


def _inside(m: Machine, node: cst.With, number: int, value: Value, state: State) -> Flow:
    """One item: entered, the rest done, left on every way out."""
    item = node.items[number]
    bound = managers.enter(m, value, item, state)
    if item.asname is not None:
        assign(m, item.asname.name, _lent(m, item.asname.name, value, bound, state), state)
    hold = f"<with {id(item)}>"
    state.bind(hold, value)
    bounded = isinstance(value, Result) and value.of in m.catalog.deadlines
    m.deadlines += bounded
    before = state.copy() if isinstance(value, Manager) and value.expects else state
    catcher, losses = Catcher(), len(m.run.losses)
    m.catchers.append(catcher)
    flow = _items(m, node, number + 1, state)
    m.catchers.pop()
    m.deadlines -= bounded
    for after in (*flow.normal, *flow.breaks, *flow.continues, *(one.state for one in flow.returns)):
        _leave(m, value, hold, item, after)
    raised = catcher.take()
    for one in raised:
        _leave(m, value, hold, item, one.state)
    if isinstance(value, Manager) and value.expects:
        m.run.losses[losses:] = [one for one in m.run.losses[losses:] if one.how != "dropped"]
        raised = _expected(value, raised, before, flow)
    elif isinstance(value, Manager) and value.suppresses:
        raised = _suppressed(value, raised, flow)
    for one in raised:
        m.catchers[-1].add(one)
    flow.normal, flow.breaks, flow.continues = States(flow.normal), States(flow.breaks), States(flow.continues)
    return flow


def _suppressed(value: Manager, raised: list[Raised], flow: Flow) -> list[Raised]:
    """Exceptions that end with a block go on after it; those that may pass it."""
    passing: list[Raised] = []
    for one in raised:
        swallowed = taken_as(one, value.of)
        if swallowed is not True:
            passing.append(replace(one, state=one.state.copy()) if swallowed is None else one)
        if swallowed is not False:
            one.state.via = one.state.via or one.grade
            flow.normal.add(one.state)
    return passing


def _expected(value: Manager, raised: list[Raised], before: State, flow: Flow) -> list[Raised]:
    """A block that has to raise goes on from there, as usual; one that comes to its end fails a test, and nothing counts then.

    What its last call would have given is not there, and whoever wrote the test knows best which step raises.
    """
    answers = [(one, taken_as(one, value.of)) for one in raised]
    passing = [replace(one, state=one.state.copy()) for one, answer in answers if answer is not True]
    flow.normal = States()
    for after in [one.state for one, answer in answers if answer is not False] or [one.state for one in raised] or [before]:
        after.via = before.via
        flow.normal.add(after)
    return passing


def _lent(m: Machine, target: cst.BaseExpression, value: Value, bound: Value, state: State) -> Value:
    """What `as` binds: in a field it is there only while the block lasts, which releases it."""
    if isinstance(target, cst.Name) or (isinstance(value, Manager) and not value.releases):
        return bound
    if state.reaches(bound):
        m.kept(state, target, "lent")
    return resite(bound, lambda _: NOBODY)


def _leave(m: Machine, value: Value, hold: str, item: cst.WithItem, state: State) -> None:
    held = state.env.pop(hold, value)
    managers.leave(m, held, item, state)


Machine.statements[cst.While] = while_loop
Machine.statements[cst.For] = for_loop
Machine.statements[cst.With] = with_block
