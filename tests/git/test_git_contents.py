"""What commits did to files of any kind: attributes, encodings, changes of kind, names; and that nothing is run."""

import os
import sys
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.gitmaking import Made, Told
from whence.git import branches, history
from whence.git import repositories as front
from whence.values.memory import FileEdit


@pytest.fixture
def made(repository: Path, git: Git) -> Made:
    return Made(repository, git)


def live(made: Made) -> dict[str, history.Touched]:
    """What HEAD changed, as live capture asks for it."""
    repository = front.find(made.root)
    assert repository is not None
    (head,) = history.commits(repository, [made.git("rev-parse", "HEAD")])
    return {each.path: each for each in history.touched(repository, head)}


@pytest.mark.parametrize("attribute", ["-diff", "binary", "-text -diff", "diff=own"])
def test_text_that_an_attribute_calls_binary(made: Made, attribute: str) -> None:
    made.git("config", "diff.own.binary", "true")
    made.commit("Begin", __gitattributes=f"*.sql {attribute}\n", schema__sql="create table cart (id int);\n")
    made.commit("Keep totals", schema__sql="create table cart (id int);\nalter table cart add total int;\n")
    edit = Told(made.root).edits("Keep totals")["schema.sql"]
    assert (edit.action, edit.added, edit.removed) == ("edit", 1, 0)
    assert "+alter table cart add total int;" in edit.diff
    found = live(made)["schema.sql"]
    assert (found.added, found.removed) == (1, 0)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_text_in_wide_encodings(made: Made, encoding: str) -> None:
    def wide(text: str) -> bytes:
        return text.encode(encoding) if encoding != "utf-16-be" else ("\ufeff" + text).encode(encoding)

    made.commit("Begin", strings__txt=wide("greeting = Grüß Gott\r\n"))
    made.commit("Say goodbye", strings__txt=wide("greeting = Grüß Gott\r\nparting = Auf Wiedersehen\r\n"))
    told = Told(made.root)
    assert "+greeting = Grüß Gott" in told.edits("Begin")["strings.txt"].diff
    edit = told.edits("Say goodbye")["strings.txt"]
    assert (edit.added, edit.removed) == (1, 0)
    assert "+parting = Auf Wiedersehen" in edit.diff
    assert live(made)["strings.txt"].added == 1
    made.git("mv", "strings.txt", "texts.txt")
    made.commit("Rename")
    (renamed,) = Told(made.root)["Rename"].edits
    assert (renamed.path, renamed.old_path, renamed.action) == ("texts.txt", "strings.txt", "rename")
    made.git("rm", "-q", "texts.txt")
    made.commit("Remove")
    (gone,) = Told(made.root)["Remove"].edits
    assert (gone.path, gone.action, gone.removed) == ("texts.txt", "delete", 2)


def test_data_stays_left_out(made: Made) -> None:
    made.commit("Begin", __gitattributes="*.dump -diff\n", a__dump=b"\0\1\2\3", b__png=b"\x89PNG\0", c__bin=b"\0\1")
    made.commit("Change", a__dump=b"\0\1\2\4", b__png=b"\x89PNG\0\0", d__txt="d\n")
    told = Told(made.root)
    assert told.edits("Change").keys() == {"d.txt"}
    assert told.edits("Begin").keys() == {".gitattributes"}
    assert {path: each.added for path, each in live(made).items()} == {"a.dump": None, "b.png": None, "d.txt": 1}


def test_what_became_text_or_stopped_being_it_is_left_out(made: Made) -> None:
    made.commit("Begin", a__cfg=b"\0\1\2\3", b__cfg="b = 1\n")
    made.commit("Swap", a__cfg="a = 1\n", b__cfg=b"\0\1\2\3", c__txt="c\n")
    assert Told(made.root).edits("Swap").keys() == {"c.txt"}


def test_text_that_git_converts(made: Made) -> None:
    made.commit("Begin", __gitattributes="*.txt text working-tree-encoding=UTF-16\n", a__txt="one\n".encode("utf-16"))
    made.commit("Count on", a__txt="one\ntwo\n".encode("utf-16"))
    assert "+two" in Told(made.root).edits("Count on")["a.txt"].diff


def test_secrets_in_such_text_are_not_kept(made: Made) -> None:
    secret = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
    made.commit("Begin", __gitattributes="*.sql -diff\n", seed__sql=f"insert into tokens values ('{secret}');\n")
    edit = Told(made.root).edits("Begin")["seed.sql"]
    assert edit.added == 1
    assert secret not in edit.diff


def test_pointers_to_large_files_have_no_lines(made: Made) -> None:
    def pointer(size: int) -> str:
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize {size}\n"

    made.commit("Begin", __gitattributes="*.csv filter=lfs diff=lfs merge=lfs -text\n", a__csv=pointer(1))
    made.commit("Grow", a__csv=pointer(2))
    told = Told(made.root)
    for subject in ("Begin", "Grow"):
        assert told.edits(subject)["a.csv"].diff == ""


def test_nothing_of_the_workspace_is_run(made: Made, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    touch = f"touch '{mark}'; cat"
    keys = (
        *("filter.own.clean", "filter.own.smudge", "filter.own.process", "diff.own.textconv", "diff.own.command"),
        *("diff.external", "core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program", "core.editor"),
        *("interactive.diffFilter", "uploadpack.packObjectsHook", "blame.pager", "pager.log", "pager.blame"),
    )
    made.commit("Begin", __gitattributes="* filter=own diff=own\n", a__txt="one\n", b__txt="one\0\n")
    made.commit("Change", a__txt="one\ntwo\n", b__txt="two\0\n")
    for key in keys:
        made.git("config", key, touch)
    made.git("config", "log.showSignature", "true")
    hooks = made.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{mark}'\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    (made.root / "a.txt").write_text("three\n", encoding="utf-8")
    told = Told(made.root)
    assert "+two" in told.edits("Change")["a.txt"].diff
    assert live(made)["a.txt"].added == 1
    repository = front.find(made.root)
    assert repository is not None
    assert history.status(repository) == {"a.txt"}
    assert history.unclean(repository) == {"a.txt"}
    assert [each.path for each in history.compared(repository, made.git("rev-parse", "HEAD"))] == ["a.txt"]
    assert not mark.exists()


def test_nothing_of_a_submodule_is_run(made: Made, git: Git, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    git("init", "-q", str(tmp_path / "other"))
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=tmp_path / "other")
    made.git("submodule", "--quiet", "add", str(tmp_path / "other"), "lib")
    made.commit("Bring the library")
    made.git("switch", "-qc", "side")
    made.commit("More", b__py="b = 1\n")
    git("config", "core.fsmonitor", f"touch '{mark}'", cwd=made.root / "lib")
    (made.root / "lib" / "new.txt").write_text("new\n", encoding="utf-8")
    repository = front.find(made.root)
    assert repository is not None
    assert branches.difference(repository, "main").files == {"b.py": "added"}
    assert history.status(repository) == history.unclean(repository) == history.staged(repository) == set()
    assert history.compared(repository, made.git("rev-parse", "HEAD")) == []
    assert set(history.untracked(repository)) == set()
    assert not mark.exists()


# ---------------------------------------------------------------- settings of the user's


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("diff.orderFile", "no/such/file"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.renames", "false"),
        ("diff.context", "0"),
        ("diff.interHunkContext", "50"),
        ("diff.algorithm", "patience"),
        ("diff.suppressBlankEmpty", "true"),
        ("diff.submodule", "log"),
        ("diff.relative", "true"),
        ("diff.colorMoved", "zebra"),
        ("diff.wsErrorHighlight", "all"),
        ("color.ui", "always"),
        ("core.quotePath", "false"),
        ("core.abbrev", "4"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("i18n.commitEncoding", "ISO-8859-1"),
        ("log.showRoot", "false"),
        ("log.follow", "true"),
        ("log.date", "relative"),
        ("log.mailmap", "false"),
        ("log.decorate", "full"),
        ("format.pretty", "fuller"),
        ("core.commitGraph", "false"),
        ("core.bigFileThreshold", "10"),
        ("core.attributesFile", "no/such/file"),
        ("status.showUntrackedFiles", "no"),
        ("status.relativePaths", "false"),
    ],
)
def test_settings_change_no_answer(made: Made, key: str, value: str) -> None:
    made.commit("Größer werden", größe__py="def größe():\n\n    return 1\n")
    made.git("mv", "app.py", "sum app.py")
    made.commit("Move and grow", größe__py="def größe():\n\n    return 2\n")
    made.put("new.py", "new = 1\n")
    made.git("config", key, value)
    told = Told(made.root)
    assert told.subjects() == {"Add the sum", "Größer werden", "Move and grow"}
    assert told.edits("Add the sum")["app.py"].action == "create"
    assert told.edits("Move and grow")["sum app.py"].old_path == "app.py"
    assert "+    return 2" in told.edits("Move and grow")["größe.py"].diff
    repository = front.find(made.root)
    assert repository is not None
    assert history.recent_messages(repository, 2) == ["Move and grow", "Größer werden"]
    assert history.status(repository) == {"new.py"}
    assert live(made).keys() == {"sum app.py", "größe.py"}


# ---------------------------------------------------------------- changes of kind


def only(made: Made, subject: str) -> FileEdit:
    (edit,) = Told(made.root)[subject].edits
    return edit


@pytest.mark.skipif(os.name == "nt", reason="symbolic links and modes are not to be had everywhere there")
def test_links_files_and_folders_become_one_another(made: Made) -> None:
    link = made.root / "place"
    link.symlink_to("app.py")
    made.commit("Link")
    link.unlink()
    made.commit("File of its own", place="own\n")
    assert only(made, "File of its own").path == "place"
    link.unlink()
    link.symlink_to("app.py")
    made.commit("Link again")
    assert only(made, "Link again").path == "place"
    link.unlink()
    made.put("place/inner.py", "inner = 1\n")
    made.commit("Folder")
    told = Told(made.root).edits("Folder")
    assert told["place/inner.py"].action == "create"
    assert told["place"].action == "delete"
    (made.root / "place" / "inner.py").unlink()
    (made.root / "place").rmdir()
    made.commit("File again", place="inner = 2\n")
    told = Told(made.root).edits("File again")
    assert "+inner = 2" in told["place"].diff
    assert set(told) == {"place", "place/inner.py"} or told["place"].old_path == "place/inner.py"
    (made.root / "place").chmod(0o755)
    made.commit("Make it run")
    edit = only(made, "Make it run")
    assert (edit.path, edit.action, edit.added, edit.removed, edit.diff) == ("place", "edit", 0, 0, "")
    assert live(made)["place"].regular


def test_names_that_differ_in_case_alone(made: Made) -> None:
    made.commit("Begin", Cart__py="total = 1\nitems = 2\nrate = 3\n")
    made.git("mv", "-f", "Cart.py", "cart.py")
    made.commit("Lower")
    edit = only(made, "Lower")
    assert (edit.path, edit.old_path, edit.action) == ("cart.py", "Cart.py", "rename")


def test_submodules_come_and_move(made: Made, git: Git, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git("init", "-q", str(other))
    git("commit", "-q", "--allow-empty", "-m", "One", cwd=other)
    made.git("submodule", "--quiet", "add", str(other), "lib")
    # A submodule of which changes are not to be shown is shown by those who ask.
    made.git("config", "-f", ".gitmodules", "submodule.lib.ignore", "all")
    made.commit("Bring the library")
    assert "lib" in Told(made.root).edits("Bring the library")
    git("commit", "-q", "--allow-empty", "-m", "Two", cwd=made.root / "lib")
    made.git("update-index", "--cacheinfo", f"160000,{git('rev-parse', 'HEAD', cwd=made.root / 'lib')},lib")
    made.git("commit", "-qm", "Take the newer one")
    assert only(made, "Take the newer one").path == "lib"
    assert live(made)["lib"].regular is False
    made.git("rm", "-qf", "lib")
    made.put("lib", "a file now\n")
    made.commit("Drop it")
    assert "lib" in Told(made.root).edits("Drop it")


NAMES = [
    "new\nline.py",
    "tab\t.py",
    'quote".py',
    "it's.py",
    "back\\slash.py",
    "-dash.py",
    ":(top)colon.py",
    ":x",
    "größe.py",
]
NAMES += [" space ", "*.py", "[a].py", "#hash.py", "a -> b.py", "a/b\rc.py", "@{u}", "~tilde", "日本語.py", "%41.py"]


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="not all of these are names there")
@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"caf\xe9.py"), os.fsdecode(b"\xff\xfe.py")], ids=ascii)
def test_names_of_any_kind(made: Made, name: str) -> None:
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    made.put(name, "one = 1\n")
    made.commit("Begin")
    edit = only(made, "Begin")
    assert (edit.path, edit.action) == (shown, "create")
    assert "+one = 1" in edit.diff
    assert live(made).keys() == {name}
    made.put("moved/" + name, "one = 1\n")
    (made.root / name).unlink()
    made.commit("Move")
    edit = only(made, "Move")
    assert (edit.path, edit.old_path) == ("moved/" + shown, shown)
    repository = front.find(made.root)
    assert repository is not None
    head = made.git("rev-parse", "HEAD")
    assert history.contents(repository, head, ["moved/" + name], 100) == {"moved/" + name: b"one = 1\n"}
    assert history.listed(repository, ["moved/" + name]) == {"moved/" + name}
    made.put("moved/" + name, "two = 2\n")
    assert history.status(repository) == {"moved/" + name}


# ---------------------------------------------------------------- live


def test_a_commit_of_wide_text_is_captured_with_its_lines(repository: Path, git: Git, tmp_path: Path) -> None:
    (repository / ".gitattributes").write_text("*.sql -diff\n", encoding="utf-8")
    captured = Captured(repository, tmp_path / "home")
    try:
        (repository / "a.txt").write_bytes("one\r\n".encode("utf-16"))
        (repository / "b.sql").write_text("select 1;\n", encoding="utf-8")
        (repository / "c.png").write_bytes(b"\x89PNG\0")
        git("add", ".", cwd=repository)
        git("commit", "-qm", "Add all", cwd=repository)
        captured.settle()
        (change,) = [each for each in captured.changes() if each.commit]
    finally:
        captured.stop()
    edits = {edit.path: edit for edit in change.edits}
    assert edits.keys() == {".gitattributes", "a.txt", "b.sql"}
    assert "+one" in edits["a.txt"].diff
    assert "+select 1;" in edits["b.sql"].diff


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_commit_with_a_missing_content_is_captured_with_its_names(
    repository: Path, git: Git, tmp_path: Path, how: str
) -> None:
    made = Made(repository, git)
    made.commit("Begin", one__txt="".join(f"one {n}\n" for n in range(99)), two__txt="two\n")
    captured = Captured(repository, tmp_path / "home")
    try:
        made.damage(made.git("rev-parse", "HEAD:one.txt"), how)
        made.commit("Go on", one__txt="uno\n", two__txt="due\n")
        captured.settle()
        (change,) = [each for each in captured.changes() if each.commit]
    finally:
        captured.stop()
    edits = {edit.path: edit for edit in change.edits}
    assert edits.keys() == {"one.txt", "two.txt"}
    assert edits["one.txt"].diff == ""
    assert "+due" in edits["two.txt"].diff
