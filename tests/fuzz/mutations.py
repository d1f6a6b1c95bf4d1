"""Real files, slightly damaged: tokens and statements deleted, doubled, exchanged, renamed, wrapped ever deeper."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from flake8_httpleak.gate import text_mentions

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT.parent / "shared" / "scenarios"
LARGEST = 20_000
"""Bytes of a file that is worth damaging: in a larger one little else happens."""
WORDS = ("requests", "httpx", "r", "self", "close", "get", "None", "await", "async", "yield", "return", "not", "(", ")", ",", "*")
WRAPPERS = (
    "if x:",
    "while True:",
    "for x in y:",
    "with x as y:",
    "try:",
    "def f(r):",
    "async def f(s):",
    "class A:",
    "if (x := y):",
)
Mutation = tuple[str, int, int]
"""What is done, and two numbers that say where."""


@cache
def sources() -> tuple[Path, ...]:
    """Files that mention a client: fixtures, tests, our own code, and the scenarios where they are at hand."""
    found = [
        path for folder in ("fixtures", "tests", "flake8_httpleak", "bench") for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    found += sorted(SCENARIOS.glob("*.py"))
    return tuple(path for path in found if path.stat().st_size < LARGEST and text_mentions(path.read_bytes()))


@cache
def text_of(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


def mutated(source: str, mutations: list[Mutation]) -> str:
    """A text after some mutations, one after the other; those that it has no place for are left out."""
    for name, here, there in mutations:
        source = MUTATIONS[name](source, here, there)
    return source


def _tokens(source: str) -> list[tuple[int, int]]:
    """Where the tokens of a text begin and end."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[tuple[int, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.string.strip():
                (first, column), (last, end) = token.start, token.end
                found.append((starts[first - 1] + column, starts[last - 1] + end))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass  # the tokens up to there will do
    return found


def _at_token(change: Callable[[str, str], str]) -> Callable[[str, int, int], str]:
    """A mutation that puts something in the place of one token, made of it and another one."""

    def mutate(source: str, here: int, there: int) -> str:
        found = _tokens(source)
        if not found:
            return source
        start, end = found[here % len(found)]
        first, last = found[there % len(found)]
        return source[:start] + change(source[start:end], source[first:last]) + source[end:]

    return mutate


def _swap_tokens(source: str, here: int, there: int) -> str:
    found = _tokens(source)
    if not found:
        return source
    (start, end), (first, last) = sorted((found[here % len(found)], found[there % len(found)]))
    return source[:start] + source[first:last] + source[end:first] + source[start:end] + source[last:] if end <= first else source


def _use_word(source: str, here: int, there: int) -> str:
    found = _tokens(source)
    if not found:
        return source
    start, end = found[here % len(found)]
    return f"{source[:start]}{WORDS[there % len(WORDS)]}{source[end:]}"


def _rename(source: str, here: int, there: int) -> str:
    """Every token of one name becomes another name."""
    found = _tokens(source)
    names = sorted({word for start, end in found if (word := source[start:end]).isidentifier() and not keyword.iskeyword(word)})
    if not names:
        return source
    old, new = names[here % len(names)], [*names, *WORDS[:6]][there % (len(names) + 6)]
    parts: list[str] = []
    last = 0
    for start, end in found:
        if source[start:end] == old:
            parts += [source[last:start], new]
            last = end
    return "".join([*parts, source[last:]])


def _statements(source: str) -> list[tuple[int, int, int]]:
    """First line, last line and indentation of statements that have their lines to themselves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: dict[int, tuple[int, int, int]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            found.setdefault(first, (first, node.end_lineno or first, node.col_offset))
    return sorted(found.values())


def _at_statement(
    change: Callable[[list[str], list[str], str, int], list[str]],
) -> Callable[[str, int, int], str]:
    """A mutation that puts something in the place of one statement, made of it and another one."""

    def mutate(source: str, here: int, there: int) -> str:
        found = _statements(source)
        if not found:
            return source
        lines = source.split("\n")
        first, last, column = found[here % len(found)]
        begin, end, indentation = found[there % len(found)]
        other = [f"{' ' * column}{line[indentation:]}" for line in lines[begin - 1 : end]]
        new = change(lines[first - 1 : last], other, " " * column, there)
        return "\n".join([*lines[: first - 1], *new, *lines[last:]])

    return mutate


def _wrapped(body: list[str], margin: str, number: int) -> list[str]:
    """A statement inside another one."""
    head = WRAPPERS[number % len(WRAPPERS)]
    tail = [f"{margin}finally:", f"{margin}    r.close()"] if head == "try:" else []
    return [f"{margin}{head}", *(f"    {line}" for line in body), *tail]


def _deep(body: list[str], margin: str, number: int) -> list[str]:
    """A statement inside very many others, of one kind or of all."""
    for level in range(number % 90):
        body = _wrapped(body, margin, number // 90 if number % 2 else number + level)
    return body


MUTATIONS: dict[str, Callable[[str, int, int], str]] = {
    "delete token": _at_token(lambda _, __: ""),
    "double token": _at_token(lambda here, _: f"{here} {here}"),
    "copy token": _at_token(lambda _, there: there),
    "swap tokens": _swap_tokens,
    "use word": _use_word,
    "rename": _rename,
    "delete statement": _at_statement(lambda _, __, margin, ___: [f"{margin}pass"]),
    "double statement": _at_statement(lambda here, _, __, ___: [*here, *here]),
    "copy statement": _at_statement(lambda here, there, _, __: [*here, *there]),
    "replace statement": _at_statement(lambda _, there, __, ___: there),
    "wrap statement": _at_statement(lambda here, _, margin, number: _wrapped(here, margin, number)),
    "nest statement": _at_statement(lambda here, _, margin, number: _deep(here, margin, number)),
}


NUMBERS = st.integers(0, 10**6)
mutation_lists: st.SearchStrategy[list[Mutation]] = st.lists(
    st.tuples(st.sampled_from(sorted(MUTATIONS)), NUMBERS, NUMBERS), min_size=1, max_size=4
)
"""What is done to a file."""
