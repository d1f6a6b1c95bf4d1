"""What an editor shows at a place: what the tables know of the call, and the findings with their way and their rule's page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flake8_httpleak.diagnostics import Diagnostic, Position, Span
from flake8_httpleak.lsp.describe import describe
from flake8_httpleak.lsp.sites import site_at
from flake8_httpleak.options import Options
from flake8_httpleak.report.model import places_of
from flake8_httpleak.report.pages import page_of

_HEADING = re.compile(r"^## ", re.MULTILINE)


def hover(text: str, options: Options, position: Position, findings: Iterable[Diagnostic]) -> tuple[str, Span | None]:
    """A page in Markdown, and what it is about; an empty page if there is nothing to say.

    findings: those that touch the place.
    """
    found = list(findings)
    try:
        site = site_at(text, options, position)
    except (SyntaxError, ValueError):  # the text is being written
        site = None
    described = describe(site) if site is not None else ""
    parts = [*([described] if described else []), *(_told(one) for one in found)]
    span = site.span if site is not None and described else found[0].span if found else None
    return "\n---\n\n".join(parts), span


def _told(finding: Diagnostic) -> str:
    lines = [f"**{finding.code}** {finding.name}: {finding.message}", "", *_way(finding)]
    page = page_of(finding.code)
    if page is not None:
        lines += [_below(page.text), ""]
    return "\n".join(lines).rstrip() + "\n"


def _way(finding: Diagnostic) -> Iterator[str]:
    places = [f"- line {place.span.start.line}: {place.text}" for place in places_of(finding) if place.span.start.line]
    if places:
        yield from [*places, ""]


def _below(page: str) -> str:
    """A page without its title, its headings one step smaller."""
    return _HEADING.sub("### ", page.partition("\n")[2].strip())
