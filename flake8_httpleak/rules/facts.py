"""What rules are asked to judge: every resource of a file with what becomes of it, worked out when a rule first asks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser, Analysis
from flake8_httpleak.ownership.classes import FieldFate
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.verdicts import Verdict, judge

CLIENTS = frozenset({"client", "connection", "transport"})


class Facts:
    """One analysed file."""

    def __init__(self, analyser: Analyser, options: Options) -> None:
        """Take a file whose functions have been surveyed."""
        self.analyser = analyser
        self.options = options

    @property
    def analysis(self) -> Analysis:
        """The surveys."""
        return self.analyser.analysis

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What becomes of everything that is made, in the order in which the surveys found it."""
        found: list[Verdict] = []
        for acquisition in list(self.analysis.acquisitions):
            if acquisition.kind.role != "inert":
                fate = self.analyser.follow(acquisition)
                if fate is not None:
                    found.append(judge(fate.acquisition, fate.run))
        return found

    @cached_property
    def errors(self) -> list[Verdict]:
        """What becomes of exceptions that are open responses, by the call that may raise them."""
        found: list[Verdict] = []
        for acquisition in list(self.analysis.acquisitions):
            if acquisition.error:
                fate = self.analyser.follow(acquisition, "error")
                if fate is not None:
                    found.append(judge(fate.acquisition, fate.run))
        return found

    def verdict_of(self, acquisition: Acquisition) -> Verdict | None:
        """What becomes of what one call makes."""
        return next((verdict for verdict in self.verdicts if verdict.acquisition is acquisition), None)

    @property
    def responses(self) -> Iterator[Verdict]:
        """Streamed responses, and websockets that a session opened."""
        for verdict in self.verdicts:
            kind = verdict.kind
            if kind.role == "response" or (kind.role == "websocket" and verdict.acquisition.receiver is not None):
                yield verdict

    @property
    def clients(self) -> Iterator[Verdict]:
        """Sessions, clients, pools, transports, connections, and websockets that stand alone. Not those that close themselves."""
        for verdict in self.verdicts:
            kind = verdict.kind
            alone = kind.role == "websocket" and verdict.acquisition.receiver is None
            if (kind.role in CLIENTS or alone) and not kind.self_closing:
                yield verdict

    @cached_property
    def fields(self) -> list[FieldFate]:
        """What becomes of what classes keep."""
        return list(self.analyser.fields.fates())
