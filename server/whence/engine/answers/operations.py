"""Answers: a question to memory, what memory holds about it, and an answer that cites it."""

from typing import Annotated

from pydantic import Field

from whence.engine.answers import extracts
from whence.engine.answers.asked import Asked
from whence.engine.answers.prompt import ANSWER, MemoryAnswer
from whence.engine.answers.sentences import SURE, answering, asks_why, gives_reason
from whence.engine.candidates import by_words_alone, look_for
from whence.engine.completion import Ask, think, thinks
from whence.engine.context import context, said_in
from whence.engine.notes import keep
from whence.models.prompt import Material
from whence.project.project import Project
from whence.values.base import Text, Words, now, one_line, unique
from whence.values.errors import InvalidRequest
from whence.values.handed_out import marked, unmarked
from whence.values.markdown import clean, inline
from whence.values.memory import Conversation, Link, MemoryBase, Message
from whence.values.operation import Progress, operation
from whence.values.protocol import Acknowledged, ContextBlock, Filter, Focus
from whence.values.reports import Answer, cite

_LONGEST_QUESTION = 20_000

_NOTHING = "Memory holds nothing about this."
_UNDONE = "None of the memories found says that this was done. What comes closest:"
_CLOSEST = "None of the memories found answers exactly this. What comes closest:"
_UNREASONED = "This tells what was done, and gives no reason:"
_ORIGIN = "whence"

_FURTHER = 60
"""Memories that a search finds in which that one is looked for which says what was done: “Use jemalloc” is one of many
that name it, and not the first."""

_FOLDER = "answers"
"""Where answers are filed that were kept. No answer is made of those: they would bear out themselves."""


@thinks
@operation
def ask(
    project: Project,
    question: Annotated[str, Field(min_length=1, max_length=_LONGEST_QUESTION)],
    budget: Annotated[int, Field(ge=1, le=200_000)] | None = None,
    kinds: Words = (),
    labels: Words = (),
    focus: Focus | None = None,
    keep: bool = False,
    progress: Progress = lambda message, share: None,
) -> Answer:
    """Ask memory a question; the answer cites the memories it follows from, and where there is none it says so.

    Without a model the answer is two or three sentences of the memories, verbatim.

    Args:
        question: what to ask.
        budget: the most tokens of memory to answer from.
        kinds: only these kinds of memory.
        labels: only memories with one of these labels.
        focus: where the user is; memories near it count a little more.
        keep: whether to keep question and answer as a conversation, if there is one.

    Raises:
        InvalidRequest: nothing is asked, or a kind is unknown.
        ApprovalNeeded: the user has to be asked before a model is, and this face can't.
    """
    if not question.strip():
        raise InvalidRequest("Ask something.")
    progress("Looking through memory", 0.0)
    block = context(project, question, budget, kinds=kinds, labels=labels, exclude_folders=(_FOLDER,), focus=focus)
    if not block.sources and not (block.left_out or kinds or labels) and any(project.store.counts().values()):
        block = block.model_copy(update={"note": _NOTHING})  # no filter of the user's is in the way
    page = _answer_from(project, question, block, Filter(kinds=kinds, labels=labels), focus, progress)
    if not keep:
        return page
    if not page.answered:
        return page.model_copy(update={"note": f"{page.note} There is no answer to keep.".strip()})
    kept = keep_answer(project, question, page.markdown, tuple(each.id for each in page.cited))
    return page.model_copy(update={"kept": kept.ids[0], "note": f"{page.note} {kept.note}".strip()})


@operation
def keep_answer(
    project: Project,
    question: Annotated[Text, Field(max_length=_LONGEST_QUESTION)],
    answer: Annotated[Text, Field(max_length=200_000)],
    cited: Words = (),
) -> Acknowledged:
    """Keep a question to memory and its answer as a conversation that links to the memories cited.

    It is filed in the folder `answers`, which questions to memory leave out as long as it is there.

    Args:
        question: what was asked.
        answer: what was answered, as Markdown.
        cited: ids of the memories that the answer cites; those that are not there any more are left out.
    """
    there = [memory.id for memory in project.store.get(unique(cited))]
    at = now()
    conversation = Conversation(
        title=one_line(question, 200),
        messages=(
            Message(role="user", content=question.strip(), at=at),
            Message(role="assistant", content=unmarked(answer).strip(), name="Whence", at=at),
        ),
        origin=_ORIGIN,
        folder=_FOLDER,
        source="assistant",
        links=tuple(Link(relation="about", target=each) for each in there),
        project=project.place.id,
        author=project.place.author,
    )
    return keep(project, conversation)


def _answer_from(
    project: Project, question: str, block: ContextBlock, chosen: Filter, focus: Focus | None, progress: Progress
) -> Answer:
    """What the memories of a context block answer."""
    found = project.store.get([each.id for each in block.sources])
    if not found:
        if block.left_out:  # what doesn't fit into the budget is there all the same
            return _page(question, block.note, [], _without(question, block, block.note))
        return _nothing(project, question, block, block.note)
    if block.weak:
        # What has nothing to do with the question can bear out no answer, so no model is paid for one.
        return _nothing(project, question, block, _NOTHING)
    names = extracts.short_names(block.markdown, [memory.id for memory in found])
    material = Material("From the project's memory", names)
    thought = think(project, Ask(ANSWER, f"Question: {question.strip()}", (material,)), progress=progress)
    if thought.answer is None:
        found += _doing(project, question, found, block, chosen, focus)
        return _quoted(project, question, found, block, thought.note)
    page = _answered(question, thought.answer, found, block)
    note = " ".join(unique([page.note, thought.note]))
    return page.model_copy(update={"model": thought.model, "note": note})


def _doing(
    project: Project, question: str, there: list[MemoryBase], block: ContextBlock, chosen: Filter, focus: Focus | None
) -> list[MemoryBase]:
    """Memories further down whose titles say that what the question takes for done was done."""
    asked = Asked(question, project.rarity[1], sure=block.confidence >= SURE)
    if asked.deed is None:
        return []
    query, admitted = said_in(project, question, chosen)
    excluded = (*project.settings.context.exclude_folders, _FOLDER)
    admitted = admitted.model_copy(update={"exclude_folders": excluded})
    hits = look_for(project, query, admitted, _FURTHER, focus, pieces=False).hits
    known = {each.id for each in there}
    return project.store.get([each.id for each in hits if each.id not in known and asked.names_deed(each.title)])


def _quoted(project: Project, question: str, found: list[MemoryBase], block: ContextBlock, note: str) -> Answer:
    """The sentences of the memories that answer, without a model."""
    told = answering(question, found, project.rarity[1], block.confidence)
    said = told.quoted
    if not said:
        return _nothing(project, question, block, " ".join(unique([_NOTHING, note])))
    memories = [found[number] for number in dict.fromkeys(each.number for each in said)]
    body = extracts.quotations(said, found)
    if told.lacking:
        lacking = _UNDONE if told.lacking == "deed" else _CLOSEST
        return _page(question, f"{lacking}\n\n{body}", memories, _without(question, block, note))
    if asks_why(question) and not gives_reason(said):
        body = f"{_UNREASONED}\n\n{body}"
    page = _page(question, body, memories, _without(question, block, note))
    return page.model_copy(update={"answered": True})


def _nothing(project: Project, question: str, block: ContextBlock, note: str) -> Answer:
    """That there is no answer; and how much of memory could not be compared by meaning yet, where that is so."""
    told = _NOTHING
    if alone := by_words_alone(project):
        told = f"Nothing was found about this. {alone}"
        note = note if alone in note else note.replace(_NOTHING, told)
    return _page(question, told, [], _without(question, block, note or told))


def _answered(question: str, said: MemoryAnswer, found: list[MemoryBase], block: ContextBlock) -> Answer:
    """What a model answered; without a memory that bears it out it is no answer."""
    numbers = extracts.cited(said.answer, said.cited, len(found))
    missing = inline(said.missing, 1000)
    empty = Answer(title=_title(question), markdown="", tokens=block.tokens)
    if not said.answerable or not said.answer.strip() or not numbers:
        why = missing or ("The model named no memory that bears its answer out." if said.answerable else "")
        told = f"Memory holds no answer to this. {why}".strip()
        return _page(question, told, [], empty.model_copy(update={"note": told}))
    memories = {number: found[number - 1] for number in numbers}
    text = extracts.linked(said.answer, memories)
    body = f"{text}\n\n*Not told by memory: {missing}*" if missing else text
    return _page(question, body, list(memories.values()), empty.model_copy(update={"answered": True}))


def _without(question: str, block: ContextBlock, note: str) -> Answer:
    return Answer(title=_title(question), markdown="", tokens=block.tokens, note=note)


def _page(question: str, body: str, found: list[MemoryBase], answer: Answer) -> Answer:
    parts = [f"# {inline(question, 200)}", body, extracts.sources(found) if found else ""]
    markdown = marked(clean("\n\n".join(part for part in parts if part)))
    return answer.model_copy(update={"markdown": markdown, "cited": tuple(map(cite, found))})


def _title(question: str) -> str:
    return one_line(question, 200)
