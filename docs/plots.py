"""Draws the plots on the pages of rules: sockets held over calls, from what the lab measured (`python -m tests.lab.plots`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parents[1] / "tests" / "lab" / "plots.json"
WIDTH, HEIGHT = 640, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 96, 26, 34
# The text takes the theme's colour, light or dark; the lines are readable on both.
COLOURS = {"bad": "#d1495b", "good": "#2a7fba", "fixed": "#3a9d5d"}
DASHES = {"bad": "", "good": "", "fixed": ' stroke-dasharray="7 5"'}


def figure(code: str) -> str:
    """The plot of a rule with the line below it, for a page in Markdown; empty if there is none."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    plot = measured["plots"].get(code)
    if plot is None:
        return ""
    series = {name: plot[name] for name in COLOURS if name in plot}
    used = ", ".join(f"{'Python' if name == 'python' else name} {measured['versions'][name]}" for name in plot["packages"])
    told = ", ".join(f"{name} {values[-1]}" for name, values in series.items())
    words = f"Sockets held after {measured['calls']} calls: {told}"
    mended = ", after the fix (fixed)" if "fixed" in series else ""
    right = ", as it should be (good)" if "good" in series else ""
    caption = (
        f"Sockets held while the example below is called {measured['calls']} times, with the cycle collector on: "
        f"as it is (bad){right}{mended}. {used}, measured on {measured['date']}."
    )
    picture = _svg(series, measured["calls"], words)
    return f"```{{raw}} html\n<figure>\n<div>\n{picture}</div>\n<figcaption>{caption}</figcaption>\n</figure>\n```\n"


def _svg(series: dict[str, list[int]], calls: int, words: str) -> str:
    top = max(max(values) for values in series.values())
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if top / one <= 4)  # noqa: PLR2004 - four lines are enough
    highest = -(-top // step) * step

    def x(call: float) -> float:
        return LEFT + call * (WIDTH - LEFT - RIGHT) / calls

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / highest

    style = 'fill="currentColor" font-family="inherit" font-size="12" style="width: 100%; max-width: 640px"'
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}" {style}>',
        f'<text x="0" y="{TOP - 12}">sockets held</text>',
    ]
    for value in range(0, highest + 1, step):
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="currentColor" opacity="0.18"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value}</text>')
    for call in range(0, calls + 1, calls // 4):
        label = f"{call} calls" if call == calls else str(call)
        parts.append(f'<text x="{x(call):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label}</text>')
    for name, values in series.items():
        line = " ".join(f"{x(call):.1f},{y(value):.1f}" for call, value in enumerate(values))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[name]}" stroke-width="2.5"{DASHES[name]}/>')
    parts += _labels(series, x(calls) + 8, y)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _labels(series: dict[str, list[int]], left: float, y: Any) -> list[str]:  # noqa: ANN401 - a function of a number
    """A name behind the end of each line; lines that end close to one another get their names side by side."""
    parts: list[str] = []
    ends: dict[float, float] = {}
    for name, values in series.items():
        height = y(values[-1])
        near = next((one for one in ends if abs(one - height) < 14), None)  # noqa: PLR2004 - the height of the letters
        at = left if near is None else ends[near]
        line = height if near is None else near
        parts.append(f'<text x="{at:.0f}" y="{line + 4:.1f}" fill="{COLOURS[name]}" font-weight="600">{name}</text>')
        ends[line] = at + 8 * len(name) + 6
    return parts
