"""What an import ends with: true counts, and questions to try, each of which has a good answer when it is asked."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.engine import history
from whence.engine.first_questions import first_questions
from whence.values.reports.history import ImportedHistory
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
BODY = "The gateway counts in whole cents, so what we send it must too."
FIX = "Fix crash when the basket is empty"
ANNA = {"GIT_AUTHOR_NAME": "Anna Example"}


@pytest.fixture
def opened(repository: Path) -> Iterator[Engine]:
    engine = Engine(repository, PLAIN)
    yield engine
    engine.close()


def total(line: str) -> str:
    """A file with a function that ends in a line."""
    return f"def total(basket):\n    rounded = 0\n    {line}\n    return rounded\n\n\nRATE = 2\n"


@pytest.fixture
def grown(repository: Path, git: Git) -> Path:
    """A function that was rewritten four times, in part with a reason; an error that was fixed; two people."""
    lines = [f"rounded += {number}" for number in range(4)]
    for number in range(4):
        body = "\n    ".join(lines[: number + 1])
        (repository / "basket.py").write_text(total(body), encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Round the total, step {number}\n\n{BODY}", cwd=repository)
    for number in range(3):
        (repository / f"page{number}.py").write_text(f"title = {number}\n", encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Bring page {number}", cwd=repository, **ANNA)
    (repository / "empty.py").write_text("basket = []\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", f"{FIX}\n\nNobody had asked whether there is a first item.", cwd=repository)
    return repository


def test_an_import_ends_with_what_was_found(grown: Path, opened: Engine) -> None:
    opened.remember({"kind": "decision", "decision": "Round half to even", "rationale": "The bank does"})
    done = opened.import_history()
    assert isinstance(done, ImportedHistory)
    assert (done.commits, done.added, done.changes, done.fixes, done.decisions) == (9, 9, 9, 1, 1)
    authors = {each.author for each in opened.newest(history._ALL.model_copy(update={"kinds": ()}))} - {""}
    assert done.people == len(authors)
    assert f"**9 commits**: 9 changes, 1 fix, 1 decision, {done.people} people." in done.markdown
    assert done.title == f"The history of {opened.place.name}"
    again = opened.import_history()
    assert (again.commits, again.added, again.changes) == (9, 0, 9)
    assert again.questions == done.questions


def test_each_question_is_of_another_sort_and_has_its_answer(grown: Path, opened: Engine) -> None:
    opened.remember({"kind": "decision", "decision": "Round half to even", "rationale": "The bank does"})
    done = opened.import_history()
    code, fix, decision = done.questions
    assert (code.text, code.operation, code.file) == ("Why is `total` as it is?", "why", "basket.py")
    answer = opened.why(code.file, code.start, code.end)
    assert (code.start, code.end) == (1, 7)
    assert code.told == f"{len(answer.bands)} changes made its lines in `basket.py`; 4 of them say why."
    assert sum(BODY in band.said for band in answer.bands) == 4
    assert fix.text == "How was “Crash when the basket is empty” fixed?"
    (hit, *_) = opened.search(fix.query).hits
    assert hit.title == FIX
    (bug,) = [each for each in opened.get(hit.id).related if each.kind == "bug"]
    assert bug.title == "Crash when the basket is empty"
    assert decision.text == "Why was “Round half to even” decided?"
    assert opened.search(decision.query).hits[0].kind == "decision"


def test_to_try_a_question_counts_as_no_recall(grown: Path, opened: Engine) -> None:
    done = opened.import_history()
    assert any(each.operation == "why" for each in done.questions)
    assert set(opened.recalls.of(done.ids)) == set()
    code = done.questions[0]
    opened.why(code.file, code.start, code.end)
    until(lambda: opened.recalls.of(done.ids), "asking it to count")


def test_without_a_decision_people_are_asked_about(grown: Path, opened: Engine) -> None:
    done = opened.import_history()
    assert [each.operation for each in done.questions] == ["why", "search", "search"]
    people = done.questions[2]
    assert (people.text, people.query) == ("What did Test Author change last?", 'author:"Test Author"')
    hits = opened.search(people.query).hits
    assert hits
    assert all(opened.get(each.id).memory.author == "Test Author" for each in hits)


def test_a_function_that_is_gone_is_not_asked_about(grown: Path, git: Git, opened: Engine) -> None:
    (grown / "basket.py").write_text("RATE = 2\n", encoding="utf-8")
    git("commit", "-qam", "Leave rounding to the bank", cwd=grown)
    assert all(each.operation == "search" for each in opened.import_history().questions)


def test_nor_one_whose_changes_say_no_reason(repository: Path, git: Git, opened: Engine) -> None:
    for number in range(4):
        body = "\n    ".join(f"rounded += {line}" for line in range(number + 1))
        (repository / "basket.py").write_text(total(body), encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Round the total, step {number}", cwd=repository)
    assert opened.import_history().questions == ()


def test_what_a_search_would_not_find_is_not_asked_about(grown: Path, opened: Engine) -> None:
    decided = "Let kind:note narrow a search"  # which is what it does, to notes
    opened.remember({"kind": "decision", "decision": decided, "rationale": "People asked for it"})
    done = opened.import_history()
    assert done.decisions == 1
    assert not any("decided?" in each.text for each in done.questions)
    opened.remember({"kind": "decision", "decision": "Let words narrow a search", "rationale": "People asked for it"})
    assert opened.settle(PATIENCE)
    assert any("decided?" in each.text for each in first_questions(opened.project))


def test_a_past_without_much_to_tell_gives_no_questions(repository: Path, opened: Engine) -> None:
    done = opened.import_history()
    assert done.questions == ()
    assert "to try" not in done.markdown
    assert "**1 commit**: 1 change, 1 person." in done.markdown


def test_the_page_asks_each_question_by_a_link(grown: Path, opened: Engine) -> None:
    opened.remember({"kind": "decision", "decision": "Round [half] to (even)", "rationale": "The bank does"})
    done = opened.import_history()
    targets = re.findall(r"^\d\. \[.*\]\((whence:/\S+)\)  $", done.markdown, re.MULTILINE)
    assert targets[0] == "whence:/why/basket.py#L1-L7"
    assert [unquote(each).removeprefix("whence:/search/") for each in targets[1:]] == [
        each.query for each in done.questions[1:]
    ]
    assert "Round \\[half\\] to (even)" in done.markdown
    assert done.markdown.count("  \n   ") == len(done.questions)


def test_what_was_left_out_is_on_the_page(grown: Path, git: Git, opened: Engine) -> None:
    git("checkout", "-qb", "side", "HEAD~1", cwd=grown)
    (grown / "side.py").write_text("side = 1\n", encoding="utf-8")
    git("add", ".", cwd=grown)
    git("commit", "-qm", "Try another way", cwd=grown)
    git("merge", "-q", "--no-edit", "main", cwd=grown)
    merge = git("rev-parse", "HEAD", cwd=grown)
    done = opened.import_history()
    assert done.commits == done.added + 1
    assert f"1 (`{merge[:12]}`)" in done.markdown


def test_progress_says_how_many_of_how_many(grown: Path, opened: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_BATCH", 4)
    told: list[str] = []
    opened.import_history(progress=lambda message, share: told.append(message))
    assert [each for each in told if "commits" in each and "of" in each] == [
        "0 of 9 commits",
        "4 of 9 commits",
        "8 of 9 commits",
    ]


def test_whether_the_past_was_imported_is_known(grown: Path, opened: Engine) -> None:
    opened.remember({"kind": "note", "content": "Not from the past"})
    assert not opened.status().imported
    opened.import_history(limit=1)
    assert opened.status().imported
