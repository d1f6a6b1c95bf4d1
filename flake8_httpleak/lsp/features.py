"""`httpleak lsp`: what the editor may ask for and tell, on standard input and output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from lsprotocol import types

from flake8_httpleak.lsp import messages
from flake8_httpleak.lsp.actions import FIX_ALL, QUICK, at, fixing, hiding, touched
from flake8_httpleak.lsp.preferences import SECTION
from flake8_httpleak.lsp.server import Server, mapping, path_of
from flake8_httpleak.lsp.wire import client_of

ACTIONS = types.CodeActionOptions([QUICK, FIX_ALL], resolve_provider=True)


def initialize(server: Server, params: types.InitializeParams) -> None:
    """The editor says who it is and which folders it has open."""
    server.client = client_of(params.capabilities, server.workspace.position_encoding)
    server.initial = mapping(params.initialization_options)
    server.reader.given = {None: server.initial}
    folders = params.workspace_folders or ()
    if not folders and params.root_uri:
        folders = (types.WorkspaceFolder(params.root_uri, ""),)
    server.set_folders(folders)


async def initialized(server: Server, _: types.InitializedParams) -> None:
    """The editor is ready."""
    await server.worker.start()
    if server.client.configuration:
        await server.ask_settings()
    await server.watch()


async def shut_down(server: Server, _: None) -> None:
    """The editor will ask for nothing more."""
    await server.end()


def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A text was opened."""
    given = params.text_document
    server.session.open(given.uri, path_of(given.uri), given.version, given.text)


def changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A text was changed."""
    given = params.text_document
    server.session.change(given.uri, given.version, server.workspace.get_text_document(given.uri).source)


def saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    """A text was saved."""
    server.session.save(params.text_document.uri)


def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    """A text was closed: nothing is shown for it any more."""
    uri = params.text_document.uri
    server.session.close(uri)
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


async def settings_changed(server: Server, params: types.DidChangeConfigurationParams) -> None:
    """The editor's settings were changed: it sends them, or wants to be asked."""
    if server.client.configuration:
        await server.ask_settings()
    else:
        given = mapping(params.settings)
        server.set_settings({None: {**server.initial, **mapping(given.get(SECTION, given))}})


def files_changed(server: Server, _: types.DidChangeWatchedFilesParams) -> None:
    """Files were changed, perhaps some that settings or tables come from."""
    server.look_for_changes()


def folders_changed(server: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders came or went."""
    server.set_folders(list(server.workspace.folders.values()))
    server.session.check_all()


async def code_actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done on some lines."""
    uri, only = params.text_document.uri, params.context.only
    found = await server.session.current(uri)
    if found is None or not found.findings:
        return []
    wire = server.wire(uri, found)
    here = touched(found.findings, wire.selection(params.range)) if _is_wanted(QUICK, only) else []
    fixes = list(fixing(here, await server.fixes(uri, found, here) if here else {}))
    hides = hiding(here, found.lines) if not found.preferences.settings.disable_noqa else ()
    offered = [wire.action(one) for one in (*fixes, *hides)]
    if only is None and server.client.resolves_edits and any(one.preferred for one in fixes):
        offered.append(wire.fix_all())
    elif only is not None and _is_wanted(FIX_ALL, only) and (edit := await server.repaired(uri, found)) is not None:
        offered.append(wire.fix_all(edit))
    return offered


async def resolve(server: Server, action: types.CodeAction) -> types.CodeAction:
    """Work out what an action changes that was chosen before that was known."""
    data = mapping(action.data)
    found = await server.session.current(str(data.get("uri", "")))
    if found is not None and found.version == data.get("version"):
        edit = await server.repaired(data["uri"], found)
        action.edit = server.wire(data["uri"], found).edit((edit,) if edit is not None else ())
    return action


async def hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """What there is to say about a place."""
    uri = params.text_document.uri
    found = await server.session.current(uri)
    if found is None or found.preferences.excludes(path_of(uri)):
        return None
    wire = server.wire(uri, found)
    position = wire.position(params.position)
    answer = await server.worker.ask(
        messages.Describe(
            text=found.text,
            path=path_of(uri),
            options=found.preferences.settings.options,
            position=position,
            findings=tuple(at(found.findings, position)),
        )
    )
    if not isinstance(answer, messages.Described) or not answer.page:
        return None
    shown = types.MarkupContent(types.MarkupKind.Markdown, answer.page)
    return types.Hover(shown, wire.span(answer.span) if answer.span is not None else None)


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether an editor that asks for these kinds of action, or for any, wants this kind."""
    asked: Iterable[str] = (str(getattr(one, "value", one)) for one in only or ())
    return only is None or any(one in (kind, "") or kind.startswith(f"{one}.") for one in asked)


def make_server() -> Server:
    """A server that knows what it can do."""
    server = Server()
    features: list[tuple[str, Any, Any]] = [
        (types.INITIALIZE, initialize, None),
        (types.INITIALIZED, initialized, None),
        (types.SHUTDOWN, shut_down, None),
        (types.TEXT_DOCUMENT_DID_OPEN, opened, None),
        (types.TEXT_DOCUMENT_DID_CHANGE, changed, None),
        (types.TEXT_DOCUMENT_DID_SAVE, saved, None),
        (types.TEXT_DOCUMENT_DID_CLOSE, closed, None),
        (types.WORKSPACE_DID_CHANGE_CONFIGURATION, settings_changed, None),
        (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files_changed, None),
        (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, folders_changed, None),
        (types.TEXT_DOCUMENT_CODE_ACTION, code_actions, ACTIONS),
        (types.CODE_ACTION_RESOLVE, resolve, None),
        (types.TEXT_DOCUMENT_HOVER, hover, None),
    ]
    for method, handler, options in features:
        server.feature(method, options)(partial(handler, server))
    return server


def serve() -> None:
    """Serve one editor until it goes."""
    make_server().start_io()
