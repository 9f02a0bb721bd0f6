"""Lines by assistants: counted as they came in, by whom, and how many were rewritten soon."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.engine.test_origins import ASKED, PLAIN, RETRY, Transcript
from tests.opened import Engine
from whence.retrieval.origins.shares import Brought, Shares
from whence.values.base import now
from whence.values.errors import InvalidRequest

DAY = 86_400.0


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, PLAIN) as opened:
        yield opened


def committed(repository: Path, git: Git, at: datetime, message: str, **environment: str) -> str:
    git("add", "-A", cwd=repository)
    then = {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat()}
    git("commit", "-qm", message, cwd=repository, **then, **environment)
    return git("rev-parse", "HEAD", cwd=repository)


def test_lines_are_counted_by_month_directory_and_model(engine: Engine, repository: Path, git: Git) -> None:
    begun = (now() - timedelta(days=100)).astimezone(UTC)
    transcript = Transcript(repository, begun=begun)
    transcript.ask(ASKED)
    (repository / "src" / "net").mkdir(parents=True)
    transcript.write("src/net/retry.py", RETRY)
    committed(repository, git, begun + timedelta(minutes=5), "Stop after three")
    (repository / "mine.py").write_text("def by_hand_of_a_person():\n    return answer_of(everything)\n")
    committed(repository, git, begun + timedelta(days=1), "Answer")
    bot = {"GIT_AUTHOR_NAME": "dependabot[bot]", "GIT_AUTHOR_EMAIL": "1+dependabot[bot]@example.invalid"}
    (repository / "pins.txt").write_text("some-package==1.2.3\n")
    committed(repository, git, begun + timedelta(days=2), "Bump", **bot)
    (repository / "helped.py").write_text("HELPED_WITH = 'something'\n")
    said = "Help\n\nCo-Authored-By: Claude <noreply@example.invalid>"
    committed(repository, git, begun + timedelta(days=3), said)
    gone = RETRY.replace("            time.sleep(2 ** attempt)\n", "").replace(
        "    raise GaveUp", "        raise GaveUp"
    )
    (repository / "src" / "net" / "retry.py").write_text(gone)
    committed(repository, git, begun + timedelta(days=20), "Wait no more")
    engine.import_transcripts()
    found = engine.lines_by_assistants()
    total = found.total
    assert (total.assistants, total.helped, total.programs, total.unknown) == (
        7,
        1,
        1,
        2 + 2,
    )  # two are the first commit's
    assert (total.settled, total.rewritten, total.others_rewritten) == (7, 1, 0)
    assert sum(each.assistants for each in found.months) == 7
    (folder,) = [each for each in found.directories if each.name == "src/net"]
    assert (folder.assistants, folder.rewritten) == (7, 1)
    assert [(each.name, each.assistants) for each in found.models] == [("some-model", 7)]
    assert found.unread == 0
    assert "- 7 (54%) from conversations with assistants that are known" in found.markdown
    assert "Rewritten within 30 days: 14% of 7 lines from conversations" in found.markdown
    assert engine.dashboard().lines == found.months

    file = engine.lines_by_assistants("src/net/retry.py")
    assert (file.total.assistants, file.total.unknown, file.stretches[0].lines) == (6, 0, tuple(range(1, 7)))
    assert f"- Lines 1-6: **“{ASKED}”**" in file.markdown
    assert engine.lines_by_assistants("pins.txt").total.programs == 1
    assert engine.lines_by_assistants("helped.py").total.helped == 1
    with pytest.raises(InvalidRequest, match="no file"):
        engine.lines_by_assistants("nothing.py")


def test_without_edits_nothing_is_claimed(engine: Engine) -> None:
    found = engine.lines_by_assistants()
    assert (found.markdown, found.months) == ("", ())
    assert found.note.startswith("No edits of assistants are known here.")
    assert engine.lines_by_assistants("app.py").note == found.note
    assert engine.dashboard().lines == ()


ASSISTANT, OTHER = Brought("assistant", "m"), Brought("unknown")


@pytest.mark.parametrize(
    ("later", "removed", "added", "counted"),
    [
        (5, [("a.py", [1])], [("a.py", [9])], (1, 1)),
        (40, [("a.py", [1])], [], (1, 0)),
        (5, [("a.py", [1])], [("b/a.py", [1])], (1, 0)),  # it moved
        (5, [("other.py", [1])], [], (1, 1)),  # the file was renamed meanwhile, without a word in any patch
        (5, [("a.py", [7])], [], (1, 0)),
    ],
    ids=["rewritten", "later than that", "moved", "under another name", "another line"],
)
def test_a_line_is_rewritten_when_it_is_taken_out_within_a_month(
    later: int,
    removed: list[tuple[str, list[int]]],
    added: list[tuple[str, list[int]]],
    counted: tuple[int, int],
) -> None:
    shares = Shares(until=100 * DAY)
    shares.take(DAY, "2026-01", [], [("a.py", [1])], {("a.py", 1): ASSISTANT}, OTHER)
    shares.take(DAY + later * DAY, "2026-01", removed, added, {}, OTHER)
    count = shares.counts["model", "m"]
    assert (count.sorts["assistant"], count.rewritten["assistant"]) == counted


def test_a_line_that_is_too_young_tells_nothing_of_how_long_lines_stand() -> None:
    shares = Shares(until=10 * DAY)
    shares.take(DAY, "2026-01", [], [("a.py", [1])], {}, ASSISTANT)
    shares.take(2 * DAY, "2026-01", [("a.py", [1])], [], {}, OTHER)
    count = shares.counts["month", "2026-01"]
    assert (count.settled["assistant"], count.rewritten["assistant"]) == (0, 0)
