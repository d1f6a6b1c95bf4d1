"""What other linters find in the same files. `python -m bench.comparison` measures and writes it into the documentation.

Four sets of files: the examples on the pages of our rules, scenarios that were written before the analysis, the fixtures of our
rules about timeouts, and the sample of `bench.recall` from published packages. A mark is a line where something must be
reported. A linter found it if one of its checks that are about the same thing (`bench.linters.CHECKS`) reports the same
statement.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench import linters
from bench.corpus import HERE, CorpusError, load, sources
from bench.linters import CHECKS, CLOSING, RESOURCE, TIMEOUT, Reach, Said
from bench.recall import read_decisions
from flake8_httpleak import __version__
from flake8_httpleak.analyze import analyze
from flake8_httpleak.noqa import is_silenced
from flake8_httpleak.options import Options
from flake8_httpleak.report.pages import all_pages

OURS = "flake8-httpleak"
RESULT = HERE / "comparison.json"
PAGE = HERE.parent / "docs" / "comparison.md"
SCENARIOS = HERE.parents[1] / "shared" / "scenarios"
FAMILIES = {
    "BODY": "responses",
    "CLIENT": "clients, sessions, connections",
    "CHURN": "clients made too often",
    "POOL": "pools without a bound",
    "IDLE": "kept-alive connections",
    "TIME": "timeouts",
    "AWAIT": "closing that closes nothing",
}
GROUPS = {"TIME": TIMEOUT, "AWAIT": CLOSING, "HTL6": TIMEOUT, "HTL905": TIMEOUT, "HTL7": CLOSING}
# What others say in these files and we never do.
BEYOND = {
    "ASYNC102": "an `await` in a clean-up that a cancellation would break off",
    "ASYNC119": "a `yield` inside `with` in an asynchronous generator, of any kind",
    "ASYNC210": "a call in a coroutine that blocks the event loop",
    "ASYNC240": "a file operation in a coroutine that blocks the event loop",
    "B310": "`urlopen` with an address that may name a file",
    "S310": "`urlopen` with an address that may name a file",
    "SIM115": "a file that is opened without `with`",
    "dynamic-urllib-use-detected": "`urlopen` with an address that may name a file",
    "use-raise-for-status": "an answer whose status nobody looks at",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One place where something must be reported, with the name of its row in a table."""

    line: int
    row: str
    group: str


@dataclass(slots=True)
class Text:
    """One file with its marks.

    allowed: lines where a report is right and none is too. judged: the lines that somebody looked at; None if all.
    timeouts: whether every missing timeout is marked. enable: opt-in codes of ours to compute.
    """

    text: str
    marks: list[Mark] = field(default_factory=list)
    allowed: frozenset[int] = frozenset()
    judged: frozenset[int] | None = None
    timeouts: bool = False
    enable: tuple[str, ...] = ()
    file: Path = Path()


def group_of(name: str) -> str:
    """What kind of thing a family of the scenarios or a code of ours is about."""
    return next((group for start, group in GROUPS.items() if name.startswith(start)), RESOURCE)


def examples(heading: str) -> Iterator[tuple[str, Text]]:
    """The blocks under a heading on the pages of our rules, each with a name; the marks are the comments in them."""
    for page in all_pages():
        section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page.text, re.MULTILINE | re.DOTALL)
        for number, text in enumerate(
            re.findall(r"^```python\n(.*?)^```", section[1] if section else "", re.MULTILINE | re.DOTALL)
        ):
            lines = enumerate(text.splitlines(), 1)
            marks = [Mark(line, page.code, group_of(page.code)) for line, said in lines if re.search(rf"# .*{page.code}", said)]
            yield f"{page.code}_{heading}_{number}".lower(), Text(text, marks, enable=(page.code,))


def scenarios(folder: Path) -> Iterator[tuple[str, Text]]:
    """The scenario files with what their comments ask for."""
    for path in sorted(folder.glob("S*.py")):
        text = path.read_text(encoding="utf-8")
        enabled = re.search(r"^# enable:\s*(\S+)", text[:400], re.MULTILINE)
        marks: list[Mark] = []
        allowed: set[int] = set()
        for line, said in enumerate(text.splitlines(), 1):
            for kind, body in re.findall(r"#\s*(expect|allow):\s*([A-Z][^#]*)", said):
                if kind == "allow":
                    allowed.add(line)
                    continue
                families = [wanted.split()[0] for wanted in body.split(";")]
                marks += [Mark(line, FAMILIES[family], group_of(family)) for family in families]
        enable = tuple(enabled[1].split(",")) if enabled else ()
        yield path.stem, Text(text, marks, frozenset(allowed), timeouts=bool(enabled), enable=enable)


def timeouts() -> Iterator[tuple[str, Text]]:
    """The fixtures of the rules about timeouts: the one thing that several linters look for. A row for each library."""
    for code, what in (("HTL601", "missing"), ("HTL602", "switched off")):
        for path in sorted((HERE.parent / "fixtures" / "rules" / code).glob("*.py")):
            one = Text(path.read_text(encoding="utf-8"), timeouts=True, enable=(code,), file=path)
            libraries = {found.span.start.line: found.library for found in analyze(one.text, path.name, Options(enable=(code,)))}
            lines = [line for line, said in enumerate(one.text.splitlines(), 1) if re.search(rf"# .*{code}", said)]
            one.marks = [Mark(line, f"{what}: {libraries.get(line, 'none')}", TIMEOUT) for line in lines]
            yield f"{code}_{path.stem}".lower(), one


def sample() -> Iterator[tuple[str, Text]]:
    """The files of the sample of published code, with what a reader decided."""
    decisions = [one for one in read_decisions() if one.leaks in {"yes", "no"}]
    files = {(one.package.name, one.path): one.file for one in sources(load({one.package for one in decisions}))}
    for package, path in sorted({(one.package, one.path) for one in decisions}):
        here = [one for one in decisions if (one.package, one.path) == (package, path)]
        marks = [Mark(one.line, "leaks", group_of(one.code)) for one in here if one.leaks == "yes"]
        text = files[package, path].read_text(encoding="utf-8")
        yield re.sub(r"\W", "_", f"{package}__{path[:-3]}"), Text(text, marks, judged=frozenset(one.line for one in here))


@cache
def spans(text: str) -> Callable[[int], tuple[range, range]]:
    """Gives for a line the lines of its statement (of a block only the head) and those of its function."""
    statements: list[range] = []
    functions: list[range] = [range(1, text.count("\n") + 2)]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            statements.append(range(node.lineno, max(last, node.lineno) + 1))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append(range(node.lineno, (node.end_lineno or node.lineno) + 1))

    def at(line: int) -> tuple[range, range]:
        around = [span for span in statements if line in span] or [range(line, line + 1)]
        return min(around, key=len), min((span for span in functions if line in span), key=len)

    return at


def ours(texts: Iterable[Text]) -> Iterator[Said]:
    """What we say of files, without what a `# noqa` hides."""
    for one in texts:
        lines = one.text.splitlines(keepends=True)
        for found in analyze(one.text, str(one.file), Options(enable=one.enable)):
            if not is_silenced(found, lines):
                yield Said(one.file, found.span.start.line, found.code)


def judge(texts: Iterable[Text], name: str, said: Iterable[Said]) -> tuple[Counter[str], int, dict[str, list[str]]]:
    """Compare what a linter said with the marks: finds by row, the number of wrong reports, and the checks by row."""
    by_file: dict[Path, list[Said]] = {}
    for one in said:
        by_file.setdefault(one.file, []).append(one)
    found: Counter[str] = Counter()
    checks: dict[str, list[str]] = {}
    wrong = 0
    for text in texts:
        good: set[Said] = set()
        for mark in text.marks:
            hits = [
                one
                for one in by_file.get(text.file, [])
                if mark.group in _groups(name, one.check) and _hits(text, name, one, mark)
            ]
            found[mark.row] += bool(hits)
            good.update(hits)
            checks[mark.row] = sorted({*checks.get(mark.row, []), *(one.check for one in hits)})
        wrong += sum(_is_wrong(text, name, one) for one in by_file.get(text.file, []) if one not in good)
    return found, wrong, {row: names for row, names in checks.items() if names}


def _groups(name: str, check: str) -> frozenset[str]:
    if name == OURS:
        return frozenset({group_of(check)})
    known = CHECKS[name].get(check)
    return known.groups if known else frozenset()


def _reach(name: str, check: str) -> Reach:
    return Reach.CALL if name == OURS else CHECKS[name][check].reach


def _hits(text: Text, name: str, said: Said, mark: Mark) -> bool:
    statement, function = spans(text.text)(mark.line)
    reach = _reach(name, said.check)
    if said.line in statement or reach is Reach.CALL:
        return said.line in statement
    if reach is Reach.FUNCTION or said.line not in function:
        return said.line in function
    lines = text.text.splitlines()
    bound = re.match(r"\s*(?:self\.)?(\w+)\s*(?::[^=]+)?=", lines[mark.line - 1])
    return bound is not None and re.search(rf"\b{bound[1]}\b", lines[said.line - 1]) is not None


def _is_wrong(text: Text, name: str, said: Said) -> bool:
    """Only where the file says so: reports about timeouts count in files that ask for them, those about files never."""
    groups = _groups(name, said.check)
    lines = spans(text.text)(said.line)[0]
    if (
        not groups
        or _reach(name, said.check) is not Reach.CALL
        or (groups == {TIMEOUT} and not text.timeouts)
        or text.allowed & {*lines}
    ):
        return False
    if text.judged is not None and said.line not in text.judged:
        return False
    return not re.search(r"(?<![\w.])open\(", text.text.splitlines()[said.line - 1])


def measure(
    name: str, files: dict[str, Text], folder: Path, who: Iterable[str], rules: Path | None, old: dict[str, Any]
) -> dict[str, Any]:
    """Write a set of files into a folder, let some linters look at it, and judge what they say; the rest stays as it was."""
    place = folder / name
    place.mkdir()
    for stem, one in files.items():
        one.file = place / f"{stem}.py"
        if re.search(r"^\s*from \.", one.text, re.MULTILINE):  # mypy looks at such a file only inside a package
            one.file = place / f"in_{stem}" / "a" / "b" / "c" / f"{stem}.py"
            for parent in list(one.file.parents)[:4]:
                parent.mkdir(parents=True, exist_ok=True)
                (parent / "__init__.py").touch()
        one.file.write_text(one.text, encoding="utf-8")
    result: dict[str, Any] = {
        "files": len(files),
        "marked": dict(Counter(mark.row for one in files.values() for mark in one.marks)),
        "judged": sum(len(one.judged or ()) for one in files.values()),
        "linters": old.get("linters", {}),
        "beyond": old.get("beyond", {}),
    }
    for linter in who:
        print(f"{name}: {linter}")
        if linter == OURS:
            said = list(ours(files.values()))
        else:
            said = linters.say(linter, [one.file for one in files.values()], linters.environment(), rules)
        found, wrong, checks = judge(files.values(), linter, said)
        result["linters"][linter] = {"found": {row: found[row] for row in result["marked"]}, "wrong": wrong, "checks": checks}
        counts = Counter(one.check for one in said if one.check in BEYOND)
        result["beyond"] |= {f"{linter} {check}": count for check, count in sorted(counts.items())}
    return result


def main(arguments: list[str] | None = None) -> int:
    """Compare linters, write `bench/comparison.json` and the tables of `docs/comparison.md`."""
    parser = argparse.ArgumentParser(prog="python -m bench.comparison", description=main.__doc__)
    parser.add_argument("--scenarios", type=Path, default=SCENARIOS, help="folder with the scenario files")
    parser.add_argument("--semgrep-rules", type=Path, help="a copy of the public semgrep-rules; without it semgrep is not run")
    parser.add_argument("--only", nargs="*", choices=(*CHECKS, OURS), help="only these linters, or none; the rest as it was")
    parser.add_argument("--examples", action="store_true", help="only the examples of our rules; the rest as it was")
    parser.add_argument("--timeouts", action="store_true", help="only the fixtures about timeouts; the rest as it was")
    given = parser.parse_args(arguments)
    from bench.comparison_tables import fill

    who = (*CHECKS, OURS) if given.only is None else given.only
    old = json.loads(RESULT.read_text(encoding="utf-8")) if given.only is not None or given.examples or given.timeouts else {}
    if who:
        try:
            measured = _measure_all(given, who, old)
        except (CorpusError, linters.LinterError) as error:
            print(error, file=sys.stderr)
            return 2
        RESULT.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill(text, json.loads(RESULT.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


def _measure_all(given: argparse.Namespace, who: Iterable[str], old: dict[str, Any]) -> dict[str, Any]:
    every = not (given.examples or given.timeouts)
    sets: dict[str, dict[str, Text]] = {}
    if every or given.examples:
        sets |= {"bad": dict(examples("Bad")), "good": dict(examples("Good"))}
    if every or given.timeouts:
        sets |= {"timeouts": dict(timeouts())}
    if every:
        sets |= {"scenarios": dict(scenarios(given.scenarios)), "sample": dict(sample())}
    versions = linters.versions() | {OURS: __version__}
    if "semgrep" in who and given.semgrep_rules is None:
        versions["semgrep"] = ""
    if given.only is not None:
        versions |= {name: version for name, version in old["versions"].items() if name not in who}
    result = old | {"date": datetime.now(UTC).date().isoformat(), "versions": versions}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        for name, files in sets.items():
            kept = old.get(name, {}) if given.only is not None else {}
            result[name] = measure(name, files, place, who, given.semgrep_rules, kept)
    return result


if __name__ == "__main__":
    sys.exit(main())
