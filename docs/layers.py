"""Draws the layers of the package from the contract that import-linter checks. `python docs/layers.py` writes the picture."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "layers.svg"
# What each layer is for, by its first module.
WORDS = {
    "formatters": "formats of flake8, the command",
    "lsp": "the language server",
    "plugin": "flake8's plugin; tests; many files; whole repairs",
    "report": "where findings go; one file, with its settings",
    "fixes": "edits that a new analysis agrees with",
    "analyze": "from a text to its findings; why a line is silent",
    "rules": "a file a code: its page, its message, its check",
    "ownership": "what is held where, on every path",
    "frameworks": "tables: which functions run again and again",
    "clients": "tables: what libraries hold, and what frees it",
    "cache": "earlier results, known findings, noqa without flake8",
    "source": "one parsed file; files that need no look at all",
    "options": "plain data that everybody may use",
}
WIDTH, ROW, GAP, LEFT, BOX = 860, 34, 8, 44, 24
FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def layers() -> list[list[str]]:
    """The modules of each layer, the highest first."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contract = next(one for one in tools["importlinter"]["contracts"] if one["type"] == "layers")
    return [re.findall(r"\w+", layer) for layer in contract["layers"]]


def draw() -> str:
    """The picture as SVG. Colours that can be read on a light page and on a dark one."""
    rows = layers()
    height = len(rows) * (ROW + GAP) - GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {FONT} role="img">',
        "<title>The layers of flake8_httpleak, the highest first</title>",
        f'<path d="M16 4V{height - 12}" stroke="#7d8b99" stroke-width="2"/>',
        f'<path d="M9 {height - 16}L16 {height - 3}L23 {height - 16}z" fill="#7d8b99"/>',
        f'<text transform="translate(36 {height // 2}) rotate(-90)" text-anchor="middle" fill="#7d8b99">imports</text>',
    ]
    for number, modules in enumerate(rows):
        top = number * (ROW + GAP)
        parts.append(f'<rect x="{LEFT}" y="{top}" width="{WIDTH - LEFT}" height="{ROW}" rx="5" fill="#dde6ee"/>')
        left = LEFT + 6
        for module in modules:
            width = 7.4 * len(module) + 18
            parts.append(f'<rect x="{left}" y="{top + 5}" width="{width:.0f}" height="{BOX}" rx="4" fill="#24506f"/>')
            middle = f'x="{left + width / 2:.0f}" y="{top + 21}" text-anchor="middle" fill="#ffffff"'
            parts.append(f"<text {middle}>{module}</text>")
            left += round(width) + 6
        parts.append(f'<text x="{WIDTH - 10}" y="{top + 21}" text-anchor="end" fill="#1d2a35">{escape(WORDS[modules[0]])}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
