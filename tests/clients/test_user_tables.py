"""Tables of the user's own: the documented example, and one line for every mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_httpleak.clients.__main__ import main
from flake8_httpleak.clients.catalog import known_roots, load_catalog, load_user_tables
from flake8_httpleak.clients.problems import TableError

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-client.md"


def example(start: str) -> str:
    """Find the first TOML block of the how-to that starts like this."""
    blocks: list[str] = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if block.startswith(start))


@pytest.fixture
def acme(tmp_path: Path) -> str:
    """The worked example of the how-to, as a file."""
    path = tmp_path / "acme.toml"
    path.write_text(example("# acme.toml"), encoding="utf-8")
    return str(path)


def test_the_worked_example(acme: str) -> None:
    """Every kind of declaration in it works."""
    assert load_user_tables((acme,)) == ("acme",)
    assert "acme.http" in known_roots((acme,))
    found = load_catalog(frozenset({"acme.http"}), (acme,))
    client = found.constructor("acme.http.make_client")
    assert client is not None
    assert (client.key, client.release) == ("acme.Client", ("shutdown",))
    kinds = {call: produce.kind for call in ("download", "fetch") if (produce := found.method(client.key, call))}
    assert kinds == {"download": "requests.Response", "fetch": "acme.Stream"}
    assert (found.effect("acme.http.close_at_exit"), found.effect("acme.http.log_response")) == ("handles", "borrows")
    opened = found.function("acme.http.open_stream")
    assert opened is not None
    assert opened.kind == "acme.Stream"


def test_changing_a_table_of_ours(tmp_path: Path) -> None:
    """A table of the same name adds to ours and wins where both speak."""
    path = tmp_path / "mine.toml"
    path.write_text(example('name = "requests"'), encoding="utf-8")
    load_user_tables((str(path),))
    session = load_catalog(frozenset({"requests"}), (str(path),)).kind("requests.Session")
    assert (session.reclaim, session.release, session.classes[0]) == ("collector", ("close",), "requests.Session")
    assert load_catalog(frozenset({"requests"})).kind("requests.Session").reclaim == "reference"


def test_extending_a_table_of_ours(tmp_path: Path) -> None:
    """A fork under another name."""
    path = tmp_path / "fork.toml"
    path.write_text(example('name = "fork"'), encoding="utf-8")
    client = load_catalog(frozenset({"fork"}), (str(path),)).constructor("fork.Client")
    assert client is not None
    assert client.key == "fork.Client"


BAD = [
    ('role = "klient"', "4: kinds.Client.role: invalid enum value 'klient'; allowed: client, response,"),
    ('role = "client"\nreleases = ["x"]', "5: kinds.Client.releases: unknown key; did you mean 'release'?"),
    ('role = "client"\nzzz = 1', "5: kinds.Client.zzz: unknown key; allowed: role, classes,"),
    ('role = "client"\nkey = "x"', "5: kinds.Client.key: is set by the loader; remove it"),
    ('role = "client"\nclasses = [1]', r"5: kinds.Client.classes\[0\]: expected `str`, got `int`"),
    (
        'role = "client"\nreclaim = "soon"',
        "5: kinds.Client.reclaim: invalid enum value 'soon'; allowed: never, collector, reference",
    ),
    ('classes = ["acme.C"]', "3: kinds.Client: object missing required field `role`"),
    ('role = "client"\nproduces = [{ calls = ["x"], kind = "Foo" }]', "no kind 'Foo'; kinds of this table: Client"),
    ('role = "client"\nclasses = ["other.C"]', "'other.C' is outside the table's roots; allowed: names below acme"),
    ('role = "client"\nbase = "Foo"', "base: no kind 'Foo'"),
    ('role = "client"\nbase = "Client"', "is its own base"),
    (
        'role = "client"\n[[kinds.Client.produces]]\ncalls = ["x"]\ndelivery = "later"',
        r"7: kinds.Client.produces\[0\].delivery: invalid enum value",
    ),
]


@pytest.mark.parametrize(("body", "message"), BAD)
def test_mistakes(tmp_path: Path, body: str, message: str) -> None:
    """One line: file, line, key, what is allowed."""
    path = tmp_path / "bad.toml"
    path.write_text(f'name = "acme"\nroots = ["acme"]\n[kinds.Client]\n{body}\n', encoding="utf-8")
    raise_text = _fails(path)
    assert "\n" not in raise_text
    assert re.search(message, raise_text)


def _fails(path: Path) -> str:
    with pytest.raises(TableError) as caught:
        load_user_tables((str(path),))
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = ", "is not TOML"),
        (b'name = "\xff"', "is not UTF-8 text"),
        (b"roots = []", "object missing required field `name`"),
        (b'name = "x"\nnmae = 1', ":2: nmae: unknown key; did you mean 'name'?"),
        (b'name = "x"\nkinds = 1', ":2: kinds: expected sections"),
        (b'name = "x"\nextends = "nothing"', ":2: extends: no table 'nothing'; allowed: aioboto3,"),
        (b'name = "x"\nschema = 2', ":2: schema:"),
    ],
)
def test_mistakes_of_the_file(tmp_path: Path, content: bytes, message: str) -> None:
    """Unreadable files and bad top-level keys."""
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    assert re.search(message, _fails(path))


def test_the_mistake_of_the_how_to(acme: str) -> None:
    """The message that it shows is the one that comes."""
    text = Path(acme).read_text(encoding="utf-8")
    Path(acme).write_text(text.replace('role = "client"', 'role = "klient"'), encoding="utf-8")
    (shown,) = re.findall(r"^acme\.toml:[0-9]+: .+$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE)
    assert _fails(Path(acme)).endswith(shown)


def test_missing_file(tmp_path: Path) -> None:
    """A path that leads nowhere."""
    assert "cannot be read" in _fails(tmp_path / "none.toml")


def test_listing(acme: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m flake8_httpleak.clients` lists ours and the user's."""
    assert main([acme]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^acme .*not verified", shown, re.MULTILINE)
    assert re.search(r"^requests .*requests 2", shown, re.MULTILINE)
    assert main(["--markdown"]) == 0
    assert "| [requests](" in capsys.readouterr().out


def test_listing_a_bad_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 and one line."""
    assert main([str(tmp_path / "none.toml")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
