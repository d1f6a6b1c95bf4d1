"""What rules are asked to judge: every resource of a file with what becomes of it, worked out when a rule first asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar

import libcst as cst

from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser, Analysis
from flake8_httpleak.ownership.classes import FieldFate
from flake8_httpleak.ownership.events import Acquisition, Entered, Header, MethodCall
from flake8_httpleak.ownership.following import Fate, Follower, failing_open
from flake8_httpleak.ownership.members import path_of
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.values import NOBODY, Instance, Object, Status, Value
from flake8_httpleak.ownership.verdicts import Verdict, judge
from flake8_httpleak.ownership.walks import Run
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.outside import calls_of, thread_counts
from flake8_httpleak.rules.replaced import Replacements
from flake8_httpleak.rules.roles import Role, Roles

T = TypeVar("T")
LASTING = frozenset({"field", "global", "kept", "class attribute", "attribute", "field container", "module container"})
"""How something is handed over that then lives on."""
CLIENTS = frozenset({"client", "connection", "transport"})


class Facts:
    """One analysed file."""

    def __init__(self, analyser: Analyser, options: Options, filename: str = "") -> None:
        """Take a file whose functions have been surveyed."""
        self.analyser = analyser
        self.options = options
        self._follower = Follower(analyser)
        self._made: dict[Callable[[Facts], Any], Any] = {}
        self.roles = Roles(analyser.program, filename, options.frameworks)
        """How often each function runs."""

    def once(self, make: Callable[[Facts], T]) -> T:
        """What a function works out of the whole file, asked for as often as one likes."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @property
    def analysis(self) -> Analysis:
        """The surveys."""
        return self.analyser.analysis

    @cached_property
    def fates(self) -> list[Fate]:
        """The walks that followed everything that is made, in the order in which the surveys found it."""
        found: list[Fate] = []
        doubtful = {id(call.node) for call in self.calls if not call.certain}
        doubtful.update(*(survey.events.doubtful for survey in self.analysis.surveys.values()))
        replaced = Replacements(self.analyser.program, self.roles)
        for acquisition in list(self.analysis.acquisitions):
            is_open = acquisition.kind.role in ("response", "websocket")
            if acquisition.kind.role == "inert" or replaced.cover(acquisition):
                continue
            if acquisition.kind.role == "pinned" and acquisition.function.unit in self.analyser.relevance.lets_go:
                continue
            if not (is_open and id(acquisition.node) in doubtful):
                fate = self._follower.follow(acquisition)
                if fate is not None:
                    found.append(fate)
        return found

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What becomes of everything that is made."""
        return [judge(fate.acquisition, fate.run) for fate in self.fates]

    def invariance(self, function: FunctionInfo, loop: cst.CSTNode | None = None, *, settings: bool = False) -> Invariance:
        """What varies from one call of a function to the next, or from one turn of a loop to the next."""
        return Invariance(function, loop, settings=settings, is_current=self.roles.is_current)

    def run_of(self, acquisition: Acquisition) -> Run | None:
        """The walk that followed what one call makes."""
        return self._runs.get(id(acquisition))

    @cached_property
    def _runs(self) -> dict[int, Run]:
        return {id(fate.acquisition): fate.run for fate in self.fates}

    def held_at_yields(self, acquisition: Acquisition) -> cst.CSTNode | None:
        """Where the generator that makes a resource waits with it, neither handing it out nor being a context manager."""
        run = self.run_of(acquisition)
        function = acquisition.function
        if run is None or not function.is_generator or function.is_manager or self.roles.of(function) is Role.LENDS:
            return None
        return next((node for node, state in run.paused if state.status is Status.HELD), None)

    @cached_property
    def errors(self) -> list[Verdict]:
        """What becomes of exceptions that are open responses, by the call that may raise them."""
        found: list[Verdict] = []
        for acquisition in failing_open(self.analysis):
            fate = self._follower.follow(acquisition, "error")
            if fate is not None:
                found.append(judge(fate.acquisition, fate.run))
        return found

    def verdict_of(self, acquisition: Acquisition) -> Verdict | None:
        """What becomes of what one call makes."""
        return self._by_acquisition.get(id(acquisition))

    @cached_property
    def _by_acquisition(self) -> dict[int, Verdict]:
        return {id(verdict.acquisition): verdict for verdict in self.verdicts}

    @property
    def responses(self) -> Iterator[Verdict]:
        """Streamed responses, and websockets that a session opened."""
        for verdict in self.verdicts:
            kind = verdict.kind
            if kind.role == "response" or (kind.role == "websocket" and verdict.acquisition.receiver is not None):
                yield verdict

    @property
    def clients(self) -> Iterator[Verdict]:
        """Sessions, clients, pools, transports, connections, and websockets that stand alone.

        Not those that close themselves, nor those over a pool of somebody else.
        """
        for verdict in self.verdicts:
            kind = verdict.kind
            alone = kind.role == "websocket" and verdict.acquisition.receiver is None
            if (kind.role in CLIENTS or alone) and not kind.self_closing and not verdict.acquisition.borrows_pool:
                yield verdict

    @property
    def calls(self) -> Iterator[MethodCall]:
        """Every call of a method of a kind or of a function of a table."""
        for survey in self.analysis.surveys.values():
            yield from survey.events.calls.values()

    @property
    def constructions(self) -> Iterator[Acquisition]:
        """Every call that says how a client or a part of one is to be: of constructors, and of `super().__init__`."""
        yield from self.analysis.acquisitions
        for call in self.calls:
            if call.path == "__init__" and isinstance(call.owner, Instance):
                yield Acquisition(call.node, call.owner.kind, call.function, call.loops, call.arguments)

    @property
    def blocks(self) -> Iterator[Entered]:
        """Every item of a `with` or `async with`."""
        for survey in self.analysis.surveys.values():
            yield from survey.events.blocks.values()

    @property
    def headers(self) -> Iterator[Header]:
        """Every header that is set on a client itself."""
        for survey in self.analysis.surveys.values():
            yield from survey.events.headers.values()

    @cached_property
    def workers(self) -> list[tuple[int | None, str, int]]:
        """For every place that starts threads, how many it may start (None if unknown), how that is written, and its line."""
        return list(thread_counts(self.analyser.program))

    @cached_property
    def has_socket_default(self) -> bool:
        """Whether the file sets a default timeout for all sockets."""
        return any(True for _ in calls_of(self.analyser.program, {"socket.setdefaulttimeout"}))

    def outlives(self, acquisition: Acquisition) -> bool:
        """Whether what a call makes lives longer than the function it is made in."""
        verdict = self.verdict_of(acquisition)
        return verdict is not None and any(one.how in LASTING for one in verdict.handovers)

    def is_long_lived(self, owner: Value) -> bool:
        """Whether a client serves more than the function it is used in."""
        site = owner.site if isinstance(owner, Instance | Object) else NOBODY
        if site == NOBODY:
            return True
        return any(id(one.node) == site and self.outlives(one) for one in self.analysis.acquisitions)

    def is_lost_coroutine(self, call: MethodCall) -> bool:
        """Whether the coroutine that a call makes is neither awaited nor given to anybody, on any normal path."""
        run = self._follower.follow_call(call.node, call.function, "coroutine")
        return run is not None and any(loss.via is None for loss in run.losses)

    def resource_at(self, value: Value | None, node: cst.CSTNode, function: FunctionInfo) -> object:
        """What a finding about a value is about, in the words of other findings; None if no other rule speaks of it.

        node: the expression that stands for the value, which may be a field.
        """
        site = value.site if isinstance(value, Instance | Object) else NOBODY
        if site > NOBODY:
            return site
        path = path_of(node)
        if path is not None and len(path) > 1 and function.owner is not None:
            for fate in self.fields:
                if fate.name == path[-1] and fate.owner in (*function.owner.line_of_descent, function.owner):
                    return id(fate.acquisitions[0].node)
        return None

    @cached_property
    def fields(self) -> list[FieldFate]:
        """What becomes of what classes keep."""
        return list(self.analyser.fields.fates())
