"""The flake8 adapter: options in, `(line, column, "HTL101 ...", type)` out. Knows nothing of HTTP or of LibCST."""

from __future__ import annotations

import ast
import gc
import logging
import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from flake8.exceptions import ExecutionError

from flake8_httpleak import __version__
from flake8_httpleak.gate import client_roots
from flake8_httpleak.noqa import is_silenced
from flake8_httpleak.options import (
    DEFAULT_POOL_SIZE,
    DEFAULT_TIMEOUT,
    OptionError,
    Options,
    read_enable,
    read_pool_size,
    read_reclaim,
    read_timeout,
    selected_families,
)

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager

    from flake8_httpleak.baseline import Baseline
    from flake8_httpleak.diagnostics import Diagnostic

LOG = logging.getLogger("flake8.httpleak")  # below flake8's logger: its `-vv` shows what we say
STRICT = "HTTPLEAK_STRICT"

OPTIONS: dict[str, dict[str, Any]] = {
    "--httpleak-enable": {
        "default": "",
        "metavar": "CODES",
        "comma_separated_list": True,
        "help": "Opt-in codes or families to report as well, such as HTL6,HTL901 (--extend-select does the same).",
    },
    "--httpleak-clients": {
        "default": "",
        "metavar": "PATHS",
        "comma_separated_list": True,
        "normalize_paths": True,
        "help": "Your own client tables (TOML), for in-house wrappers of HTTP libraries.",
    },
    "--httpleak-frameworks": {
        "default": "",
        "metavar": "PATHS",
        "comma_separated_list": True,
        "normalize_paths": True,
        "help": "Your own framework tables (TOML): which functions are called for each request, task or event, which once.",
    },
    "--httpleak-reclaim": {
        "default": "reference",
        "metavar": "KIND",
        "help": "The mildest loss to report: never (nothing frees it), collector (the cycle collector does) or "
        "reference (the last reference going away does; the default: everything).",
    },
    "--httpleak-baseline": {
        "default": "",
        "metavar": "FILE",
        "normalize_paths": True,
        "help": "Known findings that are not to be reported; 'httpleak check --write-baseline' writes the file.",
    },
    "--httpleak-fix-timeout": {
        "default": f"{DEFAULT_TIMEOUT:g}",
        "metavar": "SECONDS",
        "help": f"What fixes write where a timeout is missing ({DEFAULT_TIMEOUT:g}).",
    },
    "--httpleak-fix-pool-size": {
        "default": str(DEFAULT_POOL_SIZE),
        "metavar": "NUMBER",
        "help": f"What fixes write where a pool has no bound on its connections ({DEFAULT_POOL_SIZE}).",
    },
}
"""Each with what `add_option` of flake8 is given."""


class Plugin:
    """One file under flake8. An error of ours means no findings for the file, never the end of the user's run."""

    name = "flake8-httpleak"
    version = __version__
    options: ClassVar[Options] = Options()
    roots: ClassVar[frozenset[str]] = frozenset()
    """Roots of the user's own tables."""
    obeys_noqa: ClassVar[bool] = True
    baseline: ClassVar[Baseline | None] = None

    def __init__(self, tree: ast.Module, filename: str, lines: Sequence[str]) -> None:
        """Take what flake8 hands over; the tree is shared with the other plugins and is never changed."""
        self._tree = tree
        self._filename = filename
        self._lines = lines

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Declare `--httpleak-*`, on the command line and in flake8's configuration."""
        for name, how in OPTIONS.items():
            manager.add_option(name, parse_from_config=True, **how)

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Check the settings before any file is read.

        Raises ExecutionError for a bad one; flake8 prints its text and ends with exit code 1.
        """
        try:
            enable = read_enable(options.httpleak_enable, "httpleak-enable")
            asked = selected_families([*(options.select or ()), *(options.extend_select or ())])
            clients = tuple(options.httpleak_clients)
            frameworks = tuple(options.httpleak_frameworks)
            reclaim = read_reclaim(options.httpleak_reclaim, "httpleak-reclaim")
            timeout = read_timeout(options.httpleak_fix_timeout, "httpleak-fix-timeout")
            size = read_pool_size(options.httpleak_fix_pool_size, "httpleak-fix-pool-size")
            cls.roots = _read_tables(clients)
            _read_frameworks(frameworks)
            cls.baseline = _read_baseline(options.httpleak_baseline)
        except OptionError as error:
            from flake8_httpleak.report.showing import harmless  # only now: nobody else needs it here

            raise ExecutionError(harmless(str(error))) from None
        cls.options = Options(tuple(dict.fromkeys((*enable, *asked))), clients, reclaim, frameworks, timeout, size)
        cls.obeys_noqa = not options.disable_noqa

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield the findings of the file; with HTTPLEAK_STRICT=1 in the environment an error of ours is raised."""
        try:
            found = self._findings()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of LibCST's native parser is no Exception
            if os.environ.get(STRICT) == "1":
                raise
            # The type's name only: the text of a LibCST error can be hundreds of thousands of lines.
            LOG.debug("no findings for %s: %s", self._filename, type(error).__name__)
            return
        for diagnostic in found:
            start = diagnostic.span.start
            yield start.line, start.column, f"{diagnostic.code} {diagnostic.message}", Plugin

    def _findings(self) -> list[Diagnostic]:
        roots = client_roots(self._tree, self.roots)
        if not roots:
            return []
        # Only now: this brings LibCST, which takes longer to import than most files to check.
        from flake8_httpleak.analyze import analyze

        _settle()
        found = analyze("".join(self._lines), self._filename, self.options, self._tree, roots)
        shown = [one for one in found if not (self.obeys_noqa and is_silenced(one, self._lines))]
        return shown if self.baseline is None else self.baseline.new(self._filename, shown, self._lines)


@cache
def _settle() -> None:
    """Tell the collector, once, that the modules stay to the end.

    Every full collection of the run would look at LibCST's classes again, which costs as much as half of our analysis.
    """
    if hasattr(gc, "freeze"):
        gc.freeze()


def _read_tables(paths: tuple[str, ...]) -> frozenset[str]:
    """Check the user's own tables and return their roots; raises OptionError with the table's own error in one line."""
    if not paths:
        return frozenset()
    from flake8_httpleak.clients.catalog import TableError, known_roots, load_user_tables

    try:
        load_user_tables(paths)
        return known_roots(paths)
    except TableError as error:
        raise OptionError(f"httpleak-clients: {error}") from None


def _read_frameworks(paths: tuple[str, ...]) -> None:
    """Check the user's own framework tables; raises OptionError with the table's own error in one line."""
    if not paths:
        return
    from flake8_httpleak.clients.problems import TableError
    from flake8_httpleak.frameworks.catalog import load_user_frameworks

    try:
        load_user_frameworks(paths)
    except TableError as error:
        raise OptionError(f"httpleak-frameworks: {error}") from None


def _read_baseline(path: str) -> Baseline | None:
    """The known findings, if there is a file of them; raises OptionError with its own error in one line."""
    if not path:
        return None
    from flake8_httpleak.baseline import BaselineError, load_baseline

    try:
        return load_baseline(path)
    except BaselineError as error:
        raise OptionError(f"httpleak-baseline: {error}") from None
