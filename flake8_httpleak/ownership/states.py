"""What holds at one point of a path: what names stand for, and where the followed resource stands.

States are kept apart by that status only (property simulation): a point of the program has at most one state a status,
and states that meet with the same status become one. Flags and None tests correlate with it because they were set
on paths whose statuses differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from flake8_httpleak.ownership.joining import join
from flake8_httpleak.ownership.values import (
    OPAQUE,
    TRACKED,
    Attr,
    Function,
    Instance,
    Status,
    Symbol,
    Test,
    Value,
    parts,
    reaches,
    resite,
)

if TYPE_CHECKING:
    import libcst as cst


OFFLINE = "offline"
"""Mark of a client that was asked for something that needs no connection, such as to sign an address."""
RAISED = "this raised"
"""What is said of a station where an exception came up that a handler of the same function took."""


class Fact(StrEnum):
    """What is known of a symbol on this path."""

    NONE = "none"
    FALSY = "falsy"
    TRUTHY = "truthy"
    PRESENT = "present"
    """Not None; its truth value is not known."""


class Grade(StrEnum):
    """How much it takes for a step to raise."""

    STRONG = "strong"
    WEAK = "weak"
    CANCEL = "cancel"
    """Only a cancellation at an `await`."""
    GENERATOR = "generator"
    """Only a generator that is closed at its `yield`."""
    CLEANUP = "cleanup"
    """A step of the clean-up itself."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The stations of a resource, last one first."""

    node: cst.CSTNode
    what: str
    before: Trail | None = None

    def __iter__(self) -> Iterator[Trail]:
        """Go back to the acquisition."""
        step: Trail | None = self
        while step is not None:
            yield step
            step = step.before


@dataclass(frozen=True, slots=True)
class Earlier:
    """A resource that the same call made in an earlier turn of a loop, as it was when the call was made again."""

    trail: Trail | None
    via: Grade | None
    marks: frozenset[str]
    used: bool


class State:
    """One path, or several of the same status. Changed in place by whoever holds it; `copy` before a fork."""

    __slots__ = ("bases", "changed", "earlier", "env", "facts", "marks", "status", "trail", "used", "via")

    def __init__(self, env: dict[str, Value] | None = None) -> None:
        """A state in which nothing has been acquired."""
        self.env: dict[str, Value] = env if env is not None else {}
        self.facts: dict[Value, Fact] = {}
        self.bases: frozenset[Hashable] = frozenset()
        """What the facts, and those that are forgotten, are about; see `bases`."""
        self.status = Status.ABSENT
        self.trail: Trail | None = None
        self.earlier: Earlier | None = None
        """The resource that the same call made in an earlier turn, while it is still held."""
        self.used = False
        """A request went through the resource, or somebody else may have sent one."""
        self.via: Grade | None = None
        """What it took to get here, if only exceptions lead here."""
        self.marks: frozenset[str] = frozenset()
        self.changed = 0

    def copy(self) -> State:
        """An independent state that says the same."""
        new = State(self.env.copy())
        new.facts, new.bases = self.facts.copy(), self.bases
        new.status, new.trail, new.earlier = self.status, self.trail, self.earlier
        new.used, new.via, new.marks, new.changed = self.used, self.via, self.marks, self.changed
        return new

    @property
    def is_open(self) -> bool:
        """Whether the resource has to be released yet."""
        return self.status is Status.HELD or self.status is Status.PENDING

    def move(self, status: Status, node: cst.CSTNode, what: str) -> None:
        """The resource changes its status at a node."""
        self.status = status
        self.trail = Trail(node, what, self.trail)
        self.changed += 1

    def mark(self, word: str) -> None:
        """Note something that happened to the resource on the way."""
        if word not in self.marks:
            self.marks |= {word}
            self.changed += 1

    def bind(self, path: str, value: Value) -> None:
        """A name stands for a value from here on."""
        self.env[path] = value
        self.changed += 1

    def learn(self, value: Value, fact: Fact) -> None:
        """Note a fact about an unknown value; a weaker one does not replace a stronger one."""
        known = self.facts.get(value)
        if (fact, known) not in {(Fact.PRESENT, Fact.TRUTHY), (Fact.FALSY, Fact.NONE)}:
            self.facts[value] = fact
            self.changed += 1
            if known is None:
                self.bases |= bases(value)

    def forget(self, root: Value) -> None:
        """Drop what is known of something unknown and of everything that depends on it, because it is made anew."""
        if self.bases.isdisjoint(bases(root)):  # asked at every call of a walk, with no such facts as a rule
            return
        for value in [value for value in self.facts if depends(value, root)]:
            del self.facts[value]
            self.changed += 1

    def forget_below(self, root: Value) -> None:
        """Drop what is known of the attributes of something that was changed."""
        for value in [value for value in self.facts if value != root and depends(value, root)]:
            del self.facts[value]
            self.changed += 1

    def take_over(self, other: State) -> None:
        """Say what another state says."""
        for name in State.__slots__:
            setattr(self, name, getattr(other, name))
        self.changed += 1

    def resite(self, change: Callable[[int], int]) -> None:
        """Change the sites of everything that names stand for; what was one thing stays one."""
        done: dict[int, Value] = {}
        for name, value in self.env.items():
            if id(value) not in done:
                done[id(value)] = resite(value, change)
            self.env[name] = done[id(value)]
        self.changed += 1

    def reaches(self, value: Value, site: int = TRACKED) -> bool:
        """Whether a value leads to the object of a site; a nested function does through the names that it uses."""
        if type(value) in OPAQUE:
            return False
        if reaches(value, site):
            return True
        for function in functions_in(value):
            for name in function.info.free:
                found = self.env.get(name)
                if found is not None and reaches(found, site):
                    return True
        return False

    def has_client(self, site: int) -> bool:
        """Whether a name stands for the client of a site, one that takes its responses along when it is closed."""
        clients = (value for value in self.env.values() if isinstance(value, Instance))
        return any(value.site == site and value.kind.frees_children for value in clients)

    def is_lost(self, site: int = TRACKED) -> bool:
        """Whether no name leads to it any more."""
        for value in self.env.values():  # asked after every step of a walk
            kind = type(value)
            if kind is Instance:
                if value.site == site:  # type: ignore[union-attr] # the type is known
                    return False
            elif kind not in OPAQUE and self.reaches(value, site):
                return False
        return True

    def absorb(self, other: State) -> bool:
        """Take in a state of the same status that arrives at the same point; says whether this changed anything."""
        before = self.changed
        if self.env != other.env:  # which costs less than to look at each name here
            for name, value in other.env.items():
                mine = self.env.get(name)
                if mine is None:
                    self.bind(name, value)
                elif mine is not value and mine != value:
                    joined = join(mine, value)
                    if joined != mine:
                        self.bind(name, joined)
        if self.facts != other.facts:
            for value in [value for value, fact in self.facts.items() if other.facts.get(value) is not fact]:
                del self.facts[value]
                self.changed += 1
        via = _easier(self.via, other.via)
        earlier = self.earlier or other.earlier
        if self.earlier is not None and other.earlier is not None:
            earlier = self.earlier if _easier(self.earlier.via, other.earlier.via) == self.earlier.via else other.earlier
        news = (self.used or other.used, via, self.marks | other.marks, earlier)
        if news != (self.used, self.via, self.marks, self.earlier):
            self.used, self.via, self.marks, self.earlier = news
            self.changed += 1
        return self.changed != before


def _easier(one: Grade | None, other: Grade | None) -> Grade | None:
    """What it takes to come by one of two ways."""
    return None if one is None or other is None else min(one, other, key=list(Grade).index)


def bases(value: Value) -> frozenset[Hashable]:
    """The unknown things that a value is computed from, by their keys, and other values without parts.

    Those of a root are among those of everything that depends on it.
    """
    while isinstance(value, Symbol):
        if not isinstance(value.key, Attr):
            return frozenset((value.key,))
        value = value.key.of
    inner = ((value.of,) if value.other is None else (value.of, value.other)) if isinstance(value, Test) else parts(value)
    return frozenset(base for one in inner for base in bases(one)) if inner else frozenset((value,))


def depends(value: Value, root: Value) -> bool:
    """Whether a value is a certain unknown one, an attribute of it, or is computed from it."""
    if value == root:
        return True
    if isinstance(value, Symbol):
        return isinstance(value.key, Attr) and depends(value.key.of, root)
    if isinstance(value, Test):
        return depends(value.of, root) or (value.other is not None and depends(value.other, root))
    return any(depends(part, root) for part in parts(value))


def functions_in(value: Value) -> list[Function]:
    """Nested functions inside a value."""
    if isinstance(value, Function) and value.info.free:
        return [value]
    found: list[Function] = []
    if not isinstance(value, Instance):
        for part in parts(value):
            if type(part) not in OPAQUE:
                found += functions_in(part)
    return found


class States:
    """The states at one point: at most one for each status."""

    __slots__ = ("by_status",)

    def __init__(self, states: Iterable[State] = ()) -> None:
        """Merge some states; they belong to this from now on."""
        self.by_status: dict[Status, State] = {}
        for state in states:
            self.add(state)

    @classmethod
    def only(cls, state: State) -> States:
        """Just one."""
        new = cls()
        new.by_status[state.status] = state
        return new

    def add(self, state: State) -> bool:
        """Take in one more; says whether anything is new."""
        mine = self.by_status.get(state.status)
        if mine is None:
            self.by_status[state.status] = state
            return True
        return mine.absorb(state)

    def update(self, others: Iterable[State]) -> bool:
        """Take in several; says whether anything is new."""
        news = [self.add(state) for state in others]  # all of them, whatever the first one says
        return any(news)

    def __iter__(self) -> Iterator[State]:
        """The states, in the order of arrival."""
        return iter(list(self.by_status.values()))

    def __len__(self) -> int:
        """How many statuses there are; none if the point is not reached at all."""
        return len(self.by_status)

    def copies(self) -> list[State]:
        """Independent states that say the same."""
        return [state.copy() for state in self.by_status.values()]


@dataclass(slots=True)
class Raised:
    """An exception on its way: the state it left, what raised it, and its class if that is known."""

    state: State
    grade: Grade
    node: cst.CSTNode
    classes: tuple[str, ...] = ()
    """Dotted names of its class and what is known of the classes above; empty if it may be anything."""
    value: Value | None = None


@dataclass(slots=True)
class Returned:
    """A return: the state, the value, and the statement."""

    state: State
    value: Value
    node: cst.CSTNode | None
    """None where the function just ends."""


class Flow:
    """How statements can be left, other than by an exception."""

    __slots__ = ("breaks", "continues", "normal", "returns")

    def __init__(self, normal: States | None = None, returns: list[Returned] | None = None) -> None:
        """The ways out, of which there are none but these; one of these objects is made for every step of a walk."""
        self.normal = normal if normal is not None else States()
        self.returns = returns if returns is not None else []
        self.breaks = States()
        self.continues = States()

    def leave(self, other: Flow) -> None:
        """Take over the ways out of a part that do not simply go on."""
        self.returns += other.returns
        if other.breaks:
            self.breaks.update(other.breaks)
        if other.continues:
            self.continues.update(other.continues)
