"""The recipes of the page about editors: what can be read is read, what can be run is run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flake8_httpleak.lsp.preferences import DEBOUNCE, _known
from flake8_httpleak.lsp.process import LIMIT
from tests.editors.conftest import PAGE, Recipe

BIN = Path(sys.executable).parent
COMMAND = ["httpleak", "lsp"]


def test_every_editor_has_one(recipes: list[Recipe]) -> None:
    """The editors that are asked about."""
    titles = {recipe.title for recipe in recipes}
    assert {"Neovim", "VS Code", "Emacs", "Helix", "Sublime Text"} <= titles
    assert "\n### PyCharm\n" in PAGE.read_text(encoding="utf-8")


def test_the_command(recipes: list[Recipe]) -> None:
    """What the page has one type works, but for installing what is installed."""
    (console,) = [recipe.text.splitlines() for recipe in recipes if recipe.language == "console"]
    install, asked = console
    assert install == "pip install 'flake8-httpleak[lsp]'"
    program, *arguments = shlex.split(asked)
    done = subprocess.run([str(BIN / program), *arguments], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("usage: httpleak lsp ")


def test_formats(recipes: list[Recipe]) -> None:
    """Helix, Sublime Text and VS Code: well-formed, with the command that there is."""
    read = {(recipe.title): recipe.text for recipe in recipes if recipe.language in {"json", "toml"}}
    helix = tomllib.loads(read["Helix"])
    server = helix["language-server"]["httpleak"]
    assert [server["command"], *server["args"]] == COMMAND
    assert "httpleak" in helix["language"][0]["language-servers"]
    assert json.loads(read["Sublime Text"])["clients"]["httpleak"]["command"] == COMMAND
    code = json.loads(read["VS Code"])
    assert [code["glspc.server.command"], *code["glspc.server.commandArguments"]] == COMMAND


@pytest.mark.parametrize("language", ["lua", "elisp"])
def test_commands_in_code(recipes: list[Recipe], language: str) -> None:
    """Lua and Lisp name the same command; all that begins is ended."""
    texts = [recipe.text for recipe in recipes if recipe.language == language]
    named = [re.findall(r'"(\w+)"', found) for text in texts for found in re.findall(r'"httpleak"[, ]+"lsp"', text)]
    assert named == [COMMAND] * 2
    for text in texts:
        plain = re.sub(r'"[^"]*"', "", text)
        assert [plain.count(one) for one in "({["] == [plain.count(one) for one in ")}]"]


def test_settings() -> None:
    """Every setting that is named there is one, and every one is named."""
    table = PAGE.read_text(encoding="utf-8").partition("| setting | meaning |")[2].partition("\n\n")[0]
    named = [word for row in table.splitlines()[2:] for word in re.findall(r"`(\w+)`", row.split("|")[1])]
    with pytest.raises(ValueError, match=r"known are ") as told:
        _known({"zzzzzz": 1})
    known = str(told.value).partition("known are ")[2].split(", ")
    assert [re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", word) for word in named] == known
    assert f"; {DEBOUNCE} unless you say otherwise" in table


def test_figures() -> None:
    """Times that the page states."""
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert DEBOUNCE == 100
    assert "a tenth of a second after the last key" in text
    assert f"takes longer than {LIMIT:g} seconds" in text
