"""Decision records and their Decisions: taken in, kept in step when a file is edited, written out.

A Decision keeps digests of what its file said when it was read last. By them an edit of the file is told from one made
in Whence: a file that says what it said leaves the memory alone; one that was edited wins for the fields that are its
own, and what a person had written into these meanwhile is kept as a note.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from whence.background.writer import Unchanged, Writer, clean
from whence.git.text import read
from whence.readers.record_parser import parse
from whence.readers.records import MAX_BYTES, Bonds, Mention, Record, bonds, file_name, is_candidate, number_of, render
from whence.readers.records import Relation as Said
from whence.store import Store
from whence.values.base import now, one_line, stable_id, unique
from whence.values.errors import WhenceError
from whence.values.memory import Decision, Link, MemoryBase, Note
from whence.values.operation import Progress
from whence.values.place import Place
from whence.values.reports import Imported
from whence.values.tally import Tally

log = logging.getLogger(__name__)

_PAUSE = 0.5
"""Seconds in which saves are gathered before the records are looked at."""

_TOLD = 100
_OWN = ("title", "decision", "context", "rationale", "alternatives", "consequences", "number")
"""Fields that are the record's own, besides status, date and deciders."""


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
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._seen: dict[str, tuple[int, int]] | None = None
        self._thread = threading.Thread(target=self._loop, name="whence-records", daemon=True)

    # ------------------------------------------------------------ kept in step

    def start(self) -> None:
        """Keep Decisions in step with their files from now on, on a thread of its own."""
        self._thread.start()
        self._wake.set()

    def stir(self) -> None:
        """Tell that a file of the project may have changed; returns at once."""
        self._wake.set()

    def close(self) -> None:
        """Stop; what changes later is found at the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            if self._stop.wait(_PAUSE):
                return
            self._wake.clear()
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
        wanted = [each for each in decisions if again or each.id not in there]
        names = {**there, **{each.id: "" for each in wanted}}
        for each in wanted:
            number = each.number if each.number is not None and each.number not in taken else max(taken, default=0) + 1
            taken.add(number)
            names[each.id] = file_name(number, each.title)
        written = []
        for at, each in enumerate(wanted):
            progress(f"Writing {len(wanted)} decision records", at / len(wanted))
            path = folder / names[each.id]
            text = render(self._record(each, names))
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            written.append(path)
            self._adopt(each, path, text)
        return written

    def _record(self, each: Decision, names: Mapping[str, str]) -> Record:
        """What a Decision says as a record; others are named by their files beside it, or by their numbers."""
        others = self._store.get([link.target for link in each.links])
        relations = {link.target: link.relation for link in each.links}
        newer = [
            other
            for other in self._store.linking([each.id])
            if Link(relation="supersedes", target=each.id) in other.links and other.deleted_at is None
        ]
        mentions: list[tuple[Said, MemoryBase]] = [
            *(("superseded_by", other) for other in newer),
            *(("supersedes" if relations[other.id] == "supersedes" else "about", other) for other in others),
        ]
        told: dict[Mention, None] = {}
        for relation, other in mentions:
            if isinstance(other, Decision) and (name := names.get(other.id, "")):
                told[Mention(relation, path=name)] = None
            elif isinstance(other, Decision) and other.number is not None:
                told[Mention(relation, number=other.number)] = None
        said = {mention.path or mention.number for mention in told if mention.relation != "about"}
        return Record(
            path="",
            number=each.number,
            title=each.title,
            status=each.status,
            date=each.created_at,
            deciders=each.author,
            context=each.context,
            decision=each.decision,
            rationale=each.rationale,
            alternatives=each.alternatives,
            consequences=each.consequences,
            labels=each.labels,
            mentions=tuple(each for each in told if each.relation != "about" or (each.path or each.number) not in said),
            memory=each.id,
        )

    def _adopt(self, each: Decision, path: Path, text: str) -> None:
        """Let a Decision know the record that was written of it, if that stands in the project."""
        if each.record or not path.is_relative_to(self._project.root):
            return
        name = path.relative_to(self._project.root).as_posix()
        record = parse(name, text)
        if isinstance(record, str):
            return
        read_now = self._decision(record, bonds([record]), None)

        def adopt(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Decision) or current.record:
                raise Unchanged
            # Its links as the record tells them are learnt when it is read with the others.
            update = {"record": name, "number": record.number, "record_read": f"{current.status}::{_digest(read_now)}"}
            return current.model_copy(update=update)

        self._writer.update_all([each.id], adopt)

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
        fresh = {path: self._decision(each, bound, began.get(path)) for path, each in records.items()}
        homes = self._homes(records, fresh, missed)
        links = _links(bound, {path: homes.get(path, each.id) for path, each in fresh.items()})
        fresh = {path: _read_now(each, links.get(path, ())) for path, each in fresh.items()}
        put = [each for path, each in fresh.items() if path not in homes]
        self._writer.write(put)
        by_home = {home: fresh[path] for path, home in homes.items()}
        edited: list[tuple[Decision, Decision]] = []

        def renew(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Decision) or current.deleted_at:
                raise Unchanged
            renewed = _renewed(current, by_home[current.id], set(by_home) | {each.id for each in put})
            if renewed == current:
                raise Unchanged
            text = current.record_read.rpartition(":")[2]
            if text not in ("", _digest(renewed)) and _digest(current) not in (text, _digest(renewed)):
                edited.append((current, renewed))
            return renewed

        done = []
        ids = list(by_home)
        for start in range(0, len(ids), 100):
            progress("Bringing decisions up to date", 0.5 + start / (2 * len(ids)))
            done += [each for each in self._writer.update_all(ids[start : start + 100], renew) if each is not None]
        self._writer.write([self._kept(old, new) for old, new in {new.id: (old, new) for old, new in edited}.values()])
        gone = self._gone([path for path in missed if path not in records])
        binned = [each.title for each in self._store.get(ids) if each.deleted_at]
        for title in binned:
            tally.add("in the bin here", title)
        left_out = tally.left_out()
        written = [*(each.id for each in put), *(each.id for each in done)]
        return Imported(
            added=len(put),
            updated=len(done) + gone,
            unchanged=len(ids) - len(done) - len(binned),
            left_out=left_out,
            ids=tuple(written[:_TOLD]),
            note=_note(len(put), len(done), gone, len(edited), sum(each.count for each in left_out)),
        )

    def _decision(self, record: Record, bound: Bonds, began: datetime | None) -> Decision:
        """What a record says, as a Decision of its own, redacted as it will be stored."""
        status = record.status
        if any(older == record.path for _, older in bound.supersedes):
            status = "superseded"
        elif status == "superseded" and any(older == record.path for _, older in bound.cut):
            status = "accepted"  # all that superseded it was cut
        at = min(record.date or began or now(), now())
        decision = clean(
            Decision(
                id=stable_id(at, f"{self._project.id} record:{record.path}"),
                created_at=at,
                project=self._project.id,
                source="import",
                author=record.deciders,
                title=record.title,
                decision=record.decision,
                context=record.context,
                rationale=record.rationale,
                alternatives=record.alternatives,
                consequences=record.consequences,
                status=status,
                number=record.number,
                record=record.path,
                labels=record.labels,
            )
        )
        assert isinstance(decision, Decision)
        return decision

    def _homes(
        self, records: Mapping[str, Record], fresh: Mapping[str, Decision], missed: Sequence[str]
    ) -> dict[str, str]:
        """For each record that has a Decision its id: by its file, by what it was exported from, or by having moved."""
        known = self.known()
        homes = {path: known[each.record] for path, each in fresh.items() if each.record in known}
        named = {each.memory: path for path, each in records.items() if each.memory and path not in homes}
        taken = set(homes.values())
        for each in self._store.get(list(named)):
            if isinstance(each, Decision) and each.id not in taken:
                homes[named[each.id]] = each.id
        lost = [id for path, id in known.items() if path not in fresh and not (self._project.root / path).is_file()]
        moved = {
            (each.number, each.title): each.id
            for each in self._store.get(lost)
            if isinstance(each, Decision) and (each.record in missed or each.record_gone)
        }
        for path, decision in fresh.items():
            if path not in homes and (id := moved.pop((decision.number, decision.title), None)):
                homes[path] = id
        stored = {each.id for each in self._store.get([each.id for each in fresh.values()])}
        return {**{path: each.id for path, each in fresh.items() if each.id in stored}, **homes}

    def _gone(self, missed: Sequence[str]) -> int:
        """Say of the Decisions of these files that their files are gone. How many didn't say so yet."""
        known = self.known()

        def tell(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Decision) or current.record_gone or current.deleted_at:
                raise Unchanged
            return current.model_copy(update={"record_gone": True})

        ids = unique(known[path] for path in missed if path in known)
        return sum(each is not None for each in self._writer.update_all(ids, tell))

    def _kept(self, old: Decision, new: Decision) -> Note:
        """What was written into a Decision by hand before its file won."""
        body = f"Before {new.record} was edited, the decision had been changed in Whence. It read:\n\n{old.markdown()}"
        return Note(
            title=one_line(f"Earlier text of “{old.title}”", 200),
            content=body,
            project=self._project.id,
            author=old.author,
            source="import",
            links=(Link(relation="about", target=new.id),),
        )


def _exported(folder: Path) -> dict[str, str]:
    """Names of the files in a folder that were exported from a memory, by its id."""
    found = {}
    for path in sorted(folder.iterdir()):
        if is_candidate(path.name) and (raw := read(path, MAX_BYTES).raw) is not None:
            record = parse(path.name, raw.decode("utf-8", "replace"))
            if isinstance(record, Record) and record.memory:
                found[record.memory] = path.name
    return found


def _digest(decision: Decision) -> str:
    values: dict[str, Any] = {name: getattr(decision, name) for name in _OWN}
    return hashlib.blake2b(json.dumps(values).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _read_now(decision: Decision, links: tuple[Link, ...]) -> Decision:
    """The Decision with its links, and digests of what its file says: status, links, text."""
    targets = hashlib.blake2b(repr(sorted(links, key=repr)).encode(), digest_size=8).hexdigest()
    read = f"{decision.status}:{targets}:{_digest(decision)}"
    return decision.model_copy(update={"links": links, "record_read": read})


def _renewed(current: Decision, fresh: Decision, ours: Iterable[str]) -> Decision:
    """The Decision as its file has it now, where the file says something else than it said before."""
    before, after = current.record_read.split(":"), fresh.record_read.split(":")
    if before == after and current.record == fresh.record and not current.record_gone:
        return current
    status, links, text = before if len(before) == 3 else ("", "", "")
    update: dict[str, Any] = {"record": fresh.record, "record_gone": False, "record_read": fresh.record_read}
    if status != after[0]:
        update["status"] = fresh.status
    if links != after[1]:
        among = set(ours)
        kept = [each for each in current.links if each.relation != "supersedes" or each.target not in among]
        update["links"] = tuple(dict.fromkeys((*kept, *fresh.links)))
    if text != after[2]:
        update |= {name: getattr(fresh, name) for name in _OWN}
        update["author"] = fresh.author or current.author
        update["labels"] = unique((*current.labels, *fresh.labels))
    return current.model_copy(update=update)


def _links(bound: Bonds, ids: Mapping[str, str]) -> dict[str, tuple[Link, ...]]:
    """The links of each record's Decision. The superseded one leads to its successor as well."""
    links: dict[str, list[Link]] = {}
    for newer, older in bound.supersedes:
        links.setdefault(newer, []).append(Link(relation="supersedes", target=ids[older]))
        links.setdefault(older, []).append(Link(relation="about", target=ids[newer]))
    for one, other in bound.about:
        links.setdefault(one, []).append(Link(relation="about", target=ids[other]))
    return {path: tuple(dict.fromkeys(each)) for path, each in links.items()}


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
