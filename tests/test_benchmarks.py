"""The benchmarks that others run on repositories of their own: what they ask, and that the past does not hold it."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import codemem, codemem_questions, peers
from benchmarks.codemem_baselines import Found
from benchmarks.codemem_questions import Question, entries, plain
from benchmarks.peers_figures import FIGURES, draw
from tests.conftest import Git

ENTRIES = (
    ("The `walrus` parser accepts trailing commas in tuples.", "parse_walrus", "Accept commas at the end"),
    ("Timeouts of the otter pool are told apart from refusals.", "otter_timeout", "Tell timeouts from refusals"),
    ("Colours of badgers survive a redirect to a file.", "badger_colour", "Keep colours on redirect"),
    ("Ferret sessions are closed when their socket breaks.", "ferret_close", "Close sessions with their socket"),
)


@pytest.fixture
def clone(tmp_path: Path, git: Git) -> Path:
    """Four squashed pull requests, each with its entry in the changelog, a day apart, and one merged."""
    root = tmp_path / "clone"
    root.mkdir()
    git("init", "-q", "-b", "main", cwd=root)
    told = "# Changes\n"
    for number, (entry, name, subject) in enumerate(ENTRIES, 1):
        told += f"\n- {entry}\n  (#{number})\n"
        (root / "CHANGELOG.md").write_text(told, encoding="utf-8")
        (root / f"{name}.py").write_text(f"def {name}(value):\n    return value\n", encoding="utf-8")
        git("add", "-A", cwd=root)
        commit(git, root, f"{subject} (#{number})", number)
    git("checkout", "-q", "-b", "side", "HEAD~3", cwd=root)
    (root / "mole.py").write_text("def mole_digs():\n    return 1\n", encoding="utf-8")
    git("add", "-A", cwd=root)
    commit(git, root, "wip", 2)
    git("checkout", "-q", "main", cwd=root)
    dated = {"GIT_AUTHOR_DATE": "2024-03-05T00:00:00Z", "GIT_COMMITTER_DATE": "2024-03-05T00:00:00Z"}
    message = "Merge pull request #9 from someone/side\n\nLet moles dig under the lawn"
    git("merge", "-q", "--no-ff", "-m", message, "side", cwd=root, **dated)
    return root


def commit(git: Git, root: Path, message: str, day: int) -> None:
    at = f"2024-03-{day:02}T00:00:00Z"
    git("commit", "-q", "-m", message, cwd=root, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at)


def test_a_past_is_asked_by_entries_that_do_not_stand_in_it(clone: Path, tmp_path: Path) -> None:
    history = codemem_questions.commits(clone)
    own = codemem_questions.fitting(codemem_questions.asked(clone, history))
    assert {each.kind for each in own} == {"entry", "pull"}
    past = codemem_questions.replayed(clone, tmp_path / "past", datetime(2024, 3, 3, 12, tzinfo=UTC))
    everything = codemem_questions.git(past.root, "log", "-p", "--all", "--format=%B")
    assert "parse_walrus" in everything
    assert not any(entry.rpartition(" ")[0] in everything for entry, _, _ in ENTRIES)
    assert "ferret_close" not in everything, "what came after the moment is not there"
    questions = codemem_questions.put(
        past, [own, [Question("entry", "Herons wade in four ponds", frozenset("a"))]], history
    )
    by_text = {each.text: each for each in questions}
    subjects = {
        text: codemem_questions.git(past.root, "log", "-1", "--format=%s", *each.gold).strip()
        for text, each in by_text.items()
        if each.kind == "entry"
    }
    assert list(subjects.values()) == [
        f"{subject} (#{number})" for number, (_, _, subject) in enumerate(ENTRIES[:3], 1)
    ]
    assert by_text[ENTRIES[3][0]].kind == "later"
    assert by_text["Herons wade in four ponds"].kind == "foreign"
    assert by_text["How do we deploy to kubernetes?"].kind == "absent"
    assert "Let moles dig under the lawn" not in by_text, "its commit came by a merge after the moment"


@pytest.mark.parametrize(
    ("entry", "text", "numbers"),
    [
        ("- Fix `a_b` on Windows. (#12, #13)", "Fix a_b on Windows.", (12, 13)),
        ("- {func}`echo` prints. {issue}`7` {pr}`8`", "echo prints.", (7, 8)),
        ("* :func:`echo` prints,\n  at last. :pr:`8`", "echo prints, at last.", (8,)),
        ("- Treat [urls](https://example.invalid/x) well (Pull #4)", "Treat urls well", (4,)),
        ("- See https://example.invalid/o/r/pull/31 for it", "See for it", (31,)),
    ],
)
def test_an_entry_loses_its_numbers_and_marks(entry: str, text: str, numbers: tuple[int, ...]) -> None:
    assert list(entries(f"## 1.0\n\n{entry}\n\nprose\n")) == [(text, numbers)]
    assert plain(text) == text


def test_baselines_answer_and_a_threshold_is_taken_where_none_is_known(
    clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ((_, past, questions),) = codemem.prepared([clone], datetime(2024, 3, 6, tzinfo=UTC), tmp_path)
    results = codemem.compared(past, questions, ("git log --grep", "git log -S", "BM25"))
    answerable = [number for number, each in enumerate(questions) if each.gold]
    assert len(answerable) == len(ENTRIES) + 1
    for name in ("git log --grep", "BM25"):
        right = [results[name].found[number].ids[:1] for number in answerable]
        assert sum({*ids} <= questions[number].gold for number, ids in zip(answerable, right, strict=True)) >= 3, name
    codemem.table(questions, results)
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len({len(row) for row in rows if row[0] != rows[1][0]}) == 1
    scored = codemem.Answered([Found([], score, False) for score in (0.9, 0.5, 0.2)], [1.0])
    asked = [
        Question("entry", "a", frozenset("x")),
        Question("entry", "b", frozenset("x")),
        Question("later", "c", frozenset()),
    ]
    assert codemem.refused("BM25", scored, asked, 0.0) == [False, False, True]
    assert codemem.refused("BM25", scored, asked, 0.5) == [False, True, True]


def test_a_peer_is_measured_in_a_process_of_its_own_and_drawn(tmp_path: Path) -> None:
    job = peers.job_of(40, tmp_path)
    result = peers.run("lancedb", Path(sys.executable), job, tmp_path)
    assert len(result["write"]) == len(job["writes"]) == len(result["count"])
    assert result["answered"] > 0.5
    figures = peers.figures(result)
    with pytest.raises(RuntimeError, match="failed"):
        peers.run("nobody", Path(sys.executable), job, tmp_path)
    limits = peers.Limits(sync=0.2, scan=0.1, embedding=5.0)
    folder = tmp_path / "figures"
    peers.added(folder, 80, limits, {})
    grown = peers.added(folder, 40, limits, {"lancedb": figures, "other": "not installed"})
    assert list(grown) == [80, 40], "sizes of another run are drawn, too"
    draw(folder, grown, {})
    drawn = {each.name: ElementTree.parse(each).getroot() for each in folder.glob("*.svg")}
    assert set(drawn) == {each.file for each in FIGURES}
    words = ["".join(each.itertext()) for each in drawn["peers-write.svg"].iter() if each.tag.endswith("text")]
    assert "lancedb" in words
    assert "limit: one fsync" in words
