"""The ways of every resource through a file, for people: why something was reported, and why something was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from flake8_httpleak.diagnostics import Span
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.following import Fate, Follower, failing_open
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.states import Grade, Trail
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.verdicts import Outcome, Verdict, judge, kept_error
from flake8_httpleak.ownership.walks import Loss
from flake8_httpleak.ownership.written import written
from flake8_httpleak.source.positions import spans_in_units

_GRADES = {
    Grade.WEAK: "only if a call raises that hardly ever does",
    Grade.CANCEL: "only if the task is cancelled there",
    Grade.GENERATOR: "only if the generator is closed there",
    Grade.CLEANUP: "only if the clean-up itself fails there",
}
_OUTCOMES = {
    Outcome.ALWAYS: "lost on every normal path",
    Outcome.SOMETIMES: "lost on some paths",
    Outcome.ON_ERROR: "lost only if something raises",
    Outcome.NEVER: "never lost",
}


@dataclass(frozen=True, slots=True)
class Station:
    """One stop on the way of a resource: its line (0: the end of the function), and what happens there."""

    line: int
    what: str
    counts: bool = True
    """False for a loss that nobody is told of."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that was found out about one resource.

    first, last: lines of the acquiring call. what: the call as written. kind: its kind in the tables. scope: the function.
    verdict: in a few words. paths: the ways that were followed, the lost ones first. notes: why nothing is reported.
    """

    first: int
    last: int
    what: str
    kind: str
    scope: str
    verdict: str
    paths: tuple[tuple[Station, ...], ...]
    notes: tuple[str, ...] = ()


def traces(analyser: Analyser, lines: Iterable[int] = ()) -> list[Trace]:
    """Follow every resource of a surveyed file, or only those made in a function that one of the lines stands in."""
    wanted = set(lines)
    found: list[Trace] = []
    follower = Follower(analyser)
    for acquisition in list(analyser.analysis.acquisitions):
        if acquisition.kind.role == "inert":
            continue
        fate = follower.follow(acquisition)
        if fate is not None and (not wanted or _covers(acquisition.function, wanted)):
            found.append(_trace(fate))
    for acquisition in failing_open(analyser.analysis):
        if not wanted or _covers(acquisition.function, wanted):
            found.extend(_trace_of_error(follower, acquisition))
    return sorted(found, key=lambda one: one.first)


def _covers(function: FunctionInfo, lines: set[int]) -> bool:
    return any(unit.first <= line <= unit.last for unit in function.units for line in lines)


def _trace(fate: Fate) -> Trace:
    acquisition, run = fate.acquisition, fate.run
    function = acquisition.function
    nodes: list[cst.CSTNode] = [acquisition.node]
    for trail in (*(loss.trail for loss in run.losses), *run.good):
        nodes.extend(step.node for step in trail)
    nodes.extend(loss.node for loss in run.losses if loss.node is not None)
    nodes.extend(one.node for one in run.handovers if one.node is not None)
    places = spans_in_units((unit, node) for unit in function.units for node in nodes)
    at = places.get(id(acquisition.node))
    verdict = judge(acquisition, run)
    return Trace(
        first=at.start.line if at else 0,
        last=at.end.line if at else 0,
        what=f"'{written(acquisition.callee) or 'a call'}'",
        kind=acquisition.kind.key,
        scope=function.qualified,
        verdict=_OUTCOMES[verdict.outcome],
        paths=(
            *(_lost(loss, places, counts=_counts(loss, verdict)) for loss in run.losses),
            *(_way(trail, places) for trail in run.good),
        ),
        notes=tuple(_notes(fate, places)),
    )


def _trace_of_error(follower: Follower, acquisition: Acquisition) -> Iterator[Trace]:
    """What becomes of the exception that a call raises: only told where it is kept, open as it is."""
    fate = follower.follow(acquisition, "error")
    kept = kept_error(judge(fate.acquisition, fate.run)) if fate is not None else None
    if kept is None:
        return
    places = spans_in_units((unit, node) for unit in acquisition.function.units for node in (acquisition.node, kept))
    at = places.get(id(acquisition.node))
    yield Trace(
        first=at.start.line if at else 0,
        last=at.end.line if at else 0,
        what=f"the error of '{written(acquisition.callee) or 'a call'}'",
        kind=acquisition.kind.key,
        scope=acquisition.function.qualified,
        verdict="kept while it is open",
        paths=((Station(at.start.line if at else 0, "raised"), Station(_line(kept, places), "kept")),),
    )


def _counts(loss: Loss, verdict: Verdict) -> bool:
    """Whether a loss is among those that are reported, or would be if they were not a part of a worse one."""
    if any(one is loss for one in verdict.losses):
        return True
    also = verdict.outcome in (Outcome.ALWAYS, Outcome.SOMETIMES) and loss.via is Grade.STRONG
    return also and (loss.used or not verdict.kind.idle)


def _way(trail: Trail, places: dict[int, Span]) -> tuple[Station, ...]:
    return tuple(Station(_line(step.node, places), step.what) for step in reversed(list(trail)))


def _lost(loss: Loss, places: dict[int, Span], *, counts: bool) -> tuple[Station, ...]:
    grade = _GRADES.get(loss.via) if loss.via is not None else None
    why = f", {grade}" if grade else ""
    how = {"returned": "the function returns", "ended": "the function ends", "raised": "this raises"}.get(loss.how, loss.how)
    return (*_way(loss.trail, places), Station(_line(loss.node, places), f"LOST: {how}{why}", counts))


def _notes(fate: Fate, places: dict[int, Span]) -> Iterator[str]:
    kind = fate.acquisition.kind
    for one in fate.run.handovers:
        line = _line(one.node, places)
        where = f" at line {line}" if line else ""
        body = ", whose body is not in this file" if one.how.startswith("given") else ""
        yield f"handed over{where}: {one.how}{body}"
    if kind.self_closing:
        yield "not reported: a finalizer closes it when it is dropped"
    if kind.idle and any(not loss.used for loss in fate.run.losses):
        yield "it holds nothing before its first request"
    if Status.RELEASED not in fate.run.ends and any(loss.via is Grade.WEAK for loss in fate.run.losses):
        yield "calls that hardly ever raise count only where the function releases it itself"


def _line(node: cst.CSTNode | None, places: dict[int, Span]) -> int:
    found = places.get(id(node)) if node is not None else None
    return found.start.line if found is not None else 0


def _said(station: Station) -> str:
    return station.what if station.counts else station.what.replace("LOST", "not counted", 1)


def render(found: Iterable[Trace]) -> Iterator[str]:
    """Traces as lines of text."""
    for trace in found:
        yield f"line {trace.first}: {trace.what} ({trace.kind}) in {trace.scope}: {trace.verdict}"
        ways = (" -> ".join(f"{_said(one)} ({one.line or 'end'})" for one in path) for path in trace.paths)
        yield from (f"    {way}" for way in dict.fromkeys(ways))  # two calls of one line may raise alike
        yield from (f"    {note}" for note in trace.notes)
