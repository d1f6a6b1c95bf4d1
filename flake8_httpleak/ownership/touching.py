"""What a method does with a field of its object, as far as its text alone tells."""

from __future__ import annotations

import ast
from collections.abc import Collection

from flake8_httpleak.source.units import Unit, receiver_of


def touches(unit: Unit, name: str, releases: set[str]) -> bool:
    """Whether a method does more with a field than call methods of it that don't release: tells by the text alone."""
    harmless: set[int] = set()
    touched: list[ast.Attribute] = []
    for root in unit.nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Attribute):
                below = node.value.value if isinstance(node.value, ast.Await) else node.value
                below = below.func if isinstance(below, ast.Call) else below
                if isinstance(below, ast.Attribute) and below.attr == name and node.attr not in releases:
                    harmless.add(id(below))
                if node.attr == name:
                    touched.append(node)
    return any(id(node) not in harmless for node in touched)


def gives(unit: Unit, name: str) -> bool:
    """Whether a method returns a field, or one of the things in it: tells by the text alone."""
    returned = (node.value for root in unit.nodes for node in ast.walk(root) if isinstance(node, ast.Return))
    held = (value.value if isinstance(value, ast.Subscript) else value for value in returned)
    return any(isinstance(value, ast.Attribute) and value.attr == name for value in held)


def passes_on(unit: Unit, names: Collection[str]) -> bool:
    """Whether a method gives one of the object's own methods to a call: `atexit.register(self.close)`."""
    own = receiver_of(unit.function)
    if unit.function is None or unit.attributes.isdisjoint(names) or not own:
        return False
    for node in ast.walk(unit.function):
        if isinstance(node, ast.Call):
            for given in (*node.args, *(word.value for word in node.keywords)):
                if isinstance(given, ast.Attribute) and given.attr in names and getattr(given.value, "id", "") == own:
                    return True
    return False
