"""What the tables cover and what the lab has proved of it, for the command line and the documentation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flake8_httpleak.clients.store import Library, Store
from flake8_httpleak.columns import JOIN, side_by_side, wrapped

PROVED = Path(__file__).with_name("proved.json")


@dataclass(frozen=True, slots=True)
class Overview:
    """One library: versions it was measured on, kinds in its table, and rows with a lab test that passed (or failed)."""

    name: str
    roots: tuple[str, ...]
    measured: tuple[str, ...]
    kinds: int
    proved: int
    failed: int
    verified: bool
    reason: str
    documentation: str

    @property
    def state(self) -> str:
        """`verified`, or why not."""
        return self.verdict if self.verdict == "verified" else f"{self.verdict}: {self.why}"

    @property
    def verdict(self) -> str:
        """In one or two words."""
        if self.failed:
            return "contradicted"
        return "verified" if self.verified and self.proved else "not verified"

    @property
    def why(self) -> str:
        """Why it is not verified; empty if it is."""
        if self.failed:
            return f"{self.failed} lab tests say otherwise"
        return "" if self.verified and self.proved else self.reason or "no lab test has run"


def overview(user_tables: tuple[str, ...] = ()) -> list[Overview]:
    """Every table, in alphabetical order, the user's included. Raises TableError."""
    store = Store(user_tables)
    proved = json.loads(PROVED.read_text(encoding="utf-8")) if PROVED.exists() else {}
    return [_of(store.library(name), store.roots()[name], proved.get(name, {})) for name in sorted(store.roots())]


def _of(library: Library, roots: tuple[str, ...], proved: dict[str, Any]) -> Overview:
    table = library.table
    return Overview(
        name=table.name,
        roots=roots,
        measured=table.measured,
        kinds=len(library.kinds),
        proved=proved.get("passed", 0),
        failed=proved.get("failed", 0),
        verified=table.verified,
        reason=table.unverified_because,
        documentation=table.documentation,
    )


def text(rows: list[Overview], width: int | None = None) -> str:
    """The list as aligned text, why some are not verified, and a line of totals; `width`: of a terminal that shows it."""
    cells = [("library", "measured on", "kinds", "rows proved", "state")]
    cells += [
        (
            row.name,
            ", ".join(row.measured).replace(" ", JOIN).replace(f",{JOIN}", ", "),
            f"{row.kinds:5}",
            f"{row.proved:11}",
            row.verdict,
        )
        for row in rows
    ]
    lines = side_by_side(cells, width, flexible=1)
    for row in rows:
        lines += wrapped(f"{row.name} is {row.verdict}: {row.why}", width) if row.why else []
    good = sum(row.state == "verified" for row in rows)
    proved = sum(row.proved for row in rows)
    return "\n".join([*lines, *wrapped(f"{len(rows)} libraries, {good} verified, {proved} rows proved by the lab", width)])


def markdown(rows: list[Overview]) -> str:
    """The list as a Markdown table for the documentation."""
    lines = ["| library | imports | measured on | kinds | rows proved | state |", "|---|---|---|---|---|---|"]
    for row in rows:
        name = f"[{row.name}]({row.documentation})" if row.documentation else row.name
        imports = ", ".join(f"`{root}`" for root in row.roots)
        lines.append(f"| {name} | {imports} | {', '.join(row.measured)} | {row.kinds} | {row.proved} | {row.state} |")
    return "\n".join(lines) + "\n"
