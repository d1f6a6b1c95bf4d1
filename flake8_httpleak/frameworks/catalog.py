"""The framework tables that count for one file: ours, and the user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flake8_httpleak.clients.problems import TableError, convert
from flake8_httpleak.frameworks.model import Calls, Framework

OURS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Frameworks:
    """What the frameworks that a file imports call."""

    handlers: tuple[Calls, ...]
    hot: tuple[Calls, ...]
    once: tuple[Calls, ...]
    lends: tuple[Calls, ...]
    rare: frozenset[str]
    starters: frozenset[str]


@cache
def _ours() -> tuple[Framework, ...]:
    return tuple(read_framework(path) for path in sorted(OURS.glob("*.toml")))


def read_framework(path: Path) -> Framework:
    """One table; raises TableError with one line if it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise TableError(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{path}: is not TOML: {error}") from None
    return convert(raw, Framework, text, str(path))


@lru_cache(maxsize=64)
def load_frameworks(imported: frozenset[str], user: tuple[str, ...] = ()) -> Frameworks:
    """The tables for a file.

    imported: dotted names of everything that the file imports. user: paths of the user's own tables. Raises TableError.
    """
    every = (*_ours(), *(read_framework(Path(path)) for path in user))
    used = [one for one in every if not one.roots or any(_reaches(imported, root) for root in one.roots)]
    return Frameworks(
        handlers=tuple(one.handlers for one in used),
        hot=tuple(one.hot for one in used),
        once=tuple(one.once for one in used),
        lends=tuple(one.lends for one in used),
        rare=frozenset(word for one in used for word in one.rare),
        starters=frozenset(word for one in used for word in one.starters),
    )


def _reaches(imported: Iterable[str], root: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for name in imported)
