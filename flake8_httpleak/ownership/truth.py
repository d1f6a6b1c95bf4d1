"""Is it true, is it None? What a condition says about a path, and what taking one of its ways teaches."""

from __future__ import annotations

from msgspec.structs import replace

from flake8_httpleak.ownership.states import Fact, State
from flake8_httpleak.ownership.values import (
    EARLIER,
    NONE,
    TRACKED,
    Choice,
    Class,
    Const,
    Dotted,
    Function,
    Holder,
    Instance,
    Items,
    Member,
    Object,
    Pending,
    Result,
    Status,
    Symbol,
    Test,
    Value,
    View,
    choice,
    is_optional,
    reaches,
)

_ALWAYS = (Function, Class, Pending, Holder)


def truth(value: Value, state: State) -> bool | None:
    """Whether a value is true here; None if it cannot be told."""
    if type(value) is Symbol:  # most are
        fact = state.facts.get(value)
        return None if fact is None or fact is Fact.PRESENT else fact is Fact.TRUTHY
    match value:
        case Const():
            return bool(value.value)
        case Test():
            return _answer(value, state)
        case Choice():
            agreed = _agreed([truth(one, state) for one in value.options])
            return agreed if agreed is not None or value.decided_by is None else truth(value.decided_by, state)
        case Items():
            return _is_filled(value, state)
        case Instance() if value.kind.truth == "honest":
            return True
        case Object() if not (value.info.method("__bool__") or value.info.method("__len__")):
            return True
        case Member(of=Instance() | Object() | View()):
            return True
    fact = state.facts.get(value)
    if fact is None or fact is Fact.PRESENT:
        return True if isinstance(value, _ALWAYS) else None
    return fact is Fact.TRUTHY


def _answer(test: Test, state: State) -> bool | None:
    """What comes of a test here, by what was found out before."""
    fact = state.facts.get(test)
    if fact is not None and fact is not Fact.PRESENT:
        return fact is Fact.TRUTHY
    match test:
        case Test(operator="not"):
            inner = truth(test.of, state)
            return None if inner is None else not inner
        case Test(operator="none"):
            return is_none(test.of, state)
        case Test(operator="len"):
            return truth(test.of, state)
        case Test(operator="==", other=Const() as wanted):
            known = _equal_to(test.of, state)
            return _is_the_other(test.of, wanted, state) if known is None else known == wanted
        case Test(operator="in", other=Items(exact=True) as wanted):
            answers = [truth(Test("==", test.of, one), state) for one in wanted.values]
            return True if True in answers else None if None in answers else False
    return None


def _equal_to(value: Value, state: State) -> Const | None:
    """What an unknown value was found to be equal to."""
    if isinstance(value, Const):
        return value
    for fact, known in state.facts.items():
        if known is Fact.TRUTHY and isinstance(fact, Test) and (fact.operator, fact.of) == ("==", value):
            return fact.other if isinstance(fact.other, Const) else None
    return NONE if is_none(value, state) else None


def _is_the_other(value: Value, wanted: Const, state: State) -> bool | None:
    """Whether a flag that is compared with True and with False is the one of the two, not being the other."""
    if not isinstance(wanted.value, bool):
        return None
    fact = state.facts.get(Test("==", value, Const(not wanted.value)))
    return True if fact is Fact.FALSY else None


def _is_filled(value: Items, state: State) -> bool | None:
    """Whether a container has an element: what paths put into it may have been left out, but not the way to the resource.

    Where that is released already, some of the paths that met here may have taken it out.
    """
    followed = reaches(value, TRACKED)
    if followed and state.status is Status.RELEASED:
        return None
    if value.exact:
        return bool(value.values)
    return True if followed or reaches(value, EARLIER) else None


def is_none(value: Value, state: State) -> bool | None:
    """Whether a value is None here; None if it cannot be told."""
    match value:
        case Const():
            return value.value is None
        case Choice():
            agreed = _agreed([is_none(one, state) for one in value.options])
            return agreed if agreed is not None or value.decided_by is None else is_none(value.decided_by, state)
        case Symbol() | Dotted() | Result():
            fact = state.facts.get(value)
            return None if fact is None or fact is Fact.FALSY else fact is Fact.NONE
    return False


def _agreed(answers: list[bool | None]) -> bool | None:
    return answers[0] if all(answer is answers[0] for answer in answers) else None


def assume(value: Value, wanted: bool, state: State) -> bool:  # noqa: FBT001 - what is assumed
    """Take the way on which a value is true (or false); says whether that way exists."""
    known = truth(value, state)
    if known is not None:
        return known is wanted
    match value:
        case Test(operator="not"):
            return assume(value.of, not wanted, state)
        case Test(operator="none"):
            return assume_none(value.of, wanted, state)
        case Choice(decided_by=Symbol() as unknown):
            return assume(unknown, wanted, state)
    is_nothing = isinstance(value, Symbol) and is_optional(value) and value not in state.facts
    state.learn(value, Fact.TRUTHY if wanted else Fact.NONE if is_nothing else Fact.FALSY)
    return True


def assume_none(value: Value, wanted: bool, state: State) -> bool:  # noqa: FBT001 - what is assumed
    """Take the way on which a value is None (or is not); says whether that way exists."""
    known = is_none(value, state)
    if known is not None:
        return known is wanted
    unknown = value.decided_by if isinstance(value, Choice) and value.decided_by is not None else value
    state.learn(unknown, Fact.NONE if wanted else Fact.PRESENT)
    return True


def narrow(value: Value, wanted: bool, state: State, *, none: bool = False) -> Value:  # noqa: FBT001 - what is assumed
    """What is left of a choice once it is known to be true or false (or, with `none`, to be None or not)."""
    if not isinstance(value, Choice):
        return value
    ask = is_none if none else truth
    left = [one for one in value.options if ask(one, state) in (None, wanted)]
    if len(left) in (0, len(value.options)):
        return value
    rest = choice(left)
    return replace(rest, decided_by=value.decided_by) if isinstance(rest, Choice) else rest
