"""Closing calls that a `with` makes needless: they go, unless a comment stands beside them."""

from __future__ import annotations

import ast
from itertools import pairwise

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.fixes.entering import is_release
from flake8_httpleak.fixes.text import Edits

LEAVING = (ast.Return, ast.Raise)
"""What leaves a block even from inside a loop."""
JUMPS = (*LEAVING, ast.Continue, ast.Break)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


def is_close(statement: ast.stmt, name: str, kind: ResourceKind) -> bool:
    """Whether a statement does nothing but release what a name stands for."""
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    return (
        isinstance(value, ast.Call)
        and not value.args
        and isinstance(value.func, ast.Attribute)
        and is_release(kind, value.func.attr)
        and isinstance(value.func.value, ast.Name)
        and value.func.value.id == name
    )


class Needless:
    """Finds the lines that go, and makes the edits."""

    def __init__(self, edits: Edits, name: str, kind: ResourceKind) -> None:
        """Prepare for the block that holds what `name` stands for."""
        self.edits = edits
        self.name = name
        self.kind = kind
        self.gone: set[int] = set()
        """Lines that are taken out."""
        self.kept: set[int] = set()
        """Lines that stay where they are: the block around them went, and another came."""

    def remove_from(self, statements: list[ast.stmt]) -> None:
        """Take needless closing calls out of the statements of the block."""
        last = statements[-1]
        if self._is_needless(last) and len(statements) > 1:
            self._drop(last)
        elif isinstance(last, ast.Try):
            self._unwrap(last)
        loops = [one for statement in statements for one in ast.walk(statement) if isinstance(one, LOOPS)]
        turns = {id(node) for loop in loops for node in ast.walk(loop)}
        for statement in statements:
            for node in ast.walk(statement):
                for field in ("body", "orelse", "finalbody"):
                    block = getattr(node, field, None)
                    if isinstance(block, list):
                        self._before_jumps(block, LEAVING if id(node) in turns else JUMPS)

    def _is_needless(self, statement: ast.stmt) -> bool:
        """Whether a statement only closes it, or takes its name away."""
        deleted = statement.targets if isinstance(statement, ast.Delete) else []
        if len(deleted) == 1 and isinstance(deleted[0], ast.Name):
            return deleted[0].id == self.name
        return is_close(statement, self.name, self.kind)

    def _before_jumps(self, block: list[ast.stmt], jumps: tuple[type[ast.stmt], ...]) -> None:
        """A call right before the block is left: `with` does the same a moment later."""
        for one, after in pairwise(block):
            if is_close(one, self.name, self.kind) and isinstance(after, jumps):
                self._drop(one)

    def _unwrap(self, statement: ast.Try) -> None:
        """`try: ... finally: r.close()`: the block does what `finally` did."""
        text = self.edits.text
        last = statement.finalbody[-1] if statement.finalbody else None
        if last is None or not is_close(last, self.name, self.kind):
            return
        if len(statement.finalbody) > 1:
            self._drop(last)
            return
        word = self._line_of("finally:", statement, last)
        if word == 0 or text.last_line(last) != word + 1 or not text.stands_alone(last, comment=False):
            return
        if statement.handlers or statement.orelse:
            self._take(range(word, word + 2))
        elif text.lines[statement.lineno - 1].strip() == "try:" and statement.body[0].lineno > statement.lineno:
            self._take([statement.lineno, word, word + 1])
            self.kept |= set(range(statement.lineno + 1, word))

    def _line_of(self, word: str, statement: ast.Try, last: ast.stmt) -> int:
        """The line that holds nothing but a word, right above a statement; 0 if there is none."""
        line = last.lineno - 1
        return line if line > statement.lineno and self.edits.text.lines[line - 1].strip() == word else 0

    def _drop(self, statement: ast.stmt) -> None:
        text = self.edits.text
        lines = range(statement.lineno, text.last_line(statement) + 1)
        if text.stands_alone(statement, comment=False) and self.gone.isdisjoint(lines):
            self._take(lines)

    def _take(self, lines: range | list[int]) -> None:
        self.gone |= set(lines)

    def apply(self) -> None:
        """Make the edits."""
        for line in sorted(self.gone):
            self.edits.delete_lines(line, line)
