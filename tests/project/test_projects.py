import shutil
from pathlib import Path

import pytest

from tests.conftest import Git
from whence.project.location import locate
from whence.values.errors import StorageError

ORIGIN = "https://example.invalid/team/app.git"


def test_a_folder_without_git_is_known_by_its_path(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert locate(first).id == locate(first).id != locate(second).id
    assert not locate(first).git


def test_a_folder_inside_a_repository_is_the_repository(repository: Path) -> None:
    inside = repository / "src"
    inside.mkdir()
    assert locate(inside).id == locate(repository).id
    assert locate(inside).root == repository


def test_clones_and_worktrees_share_a_project(repository: Path, git: Git, tmp_path: Path) -> None:
    git("remote", "add", "origin", ORIGIN, cwd=repository)
    git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side", cwd=repository)
    git("clone", "-q", str(repository), str(tmp_path / "clone"))
    git("remote", "set-url", "origin", "git@example.invalid:team/app.git", cwd=tmp_path / "clone")
    ids = {locate(folder).id for folder in (repository, tmp_path / "tree", tmp_path / "clone")}
    assert len(ids) == 1


def test_forks_and_templates_do_not_share(repository: Path, git: Git, tmp_path: Path) -> None:
    git("remote", "add", "origin", ORIGIN, cwd=repository)
    git("clone", "-q", str(repository), str(tmp_path / "fork"))
    git("remote", "set-url", "origin", "https://example.invalid/else/app.git", cwd=tmp_path / "fork")
    assert locate(repository).id != locate(tmp_path / "fork").id


def test_the_id_is_the_same_on_every_machine(
    repository: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("remote", "add", "origin", ORIGIN, cwd=repository)
    here = locate(repository).id
    monkeypatch.setenv("WHENCE_HOME", str(tmp_path / "another machine"))
    assert locate(repository).id == here


def test_an_origin_added_later_keeps_the_project(repository: Path, git: Git, tmp_path: Path) -> None:
    before = locate(repository).id
    git("remote", "add", "origin", ORIGIN, cwd=repository)
    assert locate(repository).id == before
    git("clone", "-q", str(repository), str(tmp_path / "clone"))
    git("remote", "set-url", "origin", ORIGIN, cwd=tmp_path / "clone")
    assert locate(tmp_path / "clone").id == before


def test_a_repository_made_of_a_known_folder_keeps_the_project(tmp_path: Path, git: Git) -> None:
    folder = tmp_path / "grown"
    folder.mkdir()
    before = locate(folder).id
    git("init", "-q", cwd=folder)
    assert locate(folder).id == before


def test_a_moved_repository_keeps_the_project(repository: Path, tmp_path: Path) -> None:
    before = locate(repository).id
    moved = tmp_path / "elsewhere"
    shutil.move(repository, moved)
    assert locate(moved).id == before


def test_a_copied_repository_is_another_project(repository: Path, tmp_path: Path) -> None:
    before = locate(repository).id
    shutil.copytree(repository, tmp_path / "copy")
    assert locate(tmp_path / "copy").id != before


def test_an_unreadable_registry_is_put_aside_and_ids_stay(repository: Path, git: Git, home: Path) -> None:
    git("remote", "add", "origin", ORIGIN, cwd=repository)
    before = locate(repository).id
    (home / "projects.json").write_text("{broken", encoding="utf-8")
    assert locate(repository).id == before
    assert (home / "projects.unreadable").exists()


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        locate(tmp_path / "nowhere")


def test_a_data_folder_that_cannot_be_written_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("WHENCE_HOME", str(tmp_path / "file" / "whence"))
    with pytest.raises(StorageError, match="WHENCE_HOME"):
        locate(tmp_path)


def test_without_trust_git_is_not_asked(repository: Path) -> None:
    assert not locate(repository, use_git=False).git
