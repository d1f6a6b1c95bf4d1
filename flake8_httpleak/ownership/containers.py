"""Lists, dictionaries, sets, queues and exit stacks: what goes in, what comes out, what is released with them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership import instances, iteration, members
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.assigning import closes_elements, put
from flake8_httpleak.ownership.giving import give
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.managers import enter
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.truth import truth
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Closing,
    Const,
    Items,
    Member,
    Object,
    Pending,
    Place,
    Test,
    Value,
    choice,
    newest,
    reaches,
    resite,
)

STACK = "stack"
_ADD = frozenset({"append", "appendleft", "add", "put", "put_nowait", "insert", "push"})
_MERGE = frozenset({"extend", "update"})
_TAKE = frozenset({"pop", "popleft", "get", "get_nowait", "popitem", "setdefault"})
_REMOVE = _TAKE - {"setdefault"}
_EMPTY = ("IndexError", "KeyError", "LookupError", "queue.Empty", "asyncio.QueueEmpty", "Exception", "BaseException")
"""What a container that has nothing left raises."""
_VIEWS = frozenset({"values", "copy", "keys", "items"})


def invoke(
    m: Machine, items: Items, name: str, arguments: Arguments, node: cst.Call, state: State, path: members.Path | None
) -> Branches:
    """Call a method of a container."""
    known = members.at(state, path) if path is not None else None  # what the arguments made of it
    items = known if isinstance(known, Items) else items
    if items.form == STACK:
        return _of_stack(m, items, name, arguments, node, state, path)
    if name in _ADD and (given := list(arguments.values())):
        key = given[0] if name == "insert" and len(given) > 1 else UNKNOWN
        keep(m, items, put(items, key, given[-1], many=bool(m.loops)), given[-1], node, state, path)
        return [(NONE, state)]
    if name in _MERGE:
        for value in arguments.values():
            for one in members.parts_of(value):
                keep(m, items, put(items, UNKNOWN, one, many=bool(m.loops) or items.many), one, node, state, path)
        return [(NONE, state)]
    if name in _TAKE:
        return _take(m, items, name, arguments, node, state, path)
    if name in ("empty", "qsize") and items.form == "queue":
        return [(Test("not" if name == "empty" else "len", items), state)]
    if name in _VIEWS:
        return [(_view(items, name), state)]
    if name == "clear" and path is not None:
        members.change(state, path, Items(items.form, exact=False))
        return [(NONE, state)]
    give(m, arguments, node, state, name)
    return [(m.fresh(node, state), state)]


def keep(
    m: Machine, before: Items, after: Items, value: Value, node: cst.CSTNode, state: State, path: members.Path | None
) -> None:
    """A value went into a container: that holds it if it is this function's own, somebody else keeps it if it is not."""
    names: list[str] = list(path or ())
    local = len(names) == 1 and m.owns_name(names[0])
    owner = state.env.get(names[0]) if len(names) > 1 else None
    if isinstance(owner, Object):
        local = owner.site != NOBODY
        if m.events is not None and m.depth == 0 and not local:
            m.events.stored_field(m, owner, names[-1], after, node)
    if path is not None:
        members.change(state, path, after)
    if local and m.loops and state.reaches(value) and closes_elements(m, names[0], value):
        m.handed(state, node, "container")
    if local and m.loops and state.reaches(value):
        m.kept(state, node, "container filled in a loop")
    if not local and state.reaches(value):
        passes = before.form in (STACK, "queue")
        how = "container" if passes else "field container" if owner is not None else "module container"
        m.handed(state, node, how)


def _take(
    m: Machine, items: Items, name: str, arguments: Arguments, node: cst.Call, state: State, path: members.Path | None
) -> Branches:
    key = arguments.first()
    if name in _REMOVE and (name != "get" or items.form == "queue"):
        return _remove(m, items, name, key, node, state, path)
    if name in ("get", "setdefault", "pop") and key is not None and items.form == "dict":
        found = members.item(m, items, key, node, state)
    else:
        found = choice(items.values) if items.values else m.fresh(node, state)
    default = list(arguments.values())[1:2]
    if name == "setdefault" and default:
        keep(m, items, put(items, key or UNKNOWN, default[0], many=bool(m.loops)), default[0], node, state, path)
        found = choice([found, default[0]]) if items.values else default[0]
    return [(Awaitable(found) if m.awaiting is node else found, state)]


def _remove(
    m: Machine, items: Items, name: str, key: Value | None, node: cst.Call, state: State, path: members.Path | None
) -> Branches:
    """Take an element out: the followed resource may be the one that is taken, or one of those that stay."""
    if truth(items, state) is not True and not state.is_open:  # that there is none says nothing of what is held elsewhere
        m.raises(state, Grade.WEAK, node, _EMPTY)
    ways = list(_ways_to_remove(items, name, key)) if path is not None else []
    found: Branches = []
    for value, rest in ways or [(_any_of(m, items, key, node, state), items)]:
        after = state.copy() if len(ways) > 1 else state
        if path is not None and rest is not items:
            members.change(after, path, rest)
        taken: Value = Items("tuple", (m.fresh(node, after, "key"), value)) if name == "popitem" else value
        found.append((Awaitable(taken) if m.awaiting is node else taken, after))
    return found


def _any_of(m: Machine, items: Items, key: Value | None, node: cst.Call, state: State) -> Value:
    if key is not None and items.form == "dict":
        return members.item(m, items, key, node, state)
    return choice(items.values) if items.values else m.fresh(node, state)


def _ways_to_remove(items: Items, name: str, key: Value | None) -> Iterator[tuple[Value, Items]]:
    """What may be taken out, and what stays then: one of them in a known place, or the followed resource and then the others."""
    if isinstance(key, Place) and key.of in items.values:
        yield key.of, without(items, items.values.index(key.of))
    elif items.form == "dict" and name == "pop":
        if isinstance(key, Const) and items.keys is not None and key.value in items.keys:
            found = items.keys.index(key.value)
            yield items.values[found], without(items, found)
    elif (number := _place_of(items, name, key)) is not None:
        yield items.values[number], without(items, number)
    else:
        for leading in (True, False):
            numbers = [number for number, one in enumerate(items.values) if reaches(one, TRACKED) is leading]
            if numbers and (leading or len(numbers) < len(items.values)):
                rest = replace(without(items, *(numbers if leading else ())), exact=False)
                yield choice(items.values[number] for number in numbers), rest


def _place_of(items: Items, name: str, key: Value | None) -> int | None:
    """The number of the element that is taken out; None if it is not known."""
    count = len(items.values)
    if not items.exact or items.form not in ("list", "dict") or not count:
        return None
    if key is None or name == "popitem":
        return 0 if name == "popleft" else count - 1
    known = key.value if isinstance(key, Const) else None
    return known % count if isinstance(known, int) and -count <= known < count else None


def without_item(items: Items, key: Value, state: State) -> Items:
    """A container after `del items[key]`. Where the key is not known, what is still held is taken to stay in it."""
    for _, rest in _ways_to_remove(items, "pop", key):
        if rest.exact or isinstance(key, Place) or not state.is_open:
            return rest
    return items


def without(items: Items, *numbers: int) -> Items:
    """A container without some of its elements."""
    kept = [number for number in range(len(items.values)) if number not in numbers]
    keys = tuple(items.keys[number] for number in kept) if items.keys is not None else None
    return replace(items, values=tuple(items.values[number] for number in kept), keys=keys)


def _view(items: Items, name: str) -> Value:
    if name == "items":
        pairs = tuple(Items("tuple", pair) for pair in zip(iteration.keys_of(items), items.values, strict=True))
        return Items("list", pairs, exact=items.exact, many=items.many)
    if name == "keys":
        return Items("list", iteration.keys_of(items), exact=items.exact, many=items.many)
    return Items("list", items.values, exact=items.exact, many=items.many) if name == "values" else items


def _of_stack(
    m: Machine, stack: Items, name: str, arguments: Arguments, node: cst.Call, state: State, path: members.Path | None
) -> Branches:
    """`ExitStack` and `AsyncExitStack`: what they are given is released when they are closed or left."""
    given = arguments.first()
    if name in ("close", "aclose", "__exit__", "__aexit__"):
        if name in ("aclose", "__aexit__") and m.awaiting is not node:
            return [(Closing(stack), state)]
        instances.release(m, stack, node, state)
        return [(Awaitable(NONE) if name[0] == "a" else NONE, state)]
    if name == "pop_all":
        if path is not None:
            members.change(state, path, Items(STACK, exact=False))
        return [(stack, state)]
    if given is None:
        return [(m.fresh(node, state), state)]
    entered: Value = given
    if name in ("enter_context", "enter_async_context"):
        m.raises(state, Grade.STRONG, node) if isinstance(given, Pending) else None
        entered = resite(enter(m, given, node, state), lambda site: site if site == TRACKED else NOBODY)  # the stack's own
        entered = Awaitable(entered) if name == "enter_async_context" else entered
    released = given.of if isinstance(given, Member) else given
    if name in ("callback", "push_async_callback") and not isinstance(given, Member):
        rest = [value for value in arguments.values() if reaches(value, TRACKED)]
        released = rest[0] if rest else given
    keep(m, stack, Items(STACK, newest((*stack.values, released)), exact=False), released, node, state, path)
    return [(entered, state)]
