"""Pictures for tests, as small as their formats allow, with things in them that are no pixels."""

import struct
import zlib


def png(width: int = 4, height: int = 3, said: bytes = b"", behind: bytes = b"", named: bytes = b"Comment") -> bytes:
    """A PNG that can be decoded, with a text of some name and something behind its end."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + b"\xff\xff\xff" * width) * height
    comment = chunk(b"tEXt", named + b"\0" + said) if said else b""
    parts = (chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), comment)
    return b"".join((b"\x89PNG\r\n\x1a\n", *parts, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""), behind))


def jpeg(width: int = 4, height: int = 3, said: bytes = b"", behind: bytes = b"") -> bytes:
    """A JPEG with all its markers, a comment and Exif data; its pixels are noise, with a restart among them."""

    def part(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    return b"".join(
        (
            b"\xff\xd8",
            part(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            part(0xE1, b"Exif\0\0" + said),
            part(0xFE, said),
            part(0xEE, b"Adobe\0\x64\0\0\0\0\0"),
            b"\xff" + part(0xC0, frame),
            part(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56",
            b"\xff\xd9",
            behind,
        )
    )


def gif(width: int = 4, height: int = 3, said: bytes = b"", behind: bytes = b"") -> bytes:
    """A GIF of two colours with a comment, transparency and a second picture."""
    comment = b"\x21\xfe" + bytes([len(said)]) + said + b"\0" if said else b""
    control = b"\x21\xf9\x04\x01\0\0\0\0"
    one = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\0"
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return screen + comment + control + one + comment + one + b"\x3b" + behind


def webp(width: int = 4, height: int = 3, said: bytes = b"", behind: bytes = b"", form: str = "VP8X") -> bytes:
    """A WebP of one of its three forms; its pixels are noise."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("<4sI", kind, len(body)) + body + bytes(len(body) % 2)

    lossy = chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\x55")
    match form:
        case "VP8 ":
            body = lossy
        case "VP8L":
            body = chunk(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14))
        case _:
            size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
            body = chunk(b"VP8X", b"\x0c\0\0\0" + size) + lossy + (chunk(b"EXIF", said) if said else b"")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + behind
