from pathlib import Path

from tests.conftest import Git
from tests.patience import until
from whence.git import blame, repositories
from whence.git.plumbing import Repository
from whence.git.whole_files import WholeFiles

FIRST = "".join(f"entry {n} of the ledger\n" for n in range(1, 41))


def begun(repository: Path, git: Git) -> Repository:
    write(repository, git, "Begin the ledger", FIRST)
    write(repository, git, "Correct an entry", FIRST.replace("entry 7 of", "entry 7, corrected, of"))
    found = repositories.find(repository)
    assert found is not None
    return found


def write(repository: Path, git: Git, message: str, text: str) -> None:
    (repository / "ledger.txt").write_text(text, encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", message, cwd=repository)


def learnt(repository: Repository) -> WholeFiles:
    files = WholeFiles()
    assert files.lines(repository, "ledger.txt", 1, 1) is None, "nothing is known before it was asked for"
    files.learn(repository, "ledger.txt", 40)
    until(lambda: files.lines(repository, "ledger.txt", 1, 1) is not None)
    return files


def test_lines_are_told_as_git_tells_them(repository: Path, git: Git) -> None:
    place = begun(repository, git)
    files = learnt(place)
    for first, last in ((1, 1), (7, 7), (6, 8), (1, 40)):
        told, asked = files.lines(place, "ledger.txt", first, last), blame.blame(place, "ledger.txt", first, last)
        assert told is not None
        assert asked is not None
        assert (told.lines, told.commits, told.followed) == (asked.lines, asked.commits, True)
    assert files.lines(place, "other.txt", 1, 1) is None


def test_what_changed_is_asked_for_again(repository: Path, git: Git) -> None:
    place = begun(repository, git)
    files = learnt(place)
    text = (repository / "ledger.txt").read_text(encoding="utf-8")
    (repository / "ledger.txt").write_text(text.replace("entry 9 of", "entry 9 in"), encoding="utf-8")
    assert files.lines(place, "ledger.txt", 9, 9) is None, "the file is another"
    (repository / "ledger.txt").write_text(text, encoding="utf-8")
    assert files.lines(place, "ledger.txt", 9, 9) is not None, "it is as it was"
    git("commit", "-q", "--allow-empty", "-m", "Nothing", cwd=repository)
    assert files.lines(place, "ledger.txt", 9, 9) is None, "HEAD stands elsewhere"


def test_revisions_to_look_through_count_at_once(repository: Path, git: Git) -> None:
    place = begun(repository, git)
    files = learnt(place)
    corrected = git("rev-parse", "HEAD", cwd=repository).strip()
    (repository / ".git-blame-ignore-revs").write_text(f"{corrected}\n", encoding="utf-8")
    assert files.lines(place, "ledger.txt", 7, 7) is None
    files.learn(place, "ledger.txt", 40)
    until(lambda: files.lines(place, "ledger.txt", 7, 7) is not None)
    told = files.lines(place, "ledger.txt", 7, 7)
    assert told is not None
    assert corrected not in told.lines


def test_a_file_that_git_does_not_know_is_not_kept(repository: Path, git: Git) -> None:
    place = begun(repository, git)
    (repository / "new.txt").write_text("new\n", encoding="utf-8")
    files = WholeFiles()
    for path in ("new.txt", "gone.txt"):
        files.learn(place, path, 1)
        until(lambda: not files._learning)
        assert files.lines(place, path, 1, 1) is None
