from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.pages import provenance
from whence.values.base import now
from whence.values.errors import InvalidRequest
from whence.values.handed_out import marked
from whence.values.memory import Bug, Change, Conversation, Decision, FileEdit, Link, Message, Note, Session
from whence.values.reports.provenance import Why
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
CART = """import math


class Cart:
    def total(self):
        return sum(self.items)

    def count(self):
        return len(self.items)


class Basket:
    def total(self):
        return 0
"""

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(folder: Path = repository, *, capture: bool = False, trusted: bool = True) -> Engine:
        opened.append(Engine(folder, PLAIN, capture=capture, trusted=trusted))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(repository: Path, git: Git, open_engine: Open) -> Engine:
    """A project whose `cart.py` was made by two commits, both remembered."""
    commit(repository, git, "Add a cart", CART.replace("sum(self.items)", "0"))
    commit(repository, git, "Sum up the items\n\nThe shop needs a total.", CART)
    opened = open_engine()
    opened.import_history()
    return opened


def commit(repository: Path, git: Git, message: str, text: str, name: str = "cart.py") -> None:
    (repository / name).write_text(text, encoding="utf-8")
    git("add", ".", cwd=repository)
    stamp = f"2024-01-{int(git('rev-list', '--count', 'HEAD', cwd=repository)):02}T12:00:00Z"
    git("commit", "-qm", message, cwd=repository, GIT_AUTHOR_DATE=stamp, GIT_COMMITTER_DATE=stamp)


def change(engine: Engine, title: str) -> Change:
    (found,) = [each for each in engine.store.get(engine.import_history().ids) or _all(engine) if each.title == title]
    assert isinstance(found, Change)
    return found


def _all(engine: Engine) -> list[Change]:
    return [each for each in engine.store.by_keys(list(engine.store.keys("change"))) if isinstance(each, Change)]


def titles(found: Why) -> list[str]:
    return [each.cited.title for each in found.reasons]


def test_a_line_leads_to_the_change_that_made_it(engine: Engine) -> None:
    found = engine.why("cart.py", 6)
    assert titles(found) == ["Sum up the items"]
    assert (found.file, found.start, found.end, found.title) == ("cart.py", 6, 6, "Why cart.py:6")
    assert found.reasons[0].lines == (6,)
    assert (found.note, found.only_git) == ("", ())
    made = change(engine, "Sum up the items")
    assert found.markdown == marked(
        "# Why cart.py:6\n\n## Sum up the items\n\n"
        f"2024-01-02 · by Test Author · line 6 · commit `{made.commit[:12]}` · `{made.id}`\n\n"
        "> The shop needs a total.\n"
    )


def test_the_newest_reason_comes_first(engine: Engine) -> None:
    assert titles(engine.why("cart.py")) == ["Sum up the items", "Add a cart"]
    assert titles(engine.why("cart.py", 5, 6)) == ["Sum up the items", "Add a cart"]
    assert engine.why("cart.py").reasons[1].lines == (1, 2, 3, 4, 5, *range(7, 15))


def test_links_are_followed_in_both_directions(engine: Engine, repository: Path, git: Git) -> None:
    session = Session(goal="Make the shop sell")
    older = Decision(decision="Keep the total in the database")
    decision = Decision(
        decision="Compute the total",
        rationale="It is never stale.",
        links=(Link(relation="supersedes", target=older.id),),
    )
    made = change(engine, "Sum up the items")
    bug = Bug(message="The total is always 0", links=(Link(relation="solved_by", target=made.id),), resolved=True)
    talk = Conversation(
        messages=(Message(role="user", content="Should the total be stored?"),),
        links=(Link(relation="about", target=decision.id),),
    )
    binned = Note(content="Thrown away", links=(Link(relation="about", target=made.id),), deleted_at=now())
    sibling = Change(reason="Another part of it", links=(Link(relation="implements", target=decision.id),))
    linked = made.model_copy(
        update={"session": session.id, "links": (Link(relation="implements", target=decision.id),)}
    )
    engine.writer.write([session, older, decision, bug, talk, binned, sibling, linked])
    found = engine.why("cart.py", 6)
    via = {each.cited.title: (each.relation, each.via) for each in found.reasons}
    assert via == {
        "Sum up the items": (None, ""),
        "Compute the total": ("implements", made.id),
        "Keep the total in the database": ("supersedes", decision.id),
        "Should the total be stored?": ("about", decision.id),
        "Make the shop sell": ("part_of", made.id),
        "The total is always 0": ("solved_by", made.id),
    }
    assert [each.id for each in found.cited] == [each.cited.id for each in found.reasons]
    for words in (
        "- Implements **decision** Compute the total (",
        "  It is never stale.",
        "  - Supersedes **decision** Keep the total in the database (",
        "  - Told of in **conversation** Should the total be stored? (",
        "- Part of **session** Make the shop sell (",
        "- Solves **bug** The total is always 0 (",
    ):
        assert f"\n{words}" in found.markdown
    assert all(each.id in found.markdown for each in found.cited)


def test_a_commit_without_a_memory_is_told_by_git(engine: Engine, repository: Path, git: Git) -> None:
    commit(repository, git, "Return *nothing*", CART.replace("return 0", "return None"))
    found = engine.why("cart.py", 13, 14)
    assert titles(found) == ["Add a cart"]
    assert found.only_git == (git("rev-parse", "HEAD", cwd=repository),)
    assert "## Return \\*nothing\\*\n" in found.markdown
    assert "No memory, only git." in found.markdown
    assert found.note == "1 commit has no memory. Import the history to have it remembered."


def test_while_the_history_is_imported_nobody_is_told_to_import_it(engine: Engine, repository: Path, git: Git) -> None:
    commit(repository, git, "Return nothing", CART.replace("return 0", "return None"))
    told: list[str] = []

    def ask(message: str, share: float | None) -> None:
        if message.startswith("0 of "):
            told.append(engine.why("cart.py", 13, 14).note)

    engine.import_history(progress=ask)
    assert told == [
        "1 commit has no memory yet: the import of the history has not come to it. "
        "An import that was stopped goes on where it was."
    ]
    assert engine.why("cart.py", 13, 14).note == ""


def test_lines_not_committed_yet_lead_to_open_changes(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine(capture=True)
    assert engine.settle(PATIENCE)
    (repository / "app.py").write_text("def add(a, b):\n    return b + a\n", encoding="utf-8")
    engine.saved(repository / "app.py")
    (repository / "new.py").write_text("x = 1\n", encoding="utf-8")
    engine.saved(repository / "new.py")
    assert engine.settle(PATIENCE)
    found = engine.why("app.py", 2)
    assert titles(found) == ["Edited app.py: add"]
    assert "not committed yet" in found.markdown
    assert engine.why("app.py", 1).reasons == ()
    untracked = engine.why("new.py")
    assert titles(untracked) == ["Created new.py"]
    assert untracked.note == "Git doesn't know this file yet: these are the newest changes of the whole file."


def test_lines_that_nobody_knows_are_said_to_be(engine: Engine, repository: Path) -> None:
    (repository / "cart.py").write_text(f"{CART}more = 1\n", encoding="utf-8")
    found = engine.why("cart.py", 15)
    assert (found.reasons, found.only_git) == ((), ())
    assert "## Not committed yet" in found.markdown
    (repository / "fresh.py").write_text("", encoding="utf-8")
    assert engine.why("fresh.py").note == "Nothing is remembered of this file. The file is empty."


@pytest.mark.parametrize(
    ("symbol", "near", "lines"),
    [("Cart.total", 0, (5, 6)), ("count", 0, (8, 9)), ("Cart", 0, (4, 9)), ("total", 13, (13, 14))],
    ids=["by its whole name", "by its own name", "a class", "the one near a line"],
)
def test_a_symbol_stands_for_its_lines(engine: Engine, symbol: str, near: int, lines: tuple[int, int]) -> None:
    found = engine.why("cart.py", near, symbol=symbol)
    assert (found.start, found.end) == lines


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"file": "none.py"}, "There is no file none.py"),
        ({"file": "src"}, "src is a folder"),
        ({"file": "../out.py"}, "names no file of this project"),
        ({"file": "/etc/passwd"}, "names no file of this project"),
        ({"file": ""}, "names no file of this project"),
        ({"file": "a\0b"}, "names no file of this project"),
        ({"file": "leads/out.py"}, "leads out of this project"),
        ({"file": "logo.png"}, "logo.png is no text"),
        ({"file": "lib/x.py"}, "is in the repository lib"),
        ({"file": "cart.py", "start": 16}, "There is no line 16: cart.py has 14 lines."),
        ({"file": "cart.py", "start": 3, "end": 2}, "the last line comes before the first"),
        ({"file": "cart.py", "end": 2}, "A last line without a first one"),
        ({"file": "cart.py", "symbol": "price"}, "There is no price in cart.py"),
        ({"file": "cart.py", "symbol": "total"}, "several total here: Cart.total, Basket.total"),
    ],
    ids=lambda value: " ".join(map(str, value.values())).replace("\0", "NUL") if isinstance(value, dict) else "",
)
def test_what_cannot_be_asked_is_explained(
    engine: Engine, repository: Path, git: Git, asked: dict[str, object], said: str
) -> None:
    (repository / "src").mkdir()
    (repository / "leads").symlink_to(repository.parent)
    (repository / "logo.png").write_bytes(b"\x89PNG\0\0")
    git("init", "-q", str(repository / "lib"))
    (repository / "lib" / "x.py").write_text("x\n", encoding="utf-8")
    (repository.parent / "out.py").write_text("x\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=said):
        engine.why(**asked)  # type: ignore[arg-type] # the parameters vary


def test_an_end_beyond_the_file_is_its_last_line(engine: Engine) -> None:
    assert engine.why("cart.py", 14, 900).end == 14


def test_without_git_the_changes_of_the_file_answer(tmp_path: Path, engine: Engine, open_engine: Open) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.py").write_text("x\n", encoding="utf-8")
    other = open_engine(plain)
    at = datetime(2024, 1, 1, tzinfo=UTC)
    edits = (FileEdit(path="a.py"),)
    other.writer.write([Change(reason="Begin", edits=edits, files=("a.py",), created_at=at)])
    found = other.why("a.py", 1)
    assert titles(found) == ["Begin"]
    assert found.note.startswith("There is no git repository here to tell who wrote which line")
    untrusted = open_engine(engine.place.root, trusted=False)
    assert untrusted.why("cart.py").note.endswith(
        "This workspace is not trusted, so git is not asked: these are the newest changes of the whole file."
    )


def test_a_file_that_git_names_differently_on_disk(engine: Engine, repository: Path, git: Git) -> None:
    commit(repository, git, "Begin élan", "x = 1\n", "élan vital.py")
    (repository / "link.py").symlink_to("élan vital.py")
    found = engine.why("link.py", 1)
    assert found.file == "élan vital.py"
    assert "Begin élan" in found.markdown


def test_a_file_with_a_long_past_is_told_by_its_newest_commits(
    engine: Engine, repository: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whence.engine.provenance._CAUSES", 1)
    found = engine.why("cart.py")
    assert titles(found) == ["Sum up the items"]
    assert found.note == "1 older commit made lines here too. Ask about fewer lines to see it."


def test_a_page_survives_cycles_and_crowds() -> None:
    first, second = Decision(decision="One"), Decision(decision="Two")
    first = first.model_copy(update={"links": (Link(relation="supersedes", target=second.id),)})
    second = second.model_copy(update={"links": (Link(relation="supersedes", target=first.id),)})
    notes = [Note(content=f"Note {n}", links=(Link(relation="about", target=first.id),)) for n in range(20)]
    steps = provenance.follow([(first, None)], {second.id: second}, [second, *notes])
    steps += provenance.follow([(steps[0].memory, steps[0])], {first.id: first}, [first])
    causes = [provenance.Cause(first.created_at, (1, 2, 4), first), provenance.Cause(second.created_at, (3,), second)]
    page = provenance.page("Why x", causes, steps, ["A note."], UTC)
    assert page.count("- Supersedes **decision** Two (") == 1
    assert "and 10 more" in page
    assert "lines 1-2, 4" in page
    assert "\n\n*A note.*\n\n*Whence " in page
    assert len(provenance.reasons(causes, steps)) == 22


def test_content_cannot_pass_for_the_page() -> None:
    evil = Note(content="# Heading\n\n<b>bold</b>\n- item", title="[click](command:x)")
    page = provenance.page("Why x", [provenance.Cause(evil.created_at, (), evil)], [], [])
    assert "## \\[click\\](command:x)" in page
    assert "> # Heading" in page


def test_lines_of_a_long_file_are_followed_to_where_they_came_from_when_asked_thoroughly(
    repository: Path, git: Git, open_engine: Open
) -> None:
    priced = "".join(
        f"def price_of_{number}(order):\n    return order.prices[{number}] * {number}\n" for number in range(8)
    )
    commit(repository, git, "Price the parts", priced, "prices.py")
    (repository / "prices.py").write_text("", encoding="utf-8")
    rest = "".join(f"LIMIT_{number} = {number}\n" for number in range(600))
    commit(repository, git, "Put the prices beside the limits", rest + priced, "limits.py")
    engine = open_engine()
    engine.import_history()
    found = engine.why("limits.py")
    assert found.unfollowed
    assert titles(found) == ["Put the prices beside the limits"]
    assert found.note.endswith("which takes long. Ask thoroughly to follow them.")
    assert "Ask thoroughly" in found.markdown
    thorough = engine.why("limits.py", thorough=True)
    assert not thorough.unfollowed
    assert titles(thorough) == ["Put the prices beside the limits", "Price the parts"]
    assert "horoughly" not in thorough.markdown + thorough.note
    assert not engine.why("limits.py", 601, 604).unfollowed
