"""Open documents, and when each is looked at: after a pause in typing, only in its newest version, never twice at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flake8_httpleak.checking import FileResult
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.lsp.documents import document_of
from flake8_httpleak.lsp.messages import Check, Checked, Failed
from flake8_httpleak.lsp.preferences import Preferences, Reader, Say
from flake8_httpleak.lsp.process import Worker


@dataclass(frozen=True, slots=True)
class Found:
    """What one version of a document was found to contain. lines: its lines, each with its end; text: those joined."""

    version: int
    findings: tuple[Diagnostic, ...]
    text: str
    lines: Sequence[str]
    preferences: Preferences


@dataclass(eq=False, slots=True)
class Opened:
    """A document as the editor has it, saved or not. path: what its address names, whether or not that is a file."""

    uri: str
    path: str
    version: int
    text: str
    found: Found | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    pausing: bool = False
    """The task still waits for the next key."""
    said: str = ""
    """What was last said about it not being checked."""


Publish = Callable[[Opened, Found], None]


class Session:
    """The documents of one editor."""

    def __init__(self, worker: Worker, reader: Reader, publish: Publish, log: Say) -> None:
        """Take who analyses, who knows the settings, and where findings and single lines about failures go."""
        self._worker = worker
        self._reader = reader
        self._publish = publish
        self._log = log
        self.documents: dict[str, Opened] = {}

    def open(self, uri: str, path: str, version: int, text: str) -> None:
        """A document was opened: look at it now."""
        self.close(uri)
        self.documents[uri] = document = Opened(uri, path, version, text)
        self._schedule(document, wait=False)

    def change(self, uri: str, version: int, text: str) -> None:
        """A document was changed: look at it when nothing more comes for a moment."""
        document = self.documents.get(uri)
        if document is not None:
            document.version, document.text = version, text
            self._schedule(document, wait=True)

    def save(self, uri: str) -> None:
        """A document was saved: don't wait any longer."""
        document = self.documents.get(uri)
        if document is not None:
            self._schedule(document, wait=False)

    def close(self, uri: str) -> None:
        """A document was closed: forget it."""
        document = self.documents.pop(uri, None)
        if document is not None and document.task is not None:
            document.task.cancel()

    def check_all(self) -> None:
        """Settings or tables have changed: look at everything anew."""
        for document in self.documents.values():
            self._schedule(document, wait=False)

    async def current(self, uri: str) -> Found | None:
        """What the newest version contains, looked at now if it must be; None if that cannot be told."""
        document = self.documents.get(uri)
        if document is None:
            return None
        if document.found is None or document.found.version != document.version:
            task = document.task
            if task is None or task.done() or document.pausing:
                task = self._schedule(document, wait=False)
            await asyncio.wait({task})
        found = document.found
        return found if found is not None and found.version == document.version else None

    async def end(self) -> None:
        """Forget everything and end the other process."""
        for uri in list(self.documents):
            self.close(uri)
        await self._worker.stop()

    def _schedule(self, document: Opened, *, wait: bool) -> asyncio.Task[None]:
        if document.task is not None:
            document.task.cancel()
        document.pausing = wait
        document.task = asyncio.create_task(self._check(document, wait=wait))
        return document.task

    async def _check(self, document: Opened, *, wait: bool) -> None:
        try:
            preferences = await self._reader.of(document.path)
            if wait:
                await asyncio.sleep(preferences.debounce)
                document.pausing = False
            await self._look(document, preferences)
        except Exception as error:  # noqa: BLE001 - one document never ends the server
            self._say(document, f"an error of ours ({type(error).__name__}); please report it")

    async def _look(self, document: Opened, preferences: Preferences) -> None:
        """Analyse a document and publish what is found. A text that is no Python keeps the findings it had before."""
        version, text = document.version, document.text
        if preferences.excludes(document.path):
            self._set(document, Found(version, (), text, (), preferences))
            return
        answer = await self._worker.ask(Check(text=text, path=document.path, options=preferences.settings.options))
        result = answer.result if isinstance(answer, Checked) else None
        if isinstance(answer, Failed):
            self._say(document, answer.reason)
        elif result is not None and result.failed:
            self._say(document, result.problem)
        if result is None or result.problem:
            if document.found is None:
                self._publish(document, Found(version, (), text, (), preferences))
            return
        self._set(document, _found(version, text, result, preferences))

    def _set(self, document: Opened, found: Found) -> None:
        document.found = found
        document.said = ""
        self._publish(document, found)

    def _say(self, document: Opened, reason: str) -> None:
        """Log why a document was not checked, once as long as the reason stays the same."""
        line = f"{document.path}: {reason}"
        if document.said != line:
            document.said = line
            self._log(line)


def _found(version: int, text: str, result: FileResult, preferences: Preferences) -> Found:
    settings = preferences.settings
    shown = [*result.diagnostics, *(result.silenced if settings.disable_noqa else ())]
    shown = [one for one in shown if settings.selection.shows(one.code, result.path)]
    document = document_of(text)
    new = preferences.baseline.new(result.path, sorted(shown, key=lambda one: (one.span, one.code)), document.lines)
    return Found(version, tuple(new), document.text, document.lines, preferences)
