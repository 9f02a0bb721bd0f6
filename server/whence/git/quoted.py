"""Names of files out of the quotes of C that git puts around one that holds more than plain characters."""

import re

_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def unquoted(raw: bytes, errors: str = "surrogateescape") -> str:
    """A file's name as git prints it.

    Args:
        raw: the name, in quotes or not.
        errors: what becomes of bytes that are no UTF-8, as Python calls it.
    """
    if raw.startswith(b'"'):
        raw = _ESCAPED.sub(_byte, raw[1:-1])
    return raw.decode("utf-8", errors)


def _byte(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8) & 0xFF]) if len(found[1]) == 3 else _ESCAPES.get(found[1], found[1])
