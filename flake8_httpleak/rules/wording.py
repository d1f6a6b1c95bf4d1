"""Words that several rules share: what was made, how it was lost, what to do."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.states import RAISED
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.ownership.walks import Loss
from flake8_httpleak.rules.base import MAX_MESSAGE, Finding, Place, Rule, written

_ENDS = {
    "returned": "the function returns",
    "overwritten": "its name is bound anew",
    "deleted": "its name is deleted",
    "iterator": "only its iterator is handed on",
    "dropped": "nothing keeps it any more",
    "ended": "the function ends",
    "raised": "this raises",
}
NOUNS = {
    "response": "response",
    "client": "client",
    "connection": "connection",
    "transport": "transport",
    "websocket": "websocket",
    "error": "error",
    "pinned": "response",
}


def thing(acquisition: Acquisition) -> str:
    """`response of 'requests.get'`, `'Body' of 's3.get_object'`, `client 'httpx.Client'`."""
    noun = NOUNS.get(acquisition.kind.role, "resource")
    callee = written(acquisition.callee)
    if acquisition.item:
        return f"'{acquisition.item}' of '{callee}'"
    return f"{noun} of '{callee}'" if acquisition.kind.role in ("response", "pinned", "websocket") else f"{noun} '{callee}'"


def way_out(loss: Loss, acquisition: Acquisition) -> tuple[str, tuple[Place, ...]]:
    """How a resource gets lost, with `{0}` for the line where that happens."""
    function = acquisition.function
    again = isinstance(loss.node, cst.Raise) and loss.node.exc is None
    # What a handler takes: the step that raises says more than where the way ends then.
    taken = loss.via is not None and (again or loss.how != "raised")
    raised = next((step.node for step in loss.trail if step.what == RAISED), None) if taken else None
    if raised is not None:
        return f"if {raiser(raised)} (line {{0}}) raises", (Place(raised, function),)
    if loss.node is None:
        return "when the function ends", ()
    place = (Place(loss.node, function),)
    match loss.how:
        case "returned":
            return "if the function returns at line {0}", place
        case "overwritten":
            return "when its name is bound anew at line {0}", place
        case "deleted":
            return "after 'del' at line {0}", place
        case "iterator":
            return "by whoever gets its iterator (line {0})", place
        case "raised":
            return f"if {raiser(loss.node)} (line {{0}}) raises", place
    return "and nothing keeps it", ()


def raiser(node: cst.CSTNode) -> str:
    """What raises, in a few words."""
    if isinstance(node, cst.Call):
        return f"'{written(node.func)}'"
    names = {
        cst.Raise: "'raise'",
        cst.Await: "'await'",
        cst.Assert: "'assert'",
        cst.Yield: "'yield'",
        cst.For: "the loop",
        cst.CompFor: "the loop",
    }
    return names.get(type(node), "a step")


def _steps(loss: Loss, acquisition: Acquisition) -> Iterator[tuple[Place, str]]:
    """The way of a resource, from where it is made to where it is lost, as far as that has a line."""
    last = None
    for step in reversed(list(loss.trail)):
        last = step.node
        yield Place(step.node, acquisition.function), step.what
    if loss.node is not None and loss.node is not last:
        yield Place(loss.node, acquisition.function), f"lost: {_ENDS.get(loss.how, loss.how)}"


LOSES = ", and its pool loses a place"
LOST_FOR_GOOD = "callers of this pool wait for a place, and a response that is dropped unread takes one away for good"


def lost(rule: Rule, verdict: Verdict, level: Level, text: str, pool: Acquisition | None = None) -> Finding:
    """A finding about a resource that is lost; `text` may use `{way}` once. pool: the blocking pool that it is lost to."""
    acquisition = verdict.acquisition
    way, places = way_out(verdict.losses[0], acquisition) if verdict.losses else ("", ())
    steps = tuple(_steps(verdict.losses[0], acquisition)) if verdict.losses else ()
    text = text.replace("{way}", way)
    if pool is not None and len(text) + len(LOSES) <= MAX_MESSAGE:
        what, end, cure = text.rpartition("; ")
        text = f"{what}{LOSES}{end}{cure}"
    return Finding(
        rule=rule,
        at=Place(acquisition.node, acquisition.function),
        message=text,
        level=level,
        reclaim=verdict.reclaim if pool is None else Reclaim.NEVER,
        places=places,
        resource=id(acquisition.node),
        library=acquisition.kind.library,
        steps=steps,
        related=((Place(pool.node, pool.function), LOST_FOR_GOOD),) if pool is not None else (),
    )
