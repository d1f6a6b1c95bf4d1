"""`python -m flake8_httpleak.ownership FILE[:LINE]`: the ways of the resources that a file makes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from flake8_httpleak.clients.catalog import load_catalog
from flake8_httpleak.gate import client_roots
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.trace import render, traces


def main(arguments: list[str]) -> int:
    """Print the traces of a file, or of the function that a line stands in; 2 if the file cannot be read."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m flake8_httpleak.ownership FILE[:LINE]\n")
        return 2
    name, _, line = arguments[0].rpartition(":")
    path, lines = (Path(name), [int(line)]) if name and line.isdigit() else (Path(arguments[0]), [])
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 2
    roots = client_roots(tree)
    program = Program(tree, [f"{one}\n" for one in text.split("\n")], load_catalog(roots))
    analyser = Analyser(program, roots)
    analyser.survey_all()
    found = list(render(traces(analyser, lines)))
    sys.stdout.write("\n".join([*found, ""]) if found else "no resource of a client library is made here\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
