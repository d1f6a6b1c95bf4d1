"""What a walk says of a resource: lost always, on some paths, only when something raises, or never."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.diagnostics import Reclaim
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.states import OFFLINE, Grade
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.walks import Handover, Loss, Run
from flake8_httpleak.source.visitor import Visitor


class Outcome(StrEnum):
    """On which paths a resource is lost."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    ON_ERROR = "on error"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one resource. `losses`: those that count, the telling one first."""

    acquisition: Acquisition
    outcome: Outcome
    losses: tuple[Loss, ...]
    handovers: tuple[Handover, ...]
    reclaim: Reclaim
    is_released: bool = False
    """Some normal path releases it."""
    is_handed: bool = False
    """Some normal path ends with somebody else who has to release it."""

    @property
    def kind(self) -> ResourceKind:
        """The kind of the resource."""
        return self.acquisition.kind

    @property
    def is_pending(self) -> bool:
        """It was never there at all: its coroutine or context manager was neither awaited nor entered."""
        return bool(self.losses) and all(loss.status is Status.PENDING for loss in self.losses)

    def has(self, mark: str) -> bool:
        """Whether every loss bears a mark."""
        return bool(self.losses) and all(mark in loss.marks for loss in self.losses)


def judge(acquisition: Acquisition, run: Run) -> Verdict:
    """Decide from the losses of a walk."""
    kind = acquisition.kind
    reclaim = reclaim_of(acquisition)
    released = Status.RELEASED in run.ends
    handed = Status.HANDED in run.ends  # if both are there, who knows which of the two follows
    normal = tuple(loss for loss in run.losses if loss.via is None)
    if acquisition.delivery == "future":  # a future that nobody awaits may have callbacks
        normal = tuple(loss for loss in normal if loss.status is not Status.PENDING)
    if kind.idle:  # on a path where it was never used it holds nothing
        normal = tuple(loss for loss in normal if loss.used or not (run.ends or OFFLINE in loss.marks))
    handovers = tuple(run.handovers)
    if normal:
        usable = run.ends or all(loss.how == "iterator" for loss in normal)
        outcome = Outcome.SOMETIMES if usable else Outcome.ALWAYS
        return Verdict(acquisition, outcome, normal, handovers, reclaim, released, handed)
    counted = tuple(loss for loss in run.losses if _counts(loss, kind, reclaim, released=released, handed=handed))
    telling_first = tuple(sorted(counted, key=_doubt))
    return Verdict(
        acquisition, Outcome.ON_ERROR if counted else Outcome.NEVER, telling_first, handovers, reclaim, released, handed
    )


_KEEPERS = frozenset({"global", "field", "class attribute", "attribute", "container", "container filled in a loop"})
_KEEPERS |= {"field container", "module container"}
"""How an exception is handed over that then outlives its handler."""


def kept_error(verdict: Verdict) -> cst.CSTNode | None:
    """Where an exception that is an open response is put while it is open; None if it goes with its handler."""
    for handover in verdict.handovers:
        if handover.how in _KEEPERS and handover.status is Status.HELD:
            return handover.node
    for loss in verdict.losses:
        if "stored" in loss.marks and loss.how in ("ended", "returned", "overwritten") and loss.node is not None:
            return loss.node
    return None


def _doubt(loss: Loss) -> int:
    """How much a reader may doubt that a step raises: a `raise` does, a request may, any other call might."""
    return 0 if isinstance(loss.node, cst.Raise) else 1 if loss.via is Grade.STRONG else 2


def _counts(loss: Loss, kind: ResourceKind, reclaim: Reclaim, *, released: bool, handed: bool) -> bool:
    """Whether a loss that needs an exception is worth a word."""
    if loss.status is Status.PENDING or (kind.idle and not loss.used):
        return False
    match loss.via:
        case Grade.STRONG:
            return True
        case Grade.WEAK:
            return released and not handed
        case Grade.CANCEL:
            return released and reclaim is not Reclaim.REFERENCE
    return False


def reclaim_of(acquisition: Acquisition) -> Reclaim:
    """What frees the resource once it is lost."""
    reclaim = acquisition.kind.reclaim
    if reclaim is Reclaim.REFERENCE and keeps_exception(acquisition.function):
        return Reclaim.COLLECTOR
    return reclaim


def keeps_exception(function: FunctionInfo) -> bool:
    """Whether a handler binds its exception to another name: frame, traceback and exception then hold each other."""
    return function.node is not None and _keeps_exception(function.node.body)


@lru_cache(maxsize=1)  # the resources of one function come one after another, and there may be thousands
def _keeps_exception(body: cst.CSTNode) -> bool:
    found = _Kept()
    found.walk(body)
    return found.kept


class _Kept(Visitor):
    def __init__(self) -> None:
        self.names: list[str] = []
        self.kept = False

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        named = node.name is not None and isinstance(node.name.name, cst.Name)
        self.names.append(node.name.name.value if named else "")  # type: ignore[union-attr] # checked by `named`

    def leave_ExceptHandler(self, _: cst.ExceptHandler) -> None:
        self.names.pop()

    def visit_Assign(self, node: cst.Assign) -> None:
        if isinstance(node.value, cst.Name) and node.value.value in self.names and node.value.value:
            self.kept = self.kept or any(isinstance(target.target, cst.Name) for target in node.targets)
