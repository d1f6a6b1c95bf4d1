"""The settings of a run: defaults, then configuration files, then the command line, each over the one before."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flake8_httpleak.config import values
from flake8_httpleak.config.problems import ConfigError
from flake8_httpleak.config.selection import Selection
from flake8_httpleak.config.sources import Given, sources
from flake8_httpleak.diagnostics import Reclaim
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

EXCLUDE = (".svn", "CVS", ".bzr", ".hg", ".git", "__pycache__", ".tox", ".nox", ".eggs", "*.egg")
"""What flake8 leaves out."""
COMMAND_LINE = "command line"
Reader = Callable[[object, str, str], Any]

_READERS: dict[str, Reader] = {
    "select": lambda value, where, _: values.codes(value, where),
    "extend-select": lambda value, where, _: values.codes(value, where),
    "ignore": lambda value, where, _: values.codes(value, where),
    "extend-ignore": lambda value, where, _: values.codes(value, where),
    "per-file-ignores": values.per_file,
    "exclude": values.paths,
    "extend-exclude": values.paths,
    "filename": lambda value, where, _: values.words(value, where),
    "disable-noqa": lambda value, where, _: values.switch(value, where),
    "httpleak-enable": lambda value, where, _: _checked(read_enable, values.words(value, where), where),
    "httpleak-clients": values.paths,
    "httpleak-frameworks": values.paths,
    "httpleak-reclaim": lambda value, where, _: _checked(read_reclaim, values.word(value, where), where),
    "httpleak-baseline": values.path,
    "httpleak-fix-timeout": lambda value, where, _: _checked(read_timeout, values.number(value, where), where),
    "httpleak-fix-pool-size": lambda value, where, _: _checked(read_pool_size, values.number(value, where), where),
}
_PREFIX = "httpleak-"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is to do. `exclude` and `filename` are patterns; `baseline` is a path, empty for none."""

    options: Options = field(default_factory=Options)
    selection: Selection = field(default_factory=Selection)
    exclude: tuple[str, ...] = EXCLUDE
    filename: tuple[str, ...] = ("*.py",)
    disable_noqa: bool = False
    baseline: str = ""


def setting_names() -> tuple[str, ...]:
    """Every setting that is read, by the name it has in flake8's files; the documentation lists them."""
    return tuple(_READERS)


def load_settings(given: Mapping[str, object], start: Path, config: str = "", *, isolated: bool = False) -> Settings:
    """Read the configuration that counts in a folder, with the command line over it.

    given: what the command line says, by key; keys without a value are left out. config: the only file to read.
    isolated: read no file. Raises ConfigError with one line.
    """
    found: dict[str, Any] = {}
    for source in () if isolated else sources(start, config):
        found |= _read(source)
    found |= _read(Given("", COMMAND_LINE, os.getcwd(), dict(given)))  # noqa: PTH109 - paths of settings are plain text
    return _settings(found)


def _settings(found: dict[str, Any]) -> Settings:
    select = found.get("select")
    extend = found.get("extend-select", ())
    enable = (*found.get("httpleak-enable", ()), *selected_families([*(select or ()), *extend]))
    options = Options(
        enable=tuple(dict.fromkeys(enable)),
        clients=found.get("httpleak-clients", ()),
        reclaim=found.get("httpleak-reclaim", Reclaim.REFERENCE),
        frameworks=found.get("httpleak-frameworks", ()),
        fix_timeout=found.get("httpleak-fix-timeout", DEFAULT_TIMEOUT),
        fix_pool_size=found.get("httpleak-fix-pool-size", DEFAULT_POOL_SIZE),
    )
    ignore = (*found.get("ignore", ()), *found.get("extend-ignore", ()))
    return Settings(
        options=options,
        selection=Selection(select, extend, ignore, found.get("per-file-ignores", ())),
        exclude=(*found.get("exclude", EXCLUDE), *found.get("extend-exclude", ())),
        filename=found.get("filename", ("*.py",)),
        disable_noqa=found.get("disable-noqa", False),
        baseline=found.get("httpleak-baseline", ""),
    )


def _read(given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.values.items():
        key = _key(name, given)
        if key:
            where = _where(given, key if given.section == COMMAND_LINE else name)
            # flake8 takes these patterns from where it runs, not from where its file is: the same answers matter more here
            parent = os.curdir if key == "per-file-ignores" and not given.own else given.parent
            found[key] = _READERS[key](value, where, parent)
    return found


def _key(name: str, given: Given) -> str:
    """The key that a name stands for; empty for other plugins' settings. Raises ConfigError for one that can only be a slip."""
    key = name.replace("_", "-")
    known = [key, f"{_PREFIX}{key}"] if given.own else [key]
    for one in known:
        if one in _READERS:
            return one
    if not given.own and not key.startswith(_PREFIX):
        return ""
    allowed = (
        [one.removeprefix(_PREFIX) for one in _READERS] if given.own else [one for one in _READERS if one.startswith(_PREFIX)]
    )
    close = difflib.get_close_matches(key, allowed, 1)
    remedy = f"did you mean '{close[0]}'?" if close else f"known are {', '.join(allowed)}"
    raise ConfigError(f"{_where(given, name)}: there is no such setting; {remedy}")


def _where(given: Given, name: str) -> str:
    return f"--{name.removeprefix(_PREFIX)}" if given.section == COMMAND_LINE else given.where(name)


def _checked(read: Callable[[Any], Any], value: object, where: str) -> object:
    try:
        return read(value)
    except OptionError as error:
        raise ConfigError(f"{where}: {str(error).partition(': ')[2]}") from None
