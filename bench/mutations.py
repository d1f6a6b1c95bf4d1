"""Small mistakes that one could make in a module: each is one change of its syntax tree.

What no test can tell from the original is left out by rule: docstrings, annotations, names for types, decorators, fields
of classes, `__slots__`, what stands under `if TYPE_CHECKING:`, the bounds on work (`MAX_...`), what an `assert` or an
exception says, `strict=` of `zip`, the label of an unknown value (`fresh(..., "key")`), and whether a counter that is
only compared with what it was goes up or down.
"""

from __future__ import annotations

import ast
import copy
import gc
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
LEFT_OUT = ("MAX_", "__all__")
ONLY_CHECKS = "strict"
COMPARED = ("changed", "assumed")
"""Counters that are only compared with what they were."""
SKIPPED_FIELDS = frozenset({"annotation", "decorator_list", "returns", "type_params"})
LONGEST = 70


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: `new` in the place of a node, which is a field of its parent, or an item of that field."""

    file: Path
    line: int
    owner: ast.stmt
    """The statement of the module or class in which it is: what has to be made anew."""
    qualname: str
    lines: range
    """Who runs none of these does not meet the change; empty where it is met by importing."""
    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST | None
    """None: left out."""

    @property
    def old(self) -> ast.AST:
        """The node that is changed."""
        found = getattr(self.parent, self.field)
        node: ast.AST = found if self.index is None else found[self.index]
        return node

    def __str__(self) -> str:
        """Where it is and what is changed."""
        after = "left out" if self.new is None or isinstance(self.new, ast.Pass) else _shown(self.new)
        return f"{self.file.name}:{self.line}: {_shown(self.old)}  ->  {after}"


def mutants(file: Path) -> list[Mutant]:
    """All changes of a module, in the order of its text."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [one for owner, qualname in _owners(tree, "") for one in _below(owner, owner, file, qualname)]
    return sorted(found, key=lambda one: one.line)


def put_in_place(mutant: Mutant, module: ModuleType) -> None:
    """Change a module that is imported already. There is no way back: it is for a process that ends soon."""
    if mutant.new is None:
        del getattr(mutant.parent, mutant.field)[mutant.index]
    elif mutant.index is None:
        setattr(mutant.parent, mutant.field, mutant.new)
    else:
        getattr(mutant.parent, mutant.field)[mutant.index] = mutant.new
    names = dict(vars(module))
    owner = mutant.owner
    if isinstance(owner, Function):
        first = min([owner.lineno, *(one.lineno for one in owner.decorator_list)])
        owner.decorator_list = []
    code = compile(ast.fix_missing_locations(ast.Module([owner], [])), str(mutant.file), "exec", dont_inherit=True)
    exec(code, names)  # noqa: S102 - a statement of our own
    if isinstance(owner, Function):
        _replace_function(mutant, first, names[owner.name])
    else:
        _replace_values(module, names)


def _replace_function(mutant: Mutant, first: int, new: FunctionType) -> None:
    """Give the function, wherever it is registered or wrapped, the code and the defaults of another one."""
    place = (str(mutant.file), first, mutant.qualname)
    functions = [one for one in gc.get_objects() if type(one) is FunctionType and _place(one) == place]
    if not functions:
        raise LookupError(f"{mutant.qualname} of {mutant.file.name} is not there")
    for one in functions:
        one.__code__, one.__defaults__, one.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _place(function: FunctionType) -> tuple[str, int, str]:
    code = function.__code__
    return code.co_filename, code.co_firstlineno, code.co_qualname


def _replace_values(module: ModuleType, names: dict[str, object]) -> None:
    """Put new values of a module where others have imported the old ones."""
    package = module.__name__.partition(".")[0]
    for name, old in list(vars(module).items()):
        if names[name] is not old:
            for other in [one for key, one in sys.modules.items() if key.partition(".")[0] == package]:
                if vars(other).get(name) is old:
                    setattr(other, name, names[name])


def _owners(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[ast.stmt, str]]:
    """Functions, methods, and what a module assigns."""
    for one in node.body:
        if isinstance(one, Function):
            yield one, f"{prefix}{one.name}"
        elif isinstance(one, ast.ClassDef):
            yield from _owners(one, f"{prefix}{one.name}.")
        elif isinstance(node, ast.Module) and _is_value(one):
            yield one, ""


def _is_value(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None or _is_type(node.value):
        return False
    return not ast.unparse(node).startswith(LEFT_OUT)


def _is_type(node: ast.expr) -> bool:
    """Whether an expression is a union of types, or one with parameters."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _is_type(node.left) and _is_type(node.right)
    none = isinstance(node, ast.Constant) and node.value is None
    return none or isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _below(node: ast.AST, owner: ast.stmt, file: Path, qualname: str) -> Iterator[Mutant]:
    """The changes of what stands in a node."""
    around = _lines(owner) if isinstance(owner, Function) else range(0)
    waiting = [(node, around)]
    while waiting:
        parent, lines = waiting.pop()
        for field, index, child in _children(parent):
            own = _lines(child) if isinstance(child, ast.stmt) and lines else lines
            placed = child.pattern if isinstance(child, ast.match_case) else child  # a `case` has no line of its own
            line: int = getattr(placed, "lineno", 0)
            for new in _changes(child, parent, field):
                yield Mutant(file, line, owner, qualname, own, parent, field, index, new)
            if not _is_text(child):
                waiting.append((child, own))


def _is_text(node: ast.AST) -> bool:
    """Whether what it holds is said to people only, or only checks."""
    if isinstance(node, ast.keyword):
        return node.arg == ONLY_CHECKS
    return isinstance(node, ast.Raise | ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in SKIPPED_FIELDS or (isinstance(parent, ast.Assert) and field == "msg"):
            continue
        if isinstance(value, list) and isinstance(parent, ast.Call) and field == "args" and _last_word(parent.func) == "fresh":
            value = value[:2]  # noqa: PLW2901 - without the label
        if isinstance(value, list):
            yield from ((field, index, one) for index, one in enumerate(value) if isinstance(one, ast.AST))
        elif isinstance(value, ast.AST):
            yield field, None, value


def _last_word(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _lines(node: ast.stmt) -> range:
    """The lines of a statement, of a compound one those of its head, of a function all."""
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    last = node.end_lineno or node.lineno
    if body and not isinstance(node, Function):
        last = max(node.lineno, (body[0].pattern if isinstance(body[0], ast.match_case) else body[0]).lineno - 1)
    return range(node.lineno, last + 1)


def _changes(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST | None]:
    """What may stand in the place of a node."""
    match node:
        case ast.stmt():
            yield from _statements(node)
        case ast.match_case() if isinstance(parent, ast.Match) and len(parent.cases) > 1:
            yield None
        case ast.keyword() if node.arg not in (None, ONLY_CHECKS):
            yield None
        case ast.pattern():
            yield from _patterns(node)
        case ast.expr():
            yield from _expressions(node)
            if field in ("test", "guard", "ifs") and not isinstance(parent, ast.Assert) and not _has_opposite(node):
                yield ast.UnaryOp(ast.Not(), node)


def _has_opposite(node: ast.expr) -> bool:
    """Whether another change of it says just the opposite."""
    single = isinstance(node, ast.Compare) and len(node.ops) == 1
    return single or isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Constant() | ast.Yield() | ast.YieldFrom()):
            pass
        case ast.Expr() | ast.AugAssign() | ast.Delete() | ast.Raise():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC and _last_word(node.target) not in COMPARED:
        yield ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)


def _patterns(node: ast.pattern) -> Iterator[ast.AST]:
    match node:
        case ast.MatchOr():
            for left_out in range(len(node.patterns)):
                rest = [one for index, one in enumerate(node.patterns) if index != left_out]
                yield ast.MatchOr(rest) if len(rest) > 1 else rest[0]
        case ast.MatchClass():
            for left_out in range(len(node.kwd_attrs)):
                if not _binds(node.kwd_patterns[left_out]):
                    new = copy.copy(node)
                    new.kwd_attrs = [*node.kwd_attrs[:left_out], *node.kwd_attrs[left_out + 1 :]]
                    new.kwd_patterns = [*node.kwd_patterns[:left_out], *node.kwd_patterns[left_out + 1 :]]
                    yield new


def _binds(pattern: ast.pattern) -> bool:
    """Whether it gives a name to something, so that the code behind would not run without it."""
    return any(isinstance(one, ast.MatchAs | ast.MatchStar) and one.name for one in ast.walk(pattern))


def _expressions(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                for other in COMPARISONS[type(operator)]:
                    yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()) | ast.UnaryOp(op=ast.USub()):
            yield node.operand
        case ast.BinOp(op=ast.BitOr()):
            yield from (node.left, node.right)
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node.value)


def _constants(value: object) -> Iterable[ast.Constant]:
    match value:
        case bool():
            return [ast.Constant(not value)]
        case int():
            return [ast.Constant(value + 1)]
        case str():
            return [ast.Constant(f"{value}?")]
    return []


def _shown(node: ast.AST) -> str:
    """The code of a node on one line, cut off where it is long."""
    plain = isinstance(node, ast.match_case)
    text = " ".join(ast.unparse(node.pattern if plain else node).split())  # type: ignore[attr-defined]
    text = f"case {text}" if plain else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
