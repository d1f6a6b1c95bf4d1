"""A plugin of python-lsp-server: there flake8 shows the findings, and this offers what can be done about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pylsp import hookimpl

from flake8_httpleak.config import ConfigError, Settings, load_settings
from flake8_httpleak.diagnostics import Position, Span
from flake8_httpleak.files import Document, UnreadableError
from flake8_httpleak.lsp import messages
from flake8_httpleak.lsp.actions import Action, fixing, hiding, touched
from flake8_httpleak.lsp.documents import document_of
from flake8_httpleak.lsp.encodings import Encoding, from_units, to_units
from flake8_httpleak.lsp.worker import answer

Data = dict[str, Any]


@hookimpl
def pylsp_code_actions(config: object, workspace: Any, document: Any, range: Data, context: Data) -> list[Data]:  # noqa: A002, ANN401, ARG001
    """The fixes of the findings on some lines, and the comments that hide them.

    The arguments have the names and types of python-lsp-server's hook.
    """
    try:
        text = document_of(document.source)
        settings = load_settings({}, Path(workspace.root_path or Path(document.path).parent))
    except (UnreadableError, ConfigError):
        return []
    selected = Span(
        *(from_units(at["line"], at["character"], text.lines, Encoding.UTF16) for at in (range["start"], range["end"]))
    )
    return [_data(one, document.uri, text) for one in _actions(text, document.path, settings, selected)]


def _actions(text: Document, path: str, settings: Settings, selected: Span) -> list[Action]:
    checked = answer(messages.Check(text=text.text, path=path, options=settings.options))
    if not isinstance(checked, messages.Checked):
        return []
    shown = [one for one in checked.result.diagnostics if settings.selection.shows(one.code, path)]
    here = tuple(touched(shown, selected))
    offered = answer(messages.Offer(text=text.text, path=path, options=settings.options, findings=here))
    fixes = dict(zip(here, offered.fixes, strict=True)) if isinstance(offered, messages.Offered) else {}
    return [*fixing(here, fixes), *hiding(here, text.lines)]


def _data(action: Action, uri: str, text: Document) -> Data:
    """An action in the protocol's words, as plain dictionaries."""
    edits = [{"range": _range(edit.span, text), "newText": edit.text} for edit in action.edits]
    preferred = {"isPreferred": True} if action.preferred else {}
    return {"title": action.title, "kind": "quickfix", "edit": {"changes": {uri: edits}}, **preferred}


def _range(span: Span, text: Document) -> Data:
    def place(position: Position) -> Data:
        line, character = to_units(position, text.lines, Encoding.UTF16)
        return {"line": line, "character": character}

    return {"start": place(span.start), "end": place(span.end)}
