"""A page for people who would rather look than read: one file, no network, every finding with its path drawn into the code.

Nothing of the analysed code is trusted: all text is escaped where it is put in, scripts read it as text only, and the page's own
policy lets nothing run but the one script that it came with.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from flake8_httpleak import __version__
from flake8_httpleak.report.changes import diff_of
from flake8_httpleak.report.frames import GAP, Mark, Row, rows_of, spread
from flake8_httpleak.report.highlight import Part, parts_of
from flake8_httpleak.report.model import Entry, Report, Severity, places_of, relative
from flake8_httpleak.report.pages import page_of
from flake8_httpleak.report.showing import visible

Endings = Mapping[Entry, Sequence[tuple[int, str]]]
"""For findings of which that is known: the lines at which other ways of the resource end well, and how."""
NEAR = 40
"""A page has room: so many lines between two stations are shown."""
_OTHER = "(none)"


def render(report: Report, endings: Endings | None = None, files: int = 0) -> str:
    """The page. `files`: how many were looked at."""
    style, script = _asset("page.css"), _asset("page.js")
    body = "".join(_body(report, endings or {}, files))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_sum(report, files)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}<script>{script}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Only our own style and script, word for word; no addresses, no frames, no forms."""
    return f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _text(text: str) -> str:
    """Text of others, fit for an element or a quoted attribute; what would turn or hide it is shown."""
    return escape(visible(text), quote=True)


def _sum(report: Report, files: int) -> str:
    places = len({entry.path for entry in report.entries})
    return f"{_count(len(report.entries), 'finding')} in {places} of {_count(max(files, places), 'file')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _body(report: Report, endings: Endings, files: int) -> Iterator[str]:
    yield f"<header>\n<h1>httpleak</h1>\n<p>{_sum(report, files)}{_severities(report)}</p>\n{_CONTROLS}</header>\n"
    yield f'<div class="page">\n<nav aria-label="Filters">\n{"".join(_facets(report))}</nav>\n<main>\n'
    yield '<p id="shown" role="status"></p>\n'
    colours: dict[str, dict[int, list[Part]]] = {}
    last = None
    for number, entry in enumerate(report.entries, 1):
        if entry.path != last:
            last = entry.path
            yield f'<h2 class="group">{_text(relative(entry.path))}</h2>\n'
            colours = {entry.path: parts_of(entry.lines)}
        yield "".join(_finding(number, entry, colours[entry.path], endings.get(entry, ())))
    if not report.entries:
        yield '<p class="none">Nothing was found.</p>\n'
    if report.problems:
        rows = "".join(f"<li><b>{_text(relative(one.path))}</b>: {_text(one.text)}</li>\n" for one in report.problems)
        yield f'<section class="problems"><h2>Not checked</h2>\n<ul>\n{rows}</ul></section>\n'
    yield f"</main>\n</div>\n<footer>flake8-httpleak {__version__}</footer>\n"


_CONTROLS = (
    '<div class="controls">\n'
    '<input id="filter" type="search" placeholder="Filter: code, file, library, any word   ( / )" aria-label="Filter">\n'
    '<label>by <select id="group"><option value="file">file</option><option value="code">code</option>'
    '<option value="library">library</option></select></label>\n'
    '<button id="theme" type="button" aria-label="Colours" title="Colours: as the system has them, light, dark">auto</button>\n'
    "</div>\n"
)
_MEANING = {
    Severity.ERROR: "nothing ever frees what is lost",
    Severity.WARNING: "the cycle collector frees it some time, or it is lost only after an error",
    Severity.NOTE: "the last reference going away frees it, or it is advice",
}


def _severities(report: Report) -> str:
    counts = Counter(entry.severity for entry in report.entries)
    shown = (one for one in Severity if counts[one])
    return "".join(f' <span class="severity {one}" title="{_MEANING[one]}">{_count(counts[one], one)}</span>' for one in shown)


def _facets(report: Report) -> Iterator[str]:
    entries = report.entries
    yield _facet("code", "Code", Counter(entry.code for entry in entries), {entry.code: entry.name for entry in entries})
    yield _facet("library", "Library", Counter(_library(entry) for entry in entries), {})
    yield _facet("file", "File", Counter(relative(entry.path) for entry in entries), {})


def _facet(kind: str, title: str, counts: Counter[str], names: Mapping[str, str]) -> str:
    rows = "".join(
        f'<li><button type="button" class="facet" aria-pressed="false" data-kind="{kind}" data-value="{_text(value)}">'
        f"<span>{_text(value)}{f' <small>{_text(names[value])}</small>' if names.get(value) else ''}</span>"
        f"<b>{number}</b></button></li>\n"
        for value, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
    return f"<h2>{title}</h2>\n<ul>\n{rows}</ul>\n"


def _library(entry: Entry) -> str:
    return (entry.diagnostic.library if entry.diagnostic is not None else "") or _OTHER


def _finding(
    number: int, entry: Entry, colours: Mapping[int, Sequence[Part]], endings: Sequence[tuple[int, str]]
) -> Iterator[str]:
    path, start = relative(entry.path), entry.span.start
    scope = entry.diagnostic.scope if entry.diagnostic is not None else ""
    yield (
        f'<article id="f{number}" class="finding {entry.severity}" data-code="{_text(entry.code)}" data-file="{_text(path)}" '
        f'data-library="{_text(_library(entry))}">\n<h3><span class="severity {entry.severity}">{_text(entry.code)}</span> '
        f"{_text(entry.name)}</h3>\n"
        f'<p class="place"><a href="#f{number}">{_text(path)}:{start.line}:{start.column + 1}</a>'
        f"{f' in <code>{_text(scope)}</code>' if scope else ''}</p>\n<p>{_text(entry.message)}</p>\n"
    )
    rows = rows_of(entry, endings, NEAR)
    if rows:
        yield f'<div class="frame" tabindex="0" role="group" aria-label="Code">\n{"".join(_frame(entry, rows, colours))}</div>\n'
    yield from _fixes(entry)
    page = page_of(entry.code)
    if page is not None:
        yield f"<details><summary>Why</summary><p>{_text(page.problem)}</p></details>\n"
    yield "</article>\n"


def _frame(entry: Entry, rows: Sequence[Row], colours: Mapping[int, Sequence[Part]]) -> Iterator[str]:
    """The code, with a rail beside it along which the resource goes: from where it is acquired to where it is lost."""
    stations = [one.span.start.line for one in places_of(entry.diagnostic) if one.span.start.line] or [entry.span.start.line]
    lost = entry.diagnostic.steps[-1].span.start.line if entry.diagnostic is not None and entry.diagnostic.steps else 0
    first, last = min([entry.span.start.line, *stations]), max(stations)
    before = 0
    for row in rows:
        line = row.number or before
        inside = first <= line < last or (row.number != GAP and first < line <= last)
        yield _code_row(row, _rail(row, inside, first, last, lost), colours)
        for mark in row.marks:
            if mark.text:
                yield _note_row(row, mark, on=first <= line < last)
        before = line


def _rail(row: Row, inside: bool, first: int, last: int, lost: int) -> str:  # noqa: FBT001 - private, one caller
    names = ["rail"]
    if inside and first < last:
        names.append("on")
        names += ["start"] * (row.number == first) + ["stop"] * (row.number == last)
    if row.number == GAP:
        names.append("gap")
    elif any(mark.main for mark in row.marks):
        names.append("acquired")
    elif row.number == lost:
        names.append("lost")
    elif any(mark.good for mark in row.marks):
        names.append("good")
    elif row.marks:
        names.append("station")
    return " ".join(names)


def _code_row(row: Row, rail: str, colours: Mapping[int, Sequence[Part]]) -> str:
    number = "⋮" if row.number == GAP else str(row.number)
    code = "" if row.number == GAP else _code(row, colours.get(row.number, ()))
    return f'<div class="row"><span class="{rail}"></span><span class="number">{number}</span><code>{code}</code></div>\n'


def _note_row(row: Row, mark: Mark, *, on: bool) -> str:
    kind = _kind(mark)
    said = f"otherwise: {mark.text}" if mark.good else mark.text
    return (
        f'<div class="row said"><span class="rail{" on" if on else ""}"></span><span class="number"></span>'
        f'<code>{" " * min(mark.start, len(row.text))}<span class="{kind}">╰ {_text(said)}</span></code></div>\n'
    )


def _kind(mark: Mark) -> str:
    return "main" if mark.main else "good" if mark.good else "way"


def _code(row: Row, parts: Sequence[Part]) -> str:
    """One line in pieces: coloured as Python, the marked ranges underlined."""
    shown = [(_column(row, start), _column(row, end), kind) for start, end, kind in parts]
    shown += [(mark.start, mark.end, _kind(mark)) for mark in row.marks]
    edges = sorted({0, len(row.text), *(edge for start, end, _ in shown for edge in (start, end) if edge <= len(row.text))})
    pieces = []
    for start, end in pairwise(edges):
        names = " ".join(dict.fromkeys(kind for first, last, kind in shown if first <= start and end <= last))
        text = escape(row.text[start:end])
        pieces.append(f'<span class="{names}">{text}</span>' if names else text)
    return "".join(pieces)


def _column(row: Row, column: int) -> int:
    """A column of the file's line as one of the row's text."""
    return len(spread(row.raw[: max(0, column - row.cut)]))


def _fixes(entry: Entry) -> Iterator[str]:
    for fix in entry.fixes:
        lines = diff_of(fix, entry.lines)
        if lines:
            title = f"{_text(fix.title)}{'' if fix.safe else ' <small>may change behaviour</small>'}"
            yield f'<details class="fix" open><summary>Fix: {title}</summary>\n<pre>{_diff(lines)}</pre></details>\n'


def _diff(lines: Iterable[str]) -> str:
    kinds = {"+": "add", "-": "cut", "@": "at"}
    return "".join(f'<span class="{kinds.get(line[:1], "same")}">{escape(spread(line))}</span>\n' for line in lines)
