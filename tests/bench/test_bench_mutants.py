"""Small mistakes for the analysis: which there are, which are left out, and that one is noticed."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bench import mutants as bench
from bench.mutations import mutants, put_in_place


def written(tmp_path: Path, text: str) -> Path:
    """A module with this text."""
    file = tmp_path / "made_for_mutants.py"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return file


CHANGES = {
    "return a == b": ["a == b  ->  a != b", "return a == b  ->  return None"],
    "return a < b": ["a < b  ->  a <= b", "a < b  ->  a >= b", "return a < b  ->  return None"],
    "if not a:\n        b()": ["b()  ->  left out", "not a  ->  a"],
    "if a and b:\n        pass": ["a and b  ->  a or b", "a and b  ->  not (a and b)"],
    "a += 1": ["1  ->  2", "a += 1  ->  a -= 1", "a += 1  ->  left out"],
    "b = a(x=b)": ["x=b  ->  left out"],
    "b = 'x', True": ["'x'  ->  'x?'", "True  ->  False"],
    "while a:\n        break": ["a  ->  not a", "break  ->  continue"],
    "b = int | str": ["int | str  ->  int", "int | str  ->  str"],
    "raise ValueError('x')": ["raise ValueError('x')  ->  left out"],
    "assert a, 'x'": [],
    "b: int = a": [],
    "'''Says what it does.'''": [],
    "yield a": [],
    "zip(a, b, strict=True)": ["zip(a, b, strict=True)  ->  left out"],
    "a.changed += 1": ["1  ->  2", "a.changed += 1  ->  left out"],
    "b = m.fresh(a, 1, 'key')": ["1  ->  2"],
    "match a:\n        case int() | str():\n            pass\n        case object(x=1):\n            pass": [
        "1  ->  2",
        "case int() | str()  ->  left out",
        "case object(x=1)  ->  left out",
        "int() | str()  ->  int()",
        "int() | str()  ->  str()",
        "object(x=1)  ->  object()",
    ],
}


@pytest.mark.parametrize("body", CHANGES)
def test_changes(tmp_path: Path, body: str) -> None:
    """What is changed in one statement."""
    file = written(tmp_path, f"def f(a, b):\n    {body}\n")
    assert sorted(str(one).partition(": ")[2] for one in mutants(file)) == CHANGES[body]


def test_what_is_left_out(tmp_path: Path) -> None:
    """Bounds, public names, fields of classes, decorators; values of a module and defaults are in."""
    file = written(
        tmp_path,
        '''
        """Text."""
        MAX_STEPS = 3
        __all__ = ["a"]
        NAMES = {"a"}
        Either = int | list[str] | None
        Pair = tuple[int, int]

        class A:
            """Text."""
            __slots__ = ("a",)
            size = 3

            @b(1)
            def f(self, x: "int" = 4) -> "int":
                return x
        ''',
    )
    assert [str(one).partition(": ")[2] for one in mutants(file)] == ["'a'  ->  'a?'", "4  ->  5", "return x  ->  return None"]


def test_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function changes wherever somebody has it, a value of a module where it was imported."""
    file = written(
        tmp_path,
        """
        import functools
        NAMES = {"a"}
        class A:
            @functools.lru_cache
            def f(self, x=4):
                return [x, 7]
        """,
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module(file.stem)
    function = module.A.f
    for one in mutants(file)[:2]:
        put_in_place(one, module)
    assert "a?" in module.NAMES
    assert function(module.A()) == [5, 7]


def test_sample(tmp_path: Path) -> None:
    """Spread by size, two of each module at least, always the same for a seed."""
    long = mutants(written(tmp_path, "def f(a):\n" + "    a += 1\n" * 50))
    short = long[:3]
    chosen = bench.sample({"long": long, "short": short}, 20, 1)
    assert chosen == bench.sample({"long": long, "short": short}, 20, 1)
    assert chosen != bench.sample({"long": long, "short": short}, 20, 2)
    assert len(chosen) == 20 + bench.LEAST
    assert [long.index(one) for one in chosen[:20]] == sorted(long.index(one) for one in chosen[:20])


def test_table(tmp_path: Path) -> None:
    """What is counted."""
    found = mutants(written(tmp_path, "def f(a):\n    a += 1\n    return a\n"))
    row = {"mutants": 4, "killed": 3}
    wanted = {"mutants": 4, "survivors": 1, "score": 75.0, "modules": {"made_for_mutants": row}}
    assert bench.table(found, found[:1]) == wanted


def test_a_copy_says_what_it_finds() -> None:
    """And nothing, if it ends before."""
    assert bench.in_a_copy(lambda: [1]) == [1]
    assert bench.in_a_copy(lambda: sys.exit(1)) is None


def test_a_run() -> None:
    """Some changes are noticed by a few tests, one that nobody runs is not."""
    lines = "from bench import mutants", "mutants.TESTS = ('tests/ownership/test_asking.py',)", "mutants.main(sys.argv[1:])"
    code = f"import sys; {'; '.join(lines)}"
    command = [sys.executable, "-c", code, "--module", "asking", "--count", "3"]
    done = subprocess.run(command, cwd=bench.ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert re.search(r"^asking +\d of +3$", done.stdout, re.MULTILINE), done.stderr
