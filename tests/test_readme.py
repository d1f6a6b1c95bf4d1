"""The README says what is so: its example, its rule table, its options."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bench.recall import read_decisions
from flake8_httpleak.analyze import analyze
from flake8_httpleak.cli.arguments import make_parser
from flake8_httpleak.clients.overview import overview
from flake8_httpleak.options import Options
from flake8_httpleak.rules import registry
from tests.conftest import Flake8

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """Find the first fenced block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_is_the_demo() -> None:
    """It stands in a file beside the demo's programs."""
    assert block("python") == (ROOT / "fixtures" / "too_many_open_files" / "download.py").read_text(encoding="utf-8")


def test_the_finding_is_real(flake8: Flake8, tmp_path: Path) -> None:
    """flake8 prints exactly what the README shows."""
    (tmp_path / "download.py").write_text(block("python"))
    assert flake8("--isolated", "--max-line-length=130", "download.py").stdout == block("text")


def test_the_shapes_are_real() -> None:
    """Each block of code that names codes gets exactly these, on these lines."""
    blocks = re.findall(r"```python\n(.*?)```", README.partition("## What it catches")[2].partition("\n## ")[0], re.DOTALL)
    assert len(blocks) == 3
    for text in blocks:
        lines = text.splitlines()
        wanted = [(number, line.partition("# HTL")[2]) for number, line in enumerate(lines, 1) if "# HTL" in line]
        found = analyze(text, "readme.py", Options())
        assert [(one.span.start.line, one.code.removeprefix("HTL")) for one in found] == wanted


def test_the_number_of_libraries() -> None:
    """Six are named; the rest is counted."""
    assert f"and {len(overview()) - 6} more libraries" in README


def test_the_figures() -> None:
    """What is counted there can be counted here."""
    said = README.partition("## How good is it?")[2].partition("\n## ")[0]
    decided = read_decisions()
    sample = [one.leaks for one in decided]
    left_out = sum(bool(one.left_out) for one in decided)
    assert f"Of {len(sample)} calls" in said
    assert f"{sample.count('yes') - left_out} of {sample.count('yes')}. The other {left_out} are" in said
    assert f"Of the {sample.count('no')} that do not leak" in said
    assert f"{sum(one.proved for one in overview())} rows" in said
    corpus = tomllib.loads((ROOT / "bench" / "corpus.toml").read_text(encoding="utf-8"))
    assert f"{len(corpus['packages'])} published packages" in said


def test_what_it_links_to() -> None:
    """Files of the repository that are there."""
    links = [one for one in re.findall(r"\]\(([^)]+)\)", README) if "://" not in one]
    assert links
    assert [one for one in links if not (ROOT / one.partition("#")[0]).exists()] == []


def test_the_rule_table() -> None:
    """The table is the registry; copy the expected one from the failure if it is not."""
    rows = [
        f"| {rule.code} | {rule.name} | {'✓' if rule.default else 'opt-in'} | {rule.summary} |"
        for rule in sorted(registry(), key=lambda rule: rule.code)
    ]
    wanted = "\n".join(["| code | name | on | what |", "|---|---|---|---|", *rows])
    shown = README.partition("<!-- rules: begin -->\n")[2].partition("\n<!-- rules: end -->")[0]
    assert shown == wanted


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_commands(command: str) -> None:
    """The two commands of the first screen are in the Makefile, and it has no others."""
    assert sorted(re.findall(r"^make \w+", block("console"), re.MULTILINE)) == ["make demo", "make test"]
    assert re.search(rf"^{command.removeprefix('make ')}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_commands_exist() -> None:
    """Each `httpleak` line that the README shows is one that the command understands."""
    shown = re.findall(r"`httpleak ([a-z]+ ?[^`]*)`|^httpleak (.+)$", README, re.MULTILINE)
    lines = [one or other for one, other in shown]
    assert {line.split()[0] for line in lines} >= {"check", "fix", "report", "explain", "clients", "lsp"}
    for line in lines:
        assert callable(make_parser().parse_args(line.split()).run)


def test_every_option_is_described(flake8: Flake8) -> None:
    """Each `--httpleak-` option of flake8's help stands in the settings table."""
    options = set(re.findall(r"--(httpleak-[a-z-]+)", flake8("--help").stdout))
    assert options == set(re.findall(r"^\| `(httpleak-[a-z-]+)", README, re.MULTILINE))
