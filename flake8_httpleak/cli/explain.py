"""`httpleak explain`: the page of a code, or what is said of a line and why."""

from __future__ import annotations

import argparse
import difflib
import os
import re

from flake8_httpleak.checking import check_bytes
from flake8_httpleak.cli.run import endings_of, settings_of
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.columns import wrapped
from flake8_httpleak.config import ConfigError, Settings
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.files import UnreadableError, decode, read
from flake8_httpleak.fixing import fixes_of
from flake8_httpleak.report import FORMATS, Entry, Report, entries_of
from flake8_httpleak.report.model import places_of

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[0-9]+)(?::[0-9]+)?")


def run(options: argparse.Namespace, streams: Streams) -> int:
    """Explain a code or a place; returns 0. Raises ConfigError for what is neither."""
    place = _PLACE.fullmatch(options.what)
    if place is not None:
        _explain_place(place["path"], int(place["line"]), settings_of(options), streams)
    elif os.path.lexists(options.what):
        raise ConfigError(f"explain: say which line of the file: {options.what}:LINE")
    else:
        _explain_code(options.what.upper(), streams)
    streams.flush()
    return 0


def _explain_code(code: str, streams: Streams) -> None:
    from flake8_httpleak.report.pages import all_pages, page_of

    page = page_of(code)
    if page is None:
        close = difflib.get_close_matches(code, [one.code for one in all_pages()], 1, 0.5)
        remedy = f"did you mean {close[0]}?" if close else "'httpleak rules' lists them"
        raise ConfigError(f"explain: there is no code '{code}' and no place FILE:LINE of that name; {remedy}")
    text = f"# {page.code} {page.name}\n\n{page.text}\n"
    if not page.default:
        text += f"\nThis code is opt-in: `--enable {page.code}`.\n"
    if streams.is_terminal:
        from flake8_httpleak.cli.terminal import print_markdown

        print_markdown(streams, text)
    else:
        streams.write(text)


def _explain_place(path: str, line: int, settings: Settings, streams: Streams) -> None:
    from flake8_httpleak.trace import trace  # brings LibCST

    try:
        document = decode(read(path))
    except UnreadableError as error:
        raise ConfigError(f"explain: {path}: {error}") from None
    result = check_bytes(document.data, path, settings.options)
    if result.problem:
        raise ConfigError(f"explain: {path}: {result.problem}")
    touching = [one for one in (*result.diagnostics, *result.silenced) if _touches(one.lines, one.span.start.line, line)]
    entries = entries_of(path, touching, document.lines)
    if not entries:
        streams.write_lines([f"{path}:{line}: nothing is reported here"])
    elif streams.is_terminal:
        from flake8_httpleak.cli.terminal import print_frames

        print_frames(streams, entries, endings_of(path, document, entries, settings))
    else:
        _write_plain(entries, streams)
    _write_cures(path, document.text, [one for one in touching if one in result.diagnostics], settings, streams)
    for one in touching:
        if one in result.silenced:
            streams.write(f"{one.code} is hidden by a '# noqa' comment\n")
        elif not settings.selection.shows(one.code, path):
            streams.write(f"{one.code} is not shown: 'select', 'ignore' or 'per-file-ignores' leave it out\n")
    for said in trace(document.text, path, line, settings.options).splitlines():
        streams.write_lines(wrapped(said, streams.width, " " * 8))


def _write_cures(path: str, text: str, found: list[Diagnostic], settings: Settings, streams: Streams) -> None:
    """What `httpleak fix` would do, or an example of what to do by hand."""
    from flake8_httpleak.fixes.advice import advice  # brings LibCST

    fixes = fixes_of(text, path, settings.options, found)
    for one in found:
        offered = fixes.get(one, ())
        streams.write_lines(f"fix: {fix.title} (httpleak fix{'' if fix.safe else ' --unsafe'})" for fix in offered)
        if not offered:
            streams.write_lines(advice(text, path, settings.options, one).splitlines())


def _touches(lines: tuple[int, int], start: int, line: int) -> bool:
    first, last = lines
    return line == start or first <= line <= last


def _write_plain(entries: list[Entry], streams: Streams) -> None:
    for entry in entries:
        streams.write(FORMATS["text"](Report((entry,))))
        streams.write_lines(f"    line {place.span.start.line}: {place.text}" for place in places_of(entry.diagnostic))
