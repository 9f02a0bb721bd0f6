import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.git.text import clean, decode, digest, git_lines, read, storable

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (codecs.BOM_UTF8 + "é".encode(), "é"),
        (codecs.BOM_UTF16_LE + "é\r\n".encode("utf-16-le"), "é\n"),
        (codecs.BOM_UTF16_BE + "語".encode("utf-16-be"), "語"),
        (codecs.BOM_UTF32_LE + "語".encode("utf-32-le"), "語"),
        ("für die Größe, in Latin-1".encode("latin-1"), "f\ufffdr die Gr\ufffd\ufffde, in Latin-1"),
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n\0\0\0", None),
        (b"x" * 9000 + b"\0", None),
        (bytes(range(128, 256)) * 4, None),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", None),
    ],
)
def test_bytes_are_decoded_or_no_text(raw: bytes, text: str | None) -> None:
    assert decode(raw) == text


def test_secrets_are_gone_before_a_text_is_kept() -> None:
    key = "AKIA" + "Q3EGRCZ7KWMTX2LP"
    kept = clean(f"first\naws_access_key_id = {key}\nlast\n".encode())
    assert kept is not None
    assert key not in kept
    assert kept.count("\n") == 3
    assert kept.startswith("first\n")


def test_reading_never_follows_a_link_and_never_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path / "file", 3).raw == b"abc"
    assert read(tmp_path / "file", 2).raw is None
    for name in ("link", "pipe"):
        found = read(tmp_path / name, 10)
        assert found.there
        assert found.raw is None
    assert not read(tmp_path / "nothing", 10).there
    assert not read(tmp_path / "file" / "below", 10).there
    assert not read(tmp_path, 10).there


def test_a_digest_tells_texts_apart() -> None:
    assert digest("a") == digest(b"a") != digest("b")
    assert digest(None) == b"" != digest("")


def test_names_are_made_storable() -> None:
    assert storable("caf\udce9") == "caf\ufffd"
    assert storable("ná ïve") == "ná ïve"


PIECES = st.lists(st.tuples(st.text("aĊਊ\n語 ", max_size=4), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8)


@given(
    PIECES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]), st.booleans()
)
def test_each_line_that_one_sees_has_a_line_of_gits(pieces: list[tuple[str, str]], encoding: str, wide: bool) -> None:
    whole = "".join(text + end for text, end in pieces)
    raw = (whole if encoding.startswith("utf-8") else f"\ufeff{whole}").encode(encoding)
    text = decode(raw)
    assert text is not None
    seen = text.split("\n")
    numbers = git_lines(raw, wide=wide)
    as_git_has_it = raw if wide or encoding.startswith("utf-8") else whole.encode()
    if numbers is None:
        assert len(seen) == as_git_has_it.count(b"\n") + 1
        return
    assert len(numbers) == len(seen)
    assert (numbers[0], numbers[-1]) == (1, as_git_has_it.count(b"\n") + 1)
    assert numbers == sorted(numbers)
