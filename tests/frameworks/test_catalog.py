"""Our framework tables: sound, looked at only where they are imported, and true to the frameworks that are installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_httpleak import clients
from flake8_httpleak.frameworks.catalog import OURS, load_frameworks, read_framework
from flake8_httpleak.frameworks.model import Calls

CLIENTS = Path(clients.__file__).parent
TABLES = sorted(path.stem for path in OURS.glob("*.toml"))
ALWAYS = ("cloud_functions", "common")


def test_there_are_tables() -> None:
    """Something is tested below."""
    assert {"django", "fastapi", "flask", "tasks", "pytest"} <= set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_sound(name: str) -> None:
    """It can be read, has the name of its file, and says which imports it is for."""
    table = read_framework(OURS / f"{name}.toml")
    assert table.name == name
    assert bool(table.roots) == (name not in ALWAYS)
    assert table.documentation.startswith("https://") or name == "common"
    sections = (table.handlers, table.hot, table.once, table.lends)
    assert any(section != Calls() for section in sections) or table.stand_ins


def test_stand_ins_answer_for_libraries_that_there_are() -> None:
    """The names in `stand_ins` are those of client tables."""
    libraries = {
        library for name in TABLES for found in read_framework(OURS / f"{name}.toml").stand_ins.values() for library in found
    }
    assert libraries <= {path.stem for path in CLIENTS.glob("*.toml")}


def test_only_imported_frameworks_count() -> None:
    """A decorator `*.get` means something in a file that imports a web framework, and nothing elsewhere."""
    plain = load_frameworks(frozenset({"requests"}))
    web = load_frameworks(frozenset({"requests", "fastapi"}))
    assert not any("*.get" in one.decorators for one in plain.handlers)
    assert any("*.get" in one.decorators for one in web.handlers)
    assert web.rare == plain.rare != frozenset()


def test_a_name_below_a_root_counts() -> None:
    """`from aiohttp.web import Request` reaches the root `aiohttp.web`; `aiohttp` alone does not."""
    view = "aiohttp.web.View"
    assert any(view in one.bases for one in load_frameworks(frozenset({"aiohttp.web.Request"})).handlers)
    assert not any(view in one.bases for one in load_frameworks(frozenset({"aiohttp"})).handlers)
