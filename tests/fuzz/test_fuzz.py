"""A short slice of the fuzzing, the same every time; `make fuzz` goes on for as long as one likes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import properties
from tests.fuzz.mutations import MUTATIONS, Mutation, mutated, mutation_lists, sources, text_of
from tests.fuzz.programs import HEADER, dressed, programs
from tests.fuzz.properties import check, check_fixes, findings, is_python, with_remarks

ROOT = Path(__file__).parents[2]
FOUND = sorted((ROOT / "fixtures" / "fuzz").glob("*.py"))
LEAK = f"{HEADER}def f(u):\n    r = requests.get(u, stream=True)\n    s = r\n    return s.status_code\n"
SHORT = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    report_multiple_bugs=False,
)
SHORTER = settings(SHORT, max_examples=4)


@SHORT
@given(programs(), st.integers(0, 1000))
def test_generated(source: str, seed: int) -> None:
    """Programs that nobody wrote."""
    check(source, seed)


@SHORT
@given(st.sampled_from(sources()), mutation_lists, st.integers(0, 1000))
def test_mutated(path: Path, mutations: list[Mutation], seed: int) -> None:
    """Real files, slightly damaged."""
    check(mutated(text_of(path), mutations), seed)


@SHORTER
@given(st.sampled_from(sources()), mutation_lists)
def test_fixes_of_mutated(path: Path, mutations: list[Mutation]) -> None:
    """Their fixes."""
    check_fixes(mutated(text_of(path), mutations))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_found_before(path: Path) -> None:
    """What fuzzing once found, and what was written by hand to be odd; with its line ends as they are."""
    text = path.read_bytes().decode("utf-8")
    assert is_python(text)
    for seed in range(3):
        check(text, seed)
    check_fixes(text)


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation(name: str) -> None:
    """Each changes the text somewhere; those of whole statements mostly leave a program."""
    results = {mutated(LEAK, [(name, here, there)]) for here in range(8) for there in range(6)} - {LEAK}
    assert len(results) > 4
    if "statement" in name:
        assert sum(map(is_python, results)) > len(results) / 2


def test_programs_are_about_something() -> None:
    """Generated programs are mostly Python, and have findings of several kinds."""
    codes: set[str] = set()
    read: list[bool] = []

    @settings(SHORT, max_examples=25)
    @given(programs())
    def look(source: str) -> None:
        read.append(is_python(source))
        if read[-1]:
            codes.update(one.code for one in findings(source))

    look()
    assert sum(read) > len(read) * 0.8
    assert len(codes) > 5


def test_dressed() -> None:
    """A program about nothing becomes one about clients; keywords stay, and what cannot be read is left as it is."""
    source = dressed("a = b.a(None)\nfor b in a: pass\n", [0, 5])
    assert source.startswith(HEADER)
    assert "requests =r .requests (None )" in source
    assert "for r in requests" in source
    assert dressed("a = (", [1]) == f"{HEADER}a = ("


def test_remarks() -> None:
    """Comments and blank lines appear between lines and inside brackets, never in a string or after a backslash."""
    found: set[str] = set()
    source = "x = (1,\n2)\ny = '''\na\n''' + \\\n'b'\n"
    for seed in range(6):
        changed = with_remarks(source, seed)
        assert changed is not None
        text, new = changed
        assert is_python(text)
        assert "'''\na\n''' + \\\n'b'" in text
        lines = text.split("\n")
        assert all(lines[new[number] - 1] == line for number, line in enumerate(source.split("\n"), 1))
        found.add(text)
    assert len(found) > 2
    assert with_remarks("x = 1\r\n") is None
    assert with_remarks("x = (") is None


def test_what_is_checked_fails_where_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    """An analysis that looks at comments, forgets the order, or has another answer each time does not pass."""
    found = findings(LEAK)
    assert {one.code for one in check(LEAK)} == {"HTL101", "HTL601"}
    answers = {
        "another answer": iter([found, found[:1]]),
        "not in order": iter([found[::-1]] * 2),
        "remarks change": iter([found] * 3),
    }
    for message, answer in answers.items():
        monkeypatch.setattr(properties, "analyze", lambda *_, answer=answer: next(answer))
        with pytest.raises(AssertionError, match=message):
            check(LEAK)


def test_hash_seeds() -> None:
    """The order of sets and the addresses of objects decide nothing: other processes with other seeds say the same."""
    code = (
        "from tests.fuzz.mutations import sources, text_of; from tests.fuzz.properties import findings, is_python\n"
        "for path in sources()[::40]:\n    print(path.name, findings(text_of(path)) if is_python(text_of(path)) else '')"
    )
    said = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1
    assert "HTL1" in said.pop()


def test_soak(tmp_path: Path) -> None:
    """The soak ends in time, and says what it tried."""
    environment = {**os.environ, "HTTPLEAK_FUZZ_SECONDS": "0", "HTTPLEAK_FUZZ_SEED": "1"}
    environment |= {"HTTPLEAK_FUZZ_JOBS": "1", "HTTPLEAK_FUZZ_FOLDER": str(tmp_path)}
    command = [sys.executable, "-m", "tests.fuzz.soak"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=250)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ +\d\d generated$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("0 found\n")
