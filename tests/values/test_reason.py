"""What of a commit's message gives a reason."""

import pytest

from whence.values.memory import Change
from whence.values.reason import gives_none, said, subject, told

HERE = "a" * 39 + "1"


@pytest.mark.parametrize(
    "line",
    [
        "wip",
        "WIP: more tests",
        "Fix typo",
        "fix typos in CONTRIBUTING.md",
        "Fix typo in the chapter on retries",
        "Update tests",
        "Fixed failing unit tests",
        "Linting",
        "chore: lint",
        "style(cart): format",
        "Run black and isort",
        "Address review comments",
        "address @author's feedback",
        "Apply suggestions from code review",
        "Update cart/total.py",
        "fixup! Close the pool",
        "[pre-commit.ci] auto fixes from pre-commit.com hooks",
        "Merge branch 'main' into feature/total",
        "Merge remote-tracking branch 'origin/main'",
        "Merge main into release-2",
        "Merge branches 'till' and 'cart' into main",
        "Merge branch 'main' of https://example.org/shop/cart",
        "Merge tag 'v2' into main",
        "✨ fix lint",
        "Resolve merge conflicts (#12)",
        "Minor tweaks [skip ci]",
        "...",
    ],
)
def test_what_says_nothing_gives_no_reason(line: str) -> None:
    assert gives_none(line)
    assert said(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "Fix the crash on an empty cart",
        "Add tests for refunds",
        "Fix build on Windows",
        "Merge sort is stable now",
        "Merge helpers into utilities",
        "Remove the cache",
        "Lint rule against globals",
        "Document the review process",
        "Update dependencies",
        "Version 2.1.0",
        "Merge branch 'pool': connections are closed",
        "Unit tests for .update()",
        "Fix `Cart.total(...)`",
        "Typosquatting is detected",
        "Handle timeouts",
        "Revert the new pool",
        "Fix the spelling corrector's crash on empty words",
        "测试覆盖率",
    ],
)
def test_what_says_something_is_a_reason(line: str) -> None:
    assert not gives_none(line)
    assert said(line) == line


@pytest.mark.parametrize(
    ("message", "reason", "references"),
    [
        (
            "Round at the end\n\nRounding each line is wrong; see\nhttps://example.org/rounding.\n",
            "Round at the end\n\nRounding each line is wrong; see\nhttps://example.org/rounding.",
            (),
        ),
        (
            "Round at the end\n\nThe bank rounds so.\nSee also:\n  https://example.org/rounding\n",
            "Round at the end\n\nThe bank rounds so.",
            ("https://example.org/rounding",),
        ),
        (
            "Close the pool\n\nIt leaked.\n\nSigned-off-by: Test Author <author@example.org>\n"
            "Change-Id: I0123456789abcdef0123456789abcdef01234567\nReviewed-on: https://review.example.org/c/7\n"
            "Cc: stable\n"
            "git-svn-id: https://svn.example.org/trunk@12 0123",
            "Close the pool\n\nIt leaked.",
            ("https://review.example.org/c/7", "https://svn.example.org/trunk@12"),
        ),
        (
            'Close the pool\n\nFixes: #12, #13 and GH-14\nRefs shop/till#5\nFixes: 0123abcdef12 ("pool: open it")\n'
            "(cherry picked from commit " + HERE + ")",
            "Close the pool",
            ("#12", "#13", "GH-14", "shop/till#5", "0123abcdef12", HERE),
        ),
        (
            "Close the pool\n\nFixes the leak of #12 for good.\n\nBREAKING CHANGE: open it by hand",
            "Close the pool\n\nFixes the leak of #12 for good.\n\nBREAKING CHANGE: open it by hand",
            (),
        ),
        (
            "Add timeouts (#59)\n\n* Add timeouts\n\n* Linting\n\n* Keep the old name\n\nUsers import it.\n\n"
            "* fix typo\n"
            "* Update tests\n\n---------\n\nCo-authored-by: Test Author <author@example.org>",
            "Add timeouts (#59)\n\n* Keep the old name\n\nUsers import it.",
            (),
        ),
        (
            "Merge pull request #1 from author/pool\n\nClose the pool\n\nIt leaked.",
            "Close the pool\n\nIt leaked.",
            ("#1",),
        ),
        (
            "Merge branch 'pool' into 'main'\n\nClose the pool\n\nCloses #3\n\nSee merge request shop/cart!12",
            "Close the pool",
            ("shop/cart!12", "#3"),
        ),
        ("Merged in author/pool (pull request #4)\n\nClose the pool", "Close the pool", ("#4",)),
        ("Merged PR 45: Close the pool\n\nRelated work items: #9", "Close the pool", ("!45", "#9")),
        ("Merge pull request 'Close the pool' (#4) from author/pool into main", "Close the pool", ("#4",)),
        (
            f"Squashed commit of the following:\n\ncommit {HERE}\nAuthor: Test Author <author@example.org>\n"
            "Date:   Mon Jan 1 00:00:00 2024 +0000\n\n    Close the pool\n\n    It leaked.",
            "Close the pool\n\nIt leaked.",
            (),
        ),
        ("Merge branch 'main' into pool\n\n# Conflicts:\n#\tcart.py\n#\ttill.py", "", ()),
        (
            "Bump till from 1.0 to 1.1\n\nBumps [till](https://example.org/till) from 1.0 to 1.1.\n"
            "- [Release notes](https://example.org/till/releases)\n\n---\n"
            "updated-dependencies:\n- dependency-name: till\n...\n",
            "Bump till from 1.0 to 1.1",
            (),
        ),
        (
            "Update dependency till to v2\n\nThis PR contains the following updates:\n\n| Package | Change |\n"
            "|---|---|\n"
            "| till | 1 -> 2 |\n\n### Release Notes\n\nThings.",
            "Update dependency till to v2",
            (),
        ),
        (
            "[pre-commit.ci] pre-commit autoupdate\n\n"
            "updates:\n- [https://example.org/ruff: v1 → v2](https://example.org)",
            "",
            (),
        ),
        (
            "Keep totals exact\n\n<!-- Say what you did -->\n## Description\n\nCents are whole.\n\n## Checklist\n\n"
            "- [ ] I have added tests\n- [x] I have read the guide\n\n## Screenshots\n\nN/A\n\nFixes # (issue)",
            "Keep totals exact\n\n## Description\n\nCents are whole.",
            (),
        ),
        (
            "Show the flags\n\n```\n# a comment\n* wip\n- [ ] open\n<!-- kept -->\n```",
            "Show the flags\n\n```\n# a comment\n* wip\n- [ ] open\n<!-- kept -->\n```",
            (),
        ),
        ("Update tests\n\nTotals are rounded once now.", "Totals are rounded once now.", ()),
        ("Close the pool\nIt leaked.\n", "Close the pool\nIt leaked.", ()),
        ("Close the pool\n\n🤖 Generated with [Claude Code](https://example.org)", "Close the pool", ()),
        ("Close the pool\n\n(merged as #12)", "Close the pool", ("#12",)),
        ("", "", ()),
    ],
    ids=[
        "a sentence that goes on with a link",
        "links below a heading",
        "trailers of people and tools",
        "trailers that refer",
        "words that look like a trailer, and a breaking change",
        "a squashed list",
        "a merge of GitHub",
        "a merge of GitLab",
        "a merge of Bitbucket",
        "a merge of Azure DevOps",
        "a merge of Gitea",
        "a merge squashed by git",
        "a merge with conflicts",
        "dependabot",
        "renovate",
        "pre-commit.ci",
        "a template",
        "code is left alone",
        "a reason below a subject that is none",
        "a body without a line between",
        "an assistant's mark",
        "a merge that repeated it",
        "nothing",
    ],
)
def test_a_reason_is_told_without_noise(message: str, reason: str, references: tuple[str, ...]) -> None:
    assert told(message) == (reason, references)
    assert said(reason) == reason


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Merge pull request #1 from author/pool\n\nClose the pool", "Close the pool"),
        ("Merged PR 45: Close the pool", "Close the pool"),
        ("Merge branch 'main' into pool", "Merge branch 'main' into pool"),
        ("Update tests\n\nTotals are rounded once now.", "Update tests"),
    ],
)
def test_a_change_is_named_by_what_was_done(message: str, line: str) -> None:
    assert subject(message) == line
    assert Change(reason=message).title == line


def test_an_earlier_title_of_a_merge_gives_way_to_a_better_one() -> None:
    reason = "Merge pull request #1 from author/pool\n\nClose the pool"
    assert Change(title="Merge pull request #1 from author/pool", reason=reason).title == "Close the pool"
    assert Change(title="My own title", reason=reason).title == "My own title"


def test_noise_is_kept_and_neither_searched_nor_shown() -> None:
    message = "Close the pool\n\nCo-authored-by: Test Author <author@example.org>\nFixes: #12"
    change = Change(reason=message)
    assert change.reason == message
    assert "Author" not in change.text() + change.markdown()
    assert "#12" in change.text()
    assert "Refers to #12" in change.markdown()


def test_a_long_message_takes_no_long_time() -> None:
    lines = [*(f"* {'`' * (n % 7)} [ ] <!-- {n}" for n in range(3000)), "#1 " * 5000, "a" * 50_000, "Merge " * 5000]
    lines += ["--> " * 1000, "<!--" * 5000]
    assert told("\n".join(lines)).reason
