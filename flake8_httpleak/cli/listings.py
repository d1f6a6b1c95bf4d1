"""`httpleak rules`, `httpleak clients`, `httpleak completion`: what there is."""

from __future__ import annotations

import argparse

from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.columns import side_by_side
from flake8_httpleak.config import ConfigError


def rules(_: argparse.Namespace, streams: Streams) -> int:
    """Every rule, a line each; on a narrow terminal as many as it takes."""
    from flake8_httpleak.rules.registry import registry

    found = registry()
    rows = [(rule.code, rule.name, "on" if rule.default else "opt-in", rule.summary) for rule in found]
    streams.write_lines(side_by_side(rows, streams.width, flexible=3))
    streams.flush()
    return 0


def clients(options: argparse.Namespace, streams: Streams) -> int:
    """Every library that has a table, with what the lab proved of it. Raises ConfigError for a bad table."""
    from flake8_httpleak.clients.catalog import TableError, load_user_tables
    from flake8_httpleak.clients.overview import overview, text

    tables = tuple(options.tables)
    try:
        load_user_tables(tables)
        rows = overview(tables)
    except TableError as error:
        raise ConfigError(str(error)) from None
    streams.write_lines(text(rows, streams.width).splitlines())
    streams.flush()
    return 0


def completion(options: argparse.Namespace, streams: Streams) -> int:
    """A script for the user's shell. Raises ConfigError without the library that writes it."""
    try:
        import shtab
    except ImportError:
        raise ConfigError("completion needs the package 'shtab': pip install shtab") from None
    from flake8_httpleak.cli.arguments import make_parser

    streams.write(f"{shtab.complete(make_parser(), shell=options.shell)}\n")
    streams.flush()
    return 0
