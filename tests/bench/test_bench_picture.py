"""The picture of the README shows what a terminal shows today."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

import pytest

from bench import picture

ROOT = Path(__file__).parents[2]


def words(svg: str) -> str:
    """Read what the picture says, each line in one piece."""
    lines: dict[str, str] = {}
    for place, text in re.findall(r'<text [^>]*y="([0-9.]+)"[^>]*>(.*?)</text>', svg):
        lines[place] = lines.get(place, "") + html.unescape(text)
    said = "\n".join(lines.values()).replace("\N{NO-BREAK SPACE}", " ")
    # How a fix is written is the fixes' own business, and tested there.
    return re.sub(r"\$\s*httpleak fix.*?(?=connected sockets)", "", said, flags=re.DOTALL)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn anew it says the same; `python -m bench.picture` keeps it so. It loads nothing from elsewhere."""
    kept = picture.PICTURE.read_text(encoding="utf-8")
    monkeypatch.setattr(picture, "PICTURE", tmp_path / "pictures" / "new.svg")
    assert picture.main() == 0
    new = picture.PICTURE.read_text(encoding="utf-8")
    # Where exactly it ends differs from machine to machine.
    counts = re.compile(r"[0-9]+ uploads|after [0-9]+|photo-[0-9]+|[●○│ 0-9┤]+")
    assert counts.sub("", words(new)) == counts.sub("", words(kept))
    assert re.search("HTL103 ?response-lost-on-error", words(kept))
    assert "OSError 24 after" in words(kept)
    assert set(re.findall(r'(?:href|src|url)\s*[=(]\s*["\']?(?!#|clip|url)([^"\')]+)', kept)) == set()
    assert "docs/pictures/terminal.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
