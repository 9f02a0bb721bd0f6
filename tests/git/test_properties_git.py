"""What holds of every diff and text: a diff leads from the one text to the other, bytes are read as written."""

import re
from io import BytesIO
from pathlib import Path

from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.properties import LINES, NAMES, TEXTS, bounded, made_of
from whence.git import patches
from whence.git.diff import MAX_LINES, Difference, compare, unified
from whence.git.edits import counted_edit, file_edit
from whence.git.repositories import normal_origin
from whence.git.text import clean, decode, digest, storable
from whence.values.errors import GitError

HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(?: .*)?")
FEW = st.lists(
    st.sampled_from(["", "a", "b", "c", "@@ -1 +1 @@", "+x", "-x", "\\ No newline at end of file"]), max_size=40
)
FILES = st.one_of(LINES, FEW).map("\n".join)
"""Texts of files; of few different lines, so that two of them have much in common."""


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with some of its lines moved, lost or new."""
    lines = draw(st.one_of(LINES, FEW))
    after = list(lines)
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(after)))
        match draw(st.sampled_from(["insert", "remove", "move"])):
            case "insert":
                after.insert(at, draw(st.sampled_from(["new", "", "b"])))
            case "remove":
                del after[at : at + 1]
            case _:
                after[at : at + 2] = reversed(after[at : at + 2])
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"])), "\n".join(after) + draw(st.sampled_from(["", "\n"]))


PAIRS = st.one_of(edited(), st.tuples(FILES, FILES))


def applied(before: str, diff: str) -> str:
    """What a unified diff makes of a text, as `patch` reads it; asserts that it fits."""
    old = re.findall(r"[^\n]*\n|[^\n]+\Z", before)
    new: list[str] = []
    at = 0
    lines = diff.split("\n") if diff else []
    while lines:
        header = HEADER.fullmatch(lines.pop(0))
        assert header
        start, count = int(header[1]), int(header[2] if header[2] is not None else 1)
        begin = start - 1 if count else start
        new += old[at:begin]
        assert len(new) == int(header[3]) - (header[4] != "0"), "the hunk says where it goes"
        at = begin
        while lines and not lines[0].startswith("@@"):
            line = lines.pop(0)
            bare = bool(lines) and lines[0].startswith("\\ ")
            if bare:
                lines.pop(0)
            text = line[1:] + ("" if bare else "\n")
            if line[:1] in " -":
                assert old[at] == text
                at += 1
            if line[:1] in " +":
                new.append(text)
    return "".join([*new, *old[at:]])


@bounded(200)
@given(PAIRS)
def test_a_diff_leads_from_the_one_text_to_the_other(texts: tuple[str, str]) -> None:
    before, after = texts
    difference = compare(before, after)
    assert applied(before, unified(difference, most_lines=10_000)) == after
    assert (difference.added, difference.removed) == (0, 0) or before != after
    assert (not difference.ranges) == (before == after)


@bounded(100)
@given(PAIRS)
def test_a_diff_reads_the_same_backwards(texts: tuple[str, str]) -> None:
    before, after = texts
    back = compare(after, before)
    assert applied(after, unified(back, most_lines=10_000)) == before
    kept = len(back.before) - back.removed
    assert kept == len(back.after) - back.added, "what is neither added nor removed stands in both"


@bounded(100)
@given(PAIRS, st.integers(1, 20))
def test_a_diff_is_as_long_as_it_may_be_and_counts_the_rest(texts: tuple[str, str], most: int) -> None:
    difference = compare(*texts)
    whole, cut = unified(difference, most_lines=10_000).split("\n"), unified(difference, most_lines=most).split("\n")
    assert len(cut) <= most + 1
    if len(whole) > most:
        left_out = re.fullmatch(r"… (\d+) more lines of the diff were left out", cut[-1])
        assert left_out
        assert int(left_out[1]) == len(whole) - len(cut) + 1
    else:
        assert cut == whole


@bounded(100)
@given(st.none() | FILES, st.none() | FILES, NAMES)
def test_an_edit_counts_what_its_diff_shows(before: str | None, after: str | None, name: str) -> None:
    edit = file_edit(f"{name}.txt", before, after, lambda path, lines: lambda number: "", most_lines=MAX_LINES)
    shown = [line for line in edit.diff.split("\n") if line[:1] in ("+", "-")]
    assert sum(line[0] == "+" for line in shown) == edit.added
    assert sum(line[0] == "-" for line in shown) == edit.removed
    assert isinstance(compare(before, after), Difference)


# ---------------------------------------------------------------- texts of files


@bounded(200)
@given(TEXTS.filter(lambda text: "\0" not in text), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_a_text_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assume(encoding != "utf-8" or not text.startswith("\ufeff"))
    assume(text.count("\ufffd") <= len(text) * 0.3)
    assert decode(text.encode(encoding)) == text.replace("\r\n", "\n").replace("\r", "\n")


@bounded(200)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_none(raw: bytes) -> None:
    text = decode(raw)
    if text is not None:
        assert decode(text.encode()) == text
        assert "\r" not in text
        assert "\0" not in text
    assert (clean(raw) is None) == (text is None)


@bounded(200)
@given(st.text(st.characters(codec=None), max_size=30), st.text(max_size=30))
def test_contents_are_told_apart_by_their_digests(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert digest(one) != digest(None) == b""


@bounded(200)
@given(st.binary(max_size=40))
def test_any_file_name_can_be_stored(name: bytes) -> None:
    held = storable(name.decode("utf-8", "surrogateescape"))
    assert held.encode().decode() == held
    assert storable(held) == held


# ---------------------------------------------------------------- addresses of repositories

ADDRESSES = made_of(
    *(
        "https",
        "ssh",
        "git",
        "file",
        "://",
        ":",
        "@",
        "/",
        "user",
        "example.invalid",
        "[",
        "]",
        "::1",
        ":22",
        "..",
        "~",
    ),
    *(".git", "%2e", "C:", "\\", "a", "b c", "?", "#"),
    most=10,
)


@bounded(200)
@given(st.one_of(TEXTS, ADDRESSES))
@example("https://[example.invalid]/a.git")
@example("ssh://git@[/a")
def test_any_address_of_a_repository_has_one_spelling(url: str) -> None:
    found = normal_origin(url, Path("/srv/project"))
    assert found == normal_origin(f" {url}\n", Path("/srv/project"))
    assert bool(found) == bool(url.strip())


@bounded(100)
@given(st.lists(NAMES, min_size=2, max_size=3).map("/".join), NAMES)
def test_all_forms_of_an_address_are_one(path: str, who: str) -> None:
    forms = (
        f"https://example.invalid/{path}.git",
        f"https://{who}:secret@example.invalid/{path}",
        f"ssh://git@example.invalid:22/{path}.git/",
        f"git@example.invalid:{path}",
        f"git://EXAMPLE.invalid/{path}",
    )
    assert {normal_origin(form, Path("/srv/project")) for form in forms} == {f"example.invalid/{path}"}


# ---------------------------------------------------------------- patches that git prints

PRINTED = st.lists(
    st.sampled_from(
        [
            b"0123456789012345678901234567890123456789\n",
            b":100644 100644 1111111 2222222 M\ta.py\n",
            b":100644 100644 1111111 2222222 R090\ta.py\tb.py\n",
            b'::100644 100644 100644 1 2 3 MM\t"with\\303\\274.py"\n',
            b":100644 120000 1111111 2222222 T\tlink\n",
            b"diff --git a/a.py b/a.py\n",
            b"Binary files a/a.py and b/a.py differ\n",
            b"@@ -1,2 +1,2 @@ def add(a, b):\n",
            b"@@ -1 +0,0 @@\n",
            b" kept\n",
            b"-old\n",
            b"+new\n",
            b"\\ No newline at end of file\n",
            b"\n",
            b"+\xff\xfe\n",
        ]
    ),
    max_size=40,
).map(b"".join)


@bounded(200)
@given(PRINTED)
def test_a_broken_patch_is_refused_and_never_misread(printed: bytes) -> None:
    reading = patches.PatchOptions(lambda path, lines: lambda number: "", lambda path: False, 1 << 20)
    try:
        commits = [(id, files.edits()) for id, files in patches._commits(BytesIO(printed), reading)]
    except GitError:
        return
    assert len(commits) <= printed.count(b"0123456789012345678901234567890123456789\n")
    for _, edits in commits:
        for edit in edits:
            assert edit.added + edit.removed <= printed.count(b"\n")


@bounded(50)
@given(NAMES, NAMES, st.sampled_from("AMDRT"), st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
def test_a_counted_edit_tells_its_counts(
    path: str, old: str, status: str, added: int | None, removed: int | None
) -> None:
    edit = counted_edit(path, old if status == "R" else "", status, added, removed)
    assert (edit.added, edit.removed, edit.diff) == (added or 0, removed or 0, "")
