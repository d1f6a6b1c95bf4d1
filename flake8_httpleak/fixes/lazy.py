"""Which names still need an open resource: what was read is plain data, an iterator over the body is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.clients.catalog import Catalog, ResourceKind
from flake8_httpleak.clients.model import Scalar

CONSUMERS = frozenset(
    {
        *("all", "any", "ascii", "bool", "bytes", "dict", "float", "frozenset", "hash", "id", "int", "isinstance", "len", "list"),
        *("max", "min", "print", "repr", "set", "sorted", "str", "sum", "tuple", "type"),
    }
)
"""Builtins whose result does not use their argument any more."""
REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
"""Methods that read the whole answer, unless a table says that they hand out something else."""


class Laziness:
    """Judges expressions of one function that make use of a resource of one kind."""

    def __init__(self, kind: ResourceKind, catalog: Catalog) -> None:
        """Collect what the tables say of the kind and of what it hands out."""
        self.catalog = catalog
        self.reads: set[str] = set()
        self.views: set[str] = set()
        self.plain: set[str] = set()
        self.when: dict[str, dict[str, Scalar]] = {}
        """Methods that hand out something open only if an argument says so."""
        self.methods: set[str] = set()
        """Methods that, where they are not called but passed on, still need their object."""
        self.has_namespaces = any(call.startswith("*.") for produce in kind.produces for call in produce.calls)
        """Whether requests are made through attributes: `client.messages`."""
        self._collect(kind, set())

    def _collect(self, kind: ResourceKind, seen: set[str]) -> None:
        seen.add(kind.key)
        self.reads |= {*kind.reads, *kind.read_calls, *kind.full_reads, *kind.release, *kind.release_async, *kind.error_closes}
        self.views |= {path.partition(".")[0] for path in (*kind.own_views, *kind.borrow_views, *kind.iterators)}
        self.plain |= {call for timeout in kind.timeouts for call in timeout.calls if call in REQUESTS}
        held: set[str] = set()
        for produce in kind.produces:
            made = [self.catalog.kind(key) for key in (produce.kind, produce.otherwise) if key]
            calls = {call.rpartition(".")[2] for call in produce.calls}
            if all(one.role == "pinned" for one in made):
                self.plain |= calls
            elif produce.when:
                self.when.update(dict.fromkeys(calls, produce.when))
            else:
                held |= calls
            for one in made:
                if one.key not in seen:
                    self._collect(one, seen)
            self.methods |= calls
        self.methods |= {*kind.read_calls, *kind.full_reads, *(call for timeout in kind.timeouts for call in timeout.calls)}
        self.plain -= self.views | held

    def names(self, name: str, statements: list[ast.stmt]) -> set[str]:
        """A name, and all names that are bound to something which needs what it stands for."""
        found = {name}
        while True:
            new = {one for statement in statements for one in self._bound(statement, found)} - found
            if not new:
                return found
            found |= new

    def _bound(self, statement: ast.stmt, names: set[str]) -> Iterator[str]:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                value = node.value
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                targets, value = [node.optional_vars], node.context_expr
            else:
                continue
            if value is not None and self.is_lazy(value, names):
                for target in targets:
                    yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))

    def first(self, name: str, statements: list[ast.stmt]) -> set[str]:
        """A name, and those that are bound to something that comes straight from what it stands for."""
        return {name, *(one for statement in statements for one in self._bound(statement, {name}))}

    def returns(self, statements: list[ast.stmt], names: set[str]) -> bool:
        """Whether something that needs the resource is returned."""
        returned = (one.value for statement in statements for one in ast.walk(statement) if isinstance(one, ast.Return))
        return any(one is not None and self.is_lazy(one, names) for one in returned)

    def keeps(self, statements: list[ast.stmt], names: set[str], besides: str = "") -> bool:
        """Whether something that needs the resource is stored where it outlives the statements; not what `besides` names."""
        for node in (one for statement in statements for one in ast.walk(statement) if isinstance(one, ast.Assign)):
            if isinstance(node.value, ast.Name) and node.value.id == besides:
                continue
            targets = (one for target in node.targets for one in ast.walk(target))
            if any(isinstance(one, ast.Attribute | ast.Subscript) for one in targets) and self.is_lazy(node.value, names):
                return True
        return False

    def is_lazy(self, node: ast.expr, names: set[str]) -> bool:
        """Whether a value may still need the resource that one of the names stands for."""
        match node:
            case ast.Name():
                return node.id in names
            case ast.Attribute():
                return (node.attr in self.views or self._is_way(node)) and self.is_lazy(node.value, names)
            case ast.Await() | ast.Starred() | ast.NamedExpr() | ast.Subscript():
                return self.is_lazy(node.value, names)
            case ast.Call():
                return self._is_lazy_call(node, names)
            case ast.IfExp():
                return self.is_lazy(node.body, names) or self.is_lazy(node.orelse, names)
            case ast.BoolOp() | ast.Tuple() | ast.List() | ast.Set() | ast.Dict():
                inner = getattr(node, "values", None) or getattr(node, "elts", None) or []
                return any(one is not None and self.is_lazy(one, names) for one in inner)
            case ast.GeneratorExp() | ast.Lambda() | ast.Yield() | ast.YieldFrom():
                return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))
        return False

    def _is_way(self, node: ast.Attribute) -> bool:
        """Whether an attribute is a method that is not called, or leads to some."""
        return node.attr in self.methods or (self.has_namespaces and node.attr not in self.reads)

    def _is_lazy_call(self, node: ast.Call, names: set[str]) -> bool:
        function = node.func
        if isinstance(function, ast.Attribute) and self.is_lazy(function.value, names):
            if function.attr in self.when:
                return _holds(node, self.when[function.attr])
            return function.attr not in self.reads and function.attr not in self.plain
        if isinstance(function, ast.Name) and function.id in CONSUMERS:
            return False
        if self.catalog.effect(ast.unparse(function)) == "reads":
            return False
        arguments = [*node.args, *(one.value for one in node.keywords)]
        return any(self.is_lazy(one, names) for one in arguments)


def _holds(node: ast.Call, when: dict[str, Scalar]) -> bool:
    """Whether a call may pass the arguments that make it hand out something open."""
    for one in node.keywords:
        if one.arg is None:
            return True
        if one.arg in when and not (isinstance(one.value, ast.Constant) and one.value.value != when[one.arg]):
            return True
    return False
