"""What the rules about pools share: how a call bounds a pool."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_httpleak.clients.model import Bound, Scalar
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.values import NOBODY, Const, Instance, Object, Value
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts

UNBOUNDED = "unbounded"


def bound(acquisition: Acquisition, what: str) -> Bound | None:
    """The parameter of a constructor that bounds something of a pool."""
    return next((one for one in acquisition.kind.bounds if one.what == what), None)


def given(acquisition: Acquisition, found: Bound) -> Value | None:
    """What a call passes for a bound; None if it passes nothing."""
    if acquisition.arguments is None:
        return None
    return acquisition.arguments.get(found.parameter, acquisition.kind.parameters)


def is_open(acquisition: Acquisition) -> bool:
    """Whether a call passes more than can be seen."""
    return acquisition.arguments is None or acquisition.arguments.open


def is_unbounded(found: Bound, value: Value | None) -> bool:
    """Whether a value that is passed means that there is no bound."""
    if not isinstance(value, Const):
        return False
    if value.value is None:
        return found.unbounded_if_none
    return _scalar(value.value) in found.unbounded and not isinstance(value.value, bool)


def flag(acquisition: Acquisition, found: Bound) -> bool | None:
    """Whether a flag is on; None if that cannot be told."""
    value = given(acquisition, found)
    if value is None:
        return None if is_open(acquisition) else found.default == "true"
    return bool(value.value) if isinstance(value, Const) else None


def waiting_pool(facts: Facts, acquisition: Acquisition) -> Acquisition | None:
    """The pool of a response, if the file shows that its callers wait for a place: it loses one with each that is dropped unread.

    Which pool a client has is not followed, unless it is one: all pools of its library have to be so.
    """
    receiver = acquisition.receiver
    if receiver is None or acquisition.kind.role != "response":
        return None
    found = facts.once(_pools)
    library = acquisition.kind.library
    own = found.get((library, receiver.site)) if isinstance(receiver, Instance | Object) else None
    pools = own or found.get((library, NOBODY))
    return pools.first if pools is not None and pools.all_wait else None


@dataclass(slots=True)
class _Pools:
    """Some pools: the first one, and whether who finds any of them full waits."""

    first: Acquisition
    all_wait: bool = True


def _pools(facts: Facts) -> dict[tuple[str, int], _Pools]:
    """The pools of a file by library and the call that makes them; those of a whole library under NOBODY."""
    found: dict[tuple[str, int], _Pools] = {}
    for one in facts.constructions:
        for site in (id(one.node), NOBODY) if _is_pool(one) else ():
            pools = found.setdefault((one.kind.library, site), _Pools(one))
            pools.all_wait = pools.all_wait and _makes_wait(one)
    return found


def _is_pool(acquisition: Acquisition) -> bool:
    if acquisition.arguments is None:
        return False  # its constructor speaks for it
    return bound(acquisition, "block") is not None or bound(acquisition, "connections") is not None


def _makes_wait(acquisition: Acquisition) -> bool:
    """Whether a call says that who finds the pool full waits."""
    block, connections = bound(acquisition, "block"), bound(acquisition, "connections")
    if block is not None:
        return flag(acquisition, block) is True
    return connections is not None and bool(number(given(acquisition, connections)))


def number(value: Value | None) -> float | None:
    """A number that is written out."""
    if isinstance(value, Const) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return float(value.value)
    return None


def _scalar(value: object) -> Scalar | None:
    return value if isinstance(value, bool | int | float | str) else None


def pool_finding(rule: Rule, acquisition: Acquisition, level: Level, message: str) -> Finding:
    """A finding about the call that carries the parameter."""
    return Finding(
        rule=rule,
        at=Place(acquisition.node, acquisition.function),
        message=message,
        level=level,
        reclaim=acquisition.kind.reclaim,
        library=acquisition.kind.library,
    )
