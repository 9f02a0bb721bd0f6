"""Reads JSON from files of any size piece by piece: lines of a log, elements of a long array."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from whence.readers.sources import MAX_WHOLE
from whence.values.tally import Tally

_CHUNK = 1 << 20
_HALF_LINE = "lines that are broken or cut off"
_TRIES = 64
"""Places of a broken line at which a whole object is looked for."""
_MENDED = 1 << 20
"""Characters of a broken line that is looked through."""


class Lines:
    """The JSON objects of a log, one a line. Broken lines and too long ones are counted and passed over.

    Args:
        stream: the log, from where reading shall begin.
        tally: told what is left out.
        live: whether the tool may still be writing: then a last line without its end waits.
    """

    def __init__(self, stream: BinaryIO, tally: Tally, *, live: bool = False) -> None:
        self._stream, self._tally, self._live = stream, tally, live
        self.offset = stream.tell()
        """Bytes of the log up to the end of the last line that was read."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while line := self._stream.readline(MAX_WHOLE):
            ended = line.endswith(b"\n")
            if not ended and len(line) >= MAX_WHOLE:
                while (rest := self._stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                    continue
                self._tally.add(f"lines longer than {MAX_WHOLE >> 20} MB")
                self.offset = self._stream.tell()
                continue
            if not ended and self._live:
                return
            self.offset += len(line)
            if line.strip(b" \t\r\n\0\xef\xbb\xbf"):
                yield from self._parsed(line.strip(b"\0").decode("utf-8-sig", "replace"))

    def _parsed(self, line: str) -> Iterator[dict[str, Any]]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield from self._mended(line.replace("\0", ""))
            return
        if isinstance(value, dict):
            yield value
        else:
            self._tally.add("lines that are no object")

    def _mended(self, line: str) -> Iterator[dict[str, Any]]:
        """The whole objects of a line that a tool began to write, and after which it went on in the same line."""
        if line.find('{"', 2) < 0:
            self._tally.add(_HALF_LINE)
            return
        decoder, at, broken = json.JSONDecoder(), 0, False
        for _ in range(_TRIES if len(line) <= _MENDED else 0):
            begin = line.find('{"', at)
            if begin < 0:
                break
            try:
                value, end = decoder.raw_decode(line, begin)
            except (ValueError, RecursionError):
                broken, at = True, begin + 2
                continue
            broken, at = broken or bool(line[at:begin].strip()), end
            # An object inside of the half that was cut off ends before others of it.
            if isinstance(value, dict) and line[end:].lstrip()[:1] in ("", "{"):
                yield value
            else:
                broken = True
        if broken or line[at:].strip():
            self._tally.add(_HALF_LINE)


def elements(stream: BinaryIO, tally: Tally) -> Iterator[Any]:
    """The values that follow one another in a JSON text: the elements of its array, or the one value that it is.

    What is readable comes, up to where the text is broken, cut off, or one value is too large to be read at once.
    """
    decoder, reader = json.JSONDecoder(), codecs.getincrementaldecoder("utf-8-sig")("replace")
    buffer, at, ended, inside = "", 0, False, False
    want = _CHUNK
    while True:
        while at < len(buffer) and (buffer[at].isspace() or (inside and buffer[at] == ",")):
            at += 1
        if at < len(buffer) and buffer[at] == "[" and not inside:
            inside, at = True, at + 1
            continue
        if at < len(buffer) and buffer[at] == "]" and inside:
            return
        if at < len(buffer):
            try:
                value, at = decoder.raw_decode(buffer, at)
            except RecursionError:
                tally.add("nested too deeply")
                return
            except ValueError:
                pass  # there may be more of it
            else:
                want = _CHUNK
                yield value
                if not inside:
                    return
                continue
        if ended:
            if at < len(buffer) or inside:
                tally.add("JSON that is broken or cut off")
            return
        if len(buffer) - at > MAX_WHOLE:
            tally.add(f"larger than {MAX_WHOLE >> 20} MB in one piece")
            return
        chunk = stream.read(want)
        ended = not chunk
        want = min(want * 2, MAX_WHOLE)  # reading a large value again and again costs no more than twice its length
        buffer, at = buffer[at:] + reader.decode(chunk, ended), 0
