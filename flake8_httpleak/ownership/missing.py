"""What a caller or an object may have or not, and whether it is known to be missing."""

from __future__ import annotations

from flake8_httpleak.ownership.states import Fact, State
from flake8_httpleak.ownership.values import Attr, Choice, Instance, Symbol, Value, is_parameter, options

MISSING = "missing"
"""What an unknown flag is of that is false where something is missing which might have been given."""


def is_spare(state: State) -> bool:
    """Whether something is missing here that the caller or an object might have had."""
    return any(_is_missing(value, fact) for value, fact in state.facts.items())


def _is_missing(value: Value, fact: Fact) -> bool:
    """Whether a parameter or an attribute is None, or something that is declared as a client is not there."""
    gone = fact in (Fact.NONE, Fact.FALSY)
    if isinstance(value, Choice):
        return gone and any(isinstance(one, Instance) for one in value.options)
    if gone and isinstance(value, Symbol) and isinstance(value.key, tuple) and value.key[1:] == (MISSING,):
        return True
    key = value.key if fact is Fact.NONE and isinstance(value, Symbol) else None
    return isinstance(key, Attr) or (isinstance(key, tuple) and (key[0] == "parameter" or isinstance(key[0], int)))


def may_be_missing(value: Value) -> bool:
    """Whether a value is what the caller or an object has or not: a parameter, an attribute, something declared as a client."""
    return any(
        isinstance(one, Instance) or is_parameter(one) or (isinstance(one, Symbol) and isinstance(one.key, Attr))
        for one in options(value)
    )
