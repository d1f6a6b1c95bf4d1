"""Comments on definitions that say what becomes of what a function is given: `# httpleak: takes response`."""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

MARK = "httpleak:"
WORDS = ("takes", "releases")
"""Owns what it gets from then on; releases it, whatever happens."""
_COMMENT = re.compile(rf"#\s*{MARK}\s*(?P<text>[^#]*)")
_SAID = re.compile(r"(?P<word>\w+)\s+(?P<names>\w+(?:\s*,\s*\w+)*)\s*")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def read_declarations(line: str) -> Iterator[tuple[str, str]]:
    """What comments on a line declare: pairs of a word and the name of a parameter, empty if it cannot be read."""
    for comment in _COMMENT.finditer(line):
        said = _SAID.fullmatch(comment["text"])
        if said is None:
            yield comment["text"].strip(), ""
        else:
            yield from ((said["word"], name.strip()) for name in said["names"].split(","))


def mistakes(tree: ast.Module, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Comments that say nothing that can be used: the line of each, and what to write instead."""
    if not any(MARK in line for line in lines):
        return
    functions = [node for node in ast.walk(tree) if isinstance(node, FunctionNode)]
    for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):  # Python has read the file already
        if token.type == tokenize.COMMENT:
            for word, name in read_declarations(token.string):
                wrong = _wrong(word, name, _at(functions, token.start[0]))
                if wrong:
                    yield token.start[0], f"'# {MARK} {word}{' ' * bool(name)}{name}': {wrong}"


def _at(functions: Sequence[FunctionNode], line: int) -> FunctionNode | None:
    """The function on whose definition a line stands: from `def` to its first statement."""
    found = [one for one in functions if one.lineno <= line <= max(one.lineno, one.body[0].lineno - 1)]
    return max(found, key=lambda one: one.lineno, default=None)


def _wrong(word: str, name: str, function: FunctionNode | None) -> str:
    if word not in WORDS or not name:
        return "write 'takes NAME' or 'releases NAME'"
    if function is None:
        return "it stands on no 'def'"
    given = function.args
    known = [
        one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg) if one is not None
    ]
    if name in known:
        return ""
    close = difflib.get_close_matches(name, known, 1)
    return f"'{function.name}' has no parameter '{name}'" + (f"; did you mean '{close[0]}'?" if close else "")
