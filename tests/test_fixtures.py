"""Files that say what must be reported in them: for each rule, for syntax, for alarms that were once false or missed."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from flake8_httpleak.rules.registry import registry
from tests.marks import compare, marks

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDERS = sorted(path for path in (FIXTURES / "rules").glob("HTL*") if any(path.rglob("*.py")))
RULE_FILES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]
OTHER_FILES = sorted(path for name in ("false_alarms", "missed_alarms", "syntax") for path in (FIXTURES / name).rglob("*.py"))
FIRING, SILENT = 6, 8
Case = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def shown(path: Path) -> str:
    """A file as pytest names it."""
    return path.relative_to(FIXTURES).as_posix()


def cases(source: str, word: str) -> list[Case]:
    """Functions whose names begin with `bad_` or `ok_`, and classes with `Bad` or `Ok`; not those inside another."""
    found: list[Case] = []
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, Case) and node.name.startswith((f"{word}_", word.capitalize())):
                found.append(node)
            else:
                waiting.append(node)
    return found


def lines_of(case: Case) -> range:
    """The lines on which a case stands, its decorators too."""
    first = min([case.lineno, *(one.lineno for one in case.decorator_list)])
    return range(first, (case.end_lineno or first) + 1)


@pytest.mark.parametrize("path", RULE_FILES, ids=shown)
def test_rule(path: Path) -> None:
    """Exactly the marked lines are reported, each case says by its name what it shows, and is true to it."""
    source = path.read_text(encoding="utf-8")
    code = path.relative_to(FIXTURES / "rules").parts[0]
    compare(source, path.name, [code])
    own = [line for line, found in marks(source) if found == code]
    every = {line for line, _ in marks(source)}
    assert [case.name for case in cases(source, "bad") if not set(lines_of(case)) & set(own)] == []
    assert [case.name for case in cases(source, "ok") if set(lines_of(case)) & every] == []


@pytest.mark.parametrize("path", OTHER_FILES, ids=shown)
def test_file(path: Path) -> None:
    """Exactly the marked lines are reported."""
    source = path.read_text(encoding="utf-8")
    compare(source, path.name)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_rule_has_many_cases(folder: Path) -> None:
    """Enough lines that are reported, enough functions or classes that are not."""
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    codes = Counter(code for text in texts for _, code in marks(text))
    assert codes[folder.name] >= FIRING
    assert sum(len(cases(text, "ok")) for text in texts) >= SILENT


def test_names_of_cases_are_unique() -> None:
    """No case hides another of the same file."""
    for path in RULE_FILES:
        source = path.read_text(encoding="utf-8")
        names = Counter(case.name for word in ("bad", "ok") for case in cases(source, word))
        assert [name for name, count in names.items() if count > 1] == [], path


def test_every_rule_has_a_folder() -> None:
    """No rule is without fixtures, and no folder is without a rule."""
    assert [folder.name for folder in FOLDERS] == [rule.code for rule in registry()]
