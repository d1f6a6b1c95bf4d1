"""What a name is called and where a function stands changes no verdict."""

from __future__ import annotations

import ast
import importlib
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options
from tests.ownership.view import HEADER, inside

HERE = Path(__file__).parent
STORY = HERE.parents[1] / "fixtures" / "too_many_open_files"
OPTIONS = Options(enable=("HTL6", "HTL9"))
Found = list[tuple[int, str]]
HELPERS = {
    "factory": """
        def use(u):
            r = fetch(u)
            return r.status_code

        def fetch(u):
            r = requests.get(u, stream=True)
            return r
    """,
    "factory two levels deep": """
        def use(u):
            r = outer(u)
            return r.status_code

        def outer(u):
            made = inner(u)
            return made

        def inner(u):
            r = requests.get(u, stream=True)
            return r
    """,
    "helpers that close and that look": """
        def finish(r):
            r.close()

        def look(r):
            print(r.status_code)

        def closed(u):
            r = requests.get(u, stream=True)
            finish(r)

        def lost(u):
            r = requests.get(u, stream=True)
            look(r)
    """,
    "helper that gives its argument back": """
        def use(u):
            r = must(requests.get(u, stream=True))
            return r.status_code

        def must(r):
            return r
    """,
    "helpers that call each other": """
        def use(u):
            r = ping(u, 3)
            return r.status_code

        def ping(u, n):
            return pong(u, n - 1) if n else requests.get(u, stream=True)

        def pong(u, n):
            return ping(u, n - 1) if n else requests.get(u, stream=True)
    """,
    "flag that decides": """
        def use(u):
            r = request(u, stream=True)
            return r.status_code

        def other(u):
            r = request(u)
            return r.status_code

        def request(u, stream=False):
            return requests.get(u, stream=stream)
    """,
}
"""Functions that know of each other."""


def snippets() -> Iterator[tuple[str, str]]:
    """Every snippet of the tests beside this one that is kept in a table, helpers, and the programs of the story."""
    for path in sorted(HERE.glob("test_*.py")):
        if path != Path(__file__):
            module = importlib.import_module(f"tests.ownership.{path.stem}")
            tables = {name: one for name, one in vars(module).items() if name.isupper() and isinstance(one, dict)}
            for table, entries in tables.items():
                for name, text in entries.items():
                    if isinstance(text, str) and (source := readable(text)):
                        yield f"{path.stem} {table} {name}", source
    for name, text in HELPERS.items():
        yield f"helpers {name}", HEADER + textwrap.dedent(text)
    for path in sorted(STORY.glob("*/upload_*.py")):
        yield path.relative_to(STORY).as_posix(), path.read_text("utf-8")


def readable(text: str) -> str:
    """A snippet as a file: as it stands, or else as the body of a function; empty if it is neither."""
    for source in (inside(text), textwrap.dedent(text)):
        try:
            compile(HEADER + source, "snippet", "exec")
        except SyntaxError:
            continue
        return HEADER + source
    return ""


def found_in(source: str) -> Found:
    """The line and the code of every finding."""
    return [(one.span.start.line, one.code) for one in analyze(source, "snippet.py", OPTIONS)]


def renamed(source: str) -> str:
    """The same program; the variables of its functions have other names."""
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    local = _local_names(tree)
    fresh = {name: f"renamed_{number}" for number, name in enumerate(sorted(local))}
    lines = [line.encode() for line in source.split("\n")]
    for node in sorted(names, key=lambda one: (one.lineno, one.col_offset), reverse=True):
        if node.id in fresh and node.end_col_offset is not None:
            line = lines[node.lineno - 1]
            lines[node.lineno - 1] = line[: node.col_offset] + fresh[node.id].encode() + line[node.end_col_offset :]
    return b"\n".join(lines).decode()


def _local_names(tree: ast.Module) -> set[str]:
    """Names that are assigned in functions and bound in no other way: those that can be changed at every `Name` alone."""
    inner = [node for function in ast.walk(tree) if isinstance(function, _FUNCTIONS) for node in ast.walk(function)]
    stored = {node.id for node in inner if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    outside = {node.id for node in _outside(tree) if isinstance(node, ast.Name)}
    return stored - outside - {name for node in ast.walk(tree) for name in _bound_otherwise(node)}


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that stand in no function."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FUNCTIONS):
            yield child
            yield from _outside(child)


def _bound_otherwise(node: ast.AST) -> Iterator[str]:
    """Names that a node binds without an `ast.Name`, and words in texts, which may name a variable (`locals()["r"]`)."""
    for field in ("name", "arg", "asname", "rest"):
        if isinstance(name := getattr(node, field, None), str):
            yield name
    if isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from node.value.split()
    if isinstance(node, ast.ClassDef):  # what its body assigns are attributes
        targets = [one for statement in node.body for one in ast.iter_child_nodes(statement)]
        yield from (one.id for one in targets if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))


def reordered(source: str) -> tuple[str, dict[int, int]]:
    """The same program, the functions of every run of neighbours in reverse order; for each new line the old one."""
    tree = ast.parse(source)
    names = [one.name for one in tree.body if isinstance(one, _FUNCTIONS[:2])]
    lines = ["", *source.split("\n")]
    order, last = list[int](), 0
    for movable, group in groupby(tree.body, key=lambda one: _is_movable(one, names)):
        blocks = []
        for one in group:
            end = one.end_lineno or one.lineno
            blocks.append(list(range(last + 1, end + 1)))
            last = max(last, end)
        order += [line for block in (reversed(blocks) if movable else blocks) for line in block]
    order += range(last + 1, len(lines))
    return "\n".join(lines[number] for number in order), dict(enumerate(order, 1))


def _is_movable(node: ast.stmt, names: list[str]) -> bool:
    """Whether it is a plain function that may be defined earlier or later: no decorators, no namesake."""
    return isinstance(node, _FUNCTIONS[:2]) and not node.decorator_list and names.count(node.name) == 1


SNIPPETS = dict(snippets())


def test_there_is_something_to_compare() -> None:
    """The tests below speak of many files with findings, and change most of them."""
    assert len(SNIPPETS) > 100
    assert sum(bool(found_in(source)) for source in SNIPPETS.values()) > len(SNIPPETS) // 4
    assert sum(renamed(source) != source for source in SNIPPETS.values()) > len(SNIPPETS) // 2


@pytest.mark.parametrize("name", SNIPPETS)
def test_renaming(name: str) -> None:
    """Other names of variables, the same findings."""
    assert found_in(renamed(SNIPPETS[name])) == found_in(SNIPPETS[name])


@pytest.mark.parametrize("name", [name for name, source in SNIPPETS.items() if reordered(source)[0] != source])
def test_reordering(name: str) -> None:
    """Functions in another order, the same findings."""
    source, old = reordered(SNIPPETS[name])
    assert sorted((old[line], code) for line, code in found_in(source)) == sorted(found_in(SNIPPETS[name]))


def test_reordered_lines() -> None:
    """What moves: neighbours among plain functions; what a decorator or another statement parts stays."""
    source = "def a():\n    pass\n\ndef b():\n    return 1\nx = 1\ndef c(): ...\n"
    text, old = reordered(source)
    assert text == "\ndef b():\n    return 1\ndef a():\n    pass\nx = 1\ndef c(): ...\n"
    assert [old[line] for line in range(1, 6)] == [3, 4, 5, 1, 2]


def test_renamed_names() -> None:
    """What gets another name: variables of functions; parameters, globals and names in texts stay."""
    source = "g = 1\ndef f(p):\n    v = p + g\n    w = [v for v in 'w']\n    return w, v\n"
    assert renamed(source) == (
        "g = 1\ndef f(p):\n    renamed_0 = p + g\n    w = [renamed_0 for renamed_0 in 'w']\n    return w, renamed_0\n"
    )
