"""What the names of a module stand for: imports in every form, definitions, and values that are written out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(slots=True)
class Binding:
    """All that a module-level name is bound to, wherever that stands (`if`, `try` and `with` included).

    imports: dotted names, in order. values: assigned expressions; None for what has no value of its own to look at.
    defined: a function or a class has this name. annotation: as written.
    """

    imports: list[str] = field(default_factory=list)
    values: list[ast.expr | None] = field(default_factory=list)
    defined: bool = False
    annotation: ast.expr | None = None

    @property
    def is_plain_import(self) -> bool:
        """Only ever an import; `x = None` where it failed doesn't count."""
        return bool(self.imports) and not self.defined and all(_is_none(value) for value in self.values)

    @property
    def is_constant(self) -> bool:
        """Assigned once and nothing else."""
        return len(self.values) == 1 and not self.imports and not self.defined


class ModuleNames:
    """The module's own names. Built from `ast` alone."""

    def __init__(self, tree: ast.Module) -> None:
        """Collect every binding of the module's level, and the names that functions rebind with `global`."""
        self.bindings: dict[str, Binding] = {}
        self.stars: list[str] = []
        self.rebound: set[str] = set()
        self._scan(tree.body)

    def _scan(self, body: list[ast.stmt]) -> None:
        waiting = list(reversed(body))
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, _SCOPES):
                self._of(node.name).defined = True
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assign(target, node.value)
            elif isinstance(node, ast.AnnAssign):
                self._assign(node.target, node.value)
                if isinstance(node.target, ast.Name):
                    self._of(node.target.id).annotation = node.annotation
            else:
                self._other(node)
                waiting.extend(reversed(list(statements_in(node))))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for local, dotted in imported(node):
            if local == "*":
                self.stars.append(dotted)
            else:
                found = self._of(local).imports
                if dotted not in found:
                    found.append(dotted)

    def _assign(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self._of(target.id).values.append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            whole = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            parts = value.elts if whole else [None] * len(target.elts)  # type: ignore[union-attr] # checked by `whole`
            for one, part in zip(target.elts, parts, strict=True):
                self._assign(one, part)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, None)

    def _other(self, node: ast.stmt) -> None:
        """Names bound by loops, `with`, `+=`, `del`, handlers and walruses in conditions: of no known value."""
        targets: list[ast.expr] = []
        if isinstance(node, ast.For | ast.AsyncFor | ast.AugAssign):
            targets.append(node.target)
        elif isinstance(node, ast.With | ast.AsyncWith):
            targets.extend(item.optional_vars for item in node.items if item.optional_vars)
        elif isinstance(node, ast.Delete):
            targets.extend(node.targets)
        for target in targets:
            self._assign(target, None)

    def _of(self, name: str) -> Binding:
        return self.bindings.setdefault(name, Binding())


def statements_in(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements directly inside a compound statement, handlers and cases included; not those of a new scope."""
    if isinstance(node, _SCOPES):
        return
    for name in ("body", "orelse", "finalbody"):
        yield from getattr(node, name, ())
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from part.body


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """What an import binds: local name and the dotted name that it stands for. A star is `("*", module)`.

    `import a.b` binds `a`. Relative modules keep their leading dots.
    """
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield alias.asname or first, alias.name if alias.asname else first
        return
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            yield "*", module
        else:
            yield alias.asname or alias.name, f"{module}.{alias.name}" if module.strip(".") else f"{module}{alias.name}"


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
