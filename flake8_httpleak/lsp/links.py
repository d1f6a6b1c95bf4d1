"""Where a rule's page is: in the published documentation if the package names one, else in a file written for the reader."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from flake8_httpleak import __version__

LABEL = "documentation"


@cache
def documentation() -> str:
    """The address of the published documentation, as the installed package states it; empty if it states none."""
    with suppress(PackageNotFoundError):
        for entry in metadata("flake8-httpleak").get_all("Project-URL") or ():
            label, _, address = str(entry).partition(",")
            if label.strip().lower() == LABEL:
                return address.strip().rstrip("/")
    return ""


@cache
def page_link(code: str) -> str:
    """The address of a rule's page; empty if there is neither documentation nor a written page."""
    if documentation():
        return f"{documentation()}/rules/{code}.html"
    page = pages_folder() / f"{code}.md"
    return page.as_uri() if page.exists() else ""


def pages_folder() -> Path:
    """Where this version's pages are written."""
    from platformdirs import user_cache_path

    return user_cache_path("flake8-httpleak") / "pages" / __version__


def write_pages() -> None:
    """Write the pages that are not there yet; a disk that is full or read-only costs the links and nothing else."""
    from flake8_httpleak.report.pages import all_pages

    place = pages_folder()
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        for page in all_pages():
            (place / f"{page.code}.md").write_text(f"# {page.code} {page.name}\n\n{page.text}\n", encoding="utf-8")
