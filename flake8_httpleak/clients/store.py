"""Client tables as they lie on disk: found by their first lines, parsed when asked for, `extends` and `base` resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flake8_httpleak.clients.model import Kind, Lab, Produce, Table
from flake8_httpleak.clients.problems import LOADER_ONLY, TableError, convert, describe
from flake8_httpleak.files import UnreadableError
from flake8_httpleak.toml import parse_toml, read_text

OURS = Path(__file__).parent
_HEAD = re.compile(r"^roots = (\[[^\]]*\])", re.MULTILINE)
_NAME = re.compile(r"[\w-]+")
_EFFECTS = ("borrows", "reads", "handles", "relays", "ends", "deadlines", "one_shot", "costly", "threads")
_NAMES = ("classes", "makers", "types", "calls", "roots", *_EFFECTS)
_READ = ("reads", "read_calls", "full_reads", "iterators", "error_closes")
_LITERAL = (*_READ, "closed_flags", "own_views", "borrow_views", "take_methods", "derive")  # names that stand for themselves
_OWN = ("classes", "makers", "types", "source", "unproved", "base")  # never inherited from a base kind
_LISTS = ("functions", "timeouts", "calm", "roots", *_EFFECTS)  # joined where tables meet
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One TOML file: where it is, its text, what tomllib made of it."""

    file: str
    text: str
    raw: Raw


@dataclass(frozen=True, slots=True)
class Library:
    """A table ready for use: kinds by their short name, every kind reference in them a full key."""

    table: Table
    kinds: dict[str, Kind]
    functions: tuple[Produce, ...]


@cache
def heads() -> dict[str, tuple[str, ...]]:
    """Roots of each of our tables, by table name. Reads the first lines of the files only."""
    return {path.stem: _head(path) for path in sorted(OURS.glob("*.toml"))}


def _head(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8") as file:
        found = _HEAD.search(file.read(600))
    return tuple(json.loads(found[1])) if found else ()


def read_source(path: Path, *, lab: bool = False) -> Source:
    """Parse one file. Without `lab`, the lab's sections at its end are left out.

    Raises TableError if it cannot be read or is not TOML.
    """
    try:
        text = read_text(path)
        raw = parse_toml(text if lab else text.partition("\n[lab")[0])
    except UnreadableError as error:
        raise TableError(f"{path}: {error}") from None
    return Source(str(path), text, raw)


def check_source(source: Source) -> Table:
    """The table as it is written, each part checked by itself so that an error can name its key."""
    raw, text, file = source.raw, source.text, source.file
    kinds = raw.get("kinds", {})
    if not isinstance(kinds, dict):
        raise TableError(describe(file, text, ("kinds",), "expected sections such as [kinds.Session]"))
    if not isinstance(raw.get("lab", {}), dict):
        raise TableError(describe(file, text, ("lab",), "expected sections such as [lab.Session]"))
    for name, body in kinds.items():
        if isinstance(body, dict) and (found := LOADER_ONLY & body.keys()):
            raise TableError(describe(file, text, ("kinds", name, min(found)), "is set by the loader; remove it"))
        if isinstance(body, dict) and "role" not in body and (body.get("base") or raw.get("extends") or _ours(raw)):
            body = {"role": "inert", **body}  # noqa: PLW2901 - inherited, checked after merging
        kind = convert(body, Kind, text, file, ("kinds", name))
        _check_methods(source, name, kind)
    for name, body in raw.get("lab", {}).items():
        convert(body, Lab, text, file, ("lab", name))
    table = convert({key: value for key, value in raw.items() if key != "kinds"}, Table, text, file)
    if not _NAME.fullmatch(table.name):
        raise TableError(describe(file, text, ("name",), f"'{table.name}' is no name; allowed: letters, digits, '_' and '-'"))
    return table


def _check_methods(source: Source, name: str, kind: Kind) -> None:
    """Whether names of methods are such, where they stand for themselves; raises TableError."""
    problems = [
        (key, one, "stands for many; write each name out") for key in _LITERAL for one in getattr(kind, key) if "*" in one
    ]
    for key, methods in (("release", kind.release), ("release_async", kind.release_async)):
        odd = (one for one in methods if not all(part.isidentifier() for part in one.split(".")))  # fixes write it into code
        problems += [(key, one, "is no method; write its bare name") for one in odd]
    for key, method, problem in problems:
        raise TableError(describe(source.file, source.text, ("kinds", name, key), f"'{method}' {problem}"))


def _ours(raw: Raw) -> bool:
    return raw.get("name") in heads()


class Store:
    """Every table there is: ours, and the user's, which add tables or extend ours."""

    def __init__(self, user: tuple[str, ...] = (), *, lab: bool = False) -> None:
        """Read the user's files (ours are read on demand); raises TableError."""
        self._lab = lab
        self._user: dict[str, list[Source]] = {}
        self._raw: dict[str, Raw] = {}
        self._library: dict[str, Library] = {}
        self._extending: list[str] = []
        for path in user:
            source = read_source(Path(path), lab=lab)
            self._user.setdefault(check_source(source).name, []).append(source)

    def roots(self) -> dict[str, tuple[str, ...]]:
        """Roots of every table, by table name."""
        found = dict(heads())
        for name, sources in self._user.items():
            added = tuple(root for source in sources for root in source.raw.get("roots", ()))
            found[name] = found.get(name, ()) + added
        return found

    def names(self, roots: frozenset[str]) -> tuple[str, ...]:
        """Tables that matter for a file that imports `roots`; a root matches what is below and above it."""
        return tuple(name for name, own in self.roots().items() if not own or any(_related(a, b) for a in own for b in roots))

    def user_names(self) -> tuple[str, ...]:
        """Names of the tables that the user's files add or extend."""
        return tuple(self._user)

    def files(self, name: str) -> tuple[str, ...]:
        """Where a table was read from, for messages."""
        return tuple(source.file for source in self._user.get(name, ())) or (str(OURS / f"{name}.toml"),)

    def kind(self, key: str) -> Kind:
        """The kind of a full key; raises TableError if there is none."""
        table, _, short = key.partition(".")
        try:
            return self.library(table).kinds[short]
        except KeyError:
            raise TableError(f"no kind '{key}' in any table") from None

    def library(self, name: str) -> Library:
        """A table with everything resolved; KeyError if there is no such table."""
        if name not in self._library:
            self._library[name] = self._resolve(name)
        return self._library[name]

    def raw(self, name: str) -> Raw:
        """A table's data after `extends` and the user's additions; KeyError if there is no such table."""
        if name not in self._raw:
            sources = self._sources(name)
            self._extending.append(name)
            merged: Raw = {}
            for source in sources:
                if parent := source.raw.get("extends"):
                    merged = _join(merged, self._parent(source, parent))
                merged = _join(merged, source.raw)
            self._extending.remove(name)
            self._raw[name] = merged
        return self._raw[name]

    def _sources(self, name: str) -> list[Source]:
        ours = [read_source(OURS / f"{name}.toml", lab=self._lab)] if name in heads() else []
        return ours + self._user.get(name, []) if ours else self._user[name]

    def _parent(self, source: Source, parent: str) -> Raw:
        if parent in self._extending:
            raise TableError(describe(source.file, source.text, ("extends",), f"'{parent}' is, or extends, this table itself"))
        try:
            raw = self.raw(parent)
        except KeyError:
            known = ", ".join(sorted(self.roots()))
            raise TableError(describe(source.file, source.text, ("extends",), f"no table '{parent}'; allowed: {known}")) from None
        roots = source.raw.get("rename", {})
        data = {key: raw[key] for key in ("kinds", *_LISTS) if key in raw and key != "roots"}
        renamed: Raw = _rename(data, roots)
        return {**renamed, "lab": _rename_code(raw.get("lab", {}), roots)}

    def _resolve(self, name: str) -> Library:
        raw = self.raw(name)
        bodies = {short: self._inherit(name, body, ()) for short, body in raw.get("kinds", {}).items()}
        table = convert({**raw, "kinds": {}}, Table, "", self.files(name)[0])
        kinds = {
            short: convert(self._full(name, short, body, bodies), Kind, "", self.files(name)[0], ("kinds", short))
            for short, body in bodies.items()
        }
        functions = convert([_produce(name, body, bodies) for body in raw.get("functions", ())], tuple[Produce, ...], "", "")
        return Library(table, kinds, functions)

    def _inherit(self, name: str, body: Raw, seen: tuple[str, ...]) -> Raw:
        base = body.get("base", "")
        if not base:
            return body
        key = base if "." in base else f"{name}.{base}"
        table, _, short = key.partition(".")
        if key in seen:
            raise TableError(f"{self.files(name)[0]}: kind '{base}' is its own base")
        try:
            found = self.raw(table)["kinds"][short]
        except KeyError:
            raise TableError(f"{self.files(name)[0]}: base: no kind '{base}'") from None
        above = self._inherit(table, found, (*seen, key))
        if table != name:
            names = self.raw(table)["kinds"]
            above = {**above, "produces": [_produce(table, produce, names) for produce in above.get("produces", ())]}
        kept = {field: value for field, value in above.items() if field not in _OWN}
        return {**kept, **body, "produces": [*body.get("produces", ()), *above.get("produces", ())]}

    def _full(self, name: str, short: str, body: Raw, local: Raw) -> Raw:
        produces = [_produce(name, produce, local) for produce in body.get("produces", ())]
        return {**body, "produces": produces, "key": f"{name}.{short}", "library": name}


def _produce(table: str, body: Raw, local: Raw) -> Raw:
    full: Callable[[str], str] = lambda key: f"{table}.{key}" if key in local else key  # noqa: E731
    return {**body, **{field: full(body[field]) for field in ("kind", "otherwise", "error") if body.get(field)}}


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _join(below: Raw, above: Raw) -> Raw:
    """Two tables as one: fields of `above` win, lists are joined with those of `above` first, kinds are merged by field."""
    joined = {**below, **above}
    for field in _LISTS:
        if field in below and field in above:
            joined[field] = [*above[field], *below[field]]
    kinds = dict(below.get("kinds", {}))
    for short, body in above.get("kinds", {}).items():
        old = kinds.get(short, {})
        kinds[short] = {**old, **body, "produces": [*body.get("produces", ()), *old.get("produces", ())]}
    return {**joined, "kinds": kinds, "lab": {**below.get("lab", {}), **above.get("lab", {})}}


def _rename(value: Any, roots: dict[str, str]) -> Any:  # noqa: ANN401 - what TOML can hold
    """A copy of a table's data with dotted names moved to other import roots."""
    if isinstance(value, dict):
        return {key: _dotted(item, roots) if key in _NAMES else _rename(item, roots) for key, item in value.items()}
    return [_rename(item, roots) for item in value] if isinstance(value, list) else value


def _rename_code(value: Any, roots: dict[str, str]) -> Any:  # noqa: ANN401 - what TOML can hold
    """A copy of the lab's snippets with the import roots replaced."""
    if isinstance(value, dict):
        return {key: _rename_code(item, roots) for key, item in value.items()}
    for old, new in roots.items():
        value = re.sub(rf"\b{re.escape(old)}\b", new, value)
    return value


def _dotted(names: Iterable[str], roots: dict[str, str]) -> list[str]:
    """Dotted names under their new roots; method names and names elsewhere stay."""
    moved = []
    for name in names:
        root = next((root for root in roots if name == root or name.startswith(f"{root}.")), None)
        moved.append(roots[root] + name[len(root) :] if root is not None else name)
    return moved
