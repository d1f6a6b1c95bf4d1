"""Where a walk stops going into the functions that are called, and what of its outcome rests on that.

A function that is being walked already is not gone into again, nor one that is called too many calls deep. What was found
without looking into some function holds wherever that one would not be looked into either; elsewhere it may be known better.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flake8_httpleak.ownership.program import FunctionInfo

MAX_DEPTH = 5
"""So many calls deep a walk goes."""


@dataclass(slots=True)
class Basis:
    """What an outcome rests on: functions that were not looked into, being under way, and others for being too deep."""

    functions: set[FunctionInfo] = field(default_factory=set)
    too_deep: bool = False

    def add(self, other: Basis) -> None:
        """Rest on what another outcome rests on as well."""
        self.functions |= other.functions
        self.too_deep |= other.too_deep


class Recursion:
    """The functions that are under way in one file."""

    def __init__(self) -> None:
        """Begin with none."""
        self._active: list[FunctionInfo] = []
        self._basis = Basis()

    @contextmanager
    def entering(self, info: FunctionInfo) -> Iterator[None]:
        """Walk a function; calls of it that it leads to are its own business and nothing to rest on outside."""
        self._active.append(info)
        try:
            yield
        finally:
            self._active.pop()
            if info not in self._active:
                self._basis.functions.discard(info)

    def stops(self, info: FunctionInfo, depth: int) -> bool:
        """Whether a function that is called `depth` calls deep is not gone into; what is being worked out rests on that."""
        if info in self._active:
            self._basis.functions.add(info)
            return True
        self._basis.too_deep |= depth >= MAX_DEPTH
        return depth >= MAX_DEPTH

    @contextmanager
    def resting(self) -> Iterator[Basis]:
        """Tell what the outcome of a block rests on; so does whatever is being worked out around it."""
        around, self._basis = self._basis, Basis()
        try:
            yield self._basis
        finally:
            around.add(self._basis)
            self._basis = around

    def holds(self, basis: Basis, worked_out: int, depth: int) -> bool:
        """Whether an outcome that was worked out some calls deep is what would come out `depth` calls deep now."""
        return (depth >= worked_out or not basis.too_deep) and basis.functions.issubset(self._active)

    def rest(self, basis: Basis) -> None:
        """Use an outcome."""
        self._basis.add(basis)
