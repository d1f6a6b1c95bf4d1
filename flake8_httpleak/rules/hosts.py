"""Do all turns of a loop talk to the same host? Told by the beginning of the address."""

from __future__ import annotations

import re

import libcst as cst

from flake8_httpleak.ownership.program import FunctionInfo, Program
from flake8_httpleak.ownership.values import Dotted
from flake8_httpleak.ownership.written import written
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.source.visitor import Visitor

_SCHEME = re.compile(r"https?://")
_HOST = re.compile(r"https?://[^/{%]+(?:/|(?<!:)$)")
MAX_STEPS = 5


def is_same_host(url: cst.BaseExpression, function: FunctionInfo, loop: cst.CSTNode) -> bool:
    """Whether an address begins with the same host in every turn: it is written out, or built on a base that does not vary."""
    return _begins_same(url, Invariance(function, loop), loop, MAX_STEPS)


def address_of(node: cst.Call, path: str) -> cst.BaseExpression | None:
    """The address of a request: by name, or in its place after the method."""
    place = 1 if path.rpartition(".")[2] in ("request", "stream") else 0
    for arg in node.args:
        if arg.keyword is not None and arg.keyword.value == "url":
            return arg.value
    positional = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
    return positional[place] if place < len(positional) else None


def is_callers(url: cst.BaseExpression, function: FunctionInfo, program: Program) -> bool:
    """Whether an address is made of a function's arguments alone: each call may go to another host."""
    found = _Sources(function, program)
    found.walk(url)
    return found.of_caller and not found.own


def is_its_objects(url: cst.BaseExpression, function: FunctionInfo) -> bool:
    """Whether a method without arguments asks for the very address that its object was made with: an object for each address."""
    if function.owner is None or len(function.all_parameter_names) != 1 or not isinstance(url, cst.Attribute):
        return False
    return (
        isinstance(url.value, cst.Name) and url.value.value == function.parameter_names[0] and _is_given(url.attr.value, function)
    )


def _is_given(name: str, function: FunctionInfo) -> bool:
    """Whether a field is one of a record, or what the constructor got by an argument."""
    for info in function.owner.line_of_descent if function.owner is not None else ():
        constructor = info.functions.get("__init__")
        if constructor is None and name in info.annotated:
            return True
        if constructor is not None and constructor.node is not None and _stores(constructor, name):
            return True
    return False


def _stores(constructor: FunctionInfo, name: str) -> bool:
    found = _Stores(name)
    found.walk(constructor.node)  # type: ignore[arg-type] # the caller asked
    return any(isinstance(value, cst.Name) and value.value in constructor.all_parameter_names for value in found.values)


class _Stores(Visitor):
    """What is assigned to a field."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: list[cst.BaseExpression | None] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        for one in node.targets:
            self._note(one.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._note(node.target, node.value)

    def _note(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        if isinstance(target, cst.Attribute) and target.attr.value == self.name:
            self.values.append(value)


class _Sources(Visitor):
    """What an address is made of: arguments of the function, or something of its object, of the module, or written out."""

    def __init__(self, function: FunctionInfo, program: Program) -> None:
        self.of_caller = False
        self.own = False
        self._program = program
        self._function = function
        self._self = function.parameter_names[0] if function.owner is not None and function.parameter_names else ""
        self._traced: set[str] = set()

    def visit_Call(self, node: cst.Call) -> bool:
        if isinstance(node.func, cst.Attribute) and not self._is_module(node.func.value):
            self.walk(node.func.value)
        for arg in node.args:
            self.walk(arg.value)
        return False

    def _is_module(self, node: cst.BaseExpression) -> bool:
        """Whether a function of another module is called: `urllib.parse.urljoin`."""
        first = written(node).partition(".")[0]
        return first not in self._function.locals and isinstance(self._program.lookup(first), Dotted)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.own = self.own or _names_a_host(node.value.strip("'\""))

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:
        self.own = self.own or _names_a_host(node.value)

    def visit_Name(self, node: cst.Name) -> None:
        name = node.value
        assigned = values_in(self._function.node, name) if self._function.node is not None else []
        if name == self._self or name not in self._function.locals:
            self.own = True
        elif assigned and name not in self._traced:
            self._traced.add(name)
            for value in assigned:
                self.walk(value)
            self.of_caller = self.of_caller or name in self._function.all_parameter_names  # bound anew on some way only
        elif name in self._function.all_parameter_names:
            self.of_caller = True


def _names_a_host(text: str) -> bool:
    """Whether something follows the scheme: what is put before an address that the caller gives, `http://`, names nobody."""
    return bool(text.partition("://")[2])


def _begins_same(url: cst.BaseExpression, invariance: Invariance, loop: cst.CSTNode, steps: int) -> bool:
    if steps == 0:
        return False
    match url:
        case cst.SimpleString():
            return True
        case cst.ConcatenatedString():
            return _begins_same(url.left, invariance, loop, steps - 1)
        case cst.FormattedString():
            return _formatted(url, invariance)
        case cst.BinaryOperation(operator=cst.Add()):
            return _leftmost(url, invariance, loop, steps)
        case cst.BinaryOperation(operator=cst.Modulo()):
            return _names_host(url.left)
        case cst.Call():
            return _called(url, invariance, loop, steps)
        case cst.Name():
            assigned = values_in(loop, url.value)
            if assigned:
                return all(_begins_same(value, invariance, loop, steps - 1) for value in assigned)
    return invariance.holds(url)


def _formatted(url: cst.FormattedString, invariance: Invariance) -> bool:
    """The parts up to the slash after the host: a port that varies goes to another server as well."""
    first = url.parts[0] if url.parts else None
    if isinstance(first, cst.FormattedStringExpression):
        return invariance.holds(first.expression)
    if not isinstance(first, cst.FormattedStringText) or not _SCHEME.match(first.value):
        return False
    if "/" in _SCHEME.sub("", first.value, count=1):
        return True
    for part in url.parts[1:]:
        if isinstance(part, cst.FormattedStringExpression):
            if not invariance.holds(part.expression):
                return False
        elif isinstance(part, cst.FormattedStringText) and "/" in part.value:
            break
    return True


def _leftmost(url: cst.BaseExpression, invariance: Invariance, loop: cst.CSTNode, steps: int) -> bool:
    while isinstance(url, cst.BinaryOperation):
        url = url.left
    if isinstance(url, cst.SimpleString):
        return _names_host(url)
    return _begins_same(url, invariance, loop, steps - 1)


def _called(url: cst.Call, invariance: Invariance, loop: cst.CSTNode, steps: int) -> bool:
    """`urljoin(BASE, path)`, `"https://host/{}".format(x)`."""
    last = written(url.func).rpartition(".")[2]
    if last == "urljoin" and url.args:
        return _begins_same(url.args[0].value, invariance, loop, steps - 1)
    if isinstance(url.func, cst.Attribute) and url.func.attr.value == "format":
        below = url.func.value
        return _names_host(below) if isinstance(below, cst.SimpleString) else invariance.holds(below)
    return invariance.holds(url)


def _names_host(node: cst.BaseExpression) -> bool:
    text = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return isinstance(text, str) and _HOST.match(text) is not None


def values_in(loop: cst.CSTNode, name: str) -> list[cst.BaseExpression]:
    """What a loop's body assigns to a name."""
    found = _Values(name)
    found.walk(loop)
    return found.values


class _Values(Visitor):
    def __init__(self, name: str) -> None:
        self.name = name
        self.values: list[cst.BaseExpression] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(isinstance(one.target, cst.Name) and one.target.value == self.name for one in node.targets):
            self.values.append(node.value)
