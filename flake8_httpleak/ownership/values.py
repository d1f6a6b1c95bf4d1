"""What an expression may stand for: the abstract values of the interpreter. Frozen, compared by content, cheap to share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from flake8_httpleak.clients.catalog import ResourceKind

if TYPE_CHECKING:
    from flake8_httpleak.ownership.program import ClassInfo, FunctionInfo

NOBODY = 0
"""Site of an object that this function did not make: it only borrows it."""
TRACKED = -1
"""Site of the resource that a run follows."""
EARLIER = -2
"""Site of the resource that the same call made in an earlier turn of a loop and that is still held."""
SEVERAL = -3
"""Site of one of several objects that this function made; which one is not known."""
MAX_OPTIONS = 4
MAX_ELEMENTS = 8


class Const(Struct, frozen=True):
    """A value that is written out: None, a flag, a number, a string, a tuple of such."""

    value: Hashable


class Symbol(Struct, frozen=True):
    """Something unknown, the same wherever it goes; facts about it are kept by this identity."""

    key: Hashable


class Attr(Struct, frozen=True):
    """The key of the symbol that stands for an attribute of something unknown."""

    of: Value
    name: str


class Test(Struct, frozen=True):
    """What follows from other values: `x is None` (`none`), `not x` (`not`), `x == y` (`==`)."""

    operator: str
    of: Value
    other: Value | None = None


class Dotted(Struct, frozen=True):
    """Something of another module or a builtin, by its full name."""

    name: str


class Result(Struct, frozen=True):
    """What a function of another module gave, by the function's full name; such as a logger. `made`: where it was called."""

    of: str
    made: Hashable = None


class Instance(Struct, frozen=True):
    """An object of a kind from the tables. `attrs`: what the constructor or later assignments said of it."""

    kind: ResourceKind
    site: int = NOBODY
    attrs: tuple[tuple[str, Value], ...] = ()

    def attr(self, name: str) -> Value | None:
        """What is known of an attribute."""
        return next((value for key, value in self.attrs if key == name), None)


class Pending(Struct, frozen=True):
    """A coroutine or context manager that hands out `of` when it is awaited or entered."""

    of: Value
    delivery: str
    fails: tuple[str, ...] = ()
    """The classes of what it raises then, if that has not been counted."""


class Awaitable(Struct, frozen=True):
    """A coroutine, task or future whose result is already known; its effects have been counted, but for how it `fails`."""

    of: Value
    fails: tuple[str, ...] = ()


class Closing(Struct, frozen=True):
    """A coroutine that releases `of` when it is awaited. `site`: the call that made it, where a run follows it."""

    of: Value
    site: int = NOBODY


class Member(Struct, frozen=True):
    """An attribute or method of an instance, by its path below it."""

    of: Value
    path: str


class View(Struct, frozen=True):
    """A resource in another dress. One that owns can stand in for it; one that borrows can only use it."""

    of: Value
    path: str
    kind: ResourceKind | None
    owns: bool


class Holder(Struct, frozen=True):
    """A mapping whose item `key` is the resource."""

    key: str
    of: Value


class Part(Struct, frozen=True):
    """Something that works through a client and keeps it alive, such as a bucket, or a copy that shares its connections."""

    of: Value
    kind: ResourceKind


class Items(Struct, frozen=True):
    """A container. With keys a dictionary; `exact` if these are all its elements, each in its place."""

    form: str
    values: tuple[Value, ...] = ()
    keys: tuple[Hashable, ...] | None = None
    exact: bool = True
    many: bool = False
    """Filled in a loop."""


class Place(Struct, frozen=True):
    """Where a container has `of`, by a key or an index that is not known. It does not lead there without the container."""

    of: Value


class Function(Struct, frozen=True):
    """A function of this file. `receiver`: what it is bound to. What its free names stand for is looked up when it is called."""

    info: FunctionInfo
    receiver: Value | None = None


class Class(Struct, frozen=True):
    """A class of this file."""

    info: ClassInfo


class Object(Struct, frozen=True):
    """An object of a class of this file, with what its fields are known to hold."""

    info: ClassInfo
    site: int = NOBODY
    fields: tuple[tuple[str, Value], ...] = ()

    def field(self, name: str) -> Value | None:
        """What a field holds."""
        return next((value for key, value in self.fields if key == name), None)

    def with_field(self, name: str, value: Value) -> Object:
        """The same object after an assignment to a field."""
        rest = tuple(pair for pair in self.fields if pair[0] != name)
        return replace(self, fields=(*rest, (name, value)))


class Super(Struct, frozen=True):
    """`super()` in a method of a class of this file."""

    info: ClassInfo
    receiver: Value | None = None


class Partial(Struct, frozen=True):
    """`functools.partial(function, ...)`."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


class Manager(Struct, frozen=True):
    """A context manager around `of`: leaving it releases that (`closing`) or not (`nullcontext`).

    suppresses: exceptions of the classes `of` end with the block. expects: and something is wrong if there is none.
    """

    of: Value
    releases: bool
    suppresses: bool = False
    expects: bool = False


class Choice(Struct, frozen=True):
    """One of several values. `decided_by`: the unknown that decides which one, the same wherever it goes."""

    options: tuple[Value, ...]
    decided_by: Symbol | None = None


Value = (
    Const
    | Symbol
    | Test
    | Dotted
    | Result
    | Instance
    | Pending
    | Awaitable
    | Closing
    | Member
    | View
    | Holder
    | Part
    | Items
    | Place
    | Function
    | Class
    | Object
    | Super
    | Partial
    | Manager
    | Choice
)
NONE = Const(None)
UNKNOWN = Symbol("unknown")


class Status(IntEnum):
    """Where the resource that a run follows stands."""

    ABSENT = 0
    PENDING = 1
    """Promised by a coroutine or context manager that was neither awaited nor entered."""
    HELD = 2
    RELEASED = 3
    HANDED = 4
    """Somebody else has to release it."""
    MAYBE = 5
    """It cannot be told; never reported."""


def parameter(name: str, *, optional: bool = False) -> Symbol:
    """What a caller gives; `optional`: None unless it does."""
    return Symbol(("parameter", name, "optional") if optional else ("parameter", name))


def left_out(name: str, value: Value) -> Value:
    """What a parameter is that is None unless the caller gives it a value of a known type."""
    either = choice([NONE, value])
    return replace(either, decided_by=parameter(name, optional=True)) if isinstance(either, Choice) else either


def is_parameter(value: Value) -> bool:
    """Whether a value is what the caller gave."""
    return isinstance(value, Symbol) and isinstance(value.key, tuple) and value.key[:1] == ("parameter",)


def is_optional(value: Symbol) -> bool:
    """Whether a value is what the caller may leave out: if that is false, it is None."""
    return isinstance(value.key, tuple) and value.key[:1] == ("parameter",) and value.key[2:] == ("optional",)


def options(value: Value) -> tuple[Value, ...]:
    """The values of a choice, or the one value."""
    return value.options if isinstance(value, Choice) else (value,)


def choice(values: Iterable[Value]) -> Value:
    """One value out of several; of too many those that lead to a resource, and something unknown."""
    found: list[Value] = []
    for value in values:
        found.extend(option for option in options(value) if option not in found)
    if len(found) > MAX_OPTIONS:
        found = [*leading_first(one for one in found if leads(one))[: MAX_OPTIONS - 1], UNKNOWN]
    if not found:
        return UNKNOWN
    return found[0] if len(found) == 1 else Choice(tuple(found))


def parts(value: Value) -> tuple[Value, ...]:
    """The values that a value holds directly."""
    found = _PARTS.get(type(value))
    return found(value) if found is not None else ()


_PARTS: dict[type, Callable[[Any], tuple[Value, ...]]] = {
    **dict.fromkeys((Pending, Awaitable, Closing, Member, View, Holder, Part, Manager), lambda value: (value.of,)),
    **dict.fromkeys((Function, Super), lambda value: (value.receiver,) if value.receiver is not None else ()),
    Items: lambda value: value.values,
    Object: lambda value: tuple(held for _, held in value.fields),
    Partial: lambda value: (value.function, *value.arguments, *(given for _, given in value.keywords)),
    Choice: lambda value: value.options,
}
OPAQUE = frozenset({Const, Symbol, Dotted, Test, Result, Class, Place})
"""Types of values that lead to no resource."""
SITED = frozenset({Instance, Object, Closing})
"""Types of values that stand for the object of a site."""


def reaches(value: Value, site: int) -> bool:
    """Whether the object of a site can be reached through a value."""
    kind = type(value)
    if kind in OPAQUE:
        return False
    if kind in SITED and value.site == site:  # type: ignore[union-attr] # those have one
        return True
    for part in parts(value):  # noqa: SIM110 - asked after every step of a walk, and a generator costs more than its parts
        if type(part) not in OPAQUE and reaches(part, site):
            return True
    return False


def leads(value: Value) -> bool:
    """Whether a value leads to a resource that this function made or follows."""
    kind = type(value)
    if kind in OPAQUE:
        return False
    if kind in SITED and value.site != NOBODY:  # type: ignore[union-attr] # those have one
        return True
    return any(type(part) not in OPAQUE and leads(part) for part in parts(value))


def leading_first(values: Iterable[Value]) -> list[Value]:
    """Values in an order in which the first ones must not be forgotten: the way to the followed resource, to others, the rest."""
    return sorted(values, key=lambda value: 0 if reaches(value, TRACKED) or reaches(value, EARLIER) else 1 if leads(value) else 2)


def newest(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The elements of a container that are remembered: the last ones, and whatever leads to a resource."""
    if len(values) <= MAX_ELEMENTS:
        return values
    kept = leading_first(reversed(values))[:MAX_ELEMENTS]
    return tuple(value for value in values if value in kept)


def resite(value: Value, change: Callable[[int], int]) -> Value:
    """The same value with the sites in it changed."""
    match value:
        case Instance():
            return value if change(value.site) == value.site else replace(value, site=change(value.site))
        case Object():
            fields = tuple((name, resite(held, change)) for name, held in value.fields)
            return replace(value, site=change(value.site), fields=fields)
        case Closing():
            return Closing(resite(value.of, change), change(value.site))
        case Pending() | Awaitable() | Member() | View() | Holder() | Part() | Manager() | Place():
            return replace(value, of=resite(value.of, change))
        case Items():
            return replace(value, values=tuple(resite(one, change) for one in value.values))
        case Choice():
            changed = choice(resite(one, change) for one in value.options)
            return replace(changed, decided_by=value.decided_by) if isinstance(changed, Choice) else changed
        case Partial():
            return Partial(
                resite(value.function, change),
                tuple(resite(one, change) for one in value.arguments),
                tuple((name, resite(one, change)) for name, one in value.keywords),
            )
        case Function() if value.receiver is not None:
            return replace(value, receiver=resite(value.receiver, change))
    return value
