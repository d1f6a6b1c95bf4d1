"""Which files a run looks at: those that flake8 would, without those that git ignores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from flake8_httpleak.config.ignored import GitIgnore
from flake8_httpleak.config.selection import fits, matches
from flake8_httpleak.config.settings import Settings

STDIN = "-"


def discover(
    paths: Iterable[str], settings: Settings, *, git: bool = True, unread: Callable[[str, str], None] | None = None
) -> Iterator[str]:
    """The files below some paths, each once, in a fixed order; a path that is named itself counts whatever it is called.

    git: leave out what `.gitignore` files name. unread: told of each folder that cannot be read, and why.
    Links to folders are not followed, so no loop is ever walked.
    """
    seen: set[str] = set()
    for path in paths:
        if path != STDIN and matches(path, settings.exclude):
            continue
        found = _below(path, settings, git=git, unread=unread) if path != STDIN and os.path.isdir(path) else [path]  # noqa: PTH112 - plain text
        for one in found:
            shown = os.path.normpath(one) if one != STDIN else one
            if shown not in seen:
                seen.add(shown)
                yield shown


def _below(top: str, settings: Settings, *, git: bool, unread: Callable[[str, str], None] | None) -> Iterator[str]:
    def tell(error: OSError) -> None:
        if unread is not None:
            unread(str(error.filename), f"cannot be read ({error.strerror})")

    ignored = GitIgnore.around(Path(top)) if git else None
    for folder, names, files in os.walk(top, onerror=tell):
        if ignored is not None:
            ignored.read(folder)
        kept = [name for name in sorted(names) if not _is_left_out(os.path.join(folder, name), settings, ignored, folder=True)]  # noqa: PTH118
        names[:] = kept
        for name in sorted(files):
            path = os.path.join(folder, name)  # noqa: PTH118 - a Path for each of many thousand files takes its time
            if fits(path, settings.filename) and not _is_left_out(path, settings, ignored, folder=False):
                yield path


def _is_left_out(path: str, settings: Settings, ignored: GitIgnore | None, *, folder: bool) -> bool:
    return matches(path, settings.exclude) or (ignored is not None and ignored.names(path, folder=folder))
