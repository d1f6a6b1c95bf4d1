"""What the analysis thought about the calls of a line: also why it is silent."""

from __future__ import annotations

import ast

from flake8_httpleak.clients.catalog import known_roots, load_catalog
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.trace import render, traces


def trace(source: str, filename: str, line: int, options: Options) -> str:
    """The ways of the resources that a line makes, or else of those made around it, as lines of text.

    source: the text, every line ending in a newline character. Raises SyntaxError if it is no Python.
    """
    tree = ast.parse(source, filename)
    roots = client_roots(tree, known_roots(options.clients) if options.clients else frozenset())
    if not roots:
        return "the file imports no HTTP client that a table knows\n"
    program = Program(tree, [f"{one}\n" for one in source.split("\n")], load_catalog(roots, options.clients))
    analyser = Analyser(program, roots)
    analyser.survey_all()
    around = traces(analyser, [line])
    here = [one for one in around if one.first <= line <= one.last]
    if not around:
        return "no resource of a client library is made around this line\n"
    return "".join(f"{text}\n" for text in render(here or around))
