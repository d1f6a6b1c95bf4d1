"""Text of others, fit to be shown: names of files and pieces of code that no terminal, build log or parser takes for its own."""

from __future__ import annotations

import json
import os
import re

# Control characters, and those that turn the direction of text: neither may reach a terminal from analysed code.
_UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
# The logs of builds are obeyed as well: `::error::` by GitHub where a line begins with it, blanks or not; `##[error]` by GitHub,
# `##vso[...]` by Azure and `##teamcity[...]` by TeamCity wherever they stand.
_COLONS = re.compile(r"\s*::")
_HASHES = re.compile(r"#(?=#\w*\[)")
_BEYOND = re.compile(r"[^\x00-\x7e]|#(?=#\w*\[)")
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f-\xff]')


def visible(text: str) -> str:
    """A text without characters that a terminal would obey: they are shown as escapes, so that one line stays one line."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def harmless(line: str) -> str:
    """A line of a report, fit for every log. What begins with colons begins with a path, which stays the same behind `./`."""
    shown = _HASHES.sub(r"\\x23", visible(line))
    return f"./{shown}" if _COLONS.match(shown) else shown


def patch_name(path: str) -> str:
    """A path for the head of a patch; an odd one is quoted as git does it, and as `git apply` and `patch` read it."""
    if visible(path) == path and not re.search(r'["\\]|##\w*\[', path):
        return path
    escaped = _QUOTED.sub(lambda found: b"\\%03o" % found[0][0], os.fsencode(path)).decode("ascii")
    inert = _HASHES.sub(lambda _: "\\043", escaped)
    return f'"{inert}"'


def as_json(value: object, indent: int | None = None) -> str:
    """JSON in plain ASCII that every parser takes: Python would write halves of a pair, which are no text to others."""
    return _BEYOND.sub(_escape, json.dumps(value, indent=indent, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character < "\x7f":
        return f"\\u{ord(character):04x}"
    return json.dumps("\ufffd" if "\ud800" <= character <= "\udfff" else character)[1:-1]
