"""The tables of `docs/performance.md` and the README's sentence on speed, from what `bench.speed` measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.comparison_tables import TABLE, table
from bench.programs import FLAKE8, OURS, PYLINT_CHECKS, RUFF, RUFF_CHECKS, name_of
from bench.timing import Table, exponent

WITH_US = name_of(OURS)
COLD, CACHED = "httpleak check, cold, -j1", "httpleak check, cached, -j1"
LINEAR = 1.15
"""The largest exponent that is called linear; the figures are not more exact."""
LAYERS = {
    "gate": "the gate: which libraries are imported",
    "parse": "parsing with LibCST, statement by statement",
    "names": "names: what is imported, bound and mentioned",
    "tables": "the tables of clients and frameworks",
    "ownership": "ownership: what is held on every path",
    "rules": "rules",
    "positions": "positions of what is reported",
    "other": "the rest",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Something that the project set out to reach. value: the figure out of what was measured."""

    what: str
    most: float
    unit: str
    value: Callable[[Table], float]

    def is_met(self, measured: Table) -> bool:
        """Whether the figure, as it is shown, is no higher."""
        return round(self.value(measured), 2) <= self.most


def ratio(part: str, name: str, field: str = "processor") -> Callable[[Table], float]:
    """The median ratio of a program to the one that the others of its part are compared with."""
    return lambda measured: float(measured[part]["programs"][name][field]["ratio"][0])


def _added_at_start(measured: Table) -> float:
    return float(measured["start"]["without"]["programs"][WITH_US]["processor"]["added"]) * 1e3


TARGETS = (
    Target("flake8 with the plugin, all files, against flake8", 1.03, "x", ratio("all", WITH_US)),
    Target("the same, packages as they come", 1.05, "x", ratio("first", WITH_US)),
    Target("the same, files that import a client", 1.5, "x", ratio("client", WITH_US)),
    Target("added to the start of flake8, no client in the file", 15, "ms", _added_at_start),
    Target("`httpleak check` with an empty cache, all files, against ruff", 10, "x", ratio("command_all", COLD)),
    Target("the same with a full cache", 5, "x", ratio("command_all", CACHED)),
    Target("largest process of flake8, all files", 1.3, "x", ratio("all", WITH_US, "memory")),
    Target("the same, files that import a client", 1.3, "x", ratio("client", WITH_US, "memory")),
)


def targets(measured: Table) -> str:
    """Every target with its figure, and in words which are missed."""
    rows = [
        [
            one.what,
            f"≤ {one.most:g} {one.unit}",
            f"{one.value(measured):.2f} {one.unit}",
            "met" if one.is_met(measured) else "**missed**",
        ]
        for one in TARGETS
    ]
    missed = [one for one in TARGETS if not one.is_met(measured)]
    said = (
        f"{len(missed)} of {len(TARGETS)} targets {'is' if len(missed) == 1 else 'are'} missed"
        if missed
        else "All targets are met"
    )
    return f"{table(['', 'target', 'measured', ''], rows)}\n{said}.\n"


def machine(measured: Table) -> str:
    """When, where, with which versions, on how much."""
    here, corpus = measured["machine"], measured["corpus"]
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    return (
        f"Measured on {measured['date']}, on {here['processor']}, {here['cores']} cores, {here['system']}, "
        f"Python {here['python']}, with {versions}.\n"
        f"The corpus: {corpus['packages']} published packages, {corpus['files']:,} files, {corpus['lines']:,} lines. "
        f"The whole run took {sum(measured['minutes'].values()):.0f} minutes.\n"
    )


def _sample(part: Table) -> str:
    return f"{part['files']:,} files with {part['lines']:,} lines, {part['rounds']} rounds."


def _range(row: Table, digits: int = 2) -> str:
    middle, low, high = row["ratio"]
    return f"{middle:.{digits}f} x ({low:.{digits}f} to {high:.{digits}f})"


def side_by_side(part: Table, digits: int = 2) -> str:
    """One row a program: processor and wall seconds, both ratios with their spread, memory."""
    rows = []
    for name, cost in part["programs"].items():
        base = name == part["base"]
        rows.append(
            [
                name,
                f"{cost['processor']['median']:.2f} s",
                "1" if base else _range(cost["processor"], digits),
                f"{cost['wall']['median']:.2f} s",
                "1" if base else f"{cost['wall']['ratio'][0]:.{digits}f} x",
                f"{cost['memory']['median']:.0f} MiB",
                "1" if base else f"{cost['memory']['ratio'][0]:.2f} x",
            ]
        )
    return table(["", "processor", "ratio", "wall", "ratio", "largest process", "ratio"], rows) + f"\n{_sample(part)}\n"


def plugins(part: str) -> Callable[[Table], str]:
    """flake8 and its plugins, with what ours adds to a line."""

    def write(measured: Table) -> str:
        here = measured[part]
        added = here["programs"][WITH_US]["processor"]["added"] / here["lines"] * 1e6
        alone = here["programs"][FLAKE8]["processor"]["median"] / here["lines"] * 1e6
        return f"{side_by_side(here, 3)}A line costs flake8 {alone:.0f} µs, and this plugin {added:.1f} µs more.\n"

    return write


def slow(part: str) -> Callable[[Table], str]:
    """The slow ones, on their smaller samples."""
    checks = PYLINT_CHECKS.replace(",", ", ")
    return lambda measured: f"{side_by_side(measured[part])}pylint: {checks}, everything else switched off.\n"


def command(part: str) -> Callable[[Table], str]:
    """Ruff and our command."""
    return lambda measured: f"{side_by_side(measured[part], 1)}{RUFF}: {RUFF_CHECKS.replace(',', ' and ')}, without its cache.\n"


def start(measured: Table) -> str:
    """What one small file takes."""
    rows = []
    for name, part in measured["start"].items():
        alone, ours = part["programs"][FLAKE8], part["programs"][WITH_US]
        rows.append(
            [
                f"{name} a client",
                f"{alone['wall']['median'] * 1e3:.0f} ms",
                f"{ours['processor']['added'] * 1e3:+.1f} ms",
                f"{ours['wall']['added'] * 1e3:+.1f} ms",
            ]
        )
    rounds = measured["start"]["without"]["rounds"]
    return table(["one file", "flake8", "added, processor", "added, wall"], rows) + f"\nMedians of {rounds} rounds.\n"


def layers(measured: Table) -> str:
    """Where the time goes, in microseconds a line of all files, and what a process pays once."""
    here = measured["layers"]
    whole = sum(here["seconds"].values()) or 1.0
    rows = [
        [what, f"{here['seconds'].get(name, 0) / here['lines'] * 1e6:.2f} µs", f"{here['seconds'].get(name, 0) / whole:.1%}"]
        for name, what in LAYERS.items()
    ]
    once = [[what, f"{spent:+.0f} ms"] for what, spent in here["imports"].items()]
    fixes = here["fixes"]
    said = f"{here['files']:,} files with {here['lines']:,} lines; "
    said += f"{here['client_files']:,} with {here['client_lines']:,} lines import a client."
    if fixes["findings"]:
        middle, _, most = fixes["ms"]
        said += (
            f" Fixes are made on demand only: {middle:.0f} ms a finding, {most:.0f} ms at most ({fixes['findings']} findings)."
        )
    return (
        f"{table(['layer', 'a line of all files', 'share'], rows)}\n{said}\n\nOnce in a process, each beside the one before:\n\n"
        f"{table(['import', 'processor'], once)}"
    )


def growth(measured: Table) -> str:
    """Cost against length and nesting, and in words what is not linear."""
    length, nesting = measured["growth"]["length"], measured["growth"]["nesting"]
    rows = [[f"{lines:,}", f"{cost:.0f} µs"] for lines, cost in length["rows"]]
    steepest = {kind: _steepest(nesting["depths"], row["ms"]) for kind, row in nesting["kinds"].items()}
    deep = [
        [f"`{kind}`", *(f"{one:.0f} ms" for one in row["ms"]), f"{row['exponent']:.2f}", f"{steepest[kind]:.2f}"]
        for kind, row in nesting["kinds"].items()
    ]
    heads = ["nested", *(f"{depth} deep" for depth in nesting["depths"]), "exponent", "steepest"]
    worse = [f"`{kind}`" for kind, most in steepest.items() if most > LINEAR]
    said = f"{'Not linear' if length['exponent'] > LINEAR else 'Linear'}: the cost of long files"
    said += f" (exponent {length['exponent']:.2f} at the end of the table; 1 is linear)."
    more = f"Steeper than linear somewhere: {', '.join(worse)}." if worse else "None is steeper than linear anywhere."
    return f"{table(['lines', 'a line'], rows)}\n{said}\n\n{table(heads, deep)}\n{more}\n"


def _steepest(depths: Sequence[int], costs: Sequence[float]) -> float:
    """The largest exponent from one depth to the next: where work is given up after so many steps, the end hides it."""
    points = list(zip(map(float, depths), costs, strict=True))
    return max(exponent(pair) for pair in pairwise(points))


def everything(measured: Table) -> str:
    """Every file there is."""
    here = measured["everything"]
    rows = [
        [
            one["name"],
            *(f"{one[name]:,}" for name in ("files", "lines", "client_files", "findings", "crashes")),
            f"{one['seconds']:.0f} s",
        ]
        for one in here["parts"]
    ]
    slow = [[f"`{one['file']}`", f"{one['lines']:,}", f"{one['seconds']:.2f} s"] for one in here["slowest"]]
    left = sum(one["unreadable"] for one in here["parts"])
    crashes = "".join(f"- {one}\n" for one in here["crashes"])
    return (
        table(["", "files", "lines", "import a client", "findings", "crashes", "gate and analysis"], rows)
        + f"\n{left} of these files are no Python that this interpreter reads; flake8 asks no plugin about them. "
        + f"A file that took {here['limit']} seconds would count as a crash.\n{crashes}\nThe slowest:\n\n"
        + table(["file", "lines", "gate and analysis"], slow)
    )


def readme(measured: Table) -> str:
    """The README's sentence."""
    parts = measured["everything"]["parts"]
    files, crashes = sum(one["files"] for one in parts), sum(one["crashes"] for one in parts)
    return (
        f"flake8 with the plugin takes {ratio('all', WITH_US)(measured):.2f} x the time of flake8 alone, "
        f"{ratio('client', WITH_US)(measured):.2f} x on files that import a client; "
        f"of {files:,} files {crashes or 'none'} crashed it. "
        "[How fast it is](docs/performance.md), side by side with other linters; `make bench` measures again.\n"
    )


TABLES: dict[str, Callable[[Table], str]] = {
    "machine": machine,
    "targets": targets,
    "all": plugins("all"),
    "first": plugins("first"),
    "client": plugins("client"),
    "slow_all": slow("slow_all"),
    "slow_client": slow("slow_client"),
    "command_all": command("command_all"),
    "command_client": command("command_client"),
    "start": start,
    "layers": layers,
    "growth": growth,
    "everything": everything,
    "readme": readme,
}


def fill(page: str, measured: Table) -> str:
    """Write each table anew where a page asks for it."""
    return TABLE.sub(lambda found: f"{found[1]}{found[2]}\n{TABLES[found[1]](measured)}\n", page)


def shown(pages: Iterable[str]) -> set[str]:
    """The names of the tables that pages ask for."""
    return {found[1] for page in pages for found in TABLE.finditer(page)}
