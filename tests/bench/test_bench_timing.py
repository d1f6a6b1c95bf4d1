"""Programs in turns: costs, ratios, failures, growth."""

from __future__ import annotations

import sys

import pytest

from bench import growth, timing
from bench.timing import Cost, Program, exponent, figures, in_turns, summary


def python(name: str, code: str, good: frozenset[int] = frozenset({0})) -> Program:
    """A program of a few words."""
    return Program(name, (sys.executable, "-c", code), good)


def test_figures() -> None:
    """A ratio is the median of the ratios of the rounds, not the ratio of the medians."""
    found = figures([2.0, 9.0, 4.0], [1.0, 3.0, 8.0])
    assert found == {"median": 4.0, "ratio": [2.0, 0.5, 3.0], "added": 1.0}
    assert figures([1.0], [0.0])["ratio"] == []


def test_summary() -> None:
    """Every program, with every kind of cost, beside the base."""
    costs = {"a": [Cost(1.0, 1.0, 10.0)] * 3, "b": [Cost(ratio, 3.0, 12.0) for ratio in (1.5, 1.1, 1.2)]}
    found = summary(costs, "a")
    assert found["b"]["processor"]["ratio"] == [1.2, 1.1, 1.5]
    assert found["b"]["wall"]["median"] == 3.0
    assert found["b"]["memory"]["ratio"][0] == 1.2
    assert found["a"]["processor"]["ratio"] == [1.0, 1.0, 1.0]


def test_every_round_begins_with_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So nobody always has the warm disk."""
    asked: list[str] = []

    def run(program: Program) -> Cost:
        asked.append(program.name)
        return Cost(len(asked), 1.0, 1.0)

    monkeypatch.setattr(timing, "run", run)
    found = in_turns([python("a", ""), python("b", "")], 3)
    assert asked == ["a", "b", "b", "a", "a", "b"]
    assert [cost.processor for cost in found["b"]] == [2, 3, 6]


def test_a_run() -> None:
    """Processor and memory are those of the program, not of who started it."""
    ballast = bytearray(200 * 2**20)
    small = timing.run(python("small", ""))
    assert small.memory < len(ballast) / 2**20
    busy = timing.run(python("busy", "import time\nwhile time.process_time() < 0.3: pass\nx = bytearray(60 * 2**20)"))
    assert busy.processor > 0.3
    assert busy.memory > small.memory + 50


def test_a_program_that_fails() -> None:
    """Its name, its code, the end of what it said; some codes are no failure."""
    with pytest.raises(RuntimeError, match=r"^broken ended with 3: so it is$"):
        timing.run(python("broken", "import sys; print('so it is', file=sys.stderr); sys.exit(3)"))
    assert timing.run(python("linter", "raise SystemExit(1)", good=frozenset({0, 1}))).wall > 0
    with pytest.raises(RuntimeError, match=r"^absent ended with"):
        timing.run(Program("absent", ("/no/such/program",)))


def test_what_a_program_prints_is_no_result() -> None:
    """It could look like figures."""
    assert timing.run(python("talks", "print(1, 2, 3, 4)")).processor > 0


def test_exponent() -> None:
    """1 is linear, 2 is quadratic."""
    assert exponent([(10, 1.0), (100, 10.0), (1000, 100.0)]) == pytest.approx(1)
    assert exponent([(10, 1.0), (100, 100.0), (1000, 10_000.0)]) == pytest.approx(2)


def test_generated_texts_are_python() -> None:
    """Of about the length that was asked for, and as deep."""
    text = growth.long_text(1000)
    compile(text, "a.py", "exec")
    assert 1000 <= text.count("\n") < 1040
    for kind in (*growth.BLOCKS, "call", "chain"):
        text = growth.nested_text(kind, 5)
        compile(text, "a.py", "exec")
        assert text.count("requests.get(") == growth.COPIES


def test_growth() -> None:
    """Points and exponents, of lengths and of depths."""
    found = growth.length((30, 60, 90), 1)
    assert [lines >= wanted for (lines, _), wanted in zip(found["rows"], (30, 60, 90), strict=True)] == [True] * 3
    nested = growth.nesting((2, 4), 1)
    assert set(nested["kinds"]) == {*growth.BLOCKS, "call", "chain"}
    assert len(nested["kinds"]["if"]["ms"]) == 2
