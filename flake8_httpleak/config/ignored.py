"""What git ignores: every `.gitignore` from the repository's root downward, and `.git/info/exclude`."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path

from pathspec import GitIgnoreSpec

from flake8_httpleak.files import UnreadableError, read

_ODD = re.compile(r"[][!\\*]")
"""What a line that cannot be read has somewhere."""
_STARS, _PAIRS = 3, 2
"""Stars between two slashes, and pairs of stars in a pattern: more could take for ever on a name that almost fits."""


class GitIgnore:
    """The patterns of one repository, read folder by folder as a walk goes down."""

    def __init__(self, root: str) -> None:
        """Take the repository's root, an absolute path."""
        self._root = root
        self._specs: dict[str, GitIgnoreSpec] = {}

    @classmethod
    def around(cls, folder: Path) -> GitIgnore | None:
        """The patterns that hold in a folder; None outside a repository, or where the folder itself is ignored but was named."""
        start = folder.resolve()
        root = next((one for one in (start, *start.parents) if (one / ".git").exists()), None)
        if root is None:
            return None
        found = cls(str(root))
        found._add(str(root), root / ".git" / "info" / "exclude")
        above = [one for one in (*reversed(start.parents), start) if one == root or root in one.parents]
        for one in above[:-1]:
            found.read(str(one))
        return None if start != root and found.names(str(start), folder=True) else found

    def read(self, folder: str) -> None:
        """Take in a folder's own `.gitignore`."""
        whole = os.path.realpath(folder)
        self._add(whole, Path(whole) / ".gitignore")

    def names(self, path: str, *, folder: bool) -> bool:
        """Whether a path is ignored: of several files with an opinion the nearest decides."""
        parent, name = os.path.split(path)
        whole = os.path.realpath(parent)  # the last part may be a link, and it is the link that git looks at
        below = f"{name}/" if folder else name
        while True:
            spec = self._specs.get(whole)
            verdict = spec.check_file(below).include if spec is not None else None
            if verdict is not None:
                return verdict
            if whole == self._root or os.path.dirname(whole) == whole:  # noqa: PTH120 - plain text throughout
                return False
            whole, last = os.path.split(whole)
            below = f"{last}/{below}"

    def _add(self, folder: str, file: Path) -> None:
        try:
            lines = read(file).decode("utf-8", "replace").splitlines()
        except UnreadableError:
            return
        spec = GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))
        self._specs[folder] = self._specs[folder] + spec if folder in self._specs else spec


def _is_pattern(line: str) -> bool:
    """Whether a line can be read, as far as git would not pass over it as well, and matched in no time."""
    wild = line.rstrip().rstrip("/").rstrip("*")
    if wild.count("**") > _PAIRS or max(part.count("*") for part in wild.replace("**", "").split("/")) > _STARS:
        return False
    if not _ODD.search(line):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error, Warning):  # a backslash at the end, a range that runs backwards, or is two
        return False
    return True
