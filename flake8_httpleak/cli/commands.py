"""The commands by name, each brought in when it is asked for: `httpleak rules` needs no diff, `check` no rule page."""

from __future__ import annotations

import argparse

from flake8_httpleak.cli.streams import Streams


def check(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak check`."""
    from flake8_httpleak.cli.check import run

    return run(options, streams)


def fix(options: argparse.Namespace, streams: Streams) -> int:
    """`httpleak fix`."""
    from flake8_httpleak.cli.fix import run

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
