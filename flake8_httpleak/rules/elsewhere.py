"""Fields of which the class is not the only one to know: who closes them may stand outside it, or in another file."""

from __future__ import annotations

import ast
import sys

from flake8_httpleak.ownership.classes import FieldFate
from flake8_httpleak.ownership.methods import BUILDERS, ENTERS
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.source.units import Unit, receiver_of


def is_closed_outside(program: Program, fate: FieldFate) -> bool:
    """Whether code of the file that is not of the class, but speaks of it, closes the field: `reader.session.close()`."""
    family = program.family(fate.owner)
    own = {unit for info in family for unit in info.units}
    releases = {*fate.kind.release, *fate.kind.release_async}
    closing = [
        unit
        for unit in program.units.all
        if unit not in own and unit.spells((f".{fate.name}.",)) and not unit.attributes.isdisjoint(releases)
    ]
    if not closing:
        return False
    names = _names_of(program, {info.name.rpartition(".")[2] for info in family})
    return any(_speaks_of(unit, names) and _closes(unit, fate.name, releases) for unit in closing)


def is_built_for_others(program: Program, fate: FieldFate) -> bool:
    """Whether the class is a builder: its methods give the object itself, to go on with, and one gives what is in the field.

    One that anybody may call: what a property or a private method gives stays with the object. Nor is it a builder if it sends
    requests through the client itself.
    """
    methods = [method for info in program.family(fate.owner) for method in info.functions.values()]
    gives = any(one.name in fate.getters and not one.is_property and not one.name.startswith("_") for one in methods)
    if not gives or not any(_gives_itself(one.unit) for one in methods):
        return False
    requests = {call for produce in fate.kind.produces for call in produce.calls}
    return not any(_asks(one.unit, fate.name, requests) for one in methods)


def _asks(unit: Unit, field: str, requests: set[str]) -> bool:
    """Whether a method sends a request through a field of its object."""
    own = _receiver(unit)
    for node in (node for root in unit.nodes for node in ast.walk(root)):
        match node:
            case ast.Attribute(attr=method, value=ast.Attribute(attr=name, value=owner)):
                if method in requests and name == field and _is_name(owner, own):
                    return True
    return False


def _gives_itself(unit: Unit) -> bool:
    """Whether a method returns its own object, other than to enter a block."""
    own, function = _receiver(unit), unit.function
    if not own or function is None or function.name in ENTERS:
        return False
    return any(
        isinstance(node, ast.Return) and node.value is not None and _is_name(node.value, own) for node in ast.walk(function)
    )


def _names_of(program: Program, classes: set[str]) -> set[str]:
    """The names of some classes, and those that the module gives to their objects."""
    outside = [unit for unit in program.units.all if unit.owner is None and unit.function is None]
    speaking = [unit for unit in outside if unit.spells(classes) and not unit.names.isdisjoint(classes)]
    return classes.union(*(unit.names for unit in speaking))


def _speaks_of(unit: Unit, names: set[str]) -> bool:
    """Whether a function mentions one of some names, or the class does whose method it is."""
    units = unit.owner.units if unit.owner is not None else [unit]
    return any(not one.names.isdisjoint(names) for one in units)


def _closes(unit: Unit, field: str, releases: set[str]) -> bool:
    """Whether a function closes a field of an object that is not its own."""
    own = _receiver(unit)
    for node in (node for root in unit.nodes for node in ast.walk(root)):
        match node:
            case ast.Call(func=ast.Attribute(attr=method, value=ast.Attribute(attr=name, value=owner))):
                if method in releases and name == field and not _is_name(owner, own):
                    return True
    return False


def is_known_elsewhere(program: Program, fate: FieldFate) -> bool:
    """Whether classes of other files share the field: they read what this one only keeps, or declare what it only looks up."""
    units = [unit for info in program.family(fate.owner) for unit in info.units if unit.spells((fate.name,))]
    uses = [_uses(unit, fate.name) for unit in units]
    is_property = any(fate.name in info.functions for info in program.family(fate.owner))  # a cached one makes its field itself
    if is_property or not any(uses):
        return False
    if _is_there_already(fate):
        return True
    if not fate.has_closer and _is_for_bases(fate) and all(isinstance(use.ctx, ast.Store) for found in uses for use in found):
        return True
    return not any(_declares(unit, fate.name) for unit in units) and all(_is_read_first(found) for found in uses if found)


def _is_for_bases(fate: FieldFate) -> bool:
    """Whether a field that the class never reads is for its bases from other files to use.

    What a constructor makes is its own class's, unless that is put together of several bases. Those of the standard library
    know nothing of the field.
    """
    made_at_once = any(one.function.name in BUILDERS for one in fate.acquisitions)
    return len(_foreign_bases(fate)) > (1 if made_at_once else 0)


def _is_there_already(fate: FieldFate) -> bool:
    """Whether methods make what a base of another file may have made already: a field of a public name, where it is missing."""
    if fate.has_closer or fate.name.startswith("_") or not _foreign_bases(fate):
        return False
    return all(one.spare and one.function.name not in BUILDERS for one in fate.acquisitions)


def _foreign_bases(fate: FieldFate) -> list[str]:
    """Bases from other files that may know of the field; those of the standard library don't."""
    return [name for name in fate.owner.unknown_bases if name.partition(".")[0] not in sys.stdlib_module_names]


def is_finalized(program: Program, fate: FieldFate) -> bool:
    """Whether the class has something run when its object goes, by `weakref.finalize(self, ...)`: that may close the field."""
    units = (unit for info in program.family(fate.owner) for unit in info.units if unit.spells(("finalize",)))
    return any(_finalizes_itself(unit) for unit in units)


def _finalizes_itself(unit: Unit) -> bool:
    own = _receiver(unit)
    for node in (node for root in unit.nodes for node in ast.walk(root)):
        match node:
            case ast.Call(func=ast.Name(id="finalize") | ast.Attribute(attr="finalize"), args=[first, *_]):
                if _is_name(first, own):
                    return True
    return False


def _uses(unit: Unit, name: str) -> list[ast.Attribute]:
    """Where a method reads or assigns a field of its object, in the order of the text."""
    own = _receiver(unit)
    nodes = (node for root in unit.nodes for node in ast.walk(root))
    found = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == name and _is_name(node.value, own)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _is_read_first(uses: list[ast.Attribute]) -> bool:
    """Whether a method reads a field before it assigns it, if it does: somebody else has given it a value."""
    first = uses[0]
    return isinstance(first.ctx, ast.Load) and not any(
        isinstance(use.ctx, ast.Store) and use.lineno == first.lineno for use in uses
    )


def _declares(unit: Unit, name: str) -> bool:
    """Whether a class says in its body what a field is."""
    targets = [
        target
        for node in unit.nodes
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(_is_name(target, name) for target in targets)


def _receiver(unit: Unit) -> str:
    """The first parameter of a method; empty for everything else."""
    return receiver_of(unit.function) if unit.owner is not None else ""


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
