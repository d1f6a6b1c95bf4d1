"""Where nodes stand in the file, worked out only for nodes that are reported.

LibCST nodes don't know their place. Its PositionProvider writes the tree out and notes every node; this does the same and
notes only what is asked for, without counting lines on the way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState

from flake8_httpleak.diagnostics import Position, Span
from flake8_httpleak.source.units import Unit


class _Recorder(CodegenState):
    """Writes a tree out as a list of tokens and notes at which token the wanted nodes begin and end."""

    def __init__(self, module: cst.Module, wanted: frozenset[int]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.found: dict[int, tuple[int, int]] = {}
        self._wanted = wanted
        self._starts: list[int] = []
        self._ends: dict[int, int] = {}

    def _record(self, node: cst.CSTNode, start: int, end_node: cst.CSTNode | None = None) -> None:
        end = len(self.tokens) if end_node is None else self._ends.get(id(end_node), len(self.tokens))
        self._ends.setdefault(id(node), end)
        if id(node) in self._wanted:
            self.found.setdefault(id(node), (start, end))

    def before_codegen(self, node: cst.CSTNode) -> None:  # noqa: ARG002 - the name is LibCST's
        self._starts.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        self._record(node, self._starts.pop())

    @contextmanager
    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,  # noqa: ARG002 - only ever a part that is written first anyway
        end_node: cst.CSTNode | None = None,
    ) -> Iterator[None]:
        """Note a node. A block ends where its last statement does, not after the comments that follow it."""
        start = len(self.tokens)
        yield
        self._record(node, start, end_node)


def spans(unit: Unit, nodes: list[cst.CSTNode]) -> dict[int, Span]:
    """The places of some nodes of a unit, by the `id` of each; columns are code points, from 0.

    A node without the parentheses around it. Empty if the unit could not be parsed.
    """
    tree = unit.tree
    if tree is None or not nodes:
        return {}
    asked = frozenset(map(id, nodes))
    if not asked <= tree.places.keys():  # of a tree that is kept from an earlier version of the file they are known
        tree.places.update(_inside(tree.module, asked))
    return {key: _moved(tree.places[key], unit.offset) for key in asked if key in tree.places}


def _moved(span: Span, lines: int) -> Span:
    start, end = span.start, span.end
    return Span(Position(start.line + lines, start.column), Position(end.line + lines, end.column))


def _inside(module: cst.Module, wanted: frozenset[int]) -> dict[int, Span]:
    """The places of some nodes inside their tree, which begins at line 1."""
    state = _Recorder(module, wanted)
    module._codegen(state)  # noqa: SLF001 - the way LibCST's own provider does it
    ends = [0, *accumulate(map(len, state.tokens))]
    text = "".join(state.tokens)
    starts = [0, *(index + 1 for index, letter in enumerate(text) if letter == "\n")]

    def position(token: int) -> Position:
        offset = ends[token]
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1])

    return {key: Span(position(start), position(end)) for key, (start, end) in state.found.items()}


def spans_in_units(wanted: Iterable[tuple[Unit, cst.CSTNode]]) -> dict[int, Span]:
    """The places of nodes of any units, by the `id` of each."""
    by_unit: dict[Unit, list[cst.CSTNode]] = {}
    for unit, node in wanted:
        by_unit.setdefault(unit, []).append(node)
    found: dict[int, Span] = {}
    for unit, nodes in by_unit.items():
        found.update(spans(unit, nodes))
    return found
