"""The one orchestrator: from a file's text to its findings."""

from __future__ import annotations

import ast
import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flake8_httpleak.clients.catalog import known_roots, load_catalog
from flake8_httpleak.diagnostics import Diagnostic, Position, Reclaim, Related, Span, Step
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.rules.base import Finding, Place, Rule, fitted, placed
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.registry import registry
from flake8_httpleak.source.positions import spans_in_units

_MILDNESS = [Reclaim.NEVER, Reclaim.COLLECTOR, Reclaim.REFERENCE]
NOWHERE = Span(Position(0, 0), Position(0, 0))
Spans = dict[int, Span]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file's findings, each as its rule gave it and as it is reported, and what the rules were asked to judge."""

    found: tuple[tuple[Finding, Diagnostic], ...] = ()
    facts: Facts | None = None
    """None if the file uses no client library."""

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is reported, in the order of places."""
        return [diagnostic for _, diagnostic in self.found]


def analyze(
    source: str,
    filename: str,
    options: Options,
    tree: ast.Module | None = None,
    roots: frozenset[str] | None = None,
) -> list[Diagnostic]:
    """Find what a file does wrong with HTTP clients.

    source: the text, any line ends. filename: for the reader only. tree: the file's `ast`, if somebody has it already.
    roots: the client libraries that it imports, if somebody has asked the gate already.
    Returns the findings in the order of their places. Raises SyntaxError if there is no tree and this interpreter makes none of
    the text, whatever the reason, and TableError if a table that the options name cannot be used.
    """
    with _without_collector():  # here as well: when it goes on, it finds that the trees are no longer needed, and frees them
        return examine(source, filename, options, tree, roots).diagnostics


def examine(
    source: str,
    filename: str,
    options: Options,
    tree: ast.Module | None = None,
    roots: frozenset[str] | None = None,
) -> Examined:
    """The same as `analyze`, for those who need to know what stands behind a finding."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    tree = _parsed(source, filename) if tree is None else tree
    if roots is None:
        roots = client_roots(tree, known_roots(options.clients) if options.clients else frozenset())
    if not roots:
        return Examined()
    with _without_collector():
        return _examined(source, filename, options, tree, roots)


def _examined(source: str, filename: str, options: Options, tree: ast.Module, roots: frozenset[str]) -> Examined:
    program = Program(tree, [f"{line}\n" for line in source.split("\n")], load_catalog(roots, options.clients))
    rules = _asked(options)
    # The rules that are on by default have nothing to say of plain requests; those that are asked for may.
    analyser = Analyser(program, roots, sparing=all(rule.default for rule in rules))
    analyser.survey_all()
    facts = Facts(analyser, options, filename)
    found = [finding for rule in rules for finding in rule.check(facts)]
    return Examined(tuple(_report(_strongest(found), options)), facts)


def _parsed(source: str, filename: str) -> ast.Module:
    """The file's `ast`. Python has several ways to say that it makes none; here there is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the file's code, for tools that ask for them
            return ast.parse(source, filename)
    except (ValueError, RecursionError, MemoryError) as error:  # halves of characters, NUL in some versions; nested too deeply
        raise SyntaxError(f"no Python that this interpreter reads ({type(error).__name__})", (filename, 1, 1, "")) from None


@contextmanager
def _without_collector() -> Iterator[None]:
    """Trees and states are many objects and next to no cycles: looking for those meanwhile takes a tenth of the time or more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _asked(options: Options) -> list[Rule]:
    """The rules that are on."""
    return [rule for rule in registry() if rule.default or rule.code.startswith(options.enable)]


def _strongest(found: list[Finding]) -> list[Finding]:
    """One finding for one resource."""
    best: dict[object, Finding] = {}
    rest: list[Finding] = []
    for finding in found:
        if finding.resource is None:
            rest.append(finding)
        elif finding.resource not in best or finding.rule.strength < best[finding.resource].rule.strength:
            best[finding.resource] = finding
    return [*rest, *best.values()]


def _report(found: list[Finding], options: Options) -> list[tuple[Finding, Diagnostic]]:
    wanted = [one for one in found if _MILDNESS.index(one.reclaim) <= _MILDNESS.index(options.reclaim)]
    places = _places(wanted)
    reported = [(one, _diagnostic(one, places)) for one in wanted]
    return sorted(reported, key=lambda pair: (pair[1].span, pair[1].code))


def _places(found: list[Finding]) -> Spans:
    """Where everything stands that the findings speak of, unit by unit."""
    wanted: list[Place] = []
    for finding in found:
        wanted += [finding.at, *finding.places, *(place for place, _ in (*finding.steps, *finding.related))]
    return spans_in_units((unit, place.node) for place in wanted for unit in place.function.units)


def _diagnostic(finding: Finding, places: Spans) -> Diagnostic:
    def span(place: Place) -> Span:
        return places.get(id(place.node), NOWHERE)

    at = span(finding.at)
    return Diagnostic(
        code=finding.rule.code,
        name=finding.rule.name,
        message=fitted(placed(finding.message, [span(place).start.line for place in finding.places])),
        span=at,
        level=finding.level,
        reclaim=finding.reclaim,
        scope=_scope(finding.at),
        library=finding.library,
        steps=tuple(Step(span(place), text) for place, text in finding.steps),
        related=tuple(Related(span(place), text) for place, text in finding.related),
        lines=(at.start.line, at.end.line),
    )


def _scope(place: Place) -> str:
    name = place.function.qualified
    return "" if name.startswith("<module>") else name.removesuffix(".<class>")
