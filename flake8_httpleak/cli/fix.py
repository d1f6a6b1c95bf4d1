"""`httpleak fix`: show the changes that close what leaks, or make them."""

from __future__ import annotations

import argparse
import difflib
import os
from pathlib import Path

from flake8_httpleak.cli.progress import progress
from flake8_httpleak.cli.run import Files, baseline_of, jobs_of, settings_of
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.config.discovery import STDIN
from flake8_httpleak.files import Document, UnreadableError, write
from flake8_httpleak.fixing import load_fixer
from flake8_httpleak.repair import Fixed, fix_document
from flake8_httpleak.report.showing import patch_name


def run(options: argparse.Namespace, streams: Streams) -> int:
    """Fix the paths; returns 0 if nothing is left to do, 1 if changes are shown or findings are left. Raises ConfigError."""
    settings = settings_of(options)
    jobs_of(options)
    fixer = load_fixer()
    baseline = baseline_of(settings)
    files = Files(options, settings, streams)
    changed = left = 0
    with progress(streams, len(files.paths)) as bar:
        for result in files.results():
            found = files.found(result)
            bar.advance()
            if found.document is None or not baseline.new(found.path, found.diagnostics, found.document.lines):
                continue
            try:
                fixed = fix_document(found.document, found.path, settings, fixer, unsafe=options.unsafe)
                left += fixed.left
                if fixed.titles:
                    with bar.paused():
                        _deliver(found.path, found.document, fixed, options, streams)
                    changed += 1
            except UnreadableError as error:
                files.problems.append((found.path, f"{error}; not changed"))
                files.failed = True
    streams.flush()
    files.say_problems()
    _say_sum(changed, left, options, streams)
    return 2 if files.failed else int(bool(left or (changed and not options.write)))


def _deliver(path: str, old: Document, fixed: Fixed, options: argparse.Namespace, streams: Streams) -> None:
    """Write the file, or show the difference; raises UnreadableError if it may not be written."""
    if options.write and path != options.stdin_display_name:
        write(_target(path, options.paths), fixed.document.data, old.data)
        streams.write_lines(f"{path}: {title}" for title in fixed.titles)
    elif options.write and STDIN in options.paths:
        streams.write_code(fixed.document.text)
    else:
        _show(path, old, fixed, streams)


def _show(path: str, old: Document, fixed: Fixed, streams: Streams) -> None:
    lines = list(difflib.unified_diff(old.lines, fixed.document.lines, patch_name(f"a/{path}"), patch_name(f"b/{path}")))
    if streams.is_terminal:
        from flake8_httpleak.cli.terminal import print_diff

        print_diff(streams, lines)
        return
    for line in lines:
        streams.write_code(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _target(path: str, given: list[str]) -> Path:
    """The file behind a path. A link is followed only to what was given as well; raises UnreadableError otherwise."""
    target = Path(path).resolve()
    allowed = [Path(os.path.abspath(one)).resolve() for one in given if one != STDIN and not Path(one).is_symlink()]  # noqa: PTH100
    if any(target == one or one in target.parents for one in allowed):
        return target
    raise UnreadableError("is a link to a file outside the given paths")


def _say_sum(changed: int, left: int, options: argparse.Namespace, streams: Streams) -> None:
    word = "changed" if options.write else "would be changed by --write"
    files = f"{changed} file{'' if changed == 1 else 's'}"
    rest = f"; {left} finding{'' if left == 1 else 's'} without a fix{'' if options.unsafe else ' that is safe'}" if left else ""
    streams.say(f"httpleak: {files} {word}{rest}")
