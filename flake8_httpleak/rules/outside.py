"""Calls of functions of other modules, wherever in the file they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.values import Const, Dotted
from flake8_httpleak.ownership.written import literal, written_outside

THREAD = "threading.Thread"
"""Starts one thread."""
Loop = ast.For | ast.AsyncFor | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def calls_of(program: Program, names: AbstractSet[str]) -> Iterator[ast.Call]:
    """Every call of a function with one of these full names."""
    words = {name.rpartition(".")[2] for name in names}
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Call) and written_outside(node.func).rpartition(".")[2] in words:
            value = program.expression(node.func)
            if isinstance(value, Dotted) and value.name in names:
                yield node


def thread_counts(program: Program) -> Iterator[tuple[int | None, str, int]]:
    """For every call that starts threads, how many (None if that is not written out), how that is written, and its line."""
    for node in calls_of(program, program.catalog.threads - {THREAD}):
        given = [*node.args[:1], *(word.value for word in node.keywords if word.arg in {"max_workers", "processes"})]
        value = (literal(given[-1]) or program.expression(given[-1])) if given else None
        count = value.value if isinstance(value, Const) and isinstance(value.value, int) else None
        yield count, ast.unparse(given[-1]) if given else "", node.lineno
    single = list(calls_of(program, {THREAD}))
    turned = _in_loops(program) if single else set()
    yield from ((None if node in turned else 1, "", node.lineno) for node in single)


def _in_loops(program: Program) -> set[ast.Call]:
    """The calls that stand in loops."""
    loops = [node for node in ast.walk(program.tree) if isinstance(node, Loop)]
    return {node for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Call)}
