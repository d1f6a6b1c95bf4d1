"""TOML files of the user's: read with care, so that whatever is wrong with one can be said in a few words."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from flake8_httpleak.files import UnreadableError, read


def read_text(path: str | Path) -> str:
    """The text of a file, or UnreadableError, also for what is no regular file, too long, or not UTF-8."""
    try:
        return read(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UnreadableError("is not UTF-8 text") from None


def parse_toml(text: str) -> dict[str, Any]:
    """What a text holds; raises UnreadableError if it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"is not TOML: {error}") from None
    except RecursionError:
        raise UnreadableError("is not TOML that can be read: it is nested too deeply") from None
