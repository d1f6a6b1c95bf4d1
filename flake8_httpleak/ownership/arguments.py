"""The arguments of one call, by position and by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from flake8_httpleak.clients.model import Scalar
from flake8_httpleak.ownership.values import Const, Value


class Arguments(Struct, frozen=True):
    """What a call passes. `open`: a `*` or `**` passes more that is not known. `loose`: what may go to any parameter."""

    positional: tuple[Value, ...] = ()
    named: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    loose: tuple[Value, ...] = ()

    def values(self) -> Iterable[Value]:
        """Every known value that is passed."""
        yield from self.positional
        yield from self.named.values()
        yield from self.loose

    def get(self, name: str, parameters: Sequence[str] = ()) -> Value | None:
        """The argument of a parameter; `parameters` are the positional ones, in order. None if it is not given."""
        if name in self.named:
            return self.named[name]
        if name in parameters and parameters.index(name) < len(self.positional):
            return self.positional[parameters.index(name)]
        return None

    def first(self) -> Value | None:
        """The first argument, however it is passed."""
        return next(iter(self.values()), None)

    def without_first(self) -> Arguments:
        """These arguments without the first one by position."""
        return replace(self, positional=self.positional[1:])

    def after(self, positional: Sequence[Value], named: Iterable[tuple[str, Value]]) -> Arguments:
        """These arguments added to those of a `partial`."""
        return Arguments((*positional, *self.positional), {**dict(named), **self.named}, self.open, self.loose)


def holds(given: Value | None, wanted: Scalar) -> bool | None:
    """Whether an argument has a value that a table names; None if it cannot be told. Flags compare by truth."""
    if not isinstance(given, Const):
        return None
    return bool(given.value) is wanted if isinstance(wanted, bool) else given.value == wanted
