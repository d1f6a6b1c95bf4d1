"""Snippets with remarks: what becomes of every resource stands beside the code that does it.

    r = requests.get(u, stream=True)  #: sometimes
    if r.ok:
        return  #: LOST: returns
    r.close()  #: closed
    #: LOST: ends

The line that acquires says the verdict (`always`, `sometimes`, `on error`, `never`), every other station of every way stands
on its line, several are separated by semicolons; a line of nothing but a remark speaks of the end of the function.
`kept: ...` is a hand-over after which the resource is followed on.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator

from flake8_httpleak.clients.catalog import load_catalog
from flake8_httpleak.gate import client_roots
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.following import Follower
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.states import RAISED
from flake8_httpleak.ownership.trace import Trace, traces
from flake8_httpleak.ownership.verdicts import Verdict, judge

HEADER = (
    "import asyncio, contextlib, functools, http.client, urllib.request, urllib.error; "
    "import aiohttp, boto3, httpx, requests, urllib3\n"
)
"""What a snippet may use without importing it."""
_VERDICTS = {
    "lost on every normal path": "always",
    "lost on some paths": "sometimes",
    "lost only if something raises": "on error",
    "never lost": "never",
    "kept while it is open": "error",
}
_SHORT = {
    "the function returns": "returns",
    "the function ends": "ends",
    "this raises": "raises",
    ", only if a call raises that hardly ever does": " (weak)",
    ", only if the task is cancelled there": " (cancel)",
    ", only if the generator is closed there": " (generator)",
    ", only if the clean-up itself fails there": " (cleanup)",
}
_HANDED = re.compile(r"handed over at line (?P<line>\d+): (?P<how>.*?)(?:, whose body is not in this file)?")
Remarks = set[tuple[int, str]]


def survey(source: str, header: str = HEADER) -> Analyser:
    """Survey a file; `header` stands above the source, on one line."""
    text = header + source
    tree = ast.parse(text)
    roots = client_roots(tree)
    analyser = Analyser(Program(tree, [f"{line}\n" for line in text.split("\n")], load_catalog(roots)), roots)
    analyser.survey_all()
    return analyser


def inside(body: str) -> str:
    """The statements as the body of a function `f(u)`, an async one if they ask for that."""
    text = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    prefix = "async " if re.search(r"\b(?:await|async)\b", text) else ""
    return f"{prefix}def f(u):\n{text}\n"


def verdicts(source: str, header: str = HEADER) -> list[Verdict]:
    """What becomes of every resource, in the order of acquisition."""
    analyser = survey(textwrap.dedent(source), header)
    fates = map(Follower(analyser).follow, _resources(analyser))
    return [judge(fate.acquisition, fate.run) for fate in fates if fate is not None]


def outcomes(source: str, header: str = HEADER) -> list[str]:
    """The verdicts as words."""
    return [str(one.outcome) for one in verdicts(source, header)]


def check(source: str, header: str = HEADER) -> None:
    """Compare the remarks in a snippet with the traces of its resources."""
    source = textwrap.dedent(source).strip("\n")
    wanted, found = _written(source), _found(traces(survey(source, header)), header.count("\n"))
    assert _beside(source, found) == _beside(source, wanted)


def _resources(analyser: Analyser) -> Iterator[Acquisition]:
    yield from (one for one in list(analyser.analysis.acquisitions) if one.kind.role != "inert")


def _written(source: str) -> Remarks:
    """The remarks that stand in a snippet."""
    found: Remarks = set()
    for number, line in enumerate(source.split("\n"), 1):
        code, mark, remarks = line.partition("#:")
        if mark:
            found.update((number if code.strip() else 0, one.strip()) for one in remarks.split(";"))
    return found


def _found(found: Iterable[Trace], above: int) -> Remarks:
    """The remarks that the analysis makes; `above`: lines that stand above the snippet."""
    remarks: Remarks = set()
    for trace in found:
        remarks.add((trace.first - above, _VERDICTS[trace.verdict]))
        said = [one for path in trace.paths for one in path if one.what != RAISED]  # these stand beside every handler
        stations = {(max(one.line - above, 0), _shortened(one.what)) for one in said}
        handed = [_HANDED.fullmatch(note) for note in trace.notes]
        given = {(int(one["line"]) - above, one["how"]) for one in handed if one is not None}
        remarks |= stations - {(trace.first - above, "acquired")}
        remarks |= {(line, f"kept: {how}") for line, how in given if (line, how) not in stations}
    return remarks


def _shortened(text: str) -> str:
    for long, short in _SHORT.items():
        text = text.replace(long, short)
    return text


def _beside(source: str, remarks: Remarks) -> list[str]:
    """A snippet with remarks in one certain order, so that a difference shows as a difference of lines."""
    lines = [line.partition("#:")[0].rstrip() for line in source.split("\n")]
    by_line = {number: "; ".join(sorted(text for line, text in remarks if line == number)) for number, _ in remarks}
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    said = [f"{line}  #: {by_line[number]}" if number in by_line else line for number, line in numbered]
    return [*said, f"    #: {by_line[0]}"] if 0 in by_line else said
