"""A file as fixes see it: its text with the syntax tree laid over it, and edits that touch nothing else."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize
from collections.abc import Iterator
from functools import cached_property

from flake8_httpleak.diagnostics import Position, Span

INDENT = "    "
NARROW, USUAL, WIDE = 79, 88, 120
"""The lengths of lines that styles agree on. A file whose lines often come near the narrow one and never exceed it keeps to it;
others have at least the usual one, and as much as their longest line has, within reason."""
NEAR, OFTEN = 70, 5

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Text:
    """One version of a file. Offsets count code points from 0, lines from 1; every line ends in a newline character."""

    def __init__(self, text: str, tree: ast.Module | None = None) -> None:
        """Take the text; raises SyntaxError if it is no Python."""
        self.text = text
        self.tree = tree if tree is not None else ast.parse(text)
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    # Places.

    def offset(self, line: int, byte_column: int) -> int:
        """Where a place of the syntax tree, whose columns count bytes, is in the text."""
        text = self.lines[line - 1]
        column = byte_column if text.isascii() else len(text.encode()[:byte_column].decode())
        return self._starts[line - 1] + column

    def at(self, position: Position) -> int:
        """Where a reported position is in the text."""
        return self._starts[position.line - 1] + position.column

    def line_start(self, line: int) -> int:
        """Where a line begins; one past the last line is the end of the text."""
        return min(self._starts[line - 1], len(self.text))

    def begin(self, node: ast.expr | ast.stmt) -> int:
        """Where a node begins, without its decorators."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Where a node ends."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node."""
        return self.text[self.begin(node) : self.end(node)]

    def first_line(self, node: ast.stmt) -> int:
        """The line on which a statement begins, decorators included."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        return min([node.lineno, *(one.lineno for one in decorators)])

    def last_line(self, node: ast.stmt | ast.expr) -> int:
        """The line on which a node ends."""
        return node.lineno if node.end_lineno is None else node.end_lineno

    def indent(self, node: ast.stmt) -> str:
        """What stands before a statement on its line, if it is the first there."""
        line = self.lines[self.first_line(node) - 1]
        return line[: len(line) - len(line.lstrip())]

    def stands_alone(self, node: ast.stmt, *, comment: bool = True) -> bool:
        """Whether a statement shares its lines with nothing else; `comment`: but for a comment behind it."""
        before = self.text[self.line_start(self.first_line(node)) : self._first(node)]
        after = self.text[self.end(node) : self.line_start(self.last_line(node) + 1)].strip()
        return not before.strip() and (not after or (comment and after.startswith("#")))

    def _first(self, node: ast.stmt) -> int:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if not decorators:
            return self.begin(node)
        line = self.first_line(node)
        return self.line_start(line) + len(self.lines[line - 1]) - len(self.lines[line - 1].lstrip())

    # The tree.

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node above each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def _calls(self) -> dict[tuple[int, int], ast.Call]:
        return {(self.begin(node), self.end(node)): node for node in ast.walk(self.tree) if isinstance(node, ast.Call)}

    def call_at(self, span: Span) -> ast.Call | None:
        """The call that stands exactly there."""
        if not 0 < span.start.line <= len(self.lines):
            return None
        return self._calls.get((self.at(span.start), self.at(span.end)))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the closest first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node belongs to: itself, or the closest around it."""
        if isinstance(node, ast.stmt):
            return node
        return next((one for one in self.above(node) if isinstance(one, ast.stmt)), None)

    def scope_of(self, node: ast.AST) -> Scope:
        """The function that a node is in, or the module; a class counts as none."""
        found = (one for one in self.above(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))
        return next(found, self.tree)

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose method a node is in."""
        return next((one for one in self.above(node) if isinstance(one, ast.ClassDef)), None)

    def block_of(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements that a statement is one of."""
        parent = self.parents.get(statement)
        for _, value in ast.iter_fields(parent) if parent is not None else ():
            if isinstance(value, list) and any(one is statement for one in value):
                return value
        return [statement]

    def is_deferred(self, node: ast.AST, statement: ast.stmt) -> bool:
        """Whether a part of a statement is evaluated never, later or several times when the statement is executed."""
        below: ast.AST = node
        for one in self.above(node):
            if isinstance(one, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.While | ast.Match):
                return True
            if isinstance(one, _COMPREHENSIONS) or (isinstance(one, ast.IfExp) and below is not one.test):
                return True
            if isinstance(one, ast.BoolOp) and below is not one.values[0]:
                return True
            if isinstance(one, ast.Compare) and below in one.comparators[1:]:
                return True
            if isinstance(one, ast.Assert) and below is one.msg:
                return True
            if one is statement:
                return False
            below = one
        return True

    # Names.

    def names(self, scope: ast.AST) -> set[str]:
        """Every name that is used in a piece of the tree, and every parameter."""
        found: set[str] = set()
        for node in ast.walk(scope):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
        return found

    @cached_property
    def all_names(self) -> set[str]:
        """Every name of the file."""
        return self.names(self.tree)

    def free_name(self, wanted: str, scope: ast.AST) -> str:
        """A name that means nothing in a function."""
        taken = self.names(scope) | set(keyword.kwlist)
        others = (f"{wanted}_{number}" for number in range(2, 1000))
        return next(name for name in (wanted, f"http_{wanted}", *others) if name not in taken)

    # Lines.

    @cached_property
    def inner_lines(self) -> frozenset[int]:
        """Lines that begin inside a string: what stands at their beginning is data."""
        found: set[int] = set()
        opened: list[int] = []
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            name = tokenize.tok_name[token.type]
            if name.endswith("STRING_START"):
                opened.append(token.start[0])
            elif name.endswith("STRING_END"):
                found.update(range(opened.pop() + 1, token.end[0] + 1))
            elif name == "STRING":
                found.update(range(token.start[0] + 1, token.end[0] + 1))
        return frozenset(found)

    @cached_property
    def unit(self) -> str:
        """What the file indents a block with."""
        for node in ast.walk(self.tree):
            body = getattr(node, "body", None)
            if not isinstance(node, ast.stmt) or not isinstance(body, list) or not body:
                continue
            inner, outer = self.indent(body[0]), self.indent(node)
            if self.stands_alone(body[0]) and len(inner) > len(outer) and inner.startswith(outer):
                return inner[len(outer) :]
        return INDENT

    def code_length(self, line: int) -> int:
        """How long a line is without the comment behind its code."""
        return len(self.lines[line - 1].partition("  #")[0].rstrip())

    @cached_property
    def limit(self) -> int:
        """How long lines may get."""
        longest = max(map(len, self.lines))
        if longest <= NARROW and sum(len(line) >= NEAR for line in self.lines) >= OFTEN:
            return NARROW
        return min(max(USUAL, longest), WIDE)


class Edits:
    """Replacements in one text."""

    def __init__(self, text: Text) -> None:
        """Start with none."""
        self.text = text
        self._found: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, new: str) -> None:
        """Put something in the place of a range."""
        self._found.append((start, end, new))

    def insert(self, at: int, new: str) -> None:
        """Put something before a place."""
        self._found.append((at, at, new))

    def delete_lines(self, first: int, last: int) -> None:
        """Take out whole lines."""
        self.replace(self.text.line_start(first), self.text.line_start(last + 1), "")

    def insert_lines(self, line: int, new: list[str]) -> None:
        """Put whole lines before a line."""
        at = self.text.line_start(line)
        missing = "" if at == 0 or self.text.text[at - 1] == "\n" else "\n"
        self.insert(at, missing + "".join(f"{one}\n" for one in new))

    def close_gap(self, line: int) -> None:
        """Take out the blank lines that begin at a line: a block does not begin with any."""
        last = line
        while last <= len(self.text.lines) and not self.text.lines[last - 1].strip():
            last += 1
        if last > line:
            self.delete_lines(line, last - 1)

    def indent(self, lines: Iterator[int] | range, base: str) -> None:
        """Move lines one step to the right; `base`: how far the block they belong to is indented."""
        for line in lines:
            written = self.text.lines[line - 1]
            if written.strip() and written.startswith(base) and line not in self.text.inner_lines:
                self.insert(self.text.line_start(line) + len(base), self.text.unit)

    def apply(self) -> str | None:
        """The new text; None if two replacements overlap."""
        parts: list[str] = []
        at = 0
        for start, end, new in sorted(self._found, key=lambda one: one[:2]):
            if start < at:
                return None
            parts += [self.text.text[at:start], new]
            at = end
        return "".join([*parts, self.text.text[at:]])
