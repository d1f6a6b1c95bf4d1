"""Files before and after their fixes: what is written, that nothing else is touched, and that nothing is left to do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.config import Settings
from flake8_httpleak.files import decode
from flake8_httpleak.fixing import load_fixer
from flake8_httpleak.options import Options
from flake8_httpleak.repair import Fixed, fix_document

FOLDER = Path(__file__).parents[2] / "fixtures" / "fixes"
BEFORE = sorted(FOLDER.glob("*.before.py"))
REFUSED = [path for path in BEFORE if "refused" in path.name]
UNSAFE = [path for path in BEFORE if "unsafe" in path.name]


def settings(path: Path) -> Settings:
    """Opt-in codes are on where the file is about one."""
    code = path.name[:6]
    return Settings(options=Options(enable=(code,) if code.startswith("HTL6") else ()))


def fixed(data: bytes, path: Path, *, unsafe: bool = True) -> Fixed:
    """A file after its fixes."""
    return fix_document(decode(data), path.name, settings(path), load_fixer(), unsafe=unsafe)


def after(path: Path) -> Path:
    """The file that says what is right."""
    return path.with_name(path.name.replace(".before.", ".after."))


def shown(path: Path) -> str:
    """A file as pytest names it."""
    return path.name.removesuffix(".before.py")


@pytest.mark.parametrize("path", BEFORE, ids=shown)
def test_written_as_by_hand(path: Path) -> None:
    """The result is the one on file, has no finding left, and a second run changes nothing."""
    result = fixed(path.read_bytes(), path)
    assert result.document.text == after(path).read_text(encoding="utf-8")
    if path in REFUSED:
        assert result.titles == []
    else:
        assert result.titles
        assert analyze(result.document.text, path.name, settings(path).options) == []
    assert fixed(result.document.data, path).document.data == result.document.data


@pytest.mark.parametrize("path", UNSAFE, ids=shown)
def test_nothing_that_may_change_what_the_program_does(path: Path) -> None:
    """What may close something that is still needed is made only if the user asks for it."""
    assert fixed(path.read_bytes(), path, unsafe=False).titles == []


@pytest.mark.parametrize("path", BEFORE, ids=shown)
def test_the_finding_is_the_one_of_the_name(path: Path) -> None:
    """Each file begins with a finding of the code that it is named after, or with several that are cured together."""
    codes = {one.code for one in analyze(path.read_text(encoding="utf-8"), path.name, settings(path).options)}
    assert path.name[:6] in codes


@pytest.mark.parametrize("path", BEFORE, ids=shown)
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_stay(path: Path, end: str) -> None:
    """The same text with other line ends, a byte order mark and no end of its last line gets the same fix."""
    data = b"\xef\xbb\xbf" + path.read_text(encoding="utf-8").rstrip("\n").replace("\n", end).encode()
    wanted = after(path).read_text(encoding="utf-8").rstrip("\n").replace("\n", end)
    result = fixed(data, path).document.data
    assert result.startswith(b"\xef\xbb\xbf")
    assert result.decode("utf-8-sig").rstrip("\r\n") == wanted


@pytest.mark.parametrize("path", BEFORE, ids=shown)
def test_comments_stay(path: Path) -> None:
    """No comment is lost or doubled."""

    def comments(text: str) -> list[str]:
        return sorted(line.partition("# ")[2] for line in text.splitlines() if "# " in line)

    assert comments(after(path).read_text(encoding="utf-8")) == comments(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", BEFORE, ids=shown)
def test_what_has_no_finding_stays_as_it_is(path: Path) -> None:
    """Functions beside the one that is mended keep their syntax tree."""
    aside = "\n\ndef aside(r, client=None):\n    '''Text.'''\n    if client: client.close()\n    return [r for r in (1, 2)]\n"
    source = path.read_text(encoding="utf-8") + aside
    result = fixed(source.encode(), path)
    last = ast.parse(result.document.text).body[-1]
    assert ast.dump(last) == ast.dump(ast.parse(aside).body[0])
    assert result.document.text.endswith(aside)


ANSWERS = """
schema = 1
name = "boxes"
roots = ["boxes"]

[kinds.Client]
role = "client"
classes = ["boxes.Client"]
release = ["close"]
source = "read"
produces = [{ calls = ["open"], kind = "Body", item = "Body" }]

[kinds.Body]
role = "response"
release = ["close"]
source = "read"
"""
HANDED_OUT = """import boxes


def body(key):
    client = boxes.Client()
    try:
        found = client.open(key)
        return {}
    except KeyError:
        return None
"""


@pytest.mark.parametrize(("given", "closes"), [("found.get('Body')", False), ("found['Body']", False), ("key", True)])
def test_a_client_stays_open_for_what_its_answer_carries(given: str, closes: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a table's column
    """Whoever gets the body of an answer goes on with the client's connection: closing it is no fix."""
    table = tmp_path / "boxes.toml"
    table.write_text(ANSWERS, encoding="utf-8")
    source, options = HANDED_OUT.format(given), Options(clients=(str(table),))
    assert "HTL201" in {one.code for one in analyze(source, "a.py", options)}
    result = fix_document(decode(source.encode()), "a.py", Settings(options=options), load_fixer(), unsafe=True)
    assert bool(result.titles) == closes
