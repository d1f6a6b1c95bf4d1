"""One editor: what it can do, what it has open, and what is sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from flake8_httpleak import __version__
from flake8_httpleak.config.sources import NAMES
from flake8_httpleak.diagnostics import Diagnostic, Fix, TextEdit
from flake8_httpleak.lsp import messages
from flake8_httpleak.lsp.actions import difference
from flake8_httpleak.lsp.preferences import SECTION, Reader
from flake8_httpleak.lsp.process import Worker
from flake8_httpleak.lsp.session import Found, Opened, Session
from flake8_httpleak.lsp.wire import Client, Wire

WATCHED = (*NAMES, "*.toml", "*.json")
"""Configuration files, tables and baselines."""
POLL = 2.0
"""Seconds between looks at the configuration files, for editors that watch no files for us."""


class Server(LanguageServer):
    """The language server."""

    def __init__(self) -> None:
        """Prepare; nothing happens before the editor says who it is."""
        # Whole texts: lines end in editors where the protocol says, and in Python's `splitlines` in more places than that.
        super().__init__("httpleak", __version__, types.TextDocumentSyncKind.Full)
        self.worker = Worker()
        self.reader = Reader(self.worker, self.warn)
        self.session = Session(self.worker, self.reader, self.publish, self.log)
        self.client = Client()
        self.initial: Mapping[str, Any] = {}
        """What the editor said at the start."""
        self.polling: asyncio.Task[None] | None = None

    def warn(self, text: str) -> None:
        """Show the user one line."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))

    def log(self, text: str) -> None:
        """Write one line into the editor's log."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, text))

    def wire(self, uri: str, found: Found) -> Wire:
        """The translator for what was found."""
        return Wire(self.client, uri, found.version, found.lines)

    def publish(self, document: Opened, found: Found) -> None:
        """Show the findings of one version."""
        wire = self.wire(document.uri, found)
        shown = [wire.diagnostic(one) for one in found.findings]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, shown, found.version))

    async def fixes(self, uri: str, found: Found, findings: Sequence[Diagnostic]) -> Mapping[Diagnostic, Sequence[Fix]]:
        """The fixes of some findings."""
        options = found.preferences.settings.options
        answer = await self.worker.ask(
            messages.Offer(text=found.text, path=path_of(uri), options=options, findings=tuple(findings))
        )
        return dict(zip(findings, answer.fixes, strict=True)) if isinstance(answer, messages.Offered) else {}

    async def repaired(self, uri: str, found: Found) -> TextEdit | None:
        """What all safe fixes of a document change together; None if that is nothing."""
        answer = await self.worker.ask(messages.Repair(text=found.text, path=path_of(uri), settings=found.preferences.settings))
        return difference(found.text, answer.text) if isinstance(answer, messages.Repaired) else None

    # Settings.

    def set_folders(self, folders: Sequence[types.WorkspaceFolder]) -> None:
        """The workspace's folders are these now."""
        self.reader.folders = [Path(path) for one in folders if (path := to_fs_path(one.uri)) is not None]

    async def ask_settings(self) -> None:
        """Ask the editor for its settings, for each folder; look at everything anew if they are other ones."""
        scopes = [None, *self.reader.folders]
        items = [types.ConfigurationItem(scope.as_uri() if scope is not None else None, SECTION) for scope in scopes]
        try:
            answers = await self.workspace_configuration_async(types.ConfigurationParams(items))
        except JsonRpcException:  # what it said at the start has to do
            return
        # An editor that has no settings for us says null: then what it said at the start holds.
        self.set_settings({scope: {**self.initial, **mapping(answer)} for scope, answer in zip(scopes, answers, strict=True)})

    def set_settings(self, given: Mapping[Path | None, Mapping[str, Any]]) -> None:
        """The editor's settings are these now."""
        if self.reader.given != given:
            self.reader.given = dict(given)
            self.session.check_all()

    async def watch(self) -> None:
        """Have the files watched that settings and tables come from; or look at them from time to time."""
        if not self.client.watches or not await self._is_watching():
            self.polling = asyncio.create_task(self._poll())

    async def _is_watching(self) -> bool:
        """Have the editor watch files; whether it does."""
        watchers = [types.FileSystemWatcher(f"**/{name}") for name in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted = types.Registration(SECTION, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        try:
            await self.client_register_capability_async(types.RegistrationParams([wanted]))
        except JsonRpcException:
            return False
        return True

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            self.look_for_changes()

    def look_for_changes(self) -> None:
        """Look at everything anew if a file has changed that settings or tables come from."""
        if self.reader.has_changed():
            self.session.check_all()

    async def end(self) -> None:
        """End everything that runs."""
        if self.polling is not None:
            self.polling.cancel()
        await self.session.end()


def path_of(uri: str) -> str:
    """What an address names: a path, or, for a text that has none, its bare name."""
    return to_fs_path(uri) or uri.rpartition(":")[2]


def mapping(given: object) -> Mapping[str, Any]:
    """The editor's settings, if it gave any."""
    return given if isinstance(given, Mapping) else {}
