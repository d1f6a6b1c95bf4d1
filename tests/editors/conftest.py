"""The page about editors, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "editors.md"
_PART = re.compile(r"^(?P<marks>##+) (?P<title>[^\n]+)$|^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """One block of code: the heading it stands under, its language, its text."""

    title: str
    language: str
    text: str


def recipes_of(page: Path) -> list[Recipe]:
    """All blocks of a page, in order."""
    found, title = [], ""
    for part in _PART.finditer(page.read_text(encoding="utf-8")):
        if part["title"]:
            title = part["title"]
        else:
            found.append(Recipe(title, part["language"], part["text"]))
    return found


@pytest.fixture(scope="session")
def recipes() -> list[Recipe]:
    """The blocks of the page about editors."""
    return recipes_of(PAGE)
