"""Repositories that name programs to run and files to read: a canary that must never sing, over every operation."""

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.everything import World, everything, prepare
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.project.location import data_home
from whence.values.errors import WhenceError
from whence.values.settings import parse

SETTINGS = parse({"embedding": {"model": "none"}})
WORD = "canary-word-that-stands-outside"

PROGRAMS = (
    *("core.fsmonitor", "core.hooksPath", "core.sshCommand", "core.pager", "core.editor", "core.askPass"),
    *("core.gitProxy", "core.alternateRefsCommand", "sequence.editor", "gpg.program", "gpg.ssh.program"),
    *("diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge"),
    *(
        "filter.e=vil.process",
        "merge.evil.driver",
        "mergetool.evil.cmd",
        "difftool.evil.cmd",
        "pager.log",
        "pager.diff",
    ),
    *("pager.blame", "pager.diff", "interactive.diffFilter", "credential.helper", "uploadpack.packObjectsHook"),
    *(
        "trailer.x.cmd",
        "trailer.x.command",
        "remote.origin.uploadpack",
        "remote.origin.vcs",
        "submodule.evil.update",
        "alias.log",
    ),
    *(
        "submodule.evil.update",
        "alias.blame",
        "alias.diff",
        "alias.cat-file",
        "browser.evil.cmd",
        "man.evil.cmd",
        "web.browser",
    ),
)
HOOKS = (
    *("applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "prepare-commit-msg", "commit-msg"),
    *("post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-auto-gc", "post-rewrite"),
    *("fsmonitor-watchman", "post-index-change", "reference-transaction", "update", "pre-receive", "post-update"),
)
VARIABLES = (
    *("GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR"),
    *("GIT_PAGER", "GIT_PROXY_COMMAND", "SSH_ASKPASS", "PAGER", "EDITOR"),
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A program that leaves a file behind; the file's name is its own with `.sang`."""
    program = tmp_path / "canary"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{program}.sang'\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def poison(folder: Path, canary: Path, git: Git) -> None:
    """Name the canary wherever a repository can name a program, in its own configuration and in one it includes."""
    included = folder / ".included"
    for key in PROGRAMS:
        value = f"!{canary}" if key.startswith(("alias.", "credential.", "submodule.")) else str(canary)
        git("config", key if key != "core.hooksPath" else "x.hooksPath", value, cwd=folder)
        git("config", "-f", str(included), key, value, cwd=folder)
    git("config", "include.path", str(included), cwd=folder)
    git("config", "log.showSignature", "true", cwd=folder)
    git("config", "submodule.evil.url", f"ext::{canary} %S", cwd=folder)
    git("config", "remote.origin.url", f"ext::{canary} %S", cwd=folder)
    (folder / ".gitmodules").write_text(
        f'[submodule "evil"]\n\tpath = evil\n\turl = ext::{canary} %S\n\tupdate = !{canary}\n', encoding="utf-8"
    )
    (folder / ".gitattributes").write_text(
        "*.py filter=evil diff=evil merge=evil\n*.md filter=e=vil diff=evil\n", encoding="utf-8"
    )
    (folder / ".lfsconfig").write_text(f"[lfs]\n\turl = ext::{canary}\n", encoding="utf-8")
    (folder / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in HOOKS:
        shutil.copy(canary, folder / ".git" / "hooks" / hook)


@pytest.mark.skipif(os.name == "nt", reason="the canary is a shell's")
def test_no_program_that_a_repository_or_git_variable_names_is_run_by_any_operation(
    repository: Path, tmp_path: Path, git: Git, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(repository, tmp_path / "sources")
    with Engine(repository, SETTINGS) as engine:
        prepare(engine, world)
    poison(repository, canary, git)
    sang = Path(f"{canary}.sang")
    # It would sing: what is tested is not a canary that can't.
    git("-c", f"core.fsmonitor={canary}", "status", cwd=repository)
    assert sang.exists()
    sang.unlink()
    for name in VARIABLES:
        monkeypatch.setenv(name, str(canary))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", f"'core.fsmonitor={canary}'")
    with Engine(repository, SETTINGS, capture=True) as engine:
        for name in ("app.py", "part0.py", "notes.md"):
            (repository / name).write_text("# said anew\n", encoding="utf-8")
            engine.project.saved(repository / name)
        refused = everything(engine, world)
        assert engine.settle(PATIENCE)
    assert not sang.exists(), sang.read_text()
    assert not [each for each in refused if each in ("why", "import_history", "standup", "draft_commit_message")]


def outside(folder: Path, git: Git) -> Path:
    """A folder beside the repository with a file that is not of it."""
    made = folder.parent / "outside"
    made.mkdir()
    (made / "secrets.py").write_text(f"{WORD.replace('-', '_')} = 1\n# {WORD}\n", encoding="utf-8")
    git("init", "-q", cwd=made)
    git("add", ".", cwd=made)
    git("commit", "-qm", f"Add the {WORD}", cwd=made)
    return made


@pytest.mark.parametrize("how", ["core.worktree", "alternates", "include", "link", "submodule"])
def test_what_lies_outside_of_a_repository_is_not_read_for_it(repository: Path, git: Git, how: str) -> None:
    beside = outside(repository, git)
    if how == "core.worktree":
        git("config", "core.worktree", str(beside), cwd=repository)
    elif how == "alternates":
        (repository / ".git" / "objects" / "info" / "alternates").write_text(f"{beside}/.git/objects\n")
    elif how == "include":
        git("config", "include.path", str(beside / "secrets.py"), cwd=repository)
    elif how == "link":
        (repository / "linked").symlink_to(beside)
        (repository / "linked.py").symlink_to(beside / "secrets.py")
    else:
        (repository / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = x\n\turl = {beside}\n', encoding="utf-8")
    with Engine(repository, SETTINGS, capture=True) as engine:
        (repository / "app.py").write_text("def add(a, b):\n    return b + a\n", encoding="utf-8")
        engine.project.saved(repository / "app.py")
        for each in ("import_history", "index_workspace"):
            try:
                getattr(engine, each)()
            except WhenceError as refused:  # there is no git here, or none whose configuration can be read
                assert how in ("core.worktree", "include"), refused
        assert engine.settle(PATIENCE)
    kept = [path for path in data_home().rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if WORD.encode() in path.read_bytes()]
