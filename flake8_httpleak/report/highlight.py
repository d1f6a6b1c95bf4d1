"""Which parts of Python code are keywords, names that are defined, strings, numbers and comments."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator, Sequence

Part = tuple[int, int, str]
"""First column, one past the last, and the class: k(eyword), d(efined name), s(tring), n(umber), c(omment)."""


def parts_of(lines: Sequence[str]) -> dict[int, list[Part]]:
    """The coloured parts of each line, by its number from 1; what comes after a place that is no Python has none."""
    found: dict[int, list[Part]] = {}
    try:
        for number, part in _parts(lines):
            found.setdefault(number, []).append(part)
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _parts(lines: Sequence[str]) -> Iterator[tuple[int, Part]]:
    defines = False
    for token in tokenize.generate_tokens(io.StringIO("".join(f"{line}\n" for line in lines)).readline):
        kind = "d" if defines and token.type == tokenize.NAME else _kind(token)
        defines = token.string in {"def", "class"}
        if not kind:
            continue
        (first, start), (last, end) = token.start, token.end
        for number in range(first, min(last, len(lines)) + 1):
            yield number, (start if number == first else 0, end if number == last else len(lines[number - 1]), kind)


def _kind(token: tokenize.TokenInfo) -> str:
    name = tokenize.tok_name[token.type]
    if "STRING" in name:  # from Python 3.12 on, the pieces of an f-string
        return "s"
    if name == "NAME":
        return "k" if keyword.iskeyword(token.string) else ""
    return {"NUMBER": "n", "COMMENT": "c"}.get(name, "")
