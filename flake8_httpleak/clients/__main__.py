"""`python -m flake8_httpleak.clients [--markdown] [table.toml ...]`: libraries, versions, rows, verified or not."""

from __future__ import annotations

import argparse
import sys

from flake8_httpleak.clients.catalog import load_user_tables
from flake8_httpleak.clients.overview import markdown, overview, text
from flake8_httpleak.clients.problems import TableError


def main(arguments: list[str] | None = None) -> int:
    """Print the list; returns the exit code (2 for a bad table)."""
    parser = argparse.ArgumentParser(prog="python -m flake8_httpleak.clients", description="What the client tables cover.")
    parser.add_argument("tables", nargs="*", help="your own tables, to check and list as well")
    parser.add_argument("--markdown", action="store_true", help="as a Markdown table")
    options = parser.parse_args(arguments)
    try:
        load_user_tables(tuple(options.tables))
        rows = overview(tuple(options.tables))
    except TableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(markdown(rows) if options.markdown else f"{text(rows)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
