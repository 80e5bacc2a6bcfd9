"""Plain text: bytes to characters, and what is refused.

UTF-8 is expected. UTF-16 is told by its mark or its zero bytes, Windows-1252 by what its signs would be in English
prose, anything else by charset-normalizer where that is installed.
"""

from __future__ import annotations

import codecs
import importlib
import re

from pipeline.errors import InputError

# Control characters that no text holds, beside white space, escape and end of file.
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")
_BINARY_SHARE = 0.05
_SAMPLE = 100_000
#: With less text than this, a guess at its encoding is worth nothing.
_LEAST_BYTES = 250
_MARKED = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What Windows-1252 adds to ASCII in English prose, beside letters.
_WESTERN_SIGNS = frozenset("€‚„…†‡‰‹‘’“”•–—›™\u00a0¡¢£¥§©ª«¬®°±²³´µ¶·¹º»¼½¾¿×÷")


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """The text of a file, nothing changed: line ends and the byte order mark of UTF-8 stay.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What to call it in an error.
    encoding : str, optional
        Its encoding where that is known.

    Raises
    ------
    InputError
        When the bytes are no text, in an encoding that cannot be told, or hold no word.

    Examples
    --------
    >>> decode(b"War\\r\\nand peace", "war.txt")
    'War\\r\\nand peace'
    >>> decode("War".encode("utf-16"), "war.txt")
    'War'
    """
    encoding = encoding or encoding_of(data)
    if encoding is None:
        if b"\0" in data[:_SAMPLE]:
            raise _binary(name)
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"{name}: not UTF-8 (byte 0x{data[error.start]:02x} in line {line}); save it as UTF-8 "
                "(an editor's 'save with encoding', or iconv)"
            ) from error
    text = data.decode(encoding or "utf-8")
    if not text.strip("\ufeff\u200b\x00 \t\r\n\f\v") or not text.strip():
        raise InputError(f"{name}: empty; put a text into it or remove it")
    if len(_CONTROL.findall(text, 0, _SAMPLE)) > _BINARY_SHARE * min(len(text), _SAMPLE):
        raise _binary(name)
    return text


def _binary(name: str) -> InputError:
    return InputError(f"{name}: binary data, no text; remove it or save its text as UTF-8")


def encoding_of(data: bytes) -> str | None:
    """The encoding of a text's bytes by Python's name, None if it cannot be told.

    Examples
    --------
    >>> encoding_of("1958".encode("utf-16-le")), encoding_of(b"\\xe9")
    ('utf-16-le', None)
    """
    marked = [encoding for mark, encoding in _MARKED if data.startswith(mark)]
    zeros = [data[i:_SAMPLE:2].count(0) for i in (0, 1)]
    half = max(len(data[:_SAMPLE]) // 2, 1)
    likely = marked[0] if marked else "utf-8"
    if not marked and max(zeros) > 0.4 * half and min(zeros) < 0.05 * half and len(data) % 2 == 0:
        likely = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if _decodes(data, likely) is not None:
        return likely
    if marked or len(data) < _LEAST_BYTES or b"\0" in data[:_SAMPLE]:
        return None
    western = _decodes(data, "cp1252")
    if western is not None and _western(western):
        return "cp1252"
    guessed = _guessed(data)
    return guessed if guessed and _decodes(data, guessed) is not None else None


def _decodes(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _western(text: str) -> bool:
    """Whether a text decoded as Windows-1252 is one: few signs beyond ASCII, all of them letters or of print."""
    other = [c for c in text[:_SAMPLE] if c > "\x7f"]
    plain = all(c.isalpha() or c in _WESTERN_SIGNS for c in other)
    return plain and len(other) <= 0.1 * len(text[:_SAMPLE]) and not _CONTROL.search(text, 0, _SAMPLE)


def _guessed(data: bytes) -> str:
    """charset-normalizer's guess; empty without one, or without the library."""
    try:
        library = importlib.import_module("charset_normalizer")
    except ImportError:
        return ""
    best = library.from_bytes(data[:_SAMPLE]).best()
    return str(best.encoding) if best is not None else ""
