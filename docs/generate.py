"""Writes the pages that are derived from the code: one a rule, one a client library, fixes and settings."""

from __future__ import annotations

import json
from pathlib import Path

from flake8.options.manager import OptionManager

from docs.client_pages import client_page
from docs.fix_pages import fixes_page
from docs.plots import figure
from flake8_httpleak.clients.overview import Overview, overview
from flake8_httpleak.config.settings import setting_names
from flake8_httpleak.plugin import Plugin
from flake8_httpleak.report.pages import Page, all_pages
from flake8_httpleak.rules import registry

COMPARISON = Path(__file__).resolve().parents[1] / "bench" / "comparison.json"
UNWRITTEN = "To be written."
PREFIX = "httpleak-"


def write_pages(folder: Path) -> None:
    """Write all derived pages into a folder; those of rules and libraries that are gone are removed."""
    wanted = {
        "settings.md": settings_page(),
        "fixes.md": fixes_page(),
        "rules/index.md": rules_index(),
        **{f"rules/{page.code}.md": rule_page(page) for page in all_pages()},
        "clients/index.md": clients_index(overview()),
        **{f"clients/{row.name}.md": client_page(row) for row in overview()},
    }
    for old in folder.rglob("*.md"):
        if str(old.relative_to(folder)) not in wanted:
            old.unlink()
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:  # an unchanged page is not built again
            path.write_text(text, encoding="utf-8")


def rule_page(page: Page) -> str:
    """A rule's page: its code and name, whether it is on, and the text of its docstring."""
    body = page.text.partition("\n")[2].strip()
    if UNWRITTEN in body:
        body = ""
    body = body.replace("## References\n", f"{others(page.code)}\n## References\n", 1)
    body = body.replace("## Bad\n", f"{figure(page.code)}\n## Bad\n", 1)
    state = "On by default." if page.default else f"Opt-in: `httpleak-enable = {page.code}` reports it as well."
    return f"# {page.code} {page.name}\n\n{page.title}.\n\n{state}\n\n{body}\n"


def others(code: str) -> str:
    """What other linters say of a rule's bad example, as it was measured; empty if it was not."""
    measured = json.loads(COMPARISON.read_text(encoding="utf-8"))
    names = [name for name, version in measured["versions"].items() if version and name != "flake8-httpleak"]
    if code not in measured["bad"]["marked"]:
        return ""
    checks = {name: measured["bad"]["linters"][name]["checks"].get(code, []) for name in names}
    said = ", ".join(f"{name} {check}" for name in names for check in checks[name])
    told = f"On the bad example: {said}. " if said else f"None of {', '.join(names)} reports the bad example. "
    return f"## Other linters\n\n{told}[How they were asked](../../comparison.md)\n"


def rules_index() -> str:
    """The table of all rules with links to their pages."""
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {'yes' if rule.default else 'opt-in'} | {rule.summary} |"
        for rule in registry()
    ]
    names = "\n".join(rule.code for rule in registry())
    table = "\n".join(["| code | name | on | what |", "|---|---|---|---|", *rows])
    return f"# Rules\n\n{table}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def clients_index(rows: list[Overview]) -> str:
    """The table of all libraries with links to their pages."""
    lines = [f"| [{row.name}]({row.name}.md) | {', '.join(row.measured)} | {row.proved} |" for row in rows]
    table = "\n".join(["| library | measured on | rows proved by running it |", "|---|---|---|", *lines])
    names = "\n".join(row.name for row in rows)
    return f"# Libraries\n\n{table}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def settings_page() -> str:
    """Every setting: our own with flake8's help text, then those of flake8 that the command reads as well."""
    manager = OptionManager(version="", plugin_versions="", parents=[], formatter_names=[])
    Plugin.add_options(manager)
    help_of = {one.config_name: str(one.option_kwargs["help"]) for one in manager.options}
    own = [name for name in setting_names() if name.startswith(PREFIX)]
    rows = [f"| `{name}` | `{name.removeprefix(PREFIX)}` | {help_of[name.replace('-', '_')]} |" for name in own]
    table = "\n".join(["| in flake8's files | in `[tool.httpleak]` | meaning |", "|---|---|---|", *rows])
    shared = ", ".join(f"`{name}`" for name in setting_names() if not name.startswith(PREFIX))
    return (
        f"# All settings\n\n{table}\n\nOn flake8's command line they are called as in its files, with `--` before the name. "
        f"`httpleak check --help` lists them for the command.\n\nThe command also reads these of flake8, "
        f"with the same meaning: {shared}.\n"
    )
