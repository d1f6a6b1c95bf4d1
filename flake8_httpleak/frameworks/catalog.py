"""The framework tables that count for one file: ours, and the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flake8_httpleak.clients.problems import TableError, convert, describe
from flake8_httpleak.files import UnreadableError
from flake8_httpleak.frameworks.model import Calls, Framework
from flake8_httpleak.toml import parse_toml, read_text

OURS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Frameworks:
    """What the frameworks that a file imports call."""

    handlers: tuple[Calls, ...]
    hot: tuple[Calls, ...]
    once: tuple[Calls, ...]
    lends: tuple[Calls, ...]
    rare: frozenset[str]
    current: frozenset[str]
    singles: frozenset[str]
    starters: frozenset[str]
    stand_ins: dict[str, tuple[str, ...]]


@cache
def _ours() -> tuple[Framework, ...]:
    return tuple(read_framework(path) for path in sorted(OURS.glob("*.toml")))


def read_framework(path: Path) -> Framework:
    """One table; raises TableError with one line if it cannot be used."""
    try:
        text = read_text(path)
        raw = parse_toml(text)
    except UnreadableError as error:
        raise TableError(f"{path}: {error}") from None
    found = convert(raw, Framework, text, str(path))
    for step, name in _names(found):
        if "." not in name.strip("."):
            problem = f"'{name}' is no full name; write it with its package" + (f", or '*.{name}'" if _ENDINGS & {*step} else "")
            raise TableError(describe(str(path), text, step, problem))
    return found


_ENDINGS = frozenset({"decorators", "registrars"})
"""Where `*.get` stands for whatever ends so."""


def _names(framework: Framework) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every dotted name of a table, with the keys that lead to it."""
    for key, names in (("current", framework.current), ("singles", framework.singles)):
        yield from (((key, number), name) for number, name in enumerate(names))
    yield from ((("stand_ins", name), name) for name in framework.stand_ins)
    for section in ("handlers", "hot", "once", "lends"):
        calls: Calls = getattr(framework, section)
        for key, names in (("decorators", calls.decorators), ("parameters", calls.parameters)):
            yield from (((section, key, number), name) for number, name in enumerate(names))
        for key, keyed in (("bases", calls.bases), ("registrars", calls.registrars)):
            yield from (((section, key, name), name) for name in keyed)


def load_user_frameworks(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Read and check the user's tables before any file is analysed; the names of their frameworks.

    Raises TableError with one line: file, line, key, problem, what is allowed.
    """
    return tuple(read_framework(Path(path)).name for path in paths)


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
        current=frozenset(name for one in used for name in one.current),
        singles=frozenset(name for one in used for name in one.singles),
        starters=frozenset(word for one in used for word in one.starters),
        stand_ins={name: libraries for one in used for name, libraries in one.stand_ins.items()},
    )


def _reaches(imported: Iterable[str], root: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for name in imported)
