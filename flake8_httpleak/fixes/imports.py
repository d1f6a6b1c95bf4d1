"""`contextlib.closing` and its kin: how they are written in a file, and the import where it is missing."""

from __future__ import annotations

import ast
import sys

from flake8_httpleak.fixes.text import Edits, Text

MODULE = "contextlib"


def wrapped(edits: Edits, wrapper: str, what: str) -> str | None:
    """`closing(what)`, or just `what` if there is no wrapper; None if the name that is needed means something else."""
    if not wrapper:
        return what
    name = spelling(edits, wrapper)
    return f"{name}({what})" if name is not None else None


def spelling(edits: Edits, name: str) -> str | None:
    """How something of `contextlib` is to be written; the import is added to the edits if there is none.

    Returns None if the names that are needed mean something else in the file.
    """
    text = edits.text
    for statement in text.tree.body:
        if isinstance(statement, ast.Import):
            found = next((one for one in statement.names if one.name == MODULE), None)
            if found is not None:
                return f"{found.asname or MODULE}.{name}"
        elif isinstance(statement, ast.ImportFrom) and statement.module == MODULE and not statement.level:
            known = next((one.asname or one.name for one in statement.names if one.name == name), None)
            if known is not None:
                return known
    if name not in text.all_names:
        _import_name(edits, name)
        return name
    if MODULE in text.all_names:
        return None
    _insert(edits, f"import {MODULE}")
    return f"{MODULE}.{name}"


def _import_name(edits: Edits, name: str) -> None:
    """Add a name to the import of `contextlib` that is there, or add an import."""
    text = edits.text
    for statement in text.tree.body:
        if not isinstance(statement, ast.ImportFrom) or statement.module != MODULE or statement.level:
            continue
        line = text.lines[statement.lineno - 1]
        plain = text.stands_alone(statement, comment=False) and "(" not in line and statement.lineno == text.last_line(statement)
        if plain and len(line) + len(name) + 2 <= text.limit:
            after = next((one for one in statement.names if one.name > name), None)  # capitals come first
            if after is None:
                edits.insert(text.end(statement), f", {name}")
            else:
                edits.insert(text.offset(after.lineno, after.col_offset), f"{name}, ")
            return
    _insert(edits, f"from {MODULE} import {name}")


def _insert(edits: Edits, new: str) -> None:
    """Add an import to the block of imports of the standard library, or before all others."""
    text = edits.text
    head, groups = _groups(text)
    group = next((one for one in groups if any(_is_standard(statement) for statement in one)), None)
    if group is not None:
        before = next((one for one in group if _order(one) > _order_of(new)), None)
        edits.insert_lines(text.first_line(before) if before is not None else text.last_line(group[-1]) + 1, [new])
    elif groups:
        edits.insert_lines(text.first_line(groups[0][0]), [new, ""])
    elif head is None:
        edits.insert_lines(_first_code_line(text), [new, ""])
    else:
        edits.insert_lines(text.last_line(head) + 1, ["", new])


def _groups(text: Text) -> tuple[ast.stmt | None, list[list[ast.stmt]]]:
    """The docstring or last `__future__` import, and the blocks of imports at the beginning of a file."""
    head: ast.stmt | None = None
    groups: list[list[ast.stmt]] = []
    for index, statement in enumerate(text.tree.body):
        if (index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)) or (
            isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        ):
            head = statement
        elif not isinstance(statement, ast.Import | ast.ImportFrom) or not text.stands_alone(statement):
            break
        elif groups and text.last_line(groups[-1][-1]) + 1 == text.first_line(statement):
            groups[-1].append(statement)
        else:
            groups.append([statement])
    return head, groups


def _is_standard(statement: ast.stmt) -> bool:
    names = [one.name for one in statement.names] if isinstance(statement, ast.Import) else []
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        names = [statement.module or ""]
    return any(name.partition(".")[0] in sys.stdlib_module_names for name in names)


def _order(statement: ast.stmt) -> tuple[bool, str]:
    """Plain imports come first, then each by its module."""
    if isinstance(statement, ast.ImportFrom):
        return True, "." * statement.level + (statement.module or "")
    return False, statement.names[0].name if isinstance(statement, ast.Import) else ""


def _order_of(new: str) -> tuple[bool, str]:
    return new.startswith("from"), MODULE


def _first_code_line(text: Text) -> int:
    """The first line behind the comments at the beginning, where nothing else stands."""
    return next((number for number, line in enumerate(text.lines, 1) if not line.startswith("#")), 1)
