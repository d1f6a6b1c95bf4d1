"""What a rule is, and what it says when it finds something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.program import FunctionInfo

if TYPE_CHECKING:
    from flake8_httpleak.rules.facts import Facts

MAX_WRITTEN = 40
MIN_WRITTEN = 8
MAX_MESSAGE = 120

_NUMBER = re.compile(r"\{([0-9])\}")
_ODD = re.compile(r"[^ -~]")
_QUOTED = re.compile(r"('[^']+')")
_PATH = re.compile(r"[\w.]+")
_SPACED = re.compile(r"[\w. ]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a function: something that has a line."""

    node: cst.CSTNode
    function: FunctionInfo


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    at: the call that is reported. message: one line; `{0}`, `{1}` stand for the lines of `places`.
    resource: what the finding is about; of several findings about one resource the strongest is reported, unless None.
    steps: the way of the resource, each with its place and a few words.
    """

    rule: Rule
    at: Place
    message: str
    level: Level
    reclaim: Reclaim = Reclaim.REFERENCE
    places: tuple[Place, ...] = ()
    resource: object = None
    library: str = ""
    steps: tuple[tuple[Place, str], ...] = ()
    related: tuple[tuple[Place, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One code.

    name: the bad pattern. summary: what it finds, for tables. strength: the lower, the stronger, where several rules speak of
    one resource. default: whether it is on without being asked for. check: finds it.
    """

    code: str
    name: str
    summary: str
    check: Callable[[Facts], Iterator[Finding]] = field(repr=False)
    strength: int = 50
    default: bool = True


class _Bare(cst.CSTTransformer):
    """Takes comments out: what is said of code does not change with them."""

    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        """Take one out at the end of a line."""
        del original_node
        return updated_node.with_changes(comment=None)

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:
        """Take one out that has its line to itself."""
        del original_node
        return updated_node.with_changes(comment=None)


def written(node: cst.BaseExpression) -> str:
    """An expression as it stands in the file, without its comments, in one short line of plain ASCII; of a long path its end."""
    text = cst.Module([]).code_for_node(node)
    if "#" in text:
        bare = node.visit(_Bare())
        text = cst.Module([]).code_for_node(bare) if isinstance(bare, cst.CSTNode) else text
    text = " ".join(text.split())
    text = re.sub(r" ?\. ?(?=[A-Za-z_])", ".", text) if _SPACED.fullmatch(text) else text  # a path over several lines
    text = _ODD.sub("?", text).replace("'", '"')  # messages quote it in single ones
    return _cut(text, MAX_WRITTEN)


def placed(message: str, lines: Sequence[int]) -> str:
    """A message with the lines of its places in it. What it quotes is code, in which braces are braces."""
    parts = _QUOTED.split(message)
    return "".join(part if part[:1] == "'" else _NUMBER.sub(lambda found: str(lines[int(found[1])]), part) for part in parts)


def fitted(message: str) -> str:
    """A message as it is shown: in plain ASCII and not too long; of the expressions that it quotes the longest are cut."""
    whole = message = _ODD.sub("?", message)
    size = MAX_WRITTEN
    while len(message) > MAX_MESSAGE and size > MIN_WRITTEN:
        size -= 1
        message = "".join(f"'{_cut(part[1:-1], size)}'" if part[:1] == "'" else part for part in _QUOTED.split(whole))
    return message


def _cut(text: str, size: int) -> str:
    """Text of a size: the end of a path of names (`...session.get`), the beginning of anything else."""
    if len(text) <= size:
        return text
    path = text.removeprefix("...")
    while _PATH.fullmatch(path) and "." in path:
        path = path.partition(".")[2]
        if len(path) + 3 <= size:
            return f"...{path}"
    return f"{path[: size - 3]}..."
