"""What is said of a whole file, told by a repository whose past is known."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
PARTS = "".join(f"def part_{n}(value):\n    return value + {n}\n\n\n" for n in range(20))


def commit(repository: Path, git: Git, message: str, author: str, day: str) -> None:
    git("add", "-A", cwd=repository)
    name, email = author, f"{author.split()[0].lower()}@example.invalid"
    dates = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    before = {name: os.environ.get(name) for name in dates}
    os.environ.update(dates)
    try:
        git("commit", "-qm", message, f"--author={name} <{email}>", cwd=repository)
    finally:
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.__setitem__(key, value)


@pytest.fixture
def engine(repository: Path, git: Git) -> Iterator[Engine]:
    old, new = repository / "old_parts.py", repository / "parts.py"
    old.write_text(PARTS, encoding="utf-8")
    commit(repository, git, "Keep the parts (#7)", "Writer One", "2024-02-03")
    git("mv", "old_parts.py", "parts.py", cwd=repository)
    commit(repository, git, "Name them shorter", "Writer Two", "2024-03-01")
    for round in range(3):
        text = new.read_text(encoding="utf-8")
        new.write_text(text.replace(f"value + 3{' + 0' * round}\n", f"value + 3{' + 0' * (round + 1)}\n"), "utf-8")
        commit(repository, git, f"Mend part 3 for the {round + 1}. time", "Writer Two", f"2024-04-0{round + 1}")
    text = new.read_text(encoding="utf-8")
    for n in range(10, 20):
        text = text.replace(f"    return value + {n}\n", f"    total = value\n    total += {n}\n    return total\n")
    new.write_text(text, "utf-8")
    commit(repository, git, "Sum up in steps", "dependabot[bot]", "2024-05-01")
    with Engine(repository, PLAIN) as opened:
        opened.import_history()
        yield opened


def test_a_whole_file_is_told_in_short(engine: Engine) -> None:
    engine.remember({"kind": "decision", "decision": "Parts stay pure", "files": ["parts.py"]})
    engine.remember({"kind": "bug", "message": "Part 3 is off by one", "files": ["parts.py"]})
    begun, since, great, owners, rewritten, remembered = engine.why("parts.py").life
    assert begun == "Begun 3 Feb 2024 by Writer One: Keep the parts (#7)."
    assert since == "Changed since in 5 commits by 1 person, the last 1 May 2024.", "a program is nobody to ask"
    assert great == "Great changes: Sum up in steps (40 lines, 1 May 2024)."
    assert owners.startswith("Most of its lines are by Writer One (")
    assert "dependabot" not in owners
    assert rewritten == "Most rewritten: `part_3` (3 changes)."
    assert remembered == "Remembered of it: 1 decision in force and 1 open bug."


def test_the_page_begins_with_it(engine: Engine) -> None:
    page = engine.why("parts.py").markdown
    assert page.index("- Begun 3 Feb 2024") < page.index("## ")


def test_lines_and_earlier_states_have_no_life(engine: Engine, repository: Path, git: Git) -> None:
    assert not engine.why("parts.py", 1, 4).life
    head = git("rev-parse", "HEAD", cwd=repository).strip()
    assert not engine.why("parts.py", at=head).life


def test_of_a_file_that_git_does_not_know_nothing_is_said(engine: Engine, repository: Path) -> None:
    (repository / "fresh.py").write_text("x = 1\n", encoding="utf-8")
    assert engine.why("fresh.py").life == ()


def test_a_file_of_one_commit_is_said_in_a_sentence_or_two(engine: Engine, repository: Path, git: Git) -> None:
    (repository / "once.py").write_text("x = 1\n", encoding="utf-8")
    commit(repository, git, "Keep x", "Writer One", "2024-06-01")
    assert engine.why("once.py").life == (
        "Begun 1 Jun 2024 by Writer One: Keep x.",
        "All of its lines are by Writer One.",
    )
