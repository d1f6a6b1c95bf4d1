"""`make package`: wheel and sdist, built, installed into clean environments, used as a new user would.

Not one of the tests that `make test` collects: it fetches what the package needs, twice, and takes half a minute.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from flake8_httpleak import __version__

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "fixtures" / "too_many_open_files" / "download.py"
SAID = "download.py:5:16: HTL102 response of 'requests.get' is not closed if the function returns at line 7; use 'with'\n"


def run(*command: str | Path, cwd: Path, code: int = 0) -> str:
    """Run something without any of our environment; its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(one) for one in command], cwd=cwd, env=kept, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both; the wheel is built from the sdist, so it shows that nothing is missing there."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


def only(folder: Path, pattern: str) -> Path:
    """Find the one file."""
    (found,) = folder.glob(pattern)
    return found


def test_what_is_in_them(built: Path) -> None:
    """The wheel has the package and nothing else; both have the version of the package, and what twine asks for."""
    wheel, sdist = only(built, "*.whl"), only(built, "*.tar.gz")
    assert wheel.name == f"flake8_httpleak-{__version__}-py3-none-any.whl"
    assert sdist.name == f"flake8_httpleak-{__version__}.tar.gz"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = archive.read(f"flake8_httpleak-{__version__}.dist-info/METADATA").decode()
    assert {name.split("/")[0] for name in names} == {"flake8_httpleak", f"flake8_httpleak-{__version__}.dist-info"}
    sources = (ROOT / "flake8_httpleak").rglob("*")
    wanted = {str(one.relative_to(ROOT)) for one in sources if one.is_file() and "__pycache__" not in one.parts}
    assert wanted <= names
    assert re.search(r"^License-Expression: MIT$", metadata, re.MULTILINE)
    assert re.search(r"^Project-URL: Repository, ", metadata, re.MULTILINE)
    assert "](https://raw.githubusercontent.com/flake8-httpleak/flake8-httpleak/main/docs/pictures/terminal.svg)" in metadata
    assert re.findall(r"\]\((?!https?://|#)[^)]*\)", metadata) == []
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "Makefile", "tests/conftest.py", "bench/README.md"} <= inside
    assert "PASSED" in run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist, cwd=built)


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_a_clean_environment(built: Path, pattern: str, tmp_path: Path) -> None:
    """Installed with what it needs and nothing else, flake8 and the command find the same line; a page can be written."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    folder = environment / ("Scripts" if os.name == "nt" else "bin")
    python = folder / "python"
    run(python, "-m", "pip", "install", "--quiet", only(built, pattern), cwd=tmp_path)
    (tmp_path / DEMO.name).write_bytes(DEMO.read_bytes())
    assert f"flake8-httpleak: {__version__}" in run(folder / "flake8", "--version", cwd=tmp_path).replace("\n", " ")
    assert run(folder / "flake8", "--isolated", DEMO.name, cwd=tmp_path, code=1) == SAID
    assert run(folder / "httpleak", "check", "--no-cache", DEMO.name, cwd=tmp_path, code=1) == SAID
    assert run(folder / "httpleak", "--version", cwd=tmp_path) == f"httpleak {__version__}\n"
    assert "HTL102" in run(folder / "httpleak", "explain", "HTL102", cwd=tmp_path)
    assert "HTL102" in run(folder / "httpleak", "rules", cwd=tmp_path)
    assert "requests" in run(folder / "httpleak", "clients", cwd=tmp_path)
    run(folder / "httpleak", "report", "--no-cache", "--html", "page.html", DEMO.name, cwd=tmp_path)
    assert "HTL102" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert run(python, "-m", "pip", "check", cwd=tmp_path) == "No broken requirements found.\n"
