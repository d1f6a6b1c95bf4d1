"""From what stands in a file or on the command line to values: lists, switches, codes by file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from flake8_httpleak.config.problems import ConfigError

_CODE = re.compile(r"[A-Z]{1,3}[0-9]{0,3}", re.ASCII)
_MAPPED = re.compile(r"[A-Z]+[0-9]*", re.ASCII)
_TRUE = {"1", "yes", "true", "on"}
_FALSE = {"0", "no", "false", "off"}
PerFile = tuple[tuple[str, tuple[str, ...]], ...]


def words(value: object, where: str) -> tuple[str, ...]:
    """A list of strings, or one string with commas or white space between them."""
    if isinstance(value, str):
        return tuple(word for word in re.split(r"[,\s]", value) if word)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise ConfigError(f"{where}: expected a list of strings, got {_kind(value)}")


def codes(value: object, where: str) -> tuple[str, ...]:
    """A list of codes or prefixes of codes, of any plugin."""
    found = words(value, where)
    for one in found:
        if "#" in one:
            raise ConfigError(f"{where}: '{one}' is no code; put comments on lines of their own")
        if not _CODE.fullmatch(one):
            raise ConfigError(f"{where}: '{one}' is no code; write a code such as HTL101 or how one begins, such as HTL1")
    return found


def paths(value: object, where: str, parent: str) -> tuple[str, ...]:
    """A list of paths or patterns; those with a slash are taken from `parent`, as in flake8."""
    return tuple(normal(one, parent) for one in words(value, where))


def path(value: object, where: str, parent: str) -> str:
    """One path, taken from `parent`."""
    if not isinstance(value, str):
        raise ConfigError(f"{where}: expected a path, got {_kind(value)}")
    return os.path.abspath(os.path.join(parent, value)) if value.strip() else ""  # noqa: PTH100, PTH118 - patterns are text


def normal(pattern: str, parent: str) -> str:
    """A pattern for whole paths if there is a slash in it, else for names."""
    if pattern == "." or "/" in pattern or os.sep in pattern:
        pattern = os.path.abspath(os.path.join(parent, pattern))  # noqa: PTH100, PTH118 - patterns are text
    return pattern.rstrip(f"/{os.sep}")


def word(value: object, where: str) -> str:
    """One string."""
    if not isinstance(value, str):
        raise ConfigError(f"{where}: expected a string, got {_kind(value)}")
    return value.strip()


def number(value: object, where: str) -> str:
    """One number, as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ConfigError(f"{where}: expected a number, got {_kind(value)}")
    return str(value).strip()


def switch(value: object, where: str) -> bool:
    """True or false, or a word for it."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ConfigError(f"{where}: '{value}' is neither true nor false")
    return text in _TRUE


def per_file(value: object, where: str, parent: str) -> PerFile:
    """Codes to ignore by file: a table of pattern and codes, or flake8's text, `a.py,b.py: HTL101 c.py: HTL2`.

    Returns pairs of a pattern and its codes.
    """
    if isinstance(value, Mapping):
        return tuple((normal(str(name), parent), codes(given, f"{where}: '{name}'")) for name, given in value.items())
    text = value if isinstance(value, str) else "\n".join(words(value, where))
    return tuple((normal(name, parent), found) for name, found in _mapping(re.findall(r":|[^\s:,]+", text), where))


def _mapping(tokens: Iterable[str], where: str) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[list[str], list[str]]] = []
    names: list[str] = []
    given: list[str] | None = None  # the codes after a colon; None before it
    for part in tokens:
        if part == ":":
            if not names or given is not None:
                raise ConfigError(f"{where}: a ':' with no file before it; write 'pattern: HTL101'")
            given = []
            found.append((names, given))
        elif given is None:
            names.append(part)
        elif _MAPPED.fullmatch(part):
            given.append(part)
        else:
            names, given = [part], None
    if given is None and names:
        raise ConfigError(f"{where}: '{names[0]}' has no codes; write '{names[0]}: HTL101'")
    for left, right in found:
        if not right:
            raise ConfigError(f"{where}: '{left[0]}' has no codes; write '{left[0]}: HTL101'")
    return [(name, tuple(right)) for left, right in found for name in left]


def _kind(value: object) -> str:
    return {bool: "true or false", int: "a number", float: "a number", dict: "a table", list: "a list"}.get(
        type(value), "something else"
    )
