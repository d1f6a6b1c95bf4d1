"""`if response:` asks whether the status is below 400; whether there is a response is another question."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.closes import is_close
from flake8_httpleak.fixes.site import Site, target_name
from flake8_httpleak.fixes.text import Edits


def test_for_none(site: Site) -> Iterator[Candidate]:
    """`if name:` before a closing call becomes `if name is not None:`."""
    statement = site.text.statement_of(site.call) if site.call is not None else None
    kind = site.kind
    name = target_name(statement, site.call) if statement is not None and site.call is not None else ""
    if not name or kind is None:
        return
    edits = Edits(site.text)
    changed = 0
    for node in ast.walk(site.scope):
        if isinstance(node, ast.If) and any(is_close(one, name, kind) for one in ast.walk(node) if isinstance(one, ast.stmt)):
            for test, is_not in _tests(node.test, name):
                new = f"{name} is not None" if is_not else f"{name} is None"
                edits.replace(site.text.begin(test), site.text.end(test), new)
                changed += 1
    if changed:
        yield from candidate("Test for None", edits)


def _tests(node: ast.expr, name: str) -> Iterator[tuple[ast.expr, bool]]:
    """The parts of a condition that are the truth value of a name, and whether they are true if there is an object."""
    if isinstance(node, ast.Name) and node.id == name:
        yield node, True
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        if isinstance(node.operand, ast.Name) and node.operand.id == name:
            yield node, False
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from _tests(one, name)
