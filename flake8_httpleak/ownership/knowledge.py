"""What is known of a field or a global that is assigned in several places, and whether it counts."""

from __future__ import annotations

from flake8_httpleak.ownership.joining import join
from flake8_httpleak.ownership.values import (
    NOBODY,
    Class,
    Function,
    Instance,
    Items,
    Object,
    Partial,
    Value,
    choice,
    options,
)


def united(known: Value, value: Value) -> Value:
    """What a field holds that is assigned in several places."""
    if known == value:
        return known
    if isinstance(known, Items) and isinstance(value, Items):
        return join(known, value)
    for one in options(known):
        if isinstance(one, Instance) and isinstance(value, Instance) and one.kind is value.kind:
            attrs = tuple(sorted({**dict(one.attrs), **dict(value.attrs)}.items(), key=lambda pair: pair[0]))
            return choice(Instance(one.kind, NOBODY, attrs) if other is one else other for other in options(known))
    return choice([known, value])


def has_unit(value: Value) -> bool:
    """Whether a value is a function or class that the program finds by its name."""
    return (isinstance(value, Function) and value.info.given is None) or (isinstance(value, Class) and bool(value.info.units))


def matters(value: Value) -> bool:
    """Whether a field or global with this value can be a resource or lead to one."""
    for one in options(value):
        if isinstance(one, Instance | Partial) or (isinstance(one, Object) and one.info.kind is not None):
            return True
        if isinstance(one, Items) and any(matters(inner) for inner in one.values):
            return True
    return False
