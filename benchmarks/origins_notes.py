"""What a repository's notes of git-ai say of its lines: whether we read the same, and find the same without them.

Run: `python benchmarks/origins.py --notes CLONE`, CLONE a repository with `refs/notes/ai` (git-ai's own carries them;
a plain clone doesn't fetch them). Printed is for how many lines that commits added, and their notes say something of,
we tell what the note says; and how well the messages that older notes carry find the same session when they are all
that is known: they are written as transcripts, and compared with the commits as any other. Beside it stands what
nobody could do better by these messages: of most lines no message holds the text.
"""

import json
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from benchmarks.origins_told import commits, sessions
from whence.background import origins
from whence.background.origin_claims import Claims
from whence.background.origin_table import OriginTable, cleaned
from whence.git import hunks, notes, repositories
from whence.git.plumbing import Repository
from whence.readers import attributions
from whence.readers.transcripts.edits import patches
from whence.readers.transcripts.edits.gathering import strings
from whence.readers.transcripts.turns import items, mapping, words
from whence.retrieval.origins import SURE, Explained, Hunk, digest
from whence.values.tally import Tally

COMMITS = 200
"""Commits that are looked at for each figure."""

SHOWN = 0.8
"""Share of a commit's lines that messages must show to be able to tell of it: of subagents' work, and of edits that the
shell made, they show nothing."""

_BESIDE = 3
"""Lines within which a short one, such as a brace, goes with those that can be compared, as when it is told."""

_AT_ONCE = 100
"""Commits whose notes are read at once."""

Lines = Mapping[tuple[str, int], str]
"""For lines of a commit, by file and number, the session that wrote each; nothing where a person did."""


def measured(folder: Path) -> None:
    """Measure on a repository with notes, and print the figures."""
    repository = repositories.find(folder.resolve())
    if repository is None:
        raise SystemExit("there is no repository")
    ids = [id for id, merge, _ in hunks.reachable(repository) if not merge]
    noted: dict[str, Lines] = {}
    by_session: dict[str, list[dict[str, Any]]] = {}
    for begin in range(0, len(ids), _AT_ONCE):
        for id, text in notes.notes(repository, attributions.NOTES, ids[begin : begin + _AT_ONCE]).items():
            noted[id] = gold(text)
            gather(text, by_session)
    print(f"{len(ids)} commits, {len(noted)} with notes, {len(by_session)} sessions whose messages stand in one")
    noted = {id: said for id, said in noted.items() if said}
    stated(repository, dict(list(noted.items())[:COMMITS]))
    able = {session: shown(said) for session, said in by_session.items() if writes(said)}
    chosen = {id: said for id, said in noted.items() if set(said.values()) <= able.keys()}
    print("by messages alone, which show the text of an edit:")
    found_again(repository, dict(list(chosen.items())[:COMMITS]), by_session, able)
    whole = {
        made.id: chosen[made.id]
        for made in hunks.made(repository, list(chosen))
        if share_shown(made, chosen[made.id], able) >= SHOWN
    }
    print(f"of them, those whose messages show {SHOWN:.0%} of the lines or more:")
    found_again(repository, dict(list(whole.items())[:COMMITS]), by_session, able)


# ---------------------------------------------------------------- what notes say, read as their standard has it


def gold(note: str) -> dict[tuple[str, int], str]:
    """The lines that a note gives to assistants, each with its session; read apart from the product's reader."""
    head, _, rest = f"\n{note}".partition("\n---\n")
    told = json.loads(rest)
    known = {**told.get("prompts", {}), **told.get("sessions", {})}
    found: dict[tuple[str, int], str] = {}
    path = ""
    for line in head.split("\n"):
        if not line.startswith("  "):
            path = line.strip('"')
            continue
        key, _, spans = line.strip().rpartition(" ")
        agent = known.get(key.split("::")[0], {}).get("agent_id")
        for span in spans.split(",") if agent else ():
            first, _, last = span.partition("-")
            found |= {(path, number): agent["id"] for number in range(int(first), int(last or first) + 1)}
    return found


def gather(note: str, found: dict[str, list[dict[str, Any]]]) -> None:
    """Take in the messages of a note, of each session the longest of what notes hold of it."""
    for prompt in mapping(json.loads(f"\n{note}".partition("\n---\n")[2]).get("prompts")).values():
        session, said = words(mapping(prompt.get("agent_id")).get("id")), items(prompt.get("messages"))
        if len(said) > len(found.get(session, ())):
            found[session] = said


def writes(said: Sequence[Mapping[str, Any]]) -> bool:
    """Whether messages hold the text of an edit: git-ai kept only the file's name of some assistants' edits."""
    return any(next(patches.by_tool(mapping(each.get("input"))), None) for each in said)


def shown(said: Sequence[Mapping[str, Any]]) -> set[int]:
    """The lines, by digest, of all texts that stand in the calls among messages."""
    texts = [text for each in said for text in strings(each.get("input"))]
    return {key for text in texts for line in text.split("\n") if (key := digest(line)) is not None}


def edited(said: Sequence[Mapping[str, Any]]) -> set[int]:
    """The lines, by digest, that edits among messages write."""
    texts = [line for each in said for _, lines in patches.by_tool(mapping(each.get("input"))) for line in lines]
    return {key for line in texts if line[:1] == "+" and (key := digest(line[1:])) is not None}


def share_shown(made: hunks.Made, noted: Lines, able: Mapping[str, Set[int]]) -> float:
    """The share of a commit's noted lines that stand in the messages of their session; short ones don't count."""
    keys = [
        digest(line) in able[session]
        for each in made.hunks
        for number, line in enumerate(each.added, each.start)
        if (session := noted.get((each.path, number))) and digest(line) is not None
    ]
    return sum(keys) / len(keys) if keys else 0.0


# ---------------------------------------------------------------- the figures


def stated(repository: Repository, noted: Mapping[str, Lines]) -> None:
    """How often we tell what a note says of a line that its commit added."""
    alike = count = 0
    with (
        tempfile.TemporaryDirectory(prefix="whence bench ") as home,
        OriginTable(Path(home), repository.root).open() as reading,
    ):
        claims = Claims(repository)
        claims.read(list(noted))
        for made in hunks.made(repository, list(noted)):
            added = cleaned(Hunk(each.path, each.old_path, each.added, each.removed) for each in made.hunks)
            nobody = Explained([], [[() for _ in each.added] for each in added])
            reading.keep_explained(made.id, added, nobody, 0)
            reading.noted.keep(made.id, claims.lines(made))
            for path in {each.path for each in made.hunks}:
                lines = dict(numbered(made, path))
                found = reading.written(made.id, path, lines, {number: (path, number) for number in lines})
                for number in lines:
                    known = reading.known_as(found[number][0]) if number in found else None
                    alike += (known.session if known else "") == noted[made.id].get((path, number), "")
                    count += 1
    print(f"{len(noted)} commits with notes: of {count} added lines {alike / max(1, count):.4f} are told as noted")


def numbered(made: hunks.Made, path: str) -> Iterator[tuple[int, str]]:
    """The lines that a commit added to a file, by their numbers."""
    for each in made.hunks:
        if each.path == path:
            yield from enumerate(each.added, each.start)


def found_again(
    repository: Repository,
    noted: Mapping[str, Lines],
    by_session: Mapping[str, Sequence[Mapping[str, Any]]],
    able: Mapping[str, Set[int]],
) -> None:
    """How well messages alone find the sessions that notes name, and how well anybody could by what they hold."""
    counted: dict[str, int] = defaultdict(int)
    edits = {session: edited(by_session[session]) for session in able}
    with tempfile.TemporaryDirectory(prefix="whence bench ") as home:
        os.environ["CLAUDE_CONFIG_DIR"] = home
        folder = Path(home, "projects", re.sub(r"[^A-Za-z0-9]", "-", str(repository.root)))
        folder.mkdir(parents=True)
        for session, said in by_session.items():
            with (folder / f"{session}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(each) + "\n" for each in records(session, said, str(repository.root)))
        table = OriginTable(Path(home), repository.root)
        origins.refresh(table, [repository.root], Tally(), ("claude-code",))
        with table.open() as reading:
            ours, names = commits(reading, repository, list(noted)), sessions(reading)
        for made in hunks.made(repository, list(noted)):
            for each, lines in zip(made.hunks, ours[made.id].lines, strict=True):
                held, wrote = (holding(each, noted[made.id], texts) for texts in (able, edits))
                for number, told in enumerate(lines, each.start):
                    right = noted[made.id].get((each.path, number), "")
                    mine = names[told[0].session] if told and told[0].confidence >= SURE else ""
                    counted["noted"] += bool(right)
                    counted["told"] += bool(mine)
                    counted["both"] += bool(mine) and mine == right
                    counted["another"] += bool(mine) and bool(right) and mine != right
                    counted["held"] += number in held
                    counted["wrote"] += number in wrote
                    counted["wrote and told"] += number in wrote and mine == right
                    text = each.added[number - each.start]
                    counted["verbatim"] += bool(mine) and not right and digest(text) in able.get(mine, ())
                    counted["silent"] += bool(mine) and not right and digest(text) is not None
    precision, recall = (counted["both"] / max(1, counted[each]) for each in ("told", "noted"))
    score = 2 * precision * recall / max(1e-9, precision + recall)
    print(
        f"{len(noted)} commits, {counted['noted']} noted lines: F1 {score:.3f} (precision {precision:.3f},"
        f" recall {recall:.3f}, {counted['another']} lines told as another session's)"
    )
    most = counted["held"] / max(1, counted["noted"])
    print(
        f"  calls of their session hold {counted['held']} of them, so that F1 is {2 * most / (1 + most):.3f} at best;"
        f" edits hold {counted['wrote']}, of which {counted['wrote and told'] / max(1, counted['wrote']):.3f} are told"
    )
    print(
        f"  of {counted['silent']} long lines that are told, and no note says anything of, {counted['verbatim']} stand"
        " in a call of the session that is told"
    )


def holding(hunk: hunks.Hunk, noted: Lines, texts: Mapping[str, Set[int]]) -> set[int]:
    """The noted lines of a hunk that stand among the texts of their session, with the short ones beside them."""
    numbers = range(hunk.start, hunk.start + len(hunk.added))
    keys = dict(zip(numbers, map(digest, hunk.added), strict=True))
    session = {number: noted.get((hunk.path, number), "") for number in numbers}
    held = {number for number in numbers if session[number] and keys[number] in texts[session[number]]}
    near = {number + step for number in held for step in range(-_BESIDE, _BESIDE + 1)}
    return held | {each for each in near if session.get(each) and keys.get(each) is None}


def records(session: str, said: Sequence[Mapping[str, Any]], folder: str) -> Iterator[dict[str, Any]]:
    """Messages of a note as a transcript of Claude Code has them; that a call failed isn't told there."""
    last: str | None = None
    at = ""
    for number, each in enumerate(said):
        id, at = f"{session}-{number}", each.get("timestamp") or at
        base = {"parentUuid": last, "sessionId": session, "cwd": folder, "timestamp": at}
        if each.get("type") == "tool_use":
            call = {"type": "tool_use", "id": f"t-{id}", "name": each.get("name"), "input": mapping(each.get("input"))}
            yield {**base, "type": "assistant", "uuid": id, "message": {"role": "assistant", "content": [call]}}
            done = {"type": "tool_result", "tool_use_id": f"t-{id}", "content": "done"}
            base["parentUuid"], id = id, f"{id}-done"
            yield {**base, "type": "user", "uuid": id, "message": {"role": "user", "content": [done]}}
        elif each.get("type") in ("user", "assistant"):
            message = {"role": each["type"], "content": [{"type": "text", "text": each.get("text", "")}]}
            yield {**base, "type": each["type"], "uuid": id, "message": message}
        last = id
