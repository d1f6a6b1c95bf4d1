"""The page of fixes, from the files in `fixtures/fixes` that the tests compare with what the fixes write."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from flake8_httpleak.analyze import analyze
from flake8_httpleak.fixing import fixes_of
from flake8_httpleak.options import Options
from flake8_httpleak.rules import registry

FOLDER = Path(__file__).parents[1] / "fixtures" / "fixes"
INTRODUCTION = """\
# Fixes

`httpleak fix` shows what it would change, `--write` changes the files, `--unsafe` takes those fixes as well that need a second
look. Every fix is tried before it is offered: the new text is parsed and analysed again, and the fix is dropped if the finding is
still there or a new one has come up. Comments, quotes and line ends stay; so does every byte outside the edit.

A fix is *safe* if the program does the same as before, but for the leak. It is not if a value is chosen for you (`timeout=10`),
if a client is shared that was not, if closing a client may close a part that somebody else made, if only recent versions of the
library can be closed, or if a class gets a new method. A finding without a fix says in words what to do: where a client should
live in a web application, for example, is a matter of its design.

Stand-ins in your tests may have to learn what the real thing can do. A `unittest.mock.Mock()` or a class of your own fails in a
`with` that a fix has written, and a `MagicMock()` gives another mock there: let its `__enter__` return the object itself.

The table and the examples are made from the files that the tests compare with what the fixes write.
"""


def fixes_page() -> str:
    """Which code gets which fix, and how safely, with one example a code."""
    found: dict[str, dict[str, bool]] = {}
    examples: dict[str, str] = {}
    for before in sorted(FOLDER.glob("*.before.py"), key=lambda one: one.stat().st_size):
        for code, title, safe in _fixes(before):
            titles = found.setdefault(code, {})
            titles[title] = titles.get(title, False) or safe
            if code == before.name[:6] and "unsafe" not in before.name:
                examples.setdefault(code, _difference(before))
    rows = [
        f"| [{code}](rules/{code}.md) | {title} | {'yes' if safe else 'no: `--unsafe`'} |"
        for code in sorted(found)
        for title, safe in sorted(found[code].items(), key=lambda one: not one[1])
    ]
    words = ", ".join(rule.code for rule in registry() if rule.code not in found)
    table = "\n".join(["| code | what is done | safe |", "|---|---|---|", *rows])
    shown = "\n".join(f"## {code}\n\n```diff\n{text}```\n" for code, text in sorted(examples.items()))
    return f"{INTRODUCTION}\n{table}\n\nIn words only: {words}.\n\n{shown}"


def _fixes(path: Path) -> Iterator[tuple[str, str, bool]]:
    source = path.read_text(encoding="utf-8")
    options = Options(enable=(path.name[:6],)) if path.name.startswith("HTL6") else Options()
    for diagnostic, fixes in fixes_of(source, path.name, options, analyze(source, path.name, options)).items():
        for fix in fixes:
            yield diagnostic.code, fix.title, fix.safe


def _difference(before: Path) -> str:
    old = before.read_text(encoding="utf-8").splitlines(keepends=True)
    new = before.with_name(before.name.replace(".before.", ".after.")).read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [line for line in difflib.unified_diff(old, new, n=2) if not line.startswith(("---", "+++", "@@"))]
    return "".join(lines)
