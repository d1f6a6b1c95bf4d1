"""Methods that have nothing to do with what their object keeps in a field, whatever else they call of it."""

from __future__ import annotations

from flake8_httpleak.ownership.program import FunctionInfo, Program
from flake8_httpleak.source.units import Unit, receiver_of


class Bystanders:
    """The methods of one file, and the fields that they leave alone."""

    def __init__(self, program: Program) -> None:
        """Look at a file."""
        self.program = program
        self._known: dict[tuple[FunctionInfo, frozenset[str]], bool] = {}

    def leaves_alone(self, method: FunctionInfo, fields: frozenset[str]) -> bool:
        """Whether neither a method nor any other that it leads to spells one of some fields, or gives its object away.

        What a base of another file does, nobody can tell.
        """
        if (method, fields) not in self._known:
            self._known[method, fields] = self._look(method, fields)
        return self._known[method, fields]

    def _look(self, method: FunctionInfo, fields: frozenset[str]) -> bool:
        if method.owner is None or method.outer is not None or method.owner.foreign_bases:
            return False
        family = [(unit.function.name, unit) for one in self.program.family(method.owner) for unit in one.units if unit.function]
        if any(name in _OF_ANY for name, _ in family):
            return False
        waiting, seen = [method.unit], {method.unit}
        while waiting:
            unit = waiting.pop()
            used = _used_of_itself(unit)
            if used is None or unit.spells(fields):
                return False
            found = {one for name, one in family if name in used} - seen  # properties and their setters too
            seen |= found
            waiting += found
        return True


_OF_ANY = frozenset({"__getattr__", "__getattribute__", "__setattr__"})
"""Methods that are asked for attributes by any name."""


def _used_of_itself(unit: Unit) -> set[str] | None:
    """The attributes of its own object that a method speaks of; None if it speaks of the object as such, or of its base."""
    first = receiver_of(unit.function)
    if not first or "super" in unit.names:
        return None
    chains = [chain.split(".", 2) for chain in unit.mentions.chains]
    own = {chain[1] if len(chain) > 1 else "" for chain in chains if chain[0] == first}
    return own if own.isdisjoint(("", "__dict__")) else None
