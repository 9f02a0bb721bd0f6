"""What a record makes of its Decision, and a Decision of its record; nothing is read or written here."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from whence.background.writer import clean
from whence.readers.records import Bonds, Mention, Record
from whence.readers.records import Relation as Said
from whence.values.base import now, one_line, stable_id, unique
from whence.values.memory import Decision, Link, MemoryBase, Note

_OWN = ("title", "decision", "context", "rationale", "alternatives", "consequences", "number")
"""Fields that are the record's own, besides status, date and deciders."""


# ------------------------------------------------------------ from a record


def decision_of(record: Record, bound: Bonds, began: datetime | None, project: str) -> Decision:
    """What a record says, as a Decision of its own, redacted as it will be stored.

    Args:
        record: the record.
        bound: how the records of the project relate.
        began: when its file came to be, as far as it is known.
        project: id of the project.
    """
    status = record.status
    if any(older == record.path for _, older in bound.supersedes):
        status = "superseded"
    elif status == "superseded" and any(older == record.path for _, older in bound.cut):
        status = "accepted"  # all that superseded it was cut
    at = min(record.date or began or now(), now())
    decision = clean(
        Decision(
            id=stable_id(at, f"{project} record:{record.path}"),
            created_at=at,
            project=project,
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


def digest(decision: Decision) -> str:
    """A digest of the record's own text."""
    values: dict[str, Any] = {name: getattr(decision, name) for name in _OWN}
    return hashlib.blake2b(json.dumps(values).encode("utf-8", "replace"), digest_size=8).hexdigest()


def read_now(decision: Decision, links: tuple[Link, ...]) -> Decision:
    """The Decision with its links, and digests of what its file says: status, links, text."""
    targets = hashlib.blake2b(repr(sorted(links, key=repr)).encode(), digest_size=8).hexdigest()
    read = f"{decision.status}:{targets}:{digest(decision)}"
    return decision.model_copy(update={"links": links, "record_read": read})


def renewed(current: Decision, fresh: Decision, ours: Iterable[str]) -> Decision:
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


def links_of(bound: Bonds, ids: Mapping[str, str]) -> dict[str, tuple[Link, ...]]:
    """The links of each record's Decision. The superseded one leads to its successor as well."""
    links: dict[str, list[Link]] = {}
    for newer, older in bound.supersedes:
        links.setdefault(newer, []).append(Link(relation="supersedes", target=ids[older]))
        links.setdefault(older, []).append(Link(relation="about", target=ids[newer]))
    for one, other in bound.about:
        links.setdefault(one, []).append(Link(relation="about", target=ids[other]))
    return {path: tuple(dict.fromkeys(each)) for path, each in links.items()}


def earlier(old: Decision, new: Decision, project: str) -> Note:
    """What was written into a Decision by hand before its file won."""
    body = f"Before {new.record} was edited, the decision had been changed in Whence. It read:\n\n{old.markdown()}"
    return Note(
        title=one_line(f"Earlier text of “{old.title}”", 200),
        content=body,
        project=project,
        author=old.author,
        source="import",
        links=(Link(relation="about", target=new.id),),
    )


# ------------------------------------------------------------ to a record


def mentions(
    decision: Decision, newer: Iterable[MemoryBase], others: Iterable[MemoryBase], names: Mapping[str, str]
) -> tuple[Mention, ...]:
    """The other decisions that a Decision's record names, each in one way.

    Args:
        decision: the Decision.
        newer: what supersedes it.
        others: what it links to.
        names: the files of the records beside it, by the ids of their Decisions.
    """
    relations = {link.target: link.relation for link in decision.links}
    related: list[tuple[Said, MemoryBase]] = [
        *(("superseded_by", other) for other in newer),
        *(("supersedes" if relations[other.id] == "supersedes" else "about", other) for other in others),
    ]
    told = dict.fromkeys(named for said, other in related if (named := _mention(said, other, names)) is not None)
    bound = {mention.path or mention.number for mention in told if mention.relation != "about"}
    return tuple(each for each in told if each.relation != "about" or (each.path or each.number) not in bound)


def record_of(decision: Decision, mentioned: tuple[Mention, ...]) -> Record:
    """What a Decision says as a record that names these others."""
    return Record(
        path="",
        number=decision.number,
        title=decision.title,
        status=decision.status,
        date=decision.created_at,
        deciders=decision.author,
        context=decision.context,
        decision=decision.decision,
        rationale=decision.rationale,
        alternatives=decision.alternatives,
        consequences=decision.consequences,
        labels=decision.labels,
        mentions=mentioned,
        memory=decision.id,
    )


def _mention(relation: Said, other: MemoryBase, names: Mapping[str, str]) -> Mention | None:
    """How a record names another memory: a decision by its file, or by its number."""
    if not isinstance(other, Decision):
        return None
    if name := names.get(other.id, ""):
        return Mention(relation, path=name)
    return Mention(relation, number=other.number) if other.number is not None else None
