"""Other linters: an environment of their own outside the repository, and what each says of files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from bench.corpus import HERE, corpus_home

PINS = HERE / "linters.txt"
RESOURCE, TIMEOUT, CLOSING = "resource", "timeout", "closing"


@dataclass(frozen=True, slots=True)
class Said:
    """One report of a linter: where it points and the code or name of its check."""

    file: Path
    line: int
    check: str


class Reach(StrEnum):
    """Where a check points when it finds something."""

    CALL = "call"
    USE = "use"
    """At a later use of the name that the call was given."""
    FUNCTION = "function"
    """Anywhere in the function, at a `yield` for example."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a linter that is about what we are about. groups: what it can find.

    A report of a check that does not point at the call is never counted as a wrong one.
    """

    groups: frozenset[str]
    reach: Reach = Reach.CALL


def _of(*groups: str, reach: Reach = Reach.CALL) -> Check:
    return Check(frozenset(groups), reach)


# Every check of these linters that can find what we look for. What else they say is no answer to our question, right or wrong.
CHECKS: dict[str, dict[str, Check]] = {
    "pylint": {
        "R1732": _of(RESOURCE),
        "W0135": _of(RESOURCE, reach=Reach.FUNCTION),
        "W3101": _of(TIMEOUT),
        "E1101": _of(RESOURCE, CLOSING, reach=Reach.USE),
        "E1129": _of(RESOURCE, CLOSING),
        "E1701": _of(RESOURCE, CLOSING),
    },
    "ruff": {
        "ASYNC119": _of(RESOURCE, reach=Reach.FUNCTION),
        "B019": _of(RESOURCE, reach=Reach.FUNCTION),
        "RUF075": _of(RESOURCE, reach=Reach.FUNCTION),
        "S113": _of(TIMEOUT),
        "SIM115": _of(RESOURCE),
    },
    "bandit": {"B113": _of(TIMEOUT)},
    "flake8-bugbear": {"B019": _of(RESOURCE, reach=Reach.FUNCTION)},
    "flake8-async": {"ASYNC119": _of(RESOURCE, reach=Reach.FUNCTION), "ASYNC900": _of(RESOURCE, reach=Reach.FUNCTION)},
    "semgrep": {
        "file-object-redefined-before-close": _of(RESOURCE),
        "open-never-closed": _of(RESOURCE),
        "use-timeout": _of(TIMEOUT),
    },
    "mypy": {
        "attr-defined": _of(RESOURCE, CLOSING, reach=Reach.USE),
        "truthy-function": _of(RESOURCE, CLOSING),
        "union-attr": _of(RESOURCE, CLOSING, reach=Reach.USE),
        "unused-awaitable": _of(RESOURCE, CLOSING),
        "unused-coroutine": _of(RESOURCE, CLOSING),
    },
}
# Folders of semgrep's rules that can apply; all of them take minutes.
SEMGREP_RULES = ("python/lang/best-practice", "python/lang/correctness", "python/requests")


class LinterError(Exception):
    """A linter that cannot be had, or that fails; the text is short."""


def environment() -> Path:
    """The folder with the linters' programs; made on first use, with pip. `$HTTPLEAK_LINTERS` says where."""
    home = Path(os.environ.get("HTTPLEAK_LINTERS") or corpus_home().parent / "linters")
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    installed = home / "installed.txt"
    wanted = PINS.read_text(encoding="utf-8")
    if not installed.is_file() or installed.read_text(encoding="utf-8") != wanted:
        print(f"installing linters into {home}")
        _run(Path(sys.executable), ["-m", "venv", str(home)])
        _run(programs / "python", ["-m", "pip", "install", "--quiet", "--requirement", str(PINS)])
        installed.write_text(wanted, encoding="utf-8")
    return programs


def versions() -> dict[str, str]:
    """Each linter with its pinned version."""
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", PINS.read_text(encoding="utf-8"), re.MULTILINE))
    return {name: pins[name] for name in CHECKS}


def say(name: str, files: Iterable[Path], programs: Path, rules: Path | None) -> list[Said]:
    """What a linter says of files. rules: a copy of the public semgrep-rules, which semgrep needs."""
    paths = [str(file) for file in files]
    found = _semgrep(programs, paths, rules) if name == "semgrep" else list(_SAY[name](programs, paths))
    return sorted(found, key=lambda one: (str(one.file), one.line, one.check))


def _run(program: Path, arguments: Iterable[str], good: Iterable[int] = (0,)) -> str:
    # semgrep starts another program of its own, by name
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [str(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode not in good:
        raise LinterError(f"{program.name} ended with {done.returncode}: {(done.stderr or done.stdout)[-500:]}")
    return done.stdout


def _pylint(programs: Path, paths: list[str]) -> Iterator[Said]:
    options = ["--rcfile=", "--disable=all", f"--enable={','.join(CHECKS['pylint'])}", "--persistent=n", "--jobs=2"]
    said = json.loads(_run(programs / "pylint", [*options, "--output-format=json2", *paths], range(32)))
    for one in said["messages"]:
        yield Said(Path(one["path"]), int(one["line"]), str(one["messageId"]))


def _ruff(programs: Path, paths: list[str]) -> Iterator[Said]:
    options = ["--isolated", "--preview", "--no-cache", "--quiet", "--target-version=py311", "--select=ASYNC,B,RUF,S,SIM"]
    for one in json.loads(_run(programs / "ruff", ["check", *options, "--output-format=json", *paths], (0, 1))):
        yield Said(Path(one["filename"]), int(one["location"]["row"]), str(one["code"]))


def _bandit(programs: Path, paths: list[str]) -> Iterator[Said]:
    for one in json.loads(_run(programs / "bandit", ["--quiet", "--format=json", *paths], (0, 1)))["results"]:
        yield Said(Path(one["filename"]), int(one["line_number"]), str(one["test_id"]))


@cache
def _flake8(programs: Path, paths: tuple[str, ...]) -> list[Said]:
    """Both plugins at once: flake8 looks at a file only once for all."""
    shown = _run(programs / "flake8", ["--isolated", "--jobs=2", "--select=ASYNC,B", *paths], (0, 1))
    found = re.findall(r"^(.*?):(\d+):\d+: ([A-Z]+\d+) ", shown, re.MULTILINE)
    return [Said(Path(path), int(line), check) for path, line, check in found]


def _bugbear(programs: Path, paths: list[str]) -> Iterator[Said]:
    yield from (one for one in _flake8(programs, tuple(paths)) if one.check.startswith("B"))


def _async(programs: Path, paths: list[str]) -> Iterator[Said]:
    yield from (one for one in _flake8(programs, tuple(paths)) if one.check.startswith("ASYNC"))


def _mypy(programs: Path, paths: list[str]) -> Iterator[Said]:
    options = ["--config-file=", "--no-incremental", "--check-untyped-defs", "--ignore-missing-imports"]
    options += ["--scripts-are-modules", "--enable-error-code=unused-awaitable"]
    shown = _run(programs / "mypy", [*options, *paths], (0, 1))
    for path, line, check in re.findall(r"^(.*?):(\d+): error: .*\[([\w-]+)\]$", shown, re.MULTILINE):
        yield Said(Path(path), int(line), check)


def _semgrep(programs: Path, paths: list[str], rules: Path | None) -> list[Said]:
    if rules is None:
        return []
    options = ["scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json"]
    options += [f"--config={rules / folder}" for folder in SEMGREP_RULES]
    results = json.loads(_run(programs / "semgrep", [*options, *paths], (0, 1)))["results"]
    return [Said(Path(one["path"]), int(one["start"]["line"]), str(one["check_id"]).rpartition(".")[2]) for one in results]


_SAY: dict[str, Callable[[Path, list[str]], Iterator[Said]]] = {
    "pylint": _pylint,
    "ruff": _ruff,
    "bandit": _bandit,
    "flake8-bugbear": _bugbear,
    "flake8-async": _async,
    "mypy": _mypy,
}
