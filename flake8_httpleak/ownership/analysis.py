"""The whole file: which functions are looked at, in which order, and what becomes of every resource they make.

Functions that name a client library are surveyed first. What that shows, namely fields, globals and functions that hold or hand
out resources, decides which others matter; so it goes on until nothing new comes up. Then each acquisition is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from flake8_httpleak.ownership.annotations import annotated_value, declared_fields
from flake8_httpleak.ownership.classes import Fields
from flake8_httpleak.ownership.events import Acquisition, Events, FieldStore, LocalCall, made_sites
from flake8_httpleak.ownership.interpreter import Machine
from flake8_httpleak.ownership.joining import join
from flake8_httpleak.ownership.knowledge import has_unit, matters, united
from flake8_httpleak.ownership.machine import GiveUp
from flake8_httpleak.ownership.methods import BUILDERS
from flake8_httpleak.ownership.program import ClassInfo, FunctionInfo, Program
from flake8_httpleak.ownership.relevance import News, Relevance
from flake8_httpleak.ownership.states import State
from flake8_httpleak.ownership.summaries import Summaries
from flake8_httpleak.ownership.values import (
    NOBODY,
    NONE,
    UNKNOWN,
    Class,
    Const,
    Dotted,
    Function,
    Instance,
    Items,
    Object,
    Symbol,
    Value,
    choice,
    is_parameter,
    left_out,
    options,
    parameter,
    resite,
)
from flake8_httpleak.ownership.walks import Run
from flake8_httpleak.source.units import Unit

MAX_ROUNDS = 6
MODULE = "<module>"
CLASS_BODY = "<class>"


@dataclass(slots=True)
class Survey:
    """One function, and what a walk through it noted."""

    function: FunctionInfo
    events: Events
    run: Run


@dataclass(eq=False)
class Analysis:
    """What is known of a file after everything that matters was walked."""

    program: Program
    summaries: Summaries
    surveys: dict[FunctionInfo, Survey] = field(default_factory=dict)
    given_up: list[cst.CSTNode | FunctionInfo] = field(default_factory=list)

    @property
    def acquisitions(self) -> Iterator[Acquisition]:
        """Every call that makes a resource."""
        for survey in self.surveys.values():
            yield from survey.events.acquisitions.values()


class Analyser:
    """Does the work for one file."""

    def __init__(self, program: Program, roots: frozenset[str], *, sparing: bool = False) -> None:
        """Prepare; `roots` are the client libraries that the file imports.

        sparing: leave out functions that send plain requests and keep nothing of the answers.
        """
        self.program = program
        self.relevance = Relevance(program, roots, sparing=sparing)
        self.analysis = Analysis(program, Summaries(program, self.relevance.concerns))
        self.module_units: list[Unit] = []
        self.module: FunctionInfo | None = None
        self._handing: set[str] = set()
        self._undecided: set[FunctionInfo] = set()
        self._keys: dict[tuple[cst.CSTNode | None, str, Unit], FunctionInfo] = {}
        self._found = News()
        """What a survey shows by itself."""
        self.fields = Fields(self)

    def survey_all(self) -> Analysis:
        """Survey units until nothing new comes up."""
        pending = self.relevance.seeds()
        for _ in range(MAX_ROUNDS):
            if not pending:
                break
            self.relevance.seen.update(pending)
            self._survey_module(pending)
            for unit in sorted(pending, key=_comes_later):
                if unit.function is not None or unit.owner is not None:
                    self._survey_unit(unit)
            news = self._learn()
            self.analysis.summaries = Summaries(self.program, self.relevance.concerns)
            pending = self.relevance.touched(news)
        return self.analysis

    # Surveys.

    def _survey_module(self, units: Iterable[Unit]) -> None:
        known = set(self.module_units)
        added = [unit for unit in units if unit.owner is None and unit.function is None and unit not in known]
        if not added:
            return
        known.update(added)
        self.module_units = [unit for unit in self.program.units.all if unit in known]
        module = self.module = self.module or FunctionInfo(MODULE, added[0])
        module.more_units = tuple(unit for unit in self.module_units if unit is not module.unit)
        self.guard(lambda: self._walk_module(module), module)

    @property
    def module_body(self) -> list[cst.BaseStatement]:
        """The module's own statements, as far as they matter."""
        return [node for unit in self.module_units for node in unit.body]

    def _walk_module(self, module: FunctionInfo) -> Run:
        events = Events()
        m = Machine(self.program, self.analysis.summaries, module, events=events)
        m.keeps_names = True
        run = m.execute_statements(self.module_body, State({}))
        env: dict[str, Value] = {}
        for one in run.flow.returns:
            for name, value in one.state.env.items():
                env[name] = join(env[name], value) if name in env else value
        for name, value in env.items():
            self._keep_global(name, value)
        self._note(module, events, run)
        for inner in events.nested:
            self._survey(inner)
        return run

    def _keep_global(self, name: str, value: Value) -> None:
        if isinstance(value, Dotted | Symbol) or name.startswith("<") or has_unit(value):
            return
        value = resite(value, lambda _: NOBODY)
        if name in self.program.units.rebound:
            value = choice([value, self.program.globals.get(name, value)])
        self.program.globals[name] = value

    def _survey_unit(self, unit: Unit) -> None:
        owner = self.program.class_of(unit.owner) if unit.owner is not None else None
        if unit.function is None:
            if owner is not None:
                self._survey_class_body(unit, owner)
            return
        self._survey(self.program.function(unit, owner))

    def _survey_class_body(self, unit: Unit, owner: ClassInfo) -> None:
        function = FunctionInfo(CLASS_BODY, unit, owner)
        events = Events()
        m = Machine(self.program, self.analysis.summaries, function, events=events)
        m.keeps_names = True
        run = self.guard(lambda: m.execute_statements(unit.body, State({})), function)
        if run is None:
            return
        for one in run.flow.returns:
            for name, value in one.state.env.items():
                for site in made_sites(value) & events.for_each:
                    events.stored_field(m, Object(owner), name, value, self.analysis.summaries.sites[site])
                if isinstance(value, Instance | Object | Items):
                    self._keep_field(owner, name, value)
        for name, value in declared_fields(self.program, unit.body):
            self._keep_field(owner, name, value)
        self._note(function, events, run)
        for inner in events.nested:
            self._survey(inner)

    def _keep_field(self, owner: ClassInfo, name: str, value: Value) -> None:
        """A class says in its body what a field holds."""
        if name not in owner.fields:
            owner.fields[name] = resite(value, lambda _: NOBODY)
            if matters(value):
                self._found.fields.add((owner, name))

    def _survey(self, function: FunctionInfo) -> None:
        if function.node is None:
            return
        events = Events()
        m = Machine(self.program, self.analysis.summaries, function, events=events)
        run = self.guard(lambda: m.execute(State(self.parameters(function))), function)
        if run is None:
            return
        self._note(function, events, run)
        for inner in events.nested:
            self._survey(inner)

    def guard(self, walk: Callable[[], Run], what: cst.CSTNode | FunctionInfo) -> Run | None:
        """Walk, within the bounds; None where they are reached, which is noted."""
        try:
            return walk()
        except (GiveUp, RecursionError):
            self.analysis.given_up.append(what)
            return None

    def _note(self, function: FunctionInfo, events: Events, run: Run) -> None:
        key = self._keys.setdefault((function.node, function.name, function.unit), function)
        survey = self.analysis.surveys[key] = Survey(function, events, run)
        if function.name in BUILDERS:
            self._learn_fields(survey, self._found)

    def parameters(self, function: FunctionInfo) -> dict[str, Value]:
        """What the parameters of a function are known to be when nothing is known of the call."""
        env: dict[str, Value] = dict(function.closure)
        found = function.parameters
        if found is None:
            return env
        for one in (*found.posonly_params, *found.params, *found.kwonly_params):
            value = annotated_value(self.program, one.annotation.annotation) if one.annotation is not None else None
            optional = isinstance(one.default, cst.Name) and one.default.value == "None"
            if value is not None and optional:
                value = left_out(one.name.value, value)  # whatever the annotation says
            env[one.name.value] = value if value is not None else parameter(one.name.value, optional=optional)
        for star in (found.star_arg, found.star_kwarg):
            if isinstance(star, cst.Param):
                env[star.name.value] = parameter(star.name.value)
        if function.owner is not None and function.parameter_names and not function.is_static:
            first = function.parameter_names[0]
            env[first] = Class(function.owner) if "classmethod" in function.last_decorators else Object(function.owner)
        return env

    # What surveys show.

    def _learn(self) -> News:
        """Take over what fields, globals and results are now known to hold; what is new."""
        news, self._found = self._found, News()
        for survey in list(self.analysis.surveys.values()):
            self._learn_fields(survey, news)
            for kept in survey.events.global_stores.values():
                before = self.program.globals.get(kept.name)
                self._keep_global(kept.name, kept.value)
                if self.program.globals.get(kept.name) != before:
                    news.names.add(kept.name)
            self._learn_results(survey, news)
        for name, value in self.program.globals.items():
            if (matters(value) or isinstance(value, Function | Class)) and name not in self._handing:
                self._handing.add(name)
                news.names.add(name)
        news.names |= self.fields.settle_classes()
        return news

    def _learn_fields(self, survey: Survey, news: News) -> None:
        for store in survey.events.field_stores.values():
            if self._learn_field(store):
                news.fields.add((store.owner, store.name))

    def _learn_field(self, store: FieldStore) -> bool:
        """Take over what a field is now known to hold; says whether that may change what becomes of a resource."""
        value = resite(store.value, lambda _: NOBODY)
        known = store.owner.fields.get(store.name)
        if known is None and store.function.name not in BUILDERS and isinstance(value, Instance | Object):
            known = NONE  # until that method is called
        if isinstance(value, Const) and self._is_set_elsewhere(store.owner, store.name):
            value = choice([value, UNKNOWN])
        joined = value if known is None else united(known, value)
        before, store.owner.fields[store.name] = store.owner.fields.get(store.name), joined
        return joined != before and matters(joined)

    def _is_set_elsewhere(self, info: ClassInfo, name: str) -> bool:
        """Whether a method that nobody has looked into assigns a field."""
        units = (unit for one in self.program.family(info) for unit in one.units if unit not in self.relevance.seen)
        return any(unit.spells((name,)) and name in unit.mentions.stored for unit in units)

    def _learn_results(self, survey: Survey, news: News) -> None:
        """A function that hands out a resource matters to whoever calls it; so does one that makes a client for each call.

        And one whose arguments decide whether what it hands out is a resource.
        """
        function = survey.function
        results = (*survey.run.flow.returns, *survey.run.yielded)
        handed = any(made_sites(one.value) or self._is_maker(one.value) for one in results)
        handed = handed or self._promises(function)
        if survey.events.undecided or any(self._passes_on(call) for call in survey.events.local_calls.values()):
            self._undecided.add(function)
            handed = True
        makes = any(one.kind.role in ("client", "connection") for one in survey.events.acquisitions.values())
        key = function.qualified
        fails = bool(survey.events.errors) or any(one.error for one in survey.events.acquisitions.values())
        if not (handed or makes or fails) or key in self._handing or _is_called_by_python(function.name):
            return
        self._handing.add(key)
        if function.owner is None:
            news.names.add(function.name)
        else:
            news.methods.add(function.name)

    def _promises(self, function: FunctionInfo) -> bool:
        """Whether the annotation of a function says that it gives a client."""
        returns = function.node.returns if isinstance(function.node, cst.FunctionDef) else None
        value = annotated_value(self.program, returns.annotation) if returns is not None else None
        return value is not None and any(isinstance(one, Instance) and one.kind.makes_others for one in options(value))

    def _is_maker(self, value: Value) -> bool:
        """Whether a value is a class or function of a library that makes resources, or one of several."""
        return any(isinstance(one, Dotted) and self.program.catalog.constructor(one.name) is not None for one in options(value))

    def _passes_on(self, call: LocalCall) -> bool:
        """Whether a function leaves it to its own caller what another one hands out."""
        given = call.arguments
        return call.callee in self._undecided and (given.open or any(is_parameter(value) for value in given.values()))


def _comes_later(unit: Unit) -> bool:
    """Whether a unit is looked at after the constructors, which say what fields hold at the beginning."""
    return unit.function is None or unit.function.name not in BUILDERS


def _is_called_by_python(name: str) -> bool:
    """`__init__` and the like, as against names that are private by two underscores."""
    return name.startswith("__") and name.endswith("__")
