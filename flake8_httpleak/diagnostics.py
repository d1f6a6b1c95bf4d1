"""What the analysis says: plain frozen data, fed to flake8, the command, the editor and every report format."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_httpleak.levels import Level, Reclaim

__all__ = ["Diagnostic", "Fix", "Level", "Position", "Reclaim", "Related", "Span", "Step", "TextEdit"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: line from 1, column from 0 in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of text."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Step:
    """One station on the way of a resource: acquired, raised, returned, overwritten."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace the text of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to cure a finding; several fixes of one finding are alternatives."""

    title: str
    safe: bool
    edits: tuple[TextEdit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` is one ASCII line without the code."""

    code: str
    name: str
    message: str
    span: Span
    level: Level
    reclaim: Reclaim
    scope: str = ""
    """Qualified name of the function or class the finding is in; empty at module level."""
    library: str = ""
    steps: tuple[Step, ...] = ()
    related: tuple[Related, ...] = ()
    lines: tuple[int, int] = (0, 0)
    """First and last line of the acquiring call; a `# noqa` on any of them counts."""
