"""Every Python that the machine has, with the oldest and the newest flake8 and LibCST: `nox`, or `nox -s tests-3.13`."""

from __future__ import annotations

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
OLDEST = {
    "3.11": ["flake8==7.0.0", "libcst==1.8.0"],
    "3.12": ["flake8==7.0.0", "libcst==1.8.0"],
    "3.13": ["flake8==7.1.0", "libcst==1.8.0"],
    "3.14": ["flake8==7.3.0", "libcst==1.8.6"],
}
"""The oldest versions that install on a Python, no older than what the package asks for."""
ELSEWHERE = ["tests/docs", "tests/editors", "tests/lab", "tests/release"]
"""Tests of other things than the two packages and the interpreter."""

nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True


@nox.session(python=PYTHONS)
@nox.parametrize("versions", ["oldest", "newest"])
def tests(session: nox.Session, versions: str) -> None:
    """Run the tests of the analysis, the plugin and the command."""
    session.install("--editable", ".[test]")
    if versions == "oldest":
        session.install(*OLDEST[str(session.python)])
    left_out = [f"--ignore={folder}" for folder in ELSEWHERE]
    session.run("pytest", "-q", *left_out, *session.posargs, env={"HTTPLEAK_STRICT": "1"})
