"""`# noqa` means the same to us as to flake8."""

from __future__ import annotations

import pytest
from flake8.violation import Violation

from flake8_httpleak.noqa import line_silences

LINES = [
    "x = 1",
    "x = 1  # noqa",
    "x = 1  # NOQA",
    "x = 1  # NoQa : HTL101",
    "x = 1  #noqa",
    "x = 1  # noqa:HTL101",
    "x = 1  # noqa: HTL101",
    "x = 1  # noqa:  HTL101",
    "x = 1  # noqa: htl101",
    "x = 1  # noqa: HTL1",
    "x = 1  # noqa: HTL",
    "x = 1  # noqa: H",
    "x = 1  # noqa: HTL102",
    "x = 1  # noqa: E501,HTL101",
    "x = 1  # noqa: E501, HTL101 - the pool owns it",
    "x = 1  # noqa: E501 HTL101",
    "x = 1  # noqa: E501 because of HTL101",
    "x = 1  # noqa: HTL102, because",
    "x = 1  # noqa: , HTL101",
    "x = 1  # noqa: E501, W1 ,HTL10",
    "x = '# noqa: HTL101'",
    "x = 1  # a word  # noqa: HTL101",
    "x = 1  # noqa: HTL101HTL102",
    "x = 1  # noqa: HTL101\u0661",
]


@pytest.mark.parametrize("line", LINES)
def test_as_in_flake8(line: str) -> None:
    """Every spelling hides what it hides there."""
    for code in ("HTL101", "HTL102", "HTL601"):
        theirs = Violation(code, "a.py", 1, 1, "text", line).is_inline_ignored(disable_noqa=False)
        assert line_silences(line, code) == theirs, (line, code)
