"""Look-ups in client tables for one set of imports: what does this name, call or method acquire?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Literal

from flake8_httpleak.clients.model import Kind, Produce, Timeout
from flake8_httpleak.clients.paths import Paths
from flake8_httpleak.clients.problems import TableError
from flake8_httpleak.clients.store import Library, Store
from flake8_httpleak.clients.verify import check_library

__all__ = ["Catalog", "Effect", "ResourceKind", "TableError", "known_roots", "load_catalog", "load_user_tables"]

Effect = Literal["borrows", "reads", "handles", "relays"]
ResourceKind = Kind
"""A kind as the catalog hands it out: `key` and `library` set, base resolved, every kind reference in it a full key."""


class Catalog:
    """The tables that matter for one file. All look-ups are dictionary look-ups; kinds are shared and compare by identity."""

    def __init__(self, store: Store, roots: frozenset[str]) -> None:
        """Index the tables of `store` that the imports `roots` can reach."""
        self.roots = roots
        self._store = store
        self._constructors: dict[str, Kind] = {}
        self._annotations: dict[str, Kind] = {}
        self._functions: dict[str, Produce] = {}
        self._timeouts: dict[str, Timeout] = {}
        self._effects: dict[str, Effect] = {}
        self._libraries: dict[str, str] = {}
        self._methods: dict[str, _Methods] = {}
        self.ends: set[str] = set()
        """Functions that never return, by their full names."""
        self.deadlines: set[str] = set()
        """Calls and context managers that bound the time of what is inside them."""
        self.one_shot: set[str] = set()
        """Functions that open a connection of their own at each call."""
        self.threads: set[str] = set()
        """Functions that start threads."""
        self.costly: set[str] = set()
        """Functions whose result is worth sharing."""
        self.calm: set[str] = set()
        """Last words of calls that don't raise in practice."""
        # Later tables do not override earlier ones; the user's own entries come first within a table.
        for name in store.names(roots):
            self._add(store.library(name))

    def _add(self, library: Library) -> None:
        for kind in library.kinds.values():
            for dotted in (*kind.classes, *kind.makers):
                self._constructors.setdefault(dotted, kind)
            for dotted in (*kind.classes, *kind.types):
                self._annotations.setdefault(dotted, kind)
        for produce in library.functions:
            for dotted in produce.calls:
                self._functions.setdefault(dotted, produce)
        for timeout in library.table.timeouts:
            for dotted in timeout.calls:
                self._timeouts.setdefault(dotted, timeout)
                self._libraries.setdefault(dotted, library.table.name)
        for dotted in library.table.one_shot:
            self._libraries.setdefault(dotted, library.table.name)
        self.ends.update(library.table.ends)
        self.calm.update(library.table.calm)
        self.deadlines.update(library.table.deadlines)
        self.one_shot.update(library.table.one_shot)
        self.costly.update(library.table.costly)
        self.threads.update(library.table.threads)
        effects: tuple[tuple[Effect, tuple[str, ...]], ...] = (
            ("handles", library.table.handles),
            ("reads", library.table.reads),
            ("borrows", library.table.borrows),
            ("relays", library.table.relays),
        )
        for effect, names in effects:
            for dotted in names:
                self._effects.setdefault(dotted, effect)

    def kind(self, key: str) -> ResourceKind:
        """The kind of a full key such as `requests.Session`; raises TableError if no table has it."""
        return self._store.kind(key)

    def library(self, name: str) -> Library:
        """The whole table of that name; KeyError if there is none."""
        return self._store.library(name)

    def knows(self, dotted: str) -> bool:
        """Whether a table says anything of this name, or of something below it."""
        return dotted in self._constructors or dotted in self._functions or dotted in self._annotations or dotted in self._effects

    def is_request(self, dotted: str) -> bool:
        """Whether a function does something that rules ask about: sends a request, or makes something costly."""
        return dotted in self._timeouts or dotted in self.one_shot or dotted in self.costly

    def concerns(self, dotted: str) -> bool:
        """Whether a table speaks of this name, of something below it or of something above it, as a thing that matters by itself.

        Not of functions that only ever matter to a resource among their arguments, nor of types that make nothing themselves,
        such as a response: whoever is given one only borrows it.
        """
        return dotted in self._stems or any(name in self._named for name in _prefixes(dotted))

    @cached_property
    def _named(self) -> set[str]:
        found = {*self._constructors, *self._functions, *self._timeouts}
        found.update(dotted for dotted, kind in self._annotations.items() if kind.makes_others)
        return found | self.one_shot | self.costly

    @cached_property
    def _stems(self) -> set[str]:
        return {stem for name in self._named for stem in _prefixes(name)}

    def public_names(self, module: str) -> set[str]:
        """What a star import of a module brings, as far as the tables know it."""
        prefix = f"{module}."
        known = (*self._constructors, *self._functions, *self._annotations)
        return {name.removeprefix(prefix).partition(".")[0] for name in known if name.startswith(prefix)}

    def constructor(self, dotted: str) -> ResourceKind | None:
        """The kind that calling this class or maker gives."""
        return self._constructors.get(dotted)

    def annotation(self, dotted: str) -> ResourceKind | None:
        """The kind that a value annotated with this class has."""
        return self._annotations.get(dotted)

    def function(self, dotted: str) -> Produce | None:
        """What calling this function hands out; kind keys in it are full."""
        return self._functions.get(dotted)

    def effect(self, dotted: str) -> Effect | None:
        """What this function does with a resource among its arguments; None if unknown.

        `logging.*` in a table answers for every function of that module, `*.debug` for every method of that name.
        """
        module, _, word = dotted.rpartition(".")
        return self._effects.get(dotted) or self._effects.get(f"{module}.*") or self._effects.get(f"*.{word}")

    def method(self, kind_key: str, chain: str) -> Produce | None:
        """What `object.chain(...)` hands out for an object of this kind; `chain` is the attribute path of the call."""
        return self._of(kind_key).produce(chain)

    def timeout(self, dotted: str) -> Timeout | None:
        """The timeout parameter of a function of a table."""
        return self._timeouts.get(dotted)

    def library_of(self, dotted: str) -> str:
        """The table that a request function stands in; of any other function its package."""
        return self._libraries.get(dotted) or dotted.partition(".")[0]

    def method_timeout(self, kind_key: str, chain: str) -> Timeout | None:
        """The timeout parameter of `object.chain(...)`; of the constructor if `chain` is empty."""
        return self._of(kind_key).timeout(chain)

    def _of(self, key: str) -> _Methods:
        if key not in self._methods:
            self._methods[key] = _Methods(self.kind(key))
        return self._methods[key]


def _prefixes(dotted: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


class _Methods:
    """The calls of one kind, by attribute path."""

    def __init__(self, kind: Kind) -> None:
        produces = [(call, produce) for produce in kind.produces for call in produce.calls]
        timeouts = [(call, timeout) for timeout in kind.timeouts for call in timeout.calls or ("",)]
        self.produce: Callable[[str], Produce | None] = Paths(produces).get
        self.timeout: Callable[[str], Timeout | None] = Paths(timeouts).get


@lru_cache(maxsize=8)
def _store(user_tables: tuple[str, ...]) -> Store:
    return Store(user_tables)


@lru_cache(maxsize=256)
def load_catalog(roots: frozenset[str], user_tables: tuple[str, ...] = ()) -> Catalog:
    """The catalog for a file that imports `roots` (dotted names such as `requests` or `urllib.request`).

    Only the tables of these roots are parsed; others when a kind of theirs is asked for. Cached per process.
    user_tables: paths of the user's own tables. Raises TableError.
    """
    return Catalog(_store(user_tables), roots)


def known_roots(user_tables: tuple[str, ...] = ()) -> frozenset[str]:
    """Import names that any table knows; cheap, reads first lines only. Raises TableError for a bad user table."""
    return frozenset(root for roots in _store(user_tables).roots().values() for root in roots)


def load_user_tables(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Read and check the user's tables wholly, references included, before any file is analysed.

    Returns the names of their tables. Raises TableError with one line: file, line, key, problem, what is allowed.
    """
    store = _store(paths)
    names = store.user_names()
    for name in names:
        check_library(store, name)
    return names
