"""Text as editors have it: nothing of it need be on any disk."""

from __future__ import annotations

import io
import tokenize

from flake8_httpleak.files import Document, UnreadableError, decode

_MARK = "\ufeff"


def document_of(text: str) -> Document:
    """The document that saving this text would give; raises UnreadableError if Python could not read that.

    An encoding that the text declares is the one in which editors save it.
    """
    try:
        plain = text.encode()
    except UnicodeEncodeError:
        raise UnreadableError("contains half a surrogate pair") from None
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(plain).readline)[0]
    except SyntaxError as error:
        raise UnreadableError(str(error.msg).partition("\n")[0]) from None
    try:
        data = text.removeprefix(_MARK).encode(encoding)  # `utf-8-sig`, if there is a mark, writes one itself
    except LookupError:
        raise UnreadableError(f"declares the encoding {encoding}, which is none for text") from None
    except UnicodeEncodeError:
        raise UnreadableError(f"has characters that {encoding}, which it declares, lacks") from None
    return decode(data)
