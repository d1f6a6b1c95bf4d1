"""Names as Python reads them: a wide `r` and a plain one are the same letter for it, but not for LibCST."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from unicodedata import is_normalized, normalize

_FOREIGN = re.compile(r"\w?[\x80-\U0010ffff]+")
"""What is not ASCII, with the letter before it, which an accent of its own changes."""
_PARTS = frozenset({tokenize.NAME, tokenize.NUMBER, tokenize.ERRORTOKEN})
"""What Python's older tokenizer makes of a name with accents that are characters of their own."""
Word = tuple[int, int, str]


def as_python_reads(text: str) -> str:
    """The same code with its names in the one form that Python gives them, and everything at its place.

    A name that is shorter in that form is followed by blanks. One that is longer stays as it is, since it would move others.
    """
    if text.isascii() or is_normalized("NFKC", text) or not any(map(_odd, _FOREIGN.findall(text))):
        return text
    lines = list(io.StringIO(text))
    try:
        for row, start, word in list(_words(text)):
            shape = _shape(word)
            if shape:
                line, end = lines[row - 1], start + len(word)
                lines[row - 1] = f"{line[:start]}{shape.ljust(len(word))}{line[end:]}"
    except (tokenize.TokenError, SyntaxError, IndexError):
        return text
    return "".join(lines)


def _odd(part: str) -> bool:
    """Whether a name with this in it has another form."""
    return not is_normalized("NFKC", part) and f"_{part}".isidentifier()


def _words(text: str) -> Iterator[Word]:
    """The names of a text: row, column, how they are written. None of those in strings and comments."""
    row, start, word = 0, 0, ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _PARTS and token.start == (row, start + len(word)) and f"{word}{token.string}".isidentifier():
            word += token.string
            continue
        if word:
            yield row, start, word
        (row, start), word = token.start, token.string if token.type in _PARTS else ""


def _shape(word: str) -> str:
    """The form that Python gives a name; empty if it has it, or if that cannot stand in its place."""
    shape = normalize("NFKC", word) if word.isidentifier() else word
    return "" if shape == word or len(shape) > len(word) or keyword.iskeyword(shape) else shape
