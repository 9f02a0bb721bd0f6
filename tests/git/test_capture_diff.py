import random
import subprocess
import time
from pathlib import Path

import pytest

from whence.git.diff import MAX_CHARACTERS, MAX_LINES, compare, unified

pytestmark = pytest.mark.quick


def applied(before: str, after: str, tmp_path: Path) -> str:
    """What git makes of `before` with our diff."""
    (tmp_path / "file").write_text(before, encoding="utf-8", newline="")
    diff = f"--- a/file\n+++ b/file\n{unified(compare(before, after), most_lines=10**9)}\n"
    subprocess.run(["git", "apply", "-p1", "-"], input=diff.encode(), cwd=tmp_path, check=True)
    return (tmp_path / "file").read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        ("a\n", "a\n", ""),
        ("a\n", "b\n", "@@ -1 +1 @@\n-a\n+b"),
        (None, "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b"),
        ("a\n", None, "@@ -1 +0,0 @@\n-a"),
        ("a\n", "a", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file"),
        ("a", "b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file"),
        ("a\x0cb\u2028c\n", "a\x0cb\u2028d\n", "@@ -1 +1 @@\n-a\x0cb\u2028c\n+a\x0cb\u2028d"),
        (
            "".join(f"{n}\n" for n in range(20)),
            "".join(f"{n}\n" for n in [*range(2), *range(3, 19), "x"]),
            "@@ -1,6 +1,5 @@\n 0\n 1\n-2\n 3\n 4\n 5\n@@ -17,4 +16,4 @@\n 16\n 17\n 18\n-19\n+x",
        ),
    ],
)
def test_a_diff_reads_as_gits_own(before: str | None, after: str | None, diff: str) -> None:
    assert unified(compare(before, after)) == diff


@pytest.mark.parametrize("seed", range(30))
def test_git_can_apply_every_diff(seed: int, tmp_path: Path) -> None:
    random.seed(seed)
    size = random.choice([3, 40, 600])
    words = [f"{word}\n" for word in ("", "a", "b", "}", "    return x", *(f"line {n}" for n in range(size // 2)))]
    before = [random.choice(words) for _ in range(size)]
    after = list(before)
    for _ in range(random.randrange(1, 3 + size // 3)):
        at = random.randrange(len(after) + 1)
        after[at : at + random.choice([0, 1, 5])] = random.choices(words, k=random.choice([0, 1, 4]))
    if "".join(before) != "".join(after):
        assert applied("".join(before), "".join(after), tmp_path) == "".join(after)


def test_a_hunk_is_headed_by_what_encloses_its_first_change() -> None:
    diff = unified(compare("a\nb\n", "a\nc\n"), name=lambda number: f"line{number}")
    assert diff.startswith("@@ -1,2 +1,2 @@ line1\n")


def test_a_long_diff_keeps_whole_hunks_and_says_what_it_left_out() -> None:
    before = [f"{n}\n" for n in range(10_000)]
    after = [line if n % 50 else f"new {line}" for n, line in enumerate(before)]
    kept = unified(compare("".join(before), "".join(after))).splitlines()
    assert len(kept) <= MAX_LINES + 1
    assert kept[-1].endswith("more lines of the diff were left out")
    assert kept[-2] == f" {int(kept[-5].split()[-1]) + 3}"


def test_a_hunk_longer_than_the_room_is_cut() -> None:
    difference = compare(None, "".join(f"{n}\n" for n in range(5000)))
    kept = unified(difference).splitlines()
    assert (difference.added, difference.removed) == (5000, 0)
    assert len(kept) == MAX_LINES + 1
    assert kept[-1] == f"… {5001 - MAX_LINES} more lines of the diff were left out"


def test_long_lines_are_cut_and_the_whole_is_bounded() -> None:
    kept = unified(compare("a\n", "".join("x" * 100_000 + f"{n}\n" for n in range(100))))
    assert len(kept) < MAX_CHARACTERS + 200


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("".join(f"{n}\n" for n in range(40_000)), "".join(f"{n}\n" for n in reversed(range(40_000)))),
        ("a\nb\n" * 20_000, "b\na\na\n" * 20_000),
        ("".join(f"{n}\n" for n in range(40_000)), "".join(f"{n * 7 % 40_009}\n" for n in range(40_000))),
    ],
    ids=["reversed", "no unique line", "shuffled"],
)
def test_the_worst_case_ends(before: str, after: str) -> None:
    begun = time.process_time()
    difference = compare(before, after)
    rebuilt: list[str] = []
    position = 0
    for i1, i2, j1, j2 in difference.ranges:
        rebuilt += difference.before[position:i1] + difference.after[j1:j2]
        position = i2
    assert "".join(rebuilt + difference.before[position:]) == after
    print(f"{time.process_time() - begun:.2f} s")
