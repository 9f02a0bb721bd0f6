"""A team's store: two machines, a network that fails, and what never leaves."""

import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.object_store import Fault, ObjectStore, Proxy, environment, faulty, running
from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.teammates import Machine
from whence.background import team
from whence.background.team import planned
from whence.background.team_state import Agreed
from whence.project.location import locate
from whence.project.storage import database_of, team_of
from whence.store import Away, Mark, Shared, drop
from whence.values.memory import Decision, Note
from whence.values.settings import Settings, parse


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """The object store."""
    with running(tmp_path_factory.mktemp("objects")) as store:
        yield store


@pytest.fixture
def proxy(objects: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The way to it, which the environment names."""
    proxy = Proxy(objects.port)
    for name, value in environment(proxy.port).items():
        monkeypatch.setenv(name, value)
    yield proxy
    proxy.close()


@pytest.fixture
def bucket(objects: ObjectStore, request: pytest.FixtureRequest) -> str:
    """The name of a bucket of the test's own."""
    name = request.node.name.replace("_", "-").partition("[")[0][5:60].strip("-")
    objects.bucket(name)
    return name


@pytest.fixture
def machines(tmp_path: Path, bucket: str, proxy: Proxy) -> Iterator[tuple[Machine, Machine]]:
    """Two of a team."""
    pair = Machine(tmp_path / "one", bucket), Machine(tmp_path / "other", bucket)
    yield pair
    for each in pair:
        each.close()


def rows_of(bucket: str) -> Counter[str]:
    """How many rows the team's store has of each memory."""
    shared = Shared.open(f"s3://{bucket}/project")
    found = Counter(shared._memories.read(["id"])["id"].to_pylist())
    shared.close()
    return found


def test_what_one_remembers_the_other_finds(machines: tuple[Machine, Machine], bucket: str) -> None:
    one, other = machines
    one.put(*(Note(content=f"Of one: {n}") for n in range(5)))
    other.put(Decision(decision="Of the other"))
    assert one.team.waiting() == 5
    assert one.team.sync()[:2] == (5, 0)
    assert other.team.sync()[:2] == (1, 5)
    assert one.team.sync()[:2] == (0, 1)
    assert one.all() == other.all() and len(one.all()) == 6
    assert one.team.waiting() == other.team.waiting() == 0
    assert set(rows_of(bucket).values()) == {1}
    id = next(iter(one.all()))
    other.change(id, pinned=True)
    assert other.team.sync()[:2] == (1, 0) and one.team.sync()[:2] == (0, 1)
    assert one.all() == other.all() and one.all()[id].pinned
    assert not one.team.message() and not one.team.superseded.exists()


def test_an_answer_that_was_lost_doubles_nothing(machines: tuple[Machine, Machine], bucket: str, proxy: Proxy) -> None:
    one, other = machines
    one.team.sync()
    one.put(*(Note(content=f"Of one: {n}") for n in range(3)))

    def lost_then_gone(method: str, path: str) -> Fault:
        if proxy.counts["lost"]:
            return "drop"
        return "lost" if method == "PUT" and "memories.lance/_versions" in path else ""  # the commit is this file

    proxy.fault = lost_then_gone
    with pytest.raises(Away):
        one.team.sync()
    proxy.fault = lambda method, path: ""
    assert set(rows_of(bucket).values()) == {1}
    assert one.team.waiting() == 3 and one.team.reached().away
    one.team.sync()
    other.team.sync()
    assert one.team.waiting() == 0 and not one.team.message()
    assert other.all() == one.all() and len(one.all()) == 3
    assert set(rows_of(bucket).values()) == {1}


WRITES = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.teammates import Machine
from whence.values.errors import StorageError
from whence.values.memory import Note
machine = Machine(Path(sys.argv[1]), sys.argv[2])
for turn in range(3):
    notes = [Note(content=f"{{sys.argv[1]}} {{turn}} {{n}}") for n in range(5)]
    machine.put(*notes)
    for note in notes:
        print(note.id, flush=True)  # acknowledged
    try:
        machine.team.sync()
    except StorageError as error:
        print(error, file=sys.stderr)
machine.close()
"""


def test_two_processes_lose_and_double_nothing_on_a_bad_network(
    tmp_path: Path, machines: tuple[Machine, Machine], bucket: str, proxy: Proxy
) -> None:
    for each in machines:
        each.team.sync()
        each.close()
    proxy.fault = faulty(seed=8, share=0.1)
    script = WRITES.format(root=str(Path(__file__).parents[2]))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / name), bucket], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name in ("one", "other")
    ]
    said = [process.communicate()[0].decode().split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert all(proxy.counts[fault] for fault in ("drop", "error", "lost", "slow"))
    proxy.fault = lambda method, path: ""
    one, other = (Machine(tmp_path / name, bucket) for name in ("one", "other"))
    for each in (one, other, one):
        each.team.sync()
    acknowledged = {*said[0], *said[1]}
    assert len(acknowledged) == 30
    assert {*one.all()} == {*other.all()} == acknowledged
    assert rows_of(bucket) == Counter(dict.fromkeys(acknowledged, 1))
    one.close()
    other.close()


def test_what_is_private_never_leaves(repository: Path, objects: ObjectStore, bucket: str, proxy: Proxy) -> None:
    settings = parse({"embedding": {"model": "none"}, "storage": {"uri": f"s3://{bucket}"}})
    with Engine(repository, settings) as engine:
        engine.remember({"kind": "note", "content": "canary-public"})
        hidden = engine.remember({"kind": "note", "content": "canary-note", "labels": ["Private"]}).ids
        engine.remember({"kind": "decision", "decision": "canary-decision", "labels": ["db", "personal"]})
        engine.save_conversation("User: canary-said\nAssistant: canary-answered")
        engine.keep_draft({"content": "canary-draft"}, kind="note")
        engine.start_session("canary-goal")
        engine.end_session("canary-summary")
        done = engine.sync()
        assert "1 memory went there" in done.note
        assert {hit.title for hit in engine.search("canary").hits} >= {
            "canary-public",
            "canary-note",
            "canary-decision",
        }
        # What is marked later is taken back, and stays here.
        public = next(hit.id for hit in engine.search("canary-public", kinds=("note",)).hits)
        engine.organize([public], add_labels=("private",))
        engine.organize(hidden, remove_labels=("Private",))
        engine.sync()
        assert engine.get(public).memory.title == "canary-public"
    shared = Shared.open(f"s3://{bucket}/{engine.project.place.id}")
    assert [each.title for each in shared.memories.get(list(shared.memories.stamps()))] == ["canary-note"]
    shared.close()
    (folder,) = {name.partition("/")[0] for name in objects.objects(bucket)}
    assert folder == engine.project.place.id
    everything = b"".join(objects.objects(bucket).values())
    for word in ("canary-decision", "canary-said", "canary-answered", "canary-draft", "canary-goal", "canary-summary"):
        assert word.encode() not in everything, word
    assert b"canary-note" in everything  # a word can be found in there


def test_an_absent_store_keeps_nobody_waiting_and_is_told(
    repository: Path, objects: ObjectStore, bucket: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = parse({"embedding": {"model": "none"}, "storage": {"uri": f"s3://{bucket}"}})
    with socket.socket() as hole:  # takes connections, and says nothing
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{hole.getsockname()[1]}")
        with Engine(repository, settings, lasting=True) as engine:
            kept = engine.remember({"kind": "note", "content": "Kept while it is away"}).ids
            assert engine.status().total == 1
            assert engine.search("kept while away").hits[0].id == kept[0]
            assert "wait" in " ".join(engine.status().messages)
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{proxy.port}")
    proxy.fault = lambda method, path: "error"
    with Engine(repository, settings, lasting=True) as engine:
        told = until(lambda: [each for each in engine.status().messages if " is away since " in each])
        assert f"s3://{bucket}" in told[0] and "1 memory of this machine waits" in told[0]
        assert "is away" in engine.search("kept while away").note
        with pytest.raises(Away):
            engine.sync()
    proxy.fault = lambda method, path: ""
    with Engine(repository, settings, lasting=True) as engine:  # another process, which finds what waits
        until(lambda: not engine.project.team.message(), "the team's store to be back")
        assert not any("team" in each for each in engine.status().messages)
        assert "away" not in engine.search("kept while away").note
        address = engine.project.team.address
    shared = Shared.open(address)
    assert list(shared.memories.stamps()) == list(kept)
    shared.close()


def test_what_does_one_thing_sends_it_before_it_ends(
    repository: Path, bucket: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "_LAST", PATIENCE)
    settings = parse({"embedding": {"model": "none"}, "storage": {"uri": f"s3://{bucket}"}})
    with Engine(repository, settings) as engine:
        engine.remember({"kind": "note", "content": "Of a command"})
    shared = Shared.open(engine.project.team.address)
    assert [each.title for each in shared.memories.get(list(shared.memories.stamps()))] == ["Of a command"]
    shared.close()


def test_projects_that_are_not_named_share_nothing(repository: Path) -> None:
    place = locate(repository)
    shares = Settings.model_validate({"storage": {"uri": "s3://team", "projects": (place.name,)}})
    others = Settings.model_validate({"storage": {"uri": "s3://team", "projects": ("another",)}})
    assert team_of(shares, place) == f"s3://team/{place.id}" and not team_of(others, place)
    assert {database_of(each, place) for each in (shares, others, Settings())} == {str(place.home / "memory")}


def test_what_is_removed_for_good_is_removed_for_all_and_what_vanished_is_not(
    machines: tuple[Machine, Machine], objects: ObjectStore, bucket: str
) -> None:
    one, other = machines
    notes = [Note(content=f"Of one: {n}") for n in range(4)]
    one.put(*notes)
    one.team.sync()
    other.team.sync()
    one.store.purge([notes[0].id, notes[1].id])
    other.change(notes[1].id, content="Changed while it was removed")
    assert one.team.waiting() == 2
    other.team.sync()
    one.team.sync()
    other.team.sync()
    left = {each.id for each in notes[1:]}  # a change counts more than a removal
    assert {*one.all()} == {*other.all()} == {*rows_of(bucket)} == left
    assert one.team.waiting() == other.team.waiting() == 0
    objects.empty(bucket)
    for each in (one, other):
        each.team.sync()
    assert {*one.all()} == {*other.all()} == left
    assert rows_of(bucket) == Counter(dict.fromkeys(left, 1))


def test_of_two_changes_the_later_counts_and_the_other_is_kept(machines: tuple[Machine, Machine]) -> None:
    one, other = machines
    note = Note(content="First")
    one.put(note)
    one.team.sync()
    other.team.sync()
    one.change(note.id, content="Of one")
    other.change(note.id, content="Of the other, later")
    one.team.sync()
    other.team.sync()
    one.team.sync()
    assert one.all() == other.all() and one.all()[note.id].text() == "Of the other, later"
    (kept,) = other.team.superseded.read_text(encoding="utf-8").splitlines()
    assert json.loads(kept)["content"] == "Of one"
    assert "1 change was replaced" in other.team.message()


def test_a_database_that_is_lost_here_comes_back_from_the_team(machines: tuple[Machine, Machine], bucket: str) -> None:
    one, _ = machines
    notes = [Note(content=f"Of one: {n}") for n in range(3)]
    one.put(*notes)
    one.team.sync()
    drop(one.store, one.store.states.marks())  # as a disk loses it: nobody asked for it
    assert not one.all()
    assert one.team.sync().received == 3
    assert {*one.all()} == {each.id for each in notes}
    assert rows_of(bucket) == Counter({each.id: 1 for each in notes})


A, B = Mark(1, "a", private=False, growing=False), Mark(2, "b", private=False, growing=False)
PRIVATE, GROWING = Mark(3, "c", private=True, growing=False), Mark(3, "c", private=False, growing=True)
BINNED = B._replace(binned=True)
SAME, SENT = Agreed(A.name, A.name, ours=False), Agreed(A.name, A.name, ours=True)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("mine", "theirs", "agreed", "gone", "wanted"),
    [
        (A, None, None, False, "send"),
        (A, None, SAME, False, "send"),  # the team's store lost it
        (A, None, SAME, True, "drop"),
        (B, None, SAME, True, "send"),  # changed here after it was removed there
        (None, A, None, False, "receive"),
        (None, A, SAME, False, "receive"),  # lost here
        (A, A, SAME, False, ""),
        (A, A, None, False, "agree"),
        (B, A, SAME, False, "send"),
        (A, B, SAME, False, "receive"),
        (A, B, Agreed(B.name, B.name, ours=True), False, "receive"),  # an older one came back here
        (B, A, None, False, "compare"),
        (B, Mark(3, "c", private=False, growing=False), SAME, False, "compare"),
        (PRIVATE, None, None, False, ""),
        (PRIVATE, A, SAME, False, ""),  # somebody else's stays theirs
        (PRIVATE, A, SENT, False, "tell"),
        (PRIVATE, None, SENT, True, ""),
        (GROWING, None, None, False, ""),
        (BINNED, None, None, False, ""),
        (BINNED, A, SAME, False, "send"),
        (GROWING, A, SAME, False, ""),
    ],
)
def test_what_is_done_with_a_memory(
    mine: Mark | None, theirs: Mark | None, agreed: Agreed | None, gone: bool, wanted: str
) -> None:
    sides = ({"x": each} if each else {} for each in (mine, theirs))
    plan = planned(*sides, {"x"} if gone else set(), {"x": agreed} if agreed else {}, {})
    assert [name for name, found in vars(plan).items() if "x" in found] == ([wanted] if wanted else [])
