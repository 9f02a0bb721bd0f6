import pytest

from whence.readers.fixes import Fix, fixed

pytestmark = pytest.mark.quick

FIXES = {
    "conventional": ("fix: panic on an empty tree", "Panic on an empty tree"),
    "conventional with a scope": ("fix(parser)!: wrong line of the error", "Wrong line of the error"),
    "conventional that says fix once more": ("fix(tree): fix panic in lookup (#12)", "Panic in lookup"),
    "bugfix": ("Bugfix: blueprints lose their name", "Blueprints lose their name"),
    "tagged": ("[FIX] the form file is never closed", "The form file is never closed"),
    "package first": ("net/http: fix deadlock in Close", "Deadlock in Close"),
    "a ticket first": ("CART-12: Fix crash when the cart is empty", "Crash when the cart is empty"),
    "a type": ("Fix KeyError in the session", "KeyError in the session"),
    "for a type": ("Fix for an IndexOutOfBoundsException.", "IndexOutOfBoundsException"),
    "a crash": ("Fixed crash at start", "Crash at start"),
    "a bug where": ("Fix a bug where the cookie was sent twice", "The cookie was sent twice"),
    "a number first": ("Fixed #1234 -- Wrong total when a price is missing", "Wrong total when a price is missing"),
    "an issue where": ("Fixed issue 53 where two threads share a parser", "Two threads share a parser"),
    "avoided": ("Avoid NPE in the adapter (#3)", "Avoid NPE in the adapter"),
    "not any more": ("Don't crash without a configuration", "Don't crash without a configuration"),
    "closing": ("Memory leak in the pool is gone, fixes #9", "Memory leak in the pool is gone"),
}

NONE = {
    "typo": "Fix typo in error handling",
    "conventional typo": "fix: typo in the failure's name",
    "docs": "fix(docs): broken example",
    "readme": "Fix broken link in README",
    "lint": "fix: ruff errors",
    "test": "Fix failing test on Windows",
    "flaky": "fix flaky timeout",
    "build": "fix(build): missing flag",
    "ci": "fix(ci): wrong cache key",
    "style": "fix: indentation",
    "types": "fix: type annotations of broken generics",
    "warnings": "Fix deprecation warnings when loading",
    "dependency": "fix(deps): update dependency x to 2.0",
    "bump": "Bump x from 1.0 to 1.1, fixes crash #3",
    "merge": "Merge branch 'fix-crash'",
    "merge conflict": "Fix merge conflict in parser",
    "revert": 'Revert "Fix crash at start"',
    "fixup": "fixup! Fix crash at start",
    "feature that closes an issue": "Add exceptions for bad crash reports, fixes #3",
    "closing without a failure": "Closes #12",
    "a fix of something": "Fix things",
    "a number alone": "Fixed bug 158",
    "no fix": "Handle crash reports",
    "message": "Fix error message",
    "empty": "",
    "a word": "fix: bug",
}


@pytest.mark.parametrize("subject, message", FIXES.values(), ids=FIXES)
def test_what_is_a_fix(subject: str, message: str) -> None:
    found = fixed(subject)
    assert found is not None
    assert found.message == message


@pytest.mark.parametrize("subject", NONE.values(), ids=NONE)
def test_what_is_none(subject: str) -> None:
    assert fixed(subject) is None


@pytest.mark.parametrize(
    ("author", "files", "counts"),
    [
        ("dependabot[bot]", (), False),
        ("Ada", ("docs/guide.md", "tests/test_app.py", ".github/workflows/ci.yml"), False),
        ("Ada", ("docs/guide.md", "src/app.py"), True),
        ("Ada", ("latest/app.py",), True),
        ("Ada", (), True),
    ],
    ids=["by a bot", "of nothing that runs", "of the program too", "of a folder that ends like one", "files not known"],
)
def test_by_whom_and_of_what(author: str, files: tuple[str, ...], counts: bool) -> None:
    assert (fixed("Fix crash at start", author, files) is not None) is counts


def test_the_rest_of_the_message_tells_cause_and_solution() -> None:
    message = (
        "fix(cart): TypeError in the total (#45)\n\n"
        "The price was None because the catalogue had not been loaded.\n\n"
        "Wait for it before the first sum.\n\n"
        "Fixes #44\nCloses: #46\nSigned-off-by: Ada <ada@example.invalid>\n"
    )
    assert fixed(message) == Fix(
        message="TypeError in the total",
        error_type="TypeError",
        root_cause="The price was None because the catalogue had not been loaded.",
        solution="Wait for it before the first sum.",
        issues=("44", "46", "45"),
    )


@pytest.mark.parametrize(
    "body",
    [
        "Root cause: a lock taken twice.\n\nFix: take it once.",
        "## Problem\n\na lock taken twice.\n\n## Solution\n\ntake it once.",
        "Cause: a lock taken twice.\nChange-Id: I0123456789abcdef0123456789abcdef01234567\n\nSolution: take it once.",
    ],
    ids=["labels", "headings", "a trailer between"],
)
def test_labels_tell_cause_and_solution(body: str) -> None:
    found = fixed(f"Fix deadlock in the pool\n\n{body}")
    assert found is not None
    assert (found.root_cause, found.solution) == ("a lock taken twice.", "take it once.")


def test_a_message_without_end_takes_no_time() -> None:
    assert fixed("Fix crash " + "fixes (#1" * 50_000) is not None
    assert fixed("Fix crash of it\n\n" + "see (fixes #1 and " * 50_000 + "\n- " * 10_000) is not None
    assert fixed("fix" + " " * 100_000 + "x\n" + "a-" * 50_000) is None
