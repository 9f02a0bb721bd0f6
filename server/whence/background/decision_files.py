"""Decision records and their Decisions: taken in, kept in step when a file is edited, written out.

A Decision keeps digests of what its file said when it was read last. By them an edit of the file is told from one made
in Whence: a file that says what it said leaves the memory alone; one that was edited wins for the fields that are its
own, and what a person had written into these meanwhile is kept as a note.
"""

import logging
import os
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePosixPath

from whence.background import decision_rules as rules
from whence.background.writer import Unchanged, Writer
from whence.git.text import read
from whence.readers.record_parser import parse
from whence.readers.records import MAX_BYTES, Bonds, Record, bonds, file_name, is_candidate, number_of, render
from whence.store import Store
from whence.values.base import unique
from whence.values.errors import WhenceError
from whence.values.memory import Decision, Link, MemoryBase
from whence.values.operation import Progress
from whence.values.place import Place
from whence.values.reports import Imported
from whence.values.rounds import Rounds
from whence.values.tally import Tally

log = logging.getLogger(__name__)

_PAUSE = 0.5
"""Seconds in which saves are gathered before the records are looked at."""

_TOLD = 100


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class Records:
    """The decision records of a project, each with its Decision.

    Args:
        project: whose they are.
        store: where Decisions are read.
        writer: where they are written.
    """

    def __init__(self, project: Place, store: Store, writer: Writer) -> None:
        self._project, self._store, self._writer = project, store, writer
        self._turn = threading.Lock()
        self._seen: dict[str, tuple[int, int]] | None = None
        self._rounds = Rounds("whence-records", self._round, first=_PAUSE)
        self._started = False

    # ------------------------------------------------------------ kept in step

    def start(self) -> None:
        """Keep Decisions in step with their files from now on."""
        self._started = True
        self._rounds.start()

    def stir(self) -> None:
        """Tell that a file of the project may have changed; returns at once."""
        if self._started:
            self._rounds.stir(_PAUSE)

    def close(self) -> None:
        """Stop; what changes later is found at the next start."""
        self._rounds.close()

    def _round(self) -> None:
        try:
            self.keep_up()
        except (WhenceError, OSError) as error:
            log.warning("decision records are not kept up: %s", error)
        except Exception:
            log.exception("decision records are not kept up")

    def keep_up(self) -> Imported | None:
        """Take what changed in the folders of the known records since the last look; None where nothing did."""
        known = self.known()
        if not known:
            return None
        files = {path: stamp for folder in {_parent(path) for path in known} for path, stamp in self._listed(folder)}
        if files == self._seen:
            return None
        # Only a file that was seen here is missed: another work tree of the project may have records of its own.
        missed = [path for path in known if self._seen and path in self._seen and path not in files]
        done = self.take(sorted({*files, *(path for path in known if (self._project.root / path).is_file())}), missed)
        self._seen = files
        return done

    def known(self) -> dict[str, str]:
        """The Decision of each record, by its file."""
        found = self._store.known_as(("decision",)).items()
        return {key.removeprefix("record:"): id for key, id in found if key.startswith("record:")}

    def _listed(self, folder: str) -> list[tuple[str, tuple[int, int]]]:
        """Files of a folder that may be records, with time and size."""
        found = []
        with suppress(OSError), os.scandir(self._project.root / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if is_candidate(path) and entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    found.append((path, (stat.st_mtime_ns, stat.st_size)))
        return found

    # ------------------------------------------------------------ written out

    def export(self, folder: Path, decisions: Sequence[Decision], *, again: bool, progress: Progress) -> list[Path]:
        """Write decisions as numbered records into a folder; no file that is there is touched.

        A Decision whose record comes to stand in the project is kept in step with it from then on.

        Args:
            folder: an existing folder.
            decisions: in the order of their numbers.
            again: whether those of which the folder has a record already are written once more.
            progress: told how far it is.

        Raises:
            OSError: a file can't be written; those before it are there.
        """
        there = _exported(folder)
        taken = {number for each in folder.iterdir() if (number := number_of(each.name)) is not None}
        wanted = [decision for decision in decisions if again or decision.id not in there]
        names = {**there, **{decision.id: "" for decision in wanted}}
        for decision in wanted:
            number = (
                decision.number
                if decision.number is not None and decision.number not in taken
                else max(taken, default=0) + 1
            )
            taken.add(number)
            names[decision.id] = file_name(number, decision.title)
        written = []
        for at, decision in enumerate(wanted):
            progress(f"Writing {len(wanted)} decision records", at / len(wanted))
            path = folder / names[decision.id]
            text = render(self._record(decision, names))
            with open(path, "x", encoding="utf-8", newline="\n", opener=_private) as file:
                file.write(text)
            written.append(path)
            self._adopt(decision, path, text)
        return written

    def _record(self, decision: Decision, names: Mapping[str, str]) -> Record:
        """What a Decision says as a record; others are named by their files beside it, or by their numbers."""
        superseding = Link(relation="supersedes", target=decision.id)
        linked = [memory for memory in self._store.linking([decision.id]) if superseding in memory.links]
        newer = [memory for memory in linked if memory.deleted_at is None]
        others = self._store.get([link.target for link in decision.links])
        return rules.record_of(decision, rules.mentions(decision, newer, others, names))

    def _adopt(self, decision: Decision, path: Path, text: str) -> None:
        """Let a Decision know the record that was written of it, if that stands in the project."""
        if decision.record or not path.is_relative_to(self._project.root):
            return
        name = path.relative_to(self._project.root).as_posix()
        record = parse(name, text)
        if isinstance(record, str):
            return
        told = rules.decision_of(record, bonds([record]), None, self._project.id)

        def adopt(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Decision) or current.record:
                raise Unchanged
            # Its links as the record tells them are learnt when it is read with the others.
            mark = f"{current.status}::{rules.digest(told)}"
            return current.model_copy(update={"record": name, "number": record.number, "record_read": mark})

        self._writer.update_all([decision.id], adopt)

    # ------------------------------------------------------------ taken in

    def take(
        self,
        files: Sequence[str],
        missed: Sequence[str] = (),
        began: Mapping[str, datetime] | None = None,
        progress: Progress = lambda message, share: None,
    ) -> Imported:
        """Bring the Decisions of these files up to date.

        Args:
            files: all records there are, relative to the project: they are read together, since they name one another.
            missed: files of records that are gone.
            began: when each file came to be, as far as it is known, for records without a date.
            progress: told how far it is.

        Raises:
            StorageError: some of it may be on disk; doing it again is safe.
        """
        with self._turn:
            tally = Tally()
            records: dict[str, Record] = {}
            for number, path in enumerate(files):
                progress("Reading decision records", number / (2 * len(files)))
                if (record := self._read(path, tally)) is not None:
                    records[path] = record
            bound = bonds(list(records.values()))
            for newer, older in bound.cut:
                tally.add("closes a cycle of superseding decisions", f"{newer} supersedes {older}")
            return self._write(records, bound, missed, began or {}, tally, progress)

    def _read(self, path: str, tally: Tally) -> Record | None:
        disk = read(self._project.root / path, MAX_BYTES)
        if disk.raw is None:
            tally.add("file that can't be read or is too large" if disk.there else "file that is gone", path)
            return None
        if b"\0" in disk.raw[:8192]:
            tally.add("not a text", path)
            return None
        record = parse(path, disk.raw.decode("utf-8", "replace"))
        if isinstance(record, str):
            tally.add(record, path)
            return None
        return record

    def _write(
        self,
        records: Mapping[str, Record],
        bound: Bonds,
        missed: Sequence[str],
        began: Mapping[str, datetime],
        tally: Tally,
        progress: Progress,
    ) -> Imported:
        project = self._project.id
        fresh = {path: rules.decision_of(record, bound, began.get(path), project) for path, record in records.items()}
        homes = self._homes(records, fresh, missed)
        links = rules.links_of(bound, {path: homes.get(path, decision.id) for path, decision in fresh.items()})
        fresh = {path: rules.read_now(decision, links.get(path, ())) for path, decision in fresh.items()}
        put = [decision for path, decision in fresh.items() if path not in homes]
        self._writer.write(put)
        by_home = {home: fresh[path] for path, home in homes.items()}
        edited: list[tuple[Decision, Decision]] = []

        def renew(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Decision) or current.deleted_at:
                raise Unchanged
            renewed = rules.renewed(current, by_home[current.id], set(by_home) | {decision.id for decision in put})
            if renewed == current:
                raise Unchanged
            text = current.record_read.rpartition(":")[2]
            if text not in ("", rules.digest(renewed)) and rules.digest(current) not in (text, rules.digest(renewed)):
                edited.append((current, renewed))
            return renewed

        done = []
        ids = list(by_home)
        for start in range(0, len(ids), 100):
            progress("Bringing decisions up to date", 0.5 + start / (2 * len(ids)))
            done += [
                memory for memory in self._writer.update_all(ids[start : start + 100], renew) if memory is not None
            ]
        last = {new.id: (old, new) for old, new in edited}
        self._writer.write([rules.earlier(old, new, project) for old, new in last.values()])
        gone = self._gone([path for path in missed if path not in records])
        binned = [memory.title for memory in self._store.get(ids) if memory.deleted_at]
        for title in binned:
            tally.add("in the bin here", title)
        left_out = tally.left_out()
        written = [*(decision.id for decision in put), *(memory.id for memory in done)]
        return Imported(
            added=len(put),
            updated=len(done) + gone,
            unchanged=len(ids) - len(done) - len(binned),
            left_out=left_out,
            ids=tuple(written[:_TOLD]),
            note=_note(len(put), len(done), gone, len(edited), sum(left.count for left in left_out)),
        )

    def _homes(
        self, records: Mapping[str, Record], fresh: Mapping[str, Decision], missed: Sequence[str]
    ) -> dict[str, str]:
        """For each record that has a Decision its id: by its file, by what it was exported from, or by having moved."""
        known = self.known()
        homes = {path: known[decision.record] for path, decision in fresh.items() if decision.record in known}
        homes |= self._exported_from({path: record for path, record in records.items() if path not in homes}, homes)
        homes |= self._moved({path: each for path, each in fresh.items() if path not in homes}, known, fresh, missed)
        stored = {memory.id for memory in self._store.get([decision.id for decision in fresh.values()])}
        return {**{path: decision.id for path, decision in fresh.items() if decision.id in stored}, **homes}

    def _exported_from(self, records: Mapping[str, Record], homes: Mapping[str, str]) -> dict[str, str]:
        """For records that name the memory that they were written of, the id of that Decision, if no other has it."""
        named = {record.memory: path for path, record in records.items() if record.memory}
        taken = set(homes.values())
        found = self._store.get(list(named))
        return {named[each.id]: each.id for each in found if isinstance(each, Decision) and each.id not in taken}

    def _moved(
        self,
        homeless: Mapping[str, Decision],
        known: Mapping[str, str],
        there: Collection[str],
        missed: Collection[str],
    ) -> dict[str, str]:
        """For records without a Decision that of one that is gone and had this number and title."""
        lost = [id for path, id in known.items() if path not in there and not (self._project.root / path).is_file()]
        gone = {
            (each.number, each.title): each.id
            for each in self._store.get(lost)
            if isinstance(each, Decision) and (each.record in missed or each.record_gone)
        }
        homes: dict[str, str] = {}
        for path, decision in homeless.items():
            if id := gone.pop((decision.number, decision.title), None):
                homes[path] = id
        return homes

    def _gone(self, missed: Sequence[str]) -> int:
        """Say of the Decisions of these files that their files are gone. How many didn't say so yet."""
        known = self.known()

        def tell(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Decision) or current.record_gone or current.deleted_at:
                raise Unchanged
            return current.model_copy(update={"record_gone": True})

        ids = unique(known[path] for path in missed if path in known)
        return sum(each is not None for each in self._writer.update_all(ids, tell))


def _exported(folder: Path) -> dict[str, str]:
    """Names of the files in a folder that were exported from a memory, by its id."""
    found = {}
    for path in sorted(folder.iterdir()):
        if is_candidate(path.name) and (raw := read(path, MAX_BYTES).raw) is not None:
            record = parse(path.name, raw.decode("utf-8", "replace"))
            if isinstance(record, Record) and record.memory:
                found[record.memory] = path.name
    return found


def _note(added: int, updated: int, gone: int, edited: int, left_out: int) -> str:
    parts = [
        f"Added {added} and updated {updated} {'decision' if added + updated == 1 else 'decisions'} from their records",
        f"{gone} of a file that is gone stay" if gone else "",
        f"{left_out} left out" if left_out else "",
    ]
    note = "; ".join(part for part in parts if part) + "."
    if edited:
        note += f" {edited} had been edited in Whence as well: the file won, and the earlier text is kept as a note."
    return note


def _parent(path: str) -> str:
    folder = str(PurePosixPath(path).parent)
    return "" if folder == "." else folder
