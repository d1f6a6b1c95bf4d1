"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from flake8_httpleak import __version__
from flake8_httpleak.cli import commands
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.report.showing import harmless


class Parser(argparse.ArgumentParser):
    """One that shows wrong words, which may be names of files, without what a terminal would obey."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with exit code 2."""
        super().error(harmless(message))


Run = Callable[[argparse.Namespace, Streams], int]
FORMATS = ("text", "json", "sarif", "rdjson", "rdjsonl", "github", "gitlab")
EXITS = "exit codes: 0 nothing found, 1 findings, 2 wrong use or an error of ours"
PAGE_EXITS = "exit codes: 0 the page is written, whatever was found, 2 wrong use or an error of ours"


def make_parser() -> Parser:
    """The parser, with each command's function as `run`."""
    parser = Parser(
        prog="httpleak", description="Find HTTP responses, sessions and pools that Python code leaves open.", epilog=EXITS
    )
    parser.add_argument("--version", action="version", version=f"httpleak {__version__}")
    commands_ = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _check(commands_)
    _fix(commands_)
    _report(commands_)
    _explain(commands_)
    _listings(commands_)
    return parser


def _command(group: argparse._SubParsersAction[Parser], name: str, run: Run, about: str, exits: str = EXITS) -> Parser:
    parser = group.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=exits)
    parser.set_defaults(run=run)
    return parser


def _check(group: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(group, "check", commands.check, "report what leaks")
    _add_paths(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are written (default: text)")
    parser.add_argument("--statistics", action="store_true", help="end with the number of findings for each code")
    parser.add_argument(
        "--show-fixes", action="store_true", help="show the fixes of each finding (formats for machines always do)"
    )
    parser.add_argument("--write-baseline", action="store_true", help="make everything that is found now the baseline")
    _add_settings(parser)
    _add_cache(parser)


def _fix(group: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(group, "fix", commands.fix, "close what leaks: show the changes, or make them")
    _add_paths(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--diff", action="store_true", help="show the changes (default)")
    how.add_argument("--write", action="store_true", help="make the changes")
    parser.add_argument("--unsafe", action="store_true", help="also fixes that may change behaviour or choose a value for you")
    _add_settings(parser)


def _report(group: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(group, "report", commands.report, "write what leaks as a page to look at", PAGE_EXITS)
    _add_paths(parser)
    parser.add_argument(
        "--html", required=True, metavar="FILE", help="where the page goes; it needs no other file and no network"
    )
    _add_settings(parser)
    _add_cache(parser)


def _explain(group: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(group, "explain", commands.explain, "show the page of a code, or why a line is reported")
    parser.add_argument("what", metavar="CODE|FILE:LINE", help="a code such as HTL101, or a place such as src/api.py:42")
    _add_settings(parser)


def _listings(group: argparse._SubParsersAction[Parser]) -> None:
    _command(group, "rules", commands.rules, "list the rules")
    parser = _command(group, "clients", commands.clients, "list the HTTP libraries that are known, your own tables included")
    parser.add_argument("tables", nargs="*", help="your own tables, to check and list as well")
    parser = _command(group, "lsp", commands.lsp, "serve an editor, on standard input and output")
    parser.add_argument("--stdio", action="store_true", help="as always; some editors ask for it")
    parser = _command(group, "completion", commands.completion, "print a script that completes this command in your shell")
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="your shell")


def _add_paths(parser: Parser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files and folders; '-' is standard input")
    parser.add_argument("--stdin-display-name", default="stdin", metavar="NAME", help="what standard input is called in reports")
    parser.add_argument("--jobs", "-j", default="auto", metavar="N", help="processes; auto is one a processor (default)")
    parser.add_argument("--verbose", "-v", action="store_true", help="say more about the run")


def _add_settings(parser: Parser) -> None:
    group = parser.add_argument_group("settings", "each overrides what configuration files say")
    group.add_argument("--config", default="", metavar="FILE", help="read this file instead of those that would be found")
    group.add_argument("--isolated", action="store_true", help="read no configuration file")
    group.add_argument("--select", metavar="CODES", help="report only these codes, or codes that begin like this")
    group.add_argument("--extend-select", metavar="CODES", help="report these as well")
    group.add_argument("--ignore", metavar="CODES", help="don't report these")
    group.add_argument("--extend-ignore", metavar="CODES", help="don't report these either")
    group.add_argument("--enable", dest="httpleak_enable", metavar="CODES", help="opt-in codes or families to report as well")
    group.add_argument("--clients", dest="httpleak_clients", metavar="PATHS", help="your own client tables")
    group.add_argument("--frameworks", dest="httpleak_frameworks", metavar="PATHS", help="your own framework tables")
    group.add_argument(
        "--reclaim", dest="httpleak_reclaim", metavar="KIND", help="the mildest loss to report: never, collector or reference"
    )
    group.add_argument("--baseline", dest="httpleak_baseline", metavar="FILE", help="don't report what this file lists")
    group.add_argument(
        "--fix-timeout", dest="httpleak_fix_timeout", metavar="SECONDS", help="what fixes write where a timeout is missing (10)"
    )
    group.add_argument(
        "--fix-pool-size", dest="httpleak_fix_pool_size", metavar="NUMBER", help="what they write where a pool has no bound (100)"
    )
    group.add_argument("--exclude", metavar="PATTERNS", help="leave these files and folders out")
    group.add_argument("--extend-exclude", metavar="PATTERNS", help="leave these out as well")
    group.add_argument("--no-gitignore", action="store_true", help="also look at what git ignores")
    group.add_argument("--disable-noqa", action="store_const", const=True, help="also report what a '# noqa' hides")


def _add_cache(parser: Parser) -> None:
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep results")
    parser.add_argument("--cache-dir", default="", metavar="FOLDER", help="where results are kept")
