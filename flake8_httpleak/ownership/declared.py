"""What comments on a definition say: that a function takes over what it gets, or releases it. Its body is not asked then."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership import instances
from flake8_httpleak.ownership.machine import Branches, Machine
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.values import Awaitable, Value
from flake8_httpleak.source.declared import MARK, WORDS, read_declarations


def declared(info: FunctionInfo) -> dict[str, str]:
    """What a function's comments say, by parameter: `takes` or `releases`."""
    if MARK not in info.unit.text or not isinstance(info.node, cst.FunctionDef):
        return {}
    return {name: word for line in _lines(info.node) for word, name in read_declarations(line) if word in WORDS}


def _lines(node: cst.FunctionDef) -> list[str]:
    """The definition without its body, and the comments up to its first statement."""
    body, bare = node.body, cst.SimpleStatementSuite(body=[cst.Pass()])
    text = cst.Module([]).code_for_node(node.with_changes(body=bare, leading_lines=[], decorators=[]))
    if isinstance(body, cst.IndentedBlock):
        first = body.body[0] if body.body else None
        ends = [body.header.comment, *(line.comment for line in getattr(first, "leading_lines", ()))]
    elif isinstance(body, cst.SimpleStatementSuite):
        ends = [body.trailing_whitespace.comment]
    else:
        ends = []
    return [*text.splitlines(), *(comment.value for comment in ends if comment is not None)]


def carry_out(m: Machine, info: FunctionInfo, given: dict[str, Value], node: cst.CSTNode, state: State) -> Branches | None:
    """Call a function that declares what becomes of the resource; None if it says nothing of it."""
    said = [(word, given[name]) for name, word in declared(info).items() if name in given and state.reaches(given[name])]
    if not said:
        return None
    for word, value in said:
        if word == "releases":
            instances.release(m, value, node, state)
        else:
            m.handed(state, node, f"taken by '{info.name}'")
    result = m.fresh(node, state)
    return [(Awaitable(result) if info.is_async else result, state)]
