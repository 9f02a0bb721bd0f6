import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.readers.record_parser import parse
from whence.readers.records import Mention, Record, bonds, file_name, is_record, render
from whence.values.errors import Cancelled, InvalidRequest, NotFound
from whence.values.memory import Decision, Link
from whence.values.settings import parse as parse_settings

PLAIN = parse_settings({"embedding": {"model": "none"}})

NYGARD = """# 2. Use PostgreSQL

Date: 2016-02-12

## Status

Superseded by [3. Use LanceDB](0003-use-lancedb.md)

Amends [1. Record decisions](0001-record-decisions.md)

## Context

We need a store.

```
# not a heading
## Status
```

## Decision

We will use PostgreSQL.

### Details

With care.

## Consequences

Good and bad.
"""

MADR_2 = """# Use Markdown Architectural Decision Records

* Status: accepted
* Deciders: Anna, Béla
* Date: 2020-01-30

Technical Story: [#12](https://example.invalid/12)

## Context and Problem Statement

Which format?

## Decision Drivers <!-- optional -->

* Speed

## Considered Options

* [MADR](https://example.invalid/madr) 2.1.2
* Nygard's template
* Formless

## Decision Outcome

Chosen option: "MADR 2.1.2", because implicit assumptions should be made explicit.

### Positive Consequences <!-- optional -->

* Easy

### Negative Consequences

* More files

## Pros and Cons of the Options

### MADR 2.1.2

* Good, because x

### Formless

Example: none

* Bad, because chaos

## Links

* [Refined by](0005-more.md)
* Supersedes [ADR-0001](0001-record.md)
"""

MADR_4 = """---
# These are optional metadata elements.
status: "superseded by [ADR-0007](0007-x.md)"
date: 2024-06-01
decision-makers: [Anna, "Béla"]
consulted: everyone
tags:
  - storage
  - speed
---

# ADR 6: Keep it local

## Context and Problem Statement

Where?

## Considered Options

* Cloud
* Local, on disk

## Decision Outcome

Chosen option: "Local, on disk", because
it is private.

And more.

### Consequences

* Good, because x

### Confirmation

Tests.
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "docs/adr/0002-use-postgresql.md",
            NYGARD,
            Record(
                path="docs/adr/0002-use-postgresql.md",
                number=2,
                title="Use PostgreSQL",
                status="superseded",
                date=datetime(2016, 2, 12, 12, tzinfo=UTC),
                context="We need a store.\n\n```\n# not a heading\n## Status\n```",
                decision="We will use PostgreSQL.\n\n**Details**\n\nWith care.",
                consequences="Good and bad.",
                mentions=(
                    Mention("superseded_by", "docs/adr/0003-use-lancedb.md"),
                    Mention("about", "docs/adr/0001-record-decisions.md"),
                ),
            ),
        ),
        (
            "decisions/0004-madr.md",
            MADR_2,
            Record(
                path="decisions/0004-madr.md",
                number=4,
                title="Use Markdown Architectural Decision Records",
                date=datetime(2020, 1, 30, 12, tzinfo=UTC),
                deciders="Anna, Béla",
                context="Technical Story: [#12](https://example.invalid/12)\n\nWhich format?\n\n"
                "**Decision drivers**\n\n* Speed",
                decision="MADR 2.1.2",
                rationale="implicit assumptions should be made explicit.",
                alternatives=("Nygard's template", "Formless: Example: none; Bad, because chaos"),
                consequences="**Positive Consequences**\n\n* Easy\n\n**Negative Consequences**\n\n* More files",
                mentions=(
                    Mention("about", "decisions/0005-more.md"),
                    Mention("supersedes", "decisions/0001-record.md"),
                ),
            ),
        ),
        (
            "docs/decisions/0006-local.md",
            MADR_4,
            Record(
                path="docs/decisions/0006-local.md",
                number=6,
                title="Keep it local",
                status="superseded",
                date=datetime(2024, 6, 1, 12, tzinfo=UTC),
                deciders="Anna, Béla",
                context="Where?",
                decision="Local, on disk",
                rationale="it is private.\n\nAnd more.",
                alternatives=("Cloud",),
                consequences="* Good, because x\n\n**Confirmation**\n\nTests.",
                labels=("storage", "speed"),
                mentions=(Mention("superseded_by", "docs/decisions/0007-x.md"),),
            ),
        ),
        (
            "doc/adr/0009-plain.md",
            "# We deploy on Tuesdays\r\n\r\nBecause people are there.\r\n",
            Record("doc/adr/0009-plain.md", 9, "We deploy on Tuesdays", decision="Because people are there."),
        ),
        ("adr/12.md", "just a text", Record("adr/12.md", 12, "12", decision="just a text")),
        (
            "adr/a.md",
            "Title\n=====\n\nStatus\n------\n\nRejected\n\nDecision\n--------\n\nNo.\n",
            Record("adr/a.md", None, "Title", "rejected", decision="No."),
        ),
    ],
    ids=["Nygard", "MADR 2", "MADR 4", "a plain text with a title", "a text alone", "underlined headings"],
)
def test_a_record_is_read(path: str, text: str, expected: Record) -> None:
    assert parse(path, text) == expected


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Accepted", "accepted"),
        ("**accepted**", "accepted"),
        ("Approved on 2020-01-01", "accepted"),
        ("proposed", "proposed"),
        ("In review", "proposed"),
        ("{proposed | rejected | accepted}", "proposed"),
        ("gibberish", "proposed"),
        ("declined", "rejected"),
        ("Deprecated", "deprecated"),
        ("~~accepted~~ deprecated", "deprecated"),
        ("Accepted\n\nSuperseded by [x](0005-x.md)", "superseded"),
        ("superseded by ADR-0123", "superseded"),
        ("Accepted, supersedes ADR-1", "accepted"),
    ],
)
def test_the_status_is_told_from_its_words(said: str, status: str) -> None:
    record = parse("adr/0001-x.md", f"# X\n\n## Status\n\n{said}\n\n## Decision\n\nD\n")
    assert isinstance(record, Record)
    assert record.status == status


@pytest.mark.parametrize(
    ("said", "mentions"),
    [
        ("Superseded by ADR-0005", [Mention("superseded_by", number=5)]),
        ("Superseded by [ADR 5](../other/0005-x%20y.md#top)", [Mention("superseded_by", "docs/other/0005-x y.md")]),
        ("Supersedes 0002 and ADR-3", [Mention("supersedes", number=2), Mention("supersedes", number=3)]),
        ("Superseded by [ADR-0005](https://example.invalid/5)", [Mention("superseded_by", number=5)]),
        ("Accepted 2020-01-05", []),
        ("Superseded by [x](../../../../etc/0001-passwd.md)", []),
        ("Amended by [x](0007-x.md)", [Mention("about", "docs/adr/0007-x.md")]),
        (
            "Supersedes [a](1-a.md), superseded by [b](2-b.md)",
            [Mention("supersedes", "docs/adr/1-a.md"), Mention("superseded_by", "docs/adr/2-b.md")],
        ),
    ],
)
def test_other_records_are_named_in_many_ways(said: str, mentions: list[Mention]) -> None:
    record = parse("docs/adr/0009-x.md", f"# X\n\n## Status\n\n{said}\n\n## Decision\n\nD\n")
    assert isinstance(record, Record)
    assert list(record.mentions) == mentions


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2020-03-04", (2020, 3, 4)),
        ("4.3.2020", (2020, 3, 4)),
        ("March 4th, 2020", (2020, 3, 4)),
        ("4 March 2020", (2020, 3, 4)),
        ("2020-13-40", None),
        ("soon", None),
    ],
)
def test_dates_are_read(date: str, expected: tuple[int, int, int] | None) -> None:
    record = parse("adr/1-x.md", f"# X\n\nDate: {date}\n\n## Decision\n\nD\n")
    assert isinstance(record, Record)
    assert (record.date and (record.date.year, record.date.month, record.date.day)) == expected


@pytest.mark.parametrize(
    ("status", "day"),
    [
        ("Accepted (2026-01-02)", 2),
        ("2026-01-01 proposed\n\n2026-01-03 accepted\n\n2026-01-09 deprecated", 3),
        ("Rejected on 2026-01-04, after a trial", 4),
        ("Superseded by [use decimals](20260105-use-decimals.md)", None),
        ("Accepted", None),
    ],
)
def test_a_date_may_stand_beside_the_state(status: str, day: int | None) -> None:
    record = parse("adr/1-x.md", f"# X\n\n## Status\n\n{status}\n\n## Decision\n\nD\n")
    assert isinstance(record, Record)
    assert (record.date and record.date.day) == day


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("docs/adr/0001-x.md", True),
        ("doc/adr/x.md", True),
        ("adr/x.markdown", True),
        ("docs/architecture/decisions/0001-x.md", True),
        ("packages/a/docs/decisions/backend/0001-x.md", True),
        ("docs/ADR/0001-x.md", True),
        ("docs/adr/README.md", False),
        ("docs/adr/template.md", False),
        ("docs/adr/0000-template.md", False),
        ("docs/adr/templates/nygard.md", False),
        ("docs/adr/x.txt", False),
        ("docs/guide/0001-x.md", False),
        ("0001-x.md", False),
    ],
)
def test_records_are_found_by_where_they_stand(path: str, found: bool) -> None:
    assert is_record(path) is found


@pytest.mark.parametrize("text", ["", "  \n\n", "# Notes\n\nfrom a meeting\n", "\ufeff"], ids=ascii)
def test_what_is_no_record_is_told(text: str) -> None:
    assert isinstance(parse("docs/decisions/notes.md", text), str)


def test_references_that_only_begin_are_read_in_time() -> None:
    begun = time.thread_time()
    assert parse("docs/adr/0001-x.adoc", "<" * 1_000_000) is not None
    assert time.thread_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    ["---\nstatus: x", "# \n## \n", "```\n", "#" * 10_000, "---\n---\n---", "- " * 5000, "[" * 5000, "<!--", "\0\n# x"],
    ids=lambda text: ascii(text[:10]),
)
def test_reading_never_fails(text: str) -> None:
    assert parse("adr/0001-x.md", text)


@pytest.mark.parametrize(
    "record",
    [
        Record("", title="Short", decision="Use it", rationale="it is good.\n\nReally.", alternatives=("a", "b: c")),
        Record("", title="Long", decision="First line\n\n# Heading\n\n* list", rationale="* one\n* two", context="c"),
        Record("", title="Plain", decision="Do it."),
        Record(
            "", title='Quotes "here"', decision='Say "yes"', status="proposed", labels=("a b", "c: d"), memory="id-1"
        ),
        Record(
            "",
            title="All of it",
            decision="d",
            status="superseded",
            deciders="Anna, Béla",
            date=datetime(2020, 1, 2, 12, tzinfo=UTC),
            context="x\n\n```\n# y\n```",
            consequences="* Good\n* Bad",
            mentions=(
                Mention("superseded_by", "0007-x.md"),
                Mention("supersedes", number=3),
                Mention("about", "0002-y.md"),
            ),
        ),
    ],
    ids=lambda record: record.title,
)
def test_what_is_written_is_read_back(record: Record) -> None:
    read = parse("0001-x.md", render(record))
    assert isinstance(read, Record)
    for name in Record.__slots__:
        if name not in ("path", "number", "decision"):
            assert getattr(read, name) == getattr(record, name), name
    assert read.decision == record.decision.replace("# Heading", "**Heading**")


def test_names_of_files_are_plain() -> None:
    assert file_name(7, "Use LanceDB: why / how?") == "0007-use-lancedb-why-how.md"
    assert file_name(12345, "Größe") == "12345-größe.md"
    assert file_name(1, "???") == "0001-decision.md"


def test_a_cycle_of_superseding_is_cut_where_it_is_unlikely() -> None:
    def one(number: int, *mentions: Mention) -> Record:
        return Record(f"adr/{number}.md", number, mentions=mentions)

    found = bonds(
        [
            one(1, Mention("superseded_by", number=2), Mention("supersedes", number=3)),
            one(2, Mention("superseded_by", number=3)),
            one(3),
            one(4, Mention("superseded_by", number=4), Mention("about", number=99)),
        ]
    )
    assert set(found.supersedes) == {("adr/2.md", "adr/1.md"), ("adr/3.md", "adr/2.md")}
    assert set(found.cut) == {("adr/1.md", "adr/3.md"), ("adr/4.md", "adr/4.md")}


# ---------------------------------------------------------------- taken in

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(*, capture: bool = False) -> Engine:
        opened.append(Engine(repository, PLAIN, capture=capture))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def write(repository: Path, name: str, status: str = "Accepted", decision: str = "We do it.", title: str = "") -> Path:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    title = title or path.stem
    path.write_text(
        f"# {title}\n\nDate: 2020-01-02\n\n## Status\n\n{status}\n\n## Context\n\nIt was so.\n\n"
        f"## Decision\n\n{decision}\n\n## Consequences\n\nFine.\n",
        encoding="utf-8",
    )
    return path


def decisions(engine: Engine) -> dict[str, Decision]:
    from whence.values.protocol import Filter

    every = (each for page in engine.store.each(Filter(kinds=("decision",), archived=True)) for each in page)
    return {each.record: each for each in every if isinstance(each, Decision)}


def test_records_become_decisions_once(open_engine: Open, repository: Path, git: Git) -> None:
    write(repository, "docs/adr/0001-first.md", "Superseded by [2](0002-second.md)", title="1. Erste Wahl")
    write(repository, "docs/adr/0002-second.md")
    write(repository, "docs/adr/README.md")
    write(repository, "sub/decisions/kéy.md", "Proposed")
    (repository / "docs/adr/0003-empty.md").write_text("", encoding="utf-8")
    (repository / "docs/adr/0004-binary.md").write_bytes(b"\0\1\2")
    (repository / "docs/adr/0005-latin.md").write_bytes(b"# \xe4\xf6\n\n## Decision\n\n\xfc\n")
    (repository / ".gitignore").write_text("ignored/\n", encoding="utf-8")
    write(repository, "ignored/adr/0001-no.md")
    engine = open_engine()
    done = engine.import_records()
    assert (done.added, done.updated, done.unchanged) == (4, 0, 0)
    assert {(each.reason, each.count) for each in done.left_out} == {("empty file", 1), ("not a text", 1)}
    found = decisions(engine)
    first, second = found["docs/adr/0001-first.md"], found["docs/adr/0002-second.md"]
    assert (first.title, first.number, first.status, first.source) == ("Erste Wahl", 1, "superseded", "import")
    assert (first.context, first.decision, first.consequences) == ("It was so.", "We do it.", "Fine.")
    assert first.created_at == datetime(2020, 1, 2, 12, tzinfo=UTC)
    assert second.links == (Link(relation="supersedes", target=first.id),)
    assert first.links == (Link(relation="about", target=second.id),)
    assert found["sub/decisions/kéy.md"].status == "proposed"
    assert set(done.ids) == {each.id for each in found.values()}

    again = engine.import_records()
    assert (again.added, again.updated, again.unchanged) == (0, 0, 4)
    assert decisions(engine) == found


def test_another_folder_can_be_named(open_engine: Open, repository: Path) -> None:
    write(repository, "wïki/choices/one.md")
    engine = open_engine()
    assert "docs/adr" in engine.import_records().note
    assert engine.import_records("wïki/choices").added == 1
    assert engine.import_records(str(repository / "wïki")).unchanged == 1
    for folder in ("nothing", "..", "/", "app.py"):
        with pytest.raises(InvalidRequest):
            engine.import_records(folder)


def test_records_without_a_date_are_as_old_as_their_file(open_engine: Open, repository: Path, git: Git) -> None:
    path = write(repository, "adr/0001-x.md")
    path.write_text(path.read_text(encoding="utf-8").replace("Date: 2020-01-02\n", ""), encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "x", cwd=repository, GIT_AUTHOR_DATE="2019-05-06T07:08:09Z")
    engine = open_engine()
    engine.import_records()
    assert decisions(engine)["adr/0001-x.md"].created_at == datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_a_date_in_the_future_counts_as_now(open_engine: Open, repository: Path) -> None:
    path = write(repository, "adr/0001-x.md")
    path.write_text(path.read_text(encoding="utf-8").replace("2020", "2999"), encoding="utf-8")
    engine = open_engine()
    engine.import_records()
    assert decisions(engine)["adr/0001-x.md"].created_at.year < 2900


def test_a_cycle_is_told_and_cut(open_engine: Open, repository: Path) -> None:
    write(repository, "adr/0001-a.md", "Superseded by ADR-2")
    write(repository, "adr/0002-b.md", "Superseded by ADR-1")
    engine = open_engine()
    (left_out,) = engine.import_records().left_out
    assert "cycle" in left_out.reason
    assert left_out.examples == ("adr/0001-a.md supersedes adr/0002-b.md",)
    found = decisions(engine)
    assert (found["adr/0001-a.md"].status, found["adr/0002-b.md"].status) == ("superseded", "accepted")


def test_an_edited_file_wins_for_its_own_fields_and_nothing_is_lost(open_engine: Open, repository: Path) -> None:
    write(repository, "adr/0001-x.md")
    engine = open_engine()
    engine.import_records()
    (id,) = (each.id for each in decisions(engine).values())
    engine.update(id, {"context": "It was quite otherwise.", "labels": ["mine"], "pinned": True, "importance": 9})
    assert engine.import_records().unchanged == 1, "a file that says what it said leaves the memory alone"
    assert decisions(engine)["adr/0001-x.md"].context == "It was quite otherwise."

    write(repository, "adr/0001-x.md", decision="We do it twice.")
    done = engine.import_records()
    assert done.updated == 1
    assert "kept as a note" in done.note
    renewed = decisions(engine)["adr/0001-x.md"]
    assert (renewed.id, renewed.decision, renewed.context) == (id, "We do it twice.", "It was so.")
    assert (renewed.labels, renewed.pinned, renewed.importance) == (("mine",), True, 9)
    (note,) = engine.store.linking([id])
    assert "It was quite otherwise." in note.text()

    write(repository, "adr/0001-x.md", decision="We do it thrice.")
    assert "kept as a note" not in engine.import_records().note


def test_a_record_that_is_gone_leaves_its_decision(open_engine: Open, repository: Path) -> None:
    path = write(repository, "adr/0001-x.md")
    write(repository, "adr/0002-y.md")
    engine = open_engine()
    engine.import_records()
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert engine.import_records().updated == 1
    gone = decisions(engine)["adr/0001-x.md"]
    assert gone.record_gone
    assert "which is gone" in engine.get(gone.id).markdown
    assert engine.import_records().updated == 0
    path.write_text(text, encoding="utf-8")
    assert engine.import_records().updated == 1
    assert not decisions(engine)["adr/0001-x.md"].record_gone
    path.rename(repository / "adr" / "0001-ein anderer name.md")
    moved = engine.import_records()
    assert (moved.added, moved.updated) == (0, 1)
    assert decisions(engine)["adr/0001-ein anderer name.md"].id == gone.id


def test_what_was_thrown_away_is_not_brought_back(open_engine: Open, repository: Path) -> None:
    write(repository, "adr/0001-x.md")
    engine = open_engine()
    engine.forget(engine.import_records().ids)
    write(repository, "adr/0001-x.md", decision="Other.")
    done = engine.import_records()
    assert (done.added, done.updated) == (0, 0)
    assert [each.reason for each in done.left_out] == ["in the bin here"]


def test_without_git_and_without_trust_records_are_found_too(tmp_path: Path) -> None:
    folder = tmp_path / "ohne git"
    write(folder, "docs/adr/0001-x.md")
    write(folder, "node_modules/p/docs/adr/0001-x.md")
    with Engine(folder, PLAIN, trusted=False) as engine:
        assert engine.import_records().added == 1


def test_an_import_can_be_stopped_and_gone_on_with(open_engine: Open, repository: Path) -> None:
    for number in range(5):
        write(repository, f"adr/{number:04d}-x.md")
    engine = open_engine()

    def stop(message: str, share: float) -> None:
        if share > 0.2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        engine.import_records(progress=stop)
    assert engine.import_records().added == 5


def test_secrets_of_a_record_are_not_kept_and_do_not_look_like_edits(open_engine: Open, repository: Path) -> None:
    secret = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
    write(repository, "adr/0001-x.md", decision=f"Use {secret}.")
    engine = open_engine()
    engine.import_records()
    assert secret not in decisions(engine)["adr/0001-x.md"].decision
    assert engine.import_records().unchanged == 1


def test_decisions_keep_step_with_their_files(open_engine: Open, repository: Path) -> None:
    path = write(repository, "adr/0001-x.md")
    write(repository, "adr/0002-y.md")
    engine = open_engine(capture=True)
    assert engine.settle(PATIENCE)
    assert decisions(engine) == {}, "nothing is imported unasked"
    engine.import_records()
    write(repository, "adr/0001-x.md", decision="Otherwise.")
    engine.saved(path)
    until(lambda: decisions(engine)["adr/0001-x.md"].decision == "Otherwise.")
    fresh = write(repository, "adr/0003-z.md", "Supersedes [1](0001-x.md)")
    engine.saved(fresh)
    until(lambda: "adr/0003-z.md" in decisions(engine))
    until(lambda: decisions(engine)["adr/0001-x.md"].status == "superseded")
    path.unlink()
    until(lambda: decisions(engine)["adr/0001-x.md"].record_gone, "what the watcher tells, without the editor")


# ---------------------------------------------------------------- written out


def keep(engine: Engine, decision: str, **fields: object) -> str:
    (id,) = engine.remember({"kind": "decision", "decision": decision, **fields}).ids
    return id


def test_decisions_are_written_as_numbered_records(open_engine: Open, tmp_path: Path, repository: Path) -> None:
    engine = open_engine()
    write(repository, "adr/0001-x.md")
    engine.import_records()
    old = keep(engine, "Use files", createdAt="2020-01-01T12:00:00Z", status="superseded")
    new = keep(
        engine,
        "Use a database",
        createdAt="2021-01-01T12:00:00Z",
        rationale="it is fast",
        alternatives="files; memory",
        links=[{"relation": "supersedes", "target": old}],
    )
    target = tmp_path / "für andere"
    target.mkdir()
    (target / "0007-theirs.md").write_text("precious", encoding="utf-8")
    done = engine.export_records(str(target))
    assert [Path(each).name for each in done.files] == ["0008-use-files.md", "0009-use-a-database.md"]
    assert (target / "0007-theirs.md").read_text(encoding="utf-8") == "precious"
    text = (target / "0009-use-a-database.md").read_text(encoding="utf-8")
    assert 'Chosen option: "Use a database", because it is fast' in text
    assert "Supersedes [0008-use-files](0008-use-files.md)" in text
    assert 'status: "superseded by [0009-use-a-database](0009-use-a-database.md)"' in (
        target / "0008-use-files.md"
    ).read_text(encoding="utf-8")
    assert engine.export_records(str(target)).count == 0, "what is there already is not written again"
    assert engine.export_records(str(target), (new,)).count == 1, "unless it is named"


def test_a_record_written_into_the_project_is_kept_in_step(open_engine: Open, repository: Path) -> None:
    engine = open_engine()
    id = keep(engine, "Use a database\n\n# with a heading", title="Storage", context="c", labels=("db",), importance=8)
    (file,) = engine.export_records(str(repository / "adr")).files
    before = engine.one(id)
    done = engine.import_records()
    assert (done.added, done.updated + done.unchanged) == (0, 1)
    after = engine.one(id)
    assert isinstance(before, Decision)
    assert isinstance(after, Decision)
    assert after.decision == before.decision, "the record is its own image, and replaces nothing"
    assert engine.import_records().unchanged == 1
    assert engine.export_records(str(repository / "adr")).note == "Every decision has a record already."
    path = Path(file)
    path.write_text(path.read_text(encoding="utf-8").replace("Use a database", "Use LanceDB"), encoding="utf-8")
    assert engine.import_records().updated == 1
    assert decisions(engine)["adr/0001-storage.md"].decision.startswith("Use LanceDB")
    assert engine.one(id).importance == 8


def test_what_cannot_be_written_is_refused(open_engine: Open, repository: Path, tmp_path: Path) -> None:
    engine = open_engine()
    id = keep(engine, "x")
    (note,) = engine.remember({"kind": "note", "content": "n"}).ids
    for target, ids, error in (
        ("", (), InvalidRequest),
        (str(repository / "app.py"), (), InvalidRequest),
        (str(tmp_path / "no" / "such"), (), InvalidRequest),
        (str(tmp_path), ("nothing",), NotFound),
        (str(tmp_path), (note,), InvalidRequest),
    ):
        with pytest.raises(error):
            engine.export_records(target, ids)
    assert engine.one(id)
