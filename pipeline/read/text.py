"""Plain text: bytes to characters, and what is refused."""

from __future__ import annotations

import re

from pipeline.errors import InputError

#: Characters that no text holds: control characters other than white space, escape and end of file.
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")
_BINARY_SHARE = 0.05


def decode(data: bytes, name: str) -> str:
    """The text of a UTF-8 file, nothing changed: line ends and a byte order mark stay.

    Raises
    ------
    InputError
        When the bytes are no text, not UTF-8 or hold no word.

    Examples
    --------
    >>> decode(b"War\\r\\nand peace", "war.txt")
    'War\\r\\nand peace'
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise _binary(name) from error
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name}: not UTF-8 (byte 0x{data[error.start]:02x} in line {line}); save it as UTF-8 "
            "(an editor's 'save with encoding', or iconv)"
        ) from error
    if not text.strip("\ufeff\u200b\x00 \t\r\n\f\v") or not text.strip():
        raise InputError(f"{name}: empty; put a text into it or remove it")
    if len(_CONTROL.findall(text, 0, 100_000)) > _BINARY_SHARE * min(len(text), 100_000):
        raise _binary(name)
    return text


def _binary(name: str) -> InputError:
    return InputError(f"{name}: binary data, no text; remove it or save its text as UTF-8")
