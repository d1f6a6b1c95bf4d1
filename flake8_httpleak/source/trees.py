"""LibCST's trees of texts, kept from one version of a file to the next where somebody analyses the same file again and again.

A kept tree is lent to one place at a time, since nodes are told apart by identity: two functions of equal text in one file
are two trees. Trees are never changed, so what was lent can be lent again once nobody uses it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flake8_httpleak.diagnostics import Span
from flake8_httpleak.source.mentions import Mentions
from flake8_httpleak.source.spelling import as_python_reads

if TYPE_CHECKING:
    import libcst as cst

MOST = 500_000
"""Characters of text whose trees are kept; a tree takes some seventy times its text."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree, and the places inside it that were worked out, by the `id` of the node."""

    module: cst.Module
    places: dict[int, Span] = field(default_factory=dict)


class Trees:
    """The trees of one process, and what texts mention. Keeps none unless told to."""

    def __init__(self) -> None:
        """Begin with none."""
        self._mentions: dict[str, Mentions] = {}
        self._kept: dict[str, Tree] = {}
        self._lent: list[tuple[str, Tree]] | None = None

    def parse(self, text: str) -> Tree:
        """The tree of a text; raises what LibCST raises."""
        import libcst as cst

        found = self._kept.pop(text, None) or Tree(cst.parse_module(as_python_reads(text)))
        if self._lent is not None:
            self._lent.append((text, found))
        return found

    def mentions(self, text: str, look: Callable[[], Mentions]) -> Mentions:
        """What a text mentions, as it was found once or is to be found now."""
        if self._lent is None:
            return look()
        found = self._mentions.pop(text, None) or look()
        self._mentions[text] = found  # the last one used is the last one to go
        return found

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep trees while this is open; at its end those that were lent come back, and old ones go if there are too many.

        One may be opened inside another: it is over first.
        """
        lent: list[tuple[str, Tree]] = []
        outer, self._lent = self._lent, lent
        try:
            yield
        finally:
            self._lent = outer
            self._kept |= dict(lent)
            _shorten(self._kept, MOST)
            _shorten(self._mentions, MOST)


def _shorten(kept: dict[str, Any], most: int) -> None:
    """Forget what was kept first, until the texts together are no longer than that."""
    spare = sum(map(len, kept)) - most
    for text in list(kept):
        if spare <= 0:
            break
        spare -= len(text)
        del kept[text]


TREES = Trees()
