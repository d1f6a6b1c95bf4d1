"""Where the pages of rules are."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from flake8_httpleak.lsp import links


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Forget what was found out before, and after."""
    for one in (links.documentation, links.page_link):
        one.cache_clear()
    yield
    for one in (links.documentation, links.page_link):
        one.cache_clear()


def package(monkeypatch: pytest.MonkeyPatch, **urls: str) -> None:
    """Let the installed package state these addresses."""
    message = Message()
    for label, address in urls.items():
        message["Project-URL"] = f"{label}, {address}"
    monkeypatch.setattr(links, "metadata", lambda _: message)


def test_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """The documentation that the package names."""
    package(monkeypatch, Homepage="https://example.org", Documentation="https://docs.example.org/httpleak/")
    assert links.page_link("HTL101") == "https://docs.example.org/httpleak/rules/HTL101.html"


def test_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a file, once it is written."""
    package(monkeypatch, Homepage="https://example.org")
    links.write_pages()
    link = links.page_link("HTL101")
    assert Path(link.removeprefix("file://")).read_text().startswith("# HTL101 response-never-released\n\nA streamed response")
    assert links.page_link("HTL999") == ""


def test_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No package, and no place to write to."""

    def none(_: str) -> Message:
        raise PackageNotFoundError

    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setattr(links, "metadata", none)
    links.write_pages()
    assert links.page_link("HTL101") == ""
