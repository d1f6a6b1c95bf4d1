"""The built site, once for all tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation; links between its pages are checked by Sphinx, a warning is an error."""
    for package in ("sphinx", "furo", "myst_parser"):
        if subprocess.run([sys.executable, "-c", f"import {package}"], check=False, capture_output=True).returncode:
            pytest.skip(f"{package} is not installed: make docs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(folder / "trees")]
    built = subprocess.run([*command, str(DOCS), str(folder / "html")], check=False, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    return folder / "html"
