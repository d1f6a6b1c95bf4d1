"""What can be done about a finding, with a stand-in for the fixes themselves."""

from __future__ import annotations

import pytest
from lsprotocol import types

from flake8_httpleak.diagnostics import Position, Span, TextEdit
from flake8_httpleak.lsp.actions import difference
from tests.lsp.conftest import ANALYSIS, FIXER, Standins
from tests.lsp.editor import LEAK, Editor, apply, capabilities

FIXED = LEAK.replace("timeout=9)\n", "timeout=9)\n    r.close()\n")
IGNORED = LEAK.replace("timeout=9)\n", "timeout=9)  # noqa: HTL101\n")


def test_what_is_offered(editor: Editor, standins: Standins) -> None:
    """The safe fix first and preferred, the unsafe one said to be so, what hides the finding; all for this version only."""
    can = editor.start(environment=standins(FIXER))
    assert isinstance(can.code_action_provider, types.CodeActionOptions)
    assert can.code_action_provider.code_action_kinds == ("quickfix", "source.fixAll.httpleak")
    (finding,) = editor.open()
    close, forget, ignore, everything = editor.actions(4)
    assert [one.title for one in (close, forget, ignore)] == [
        "Close it",
        "Forget it (unsafe)",
        "Ignore HTL101 here with a 'noqa' comment",
    ]
    assert [one.is_preferred for one in (close, forget, ignore)] == [True, None, None]
    assert {one.kind for one in (close, forget, ignore)} == {types.CodeActionKind.QuickFix}
    assert [one.diagnostics for one in (close, forget, ignore)] == [(finding,)] * 3
    assert apply(close, LEAK) == FIXED
    assert apply(ignore, LEAK) == IGNORED
    assert apply(forget, LEAK) == LEAK.replace("timeout=9)", "timeout=9)  # forgotten")
    assert close.edit is not None
    assert close.edit.document_changes is not None
    (change,) = close.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (editor.uri("a.py"), 1)
    assert (everything.kind, everything.edit) == ("source.fixAll.httpleak", None)
    assert apply(editor.resolve(everything), LEAK) == FIXED
    assert editor.actions(0) == []
    assert editor.actions(5) == []


def test_applied(editor: Editor, standins: Standins) -> None:
    """After a fix, or with a comment, nothing is left."""
    editor.start(environment=standins(FIXER))
    editor.open()
    for text in (FIXED, IGNORED):
        editor.type(text)
        assert editor.next("a.py").diagnostics == ()
        assert editor.actions(4) == []


@pytest.mark.parametrize("only", [["source.fixAll.httpleak"], ["source.fixAll"], ["source"]])
def test_fix_all(editor: Editor, standins: Standins, only: list[str]) -> None:
    """As editors ask for it on saving: one edit for the whole text, the safe fixes only."""
    editor.start(environment=standins(FIXER))
    text = LEAK + LEAK.replace("def f", "def g").replace("import requests\n", "")
    editor.open(text)
    (one,) = editor.actions(0, only=only)
    assert (one.title, one.kind) == ("Fix all safe findings of httpleak", "source.fixAll.httpleak")
    assert apply(one, text) == FIXED + FIXED.replace("def f", "def g").replace("import requests\n", "")


@pytest.mark.parametrize(("only", "count"), [(["quickfix"], 3), ([""], 4), (["refactor"], 0), (["source.organizeImports"], 0)])
def test_kinds(editor: Editor, standins: Standins, only: list[str], count: int) -> None:
    """Only what is asked for."""
    editor.start(environment=standins(FIXER))
    editor.open()
    assert len(editor.actions(4, only=only)) == count


def test_a_plain_editor(editor: Editor, standins: Standins) -> None:
    """Without versions in edits, and nothing that must be asked about again."""
    editor.start(types.ClientCapabilities(), environment=standins(FIXER))
    editor.open()
    found = editor.actions(4)
    assert [one.title for one in found][:1] == ["Close it"]
    assert len(found) == 3
    assert found[0].edit is not None
    assert found[0].edit.document_changes is None
    assert apply(found[0], LEAK) == FIXED


def test_without_fixes(editor: Editor, standins: Standins) -> None:
    """What has no fix can be ignored."""
    editor.start(environment=standins("import sys\nsys.modules['flake8_httpleak.fixes'] = None\n"))
    editor.open()
    assert [one.title for one in editor.actions(4)] == ["Ignore HTL101 here with a 'noqa' comment"]
    assert editor.actions(4, only=["source.fixAll"]) == []


def test_where_comments_do_not_count(editor: Editor, standins: Standins) -> None:
    """With `disable-noqa` a comment would change nothing."""
    editor.start(options={"disableNoqa": True}, environment=standins(FIXER))
    assert len(editor.open(IGNORED)) == 1
    assert [one.title for one in editor.actions(4)][:2] == ["Close it", "Forget it (unsafe)"]
    assert len(editor.actions(4)) == 3


def test_out_of_date(editor: Editor, standins: Standins) -> None:
    """An action of an older version changes nothing, and actions are for what is there now, analysed or not."""
    editor.start(options={"debounce": 60_000}, environment=standins(FIXER))
    editor.open()
    old = editor.actions(4)[-1]
    editor.type("\n" + LEAK)
    assert apply(editor.actions(5)[0], "\n" + LEAK) == "\n" + FIXED
    assert editor.resolve(old).edit is None
    assert editor.actions(0, "unknown.py") == []


def test_a_fixer_that_fails(editor: Editor, standins: Standins) -> None:
    """The finding stays, and can be ignored."""
    editor.start(environment=standins(FIXER, "def fail(*_): raise KeyError\nmodule.fixes_for = fail"))
    editor.open()
    assert [one.title for one in editor.actions(4)] == ["Ignore HTL101 here with a 'noqa' comment"]
    assert editor.actions(4, only=["source"]) == []


def test_while_the_analysis_fails(editor: Editor, standins: Standins) -> None:
    """Nothing is offered for a text that could not be looked at."""
    editor.start(environment=standins(ANALYSIS))
    editor.open("import requests  # raise\n")
    assert editor.actions(0) == []
    assert editor.hover(0, 8) is None


def test_encodings(editor: Editor, standins: Standins) -> None:
    """Edits are counted as the editor counts."""
    editor.start(capabilities(encodings=["utf-8"]), environment=standins(FIXER))
    text = LEAK.replace("timeout=9)", "timeout=9); '😀'")
    editor.open(text)
    found = editor.actions(4)[1]
    assert found.edit is not None
    assert found.edit.document_changes is not None
    (change,) = found.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert change.edits[0].range.start.character == len(text.splitlines()[4].encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a\n"),
        ("a\n", ""),
        ("a", "b"),
        ("a\nb\nc\n", "a\nc\n"),
        ("a\nb\nc", "a\nb\nb\nc"),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a\na\na\n", "a\na\n"),
    ],
)
def test_difference(old: str, new: str) -> None:
    """One edit turns the old text into the new one."""
    edit = difference(old, new)
    assert edit is not None
    lines = [*old.split("\n"), ""]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    first, last = (starts[at.line - 1] + at.column for at in (edit.span.start, edit.span.end))
    assert old[:first] + edit.text + old[last:] == new
    assert last <= len(old)


def test_no_difference() -> None:
    """Nothing to do, and no more than whole lines that differ."""
    assert difference("a\n", "a\n") is None
    assert difference("a\nb\nc\n", "a\nx\nc\n") == TextEdit(Span(Position(2, 0), Position(3, 0)), "x\n")
