from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.git.commit_text import decoded, moment, parse

TREE = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
COMMITTER = b"committer Test Committer <committer@example.invalid> 1600000000 +0000\n"
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
AT = datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)


def commit(
    author: bytes, message: bytes = b"Count the sheep\n", more: bytes = b"", committer: bytes = COMMITTER
) -> bytes:
    return TREE + author + committer + more + b"\n" + message


@pytest.mark.parametrize(
    ("line", "author", "email", "seconds"),
    [
        (b"author Test Author <a@b.invalid> 1500000000 +0200\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author Test Author <a@b.invalid> 1500000000 +051800\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author Test Author <a@b.invalid> 1500000000\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author Test Author <a@b.invalid>1500000000 -0000\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author Test Author<a@b.invalid> 1500000000 +0000\r\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author Test <Author <a@b.invalid>> 1500000000 +0000\n", "Test", "a@b.invalid", 1500000000),
        (b"author Test Author <a@b.invalid 1500000000 +0000\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author Test Author a@b.invalid 1500000000 +0000\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author tester@4f2c-11aa 1500000000 +0000\n", "tester", "tester@4f2c-11aa", 1500000000),
        (b"author Test Author 1500000000 +0000\n", "Test Author", "", 1500000000),
        (b"author Agent 7\n", "Agent 7", "", 1600000000),
        (b"author Test Author <a@b.invalid>\n", "Test Author", "a@b.invalid", 1600000000),
        (b"author Test Author <a@b.invalid> Thu Apr 7 2005\n", "Test Author", "a@b.invalid", 1600000000),
        (b"author Test Author <a@b.invalid> 999999999999999999999 +0000\n", "Test Author", "a@b.invalid", 1600000000),
        (b"author  <> 1500000000 +0000\n", "", "", 1500000000),
        (b"author <a.tester@b.invalid> 1500000000 +0000\n", "a.tester", "a.tester@b.invalid", 1500000000),
        (b"author Test\0 Author <a@b\0.invalid> 1500000000 +0000\n", "Test Author", "a@b.invalid", 1500000000),
        (b"author J\xfcrgen Test <j@b.invalid> 1500000000 +0000\n", "Jürgen Test", "j@b.invalid", 1500000000),
        (b"author\n", "", "", 1600000000),
        (b"", "", "", 1600000000),
    ],
    ids=[
        "as git writes it",
        "a zone of six digits",
        "no zone",
        "no space before the date",
        "no space before the address, and a carriage return",
        "brackets within brackets",
        "no closing bracket",
        "no brackets around an address",
        "an address of another system's alone",
        "a name alone",
        "a number that is no date",
        "no date",
        "a date in words",
        "a date of too many digits",
        "nobody",
        "an address alone",
        "NULs",
        "western letters without an encoding",
        "an empty line",
        "no line at all",
    ],
)  # fmt: skip
def test_authors(line: bytes, author: str, email: str, seconds: int) -> None:
    found = parse(commit(line))
    assert (found.author, found.email, found.at.timestamp()) == (author, email, seconds)
    assert found.message == "Count the sheep"


@pytest.mark.parametrize(
    ("author", "committer", "at", "dated"),
    [
        (b"1500000000 +0000", b"1600000000 +0000", datetime.fromtimestamp(1500000000, UTC), ""),
        (b"-100000000 +0000", b"1600000000 +0000", FIRST, "(dated 1966-10-31, before the first date kept here)"),
        (b"18446744073709451616 +0000", b"0 +0000", FIRST, "(dated 1969-12-30, before the first date kept here)"),
        (b"-9999999999999999 +0000", b"0 +0000", FIRST, "(dated before the first date kept here)"),
        (b"soon", b"1600000000 +0000", AT, "(its author's date can't be read; this is the committer's)"),
        (b"soon", b"later", FIRST, "(its date can't be read)"),
    ],
    ids=[
        "a plain one",
        "before 1970",
        "before 1970 as 64 bits have it",
        "before there were dates",
        "the author's unreadable",
        "both unreadable",
    ],
)  # fmt: skip
def test_dates(author: bytes, committer: bytes, at: datetime, dated: str) -> None:
    found = parse(
        commit(b"author A <a@b.invalid> " + author + b"\n", committer=b"committer A <a@b> " + committer + b"\n")
    )
    assert (found.at, found.dated) == (at, dated)


def test_a_date_in_the_future_is_now() -> None:
    before = datetime.now(UTC)
    found = parse(commit(b"author A <a@b.invalid> 99999999999 +0000\n"))
    assert before <= found.at <= datetime.now(UTC)
    assert found.at - before < timedelta(minutes=10)


@pytest.mark.parametrize(
    ("body", "more", "message"),
    [
        (b"Fix it\r\n\r\nIt was broken.\r\n", b"", "Fix it\n\nIt was broken."),
        (b"Fix it\rIt was broken.", b"", "Fix it\nIt was broken."),
        (b"Fix it", b"", "Fix it"),
        (b"", b"", ""),
        (b"Fix it\n\nbefore \x00 after", b"", "Fix it\n\nbefore  after"),
        (b"F\0i\0x\0 \0i\0t\0", b"", "Fix it"),
        (b"Fix \x1b]8;;https://x.invalid\x07it\x1b]8;;\x1b\\ \x1b[1mnow\x1b[0m", b"", "Fix it now"),
        (b"\xff\xfeF\0i\0x\0", b"", "Fix"),
        (b"\xef\xbb\xbfFix it\n", b"", "Fix it"),
        (b"Gr\xf6\xdfe \xe4ndern\n", b"", "Größe ändern"),
        (b"Gr\xf6\xdfe\n", b"encoding ISO-8859-1\n", "Größe"),
        (b"\x83e\x83X\x83g\n", b"encoding Shift_JIS\n", "テスト"),
        (b"\xd4\xe9\xeb\xfc\n", b"encoding windows-1251\n", "Фйль"),
        ("Größe\n".encode(), b"encoding no-such-encoding\n", "Größe"),
        ("Größe\n".encode(), b"encoding hex\n", "Größe"),
        (b"Pay \\u20ac\n", b"encoding unicode_escape\n", "Pay \\u20ac"),
        (b"Fix it\n", b"encoding a\0b\n", "Fix it"),
        (b"Fix it\n", b"gpgsig -----BEGIN\n \n author Someone Else <e@b> 1 +0000\n -----END\n", "Fix it"),
        (b"Fix it\n", b"mergetag object 12\n type commit\n tagger T <t@b> 1 +0000\n \n A tag's words\n", "Fix it"),
    ],
    ids=[
        "carriage returns",
        "carriage returns alone",
        "no line end",
        "nothing",
        "a NUL",
        "UTF-16",
        "orders to a terminal",
        "UTF-16 with its mark",
        "a byte order mark",
        "western letters without an encoding",
        "ISO-8859-1",
        "Japanese",
        "Cyrillic",
        "an unknown encoding",
        "an encoding of no text",
        "an encoding of Python's own",
        "an encoding with a NUL",
        "a signature",
        "a tag that was merged",
    ],
)
def test_messages(body: bytes, more: bytes, message: str) -> None:
    found = parse(commit(b"author Test Author <a@b.invalid> 1500000000 +0000\n", body, more))
    assert found.message == message
    assert found.author == "Test Author"


def test_parents() -> None:
    one, two = "1" * 40, "2" * 64
    raw = TREE + f"parent {one}\nparent {two}\nparent none\n".encode() + COMMITTER + b"\nMerge\n"
    assert parse(raw).parents == (one, two)


def test_carriage_returns_at_the_ends_of_headers() -> None:
    raw = commit(b"author Test Author <a@b.invalid> 1500000000 +0000\n", b"Fix it\n").replace(b"\n", b"\r\n")
    found = parse(raw)
    assert (found.author, found.message, found.at.timestamp()) == ("Test Author", "Fix it", 1500000000)


FRAGMENTS = (
    *(b"author ", b"committer ", b"encoding ", b"parent ", b"\n", b"\r\n", b"\n\n", b"<", b">", b"a@b", b" ", b"\0"),
    *(b"-", b"1500000000", b"+0000", b"9" * 25, b"utf-16", b"latin-1", b"\xff\xfe", b"\xe4", b"punycode", b"Anyone"),
)


@given(st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(b"".join)))
def test_anything_can_be_read(raw: bytes) -> None:
    found = parse(raw)
    assert FIRST <= found.at <= datetime.now(UTC)
    for text in (found.author, found.email, found.message, found.dated):
        assert "\0" not in text
        text.encode()
    assert "\n" not in found.author + found.email
    assert "\r" not in found.message


@given(st.binary(max_size=100), st.sampled_from(["utf-8", "latin-1", "utf-16", "shift_jis", "utf-7", "idna", "", "x"]))
def test_any_text_can_be_stored(raw: bytes, encoding: str) -> None:
    decoded(raw, encoding).encode()


@given(st.integers(-(10**25), 10**25))
def test_any_number_is_a_moment(seconds: int) -> None:
    assert FIRST <= moment(seconds) <= datetime.now(UTC)
