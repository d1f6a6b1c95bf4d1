"""One file from its bytes to its findings, for front ends other than flake8. Whatever is wrong with a file, others go on."""

from __future__ import annotations

import ast
import os
import warnings
from dataclasses import dataclass

from flake8_httpleak.cache import Cache
from flake8_httpleak.comments import hidden, without_number
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.files import Document, UnreadableError, decode, read
from flake8_httpleak.gate import text_mentions
from flake8_httpleak.options import Options
from flake8_httpleak.source.declared import mistakes

STRICT = "HTTPLEAK_STRICT"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file.

    diagnostics: findings that no comment hides; `silenced` are the others. problem: why it could not be checked, in a few words.
    failed: the problem is ours. blanket: lines with a `# noqa: HTL`, which hides more than its author meant.
    unread: lines with a `# httpleak:` that says nothing, each with what is wrong.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    silenced: tuple[Diagnostic, ...] = ()
    problem: str = ""
    failed: bool = False
    blanket: tuple[int, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()


def check_file(path: str, options: Options, cache: Cache | None = None) -> FileResult:
    """Check a file on disk."""
    try:
        data = read(path)
    except UnreadableError as error:
        return FileResult(path, problem=str(error))
    return check_bytes(data, path, options, cache)


def check_bytes(data: bytes, path: str, options: Options, cache: Cache | None = None) -> FileResult:
    """Check a file's bytes; those of a file without a client are only looked through.

    path: its name, for the reader and because tests are judged more mildly.
    """
    if not data.startswith(_UTF16) and not text_mentions(data, _roots(options)):
        return FileResult(path)
    if cache is None:
        return _check(data, path, options)
    key = cache.key(data, path)
    kept = cache.get(key, FileResult)
    if kept is not None:
        return kept
    result = _check(data, path, options)
    if not result.failed:
        cache.put(key, result)
    return result


def _check(data: bytes, path: str, options: Options) -> FileResult:
    try:
        document = decode(data)
        tree = parse(document, path)
    except UnreadableError as error:
        return FileResult(path, problem=str(error))
    from flake8_httpleak.analyze import analyze  # brings LibCST

    try:
        found = analyze(document.text, path, options, tree)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of a native parser is no Exception
        if os.environ.get(STRICT) == "1":
            raise
        return FileResult(path, problem=f"the analysis failed ({type(error).__name__}); please report it", failed=True)
    hides = hidden(found, document.lines)
    return FileResult(
        path,
        tuple(one for one, hide in zip(found, hides, strict=True) if not hide),
        tuple(one for one, hide in zip(found, hides, strict=True) if hide),
        blanket=tuple(without_number(document.lines)),
        unread=tuple(mistakes(tree, document.lines)),
    )


def parse(document: Document, path: str) -> ast.Module:
    """The file's `ast`; raises UnreadableError if Python cannot read it. Warnings about its code are its own tools' business."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(document.text, path)
    except SyntaxError as error:
        where = f" (line {error.lineno})" if error.lineno else ""
        raise UnreadableError(f"is no Python that this interpreter reads{where}") from None
    except UnicodeEncodeError:
        raise UnreadableError("contains half a surrogate pair") from None
    except ValueError as error:
        raise UnreadableError(f"is no Python ({error})") from None
    except (RecursionError, MemoryError):
        raise UnreadableError("is nested too deeply for Python's parser") from None


def _roots(options: Options) -> frozenset[str]:
    """Roots of the user's own tables."""
    if not options.clients:
        return frozenset()
    from flake8_httpleak.clients.catalog import known_roots

    return known_roots(options.clients)
