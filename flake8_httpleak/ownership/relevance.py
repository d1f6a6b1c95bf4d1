"""Which units of a file matter: those that speak of client libraries, then those that speak of what surveys have found."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from flake8_httpleak.ownership.plain import Use, use_of
from flake8_httpleak.ownership.program import ClassInfo, Program
from flake8_httpleak.source.mentions import Mentions, mentions_of
from flake8_httpleak.source.names import imported
from flake8_httpleak.source.units import ClassScope, Unit


@dataclass(slots=True)
class News:
    """What has become known to hold or hand out resources."""

    names: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    fields: set[tuple[ClassInfo, str]] = field(default_factory=set)


class Relevance:
    """What is worth a walk in one file."""

    def __init__(self, program: Program, roots: frozenset[str], *, sparing: bool) -> None:
        """Prepare; `roots` are the client libraries that the file imports.

        sparing: functions that send plain requests and keep nothing of the answers don't matter.
        """
        self.program = program
        self.roots = roots
        self.sparing = sparing
        self.seen: set[Unit] = set()
        """Units that were looked at."""
        self.lets_go: set[Unit] = set()
        """Units that matter but keep no answer of a plain request: those need not be followed."""

    def seeds(self) -> list[Unit]:
        """Units that name something of a client library that the tables speak of, directly or in what they inherit."""
        names = self._client_names()
        own = {name for module in self.program.names.stars for name in self.program.catalog.public_names(module)}
        """Names that always matter."""
        classes: set[ClassScope] = set()
        while news := {one for one in self.program.units.every_class() if self._inherits(one, names, own)} - classes:
            classes |= news
            own |= {one.node.name for one in news if self.program.class_of(one).library_kind is not None}
        words = {*names, *own, *(root.partition(".")[0] for root in self.roots)}
        found = [
            unit
            for unit in self.program.units.all
            if unit.owner in classes or (unit.spells(words) and (self._imports(unit) or self._matters(unit, names, own)))
        ]
        makers = {unit.owner.methods.get("__init__") for unit in found if unit.owner is not None} - set(found)
        return [*found, *(unit for unit in self.program.units.all if unit in makers)]  # what fields hold at first, mostly None

    def _matters(self, unit: Unit, names: dict[str, list[str]], own: set[str]) -> bool:
        """Whether a unit speaks of client libraries, and of more than plain requests if those are to be spared."""
        if not own.isdisjoint(unit.names):
            return True
        if not self._speaks_of(unit.mentions, names, own):
            return False
        if not self.sparing or unit.function is None:
            return True
        use = use_of(unit.function, names, self.program.catalog)
        if use is Use.REPEATED:
            self.lets_go.add(unit)
        return use is not Use.PLAIN

    def _client_names(self) -> dict[str, list[str]]:
        """Names of the module that stand for something of a client library, or for a package above one; and for what."""
        bindings = self.program.names.bindings
        found = {name: [one for one in binding.imports if self._is_client(one)] for name, binding in bindings.items()}
        return {name: dotted for name, dotted in found.items() if dotted}

    def _is_client(self, dotted: str) -> bool:
        known = any(dotted == root or dotted.startswith(f"{root}.") or root.startswith(f"{dotted}.") for root in self.roots)
        return known and self.program.catalog.concerns(dotted)

    def _imports(self, unit: Unit) -> bool:
        """Whether something of a client library is imported inside, not just by the module for all to see."""
        found = {name: dotted for one in unit.imports for name, dotted in imported(one) if self._is_client(dotted)}
        if unit.function is None and unit.owner is None and set(map(type, unit.nodes)) <= {ast.Import, ast.ImportFrom}:
            bindings = self.program.names.bindings
            return any(name != "*" and bindings[name].imports != [dotted] for name, dotted in found.items())
        return bool(found)

    def _speaks_of(self, mentions: Mentions, names: dict[str, list[str]], own: set[str]) -> bool:
        """Whether something is mentioned that is known by one of these names, or has one of its own."""
        if not own.isdisjoint(mentions.names):
            return True
        for name in mentions.names & names.keys():
            for chain in mentions.chains:
                first, dot, rest = chain.partition(".")
                if first == name and any(self.program.catalog.concerns(f"{one}{dot}{rest}") for one in names[name]):
                    return True
        return False

    def concerns(self, unit: Unit) -> bool:
        """Whether a unit may have to do with clients, as far as is known by now."""
        return unit in self.seen

    def _inherits(self, scope: ClassScope, names: dict[str, list[str]], own: set[str]) -> bool:
        return bool(scope.node.bases) and self._speaks_of(mentions_of(scope.node.bases), names, own)

    def touched(self, news: News) -> list[Unit]:
        """Units that mention what has become known."""
        owners: dict[str, set[ClassInfo | Unit]] = {}
        # By the field: classes, or where the methods of a class stand that is inside a function.
        for info, name in news.fields:
            owners.setdefault(name, set()).update([info] if info.units else (one.unit for one in info.functions.values()))
        words = {*news.names, *news.methods, *owners}
        return [unit for unit in self.program.units.all if unit.spells(words) and self._mentions(unit, news, owners)]

    def _mentions(self, unit: Unit, news: News, owners: dict[str, set[ClassInfo | Unit]]) -> bool:
        if not news.names.isdisjoint(unit.names) or not news.methods.isdisjoint(unit.attributes):
            return True
        return any(self._is_family(unit, owners[name]) for name in owners.keys() & unit.attributes)

    def _is_family(self, unit: Unit, owners: set[ClassInfo | Unit]) -> bool:
        own = self.program.class_of(unit.owner) if unit.owner is not None else None
        return unit in owners or (own is not None and not owners.isdisjoint(self.program.family(own)))
