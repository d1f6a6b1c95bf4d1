"""From findings and actions to the Language Server Protocol's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsprotocol import types

from flake8_httpleak.diagnostics import Diagnostic, Position, Span, TextEdit
from flake8_httpleak.lsp.actions import FIX_ALL, QUICK, Action
from flake8_httpleak.lsp.encodings import Encoding, from_units, to_units
from flake8_httpleak.lsp.links import page_link
from flake8_httpleak.report.model import Severity, places_of, severity_of

SOURCE = "httpleak"
_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


@dataclass(frozen=True, slots=True)
class Client:
    """What an editor understands."""

    encoding: Encoding = Encoding.UTF16
    related: bool = False
    links: bool = False
    versioned_edits: bool = False
    resolves_edits: bool = False
    watches: bool = False
    configuration: bool = False


def client_of(given: types.ClientCapabilities, encoding: str | None) -> Client:
    """What an editor says of itself; encoding: the one that was agreed on."""
    document, workspace = given.text_document, given.workspace
    published = document.publish_diagnostics if document is not None else None
    action = document.code_action if document is not None else None
    resolve = action.resolve_support if action is not None else None
    edits = workspace.workspace_edit if workspace is not None else None
    watched = workspace.did_change_watched_files if workspace is not None else None
    return Client(
        encoding=Encoding(encoding or Encoding.UTF16),
        related=published is not None and bool(published.related_information),
        links=published is not None and bool(published.code_description_support),
        versioned_edits=edits is not None and bool(edits.document_changes),
        resolves_edits=resolve is not None and "edit" in resolve.properties,
        watches=watched is not None and bool(watched.dynamic_registration),
        configuration=workspace is not None and bool(workspace.configuration),
    )


@dataclass(frozen=True, slots=True)
class Wire:
    """Translates for one version of one document."""

    client: Client
    uri: str
    version: int
    lines: Sequence[str]

    def span(self, given: Span) -> types.Range:
        """A range of the text."""
        start, end = (to_units(one, self.lines, self.client.encoding) for one in (given.start, given.end))
        return types.Range(types.Position(*start), types.Position(*end))

    def position(self, given: types.Position) -> Position:
        """A place of the text, in our words."""
        return from_units(given.line, given.character, self.lines, self.client.encoding)

    def selection(self, given: types.Range) -> Span:
        """A range of the text, in our words."""
        return Span(self.position(given.start), self.position(given.end))

    def diagnostic(self, found: Diagnostic) -> types.Diagnostic:
        """A finding."""
        link = page_link(found.code) if self.client.links else ""
        return types.Diagnostic(
            range=self.span(found.span),
            message=found.message,
            severity=_SEVERITY[severity_of(found)],
            code=found.code,
            code_description=types.CodeDescription(link) if link else None,
            source=SOURCE,
            related_information=self._related(found) if self.client.related else None,
        )

    def _related(self, found: Diagnostic) -> list[types.DiagnosticRelatedInformation]:
        """The way of the resource, and the places that belong to the finding."""
        places = [one for one in places_of(found) if one.span.start.line]
        return [types.DiagnosticRelatedInformation(types.Location(self.uri, self.span(one.span)), one.text) for one in places]

    def action(self, given: Action) -> types.CodeAction:
        """A fix, or what hides a finding."""
        return types.CodeAction(
            given.title,
            kind=QUICK,
            diagnostics=[self.diagnostic(given.finding)],
            is_preferred=given.preferred or None,
            edit=self.edit(given.edits),
        )

    def fix_all(self, *edits: TextEdit) -> types.CodeAction:
        """All safe fixes of the document at once; without edits they are worked out when the action is chosen."""
        data = {"uri": self.uri, "version": self.version}
        edit = self.edit(edits) if edits else None
        return types.CodeAction("Fix all safe findings of httpleak", kind=FIX_ALL, edit=edit, data=data)

    def edit(self, edits: Sequence[TextEdit]) -> types.WorkspaceEdit:
        """Changes of this version of the document, and of no other where the editor can tell."""
        changes = [types.TextEdit(self.span(one.span), one.text) for one in edits]
        if not self.client.versioned_edits:
            return types.WorkspaceEdit(changes={self.uri: changes})
        document = types.OptionalVersionedTextDocumentIdentifier(self.uri, self.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(changes))])
