"""Pictures that people point at: known by their content, never by their name, and bare of what they carry besides.

Nothing is decoded: the headers tell format and size, and the parts of a file tell which of them a viewer needs. What a
picture carries besides (where a photo was taken, the path of a file, a thumbnail of what was cropped away, anything
behind its end) is left out before it is sent.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from whence.values.base import one_line
from whence.values.errors import InvalidRequest

MAX_BYTES = 10 * 1024 * 1024
"""Bytes of a picture."""

MAX_PIXELS = 50_000_000
"""Pixels of a picture; a screen of 8K has 33 million."""

MAX_SENT_BYTES = 5 * 1024 * 1024
"""Bytes of a picture that is sent: what the strictest of the large providers takes (Anthropic's guide to vision)."""

MAX_SENT_SIDE = 8000
"""Pixels of the longer side of a picture that is sent (the same guide)."""

MediaType = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
Format = Literal["PNG", "JPEG", "GIF", "WebP"]

_PNG = b"\x89PNG\r\n\x1a\n"
_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
"""Chunks of a PNG that make up its pixels."""

_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that begin a frame, and tell its size."""

_ALONE = {0x01, *range(0xD0, 0xD8)}
"""Markers of a JPEG that have no length."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture, looked at from outside."""

    name: str
    """The name of its file."""

    content: bytes
    """All of it."""

    format: Format
    """What it is."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    @property
    def media_type(self) -> MediaType:
        """Its media type."""
        return _MEDIA_TYPES[self.format]

    @property
    def suffix(self) -> str:
        """The ending of its file's name, without a point."""
        return _SUFFIXES[self.format]


_MEDIA_TYPES: dict[Format, MediaType] = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WebP": "image/webp",
}
_SUFFIXES: dict[Format, str] = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WebP": "webp"}


def look(source: Path) -> Looked:
    """Read a picture.

    Raises:
        InvalidRequest: it isn't there, is too large in bytes or pixels, or is no picture by its content.
    """
    name = one_line(source.name, 120)
    content = _content(source, name)
    format = _format(content)
    if format is None:
        raise InvalidRequest(f"{name} is no PNG, JPEG, GIF or WebP picture.")
    try:
        width, height = _SIZE[format](content)
    except (struct.error, IndexError, StopIteration):
        width = height = 0
    if not width or not height:
        raise InvalidRequest(f"{name} begins like a {format}, but its header tells no size: it is damaged.")
    if width * height > MAX_PIXELS:
        raise InvalidRequest(
            f"{name} has {width} x {height} pixels; {MAX_PIXELS // 1_000_000} million are the most. Make it smaller."
        )
    return Looked(name, content, format, width, height)


def bare(picture: Looked) -> bytes:
    """The picture as it may be sent: its pixels, and nothing else that its file carries; of several, the first.

    Raises:
        InvalidRequest: its file ends too early, is animated in a way that has no first picture, or is too large.
    """
    if max(picture.width, picture.height) > MAX_SENT_SIDE:
        raise InvalidRequest(
            f"The picture has {picture.width} x {picture.height} pixels. Only up to {MAX_SENT_SIDE} on a side are sent "
            "to a model: cut out what matters."
        )
    try:
        content = _BARE[picture.format](picture.content)
    except (struct.error, IndexError, StopIteration):
        raise InvalidRequest(f"{picture.name} ends too early: it is damaged.") from None
    if len(content) > MAX_SENT_BYTES:
        raise InvalidRequest(
            f"The picture has {len(content) / (1 << 20):.1f} MB. Only up to {MAX_SENT_BYTES >> 20} MB are sent to a "
            "model: cut out what matters."
        )
    return content


def _content(path: Path, name: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise InvalidRequest(f"{name} is not a file, so it is no picture.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"The picture {name} can't be read ({type(error).__name__}).") from None
    if len(content) > MAX_BYTES:
        raise InvalidRequest(f"{name} is larger than {MAX_BYTES >> 20} MB. Use a smaller picture.")
    return content


def _format(content: bytes) -> Format | None:
    """What kind of picture this is, by its first bytes."""
    if content.startswith(_PNG):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    return None


# ---------------------------------------------------------------- PNG (W3C, third edition)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's type and all its bytes, up to the end of the picture.

    Raises:
        IndexError: it ends too early.
    """
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise IndexError
        yield kind, content[at:end]
        at = end


def texts(picture: Looked) -> Iterator[tuple[str, str]]:
    """What a PNG carries as text, by keyword; nothing of other formats, and nothing that is damaged or huge."""
    if picture.format != "PNG":
        return
    try:
        chunks = [(kind, chunk[8:-4]) for kind, chunk in _png_chunks(picture.content) if kind in (b"tEXt", b"zTXt")]
    except (struct.error, IndexError):
        return
    for kind, body in chunks:
        name, _, rest = body.partition(b"\0")
        if kind == b"zTXt":
            try:
                rest = zlib.decompressobj().decompress(rest[1:], MAX_BYTES)
            except zlib.error:
                continue
        yield name.decode("latin-1"), rest.decode("latin-1")


def _png_size(content: bytes) -> tuple[int, int]:
    length, kind, width, height, depth, colour = struct.unpack_from(">I4sIIBB", content, len(_PNG))
    sound = length == 13 and kind == b"IHDR" and depth in (1, 2, 4, 8, 16) and colour in (0, 2, 3, 4, 6)
    return (width, height) if sound and max(width, height) < 1 << 31 else (0, 0)


def _png_bare(content: bytes) -> bytes:
    return _PNG + b"".join(chunk for kind, chunk in _png_chunks(content) if kind in _NEEDED)


# ---------------------------------------------------------------- JPEG (ITU-T T.81)


def _jpeg_parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker and all bytes up to the next one, from the beginning of the picture to its end.

    Raises:
        IndexError: it ends too early.
    """
    at = 2
    yield 0xD8, content[:2]
    while True:
        if content[at] != 0xFF:
            raise IndexError
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            yield marker, b"\xff\xd9"
            return
        end = at + 2 if marker in _ALONE else at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == 0xDA:  # followed by what the pixels were coded to, in which FF 00 and restarts are no markers
            end = _marker(content, end)
        if end >= len(content) or end < at + 2:
            raise IndexError
        yield marker, content[at:end]
        at = end


def _marker(content: bytes, at: int) -> int:
    while (at := content.find(b"\xff", at)) >= 0:
        if content[at + 1] != 0 and content[at + 1] not in _ALONE:
            return at
        at += 2
    raise IndexError


def _jpeg_size(content: bytes) -> tuple[int, int]:
    frame = next(part for marker, part in _jpeg_parts(content) if marker in _SIZES)
    height, width = struct.unpack_from(">HH", frame, 5)
    return width, height


def _jpeg_bare(content: bytes) -> bytes:
    # Application data and comments go, but for Adobe's 14, which tells how the colours are coded.
    return b"".join(
        part
        for marker, part in _jpeg_parts(content)
        if marker != 0xFE and not (0xE0 <= marker <= 0xEF and not (marker == 0xEE and part[4:9] == b"Adobe"))
    )


# ---------------------------------------------------------------- GIF (89a)


def _gif_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _gif_bare(content: bytes) -> bytes:
    """The screen, its colours, and the first picture with what says how it is transparent."""
    at = _gif_colours(content, 10, 13)
    kept = [content[:at]]
    while True:
        begin, kind = at, content[at]
        if kind == 0x21:
            at = _gif_blocks(content, at + 2)
            if content[begin + 1] == 0xF9:
                kept.append(content[begin:at])
        elif kind == 0x2C:
            at = _gif_blocks(content, _gif_colours(content, at + 9, at + 10) + 1)
            return b"".join([*kept, content[begin:at], b"\x3b"])
        else:
            raise IndexError


def _gif_colours(content: bytes, flags: int, at: int) -> int:
    """Where the table of colours ends that begins here, if there is one."""
    return at + (3 << ((content[flags] & 7) + 1) if content[flags] & 0x80 else 0)


def _gif_blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += 1 + content[at]
    return at + 1


# ---------------------------------------------------------------- WebP (RFC 9649)


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's type and what is in it.

    Raises:
        IndexError: it ends too early.
    """
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise IndexError
    at = 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", content, at)
        if at + 8 + length > end:
            raise IndexError
        yield kind, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _webp_size(content: bytes) -> tuple[int, int]:
    kind, body = next(_webp_chunks(content))
    match kind:
        case b"VP8 " if body[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", body, 6)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if body[0] == 0x2F:
            (bits,) = struct.unpack_from("<I", body, 1)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X" if len(body) == 10:
            return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        case _:
            return 0, 0


def _webp_bare(content: bytes) -> bytes:
    chunks = dict(_webp_chunks(content))
    if b"VP8 " not in chunks and b"VP8L" not in chunks:
        raise InvalidRequest("The picture is an animation. Save one still of it.")
    if b"VP8X" in chunks:  # of its flags only that there is transparency stays true
        chunks[b"VP8X"] = bytes([chunks[b"VP8X"][0] & 0x10]) + chunks[b"VP8X"][1:]
    kept = [(kind, chunks[kind]) for kind in (b"VP8X", b"ALPH", b"VP8 ", b"VP8L") if kind in chunks]
    body = b"".join(struct.pack("<4sI", kind, len(each)) + each + bytes(len(each) % 2) for kind, each in kept)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


_SIZE = {"PNG": _png_size, "JPEG": _jpeg_size, "GIF": _gif_size, "WebP": _webp_size}
_BARE = {"PNG": _png_bare, "JPEG": _jpeg_bare, "GIF": _gif_bare, "WebP": _webp_bare}
