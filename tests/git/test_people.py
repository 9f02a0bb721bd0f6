from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from whence.git import history, people
from whence.git import repositories as front
from whence.git.plumbing import Repository
from whence.values.memory import Change
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("dependabot[bot]", ""),
        ("dependabot-preview[bot]", "27856297+dependabot-preview[bot]@users.noreply.example.invalid"),
        ("renovate", ""),
        ("Renovate Bot", ""),
        ("github-actions", ""),
        ("pre-commit-ci[bot]", ""),
        ("pre-commit-ci", ""),
        ("semantic-release-bot", ""),
        ("snyk-bot", ""),
        ("ImgBot", ""),
        ("k8s-ci-robot", ""),
        ("Mergify", ""),
        ("allcontributors", ""),
        ("Hosted Weblate", ""),
        ("Weblate (bot)", ""),
        ("bors", ""),
        ("greenkeeper[bot]", ""),
        ("Travis CI", ""),
        ("release-please", ""),
        ("Release", "noreply@example.invalid"),
        ("Deployment", "deploy-bot@example.invalid"),
        ("Somebody", "12345+some-app[bot]@users.noreply.example.invalid"),
    ],
)
def test_programs(name: str, email: str) -> None:
    assert people.is_bot(name, email)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Test Author", "author@example.invalid"),
        ("Test Author", "12345+author@users.noreply.example.invalid"),
        ("A. Talbot", "talbot@example.invalid"),
        ("A. Abbot", ""),
        ("Test Bot", "test.bot@example.invalid"),
        ("Bottom Author", ""),
        ("Robot Author", ""),
        ("", ""),
    ],
)
def test_people(name: str, email: str) -> None:
    assert not people.is_bot(name, email)


@pytest.fixture
def mapped(repository: Path) -> Callable[..., list[tuple[str, str]]]:
    found = front.find(repository)
    assert found is not None

    def ask(mailmap: str | bytes, *asked: tuple[str, str]) -> list[tuple[str, str]]:
        content = mailmap if isinstance(mailmap, bytes) else mailmap.encode()
        (repository / ".mailmap").write_bytes(content)
        told = people.mapped(found, asked)
        return [told[each] for each in asked]

    return ask


Mapped = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("mailmap", "asked", "told"),
    [
        ("Proper Name <b@x>\n", ("old", "b@x"), ("Proper Name", "b@x")),
        ("Proper Name <b@x>\n", ("old", "B@X"), ("Proper Name", "B@X")),
        ("Proper Name <p@x> <b@x>\n", ("old", "b@x"), ("Proper Name", "p@x")),
        ("<p@x> <b@x>\n", ("Old", "b@x"), ("Old", "p@x")),
        ("Proper Name <p@x> Old Name <b@x>\n", ("Old Name", "b@x"), ("Proper Name", "p@x")),
        ("Proper Name <p@x> Old Name <b@x>\n", ("Other Name", "b@x"), ("Other Name", "b@x")),
        ("# a remark\n\nno line of a map\n<\nProper Name <b@x>\n", ("old", "b@x"), ("Proper Name", "b@x")),
        ("Größe Test <b@x>\n", ("old", "b@x"), ("Größe Test", "b@x")),
        (b"Gr\xf6\xdfe Test <b@x>\n", ("old", "b@x"), ("Größe Test", "b@x")),
        ("Proper Name <b@x>\r\n", ("old", "b@x"), ("Proper Name", "b@x")),
        ("Proper Name <b@x>\n", ("odd\nname <in> two", "b@x"), ("Proper Name", "b@x")),
        ("Proper Name <b@x>\n", ("", ""), ("", "")),
        ("Proper Name <b@x>\n", ("<>\n", "<c@x>"), ("<>\n", "<c@x>")),
        ("Proper Name <tester@11-22>\n", ("tester", "tester@11-22"), ("Proper Name", "tester@11-22")),
    ],
    ids=[
        "a name for an address",
        "whatever the case",
        "a name and an address",
        "an address alone",
        "by name and address",
        "another name at that address",
        "among lines that say nothing",
        "in UTF-8",
        "in another encoding",
        "as Windows writes it",
        "a name in two lines",
        "nobody",
        "brackets alone",
        "an address of another system's",
    ],
)
def test_names_of_a_mailmap(
    mapped: Mapped, mailmap: str | bytes, asked: tuple[str, str], told: tuple[str, str]
) -> None:
    assert mapped(mailmap, ("Someone", "s@x"), asked, ("Else", "e@x")) == [("Someone", "s@x"), told, ("Else", "e@x")]


def test_mailmaps_that_the_settings_name(repository: Path, git: Git, tmp_path: Path) -> None:
    found = front.find(repository)
    assert found is not None
    asked = ("Test Author", "author@example.invalid")
    (tmp_path / "map").write_text("By Setting <author@example.invalid>\n", encoding="utf-8")
    git("config", "mailmap.file", str(tmp_path / "map"), cwd=repository)
    assert people.mapped(found, [asked])[asked][0] == "By Setting"
    assert front.user(found) == "By Setting"
    git("config", "mailmap.file", str(tmp_path / "gone"), cwd=repository)
    assert people.mapped(found, [asked])[asked] == asked
    assert people.mapped(Repository(tmp_path, tmp_path, tmp_path), [asked])[asked] == asked
    assert people.mapped(found, []) == {}


def test_commits_are_by_whom_the_mailmap_names(repository: Path, git: Git, tmp_path: Path) -> None:
    (repository / ".mailmap").write_text("Proper Name <proper@x> <author@example.invalid>\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Map", "--author", "Other Author <other@x>", cwd=repository)
    found = front.find(repository)
    assert found is not None
    ids = git("rev-list", "HEAD", cwd=repository).split()
    told = history.commits(repository=found, ids=ids)
    assert [(each.author, each.email) for each in told] == [("Other Author", "other@x"), ("Proper Name", "proper@x")]
    # A bare repository has the map of its newest commit.
    git("clone", "-q", "--bare", str(repository), str(tmp_path / "bare"))
    bare = Repository(tmp_path / "bare", tmp_path / "bare", tmp_path / "bare")
    assert [each.author for each in history.commits(bare, ids)] == ["Other Author", "Proper Name"]


def test_nobody_is_sent_to_a_program(repository: Path, git: Git) -> None:
    (repository / ".mailmap").write_text("Proper Name <author@example.invalid>\n", encoding="utf-8")
    for number, author in enumerate(("dependabot[bot] <d@x>", "Test Author <author@example.invalid>")):
        (repository / f"{number}.py").write_text("x\n", encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Step {number}", "--author", author, cwd=repository)
    engine = Engine(repository, PLAIN, capture=False)
    try:
        engine.import_history()
        found = engine.store.newest(Filter(kinds=("change",)), limit=10)
        assert {each.author for each in found if isinstance(each, Change)} == {"Proper Name", "dependabot[bot]"}
        page = engine.onboarding().markdown
    finally:
        engine.close()
    assert "Proper Name" in page
    assert "dependabot" not in page


def test_why_names_people_as_the_mailmap_has_them_by_now(repository: Path, git: Git) -> None:
    engine = Engine(repository, PLAIN, capture=False)
    try:
        engine.import_history()
        assert "Test Author" in engine.why("app.py", 1).markdown
        (repository / ".mailmap").write_text("Proper Name <author@example.invalid>\n", encoding="utf-8")
        page = engine.why("app.py", 1).markdown
    finally:
        engine.close()
    assert "Proper Name" in page
    assert "Test Author" not in page


def test_changes_follow_a_mailmap_that_comes_later(repository: Path, git: Git) -> None:
    (repository / "b.py").write_text("b = 1\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Other", "--author", "Other Author <other@x>", cwd=repository)
    engine = Engine(repository, PLAIN, capture=False)

    def authors() -> dict[str, str]:
        found = engine.store.newest(Filter(kinds=("change",)), limit=10)
        return {each.title: each.author for each in found if isinstance(each, Change)}

    try:
        engine.import_history()
        (mine,) = [each for each in engine.store.newest(Filter(kinds=("change",)), limit=9) if each.title == "Other"]
        engine.writer.write([mine.model_copy(update={"author": "By Hand"})])
        mailmap = "Proper Name <author@example.invalid>\nOther Name <other@x>\n"
        (repository / ".mailmap").write_text(mailmap, encoding="utf-8")
        done = engine.import_history()
        assert (done.added, done.unchanged) == (0, 2)
        assert "1 change names its author as `.mailmap` does by now." in done.note
        assert authors() == {"Add the sum": "Proper Name", "Other": "By Hand"}
        assert "mailmap" not in engine.import_history().note
    finally:
        engine.close()
