"""Pinned packages: what is chosen, refused, unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import corpus
from bench.corpus import CorpusError, Package

pytest_plugins = ["bench.testing"]


def test_load_unpacks_python_files_without_copies_of_other_packages(home: Path) -> None:
    """Load unpacks python files without copies of other packages."""
    packages = corpus.load()
    found = [source.path for source in corpus.sources(packages)]
    assert found == ["shop/api.py", "broken.py", "plain.py"]
    assert (home / "src" / "shop-api-1.0" / "shop" / "api.py").is_file()


@pytest.mark.usefixtures("home")
def test_load_chooses_by_name_and_by_use() -> None:
    """Load chooses by name and by use."""
    assert [package.folder for package in corpus.load(["Plain"])] == ["plain-2.0"]
    assert [package.folder for package in corpus.load(speed=True)] == ["shop-api-1.0"]
    with pytest.raises(CorpusError, match="nobody"):
        corpus.load(["nobody"])


def test_another_file_than_the_pinned_one_is_refused(home: Path) -> None:
    """Another file than the pinned one is refused."""
    next((home / "dl").glob("plain-*")).write_bytes(b"something else")
    with pytest.raises(CorpusError, match="pins"):
        corpus.load()


@pytest.mark.parametrize("line", ["shop_api", "Shop.API", "somebody/shop-api"])
def test_a_reserved_package_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """A reserved package is refused."""
    reserved = home / "reserved.txt"
    reserved.write_text(f"# a comment\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(corpus, "RESERVED", reserved)
    with pytest.raises(CorpusError, match="shop-api"):
        corpus.load(["plain"])


def test_the_pinned_packages_are_not_reserved_and_enough() -> None:
    """The pinned packages are not reserved and enough."""
    pins = corpus.read_pins()
    corpus.refuse_reserved(pins)
    assert len(pins) >= 40
    assert len({package.name for package in pins}) == len(pins)
    assert all(len(package.sha256) == 64 for package in pins)


def test_the_corpus_stays_out_of_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The corpus stays out of the repository."""
    monkeypatch.setenv("HTTPLEAK_CORPUS", str(corpus.HERE / "packages"))
    with pytest.raises(CorpusError, match="outside"):
        corpus.corpus_home()
    monkeypatch.delenv("HTTPLEAK_CORPUS")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert corpus.corpus_home() == tmp_path / "flake8-httpleak" / "corpus"


def test_names_are_compared_as_the_registry_does() -> None:
    """Names are compared as the registry does."""
    assert corpus.normal("Some_Thing.api") == "some-thing-api"
    assert Package("a", "1", "x").folder == "a-1"
