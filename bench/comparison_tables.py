"""The tables of `docs/comparison.md`, from what `bench.comparison` measured."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bench.comparison import BEYOND, OURS
from bench.linters import CHECKS, TIMEOUT

TABLE = re.compile(r"(?<=<!-- table: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def fill(page: str, measured: dict[str, Any]) -> str:
    """Write each table anew where the page asks for it."""
    makers = {
        "versions": versions,
        "scenarios": scenarios,
        "timeouts": timeouts,
        "sample": sample,
        "examples": examples,
        "good": good,
        "beyond": beyond,
    }
    return TABLE.sub(lambda found: f"{found[1]}{found[2]}\n{makers[found[1]](measured)}\n", page)


def _run(measured: dict[str, Any]) -> list[str]:
    return [name for name, version in measured["versions"].items() if version]


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown; all columns but the first are figures."""
    names = list(head)
    lines = [names, ["---", *(["---:"] * (len(names) - 1))], *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def versions(measured: dict[str, Any]) -> str:
    """Which versions were compared, and when."""
    run = _run(measured)
    left = [name for name in measured["versions"] if name not in run]
    those = ", ".join(f"{name} {version}" for name, version in measured["versions"].items() if version)
    text = f"Measured on {measured['date']}: {those}.\n"
    return text + (f"Not run: {', '.join(left)}.\n" if left else "")


def scenarios(measured: dict[str, Any]) -> str:
    """What was found of each family, and how many reports were wrong."""
    return _by_row(measured["scenarios"], _run(measured))


def timeouts(measured: dict[str, Any]) -> str:
    """The same for the fixtures about timeouts, of those who have a check for them."""
    about = [name for name, checks in CHECKS.items() if any(TIMEOUT in check.groups for check in checks.values())]
    return _by_row(measured["timeouts"], [name for name in (*about, OURS) if name in measured["timeouts"]["linters"]])


def _by_row(here: dict[str, Any], run: list[str]) -> str:
    rows = [
        [row, marked, *(here["linters"][name]["found"].get(row) or "" for name in run)]
        for row, marked in sorted(here["marked"].items(), key=lambda item: -item[1])
    ]
    wrong = ["reported though right", "", *(here["linters"][name]["wrong"] or "" for name in run)]
    return table(["", "marked", *run], [*rows, wrong])


def sample(measured: dict[str, Any]) -> str:
    """What was found of the leaks in published code."""
    here, run = measured["sample"], _run(measured)
    leaks = here["marked"]["leaks"]
    rows = [
        ["leaks that are found", leaks, *(here["linters"][name]["found"].get("leaks") or "" for name in run)],
        ["reported though right", here["judged"] - leaks, *(here["linters"][name]["wrong"] or "" for name in run)],
    ]
    return table(["", "calls", *run], rows)


def examples(measured: dict[str, Any]) -> str:
    """Which of our rules' examples of bad code somebody else finds as well."""
    here = measured["bad"]
    others = [name for name in _run(measured) if name != OURS]
    by_rule = {
        row: [f"{name} {check}" for name in others for check in here["linters"][name]["checks"].get(row, [])]
        for row in here["marked"]
    }
    rows = [[f"[{row}](generated/rules/{row}.md)", ", ".join(found)] for row, found in sorted(by_rule.items()) if found]
    none = sum(not found for found in by_rule.values())
    return "\n".join(["| rule | found by |", "|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]) + (
        f"\n\nThe bad examples of the other {none} of {len(by_rule)} rules are found by none of them.\n"
    )


def good(measured: dict[str, Any]) -> str:
    """How often others report our rules' examples of good code."""
    here = measured["good"]
    wrong = {name: here["linters"][name]["wrong"] for name in _run(measured)}
    said = ", ".join(f"{name} {count}" for name, count in wrong.items() if count)
    return f"In the {here['files']} good examples, reported all the same: {said or 'nothing, by any of them'}.\n"


def beyond(measured: dict[str, Any]) -> str:
    """What others say in the same files that we never say."""
    counts: dict[str, list[str]] = {}
    for found, count in measured["scenarios"]["beyond"].items():
        name, check = found.split()
        counts.setdefault(BEYOND[check], []).append(f"{name} {check}: {count}")
    rows = [f"| {what} | {', '.join(who)} |" for what, who in sorted(counts.items())]
    return "\n".join(["| what | who, how often |", "|---|---|", *rows]) + "\n"
