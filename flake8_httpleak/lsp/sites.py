"""Calls of client libraries, found by their place in the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_httpleak.clients.catalog import Catalog, ResourceKind, known_roots, load_catalog
from flake8_httpleak.clients.model import Produce, Timeout
from flake8_httpleak.diagnostics import Position, Span
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser, Analysis
from flake8_httpleak.ownership.events import Acquisition, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.source.positions import spans_in_units

NOWHERE = Span(Position(0, 0), Position(0, 0))


@dataclass(frozen=True, slots=True)
class Site:
    """One call, and what the tables say of it.

    span: what is called, without its arguments. makes: what comes of it, None if that is nothing to be released.
    owner: what it is a method of, None for functions and constructors. produce, timeout: the table's entries for the call.
    helper: the function of this file that is called, empty if it is none.
    """

    span: Span
    catalog: Catalog
    makes: ResourceKind | None = None
    owner: ResourceKind | None = None
    produce: Produce | None = None
    timeout: Timeout | None = None
    helper: str = ""


def site_at(text: str, options: Options, position: Position) -> Site | None:
    """The call of a client library whose name a place is in; None if there is none. Raises SyntaxError."""
    tree = ast.parse(text)
    roots = client_roots(tree, known_roots(options.clients) if options.clients else frozenset())
    if not roots:
        return None
    catalog = load_catalog(roots, options.clients)
    analysis = Analyser(Program(tree, [f"{line}\n" for line in text.split("\n")], catalog), roots).survey_all()
    sites = [site for site in _sites(analysis, catalog, position.line) if site.span.start <= position <= site.span.end]
    return max(sites, key=lambda site: (site.span.start, -site.span.end.line, -site.span.end.column), default=None)


def _sites(analysis: Analysis, catalog: Catalog, line: int) -> Iterator[Site]:
    """Every call in the statements around a line."""
    made = {id(one.node): one for one in analysis.acquisitions}
    called = {key: one for survey in analysis.surveys.values() for key, one in survey.events.calls.items()}
    near = {
        key: one for key, one in (called | made).items() if any(unit.first <= line <= unit.last for unit in one.function.units)
    }
    callees = {key: one.callee if isinstance(one, Acquisition) else one.node.func for key, one in near.items()}
    places = spans_in_units((unit, callees[key]) for key, one in near.items() for unit in one.function.units)
    for key in near:
        yield _site(places.get(id(callees[key]), NOWHERE), catalog, made.get(key), called.get(key))


def _site(span: Span, catalog: Catalog, made: Acquisition | None, called: MethodCall | None) -> Site:
    makes = made.kind if made is not None and made.kind.role != "inert" else None
    helper = made.helper.qualified if made is not None and made.helper is not None else ""
    if called is None:
        timeout = catalog.method_timeout(makes.key, "") if makes is not None and _is_in_tables(makes) and not helper else None
        return Site(span, catalog, makes, timeout=timeout, helper=helper)
    owner = kind_of(called.owner) if called.owner is not None else None
    if owner is None:
        return Site(span, catalog, makes, None, catalog.function(called.path), catalog.timeout(called.path), helper)
    if not _is_in_tables(owner):
        return Site(span, catalog, makes, owner, helper=helper)
    produce, timeout = catalog.method(owner.key, called.path), catalog.method_timeout(owner.key, called.path)
    return Site(span, catalog, makes, owner, produce, timeout, helper)


def _is_in_tables(kind: ResourceKind) -> bool:
    return not kind.is_of_this_file
