"""One line about a bad table: file, line, key, what is wrong and what is allowed."""

from __future__ import annotations

import difflib
import re
import types
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")
T = TypeVar("T")

LOADER_ONLY = frozenset({"key", "library"})


class TableError(ValueError):
    """A client table that cannot be used. The text is one line for the user."""


def convert(raw: object, wanted: type[T], text: str, file: str, path: tuple[str | int, ...] = ()) -> T:
    """Read `raw` (from tomllib) as `wanted`.

    text and file are for the message; path is the place of `raw` in the file.
    Raises TableError with one line.
    """
    try:
        return msgspec.convert(raw, wanted)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        steps = tuple(int(n) if n.isdigit() else name or n for name, n in _STEP.findall(where.rstrip("`")))
        unknown = _UNKNOWN.search(message)
        full = (*path, *steps, *([unknown[1]] if unknown else []))
        place = _type_at(wanted, steps)
        problem = _unknown_key(unknown[1], place) if unknown else _bad_value(message, place)
        raise TableError(describe(file, text, full, problem)) from None


def describe(file: str, text: str, path: tuple[str | int, ...], problem: str) -> str:
    """The one line: file, line of the key, key, problem."""
    line = line_of(text, path)
    return f"{file}:{line}: {spell(path)}: {problem}" if path else f"{file}:{line}: {problem}"


def spell(path: tuple[str | int, ...]) -> str:
    """A path as people write it: `kinds.Session.produces[0].delivery`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of a key in the file, or of the closest thing above it that has a line of its own."""
    lines = text.splitlines()
    found, index = 1, 0
    for depth in range(1, len(path) + 1):
        if isinstance(path[depth - 1], int):
            continue
        header = ".".join(str(step) for step in path[:depth] if isinstance(step, str))
        number = path[depth] if depth < len(path) else 0
        place = _find(lines, header, str(path[depth - 1]), number if isinstance(number, int) else 0, index)
        if place is not None:
            found, index = place + 1, place
    return found


def _find(lines: list[str], header: str, key: str, skip: int, start: int) -> int | None:
    """The line of a key, or of the section that comes after `skip` others of its name; the first if there are not so many."""
    wanted = re.compile(rf"\s*(\[\[?{re.escape(header)}\]\]?|\"?{re.escape(key)}\"?\s*=)")
    found = [number for number in range(start, len(lines)) if wanted.match(lines[number])]
    if not found:
        return None
    return found[skip] if skip < len(found) else found[0]


def _unknown_key(name: str, place: object) -> str:
    if not (isinstance(place, type) and issubclass(place, msgspec.Struct)):
        return "unknown key"
    allowed = [field.name for field in msgspec.structs.fields(place) if field.name not in LOADER_ONLY]
    close = difflib.get_close_matches(name, allowed, 1)
    return f"unknown key; did you mean '{close[0]}'?" if close else f"unknown key; allowed: {', '.join(allowed)}"


def _bad_value(message: str, place: object) -> str:
    allowed = [str(value) for value in get_args(place)] if get_origin(place) is Literal else []
    if isinstance(place, type) and hasattr(place, "__members__"):
        allowed = [str(member.value) for member in place.__members__.values()]
    text = message[0].lower() + message[1:]
    return f"{text}; allowed: {', '.join(allowed)}" if allowed else text


def _type_at(
    wanted: Any,  # noqa: ANN401 - a type, or a part of one
    steps: tuple[str | int, ...],
) -> object:
    """The declared type at a place inside `wanted`."""
    for step in steps:
        if get_origin(wanted) in (Union, types.UnionType):
            wanted = next(part for part in get_args(wanted) if part is not type(None))
        if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
            wanted = next((f.type for f in msgspec.structs.fields(wanted) if f.name == step), None)
        else:
            inner = get_args(wanted)
            wanted = inner[-1 if get_origin(wanted) is dict else 0] if inner else None
    return wanted
