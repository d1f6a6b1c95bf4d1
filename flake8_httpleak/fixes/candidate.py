"""What proposers offer: a title and the text that the file would have. Nobody has looked yet whether that is right."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_httpleak.fixes.text import Edits


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to cure a finding. title: a verb phrase. safe: what the program does stays the same, but for the leak."""

    title: str
    text: str
    safe: bool = True


def candidate(title: str, edits: Edits, *, safe: bool = True) -> list[Candidate]:
    """A candidate made by edits; none if they cut each other."""
    new = edits.apply()
    return [] if new is None else [Candidate(title, new, safe)]
