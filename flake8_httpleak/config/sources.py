"""Where settings stand: flake8's configuration files, read without flake8, and `[tool.httpleak]` in pyproject.toml."""

from __future__ import annotations

import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flake8_httpleak.config.problems import ConfigError
from flake8_httpleak.files import UnreadableError
from flake8_httpleak.toml import parse_toml, read_text

NAMES = ("setup.cfg", "tox.ini", ".flake8")


@dataclass(frozen=True, slots=True)
class Given:
    """The settings of one file. `parent`: what its paths are relative to. `own`: every key is ours, so none may be unknown."""

    file: str
    section: str
    parent: str
    values: dict[str, Any]
    own: bool = False

    def where(self, key: str) -> str:
        """How a message names a key."""
        return f"{self.file}: [{self.section}] {key}"


def sources(start: Path, config: str = "") -> Iterator[Given]:
    """The files that count for a run in a folder, weakest first: flake8's, then pyproject.toml.

    config: a file that is read instead of those that would be found.
    Raises ConfigError for a file that was asked for and cannot be read, and for broken TOML.
    """
    if config:
        path = Path(config)
        if path.suffix == ".toml":
            yield from _toml(path)
        else:
            yield _ini(path, must=True) or Given(config, "flake8", str(path.absolute().parent), {})
        return
    found = next((given for folder in _upward(start) for name in NAMES if (given := _ini(folder / name))), None)
    if found is not None:
        yield found
    pyproject = [
        given for folder in _upward(start) if (folder / "pyproject.toml").is_file() for given in _toml(folder / "pyproject.toml")
    ]
    for section in ("tool.flake8", "tool.httpleak"):
        nearest = next((given for given in pyproject if given.section == section), None)
        if nearest is not None and (section == "tool.httpleak" or found is None):
            yield nearest


def _upward(start: Path) -> Iterator[Path]:
    """The folder and those above it, but not the home directory unless the run begins there: as flake8 looks."""
    start = start.resolve()
    yield start
    for folder in start.parents:
        if folder == Path.home().resolve():
            return
        yield folder


def _ini(path: Path, *, must: bool = False) -> Given | None:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(read_text(path), str(path))
    except UnreadableError as error:
        if must:
            raise ConfigError(f"{path}: {error}") from None
        return None
    except configparser.Error:
        if must:
            raise ConfigError(f"{path}: is no configuration file; it needs a section [flake8]") from None
        return None  # flake8 passes over such a file as well
    if not parser.has_section("flake8") and not parser.has_section("flake8:local-plugins"):
        return None
    values = dict(parser["flake8"]) if parser.has_section("flake8") else {}
    return Given(str(path), "flake8", str(path.absolute().parent), values)


def _toml(path: Path) -> Iterator[Given]:
    try:
        tool = parse_toml(read_text(path)).get("tool", {})
    except UnreadableError as error:
        raise ConfigError(f"{path}: {error}") from None
    for name in ("flake8", "httpleak"):
        section = tool.get(name) if isinstance(tool, dict) else None
        if isinstance(section, dict):
            yield Given(str(path), f"tool.{name}", str(path.absolute().parent), section, own=name == "httpleak")
