"""Summaries of days, weeks and months: each made from what it holds, and made anew only where that has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from whence.engine.completion import Ask, Thought, think, think_all, thinks
from whence.engine.quotes import Quotes, quotes_of
from whence.engine.summaries.prompt import PERIOD_SUMMARY, PeriodSummary, Point
from whence.engine.turns import Level, gist, lately
from whence.models.prompt import Material
from whence.project.project import Project
from whence.values.base import now, one_line, unique
from whence.values.errors import InvalidRequest
from whence.values.handed_out import marked
from whence.values.markdown import clean
from whence.values.memory import KINDS, Link, MemoryBase, Summary
from whence.values.memory.periods import Digest, Period, Span, day_of, day_told, digest, spans, whole_told
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter
from whence.values.reports import Summarized, cite
from whence.values.tokens import count_tokens

_READ_TOKENS = 12_000
"""Tokens that a model reads of one day, week or month at most."""

_LEAST_TOKENS = 40
"""Tokens under which no further turn of a conversation is begun."""

_CONTENTS = 2000
"""Memories of a day, the latest, that its summary is made of."""

_LINKED = 500
"""Memories that a summary links to at most, the latest ones."""

_MOST_DAYS = 1100
_AT_ONCE = 200
_SHOWN = 31
"""Summaries that an answer shows whole."""

_READ = tuple(kind for kind in KINDS if kind != "summary")

_SECTIONS: tuple[tuple[str, Callable[[PeriodSummary], tuple[Point, ...]]], ...] = (
    ("What was done", lambda told: told.done),
    ("Decisions", lambda told: told.decisions),
    ("Errors", lambda told: told.errors),
    ("Left open", lambda told: told.left_open),
)


@dataclass(frozen=True)
class _Due:
    """A summary that has to be written."""

    span: Span
    digest: Digest
    known: Summary | None


@dataclass
class _Work:
    """What has been done so far."""

    summaries: dict[Span, Summary] = field(default_factory=dict)
    written: int = 0
    unchanged: int = 0
    model: str = ""
    notes: list[str] = field(default_factory=list)
    asking: bool = True
    """Whether models are asked: no longer once none of several questions got an answer."""


@thinks
@operation
def summarize(
    project: Project,
    period: Period = "day",
    at: str = "",
    since: str = "",
    until: str = "",
    again: bool = False,
    progress: Progress = lambda message, share: None,
) -> Summarized:
    """Sum up a day, a week or a month, or all of them in a range, and keep the summaries.

    A week is told from its days, a month from its weeks; what says what it said is not read again.

    Args:
        period: day, week or month.
        at: a day of it, as `2026-11-20`; without it, today.
        since: instead, the first day of a range.
        until: the last day of the range; without it, today.
        again: whether to tell anew what has not changed.

    Raises:
        InvalidRequest: a day is none, or lies ahead; or the range is too long.
        Cancelled: what was written until then stays.
    """
    wanted = _wanted(period, at, since, until, now().astimezone().date())
    marks = _marks(project, wanted, progress)
    days = [Span("day", day) for span in wanted for day in _days(span)]
    weeks = [part for span in wanted for part in span.parts() if part.period == "week"]
    levels = [each for each in (days, weeks) if each and each[0].period != period]
    work = _Work()
    for number, level in enumerate((*levels, wanted)):
        part = (number / (len(levels) + 1), 1 / (len(levels) + 1))
        _level(project, level, marks, work, again=again, progress=_part(progress, *part))
    _empty(project, [*days, *weeks, *wanted], work)
    return _report(wanted, work)


def conversation_gist(project: Project, id: str, level: Level) -> str:
    """What the last day, week or month of a conversation came to, as Markdown; nothing is kept.

    Raises:
        NotFound: there is no such conversation.
        ApprovalNeeded: the user has to be asked first, and this face can't.
    """
    material, left = list[Material](), _READ_TOKENS
    for turn in reversed(lately(project, id, level).messages):
        text = turn.content[-3 * left :]
        material.insert(0, Material(turn.name or turn.role, text))
        if (left := left - count_tokens(text)) < _LEAST_TOKENS:
            break
    last = {"daily": "day", "weekly": "week", "monthly": "month"}[level]
    thought = think(project, Ask(PERIOD_SUMMARY, f"Summarise the last {last} of this conversation.", tuple(material)))
    return _told(thought.answer, Quotes((), {})) if thought.answer else gist(project, id, level)


# ------------------------------------------------------------ inside


def _marks(project: Project, wanted: Sequence[Span], progress: Progress) -> dict[date, Digest]:
    """What the days hold, as digests; only days of which something is remembered."""
    begin, end = wanted[0].bounds[0], wanted[-1].bounds[1]
    marks: dict[date, Digest] = {}
    for batch in project.store.each(Filter(kinds=_READ, since=begin, until=end, archived=True)):
        progress(f"Reading what is remembered of {len(marks) or 'the'} days", 0.0)
        for each in batch:
            marks.setdefault(each.created_at.astimezone().date(), Digest()).add(each)
    return marks


def _level(
    project: Project, level: Sequence[Span], marks: dict[date, Digest], work: _Work, *, again: bool, progress: Progress
) -> None:
    """Write those summaries of days, of weeks or of months that are due, and gather all of them."""
    due, binned = _due(project, level, marks, work, again=again)
    done = _written_down(project, due, work, progress) if due else 0
    if project.plan is None:  # what is only planned goes on to the next level, which may be due
        for summary in binned:
            project.writer.update(summary.id, lambda memory: memory.model_copy(update={"deleted_at": None}))
    held = [span for span in level if _mark(project, span, marks, work).count]
    work.written += done
    work.unchanged += len(held) - len(due)
    work.summaries |= {span: each for span, each in _known(project, held).items() if each.deleted_at is None}


def _due(
    project: Project, level: Sequence[Span], marks: dict[date, Digest], work: _Work, *, again: bool
) -> tuple[list[_Due], list[Summary]]:
    """The summaries that have to be written, and those that are right and only have to come back from the bin."""
    known = _known(project, level)
    due: list[_Due] = []
    binned: list[Summary] = []
    for span in level:
        mark, found = _mark(project, span, marks, work), known.get(span)
        if not mark.count:
            continue
        if found is None or again or not _fresh(project, found, mark, work):
            due.append(_Due(span, mark, found))
        elif found.deleted_at is not None:
            binned.append(found)
    return due, binned


def _mark(project: Project, span: Span, marks: dict[date, Digest], work: _Work) -> Digest:
    if span.period == "day":
        return marks.get(span.first) or Digest()
    return digest(_parts(span, work))


def _fresh(project: Project, known: Summary, mark: Digest, work: _Work) -> bool:
    """Whether nothing has changed, and no model would tell better what rules told."""
    better = project.settings.model != "none" and work.asking and not known.model
    return known.digest == str(mark) and not better


def _written_down(project: Project, due: Sequence[_Due], work: _Work, progress: Progress) -> int:
    """Write what is due, by a model where it answers. How many."""
    asking = project.settings.model != "none" or project.plan is not None
    asked = due if asking else due[:1]  # one tells why none is asked
    read = [_read(project, each, work) for each in asked] if work.asking else []
    asks = [
        Ask(PERIOD_SUMMARY, f"Summarise {each.span.title}.", one.material)
        for each, one in zip(asked, read, strict=False)
    ]
    finished: set[int] = set()

    def keep(number: int, thought: Thought[PeriodSummary]) -> None:
        assert thought.answer is not None
        one = read[number]
        _keep(project, due[number], _told(thought.answer, one), thought.model, list(one.ids.values()))
        finished.add(number)
        work.model = thought.model

    thoughts = think_all(project, asks, progress=progress, answered=keep)
    if asks:
        work.asking = bool(finished)
        work.notes += [each.note for each in thoughts]
        work.notes += [one.note for number, one in enumerate(read) if number in finished]
    for number, each in enumerate(due):
        progress(f"Writing {len(due)} summaries", number / len(due))
        if number not in finished:
            sources = _sources(project, each.span, work)
            if each.span.period == "day":
                content = day_told(sources)
            else:
                content = whole_told([(part.span, part.content) for part in sources if isinstance(part, Summary)])
            _keep(project, each, content, "", [source.id for source in sources])
    return len(due)


def _read(project: Project, due: _Due, work: _Work) -> Quotes:
    return quotes_of(_sources(project, due.span, work), _READ_TOKENS)


def _sources(project: Project, span: Span, work: _Work) -> Sequence[MemoryBase]:
    if span.period != "day":
        return _parts(span, work)
    begin, end = span.bounds
    return project.store.newest(Filter(kinds=_READ, since=begin, until=end, archived=True), limit=_CONTENTS)[::-1]


def _known(project: Project, level: Sequence[Span]) -> dict[Span, Summary]:
    """The summaries that there are, the bin's included."""
    ids = {span.id(project.place.id): span for span in level}
    listed = list(ids)
    found = (
        memory for at in range(0, len(listed), _AT_ONCE) for memory in project.store.get(listed[at : at + _AT_ONCE])
    )
    return {ids[memory.id]: memory for memory in found if isinstance(memory, Summary)}


def _keep(project: Project, due: _Due, content: str, model: str, sources: Sequence[str]) -> None:
    """Write one summary; one that is there stays filed as it is."""
    begin, end = due.span.bounds
    links = tuple(Link(relation="about", target=id) for id in sources[-_LINKED:])
    made = Summary(
        id=due.span.id(project.place.id),
        title=due.span.title,
        content=content,
        period=due.span.period,
        since=begin,
        until=end,
        span=due.span.name,
        digest=str(due.digest),
        model=model,
        source="model" if model else "rules",
        links=links,
        created_at=begin,
        author=project.place.author,
        project=project.place.id,
    )
    if due.known is None:
        project.writer.write([made])
        return
    told = {name: getattr(made, name) for name in ("content", "since", "until", "digest", "model", "source")}

    def change(current: MemoryBase) -> MemoryBase:
        others = tuple(link for link in current.links if link.relation != "about")
        return current.model_copy(update={**told, "links": (*others, *links), "deleted_at": None})

    project.writer.update(due.known.id, change)


def _empty(project: Project, every: Sequence[Span], work: _Work) -> None:
    """Move summaries to the bin of which nothing is remembered any more."""
    bare = [span for span in dict.fromkeys(every) if span not in work.summaries]
    gone = [summary.id for summary in _known(project, bare).values() if summary.deleted_at is None]
    if gone:
        at = now()
        project.writer.update_all(gone, lambda memory: memory.model_copy(update={"deleted_at": at}))
        what = "1 summary is" if len(gone) == 1 else f"{len(gone)} summaries are"
        work.notes.append(f"{what} in the bin: what was summed up there is gone.")


def _wanted(period: Period, at: str, since: str, until: str, today: date) -> list[Span]:
    """The days, weeks or months that are asked for.

    Raises:
        InvalidRequest: they are none.
    """
    if at and (since or until):
        raise InvalidRequest("Name one day, or the first and the last of a range; not both.")
    if until and not since:
        raise InvalidRequest("A last day without a first one: name both.")
    first = _day(since or at, today)
    last = first if not since else min(_day(until, today), today)
    if first > today:
        raise InvalidRequest(f"{first} lies ahead: there is nothing to sum up yet.")
    if last < first:
        raise InvalidRequest(f"{last} comes before {first}.")
    if (last - first).days > _MOST_DAYS:
        raise InvalidRequest(f"That are {(last - first).days} days. Ask about {_MOST_DAYS} at most.")
    return spans(period, first, last)


def _day(text: str, today: date) -> date:
    if not text.strip():
        return today
    try:
        return day_of(text)
    except ValueError:
        raise InvalidRequest(f"{one_line(text, 40)!r} is not a day. Write it as 2026-05-31, from 1971 on.") from None


def _days(span: Span) -> list[date]:
    return [span.first + timedelta(days=number) for number in range((span.after - span.first).days)]


def _parts(span: Span, work: _Work) -> list[Summary]:
    return [work.summaries[part] for part in span.parts() if part in work.summaries]


def _part(progress: Progress, begin: float, length: float) -> Progress:
    return lambda message, share: progress(message, begin + share * length)


def _told(answer: PeriodSummary, read: Quotes) -> str:
    """What a model told, as Markdown; each point with the memories that it rests on, of those that were shown."""
    blocks = [one_line(clean(answer.overview), 1500)]
    for heading, points in _SECTIONS:
        if lines := [_point(each, read) for each in points(answer)]:
            blocks.append(f"### {heading}\n\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def _point(point: Point, read: Quotes) -> str:
    cited = ", ".join(f"`{id}`" for id in read.cited(point.sources))
    return f"- {one_line(clean(point.text), 500)}" + (f" ({cited})" if cited else "")


def _report(wanted: Sequence[Span], work: _Work) -> Summarized:
    found = [work.summaries[span] for span in wanted if span in work.summaries]
    empty = len(wanted) - len(found)
    what = f"{wanted[0].period}s"
    one = len(wanted) == 1
    title = wanted[0].title if one else f"{what.capitalize()} {wanted[0].name} to {wanted[-1].name}"
    if one:
        page = found[0].content if found else ""
    else:
        page = "\n\n".join(f"## {summary.title}\n\n{summary.content}" for summary in found[:_SHOWN])
    more = len(found) - _SHOWN
    notes = [f"{more} more {what} are not shown here."] if more > 0 and not one else []
    if not found:
        notes.append(f"Nothing is remembered of {title[:1].lower()}{title[1:]}.")
    elif work.written:
        wrote = f"Wrote {work.written} {'summary' if work.written == 1 else 'summaries'}"
        notes.append(f"{wrote}; {work.unchanged} had not changed." if work.unchanged else f"{wrote}.")
    else:
        notes.append("Nothing has changed since it was summed up.")
    if found and empty:
        notes.append(f"Nothing is remembered of {empty} {what if empty > 1 else what[:-1]}.")
    return Summarized(
        title=title,
        markdown=marked(f"# {title}\n\n{page}") if page else "",
        cited=tuple(cite(summary) for summary in found),
        note=" ".join(unique([*notes, *work.notes])),
        ids=tuple(summary.id for summary in found),
        written=work.written,
        unchanged=work.unchanged,
        empty=empty,
        model=work.model,
    )
