"""The pages of the rules are whole, and their examples are right: Bad is reported where it says, Good is not."""

from __future__ import annotations

import re

import pytest

from flake8_httpleak.report.pages import Page, all_pages
from tests.marks import compare, marks

SECTIONS = [
    "Problem",
    "Why it matters",
    "Bad",
    "Good",
    "When it is silent",
    "Fix and its safety",
    "References",
]
WRITTEN = [page for page in all_pages() if "To be written." not in page.text]
CODES = [page.code for page in WRITTEN]


def sections(page: Page) -> list[tuple[str, str]]:
    """The sections of a page, each with its text, as they stand."""
    _, *parts = re.split(r"^## (.+)\n", page.text, flags=re.MULTILINE)
    return list(zip(parts[::2], parts[1::2], strict=True))


def blocks(page: Page, section: str) -> list[str]:
    """The Python blocks of a section; there is at least one."""
    found = re.findall(r"^```python\n(.*?)^```", dict(sections(page))[section], re.MULTILINE | re.DOTALL)
    assert found
    return found


@pytest.mark.parametrize("page", WRITTEN, ids=CODES)
def test_a_page_is_whole(page: Page) -> None:
    """All seven sections are there, in their order, and each says something."""
    assert [name for name, _ in sections(page)] == SECTIONS
    assert all(len(text.split()) > 3 or "<https://" in text for _, text in sections(page))
    assert re.search(r"^- <https://\S+>$", dict(sections(page))["References"], re.MULTILINE)


@pytest.mark.parametrize("page", WRITTEN, ids=CODES)
def test_bad_is_reported_where_it_says(page: Page) -> None:
    """Each block under Bad gets findings on the marked lines only, and shows the rule."""
    for text in blocks(page, "Bad"):
        compare(text, "service.py", [page.code])
        assert page.code in {code for _, code in marks(text)}


@pytest.mark.parametrize("page", WRITTEN, ids=CODES)
def test_good_is_silent(page: Page) -> None:
    """Each block under Good gets no finding at all, and marks none."""
    for text in blocks(page, "Good"):
        assert compare(text, "service.py", [page.code]) == []


def test_there_are_pages() -> None:
    """Something was tested above."""
    assert WRITTEN
