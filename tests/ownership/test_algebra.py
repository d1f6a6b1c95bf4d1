"""Values: what they hold, how they meet, what is kept of too many."""

from __future__ import annotations

import pytest

from flake8_httpleak.clients.model import Kind
from flake8_httpleak.ownership.joining import join
from flake8_httpleak.ownership.states import Fact, Grade, State, States, Trail
from flake8_httpleak.ownership.truth import is_none, truth
from flake8_httpleak.ownership.values import (
    MAX_ELEMENTS,
    MAX_OPTIONS,
    NOBODY,
    NONE,
    SEVERAL,
    TRACKED,
    UNKNOWN,
    Awaitable,
    Choice,
    Closing,
    Const,
    Dotted,
    Instance,
    Items,
    Manager,
    Partial,
    Pending,
    Status,
    Symbol,
    Value,
    choice,
    is_optional,
    is_parameter,
    leads,
    newest,
    options,
    parameter,
    parts,
    reaches,
    resite,
)
from flake8_httpleak.ownership.values import Test as Claim  # pytest would take it for tests

KIND = Kind(role="client", key="a.A", library="a")
OTHER = Kind(role="client", key="b.B", library="b")
MADE = Instance(KIND, 7)
HERE = Instance(KIND, TRACKED)
LENT = Instance(KIND, NOBODY)
HOLDERS: list[Value] = [
    Awaitable(HERE),
    Pending(HERE, "await"),
    Closing(HERE),
    Closing(LENT, TRACKED),
    Manager(HERE, releases=True),
    Items("list", (NONE, HERE)),
    Partial(HERE, (), ()),
    Partial(Dotted("a"), (HERE,), ()),
    Partial(Dotted("a"), (), (("b", HERE),)),
    Choice((NONE, HERE)),
]


@pytest.mark.parametrize("value", HOLDERS, ids=lambda value: type(value).__name__)
def test_what_is_held(value: Value) -> None:
    """The followed resource is reached through all of them, and with another site it no longer is."""
    assert reaches(value, TRACKED)
    assert not reaches(value, 7)
    assert leads(value)
    moved = resite(value, lambda site: 7 if site == TRACKED else site)
    assert reaches(moved, 7)
    assert not reaches(moved, TRACKED)
    assert not leads(resite(value, lambda _: NOBODY))


@pytest.mark.parametrize("value", [NONE, UNKNOWN, Dotted("a"), Claim("not", HERE), LENT, Items("list")])
def test_what_is_not_held(value: Value) -> None:
    """These lead nowhere."""
    assert not reaches(value, TRACKED)
    assert not leads(value)
    assert resite(value, lambda _: 7) == (Instance(KIND, 7) if value is LENT else value)


def test_choices() -> None:
    """Each value once, nothing of nothing, and of too many those that lead somewhere."""
    assert choice([]) == UNKNOWN
    assert choice([NONE, NONE]) == NONE
    assert choice([NONE, Choice((NONE, UNKNOWN))]) == Choice((NONE, UNKNOWN))
    assert options(Choice((NONE, UNKNOWN))) == (NONE, UNKNOWN)
    assert options(NONE) == (NONE,)
    full = [Const(number) for number in range(MAX_OPTIONS)]
    assert choice(full) == Choice(tuple(full))
    assert choice([*full, MADE, HERE]) == Choice((HERE, MADE, UNKNOWN))


def test_too_many_elements() -> None:
    """The last ones stay, and what leads to a resource, in their order."""
    plain = tuple(Const(number) for number in range(MAX_ELEMENTS))
    assert newest(plain) == plain
    assert newest((*plain, NONE)) == (*plain[1:], NONE)
    assert newest((HERE, *plain)) == (HERE, *plain[1:])


def test_meeting() -> None:
    """What two paths say together."""
    assert join(NONE, NONE) == NONE
    assert join(NONE, HERE) == HERE
    assert join(HERE, NONE) == HERE
    assert join(NONE, UNKNOWN) == Choice((NONE, UNKNOWN))
    assert join(MADE, Instance(KIND, 8)) == Instance(KIND, SEVERAL)
    assert join(MADE, LENT) == LENT
    assert join(MADE, Instance(OTHER, 8)) == Choice((MADE, Instance(OTHER, 8)))
    assert join(Instance(KIND, 7, (("a", NONE), ("b", NONE))), Instance(KIND, 7, (("b", NONE),))) == Instance(
        KIND, 7, (("b", NONE),)
    )


def test_containers_that_meet() -> None:
    """Element by element where both have as many, all together otherwise."""
    one, two = Items("list", (NONE,)), Items("list", (Const(1),))
    assert join(one, two) == Items("list", (Choice((NONE, Const(1))),))
    assert join(one, Items("list", (Const(1),), exact=False)) == Items("list", (Choice((NONE, Const(1))),), exact=False)
    assert join(one, Items("list", (NONE, Const(1)))) == Items("list", (NONE, Const(1)), exact=False)
    assert join(one, Items("list", (Const(1),), many=True)) == Items("list", (Choice((NONE, Const(1))),), many=True)
    assert join(Items("list"), Items("list", (NONE,), many=True)) == Items("list", (NONE,), exact=False, many=True)
    assert join(Items("dict", (NONE,), ("a",)), Items("dict", (NONE,), ("b",))) == Items("dict", (NONE,), exact=False)
    assert join(one, Items("tuple", (NONE,))) == Choice((one, Items("tuple", (NONE,))))


def test_parameters() -> None:
    """Which values are what the caller gives, and may leave out."""
    plain, optional = parameter("a"), parameter("a", optional=True)
    assert is_parameter(plain)
    assert is_parameter(optional)
    assert not is_optional(plain)
    assert is_optional(optional)
    assert not any(
        is_parameter(one) or (isinstance(one, Symbol) and is_optional(one)) for one in (NONE, UNKNOWN, Symbol(("a", "b")))
    )
    assert parts(plain) == ()


TRUTHS: list[tuple[Value, bool | None, bool | None]] = [
    (NONE, False, True),
    (Const(0), False, False),
    (Const("a"), True, False),
    (Dotted("a"), None, None),
    (Items("list"), False, False),
    (Items("list", exact=False), None, False),
    (Items("list", (NONE,)), True, False),
    (Pending(MADE, "await"), True, False),
    (Choice((NONE, Const(0))), False, None),
    (Choice((NONE, Const(1))), None, None),
    (Choice((Const(2), Const(1))), True, False),
    (Choice((NONE, UNKNOWN)), None, None),
    (Claim("not", NONE), True, False),
    (Claim("not", UNKNOWN), None, False),
    (Claim("none", NONE), True, False),
    (Claim("none", Const(0)), False, False),
    (Claim("none", UNKNOWN), None, False),
    (UNKNOWN, None, None),
]


@pytest.mark.parametrize(("value", "true", "none"), TRUTHS, ids=lambda value: str(value)[:30])
def test_truth(value: Value, true: bool | None, none: bool | None) -> None:  # noqa: FBT001 - a column
    """Whether a value is true, and whether it is None."""
    assert truth(value, State()) is true
    assert is_none(value, State()) is none


@pytest.mark.parametrize(
    ("fact", "true", "none"),
    [(Fact.NONE, False, True), (Fact.FALSY, False, None), (Fact.TRUTHY, True, False), (Fact.PRESENT, None, False)],
)
def test_facts(fact: Fact, true: bool | None, none: bool | None) -> None:  # noqa: FBT001 - a column
    """What a path has shown of something unknown."""
    state = State()
    state.learn(UNKNOWN, fact)
    assert truth(UNKNOWN, state) is true
    assert is_none(UNKNOWN, state) is none
    assert truth(Claim("not", UNKNOWN), state) is (None if true is None else not true)


def test_facts_that_meet() -> None:
    """Only what both paths know stays; an exception is needed only if it is on both."""
    one, other = State({"a": NONE}), State({"a": HERE, "b": NONE})
    for state in (one, other):
        state.learn(Symbol("shared"), Fact.NONE)
    one.learn(Symbol("own"), Fact.NONE)
    one.via, other.via, other.used = Grade.WEAK, Grade.STRONG, True
    assert one.absorb(other)
    assert one.facts == {Symbol("shared"): Fact.NONE}
    assert one.env == {"a": HERE, "b": NONE}
    assert (one.via, one.used) == (Grade.STRONG, True)
    assert not one.absorb(other.copy())
    other.via = None
    assert one.absorb(other)
    assert one.via is None


def test_states_of_a_point() -> None:
    """One for each status; what is new is said."""
    one, other = State(), State()
    other.status = Status.HELD
    states = States([one])
    assert states.add(other)
    assert not states.add(other.copy())
    assert len(list(states)) == 2
    assert not States()
    assert states.update([State({"a": NONE})])
    assert all(copied is not state for copied, state in zip(states.copies(), states, strict=True))


def test_weaker_facts() -> None:
    """A weaker fact does not replace a stronger one; what was made anew is forgotten with what depends on it."""
    state = State()
    state.learn(UNKNOWN, Fact.TRUTHY)
    state.learn(UNKNOWN, Fact.PRESENT)
    assert state.facts[UNKNOWN] is Fact.TRUTHY
    state.learn(UNKNOWN, Fact.NONE)
    state.learn(UNKNOWN, Fact.FALSY)
    assert state.facts[UNKNOWN] is Fact.NONE
    test = Claim("==", Const(1), UNKNOWN)
    state.learn(test, Fact.TRUTHY)
    state.forget_below(UNKNOWN)
    assert state.facts == {UNKNOWN: Fact.NONE}
    state.learn(test, Fact.TRUTHY)
    state.forget(UNKNOWN)
    assert state.facts == {}


def test_being_lost() -> None:
    """It is while some name leads to it."""
    state = State({"a": HERE, "b": Claim("not", HERE)})
    assert not state.is_lost()
    del state.env["a"]
    assert state.is_lost()
    assert not state.is_open
    state.status = Status.PENDING
    assert state.is_open


def test_trails() -> None:
    """From the last station back to the first."""
    import libcst as cst

    first = Trail(cst.Pass(), "acquired")
    assert [one.what for one in Trail(cst.Pass(), "closed", first)] == ["closed", "acquired"]
