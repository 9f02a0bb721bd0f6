import pytest

from whence.readers.references import MAX_REFERENCES, Reference, references, reverted

pytestmark = pytest.mark.quick

SHA = "3f2a9b1c" + "d" * 32
ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fixes #12", ["fixes issue 12"]),
        ("fix: closes #7 for good", ["fixes issue 7"]),
        ("Resolved: #0012", ["fixes issue 12"]),
        ("Fixes #1, #2 and #3; see #4", ["fixes issue 1", "fixes issue 2", "fixes issue 3", "names issue 4"]),
        ("Fixes GH-9", ["fixes issue 9"]),
        ("Closes https://github.example/a/b/issues/31.", ["fixes issue 31"]),
        ("Closes https://gitlab.example/g/p/-/issues/8", ["fixes issue 8"]),
        ("see #5\n\nFixes #5", ["fixes issue 5"]),
        ("Merge pull request #6 from a/b", ["names issue 6"]),
        (f"This reverts commit {SHA}.", [f"reverts commit {SHA}"]),
        ("Reverts 3f2a9b1", ["reverts commit 3f2a9b1"]),
        ('Fixes: 3F2A9B1C ("Load the price")', ["fixes commit 3f2a9b1c", "names title Load the price"]),
        ('Revert "Load the price"', ["reverts title Load the price"]),
        (f"(cherry picked from commit {SHA})", [f"names commit {SHA}"]),
        (f"Fixes the bug {ID}", [f"fixes memory {ID}"]),
        ("Follow ADR-0012", ["names decision 12"]),
        ("As of decision 12 and DEC-3", ["names decision 12", "names decision 3"]),
        ("adr 7, decision record no. 8, Decision #9", ["names decision 7", "names decision 8", "names decision 9"]),
        ("Supersedes ADR-4", ["supersedes decision 4"]),
        ("Do as “Use LanceDB” says", ["names title Use LanceDB"]),
        ("Fixes 'NoneType has no attribute x'", ["fixes title NoneType has no attribute x"]),
        ("don't and can't", []),
        ("color #ffffff00 and &#12; and a#12 and x/#3", []),
        ("version 1.2.3, decision 1.5, 123456 and 0x3f2a9b1", []),
        ("fixed it", []),
        ("", []),
    ],
)
def test_references_are_found(text: str, expected: list[str]) -> None:
    assert [f"{each.verb} {each.thing} {each.value}" for each in references(text)] == expected


def test_a_message_has_no_more_than_so_many() -> None:
    assert len(references(" ".join(f"#{n}" for n in range(1, 1000)))) == MAX_REFERENCES


@pytest.mark.parametrize("unit", ["fixes the ", '"', "#", "a" * 41, "ADR", "https://a/", "'", "\n", "0-", "#1,"])
def test_long_messages_are_read_in_linear_time(unit: str) -> None:
    references(unit * 100_000)


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ('Revert "Fix crash (#12)"', "Fix crash (#12)"),
        ('Revert "Fix crash" (#13)\n\nIt fixes #14 no more.', "Fix crash"),
        ('Revert "Revert "Fix crash""', 'Revert "Fix crash"'),
        ("Revert “Fix crash”.", "Fix crash"),
        ('Reverts "Fix crash"', ""),
        ('Revert "Fix crash" on Windows', ""),
        ("Revert the fix", ""),
    ],
    ids=["a title", "with its own number", "of a revert", "curved", "another word", "a part of it", "without a title"],
)
def test_what_a_revert_takes_back(message: str, title: str) -> None:
    assert reverted(message) == title
    if title:
        assert references(message)[0] == Reference("title", title, "reverts")
        assert ("issue", "12") not in {(each.thing, each.value) for each in references(message)}
