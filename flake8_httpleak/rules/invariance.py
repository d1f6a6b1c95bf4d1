"""Does an expression have the same value every time? A client that depends on the data of the call cannot be shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.written import written
from flake8_httpleak.source.scopes import target_names
from flake8_httpleak.source.visitor import Visitor, children

_CONSTANT = (cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis)


class Invariance:
    """What varies in a function from one call to the next, or in a loop from one turn to the next."""

    def __init__(
        self,
        function: FunctionInfo,
        loop: cst.CSTNode | None = None,
        *,
        settings: bool = False,
        is_current: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Look at a function, or at a loop in it.

        settings: whether a call without arguments counts as the same every time, as reading of settings does.
        is_current: tells of a name outside the function, with dots or without, whether it means something else in each call.
        """
        self._settings = settings
        self._is_current = is_current
        self._assigned: dict[str, list[cst.BaseExpression | None]] = {}
        self._asked: set[str] = set()
        self.fields: set[str] = set()
        """Attributes of `self` that were met in expressions that do not vary."""
        self._self = function.parameter_names[0] if function.owner is not None and function.parameter_names else ""
        if loop is None:
            self._varying = set(function.locals & _parameters(function)) - {self._self}
            if function.node is not None:
                self._collect(function.node.body)
        else:
            self._varying = set(_loop_targets(loop))
            self._collect(loop)

    def _collect(self, node: cst.CSTNode) -> None:
        found = _Assigned()
        found.walk(node)
        self._assigned = found.values

    def holds(self, node: cst.CSTNode) -> bool:
        """Whether an expression has the same value every time."""
        match node:
            case cst.Name():
                return self._name(node.value)
            case cst.Attribute():
                if isinstance(node.value, cst.Name) and node.value.value == self._self:
                    self.fields.add(node.attr.value)
                    return f"{self._self}.{node.attr.value}" not in self._assigned
                return not self._is_current(written(node)) and self.holds(node.value)
            case cst.Call():
                return self._call(node)
            case cst.Arg():
                return self.holds(node.value)
            case cst.Await() | cst.Lambda() | cst.Yield():
                return False
        if isinstance(node, _CONSTANT):
            return True
        return all(self.holds(child) for child in children(node))

    def _name(self, name: str) -> bool:
        if name in self._varying:
            return False
        values = self._assigned.get(name)
        if values is None:
            return not self._is_current(name)
        if name in self._asked:
            return True
        self._asked.add(name)
        same = all(value is not None and self.holds(value) for value in values)
        self._asked.discard(name)
        return same

    def _call(self, node: cst.Call) -> bool:
        """Plain constructors and readers of the environment give the same for the same; other calls may give anything."""
        callee = written(node.func)
        last = callee.rpartition(".")[2]
        pure = last[:1].isupper() or last in _PURE or (self._settings and not node.args and "." not in callee)
        return pure and self.holds(node.func) and all(self.holds(arg) for arg in node.args)


_PURE = frozenset(
    {"getenv", "get", "format", "join", "dict", "str", "int", "float", "tuple", "list", "bool", "create_default_context", "where"}
    | {"strip", "rstrip", "lower", "encode", "quote", "urljoin", "format_map", "get_settings", "partial"}
)


class _Assigned(Visitor):
    """What names and fields are assigned; None for values that cannot be written down."""

    def __init__(self) -> None:
        self.values: dict[str, list[cst.BaseExpression | None]] = {}

    def _bind(self, target: cst.CSTNode, value: cst.BaseExpression | None) -> None:
        if isinstance(target, cst.Attribute):
            self.values.setdefault(written(target), []).append(value)
            return
        single = isinstance(target, cst.Name)
        for name in target_names(target):
            self.values.setdefault(name, []).append(value if single else None)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._bind(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._bind(node.target, None)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bind(node.target, node.value)

    def visit_For(self, node: cst.For) -> None:
        self._bind(node.target, None)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._bind(node.target, None)

    def visit_WithItem(self, node: cst.WithItem) -> None:
        if node.asname is not None:
            self._bind(node.asname.name, None)


def assigned_names(node: cst.CSTNode) -> frozenset[str]:
    """Names and fields that are assigned somewhere in a piece of code."""
    found = _Assigned()
    found.walk(node)
    return frozenset(found.values)


def _parameters(function: FunctionInfo) -> frozenset[str]:
    found = function.parameters
    if found is None:
        return frozenset()
    every = [*found.posonly_params, *found.params, *found.kwonly_params]
    every += [star for star in (found.star_arg, found.star_kwarg) if isinstance(star, cst.Param)]
    return frozenset(one.name.value for one in every)


def _loop_targets(loop: cst.CSTNode) -> Iterable[str]:
    while isinstance(loop, cst.For | cst.CompFor):
        yield from target_names(loop.target)
        inner = loop.inner_for_in if isinstance(loop, cst.CompFor) else None
        if inner is None:
            return
        loop = inner
