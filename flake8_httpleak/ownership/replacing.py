"""Names of a module that get a new client while they still hold the one that was made with the module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.events import Acquisition, made_sites
from flake8_httpleak.ownership.interpreter import Machine
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.machine import STEPS, Budget
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.states import State, Trail
from flake8_httpleak.ownership.values import NOBODY, TRACKED, Instance, Status, resite
from flake8_httpleak.ownership.walks import Loss, Run


@dataclass(frozen=True, slots=True)
class Replacement:
    """A function loses the client of a name of the module. `made`: where that client comes from."""

    name: str
    made: Acquisition
    function: FunctionInfo
    loss: Loss


def replacements(analyser: Analyser) -> Iterator[Replacement]:
    """Walk every function that puts something it makes into a name which the module gave a client."""
    kept = _kept_by_module(analyser) if any(survey.events.global_stores for survey in analyser.analysis.surveys.values()) else {}
    if not kept:
        return
    for survey in analyser.analysis.surveys.values():
        names = {one.name for one in survey.events.global_stores.values() if made_sites(one.value)}
        for name in sorted(names & kept.keys()):
            value, made = kept[name]
            if _is_closed_elsewhere(analyser, survey.function, name, made.kind):
                continue
            run = _follow(analyser, survey.function, name, value, made)
            for loss in run.losses if run is not None else ():
                if loss.how == "overwritten" and loss.via is None:
                    yield Replacement(name, made, survey.function, loss)


def _kept_by_module(analyser: Analyser) -> dict[str, tuple[Instance, Acquisition]]:
    """The names that hold a client whichever way the module's own statements went."""
    module = next((one for one in analyser.analysis.surveys.values() if one.function is analyser.module), None)
    ends = [one.state.env for one in module.run.flow.returns] if module is not None else []
    made = {id(one.node): one for one in analyser.analysis.acquisitions}
    found: dict[str, tuple[Instance, Acquisition]] = {}
    for name, value in ends[0].items() if ends else ():
        is_same = all(env.get(name) == value for env in ends)
        if is_same and isinstance(value, Instance) and value.site in made and kind_of(value) is not None:
            found[name] = value, made[value.site]
    return found


def _is_closed_elsewhere(analyser: Analyser, function: FunctionInfo, name: str, kind: ResourceKind) -> bool:
    """Whether a function that this one calls, or that calls it, may close what the name holds first."""
    releases = {*kind.release, *kind.release_async}
    for survey in analyser.analysis.surveys.values():
        for call in survey.events.local_calls.values():
            other = call.callee if survey.function is function else survey.function if call.callee is function else function
            if other is not function and other.unit.spells((name,)) and not releases.isdisjoint(other.unit.attributes):
                return True
    return False


def _follow(analyser: Analyser, function: FunctionInfo, name: str, value: Instance, made: Acquisition) -> Run | None:
    """Walk a function with the client of the module in the name."""
    if function.node is None:
        return None
    state = State({**analyser.parameters(function), name: resite(value, lambda site: TRACKED if site != NOBODY else site)})
    state.status, state.used, state.trail = Status.HELD, True, Trail(made.node, "kept")
    m = Machine(analyser.program, analyser.analysis.summaries, function, budget=Budget(STEPS))
    m.keeps_names = True
    return analyser.guard(lambda: m.execute(state), function)
