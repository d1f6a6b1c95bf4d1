"""An editor as the server sees it: a client of the protocol at the other end of standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInternalError
from pygls.lsp.client import LanguageClient

COMMAND = (sys.executable, "-m", "flake8_httpleak", "lsp")
PATIENCE = 30.0
LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
"""A response that is lost: HTL101 at line 4 of an editor, column 8."""


def capabilities(
    *, encodings: Sequence[str] | None = None, rich: bool = True, configuration: bool = False, watches: bool = False
) -> types.ClientCapabilities:
    """What the editor says that it can do; rich: everything about diagnostics and edits."""
    resolve = types.ClientCodeActionResolveOptions(["edit"])
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=configuration,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=rich),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches),
        ),
        text_document=types.TextDocumentClientCapabilities(
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=rich, code_description_support=rich
            ),
            code_action=types.CodeActionClientCapabilities(resolve_support=resolve if rich else None),
        ),
        general=types.GeneralClientCapabilities(position_encodings=list(encodings)) if encodings else None,
    )


class Editor:
    """One editor with one folder open. Every call returns when the server has answered or `PATIENCE` is over."""

    def __init__(self, folder: Path) -> None:
        """Prepare; `start` begins."""
        self.folder = folder
        self.client = LanguageClient("test", "1")
        self.runner = asyncio.Runner()
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.logged: list[str] = []
        self.shown: list[str] = []
        self.registered: list[types.Registration] = []
        self.settings: dict[str, Any] | None = None
        self.refuses = False
        """Answers what the server asks for with an error."""
        self.versions: dict[str, int] = {}
        self.answers: types.InitializeResult | None = None
        feature = self.client.feature
        feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self.published.put_nowait))
        feature(types.WINDOW_LOG_MESSAGE)(lambda given: self.logged.append(given.message))
        feature(types.WINDOW_SHOW_MESSAGE)(lambda given: self.shown.append(given.message))
        feature(types.WORKSPACE_CONFIGURATION)(partial(self._tell_settings))
        feature(types.CLIENT_REGISTER_CAPABILITY)(partial(self._register))

    def _tell_settings(self, given: types.ConfigurationParams) -> list[dict[str, Any] | None]:
        if self.refuses:
            raise JsonRpcInternalError
        return [self.settings for _ in given.items]

    def _register(self, given: types.RegistrationParams) -> None:
        if self.refuses:
            raise JsonRpcInternalError
        self.registered.extend(given.registrations)

    # Beginning and end.

    def start(
        self,
        can: types.ClientCapabilities | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        folders: bool = True,
    ) -> types.ServerCapabilities:
        """Start the server and say hello; what it can do."""
        root = self.folder.as_uri()
        self.run(self.client.start_io(*COMMAND, env={**os.environ, **(environment or {})}, cwd=self.folder))
        params = types.InitializeParams(
            can or capabilities(),
            root_uri=root,
            initialization_options={"debounce": 0, **(options or {})},
            workspace_folders=[types.WorkspaceFolder(root, "ws")] if folders else None,
        )
        answers: types.InitializeResult = self.run(self.client.initialize_async(params))
        self.answers = answers
        self.client.initialized(types.InitializedParams())
        return answers.capabilities

    def end(self) -> str:
        """Say goodbye; what the server wrote to standard error."""
        server = self.client._server  # noqa: SLF001 - there is no other way to its streams
        assert server is not None
        assert server.stderr is not None
        if server.returncode is None:
            self.run(self.client.shutdown_async(None))
            self.client.exit(None)
        said = self.run(server.stderr.read())
        assert self.run(server.wait()) == 0
        self.run(self.client.stop())  # type: ignore[no-untyped-call]
        self.runner.close()
        return str(said.decode())

    def run(self, waiting: Any) -> Any:  # noqa: ANN401 - whatever is waited for
        """Let the other side come to word until something is there."""

        async def wait() -> Any:  # noqa: ANN401
            return await asyncio.wait_for(waiting, PATIENCE)

        return self.runner.run(wait())

    def pause(self, seconds: float = 0.05) -> None:
        """Let the other side come to word for some time."""
        self.run(asyncio.sleep(seconds))

    # What a person does.

    def uri(self, name: str) -> str:
        """The address of a file of the folder, or an address as it is."""
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, text: str = LEAK, name: str = "a.py") -> list[types.Diagnostic]:
        """Open a text that need not be on the disk; what is shown then."""
        uri = self.uri(name)
        self.versions[uri] = 1
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text)))
        return list(self.next(name).diagnostics)

    def type(self, text: str, name: str = "a.py") -> None:
        """Change a text."""
        uri = self.uri(name)
        self.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def next(self, name: str | None = None) -> types.PublishDiagnosticsParams:
        """What is published next; for a document if one is named."""
        found: types.PublishDiagnosticsParams = self.run(self.published.get())
        assert name is None or found.uri == self.uri(name)
        return found

    def has_news(self) -> bool:
        """Whether something was published that nobody has asked for."""
        self.pause()
        return not self.published.empty()

    def actions(self, line: int, name: str = "a.py", only: Sequence[str] | None = None) -> list[types.CodeAction]:
        """What is offered on a line."""
        at = types.Position(line, 0)
        document, context = types.TextDocumentIdentifier(self.uri(name)), types.CodeActionContext([], only)
        params = types.CodeActionParams(document, types.Range(at, at), context)
        return [one for one in self.run(self.client.text_document_code_action_async(params)) if isinstance(one, types.CodeAction)]

    def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Have the server say what an action changes."""
        found: types.CodeAction = self.run(self.client.code_action_resolve_async(action))
        return found

    def hover(self, line: int, column: int, name: str = "a.py") -> types.Hover | None:
        """What is shown at a place."""
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), types.Position(line, column))
        found: types.Hover | None = self.run(self.client.text_document_hover_async(params))
        return found

    def page(self, line: int, column: int, name: str = "a.py") -> str:
        """The text that is shown at a place."""
        found = self.hover(line, column, name)
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value


def apply(action: types.CodeAction, text: str) -> str:
    """A text after an action, as an editor that counts in code points applies it."""
    assert action.edit is not None
    changes = [edit for edits in (action.edit.changes or {}).values() for edit in edits]
    for change in action.edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        changes += [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for edit in sorted(changes, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        first, last = (starts[at.line] + at.character for at in (edit.range.start, edit.range.end))
        text = text[:first] + edit.new_text + text[last:]
    return text
