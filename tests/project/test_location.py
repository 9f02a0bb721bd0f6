"""Where data lives, and what is known of a folder without writing anything."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Git
from whence.project.location import cache_home, data_home, known, locate, registry_problem
from whence.values.errors import StorageError

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(("variable", "home_of"), [("WHENCE_HOME", data_home), ("WHENCE_CACHE", cache_home)])
def test_a_variable_names_the_folder_and_the_users_home_in_it(
    variable: str, home_of: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(home_of)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv(variable, "~/mine")
    assert home_of() == (tmp_path / "mine").resolve()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, "beside")
    assert home_of() == (tmp_path / "beside").resolve(), "a relative one stays where it was said"
    monkeypatch.setenv(variable, "")
    assert home_of().name.lower() in ("whence", "cache"), "an empty one says nothing"


def test_a_folder_that_nobody_opened_is_not_known_and_becomes_so_by_nothing(repository: Path, home: Path) -> None:
    assert known(repository) is None
    assert known(repository) is None
    assert not home.exists(), "asking writes nothing"


def test_a_folder_that_was_opened_is_known_as_the_same(repository: Path, tmp_path: Path) -> None:
    place = locate(repository)
    assert known(repository) == place
    assert place.author == "Test Author"
    assert known(repository, use_git=False) is None, "without git it is another folder"
    (tmp_path / "other").mkdir()
    assert known(tmp_path / "other") is None


def test_a_folder_that_is_gone_is_refused_by_its_name_alone(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no folder gone") as refused:
        known(tmp_path / "gone")
    assert str(tmp_path) not in str(refused.value)


@pytest.fixture
def three(repository: Path, tmp_path: Path) -> dict[str, Path]:
    """Three projects, by id."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return {locate(folder).id: folder for folder in (repository, tmp_path / "one", tmp_path / "two")}


def _cut(text: str) -> bytes:
    return text[: text.rindex('"keys"')].encode()  # within the last entry


@pytest.mark.parametrize(
    ("spoil", "left"),
    [
        pytest.param(lambda text: b"", 0, id="empty"),
        pytest.param(lambda text: b"{cut", 0, id="rubbish"),
        pytest.param(lambda text: b"[1, 2, 3]", 0, id="a list"),
        pytest.param(lambda text: b"17", 0, id="a number"),
        pytest.param(lambda text: b"null", 0, id="null"),
        pytest.param(lambda text: b'{"projects": 5}', 0, id="projects that are a number"),
        pytest.param(lambda text: b'{"projects": ["a"]}', 0, id="projects that are a list"),
        pytest.param(
            lambda text: b'{"projects": {"a-1": [], "b-2": {"keys": 4}, "../x": {"keys": ["path:/"]}}}', 0, id="odd"
        ),
        pytest.param(lambda text: b"[" * 100_000, 0, id="deeper than Python goes"),
        pytest.param(_cut, 2, id="cut off"),
        pytest.param(lambda text: text.encode("utf-16"), 0, id="another encoding"),
        pytest.param(
            lambda text: text.encode().replace(b'"name": "', b'"name": "\xff', 1), 2, id="a byte that is no UTF-8"
        ),
        pytest.param(lambda text: text.encode()[5:], 3, id="without its beginning"),
        pytest.param(lambda text: text.replace('"roots"', '"roots": 5, "r"').encode(), 3, id="roots that are a number"),
    ],
)
def test_a_list_of_projects_of_any_shape_is_survived_and_mended(
    three: dict[str, Path], home: Path, spoil: Callable[[str], bytes], left: int
) -> None:
    """Asking changes nothing; the next write keeps what can be read, and the damaged file beside it."""
    file = home / "projects.json"
    spoilt = spoil(file.read_text(encoding="utf-8"))
    file.write_bytes(spoilt)
    assert {known(folder).id for folder in three.values()} == set(three), "found by what they are named after"  # type: ignore[union-attr]
    assert file.read_bytes() == spoilt
    healthy = registry_problem() == ""
    opened = [locate(folder).id for folder in list(three.values())[:1]]
    assert opened == list(three)[:1]
    kept = set(json.loads(file.read_text(encoding="utf-8"))["projects"])
    assert len(kept) >= max(left, 1)
    assert healthy or (home / "projects.unreadable").read_bytes() == spoilt
    assert registry_problem() == ""
    assert {locate(folder).id for folder in three.values()} == set(three)


def test_a_project_that_moved_is_not_forgotten_when_another_entry_is_damaged(
    three: dict[str, Path], home: Path, tmp_path: Path
) -> None:
    """Only the registry knows where a repository without an origin was before."""
    (id, repository) = next(iter(three.items()))
    content = json.loads((home / "projects.json").read_text(encoding="utf-8"))
    content["projects"][locate(three[list(three)[1]]).id] = "overwritten"
    (home / "projects.json").write_text(json.dumps(content), encoding="utf-8")
    moved = repository.rename(tmp_path / "moved")
    place = known(moved)
    assert place is not None
    assert place.id == locate(moved).id == id


def test_the_registry_is_for_its_user_alone(repository: Path, home: Path) -> None:
    locate(repository)
    if os.name == "posix":
        assert (home / "projects.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        pytest.param("My App (2)", "my-app-2-", id="signs become dashes"),
        pytest.param("記憶", "project-", id="letters of no Latin script"),
        pytest.param("x" * 80, "x" * 40 + "-", id="a long one is cut"),
        pytest.param("--a--", "a-", id="no dash at its ends"),
    ],
)
def test_an_id_is_a_name_that_every_system_takes(name: str, begins: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    place = locate(folder)
    assert place.id.startswith(begins)
    assert len(place.id) == len(begins) + 12
    assert place.id.isascii()
    assert place.name == name, "people see it as it is"
    assert place.home.is_dir()


def test_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [tmp_path / top / "app" for top in "ab"]
    for folder in folders:
        folder.mkdir(parents=True)
    assert len({locate(folder).id for folder in folders}) == 2


def test_a_repository_without_a_commit_is_a_project(tmp_path: Path, git: Git) -> None:
    (tmp_path / "new").mkdir()
    git("init", "-q", cwd=tmp_path / "new")
    before = locate(tmp_path / "new")
    assert before.git
    git("commit", "-q", "--allow-empty", "-m", "Begin", cwd=tmp_path / "new")
    assert locate(tmp_path / "new").id == before.id


def test_the_registry_is_written_when_something_new_is_known_and_else_not(repository: Path, home: Path) -> None:
    locate(repository)
    file = home / "projects.json"
    first = file.stat().st_mtime_ns
    locate(repository)
    assert file.stat().st_mtime_ns == first
    assert json.loads(file.read_text(encoding="utf-8"))["shape"] == 1
    assert not list(home.glob("*.new"))


def test_a_link_to_a_folder_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "real", target_is_directory=True)
    assert locate(tmp_path / "alias").id == locate(tmp_path / "real").id
