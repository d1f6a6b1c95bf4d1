"""What the analysis thought about the calls of a line: also why it is silent."""

from __future__ import annotations

import ast

from flake8_httpleak.clients.catalog import known_roots, load_catalog
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.trace import Trace, render, traces


def trace(source: str, filename: str, line: int, options: Options) -> str:
    """The ways of the resources that a line makes, or else of those made around it, as lines of text.

    source: the text, every line ending in a newline character. Raises SyntaxError if it is no Python.
    """
    around = _around(source, filename, [line], options)
    if around is None:
        return "the file imports no HTTP client that a table knows\n"
    here = [one for one in around if one.first <= line <= one.last]
    if not around:
        return "no resource of a client library is made around this line\n"
    return "".join(f"{text}\n" for text in render(here or around))


def endings(source: str, filename: str, lines: list[int], options: Options) -> dict[int, tuple[tuple[int, str], ...]]:
    """Where the ways end on which nothing is lost: for each line that makes one resource, lines and what happens there.

    source: as for `trace`. lines: the first lines of acquiring calls. Raises SyntaxError if it is no Python.
    """
    found: dict[int, list[Trace]] = {}
    for one in _around(source, filename, lines, options) or ():
        found.setdefault(one.first, []).append(one)
    return {line: _good(found[line][0]) for line in lines if len(found.get(line, ())) == 1}


def _good(found: Trace) -> tuple[tuple[int, str], ...]:
    last = (path[-1] for path in found.paths if path)
    kept = ((one.line, one.what) for one in last if one.line > found.last and not one.what.startswith("LOST"))
    return tuple(dict.fromkeys(kept))


def _around(source: str, filename: str, lines: list[int], options: Options) -> list[Trace] | None:
    """The ways of everything that is made in the functions of these lines; None if the file has no client."""
    tree = ast.parse(source, filename)
    roots = client_roots(tree, known_roots(options.clients) if options.clients else frozenset())
    if not roots:
        return None
    program = Program(tree, [f"{one}\n" for one in source.split("\n")], load_catalog(roots, options.clients))
    analyser = Analyser(program, roots)
    analyser.survey_all()
    return traces(analyser, lines)
