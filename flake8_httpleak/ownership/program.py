"""A file as the interpreter sees it: its functions and classes, and what names outside a function stand for."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from flake8_httpleak.clients.catalog import Catalog, ResourceKind
from flake8_httpleak.ownership.decorators import CACHES, DRIVERS, MANAGERS
from flake8_httpleak.ownership.values import UNKNOWN, Class, Dotted, Function, Result, Symbol, Value, choice
from flake8_httpleak.ownership.written import literal, written, written_outside
from flake8_httpleak.source.names import ModuleNames
from flake8_httpleak.source.scopes import ScopeNames, names_of
from flake8_httpleak.source.units import ClassScope, Unit, Units

BUILTINS = frozenset(dir(builtins))


@dataclass(eq=False)
class FunctionInfo:
    """A function, method, lambda, or the statements of a module or class body."""

    name: str
    unit: Unit
    owner: ClassInfo | None = None
    outer: FunctionInfo | None = None
    """The function it is nested in."""
    given: cst.FunctionDef | cst.Lambda | None = None
    """Its node, where it is not the unit itself."""
    closure: dict[str, Value] = field(default_factory=dict)
    """What the names of the function around it stand for, as far as that is known."""
    more_units: tuple[Unit, ...] = ()
    """The other units, where it stands for a module's own statements."""

    @property
    def units(self) -> tuple[Unit, ...]:
        """Where its code stands."""
        return (self.unit, *self.more_units) if self.outer is None else self.outer.units

    @property
    def qualified(self) -> str:
        """Its name with those of what it stands in."""
        above = self.outer.qualified if self.outer else self.owner.name if self.owner else ""
        return f"{above}.{self.name}" if above else self.name

    @cached_property
    def node(self) -> cst.FunctionDef | cst.Lambda | None:
        """The definition; None if LibCST cannot have it."""
        if self.given is not None:
            return self.given
        found = [one for one in self.unit.body if isinstance(one, cst.FunctionDef)]
        return found[0] if found else None

    @cached_property
    def decorators(self) -> tuple[str, ...]:
        """Decorators as they are written, without their arguments: `app.get`, `lru_cache`."""
        if isinstance(self.given, cst.FunctionDef):
            return tuple(written(one.decorator) for one in self.given.decorators)
        if self.given is None and self.unit.function is not None:
            return tuple(written_outside(one) for one in self.unit.function.decorator_list)
        return ()

    @cached_property
    def last_decorators(self) -> frozenset[str]:
        """The last words of the decorators."""
        return frozenset(one.rpartition(".")[2] for one in self.decorators)

    @cached_property
    def is_async(self) -> bool:
        """`async def`, or a generator that a decorator makes a coroutine of."""
        return (isinstance(self.node, cst.FunctionDef) and self.node.asynchronous is not None) or self.is_driven

    @cached_property
    def scope(self) -> ScopeNames:
        """What it does with names."""
        return names_of(self.node) if self.node is not None else ScopeNames()

    @property
    def locals(self) -> frozenset[str]:
        """Names that belong to it."""
        return self.scope.bound

    @property
    def free(self) -> frozenset[str]:
        """Names of the function around it that it uses; empty for what is not nested."""
        return self.scope.free if self.given is not None else frozenset()

    @property
    def declared_globals(self) -> frozenset[str]:
        """Names that it declares `global`."""
        return self.scope.globals

    @property
    def declared_nonlocals(self) -> frozenset[str]:
        """Names of the function around it that it declares `nonlocal`."""
        return self.scope.nonlocals if self.given is not None else frozenset()

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Positional parameters, in order."""
        found = self.parameters
        return tuple(one.name.value for one in (*found.posonly_params, *found.params)) if found is not None else ()

    @cached_property
    def all_parameter_names(self) -> tuple[str, ...]:
        """Every parameter that a caller gives a value of its own, by position or by name only."""
        by_name = self.parameters.kwonly_params if self.parameters is not None else ()
        return (*self.parameter_names, *(one.name.value for one in by_name))

    @cached_property
    def is_generator(self) -> bool:
        """It has a `yield` of its own that hands something out."""
        return isinstance(self.node, cst.FunctionDef) and self.scope.yields and not self.is_driven

    @cached_property
    def is_driven(self) -> bool:
        """Its `yield` awaits: `@inlineCallbacks`."""
        return not self.last_decorators.isdisjoint(DRIVERS) and isinstance(self.node, cst.FunctionDef) and self.scope.yields

    @property
    def is_lazy(self) -> bool:
        """A call runs nothing of its body yet, and no decorator sees to that."""
        return (self.is_async or self.is_generator) and not self.decorators

    @property
    def is_manager(self) -> bool:
        """`@contextmanager` or its async sister."""
        return not self.last_decorators.isdisjoint(MANAGERS)

    @property
    def is_cached(self) -> bool:
        """Its results are kept: the same object comes back."""
        return not self.last_decorators.isdisjoint(CACHES)

    @property
    def is_property(self) -> bool:
        """Read without a call."""
        return not self.last_decorators.isdisjoint({"property", "cached_property"})

    @property
    def is_kept_property(self) -> bool:
        """Read without a call, and its first result stays in the object, under its name."""
        return "cached_property" in self.last_decorators

    @cached_property
    def is_abstract(self) -> bool:
        """A method that stands for those of subclasses: all that it does is to say that it is not implemented."""
        if self.owner is None or self.unit.function is None:
            return False
        *before, last = self.unit.function.body
        if any(not isinstance(one, ast.Expr) or not isinstance(one.value, ast.Constant) for one in before):
            return False
        if isinstance(last, ast.Raise) and last.exc is not None:
            made = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
            return isinstance(made, ast.Name) and made.id == "NotImplementedError"
        is_empty = isinstance(last, ast.Pass) or (isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant))
        return is_empty and not self.last_decorators.isdisjoint({"abstractmethod", "abstractproperty"})

    @property
    def is_static(self) -> bool:
        """It takes neither an object nor a class."""
        return "staticmethod" in self.last_decorators

    @property
    def parameters(self) -> cst.Parameters | None:
        """Its parameters."""
        return self.node.params if self.node is not None else None


@dataclass(eq=False)
class ClassInfo:
    """A class of this file."""

    name: str
    program: Program
    bases: tuple[Value, ...]
    functions: dict[str, FunctionInfo]
    units: tuple[Unit, ...] = ()
    decorators: frozenset[str] = frozenset()
    """Last words of its decorators."""
    annotated: tuple[str, ...] = ()
    """Names with an annotation in its body."""
    fields: dict[str, Value] = field(default_factory=dict)
    """What fields were found to hold, by the methods that were looked at."""
    own_kind: ResourceKind | None = None
    """Its objects are resources themselves: set once the class is known to own something and to be able to release it."""

    @cached_property
    def line_of_descent(self) -> tuple[ClassInfo, ...]:
        """This class and its bases in this file, nearest first."""
        found: list[ClassInfo] = [self]
        for base in self.bases:
            if isinstance(base, Class):
                found.extend(one for one in base.info.line_of_descent if one not in found)
        return tuple(found)

    @cached_property
    def foreign_bases(self) -> tuple[str, ...]:
        """Bases from other files, of those above it too; `?` for what cannot be named."""
        found: list[str] = []
        for info in self.line_of_descent:
            found.extend(
                base.name if isinstance(base, Dotted) else "?"
                for base in info.bases
                if not isinstance(base, Class) and base != Dotted("object")
            )
        return tuple(found)

    @cached_property
    def unknown_bases(self) -> tuple[str, ...]:
        """Those of its foreign bases that no table knows: they may do anything to its objects."""
        return tuple(name for name in self.foreign_bases if self.program.catalog.constructor(name) is None)

    @cached_property
    def library_kind(self) -> ResourceKind | None:
        """The kind that a library class among its bases has."""
        for name in self.foreign_bases:
            found = self.program.catalog.constructor(name)
            if found is not None:
                return found
        return None

    @cached_property
    def record_fields(self) -> tuple[str, ...] | None:
        """Fields of a dataclass, attrs class or named tuple, in order; None for other classes."""
        is_record = not self.decorators.isdisjoint({"dataclass", "define", "frozen", "attrs", "s"})
        if not is_record and not any(base.rpartition(".")[2] in {"NamedTuple", "BaseModel"} for base in self.foreign_bases):
            return None
        found = [one for info in reversed(self.line_of_descent) for one in info.annotated]
        return tuple(dict.fromkeys(found))

    @property
    def kind(self) -> ResourceKind | None:
        """The kind that its objects have: made from its own fields, or that of a library class it derives from."""
        return self.own_kind or self.library_kind

    def method(self, name: str, above: ClassInfo | None = None) -> FunctionInfo | None:
        """A method of it or of its bases in this file.

        above: only of classes after this one, as `super()` asks.
        """
        line = self.line_of_descent
        for info in line[line.index(above) + 1 :] if above in line else line:
            if name in info.functions:
                return info.functions[name]
        return None

    def field(self, name: str) -> Value | None:
        """What a field of it or of its bases was found to hold."""
        return next((info.fields[name] for info in self.line_of_descent if name in info.fields), None)


class Program:
    """One file, ready to be interpreted."""

    def __init__(self, tree: ast.Module, lines: list[str], catalog: Catalog) -> None:
        """Index a file; nothing is parsed by LibCST yet."""
        self.tree = tree
        self.names = ModuleNames(tree)
        self.units = Units(tree, lines)
        self.catalog = catalog
        self.globals: dict[str, Value] = {}
        """What module-level names were found to hold when the module's own statements were looked at."""
        self._functions: dict[int, FunctionInfo] = {}
        self._classes: dict[ClassScope, ClassInfo] = {}
        self._nested_classes: dict[int, ClassInfo] = {}
        self._values: dict[str, Value] = {}

    def lookup(self, name: str) -> Value:
        """What a name outside every function stands for."""
        if name in self.globals:
            return self.globals[name]
        if name not in self._values:
            self._values[name] = UNKNOWN  # for definitions that go round in a circle
            self._values[name] = self._resolve(name)
        return self._values[name]

    def _resolve(self, name: str) -> Value:
        binding = self.names.bindings.get(name)
        if binding is None:
            return self._from_stars(name)
        if binding.defined:
            return self._defined(name)
        if binding.is_plain_import:
            return choice(Dotted(dotted) for dotted in binding.imports)
        if binding.is_constant and name not in self.units.rebound:
            found = literal(binding.values[0]) or self._called(binding.values[0])
            if found is not None:
                return found
        if binding.imports and all(value is not None for value in binding.values):
            return choice([*(Dotted(dotted) for dotted in binding.imports), UNKNOWN])
        return Symbol(("global", name))

    def _called(self, node: ast.expr | None) -> Value | None:
        """The result of a function of another module, such as `logging.getLogger(__name__)`."""
        if isinstance(node, ast.Call):
            function = self.expression(node.func)
            if isinstance(function, Dotted) and not self.catalog.knows(function.name):
                return Result(function.name)
        return None

    def _from_stars(self, name: str) -> Value:
        for module in self.names.stars:
            dotted = f"{module}.{name}"
            if self.catalog.knows(dotted):
                return Dotted(dotted)
        return Dotted(name) if name in BUILTINS else Symbol(("global", name))

    def _defined(self, name: str) -> Value:
        if name in self.units.functions:
            return Function(self.function(self.units.functions[name]))
        if name in self.units.classes:
            return Class(self.class_of(self.units.classes[name]))
        return Symbol(("global", name))

    def function(self, unit: Unit, owner: ClassInfo | None = None) -> FunctionInfo:
        """The function that a unit defines."""
        key = id(unit)
        if key not in self._functions:
            name = unit.function.name if unit.function is not None else "<statements>"
            self._functions[key] = FunctionInfo(name, unit, owner)
        return self._functions[key]

    def nested(self, node: cst.FunctionDef | cst.Lambda, outer: FunctionInfo, owner: ClassInfo | None = None) -> FunctionInfo:
        """The function that stands at a node inside another one."""
        key = id(node)
        if key not in self._functions:
            name = node.name.value if isinstance(node, cst.FunctionDef) else "<lambda>"
            self._functions[key] = FunctionInfo(name, outer.unit, owner, outer, node)
        return self._functions[key]

    def class_of(self, scope: ClassScope) -> ClassInfo:
        """The class of a scope."""
        if scope not in self._classes:
            info = ClassInfo(scope.name, self, (), {}, tuple(scope.units))
            self._classes[scope] = info
            info.bases = tuple(self.expression(base) for base in scope.node.bases)
            info.decorators = frozenset(written_outside(one).rpartition(".")[2] for one in scope.node.decorator_list)
            nodes = [node for unit in scope.units for node in unit.nodes]
            info.annotated = tuple(
                node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            )
            info.functions.update((name, self.function(unit, info)) for name, unit in scope.methods.items())
        return self._classes[scope]

    def nested_class(self, node: cst.ClassDef, outer: FunctionInfo, lookup: Callable[[str], Value]) -> ClassInfo:
        """The class that stands at a node inside a function; `lookup` says what names stand for there."""
        key = id(node)
        if key not in self._nested_classes:
            bases = tuple(_written_base(one.value, lookup) for one in node.bases)
            info = ClassInfo(f"{outer.qualified}.{node.name.value}", self, bases, {})
            self._nested_classes[key] = info
            body = [one for one in node.body.body if isinstance(one, cst.FunctionDef)]
            info.functions.update((one.name.value, self.nested(one, outer, info)) for one in body)
            lines = [part for one in node.body.body if isinstance(one, cst.SimpleStatementLine) for part in one.body]
            fields = [one.target for one in lines if isinstance(one, cst.AnnAssign)]
            info.annotated = tuple(one.value for one in fields if isinstance(one, cst.Name))
            info.decorators = frozenset(written(one.decorator).rpartition(".")[2] for one in node.decorators)
        return self._nested_classes[key]

    def classes(self) -> Iterator[ClassInfo]:
        """Every class of the module's level, and those inside them."""
        for scope in self.units.every_class():
            yield self.class_of(scope)

    def family(self, info: ClassInfo) -> Collection[ClassInfo]:
        """A class with those of this file that it derives from or that derive from it."""
        return self._families.get(info, info.line_of_descent)

    @cached_property
    def _families(self) -> dict[ClassInfo, dict[ClassInfo, None]]:
        found: dict[ClassInfo, dict[ClassInfo, None]] = {}
        for info in self.classes():
            for above in info.line_of_descent:
                found.setdefault(info, {})[above] = None
                found.setdefault(above, {})[info] = None
        return found

    def expression(self, node: ast.expr) -> Value:
        """What a dotted name that is written outside functions stands for, `Base[T]` included."""
        if isinstance(node, ast.Subscript):
            return self.expression(node.value)
        if isinstance(node, ast.Name):
            return self.lookup(node.id)
        if isinstance(node, ast.Attribute):
            below = self.expression(node.value)
            if isinstance(below, Dotted | Result):  # of what a function made: `app = Celery(...)`, `app.Task`
                return Dotted(f"{below.name if isinstance(below, Dotted) else below.of}.{node.attr}")
        return UNKNOWN


def _written_base(node: cst.BaseExpression, lookup: Callable[[str], Value]) -> Value:
    first, *rest = written(node).split(".")
    value = lookup(first) if first else UNKNOWN
    return Dotted(".".join([value.name, *rest])) if isinstance(value, Dotted) else value if not rest else UNKNOWN
