"""Checks of a whole table that no single key shows: do references lead somewhere, can its names be reached?"""

from __future__ import annotations

from flake8_httpleak.clients.model import Kind, Produce
from flake8_httpleak.clients.problems import TableError
from flake8_httpleak.clients.store import Library, Store


def check_library(store: Store, name: str) -> None:
    """Raise TableError if a reference in the table has no target or a spelling lies outside its roots."""
    library = store.library(name)
    file = store.files(name)[-1]
    for problem in (*_references(store, library), *_spellings(store, library)):
        raise TableError(f"{file}: {problem}")


def _references(store: Store, library: Library) -> list[str]:
    problems = []
    produces: list[tuple[str, Produce]] = [("functions", produce) for produce in library.functions]
    produces += [(f"kinds.{short}.produces", produce) for short, kind in library.kinds.items() for produce in kind.produces]
    for where, produce in produces:
        for key in filter(None, (produce.kind, produce.otherwise, produce.error)):
            try:
                store.kind(key)
            except TableError:
                known = ", ".join(sorted(library.kinds)) or "none"
                problems.append(f"{where}: calls {', '.join(produce.calls)}: no kind '{key}'; kinds of this table: {known}")
    return problems


def _spellings(store: Store, library: Library) -> list[str]:
    roots = store.roots().get(library.table.name, ())
    if not roots:
        return []
    problems = []
    for where, dotted in _dotted(library):
        if not any(dotted == root or dotted.startswith(f"{root}.") for root in roots):
            problems.append(f"{where}: '{dotted}' is outside the table's roots; allowed: names below {', '.join(roots)}")
    return problems


def _dotted(library: Library) -> list[tuple[str, str]]:
    kinds: dict[str, Kind] = library.kinds
    found = [(f"kinds.{short}", name) for short, kind in kinds.items() for name in (*kind.classes, *kind.makers)]
    return found + [("functions", name) for produce in library.functions for name in produce.calls]
