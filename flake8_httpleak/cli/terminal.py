"""What a terminal shows: each finding with its code, the way of the resource drawn into it. The only module that knows rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.syntax import Syntax
from rich.text import Text

from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.report import Entry, Severity
from flake8_httpleak.report.frames import GAP, Mark, Row, rows_of
from flake8_httpleak.report.showing import visible

Endings = Mapping[Entry, Sequence[tuple[int, str]]]
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def print_frames(streams: Streams, entries: Sequence[Entry], endings: Endings | None = None) -> None:
    """Print findings with their code; `endings`: where other ways of their resources end well, as far as that is known."""
    console = _console(streams)
    for entry in entries:
        colour = COLOURS[entry.severity]
        head = Text.assemble((entry.code, colour), " ", (entry.name, "bold"), "  ")
        head.append(visible(f"{entry.path}:{entry.span.start.line}:{entry.span.start.column + 1}"), "dim")
        console.print(head, soft_wrap=True)
        console.print(Padding(Text(visible(entry.message)), (0, 0, 0, 2), expand=False))
        for line in _frame(rows_of(entry, (endings or {}).get(entry, ())), colour, max(console.width, 40)):
            console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
        for fix in entry.fixes:
            console.print(
                Text.assemble(("  fix: ", "green"), visible(fix.title), ("" if fix.safe else " (unsafe)", "dim")), soft_wrap=True
            )
        console.print()


def print_sum(streams: Streams, entries: Sequence[Entry], files: int) -> None:
    """Print the last line of a run."""
    console = _console(streams)
    if not entries:
        console.print(Text.assemble(("✓ ", "bold green"), f"no leaks in {_count(files, 'file')}"))
        return
    places = len({entry.path for entry in entries})
    line = Text.assemble((_count(len(entries), "finding"), "bold"), f" in {places} of {_count(files, 'file')}")
    counts = Counter(entry.severity for entry in entries)
    for severity in Severity:
        if counts[severity]:
            line.append(" · ", "dim")
            line.append(_count(counts[severity], severity), COLOURS[severity])
    console.print(line)


def print_markdown(streams: Streams, text: str) -> None:
    """Print a rule's page."""
    _console(streams).print(Markdown(text))


def print_diff(streams: Streams, lines: Iterable[str]) -> None:
    """Print a unified diff in colour."""
    console = _console(streams)
    styles = {"+++": "bold", "---": "bold", "@@ ": "cyan", "+": "green", "-": "red"}
    for line in lines:
        style = next((style for start, style in styles.items() if line.startswith(start)), "")
        console.print(Text(visible(line.rstrip("\n")), style), soft_wrap=True)


def make_bar(streams: Streams, total: int) -> tuple[Progress, TaskID]:
    """A progress bar on standard error, which is drawn only when it is asked to be."""
    bar = Progress(
        TextColumn("checking"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=streams.err),
        transient=True,
        auto_refresh=False,
    )
    return bar, bar.add_task("", total=total)


def _console(streams: Streams) -> Console:
    return Console(file=streams.out, highlight=False, emoji=False, markup=False)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _frame(rows: Sequence[Row], colour: str, width: int) -> Iterable[Text]:
    """The lines of a finding: code with numbers, and under it what happens there."""
    digits = len(str(max((row.number for row in rows), default=0)))
    for row in rows:
        if row.number == GAP:
            yield Text(f"  {'⋮':>{digits}}", "dim")
            continue
        sign = "●" if any(mark.main for mark in row.marks) else "○" if row.marks else " "
        line = Text.assemble((f"{sign} ", colour), (f"{row.number:>{digits}} │ ", "dim"))
        line.append_text(_coloured(row.text))
        yield line
        for mark in row.marks:
            yield _underlined(row, mark, digits, colour, width)


def _coloured(text: str) -> Text:
    found = Syntax("", "python", theme="ansi_dark", background_color="default").highlight(text)
    found.rstrip()
    return found


def _underlined(row: Row, mark: Mark, digits: int, colour: str, width: int) -> Text:
    before = cell_len(row.text[: mark.start])
    said = f"otherwise: {mark.text}" if mark.good else mark.text
    # What is said matters more than the length of the line under it.
    room = max(width - digits - 6 - before - len(said) - 1, 1)
    length = min(max(cell_len(row.text[mark.start : mark.end]), 1), room)
    style = colour if mark.main else "green" if mark.good else "magenta"
    line = Text.assemble((f"  {' ' * digits} │ ", "dim"), " " * before, (("━" if mark.main else "─") * length, style))
    line.append(f" {said}".rstrip(), style)
    return line
