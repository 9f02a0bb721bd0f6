"""The past of a clone without its changelog, and the questions that `codemem.py` asks of it."""

import os
import random
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

CHANGELOG = re.compile(r"(?:docs?/)?(?:changelog|changes|history|news|release[-_ ]?notes)(?:\.(?:md|rst|txt))?", re.I)
FRAGMENTS = ("changelog.d", "changes", "news", "newsfragments", "newsfragment", "changelogs", ".changeset")
"""Folders in which projects keep the entries of the next release, a file each."""

NUMBERS = re.compile(
    r"[:{](?:pr|issue|gh|pull|user)[:}]`[^`]*?(\d+)`"
    r"|\[?#(\d+)\]?(?:\([^)\s]*\))?|\[?(?:https?://\S+?)?/(?:pull|issues)/(\d+)\S*"
)
"""How entries name pull requests and issues."""
FIXES = re.compile(r"\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\s*:?\s+#(\d+)", re.I)
QUOTED = re.compile(
    r"\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\s*:?\s+#(\d+)[\s:,(–-]+[\"“'`]?([^\n\"”]{12,200})", re.I
)
"""A message that fixes an issue and writes its title beside the number."""
SQUASHED = re.compile(r"\(#(\d+)\)\s*$")
MERGED = re.compile(r"^Merge pull request #(\d+)")
BULLET = re.compile(r"^(?:[-*+•]|\d+\.)\s+(?=\S)")
LEAST_WORDS, MOST_GOLD = 4, 5
"""Words of a question at least, and commits that answer it at most."""
MOST_FOREIGN = 100
"""Questions of other projects."""

ABSENT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("How do we deploy to kubernetes?", ("kubernetes",)),
    ("Why did we choose PostgreSQL over MySQL?", ("postgresql", "postgres", "mysql")),
    ("How are GraphQL resolvers cached?", ("graphql",)),
    ("Who approves invoices of customers?", ("invoice", "invoices")),
    ("Which message queue do the workers read from, Kafka or RabbitMQ?", ("kafka", "rabbitmq")),
    ("How was the Stripe payment gateway integrated?", ("stripe", "payment")),
    ("Why was the mobile app rewritten in Kotlin?", ("kotlin",)),
    ("What do we store of patients in the hospital?", ("hospital", "patient", "patients")),
    ("When did the warehouse start to count pallets by barcode?", ("warehouse", "barcode")),
    ("How is the reactor's coolant temperature sampled?", ("coolant", "reactor")),
    ("Which Terraform module makes the VPC?", ("terraform", "vpc")),
    ("Why do tenants have a shard of their own?", ("tenant", "tenants", "shard")),
    ("How many fonts does the invoice PDF embed?", ("invoice", "pdf")),
    ("Why does the spaceship lose shields after level nine?", ("spaceship", "shields")),
    ("How is the recommendation model trained on GPUs?", ("gpu", "gpus", "recommendation")),
)
"""Questions of our own, each with words that the past must lack for it to have no answer."""


class Commit(NamedTuple):
    """A commit of the clone."""

    id: str
    at: datetime
    """When it was committed."""
    parents: tuple[str, ...]
    subject: str
    body: str


class Question(NamedTuple):
    """Something that is asked of the past."""

    kind: str
    """`entry`, `pull` or `issue` of those that have an answer; `later`, `foreign` or `absent` of the others."""
    text: str
    gold: frozenset[str]
    """Commits of the past that answer it, by their ids there."""


class Past(NamedTuple):
    """A repository that holds a clone's history up to a moment, without its changelog."""

    root: Path
    until: datetime
    ids: Mapping[str, str]
    """Ids of its commits by those of the clone."""


def git(root: Path, *arguments: str) -> str:
    """What git prints; the user's own configuration plays no part.

    Raises:
        SystemExit: it failed; with its words.
    """
    quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_NO_LAZY_FETCH": "1"}
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False, env=quiet)
    if done.returncode:
        raise SystemExit(f"git {arguments[0]}: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout.decode("utf-8", "replace")


def commits(clone: Path) -> list[Commit]:
    """All that the clone's HEAD reaches, the newest first."""
    told = git(clone, "log", "-z", "--format=%H%x1f%ct%x1f%P%x1f%s%x1f%b", "HEAD", "--")
    made = []
    for each in filter(None, told.split("\0")):
        id, at, parents, subject, body = each.lstrip("\n").split("\x1f", 4)
        made.append(Commit(id, datetime.fromtimestamp(int(at), UTC), tuple(parents.split()), subject, body.strip()))
    return made


# ---------------------------------------------------------------- the changelog


def changelogs(clone: Path) -> list[str]:
    """The files that are a changelog, by their names."""
    return [
        path for path in git(clone, "ls-tree", "-r", "--name-only", "HEAD").splitlines() if CHANGELOG.fullmatch(path)
    ]


def entries(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The entries of a changelog, each a bullet with its further lines, without numbers; and the numbers."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if BULLET.match(line) or not line.strip() or line[:1] == "#":
            if lines:
                whole = " ".join(each.strip() for each in lines)
                yield plain(whole), tuple(int(next(filter(None, found.groups()))) for found in NUMBERS.finditer(whole))
            lines = [BULLET.sub("", line)] if BULLET.match(line) else []
        elif lines:
            lines.append(line)


def plain(text: str) -> str:
    """A text as one would ask it: without numbers of pull requests, addresses and marks of markup."""
    text = NUMBERS.sub(" ", text)
    text = re.sub(r"\{[\w:]+\}`([^`]*)`|:[\w:]+:`([^`]*)`", lambda found: f"`{found[1] or found[2]}`", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)|`([^`<]*)<[^>]*>`_+", lambda found: found[1] or found[2], text)
    text = re.sub(
        r"(?i)https?://\S+|@[\w-]+|\(\s*[,;&\s]*(?:and|by|in|see|thanks|pulls?|prs?|issues?)?\s*[,;&\s]*\)|[*`]{1,3}",
        " ",
        text,
    )
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(text.split())).strip(" -–,;:")


# ---------------------------------------------------------------- what answers


def answering(all_commits: Sequence[Commit]) -> dict[int, set[str]]:
    """The commits that are no merges by each number that they, or the merge that brought them, name as theirs."""
    by_id, found = {each.id: each for each in all_commits}, dict[int, set[str]]()
    for each in all_commits:
        named = [int(number) for number in FIXES.findall(f"{each.subject}\n{each.body}")]
        if number := SQUASHED.search(each.subject) or MERGED.match(each.subject):
            named.append(int(number[1]))
        brought = {each.id} if len(each.parents) < 2 else _brought(each, by_id)
        for number_named in named:
            found.setdefault(number_named, set()).update(brought)
    return found


def _brought(merge: Commit, by_id: Mapping[str, Commit]) -> set[str]:
    """The commits that a merge brought: those of its second parent up to what its first parent's line had before."""
    line, at = set[str](), merge.parents[0]
    for _ in range(3_000):
        line.add(at)
        if at not in by_id or not by_id[at].parents:
            break
        at = by_id[at].parents[0]
    brought, at = set[str](), merge.parents[1]
    while at in by_id and at not in line and len(brought) <= MOST_GOLD:
        if len(by_id[at].parents) != 1:
            return set()  # a branch with merges of its own brings what others made, too
        brought.add(at)
        at = by_id[at].parents[0]
    return brought


def asked(clone: Path, all_commits: Sequence[Commit]) -> Iterator[Question]:
    """What can be asked of the clone, with all its commits that answer, whenever they were made."""
    answers = answering(all_commits)
    for path in changelogs(clone):
        for text, numbers in entries(git(clone, "show", f"HEAD:{path}")):
            yield Question("entry", text, frozenset().union(*(answers.get(each, set()) for each in numbers)))
    by_id = {each.id: each for each in all_commits}
    for each in all_commits:
        if len(each.parents) == 2:
            title = each.body.partition("\n")[0] if MERGED.match(each.subject) else SQUASHED.sub("", each.subject)
            numbered = MERGED.match(each.subject) or SQUASHED.search(each.subject)
            gold = _brought(each, by_id) if numbered else set()
            if title.strip().lower() not in {by_id[id].subject.strip().lower() for id in gold}:
                yield Question("pull", plain(title), frozenset(gold))
        for number, title in QUOTED.findall(f"{each.subject}\n{each.body}"):
            earlier = {id for id in answers[int(number)] - {each.id} if by_id[id].at < each.at}
            yield Question("issue", plain(title), frozenset(earlier))


def fitting(questions: Iterable[Question]) -> list[Question]:
    """Those that are long enough and that few commits answer, each text once."""
    kept: dict[str, Question] = {}
    for each in questions:
        if len(each.text.split()) >= LEAST_WORDS and 0 < len(each.gold) <= MOST_GOLD:
            kept.setdefault(each.text.casefold(), each)
    return list(kept.values())


# ---------------------------------------------------------------- the past


def moment(questions: Sequence[Question], all_commits: Sequence[Commit], share: float) -> datetime:
    """The moment before which so many of the questions were answered."""
    at = {each.id: each.at for each in all_commits}
    answered = sorted(max(at[id] for id in each.gold) for each in questions)
    return answered[min(len(answered) - 1, int(share * len(answered)))] if answered else all_commits[0].at


def replayed(clone: Path, root: Path, until: datetime) -> Past:
    """A new repository with the clone's history up to a moment, without its changelog and the fragments of one.

    Raises:
        SystemExit: git could not copy it, or there is no commit that early.
    """
    begun = git(clone, "rev-list", "-1", "--first-parent", f"--before={int(until.timestamp())}", "HEAD").strip()
    if not begun:
        raise SystemExit(f"{clone.name} has no commit before {until:%Y-%m-%d}.")
    past = set(git(clone, "log", "--format=", "--name-only", begun).splitlines())
    names = sorted(path for path in past if CHANGELOG.fullmatch(path))
    without = [f":(exclude){each}" for each in (*names, *FRAGMENTS)]
    whole = root.with_name(f"{root.name}-whole")
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--shared", str(clone.resolve()), str(whole)], check=True, capture_output=True
    )
    git(whole, "update-ref", "refs/heads/codemem", begun)
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "codemem")
    marks = [whole / f"marks-{each}" for each in ("there", "here")]
    export = ["git", "-C", str(whole), "fast-export", f"--export-marks={marks[0]}", "--reencode=yes"]
    export += ["refs/heads/codemem", "--", ".", *without]
    with subprocess.Popen(export, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as source:
        taken = subprocess.run(
            ["git", "-C", str(root), "fast-import", "--quiet", f"--export-marks={marks[1]}"],
            stdin=source.stdout,
            capture_output=True,
            check=False,
        )
    if source.returncode or taken.returncode:
        raise SystemExit(f"{clone.name} could not be replayed: {taken.stderr.decode('utf-8', 'replace')[-300:]}")
    there, here = (dict(line.split() for line in each.read_text().splitlines()) for each in marks)
    git(root, "gc", "-q")
    git(root, "reset", "-q", "--hard", "codemem")
    return Past(root, until, {there[mark]: id for mark, id in here.items() if mark in there})


def put(past: Past, clones: Sequence[Sequence[Question]], all_commits: Sequence[Commit]) -> list[Question]:
    """What is asked of a past: the first clone's questions, with the answers that the past has, and those without any.

    Args:
        past: where they are asked.
        clones: the fitting questions of its own clone, then those of others.
        all_commits: of its own clone.
    """
    at = {each.id: each.at for each in all_commits}
    made: list[Question] = []
    for kind, text, gold in clones[0]:
        held = frozenset(past.ids[id] for id in gold if id in past.ids)
        if held:
            made.append(Question(kind, text, held))
        elif kind == "entry" and all(at[id] > past.until for id in gold):
            made.append(Question("later", text, frozenset()))
    foreign = [Question("foreign", each.text, frozenset()) for each in chain(*clones[1:]) if each.kind == "entry"]
    made += random.Random(1).sample(foreign, min(len(foreign), MOST_FOREIGN))
    words = set(re.findall(r"[a-z]+", git(past.root, "log", "-p", "--format=%B", "HEAD", "--").lower()))
    made += [Question("absent", text, frozenset()) for text, lacking in ABSENT if not words.intersection(lacking)]
    return made
