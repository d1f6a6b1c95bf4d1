"""Methods that run once for each object: they open or close it, nothing but such methods calls them, or it lives for one call."""

from __future__ import annotations

import ast

from flake8_httpleak.ownership.methods import CLOSERS
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.outside import Loop

MAX_STEPS = 5


def runs_once_for_its_object(facts: Facts, method: FunctionInfo) -> bool:
    """Whether a method opens or closes its object, or is a private one that only such methods call, and in no loop."""
    openers = facts.roles.frameworks.starters
    name = method.name
    waiting, met = [name], {name}
    while waiting:
        name = waiting.pop()
        if name in CLOSERS or name in openers:
            continue
        callers = _callers(facts, method, name) if name.startswith("_") else None
        if not callers or len(met) > MAX_STEPS:
            return False
        waiting += callers - met
        met |= callers
    return True


def lives_for_one_call(facts: Facts, method: FunctionInfo) -> bool:
    """Whether the file makes objects of a method's class, each for one call: `Painter(url).paint(text)`."""
    name = method.owner.name if method.owner is not None else ""
    made = 0
    for unit in facts.analyser.program.units.all:
        if unit.spells((name,)) and name in unit.names:
            called = [one for node in unit.nodes for one in ast.walk(node) if isinstance(one, ast.Call)]
            for_one = {id(one.func.value) for one in called if isinstance(one.func, ast.Attribute)}
            makes = [one for one in called if isinstance(one.func, ast.Name) and one.func.id == name]
            if not all(id(one) in for_one for one in makes):
                return False
            made += len(makes)
    return made > 0


def _callers(facts: Facts, method: FunctionInfo, name: str) -> set[str] | None:
    """The methods of the same class that speak of a method; None if something else does too, or a loop."""
    own = method.owner.name if method.owner is not None else ""
    found: set[str] = set()
    for unit in facts.analyser.program.units.all:
        if not unit.spells((name,)) or name not in unit.attributes:
            continue
        where = unit.owner.name if unit.owner is not None else ""
        if where != own and unit.owner is not None and name in unit.owner.methods:
            continue  # it has one of that name itself
        if unit.function is None or where != own or _in_loop(unit.function, name):
            return None
        found.add(unit.function.name)
    return found


def _in_loop(function: ast.AST, name: str) -> bool:
    loops = (node for node in ast.walk(function) if isinstance(node, Loop))
    return any(isinstance(one, ast.Attribute) and one.attr == name for loop in loops for one in ast.walk(loop))
