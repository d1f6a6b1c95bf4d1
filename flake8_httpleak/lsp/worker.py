"""The process that analyses: reads requests, writes answers, ends when there are no more. No text can make it end otherwise."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import BinaryIO, assert_never

from flake8_httpleak.checking import check_bytes
from flake8_httpleak.files import UnreadableError
from flake8_httpleak.fixing import fixes_of, load_fixer
from flake8_httpleak.lsp import messages
from flake8_httpleak.lsp.documents import document_of
from flake8_httpleak.lsp.messages import Answer, Asked, pack, receive
from flake8_httpleak.source.trees import TREES

OFTEN = 100
"""After so many answers everything is looked through for garbage; after each, only what is new."""


def answer(request: Asked) -> Answer:
    """The answer to a request; whatever goes wrong is an answer too."""
    try:
        with TREES.keeping():  # of one version of a text most is as it was in the one before
            return _answer(request)
    except UnreadableError as error:
        return messages.Failed(str(error))
    except BaseException as error:  # noqa: BLE001 - a panic of a native parser is no Exception, and every request has an answer
        # The type's name only: the text of a LibCST error can be hundreds of thousands of lines.
        return messages.Failed(f"the analysis failed ({type(error).__name__}); please report it")


def _answer(request: Asked) -> Answer:
    match request:
        case messages.Check():
            return messages.Checked(check_bytes(document_of(request.text).data, request.path, request.options))
        case messages.Offer():
            text = document_of(request.text).text
            fixes = fixes_of(text, request.path, request.options, request.findings)
            return messages.Offered(tuple(fixes.get(one, ()) for one in request.findings))
        case messages.Repair():
            return messages.Repaired(_repaired(request))
        case messages.Describe():
            from flake8_httpleak.lsp.hover import hover

            page, span = hover(document_of(request.text).text, request.options, request.position, request.findings)
            return messages.Described(page, span)
        case messages.ReadTables():
            return _read_tables(request)
    assert_never(request)


def _repaired(request: messages.Repair) -> str:
    from flake8_httpleak.repair import fix_document

    document = document_of(request.text)
    return fix_document(document, request.path, request.settings, load_fixer(), unsafe=False).document.text


def _read_tables(request: messages.ReadTables) -> Answer:
    from flake8_httpleak.clients.catalog import TableError, load_user_tables
    from flake8_httpleak.frameworks.catalog import load_user_frameworks

    read = load_user_frameworks if request.frameworks else load_user_tables
    try:
        read(request.paths)
    except TableError as error:
        return messages.Failed(str(error))
    return messages.Sound()


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until there are no more requests."""
    number = 0
    while (request := receive(source)) is not None:
        number += 1
        target.write(pack(answer(request)))
        target.flush()
        gc.collect(2 if number % OFTEN == 0 else 0)  # between requests, where nobody waits for it


def main() -> None:
    """Serve on standard input and output. What anything else prints goes to standard error, not between the answers."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # the editor's terminal interrupts the whole group; the end of input ends this one
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from flake8_httpleak.lsp.links import write_pages

    write_pages()  # brings the rules, and LibCST with them, before the first text comes
    import flake8_httpleak.analyze  # noqa: F401 - the same

    gc.freeze()  # what was imported stays: no collection need look at it
    gc.disable()  # until an answer is given
    with answers:
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
