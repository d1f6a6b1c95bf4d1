"""The programs that are measured: flake8 with one plugin more, pylint, ruff, and our own command, each over a folder of files."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from functools import partial
from importlib import metadata
from pathlib import Path

from bench.timing import Program

OURS = "flake8-httpleak"
BUGBEAR, ASYNC = "flake8-bugbear", "flake8-async"
PLUGINS = (OURS, BUGBEAR, ASYNC)
FLAKE8 = "flake8"
RUFF = "ruff check"
PYLINT = "pylint"
RUFF_CHECKS = "S113,SIM115"
# consider-using-with and its kin: contextmanager-generator-missing-cleanup, missing-timeout, not-context-manager and
# not-async-context-manager. `bench.linters` has no-member too, which is about everything else as well and would be unfair here.
PYLINT_CHECKS = "R1732,W0135,W3101,E1129,E1701"
# flake8 as it would be if some plugins were not installed: they are taken out of what the environment lists.
RUNNER = """
import sys
hidden = set(sys.argv.pop(1).split(","))
from importlib import metadata
listed = metadata.distributions
metadata.distributions = lambda **given: (one for one in listed(**given) if one.metadata["Name"] not in hidden)
from flake8.main.cli import main
sys.exit(main(sys.argv[1:]))
"""
FOUND = frozenset({0, 1})
MOMENT = 2.5
"""Seconds that a file must have been left alone before `httpleak` believes that it will notice the next change."""


def name_of(plugin: str) -> str:
    """How a run of flake8 with a plugin is called in the results."""
    return f"{FLAKE8} + {plugin}"


def flake8(folder: Path, plugins: Sequence[str], jobs: int = 2) -> list[Program]:
    """flake8 alone, and with each of some plugins alone."""
    return [
        _flake8(folder, FLAKE8, frozenset(), jobs),
        *(_flake8(folder, name_of(plugin), frozenset({plugin}), jobs) for plugin in plugins),
    ]


def _flake8(folder: Path, name: str, kept: frozenset[str], jobs: int) -> Program:
    hidden = ",".join(plugin for plugin in PLUGINS if plugin not in kept)
    options = ("--isolated", "--exit-zero", "-qq", f"--jobs={jobs}")
    return Program(name, (sys.executable, "-c", RUNNER, hidden, *options, str(folder)))


def pylint(folder: Path, jobs: int = 2) -> Program:
    """Pylint with the checks that are about what we are about, and no others."""
    options = ("--rcfile=", "--disable=all", f"--enable={PYLINT_CHECKS}", "--persistent=n", f"--jobs={jobs}")
    command = (sys.executable, "-m", "pylint", *options, *sorted(map(str, folder.glob("*.py"))))
    return Program(PYLINT, command, frozenset(range(32)))


def ruff(folder: Path) -> Program:
    """Ruff with its two checks that are nearest to ours, without its cache."""
    options = ("--isolated", "--no-cache", "--quiet", f"--select={RUFF_CHECKS}")
    return Program(RUFF, (str(Path(sys.executable).with_name("ruff")), "check", *options, str(folder)), FOUND)


def command(folder: Path, caches: Path, processes: Sequence[int] = (1, 2)) -> list[Program]:
    """`httpleak check`, each time with an empty cache, and with a cache that knows every file; caches: an empty folder."""
    programs: list[Program] = []
    for jobs in processes:
        cold, cached = caches / f"cold{jobs}", caches / f"cached{jobs}"
        programs += [
            Program(f"httpleak check, cold, -j{jobs}", _check(folder, cold, jobs), FOUND, partial(_empty, cold)),
            Program(f"httpleak check, cached, -j{jobs}", _check(folder, cached, jobs), FOUND),
        ]
    return programs


def _check(folder: Path, cache: Path, jobs: int) -> tuple[str, ...]:
    options = ("--isolated", "--no-gitignore", f"--cache-dir={cache}", f"--jobs={jobs}")
    return (str(Path(sys.executable).with_name("httpleak")), "check", *options, str(folder))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def lay_out(files: Sequence[Path], folder: Path) -> Path:
    """Copy files side by side into a new folder, so that every program sees the same ones, whatever it leaves out by name."""
    folder.mkdir()
    for number, file in enumerate(files):
        shutil.copyfile(file, folder / f"f{number}.py")
    time.sleep(MOMENT)
    return folder


def versions() -> dict[str, str]:
    """What is measured, as it is installed."""
    names = (OURS, "flake8", BUGBEAR, ASYNC, PYLINT, "ruff", "libcst")
    return {name: metadata.version(name) for name in names}
