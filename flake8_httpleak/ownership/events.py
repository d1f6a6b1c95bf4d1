"""What a survey notes on its way: acquisitions, calls that the tables know, stores, blocks that are entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import libcst as cst
from msgspec.structs import astuple

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership.values import (
    NOBODY,
    Const,
    Instance,
    Object,
    Part,
    Pending,
    Result,
    Symbol,
    Value,
    choice,
    options,
    parts,
)

if TYPE_CHECKING:
    from flake8_httpleak.ownership.arguments import Arguments
    from flake8_httpleak.ownership.machine import Machine
    from flake8_httpleak.ownership.program import ClassInfo, FunctionInfo
    from flake8_httpleak.ownership.walks import Loop


Maker = cst.Call | cst.Attribute | cst.Name
"""What makes a resource: a call, the property that is read, or the name of the factory that makes one for each object."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """A call that makes a resource, a property that does when it is read, or a factory that does for each object.

    delivery: how it arrives. helper: the function of this file that makes it, if the call itself does not.
    receiver: the client it came from.
    """

    node: Maker
    kind: ResourceKind
    function: FunctionInfo
    loops: tuple[Loop, ...] = ()
    arguments: Arguments | None = None
    receiver: Value | None = None
    delivery: str = "value"
    helper: FunctionInfo | None = None
    error: bool = False
    """The exception that the call may raise is a resource as well."""
    deadline: bool = False
    """Something around it bounds the time it may take."""
    spare: bool = False
    """It is made only where something that might have been given was not."""
    item: str = ""
    """The key under which what the call gives has it: `Body` of an answer that is a dictionary."""

    @property
    def callee(self) -> cst.BaseExpression:
        """What is called, the property, or the factory."""
        return self.node.func if isinstance(self.node, cst.Call) else self.node

    @property
    def has_foreign_part(self) -> bool:
        """It was given a transport or a client below it of which nobody knows what it keeps open, or who uses it as well."""
        return any(
            isinstance(one, Symbol | Result)
            or (isinstance(one, Instance) and one.site == NOBODY)
            or (isinstance(one, Object) and one.info.library_kind is None)
            for one in self._parts()
        )

    @property
    def borrows_pool(self) -> bool:
        """The same where it was not made by the call of a class: to close it may be up to somebody else."""
        return self.has_foreign_part and not any(
            isinstance(one, Result) and any(word[:1].isupper() for word in one.of.split(".")) for one in self._parts()
        )

    def _parts(self) -> list[Value]:
        """What it was given, or may have been, of the things that it closes with itself."""
        given = self.arguments
        found = [given.get(name, self.kind.parameters) for name in self.kind.takes] if given is not None else []
        return [one for value in found if value is not None for one in options(value)]

    @property
    def args(self) -> Sequence[cst.Arg]:
        """What the call passes; a property or factory gets nothing."""
        return self.node.args if isinstance(self.node, cst.Call) else ()


@dataclass(frozen=True, slots=True)
class MethodCall:
    """A method of an instance of a kind is called, or (`owner` None) a function of a table."""

    node: cst.Call
    owner: Value | None
    path: str
    arguments: Arguments
    function: FunctionInfo
    loops: tuple[Loop, ...] = ()
    awaited: bool = False
    """Its result is awaited right where it is."""
    deadline: bool = False
    """Something around it bounds the time it may take."""
    certain: bool = True
    """It is never called on something of another kind."""


@dataclass(frozen=True, slots=True)
class Header:
    """A client's own header is set: `session.headers["Connection"] = "close"`."""

    node: cst.CSTNode
    owner: Value
    name: str
    value: Value
    function: FunctionInfo


@dataclass(frozen=True, slots=True)
class LocalCall:
    """A function of this file is called."""

    node: cst.CSTNode
    callee: FunctionInfo
    arguments: Arguments
    function: FunctionInfo
    loops: tuple[Loop, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldStore:
    """A field of an object of a class of this file is assigned."""

    node: cst.CSTNode
    owner: ClassInfo
    name: str
    value: Value
    function: FunctionInfo


@dataclass(frozen=True, slots=True)
class GlobalStore:
    """A name of the module is assigned by a function."""

    node: cst.CSTNode
    name: str
    value: Value
    function: FunctionInfo


@dataclass(frozen=True, slots=True)
class Entered:
    """A `with` or `async with` item."""

    node: cst.WithItem
    value: Value
    is_async: bool
    function: FunctionInfo
    certain: bool = True
    """It is never something of another kind that is entered."""


@dataclass(slots=True)
class Events:
    """All that one survey noted; each thing once, however often the walk came by."""

    acquisitions: dict[int, Acquisition] = field(default_factory=dict)
    calls: dict[int, MethodCall] = field(default_factory=dict)
    local_calls: dict[int, LocalCall] = field(default_factory=dict)
    field_stores: dict[tuple[int, str], FieldStore] = field(default_factory=dict)
    global_stores: dict[int, GlobalStore] = field(default_factory=dict)
    blocks: dict[int, Entered] = field(default_factory=dict)
    headers: dict[tuple[int, str], Header] = field(default_factory=dict)
    nested: list[FunctionInfo] = field(default_factory=list)
    errors: dict[int, Acquisition] = field(default_factory=dict)
    """Calls of functions of this file that may raise an open response."""
    doubtful: set[int] = field(default_factory=set)
    """Calls that give a promise or, as well, something else."""
    for_each: set[int] = field(default_factory=set)
    """Sites of what a factory makes for each object of a class."""
    undecided: bool = False
    """Some call makes a resource or not, depending on arguments that the function was given."""

    def acquired(
        self,
        m: Machine,
        node: cst.CSTNode,
        kind: ResourceKind,
        *,
        arguments: Arguments | None,
        receiver: Value | None = None,
        delivery: str = "value",
        error: bool = False,
        spare: bool = False,
    ) -> None:
        """A call of a table's constructor, function or method."""
        if isinstance(node, Maker):
            known, loops, deadline = self.acquisitions.get(id(node)), tuple(m.loops), m.deadlines > 0
            spare = spare and (known is None or known.spare)
            made = Acquisition(node, kind, m.function, loops, arguments, receiver, delivery, None, error, deadline, spare)
            self.acquisitions[id(node)] = made

    def has_it_at(self, node: cst.CSTNode, item: str) -> None:
        """What a call gives is a dictionary that has the resource under a key."""
        known = self.acquisitions.get(id(node))
        if known is not None:
            self.acquisitions[id(node)] = replace(known, item=item)

    def made_by_helper(self, m: Machine, node: cst.CSTNode, kind: ResourceKind, helper: FunctionInfo, *, spare: bool) -> None:
        """A call of a function of this file, or a property of it, that hands over what it makes."""
        if isinstance(node, Maker):
            self.acquisitions[id(node)] = Acquisition(node, kind, m.function, tuple(m.loops), helper=helper, spare=spare)

    def may_fail_open(self, m: Machine, node: cst.CSTNode, kind: ResourceKind, helper: FunctionInfo) -> None:
        """A call of a function of this file that may raise an exception which is an open response."""
        if isinstance(node, cst.Call):
            self.errors[id(node)] = Acquisition(node, kind, m.function, tuple(m.loops), helper=helper, error=True)

    def called(self, m: Machine, node: cst.Call, owner: Value | None, path: str, arguments: Arguments) -> None:
        """A method of a kind, or a function of a table, whatever comes of it."""
        known = self.calls.get(id(node))
        certain = known is None or (known.certain and _agree(m, known.owner, owner, path))
        self.calls[id(node)] = MethodCall(
            node, owner, path, arguments, m.function, tuple(m.loops), m.awaiting is node, m.deadlines > 0, certain
        )

    def set_header(self, m: Machine, owner: Value, name: Value, value: Value, node: cst.CSTNode) -> None:
        """A header of a client itself."""
        if isinstance(name, Const) and isinstance(name.value, str):
            self.headers[id(node), name.value] = Header(node, owner, name.value, value, m.function)

    def called_local(self, m: Machine, callee: FunctionInfo, arguments: Arguments, node: cst.CSTNode) -> None:
        """A function of this file."""
        self.local_calls[id(node)] = LocalCall(node, callee, arguments, m.function, tuple(m.loops))

    def stored_field(self, m: Machine, owner: Object, name: str, value: Value, node: cst.CSTNode) -> None:
        """`self.name = value`, or a value put into a container there."""
        key = (id(node), name)
        known = self.field_stores.get(key)
        if known is not None and made_sites(known.value):
            if not made_sites(value) or _kind_name(value) == _kind_name(known.value):
                return
            value = choice([known.value, value])  # one of several kinds
        self.field_stores[key] = FieldStore(node, owner.info, name, value, m.function)

    def stored_global(self, m: Machine, name: str, value: Value, node: cst.CSTNode) -> None:
        """`global name; name = value`."""
        self.global_stores[id(node)] = GlobalStore(node, name, value, m.function)

    def entered(self, m: Machine, value: Value, node: cst.WithItem, *, is_async: bool) -> None:
        """A block was entered."""
        known = self.blocks.get(id(node))
        certain = known is None or (known.certain and _kind_name(known.value) == _kind_name(value))
        self.blocks[id(node)] = Entered(node, value, is_async, m.function, certain)


def _agree(m: Machine, one: Value | None, other: Value | None, path: str) -> bool:
    """Whether a method does the same for two owners: for a kind, and for one that has it from that."""
    if _kind_name(one) == _kind_name(other):
        return True
    if not isinstance(one, Instance) or not isinstance(other, Instance):
        return False
    first, second = one.kind, other.kind
    made, as_well = m.catalog.method(first.key, path), m.catalog.method(second.key, path)
    if made is not as_well and (made is None or as_well is None or astuple(made) != astuple(as_well)):
        return False
    return (first.release, first.release_async, first.context) == (second.release, second.release_async, second.context)


def _kind_name(value: Value | None) -> str:
    """What kind of thing a value is, as far as that is known."""
    while isinstance(value, Pending):
        value = value.of
    if isinstance(value, Instance | Part):
        return value.kind.key
    return value.info.name if isinstance(value, Object) else ""


def made_sites(value: Value) -> set[int]:
    """Sites of the resources that somebody made, inside a value."""
    found: set[int] = set()
    if isinstance(value, Instance | Object) and value.site > NOBODY:
        found.add(value.site)
    if not isinstance(value, Instance | Part):
        for part in parts(value):
            found |= made_sites(part)
    return found
