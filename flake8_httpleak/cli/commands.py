"""The commands by name, each brought in when it is asked for: `httpleak rules` needs no diff, `check` no rule page."""

from __future__ import annotations

import argparse

from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.config.problems import ConfigError


def check(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak check`."""
    from flake8_httpleak.cli.check import run

    return run(options, streams)


def fix(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak fix`."""
    from flake8_httpleak.cli.fix import run

    return run(options, streams)


def report(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak report`."""
    from flake8_httpleak.cli.report import run

    return run(options, streams)


def explain(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak explain`."""
    from flake8_httpleak.cli.explain import run

    return run(options, streams)


def rules(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak rules`."""
    from flake8_httpleak.cli.listings import rules as run

    return run(options, streams)


def clients(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak clients`."""
    from flake8_httpleak.cli.listings import clients as run

    return run(options, streams)


def completion(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak completion`."""
    from flake8_httpleak.cli.listings import completion as run

    return run(options, streams)


def lsp(_: argparse.Namespace, __: Streams) -> int:
    """`httpleak lsp`. Raises ConfigError without the library that speaks the protocol."""
    try:
        from flake8_httpleak.lsp.features import serve
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] in {"pygls", "lsprotocol"}:
            raise ConfigError("lsp needs the package 'pygls': pip install 'flake8-httpleak[lsp]'") from None
        raise
    serve()
    return 0
