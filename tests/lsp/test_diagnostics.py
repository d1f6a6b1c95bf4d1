"""Findings while typing: where they are shown, with what, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from flake8_httpleak.lsp.preferences import Reader
from flake8_httpleak.lsp.process import Worker
from flake8_httpleak.lsp.session import Session
from tests.lsp.conftest import ANALYSIS, Standins
from tests.lsp.editor import LEAK, Editor, capabilities

SOME_PATH = """\
import requests


def f(u):
    r = requests.get(
        u,
        stream=True,
        timeout=9,
    )
    if u:
        return 1
    r.close()
    return 2
"""


def places(found: list[types.Diagnostic]) -> list[tuple[str | int | None, int, int, int, int]]:
    """Code and range of each."""
    return [
        (one.code, one.range.start.line, one.range.start.character, one.range.end.line, one.range.end.character) for one in found
    ]


def test_what_is_said(editor: Editor) -> None:
    """Range of the whole call, code with a link that leads somewhere, how bad, and the way of the resource."""
    can = editor.start()
    assert isinstance(can.text_document_sync, types.TextDocumentSyncOptions)
    assert can.text_document_sync.open_close
    assert can.text_document_sync.change is types.TextDocumentSyncKind.Full
    found = editor.open(SOME_PATH)
    assert places(found) == [("HTL102", 4, 8, 8, 5)]
    one = found[0]
    assert one.source == "httpleak"
    assert one.severity is types.DiagnosticSeverity.Information
    assert one.message == "response of 'requests.get' is not closed if the function returns at line 11; use 'with'"
    assert one.code_description is not None
    page = Path(one.code_description.href.removeprefix("file://"))
    assert page.read_text().startswith("# HTL102 response-lost-on-some-path\n")
    assert one.related_information is not None
    way = [(said.location.range.start.line, said.message) for said in one.related_information]
    assert way == [(4, "acquired"), (10, "lost: the function returns")]
    assert {said.location.uri for said in one.related_information} == {editor.uri("a.py")}


def test_a_plain_editor(editor: Editor) -> None:
    """What an editor does not understand is left out."""
    editor.start(types.ClientCapabilities())
    (one,) = editor.open()
    assert (one.code, one.code_description, one.related_information) == ("HTL101", None, None)


def test_versions(editor: Editor) -> None:
    """Each change is answered with its version; what is fixed goes, closing shows nothing."""
    editor.start()
    assert len(editor.open()) == 1
    editor.type(LEAK.replace("    return", "    r.close()\n    return"))
    said = editor.next("a.py")
    assert (said.version, said.diagnostics) == (2, ())
    editor.type("\n" + LEAK)
    said = editor.next("a.py")
    assert (said.version, places(list(said.diagnostics))) == (3, [("HTL101", 5, 8, 5, 47)])
    uri = types.TextDocumentIdentifier(editor.uri("a.py"))
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(uri))
    said = editor.next("a.py")
    assert (said.version, len(said.diagnostics)) == (3, 1)
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(uri))
    said = editor.next("a.py")
    assert (said.version, said.diagnostics) == (None, ())
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(uri))
    assert not editor.has_news()


def test_typing_fast(editor: Editor) -> None:
    """Between keys nothing is analysed; the last version is, once."""
    editor.start(options={"debounce": 300})
    editor.open()
    for number in range(10):
        editor.type(LEAK + "#" * number)
    said = editor.next("a.py")
    assert said.version == 11
    assert not editor.has_news()


def test_saving_does_not_wait(editor: Editor) -> None:
    """Who saves wants to know now."""
    editor.start(options={"debounce": 60_000})
    editor.open()
    editor.type(LEAK + "\n")
    assert not editor.has_news()
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(editor.uri("a.py"))))
    assert editor.next("a.py").version == 2


def test_text_that_is_no_python(editor: Editor) -> None:
    """While a line is being written, what was found before stays; a text that never was Python has nothing."""
    editor.start()
    assert editor.open("def f(:\n", "new.py") == []
    assert len(editor.open()) == 1
    editor.type(LEAK + "def g(:\n")
    assert not editor.has_news()
    assert editor.actions(4) == []
    editor.type(LEAK + "def g(): pass\n")
    assert editor.next("a.py").version == 3
    assert editor.logged == []


@pytest.mark.parametrize(
    ("encodings", "column"), [(None, 17), (["utf-16", "utf-8"], 17), (["utf-8", "utf-16"], 22), (["utf-32", "utf-16"], 15)]
)
def test_encodings(editor: Editor, encodings: list[str] | None, column: int) -> None:
    """Columns are counted as the editor asks for: code units of UTF-16 unless it asks for something else."""
    can = editor.start(capabilities(encodings=encodings))
    assert can.position_encoding == (encodings[0] if encodings else "utf-16")
    text = "import requests\ndef f(u):\n    '😀😀ß'; r = requests.get(u, stream=True)\n"
    (one,) = editor.open(text)
    start = one.range.start
    assert start.character == column
    assert one.range.end.character - start.character == len("requests.get(u, stream=True)")
    assert editor.hover(2, start.character + 3) is not None
    assert editor.hover(2, start.character - 3) is None


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(editor: Editor, end: str) -> None:
    """All of the protocol's line ends; form feeds and the line separators of Unicode are none."""
    editor.start()
    text = LEAK.replace("def f", "S = '\u2028'  # \x0c\ndef f").replace("\n", end)
    assert places(editor.open(text)) == [("HTL101", 5, 8, 5, 47)]


def test_texts_without_a_file(editor: Editor) -> None:
    """A new text that was never saved."""
    editor.start(folders=False)
    found = editor.open(LEAK, "untitled:Untitled-1")
    assert places(found) == [("HTL101", 4, 8, 4, 47)]


def test_odd_texts(editor: Editor) -> None:
    """Nothing that can be in an editor ends the server; what cannot be saved as Python is said once."""
    editor.start()
    for number, text in enumerate(["\0" + LEAK, "# coding: rot13\n" + LEAK, "# coding: x-unknown\n" + LEAK, "", "\ufeff" + LEAK]):
        assert len(editor.open(text, f"{number}.py")) == (number == 4)
    latin = "# coding: latin-1\n" + LEAK
    assert len(editor.open(latin, "latin.py")) == 1
    editor.type(latin + "# \u20ac\n", "latin.py")
    editor.type(latin + "# \u20ac\u20ac\n", "latin.py")
    assert not editor.has_news()
    assert [line.partition("/ws/")[2] for line in editor.logged] == [
        "0.py: contains a NUL byte",
        "1.py: declares the encoding rot13, which is none for text",
        "2.py: unknown encoding: x-unknown",
        "latin.py: has characters that iso-8859-1, which it declares, lacks",
    ]


def test_an_analysis_that_fails(editor: Editor, standins: Standins) -> None:
    """An error of ours is one line in the log, without its text; other texts go on, and so does this one."""
    editor.start(environment=standins(ANALYSIS))
    assert editor.open("import requests  # raise\n") == []
    assert len(editor.open("import requests\n", "b.py")) == 1
    for version in (2, 3):
        editor.type("import requests  # raise\n\n")
        assert (editor.next("a.py").version, len(editor.logged)) == (version, 1)
    assert editor.logged[0].endswith("a.py: the analysis failed (KeyError); please report it")
    editor.type("import requests\n")
    assert len(editor.next("a.py").diagnostics) == 1


def test_an_analysis_that_fails_elsewhere(editor: Editor, standins: Standins) -> None:
    """The same as users see it, and where the failure is in the server itself."""
    editor.start(environment={**standins(ANALYSIS), "HTTPLEAK_STRICT": "0"})
    assert editor.open("import requests  # raise\n") == []
    assert [line.partition("a.py")[2] for line in editor.logged] == [": the analysis failed (KeyError); please report it"]


def test_an_error_of_the_server(editor: Editor, standins: Standins) -> None:
    """It is one line in the log as well, and the next change is looked at again."""
    breaking = "from flake8_httpleak.lsp import session\ndef fail(*_): raise KeyError\nsession.document_of = fail\n"
    editor.start(environment=standins(breaking))
    uri = editor.uri("a.py")
    item = types.TextDocumentItem(uri, "python", 1, LEAK)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    editor.versions[uri] = 1
    editor.pause(2.0)
    editor.type(LEAK + "\n")
    editor.pause(0.5)
    assert [line.partition("a.py")[2] for line in editor.logged] == [": an error of ours (KeyError); please report it"]


def test_texts_that_nobody_opened() -> None:
    """A change or an end of something unknown does no harm."""
    worker = Worker()
    session = Session(worker, Reader(worker, print), print, print)
    session.change("file:///x.py", 2, LEAK)
    session.save("file:///x.py")
    session.close("file:///x.py")
    session.check_all()
    assert session.documents == {}


def test_a_process_that_dies(editor: Editor, standins: Standins) -> None:
    """A parser that takes its process down: one line in the log, and a new process for the next text."""
    editor.start(environment=standins(ANALYSIS))
    assert editor.open("import requests  # die\n") == []
    assert [line.partition("a.py")[2] for line in editor.logged] == [": the process that analyses it died; please report it"]
    assert len(editor.open("import requests\n", "b.py")) == 1


def test_cancelling(editor: Editor, standins: Standins) -> None:
    """A text that is out of date keeps nobody waiting: its analysis is ended."""
    editor.start(environment=standins(ANALYSIS))
    editor.open("import requests\n")
    editor.type("import requests  # sleep\n")
    editor.pause(0.3)
    editor.type("import requests  # awake\n")
    said = editor.next("a.py")
    assert (said.version, len(said.diagnostics)) == (3, 1)
    assert editor.logged == []


def test_leaving_without_a_word(editor: Editor) -> None:
    """An editor that goes without saying goodbye leaves no process behind."""
    editor.start()
    editor.open()
    server = editor.client._server  # noqa: SLF001
    assert server is not None
    assert server.stdin is not None
    server.stdin.close()
    assert editor.run(server.wait()) == 0
