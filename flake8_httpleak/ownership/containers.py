"""Lists, dictionaries, sets, queues and exit stacks: what goes in, what comes out, what is released with them."""

from __future__ import annotations

import libcst as cst
from msgspec.structs import replace

from flake8_httpleak.ownership import instances, iteration, members
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.assigning import WEAK, WEAK_KEYS, closes_elements, put
from flake8_httpleak.ownership.giving import expect, give
from flake8_httpleak.ownership.kinds import is_closing
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.managers import enter
from flake8_httpleak.ownership.states import Grade, State
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Closing,
    Const,
    Function,
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
        is_placed = name == "insert" and len(given) > 1
        key, added = given[:2] if is_placed else (UNKNOWN, arguments.named.get("item", given[0]))  # `put` is told to wait as well
        keep(m, items, put(items, key, added, many=bool(m.loops)), added, node, state, path)
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
        if m.events is not None and m.depth == 0 and not local and before.form != WEAK:
            m.events.stored_field(m, owner, names[-1], after, node)
    if path is not None:
        members.change(state, path, after)
    if local and m.loops and state.reaches(value) and closes_elements(m, names[0], value):
        m.handed(state, node, "container")
    if local and m.loops and state.reaches(value):
        m.kept(state, node, "container filled in a loop")
    if not local and state.reaches(value):
        passes = before.form in (STACK, "queue", WEAK, WEAK_KEYS)
        how = "container" if passes else "field container" if owner is not None else "module container"
        m.handed(state, node, "registered" if is_closing(value) else how)


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
    if name == "get" and not reaches(found, TRACKED) and not _is_certain(items, key):
        found = choice([found, *(default or [NONE])])
    if name == "setdefault" and default:
        keep(m, items, put(items, key or UNKNOWN, default[0], many=bool(m.loops)), default[0], node, state, path)
        found = choice([found, default[0]]) if items.values else default[0]
    return [(Awaitable(found) if m.awaiting is node else found, state)]


def _is_certain(items: Items, key: Value | None) -> bool:
    """Whether there is an element with a key."""
    return isinstance(key, Const) and items.keys is not None and key.value in items.keys


def _remove(
    m: Machine, items: Items, name: str, key: Value | None, node: cst.Call, state: State, path: members.Path | None
) -> Branches:
    """Take an element out."""
    known = _removed(items, name, key) if path is not None else None
    if known is not None and path is not None:
        value, rest = known
        members.change(state, path, rest)
    elif key is not None and items.form == "dict":
        value = members.item(m, items, key, node, state)
    else:
        value = choice(items.values) if items.values else m.fresh(node, state)
    taken: Value = Items("tuple", (m.fresh(node, state, "key"), value)) if name == "popitem" else value
    return [(Awaitable(taken) if m.awaiting is node else taken, state)]


def _removed(items: Items, name: str, key: Value | None) -> tuple[Value, Items] | None:
    """What is taken out, and what stays: what is in a known place, otherwise the followed resource; None for any other."""
    number = _place_of(items, name, key)
    if number is not None:
        return items.values[number], without(items, number)
    followed = [number for number, one in enumerate(items.values) if reaches(one, TRACKED)]
    if not followed or (items.form == "dict" and name == "pop"):
        return None
    return choice(items.values[number] for number in followed), replace(without(items, *followed), exact=False)


def _place_of(items: Items, name: str, key: Value | None) -> int | None:
    """The number of the element that is taken out; None if it is not known."""
    count = len(items.values)
    if isinstance(key, Place) and key.of in items.values:
        return items.values.index(key.of)
    if items.form == "dict" and name == "pop":
        named = items.keys is not None and isinstance(key, Const) and key.value in items.keys
        return items.keys.index(key.value) if named else None  # type: ignore[union-attr] # it is named
    if not items.exact or items.form not in ("list", "dict") or not count:
        return None
    if key is None or name == "popitem":
        return 0 if name == "popleft" else count - 1
    known = key.value if isinstance(key, Const) else None
    return known % count if isinstance(known, int) and -count <= known < count else None


def without_item(items: Items, key: Value, state: State) -> Items:
    """A container after `del items[key]`. Where the key is not known, what is still held is taken to stay in it."""
    number = _place_of(items, "pop", key)
    if number is not None:
        return without(items, number)
    followed = [number for number, one in enumerate(items.values) if reaches(one, TRACKED)]
    return items if state.is_open or not followed else replace(without(items, *followed), exact=False)


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
    if isinstance(given, Function):
        expect(given, state)
    if name in ("callback", "push_async_callback") and not isinstance(given, Member):
        rest = [value for value in arguments.values() if reaches(value, TRACKED)]
        released = rest[0] if rest else given
    keep(m, stack, Items(STACK, newest((*stack.values, released)), exact=False), released, node, state, path)
    return [(entered, state)]
