"""What a release is made of: the version, the changelog, the workflows, the forms for issues."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import flake8_httpleak

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GITHUB = ROOT / ".github"
KINDS = [one["directory"] for one in PROJECT["tool"]["towncrier"]["type"]]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment from the repository's root."""
    return subprocess.run(
        [Path(sys.executable).with_name(str(command[0])), *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_version_is_said_once() -> None:
    """In the package; the build reads it there, nothing else has a copy."""
    assert "version" in PROJECT["project"]["dynamic"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "flake8_httpleak/__init__.py"
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", flake8_httpleak.__version__)
    assert not re.search(r"^version:", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_citation_and_the_project_agree() -> None:
    """One title, one licence, one address."""
    said = dict(re.findall(r"^([a-z-]+): (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE))
    project = PROJECT["project"]
    assert (said["title"], said["license"]) == (project["name"], project["license"])
    assert said["repository-code"] == project["urls"]["Repository"]
    assert all(address.startswith(said["repository-code"]) for address in project["urls"].values())


@pytest.mark.parametrize(
    "path",
    [one for one in (ROOT / "changes").iterdir() if one.name != "README.md"] or [None],
    ids=lambda one: getattr(one, "name", "none"),
)
def test_fragments(path: Path | None) -> None:
    """Each has a kind that is known, and says something."""
    if path is not None:
        assert re.fullmatch(rf"(?:\+[a-z0-9-]+|[0-9]+)\.(?:{'|'.join(KINDS)})(?:\.[0-9]+)?\.md", path.name)
        assert path.read_text(encoding="utf-8").strip().endswith((".", "`"))


def test_the_kinds_are_described() -> None:
    """In the order of the page."""
    text = (ROOT / "changes" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE) == KINDS


def test_the_changelog_can_be_made() -> None:
    """Of the version's section, with the heading that the release looks for."""
    done = run("towncrier", "build", "--draft", "--version", "9.9.9")
    assert done.returncode == 0, done.stderr
    assert "## 9.9.9 (" in done.stdout
    (marker,) = re.findall(r"start_string = \"(.*?)\\n\"", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert marker in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_workflows_are_safe() -> None:
    """Actions pinned by their hash, no permission that is not needed, nothing of others in a script."""
    done = run("zizmor", "--offline", "--no-progress", "--pedantic", "--strict-collection", ".")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", sorted((GITHUB / "workflows").iterdir())),
        ("github-issue-forms", sorted(one for one in (GITHUB / "ISSUE_TEMPLATE").iterdir() if one.name != "config.yml")),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("citation-file-format", [ROOT / "CITATION.cff"]),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_files_that_others_read(schema: str, files: list[Path]) -> None:
    """Each is of its format."""
    assert files
    done = run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert done.returncode == 0, done.stdout + done.stderr


def test_contributing_names_what_there_is() -> None:
    """Targets of the Makefile, and files."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text, re.MULTILINE)) <= {(one, "") for one in targets} | {
        ("", one) for one in targets
    }
    folders = re.findall(r"^\| `(.*?)`", text, re.MULTILINE)
    assert [one for one in [*folders, *re.findall(r"\]\(([^)]+)\)", text)] if not (ROOT / one).exists()] == []


def test_workflows_call_what_there_is() -> None:
    """Every target of the Makefile that a workflow asks for, and every Python that the package says it runs on."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = "".join(one.read_text(encoding="utf-8") for one in (GITHUB / "workflows").iterdir())
    asked = {word for line in re.findall(r"run: make (.*)", text) for word in line.split() if "=" not in word}
    assert asked
    assert asked <= targets
    named = re.findall(r"Python :: (3\.[0-9]+)$", "\n".join(PROJECT["project"]["classifiers"]), re.MULTILINE)
    assert f"python: {named}".replace("'", '"') in text
