"""What the REST face takes and answers.

Written by server/generate.py from the OpenAPI document. Do not edit: run `npm run generate`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from whence.faces.client.records import Record, Table

class Acknowledged(Record):
    """Memories that an operation wrote; they are on disk when this arrives."""

    ids: tuple[str, ...]
    """The memories, in the order of the request."""
    note: str
    """What was done, as a sentence."""

class Answer(Record):
    """What memory answers to a question; the memories that bear it out, or come closest, are cited."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    answered: bool
    """Whether memory holds an answer, as far as whoever answered can tell; otherwise what is cited comes closest."""
    model: str
    """The model that answered; empty where the page shows what memories say, in their own words."""
    tokens: int
    """Tokens of memory that the answer was made from."""
    kept: str
    """The conversation that it was kept as, if it was."""

class BackupListed(Record):
    """A backup of a project's memories."""

    at: str
    """When it was taken."""
    why: Literal['daily', 'asked', 'migration', 'restore']
    """Why: it was due, somebody asked for it, or it was taken before a migration or a restore."""
    memories: int
    """How many memories it has, the bin's included."""
    sound: bool
    """Whether all of it can be read and is as it was written."""
    damaged: int
    """Memories that were damaged on disk when it was taken, and that no earlier backup had."""

class Backups(Record):
    """The backups of a project's memories."""

    folder: str
    """Where they are."""
    backups: tuple[BackupListed, ...]
    """All of them, the newest first."""
    note: str
    """What was done or is to be known, as a sentence."""

class Band(Record):
    """Lines that one thing made, or that one memory is about."""

    lines: tuple[int, ...]
    """The lines, from 1; none where nobody can tell which."""
    at: str
    """When it was."""
    author: str
    """Who it was; empty where nobody knows."""
    title: str
    """What it was, in a line."""
    said: str
    """Why, as Markdown, without what the title says already and without noise; empty where no reason is known."""
    commit: str
    """Id of the commit; empty for what is in none."""
    url: str
    """Where that commit is to be seen; empty where the project has no known forge."""
    id: str
    """The memory; empty where only git knows."""
    kind: str
    """The memory's kind; empty without a memory."""
    about: Literal['', 'lines', 'gone', 'file']
    """Whether the memory is about these lines, about others that are gone, or about the file; not, what made them."""
    led: tuple[Led, ...]
    """Decisions, bugs, sessions and conversations behind it."""

BareLabels: TypeAlias = tuple[LabelSuggestion, ...]
"""Labels that a conversation may have, alone, the likeliest first."""

BareSuggestions: TypeAlias = tuple[PruneSuggestion, ...]
"""The conversations that may be archived, alone."""

class BrokenRule(Record):
    """A line that holds what a rule says that none may hold."""

    rule: str
    """The decision that says so."""
    pattern: str
    """What no line may hold."""
    reason: str
    """Why."""
    path: str
    """The file, relative to the project."""
    line: int
    """The line, from 1."""
    text: str
    """What it says."""

class BudgetState(Record):
    """How much of a budget is left."""

    name: Literal['day', 'month']
    """Which."""
    budget: float
    """The most that may be spent, in US dollars."""
    spent: float
    """What is spent of it, and what is set aside for requests under way."""

class Bug(Record):
    """A failure, and once it is known, why it happened and what solved it."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['bug']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    message: str
    """What the failure says."""
    error_type: str
    """Its type, such as `TypeError` or `java.lang.IllegalStateException`."""
    stack_trace: str
    """The trace as it was printed."""
    frames: tuple[Frame, ...]
    """Its calls, the innermost first."""
    file: str
    """The file in which it happened, relative to the project where it is one of it."""
    line: int
    """The line, from 1; 0 where it is not known."""
    signature: str
    """What stays the same when the bug comes back: made from type, message and innermost own frames."""
    root_cause: str
    """Why it happened."""
    solution: str
    """What solved it."""
    prevention: str
    """How to keep it from coming back."""
    screenshot: str
    """Name of the picture kept beside the database."""
    commit: str
    """Id of the commit by whose message it is known; empty where somebody met it."""
    resolved: bool
    """Whether it is solved."""
    resolved_at: str | None
    """When it was solved."""
    occurrences: tuple[str, ...]
    """When it was met, oldest first; the latest hundred."""
    count: int
    """How often it was met."""

class Case(Record):
    """A bug that is like the one asked about."""

    cited: Cited
    """The bug."""
    fit: Literal['high', 'medium', 'low', 'none']
    """How sure it is that what solved it solves the other one."""
    reasons: tuple[str, ...]
    """What the two have in common, as clauses."""
    solution: str
    """What solved it; empty where it is open."""

class Change(Record):
    """One logical change: a burst of saves of a file, or a commit."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['change']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    edits: tuple[FileEdit, ...]
    """What was done, file by file."""
    reason: str
    """Why, in the words of the commit message or of whoever recorded it."""
    commit: str
    """Id of the commit that holds it; empty while it is in no commit."""
    branch: str
    """Branch on which it was made."""
    open: bool
    """Whether it may still grow with further saves or be taken up by a commit."""
    discarded: bool
    """Whether it was thrown away before any commit: undone, restored, reset, or dropped from the stash."""

class Children(Record):
    """The rows below a row, in the order to show them."""

    nodes: tuple[TreeNode, ...]
    """The rows. Older ones wait behind an expandable last row."""
    message: str
    """What is shown where not all is: the words asked for, and the file; told with the top of the tree."""

class Citation(Record):
    """Lines of a file that a memory is about, as they were when it was made, and what they are found again by."""

    path: str
    """The file, relative to the project."""
    start: int
    """The first line, from 1."""
    end: int
    """The last line."""
    symbol: str
    """The function or class around the first line, such as `Cart.total`."""
    fingerprint: str
    """What the lines said, as a hash of each that isn't blank, without its indentation; nothing can be read of it."""
    commit: str
    """Id of the commit that was checked out."""

class Cited(Record):
    """A memory that a report speaks of."""

    id: str
    """The memory."""
    kind: str
    """Its kind."""
    title: str
    """Its title."""
    created_at: str
    """When what it tells happened."""

class CodeEntity(Record):
    """Something that a file defines."""

    name: str
    """Its names, from the outermost that it stands in, with dots between them."""
    kind: Literal['function', 'method', 'class', 'interface', 'type', 'module']
    """What it is."""
    signature: str
    """How it begins, on one line."""
    doc: str
    """Its docstring, or the comment before it."""
    path: str
    """Its file, relative to the project."""
    line: int
    """Its first line."""
    end_line: int
    """Its last line."""

class CodeGraph(Record):
    """The graph around a file, to be drawn."""

    file: str
    """The file in the middle."""
    nodes: tuple[GraphNode, ...]
    """The files, the one in the middle first."""
    edges: tuple[GraphEdge, ...]
    """What is between them."""
    left_out: int
    """Files that would have been too many to draw, the farthest ones."""
    note: str
    """What the user should know, as a sentence."""

class CodeHit(Record):
    """An entity that answers a query."""

    name: str
    """Its names, from the outermost that it stands in, with dots between them."""
    kind: Literal['function', 'method', 'class', 'interface', 'type', 'module']
    """What it is."""
    signature: str
    """How it begins, on one line."""
    doc: str
    """Its docstring, or the comment before it."""
    path: str
    """Its file, relative to the project."""
    line: int
    """Its first line."""
    end_line: int
    """Its last line."""
    language: str
    """Its language."""
    score: float
    """How well it answers; comparable within one result only."""
    exact: bool
    """Whether the query names it."""

class CodeResult(Record):
    """The entities that answer a query, best first."""

    hits: tuple[CodeHit, ...]
    """Best first."""
    mode: Literal['words and meaning', 'words']
    """How was searched."""
    note: str
    """What the user should know, as a sentence."""

class Comment(Record):
    """A text as a comment of a programming language."""

    text: str
    """The comment, its lines ended; empty where the language has no comments, or none that are known."""
    note: str
    """Why there is none."""

class Component(Record):
    """One part of an architecture."""

    name: str
    """What it is called."""
    role: str
    """What it is or does."""

class Connection(Record):
    """How one part of an architecture relates to another."""

    origin: str
    """Name of the part at which it begins."""
    target: str
    """Name of the part to which it leads."""
    what: str
    """What it stands for."""

class Consolidated(Record):
    """What was merged; `undo_consolidation` takes it back, each by the id of the memory that stayed."""

    ids: tuple[str, ...]
    """The memories, in the order of the request."""
    note: str
    """What was done, as a sentence."""
    left_out: tuple[LeftOut, ...]
    """Proposals that were not carried out, by reason."""

class Consolidation(Record):
    """Memories that could be one, to be looked through."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    proposals: tuple[Proposal, ...]
    """What `apply_consolidation` takes, all of it or some."""
    left_out: tuple[LeftOut, ...]
    """What is alike and was not proposed, by reason."""
    model: str
    """The model that wrote texts; empty where all were joined by rules."""

class Context(Record):
    """What fits into a budget of tokens: by conversation, and turn by turn."""

    context: tuple[ContextPart, ...]
    messages: tuple[ContextMessage, ...]
    conversation_ids: tuple[str, ...]
    labels: tuple[str, ...]
    conversations_included: int
    conversations_used: int
    total_tokens: int
    token_count: int
    context_budget: int

class ContextBlock(Record):
    """Memories as one Markdown text within a budget of tokens."""

    markdown: str
    """The block, its sources named; empty where nothing fits the query."""
    tokens: int
    """Tokens of the block, counted with Claude's published vocabulary; no fewer than OpenAI's models count."""
    budget: int
    """The most tokens that it might take."""
    sources: tuple[ContextSource, ...]
    """What it was made of, in order."""
    left_out: int
    """Memories that fitted the query but not the budget."""
    omitted: tuple[Omitted, ...]
    """All that was left out, by reason; the block's last line says the same."""
    confidence: float
    """How well the best memory fits the query, as a search tells it."""
    weak: bool
    """Whether the memories may well have nothing to do with the query."""
    note: str
    """What the user should know: that nothing fits, or that the budget was small."""

class ContextMessage(Record):
    """A turn that a context holds."""

    role: str
    content: str
    metadata: Table[Any]

class ContextPart(Record):
    """A conversation that a context holds."""

    id: str
    conversation_id: str
    label: str
    folder: str
    score: float
    messages: tuple[ContextMessage, ...]

class ContextSource(Record):
    """One memory that a context block holds."""

    id: str
    """The memory."""
    kind: str
    """Its kind."""
    title: str
    """One line that names it."""
    created_at: str
    """When what it tells happened."""
    tokens: int
    """What it takes of the budget."""
    shortened: bool
    """Whether only a part of it fitted."""
    repeats: tuple[str, ...]
    """Memories that say nearly the same, and are left out because of it."""

class Contribution(Record):
    """What one turn of a conversation, or one assistant, brought into a commit."""

    lines: int
    """How many different lines; 0 where only the commit says that it helped."""
    mixed: int
    """Those of them that somebody changed before the commit."""
    origins: tuple[Origin, ...]
    """Who wrote them, the likeliest first."""
    told: str
    """The same in words, as Markdown on one line."""

class Conversation(Record):
    """What was said, turn by turn."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['conversation']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    messages: tuple[Message, ...]
    """The turns, oldest first."""
    origin: str
    """Where it comes from, such as `claude-code` or the name of a file."""
    thread: str
    """Its id there, by which further turns find it."""

class ConversationLines(Record):
    """The lines that a conversation wrote: those that still stand, and those that are gone."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    files: tuple[LinesInFile, ...]
    """By file, those with the most lines first."""

class CostRow(Record):
    """What a day, a model or an operation cost."""

    name: str
    """The day, the model or the operation."""
    calls: int
    """Requests to models."""
    tokens_in: int
    """Tokens that were sent."""
    tokens_out: int
    """Tokens that were answered."""
    usd: float
    """What that cost, in US dollars, as far as prices are known."""
    unpriced: int
    """Requests among them whose price is not known."""

class Costs(Record):
    """What models cost on this machine, for all projects."""

    total: CostRow
    """All of it."""
    days: tuple[CostRow, ...]
    """By day, the last one first."""
    models: tuple[CostRow, ...]
    """By model, the dearest first."""
    operations: tuple[CostRow, ...]
    """By operation, the dearest first."""
    budgets: tuple[BudgetState, ...]
    """The budgets of this day and this month."""
    month_estimate: float
    """US dollars that this month comes to if it goes on as it began; 0 where nothing was spent in it."""
    stopped: bool
    """Whether all models are switched off."""
    markdown: str
    """The same as a page."""
    note: str
    """What to know about it, as a sentence."""

class Count(Record):
    """How many conversations there are."""

    count: int
    label: str | None
    folder: str | None

class Dashboard(Record):
    """The memory of a project over a year, to be drawn."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    weeks: tuple[Week, ...]
    """The last 53 weeks, the oldest first."""
    months: tuple[Month, ...]
    """The last 13 months, the oldest first."""
    lines: tuple[LineShare, ...]
    """Lines that came in, by month and by who wrote them, where edits of assistants are known; as *Lines by
    Assistants* has them."""
    files: tuple[HurtingFile, ...]
    """The files of code that changed most in that time, the most changed first."""
    decisions: tuple[Figure, ...]
    """Decisions by what became of them, the most first."""
    bugs: tuple[Figure, ...]
    """Bugs by how they stand, the most first."""
    days_to_solve: float | None
    """Days from a bug's record to its solution, the median; None where none was solved."""
    costs: tuple[CostRow, ...]
    """What models cost, by day, the last one first."""

class Decision(Record):
    """What was decided, and why: the terms of an architecture decision record."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['decision']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    decision: str
    """What was decided."""
    context: str
    """The situation that asked for a decision."""
    rationale: str
    """Why this and not something else."""
    alternatives: tuple[str, ...]
    """What else was considered."""
    consequences: str
    """What follows from it, good and bad."""
    status: Literal['proposed', 'accepted', 'rejected', 'deprecated', 'superseded']
    """Where it stands."""
    confidence: float
    """How sure whoever decided was, from 0 to 1."""
    number: int | None
    """Its number among the project's decision records."""
    record: str
    """File of the decision record that it was read from, relative to the project."""
    record_read: str
    """What that file said when it was read last, as a digest; by it a later edit of either side is known."""
    record_gone: bool
    """Whether that file is not there any more."""
    done: tuple[str, ...]
    """Those of its files in which Changes have implemented it."""

class Dependencies(Record):
    """What a file imports, and what imports it."""

    file: str
    """The file."""
    imports: tuple[Dependency, ...]
    """Files that it imports, nearest first."""
    imported_by: tuple[Dependency, ...]
    """Files that import it, nearest first."""
    cycle: tuple[str, ...]
    """The files, itself included, that import one another in a circle; empty where there is none."""
    longest_chain: int
    """Imports of the longest chain that leads from it to a file that imports none of the project."""
    external: int
    """Imports of what is not part of the project, such as libraries."""
    unresolved: int
    """Imports that should be of the project and of which no file was found."""
    unresolved_names: tuple[str, ...]
    """A few of those."""
    markdown: str
    """The same as a page."""
    note: str
    """What the user should know, as a sentence."""

class Dependency(Record):
    """A file at some distance from another."""

    path: str
    """The file."""
    depth: int
    """Imports between the two: 1 for a direct one."""

class Detail(Record):
    """A memory, and how it reads."""

    memory: Decision | Bug | Change | Conversation | Note | Session | Summary
    """The memory itself; of code its page as a note, which is stored nowhere."""
    markdown: str
    """The whole memory as one Markdown document, title included."""
    actions: tuple[Literal['showChanges', 'openCode', 'resolve', 'edit', 'link', 'pin', 'unpin', 'copy', 'archive', 'unarchive', 'delete', 'restore'], ...]
    """What can be done with it now, the likeliest first."""
    icon: str
    """Codicon of its kind."""
    related: tuple[Related, ...]
    """The memories in use that link to it, oldest first; those that it links to are its own `links`."""
    recalls: int
    """How often it was shown or put into a context on this machine, this time included."""
    recalled_at: str | None
    """When that was last."""
    written: tuple[Contribution, ...]
    """Of a Change that came in a commit, which conversations wrote its lines, as far as that is sure."""
    unsaid: str
    """Where somebody wrote the first field of its form alone, what else can be said, as a sentence."""

class DiagramReading(Record):
    """The architecture on a diagram, as the proposal of a Note or a Decision."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    picture: PictureFacts
    """The picture."""
    model: str
    """The model that read it; empty where none did."""
    operation: Literal['record_error', 'update', 'remember']
    """The operation that keeps it."""
    arguments: Table[Any]
    """What to call that with, to be confirmed or corrected."""
    missing: tuple[str, ...]
    """Names of the arguments that the user should still type, the most important first."""
    components: tuple[Component, ...]
    """Its parts."""
    connections: tuple[Connection, ...]
    """How they relate."""
    pattern: str
    """Its pattern, by the model's judgement."""

class Done(Record):
    """What was done to a conversation."""

    success: bool
    id: str
    updated: tuple[str, ...]

class Draft(Record):
    """A commit message, or the title and description of a pull request; empty where there is nothing to tell."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    body: str
    """What stands below the title: plain text of a commit message, Markdown of a pull request."""
    model: str
    """The model that wrote it; empty where it was composed from your memories and the changes alone."""
    branch: str
    """The branch that it is for."""
    base: str
    """What a pull request is compared with."""
    files: int
    """Files that it tells of."""
    left_out: tuple[LeftOut, ...]
    """Files that were not looked into, by reason."""

class EmbeddingStatus(Record):
    """How far search by meaning is."""

    state: Literal['off', 'waiting', 'preparing', 'ready', 'unavailable']
    """Switched off; not begun; being fetched or opened; in use; or failed."""
    model: str
    """The model's name."""
    message: str
    """What happened and what to try, where it is not ready."""
    passages: int
    """Searchable pieces of all memories."""
    embedded: int
    """Pieces of them that have a vector of this model."""

class Error(Record):
    ...
    error: str
    code: int

class ErrorGroup(Record):
    """Bugs that are alike."""

    title: str
    """What they have in common, in a line."""
    count: int
    """How often they were met, all together."""
    open: int
    """How many of its bugs are not solved."""
    first: str
    """When one of them was met first."""
    last: str
    """When one of them was met last."""
    files: tuple[str, ...]
    """Where they happened, the most frequent first."""
    types: tuple[str, ...]
    """Their types, the most frequent first."""
    signs: tuple[str, ...]
    """What else they have in common, as sentences."""
    root_cause: str
    """Why they happen, beyond the symptom; empty where nobody said."""
    prevention: str
    """How to keep them from coming back; empty where nobody said."""
    quick_fix: str
    """What to do when one of them is met; empty where none is solved."""
    cases: tuple[Cited, ...]
    """Its bugs, those met most often first."""
    model: str
    """The model that says why; empty where the bugs themselves do."""

class ErrorPatterns(Record):
    """Bugs that come back, alone or alike, as groups."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    groups: tuple[ErrorGroup, ...]
    """The groups, those met most often first."""
    bugs: int
    """Bugs that were looked at."""
    once: int
    """Those of them that were met once, and are like no other."""
    model: str
    """The model that helped; empty without one."""

class Estimate(Record):
    """What asking a model may cost at most. Request `whence/approve` of the server asks the user about it."""

    operation: str
    """What the answer is for, such as `end_session`."""
    model: str
    """The model to be asked."""
    calls: int
    """How often it is asked, repetitions of answers that cannot be read included."""
    tokens_in: int
    """Tokens that are sent in all of them, by a careful estimate."""
    tokens_out: int
    """The most tokens that it may answer in all of them."""
    usd: float | None
    """The most that it can cost, in US dollars; None where the price is not known."""
    pictures: int
    """How many pictures are sent."""
    prompt: str
    """Exactly what would be sent, as Markdown, to be shown before it is."""
    note: str
    """The same as a sentence."""

class Exported(Record):
    """What an export wrote."""

    count: int
    """Memories written."""
    files: tuple[str, ...]
    """The files, as paths on this machine, or below the folder of `--exports` for who may write only there; the
    first hundred."""
    contents: tuple[Written, ...]
    """The files themselves, where whoever asked may write none on this machine."""
    note: str
    """What was done, as a sentence."""

class ExportedOrigins(Record):
    """What was written as git notes, or would be."""

    commits: int
    """Commits that get a note, or whose note of ours says something else by now."""
    lines: int
    """Lines that these notes name."""
    sessions: int
    """Conversations that they name."""
    others: int
    """Commits that would have one, but have a note of another tool, which stays."""
    written: bool
    """Whether they were written."""
    note: str
    """The same as a sentence."""

class ExportedText(Record):
    """An export, as those get it who ask for JSON; who asks for the text's own media type gets the text."""

    format: Literal['markdown', 'json']
    content: str
    conversation_count: int

class Figure(Record):
    """One figure that is drawn, and what it counts."""

    name: str
    """What it is about: a kind, a state."""
    count: int
    """How many memories."""
    query: str
    """The search that lists them."""

class FileEdit(Record):
    """What one change did to one file."""

    path: str
    """The file, relative to the project, with forward slashes."""
    action: Literal['create', 'edit', 'delete', 'rename', 'refactor', 'test']
    """What was done to it."""
    old_path: str
    """Where it was before a rename."""
    added: int
    """Lines added."""
    removed: int
    """Lines removed."""
    diff: str
    """Unified diff, without file headers; cut where it was very long."""
    symbols: tuple[str, ...]
    """Functions and classes whose lines were touched."""

class FileOutline(Record):
    """What a file defines, in its order."""

    file: str
    """The file."""
    language: str
    """Its language; empty where it is not known."""
    entities: tuple[CodeEntity, ...]
    """What it defines."""
    note: str
    """What the user should know, as a sentence."""

class Form(Record):
    """One page on which a person writes a memory, changes one, or begins or ends a session."""

    kind: str
    """What it is the form of: a kind of memory, `start_session` or `end_session`; what its draft goes by."""
    id: str
    """The memory that it changes; empty where it makes a new one."""
    title: str
    """What it is called."""
    operation: Literal['remember', 'update', 'start_session', 'end_session']
    """The operation that takes what was filled in."""
    fields: tuple[FormField, ...]
    """Its fields, in order; empty where there is nothing to fill in, and `note` says why."""
    note: str
    """What to know before one fills it in."""
    draft: str
    """Of what there is a draft, as a sentence; empty where there is none."""
    lines: str
    """What the lines are called that it can be about; empty where it is about none."""
    selection: Selection | None
    """The lines that its draft is about."""
    similar: str
    """What memories are called that say something similar; empty where none are looked for."""

class FormField(Record):
    """One field of a form."""

    name: str
    """Parameter of the form's operation, or field of the memory, that it fills."""
    title: str
    """What it is called."""
    prompt: str
    """What to write in it."""
    shape: Literal['text', 'line', 'list', 'words', 'choice']
    """Markdown of any length, one line, an item a line, words with commas between them, or one of `choices`."""
    required: bool
    """Whether it must say something."""
    choices: tuple[str, ...]
    """The possible answers of a choice."""
    value: str
    """What stands in it at first: what the memory says, or what a new one begins with."""
    draft: str | None
    """What was written in it when the form was left before, where that is something else."""

class FoundMemories(Record):
    """A page of memories."""

    results: tuple[FoundMemory, ...]
    total: int
    offset: int
    limit: int

class FoundMemory(Record):
    """A memory that answers."""

    memory: Decision | Bug | Change | Conversation | Note | Session | Summary
    snippet: str
    score: float

class Frame(Record):
    """One call of a stack trace."""

    file: str
    """The source file, as the trace names it."""
    line: int
    """The line, from 1; 0 where the trace doesn't tell."""
    function: str
    """The function or method."""

class GraphEdge(Record):
    """An import, or a habit of changing together."""

    source: str
    """The file that imports."""
    target: str
    """The file that is imported."""
    kind: Literal['import', 'together']
    """Which of the two it is."""
    weight: float
    """1 for an import; for a habit its confidence."""

class GraphNode(Record):
    """A file of a graph."""

    path: str
    """The file."""
    distance: int
    """Imports between it and the file in the middle, which has 0."""
    language: str
    """Its language."""
    test: bool
    """Whether it is a test."""

class Habit(Record):
    """One thing that is done in this way or that."""

    about: str
    """What is counted, such as `Names of functions in Python`."""
    counted: int
    """How many were counted."""
    shares: tuple[Share, ...]
    """The ways, the most frequent first."""

class Hit(Record):
    """One memory that answers a query, or a piece of the code."""

    id: str
    """The memory; of code what names it as long as it stands where it does."""
    kind: str
    """Its kind; `code` for a piece of the code."""
    icon: str
    """Codicon of its kind."""
    title: str
    """One line that names it."""
    description: str
    """A few words about when and where."""
    snippet: str
    """The piece of it that matched best."""
    score: float
    """How well it answers; comparable within one result only."""
    parts: ScoreParts
    """What the score is the sum of."""
    why: str
    """Why it was found, as a sentence."""
    turn: int | None
    """The turn of the conversation that answers, from 0."""
    alike: tuple[str, ...]
    """Memories of nearly the same content that are not listed for themselves."""
    created_at: str
    """When what it tells happened; of code when its file was last changed."""
    files: tuple[str, ...]
    """Files it concerns."""
    labels: tuple[str, ...]
    """Its labels."""
    location: Location | None
    """Where it stands, of code: a result opens there."""

class HurtingFile(Record):
    """A file that changes often and in which bugs are met."""

    path: str
    """The file, by the name that it has today."""
    changes: int
    """Changes of it."""
    churn: int
    """Lines added and removed by them."""
    bugs: int
    """How often a bug was met there."""
    fixes: int
    """Changes of it that say that they mend something."""

class Impact(Record):
    """What a refactoring of a file would touch."""

    file: str
    """The file."""
    direct: tuple[str, ...]
    """Files that import it."""
    transitive: tuple[Dependency, ...]
    """Files that import it by way of others, nearest first."""
    together: tuple[Together, ...]
    """Files that usually change with it, most closely first."""
    tests: tuple[str, ...]
    """Tests that reach it."""
    bugs: tuple[Cited, ...]
    """Bugs that were met there."""
    decisions: tuple[Cited, ...]
    """Decisions that concern it."""
    risk: Literal['low', 'medium', 'high']
    """How much care it wants."""
    reasons: tuple[str, ...]
    """Why, as sentences."""
    recommendations: tuple[str, ...]
    """What to do, as sentences."""
    markdown: str
    """The same as a page."""
    note: str
    """What the user should know, as a sentence."""

class Imported(Record):
    """What an import did; all of it is on disk."""

    added: int
    """Memories that are new."""
    updated: int
    """Memories that were there and have changed."""
    unchanged: int
    """Memories that were there as they are."""
    left_out: tuple[LeftOut, ...]
    """What was not imported, by reason."""
    ids: tuple[str, ...]
    """The first hundred memories that were added or updated."""
    note: str
    """What was done, as a sentence."""

class ImportedHistory(Record):
    """What the import of a repository's past did, what memory holds now, and what can be asked of it."""

    added: int
    """Memories that are new."""
    updated: int
    """Memories that were there and have changed."""
    unchanged: int
    """Memories that were there as they are."""
    left_out: tuple[LeftOut, ...]
    """What was not imported, by reason."""
    ids: tuple[str, ...]
    """The first hundred memories that were added or updated."""
    note: str
    """What was done, as a sentence."""
    title: str
    """What the page is about."""
    markdown: str
    """The page, title included; empty where there is no history."""
    commits: int
    """Commits that were asked for: those that are new, those that were known, and those that were left out."""
    changes: int
    """Changes that memory holds now."""
    fixes: int
    """Bugs among its memories that are known from the commits that fixed them."""
    decisions: int
    """Decisions among its memories."""
    people: int
    """People who made its memories; programs are not counted."""
    questions: tuple[Question, ...]
    """Three questions to try, or fewer: each was answered when it was asked."""

class Indexed(Record):
    """What indexing the workspace did; all of it is on disk."""

    files: int
    """Files in the index."""
    entities: int
    """Functions, methods, classes, interfaces, types and modules that they define."""
    added: int
    """Files that are new."""
    updated: int
    """Files that have changed."""
    unchanged: int
    """Files that are as they were."""
    removed: int
    """Files that are gone and were forgotten."""
    broken: int
    """New or changed files of which a part could not be parsed; the rest of them is indexed."""
    left_out: tuple[LeftOut, ...]
    """Files that are not indexed, by reason."""
    seconds: float
    """Time that it took."""
    note: str
    """What was done, and what is to come, as sentences."""

class KindCount(Record):
    """How many memories of a kind there are."""

    kind: str
    """The kind."""
    label: str
    """What it is called in lists."""
    count: int
    """Memories in use, archived ones included, the bin not."""

class LabelCount(Record):
    """A label, and how many memories have it."""

    label: str
    """The label."""
    count: int
    """Memories in use that have it, archived ones included."""

class LabelSuggestion(Record):
    """A label that a conversation may have."""

    label: str
    folder: str
    confidence: float
    is_existing: bool
    reason: str
    reasoning: str

class LabelSuggestions(Record):
    """Labels that a conversation may have, the likeliest first."""

    conversation_id: str
    suggestions: tuple[LabelSuggestion, ...]
    top_suggestion: LabelSuggestion | None

class LabelsInUse(Record):
    """The labels that memories have."""

    labels: tuple[LabelCount, ...]
    """The most used first."""

class Led(Record):
    """What a memory leads to."""

    words: str
    """How, such as `Implements` or `Solves`."""
    cited: Cited
    """The memory."""
    state: str
    """What there is to say of it in a word or two, such as `accepted` or `resolved`; may be empty."""

class LeftOut(Record):
    """Things that an import left out for one reason."""

    reason: str
    """Why, as a clause such as `empty file`."""
    count: int
    """How many."""
    examples: tuple[str, ...]
    """A few of their names."""

class LineChange(Record):
    """What wrote a line: the commit, what it changed there, and what stood in its place before."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    commit: str
    """Id of the commit; empty for a line that is in none yet."""
    url: str
    """Where that commit is to be seen; empty where the project has no known forge."""
    file: str
    """The file as it was named there."""
    line: int
    """The line there, from 1."""
    diff: str
    """The part of its patch around the line, as git prints it."""
    parent: str
    """Id of the commit before, which is asked about what was there; empty where nothing stood in the line's place."""
    before: str
    """The file as it was named in that."""
    start: int
    """The first line that stood in its place before, from 1."""
    end: int
    """The last one."""

class LineShare(Record):
    """Lines that commits brought in, by who wrote them."""

    name: str
    """The month, the directory or the model; empty for all together."""
    assistants: int
    """Lines that an assistant wrote in a conversation that is known."""
    mixed: int
    """Those of them that somebody changed before the commit."""
    helped: int
    """Lines of commits that say that an assistant helped, of which nobody knows whether it wrote them."""
    programs: int
    """Lines of commits by programs."""
    unknown: int
    """All others: a person wrote them, or an assistant whose conversation is not known."""
    settled: int
    """Of those that an assistant wrote, lines that came in 30 days ago or more."""
    rewritten: int
    """Of these, lines that were taken out or changed within 30 days."""
    others_settled: int
    """The same of the lines of which nobody knows who wrote them, and of commits where an assistant helped."""
    others_rewritten: int
    """Of these, lines that were taken out or changed within 30 days."""

class LinesByAssistants(Record):
    """Who wrote the lines of a file, or those that came into the project in a year."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    file: str
    """The file; empty for the project."""
    stretches: tuple[Stretch, ...]
    """Of a file, which conversations wrote which lines, in the order of the file."""
    total: LineShare
    """All together."""
    months: tuple[LineShare, ...]
    """By month, such as `2026-02`, the oldest first; months without lines are left out."""
    directories: tuple[LineShare, ...]
    """By directory, two deep at most, those with the most lines first."""
    models: tuple[LineShare, ...]
    """Lines that assistants wrote, by model, or by assistant where the model isn't known."""
    unread: int
    """Commits that were not compared with conversations yet."""

class LinesInFile(Record):
    """The lines that a conversation wrote into one file."""

    path: str
    """The file, as it is named now, or was last."""
    there: bool
    """Whether there is such a file."""
    standing: tuple[int, ...]
    """Those that stand there, from 1."""
    gone: int
    """How many different ones came into a commit and stand there no more."""
    examples: tuple[str, ...]
    """The first of those that are gone."""

class Link(Record):
    """A directed relation from the memory that holds it to another."""

    relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of']
    """How the two relate."""
    target: str
    """Id of the other memory."""

class Listed(Record):
    """A page of conversations."""

    query: str
    results: tuple[ListedResult, ...]
    conversations: tuple[Talk, ...]
    total: int
    page: int
    page_size: int

class ListedResult(Record):
    """A conversation in a list, for clients that read results there."""

    conversation_id: str
    id: str
    message_id: str
    score: float
    relevance_score: float
    content: str
    matched_content: str
    label: str
    folder: str
    timestamp: str
    created_at: str
    metadata: Table[Any]
    status: Literal['active', 'pinned', 'archived']
    archived: bool
    importance_score: float
    message_count: int
    updated_at: str

class Location(Record):
    """A place in the project."""

    path: str
    """The file, relative to the project, with forward slashes."""
    line: int
    """Line, counted from 1."""
    uri: str
    """The file's URI on the machine that the server runs on."""

class Mark(Record):
    """What is remembered of a function, a class or some lines, to be shown at them."""

    line: int
    """Where it begins, from 1."""
    end: int
    """Where it ends."""
    name: str
    """The function or class; empty where a memory is about lines."""
    title: str
    """What is remembered, in a line, such as `1 bug · 3 changes, last 3 weeks ago`."""
    serious: bool
    """Whether a bug or a decision in force is among it."""
    cited: tuple[Cited, ...]
    """The memories: bugs, then decisions, then changes."""

class Marks(Record):
    """What is remembered of the parts of a file."""

    file: str
    """The file, relative to the project."""
    marks: tuple[Mark, ...]
    """By function and class, in the order of the file."""
    lines: tuple[Mark, ...]
    """Lines that a decision in force or an open bug is about."""
    origins: tuple[OriginMark, ...]
    """Which conversations wrote which lines, as far as that is known without asking git at length."""
    pending: bool
    """Whether git would have to be asked first; where the lines' origins were asked for, it is being asked."""

class MergedText(Record):
    """A text of the memory that stays."""

    field: str
    """The memory's field, such as `content` or `title`."""
    text: str
    """What it would say."""

class Message(Record):
    """One turn of a conversation."""

    role: Literal['user', 'assistant', 'system', 'tool']
    """Who speaks."""
    content: str
    """What was said."""
    name: str
    """The speaker's name, where there is one."""
    at: str | None
    """When it was said."""

class Month(Record):
    """What came to pass in one month."""

    begin: str
    """The first day's midnight, where the server stands."""
    until: str
    """The beginning of the next month."""
    met: int
    """Bugs that were recorded."""
    solved: int
    """Bugs that were solved."""
    people: int
    """Changes by people without an assistant, as far as they say."""
    assistants: int
    """Changes that say that an assistant made them or helped."""
    programs: int
    """Changes by programs, such as those that raise dependencies."""

class Note(Record):
    """Anything worth keeping that has no shape of its own."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['note']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    content: str
    """What to remember."""

class Omitted(Record):
    """Memories that a context block doesn't hold, and why."""

    reason: Literal['room', 'repetition', 'folder']
    """The budget is used up; another one says nearly the same; or they are filed in an excluded folder."""
    count: int
    """How many."""

class Origin(Record):
    """Who wrote lines, besides the commit that they came in: a conversation with an assistant."""

    assistant: str
    """Whose conversation, such as `claude-code`; as a commit names it, where only that says so."""
    session: str
    """The conversation's id there; empty where only the assistant is known."""
    turn: int
    """The user's turn that led to it, from 1; 0 where that is not known."""
    asked: str
    """The words of that turn."""
    before: str
    """The words of the last longer turn before it, where it says little by itself, such as `yes`."""
    said: str
    """The assistant's own words before the edit."""
    at: str | None
    """When the edit was made; when it was asked for, where only that is known."""
    model: str
    """The model, where it is known."""
    kind: Literal['stated', 'matched']
    """Whether the commit or a note beside it says so, or the lines were found among what the assistant wrote."""
    confidence: float
    """How sure it is, up to 1."""
    mixed: bool
    """Whether somebody changed the lines after the assistant wrote them."""
    conversation: str
    """The memory that holds the conversation; empty where it isn't kept."""
    place: int | None
    """The turn that asked among all turns of that memory, from 0; None where it isn't found there."""

class OriginMark(Record):
    """Who wrote some lines, to be shown at them."""

    lines: tuple[int, ...]
    """The lines, from 1."""
    title: str
    """The likeliest origin, in a line."""
    conversation: str
    """The memory that holds the conversation; empty where it isn't kept."""
    asked: str
    """The words of the turn that asked, by which its place in the conversation is found."""

class PastText(Record):
    """A file as it is in a commit."""

    text: str
    """Its text, with secrets taken out; empty where it is not there, or is no text."""
    there: bool
    """Whether the commit has such a file."""

class PictureFacts(Record):
    """What a picture tells from outside."""

    name: str
    """The name of its file."""
    format: Literal['PNG', 'JPEG', 'GIF', 'WebP']
    """What it is."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    size: int
    """Bytes."""

class Preview(Record):
    """What an operation would send to a model; nothing was sent, and nothing was done."""

    estimate: Estimate | None
    """What it may cost; None where nothing would be sent."""
    markdown: str
    """Exactly what would be sent."""
    note: str
    """What to know about it, as a sentence."""

class ProjectPatterns(Record):
    """The habits of a project, and what is preferred in it."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    changes: int
    """Changes that were looked at."""
    edits: int
    """Changes of single files among them."""
    enough: bool
    """Whether these are enough to tell habits from chance."""
    languages: Habit
    """What is written, by changes of files."""
    libraries: Habit
    """What is built on, by files that import it; those that are declared alone are counted 0."""
    naming: tuple[Habit, ...]
    """How names are written."""
    testing: tuple[Habit, ...]
    """How it is tested."""
    commits: tuple[Habit, ...]
    """How changes are made and told."""
    changed: Habit
    """The files that change most often, by the names that they have today."""
    errors: Habit
    """What fails, by how often it was met."""
    facts: tuple[str, ...]
    """Further figures, as sentences."""
    hurting: tuple[HurtingFile, ...]
    """The files that hurt, by changes times bugs."""
    summary: str
    """What the habits come to, in a model's words; empty without one."""
    preferences: tuple[str, ...]
    """What is preferred here: what the figures make clear and decisions in force, or what a model makes of these."""
    risks: tuple[str, ...]
    """What to watch, in a model's words."""
    recommendations: tuple[str, ...]
    """What to do, in a model's words."""
    model: str
    """The model that interpreted the figures; empty without one."""

class Proposal(Record):
    """Memories of one kind that could be one. Nothing has happened to them."""

    ids: tuple[str, ...]
    """The memories, the one that stays first; the others would go to the bin."""
    digests: tuple[str, ...]
    """What each of them says now, as a digest: one that has changed since is not merged."""
    kind: str
    """Their kind."""
    title: str
    """The title of the one that stays."""
    reason: str
    """Why, as a sentence."""
    texts: tuple[MergedText, ...]
    """What the one that stays would say; labels, files and links are united besides."""
    diff: str
    """What would change, as unified diffs in Markdown: of the one that stays, and of each other to it."""
    model: str
    """The model that wrote the texts; empty where they were joined by rules."""

class Prunable(Record):
    """A memory that may be put away."""

    cited: Cited
    """The memory."""
    reasons: tuple[str, ...]
    """Why, as clauses such as `never recalled`."""
    tokens: int
    """Its size, in tokens."""

class PruneSuggestion(Record):
    """A conversation that may be archived."""

    id: str
    conversation_id: str
    conversation_label: str
    label: str
    last_accessed: str
    days_since_access: int
    message_count: int
    token_estimate: int
    importance_score: float
    preview: str
    recommendation: Literal['archive']
    reason: str

class PruneSuggestions(Record):
    """The conversations that may be archived; nothing has happened to them."""

    suggestions: tuple[PruneSuggestion, ...]
    total: int
    total_reviewed: int
    recommended_archive: int
    recommended_keep: int

class Pruned(Record):
    """What was archived."""

    success: bool
    archived: int
    ids: tuple[str, ...]
    message: str

class Pruning(Record):
    """Memories that may be put away; nothing has happened to them."""

    candidates: tuple[Prunable, ...]
    """The memories, those with the strongest reasons first."""
    tokens: int
    """The size of all of them together, in tokens."""
    note: str
    """What it comes to, as a sentence."""

class Question(Record):
    """A question that has a good answer: it was asked before it is proposed."""

    text: str
    """The question as a person says it, as Markdown of one line."""
    told: str
    """What its answer stands on, as a sentence of Markdown."""
    operation: Literal['why', 'search']
    """What answers it."""
    file: str
    """The file that `why` is asked about, relative to the project; empty for `search`."""
    start: int
    """The first line, from 1; 0 for the whole file."""
    end: int
    """The last line; 0 for the whole file."""
    query: str
    """What `search` is asked; empty for `why`."""

class Reason(Record):
    """A memory that tells why lines are as they are."""

    cited: Cited
    """The memory."""
    relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of'] | None
    """How it relates to the memory that led to it; None for a Change of the lines themselves."""
    via: str
    """The memory whose link led to it; empty for a Change of the lines themselves."""
    lines: tuple[int, ...]
    """The lines that it is about, from 1."""

class Rebuilt(Record):
    """What became of the search index."""

    success: bool
    status: Literal['completed']
    message: str
    estimated_completion_seconds: int

class Recorded(Record):
    """A bug that was recorded, or met again."""

    ids: tuple[str, ...]
    """The memories, in the order of the request."""
    note: str
    """What was done, as a sentence."""
    again: bool
    """Whether it had been met before."""
    count: int
    """How often it was met, this time included."""
    solution: str
    """What solved it before, where that is known."""

class RefactorOrder(Record):
    """In which order to change files: those that depend on none of the others first."""

    steps: tuple[RefactorStep, ...]
    """The steps, in order."""
    markdown: str
    """The same as a page."""
    note: str
    """What the user should know, as a sentence."""

class RefactorStep(Record):
    """Files to change together."""

    files: tuple[str, ...]
    """One file, or several that import one another in a circle."""
    cycle: bool
    """Whether they import one another in a circle."""
    after: tuple[str, ...]
    """Files of earlier steps that these import."""

class Related(Record):
    """A memory that links to another."""

    id: str
    """The memory."""
    kind: str
    """Its kind."""
    title: str
    """Its title."""
    relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of']
    """How it relates to the other."""
    created_at: str
    """When what it tells happened."""

class Relevance(Record):
    """The memories that matter for a question."""

    memories: tuple[ScoredMemory, ...]
    """The most relevant first."""
    candidates: int
    """How many memories a search found and were looked at."""
    asked: int
    """For how many of them a model was asked this time; for the others a score was remembered."""
    below: int
    """How many were scored below the threshold."""
    unscored: tuple[Cited, ...]
    """Memories that could not be scored, the likeliest first."""
    markdown: str
    """The same as a page; empty where nothing is relevant."""
    note: str
    """What to know about it, as a sentence."""
    model: str
    """The model that scored; empty where relevance is retrieval's own."""

class Report(Record):
    """A page for a person or an assistant, made from memories."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""

class Restored(Record):
    """What restoring a backup came to."""

    at: str
    """When the backup was taken."""
    memories: int
    """How many memories there are now."""
    back: int
    """Of these, those that were missing or damaged before."""
    later: int
    """Of these, those that were written after the backup and stayed."""
    removed: int
    """Memories that were there before and are not any more."""
    aside: str
    """Where the database is kept that could not be opened; empty where it could be."""
    note: str
    """What was done, as a sentence."""

class Result(Record):
    """A conversation that answers."""

    conversation_id: str
    id: str
    message_id: str
    score: float
    relevance_score: float
    content: str
    matched_content: str
    label: str
    folder: str
    timestamp: str
    created_at: str
    metadata: Table[Any]

class Results(Record):
    """A page of the conversations that answer."""

    query: str
    results: tuple[Result, ...]
    total: int
    page: int
    page_size: int

class RulesChecked(Record):
    """Which lines break rules of the project's own."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    broken: tuple[BrokenRule, ...]
    """The lines, file by file."""
    rules: int
    """Rules that are in force."""

class Score(Record):
    """How much a message matters, from 1 to 10."""

    message_id: str
    score: float
    importance_score: float
    reasoning: str
    model: str

class ScoreParts(Record):
    """What a hit's score is the sum of."""

    semantic: float
    """Cosine of the meanings of query and memory, from -1 to 1; 0 without an embedding model."""
    lexical: float
    """Share of the best word match among the candidates, times its weight."""
    recency: float
    """For having happened lately."""
    importance: float
    """For its importance, above or below the usual 5."""
    pinned: float
    """For being pinned."""
    focus: float
    """For being near to where the user is."""
    speaker: float
    """For what is said by whom the query names, and by the length of what is said; in dialogues of people by name."""
    date: float
    """For being of a month or day that the query names."""
    named: float
    """For having the name that the query asks for; of code alone."""
    dialogue: float
    """For how dialogues run: it follows the question that fits, or names a time that is asked for; less for a
    question."""
    lines: float
    """For having changed lines that a trace in the query runs through, or lines near them; of changes alone."""

class ScoredMemory(Record):
    """A memory, and how relevant it is for what was asked."""

    cited: Cited
    """The memory."""
    score: float
    """How relevant it is, from 0 to 1, with what counts besides."""
    reason: str
    """Why, as clauses."""
    remembered: bool
    """Whether the score was made for the same question before, and cost nothing this time."""

class ScreenshotReading(Record):
    """The error on a screenshot, as the proposal of a Bug."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    picture: PictureFacts
    """The picture."""
    model: str
    """The model that read it; empty where none did."""
    operation: Literal['record_error', 'update', 'remember']
    """The operation that keeps it."""
    arguments: Table[Any]
    """What to call that with, to be confirmed or corrected."""
    missing: tuple[str, ...]
    """Names of the arguments that the user should still type, the most important first."""
    error_type: str
    """Its type."""
    message: str
    """What it says."""
    file: str
    """The file, relative to the project where it is one of it."""
    line: int
    """The line, from 1; 0 where it is not known."""
    frames: tuple[Frame, ...]
    """The calls that matter most, the innermost first."""
    code: str
    """The source code that can be seen."""
    cause: str
    """Why it may have happened, by the model's judgement."""

class SearchResult(Record):
    """The memories that answer a query, best first."""

    hits: tuple[Hit, ...]
    """Best first; empty where nothing fits."""
    mode: Literal['words and meaning', 'words', 'time']
    """How was searched: without a model by words alone; an empty query lists the newest."""
    confidence: float
    """How well the best hit fits: cosine plus the share of the query's words it holds, from 0 to 2; only the share
    where there is no model."""
    weak: bool
    """Whether the hits may well be no answer: four of five queries that belong elsewhere are told by this."""
    note: str
    """What the user should know: that nothing fits and what to try, or that meaning is not searched yet."""

class Selection(Record):
    """Lines of a file that somebody chose; may be written as `src/cart.py:10-14`."""

    file: str
    """The file, relative to the project."""
    start: int
    """The first line, from 1."""
    end: int
    """The last line; 0 for the first one alone."""
    text: str
    """The lines whole, as an editor has them that didn't save them yet; without it they are read on disk."""

class Session(Record):
    """A stretch of work with an aim. What is remembered while it is active carries its id."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['session']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    goal: str
    """What it is for."""
    goals: tuple[str, ...]
    """Further aims."""
    ended_at: str | None
    """When it ended; None while it is active."""
    resumed_at: str | None
    """When it was last taken up again after an end."""
    worked: int
    """Minutes of its stretches before it was taken up again."""
    success: bool | None
    """Whether the aim was reached, as far as anyone said."""
    summary: str
    """What came of it, as Markdown."""

class SessionState(Record):
    """The active session, if there is one, and what happened in it."""

    session: Session | None
    """The session."""
    memories: int
    """Memories that came to be in it."""
    ids: tuple[str, ...]
    """The session's id, where an operation wrote it."""
    markdown: str
    """The session as a page, where an operation ended it or summed it up."""
    model: str
    """The model that summed it up; empty where that was done by rules."""
    note: str
    """What is so, or was done, as a sentence."""

class Share(Record):
    """How often something is done so."""

    name: str
    """What."""
    count: int
    """How often."""
    share: float
    """The same as a share of all that were counted, 0 to 1."""
    example: str
    """One of them."""

class SmartResults(Record):
    """The same, and what fits of them into a budget of tokens as one text, where a budget was named."""

    query: str
    results: tuple[Result, ...]
    total: int
    page: int
    page_size: int
    formatted_context: str
    estimated_tokens: int

class Stats(Record):
    """How much is remembered."""

    total_conversations: int
    total_memories: int
    kinds: Table[int]
    labels: Table[int]

class Status(Record):
    """The state of a project's memory."""

    version: str
    """Version of Whence."""
    state: Literal['ready', 'indexing', 'closed']
    """`indexing` while passages or vectors are still being made."""
    project: str
    """Id of the project."""
    name: str
    """The project's name for people."""
    total: int
    """Memories in use."""
    kinds: tuple[KindCount, ...]
    """The same by kind."""
    capture: Literal['on', 'off', 'elsewhere']
    """Whether changes are noticed here; `elsewhere`: by another window on the same folder."""
    imported: bool
    """Whether changes were imported, as from the repository's history."""
    embedding: EmbeddingStatus
    storage: str
    """Where the memory lives: a folder of this machine or a database's address."""
    conversation_bytes: int | None
    """What conversations take as text, with the table of what was written in them; None where it isn't measured."""
    messages: tuple[str, ...]
    """What the user should know, as sentences."""

class Stretch(Record):
    """Lines of one origin. Lines that stand in none have no origin that is known."""

    lines: tuple[int, ...]
    """The lines, from 1."""
    origins: tuple[Origin, ...]
    """Who wrote them, the likeliest first."""
    told: str
    """The same in words, as Markdown on one line."""

class SuggestedImportance(Record):
    """How important a memory may be."""

    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    confidence: float
    """How sure it is, from 0 to 1."""
    reason: str
    """Why, as a clause."""

class SuggestedLabel(Record):
    """A label that a memory may want."""

    label: str
    """The label."""
    confidence: float
    """How sure it is, from 0 to 1."""
    existing: bool
    """Whether other memories have it."""
    reason: str
    """Why, as a clause."""

class SuggestedSolution(Record):
    """How an error may be solved, from the bugs of the past."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    solution: str
    """What to do; empty where no case fits."""
    confidence: Literal['high', 'medium', 'low', 'none']
    """How sure that is."""
    reasons: tuple[str, ...]
    """Why it is thought to help, and what speaks against it, as sentences."""
    alternatives: tuple[str, ...]
    """What else may help."""
    tips: tuple[str, ...]
    """How to find out more if it does not help."""
    cases: tuple[Case, ...]
    """The bugs it follows from, the closest first."""
    model: str
    """The model that helped; empty without one."""

class Suggestion(Record):
    """What is suggested for one memory; nothing has happened to it."""

    cited: Cited
    """The memory."""
    importance: SuggestedImportance | None
    """How important it may be; None where it is so already."""
    labels: tuple[SuggestedLabel, ...]
    """Labels that it may want besides its own, the likeliest first."""
    model: str
    """The model that suggests it; empty where rules and the labels of its neighbours do."""

class Suggestions(Record):
    """What is suggested for filing memories."""

    suggestions: tuple[Suggestion, ...]
    """By memory, in the order asked for, or the newest first; those that are well filed are not among them."""
    looked_at: int
    """How many memories were looked at."""
    markdown: str
    """The same as a page; empty where there is nothing to suggest."""
    note: str
    """What to know about it, as a sentence."""
    model: str
    """The model that answered; empty where none did."""

class Summarized(Record):
    """The summaries of days, weeks or months; all of them are on disk."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    ids: tuple[str, ...]
    """The summaries that were asked for, the earliest first, those that were there already included."""
    written: int
    """Summaries that were written or changed, those of the days and weeks below included."""
    unchanged: int
    """Summaries that were there, and whose sources say what they said."""
    empty: int
    """Of the days, weeks or months that were asked for, those of which nothing is remembered."""
    model: str
    """The model that wrote what was written; empty where that was done by rules."""

class Summary(Record):
    """What a stretch of work came to, made from the memories of it."""

    id: str
    """Identifies the memory; its text sorts by time."""
    kind: Literal['summary']
    title: str
    """One line that names it in lists."""
    created_at: str
    """When what it tells happened."""
    updated_at: str
    """When it was last written."""
    author: str
    """Who made it, as git or the editor names them."""
    project: str
    """Id of the project it belongs to."""
    importance: int
    """From 1 (a trifle) to 10 (never forget)."""
    pinned: bool
    """Kept on top of the tree and preferred a little in search."""
    archived: bool
    """Put away: out of the tree and of search unless asked for."""
    deleted_at: str | None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""
    folder: str
    """Where the user filed it, as a path such as `team/architecture`."""
    labels: tuple[str, ...]
    """Words to find it by."""
    files: tuple[str, ...]
    """Files it concerns, relative to the project, with forward slashes."""
    citations: tuple[Citation, ...]
    """Lines that it is about; whoever asks why they are there is shown it first."""
    session: str
    """Id of the session in which it came to be."""
    source: Literal['save', 'commit', 'user', 'assistant', 'import', 'model', 'rules']
    """How it came to be."""
    links: tuple[Link, ...]
    """Relations to other memories."""
    metadata: Table[Any]
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""
    content: str
    """The summary, as Markdown."""
    period: Literal['session', 'day', 'week', 'month']
    """What it sums up."""
    since: str | None
    """Where the stretch begins."""
    until: str | None
    """Where it ends."""
    span: str
    """The stretch by its name in the days of whoever asked for it: `2026-11-20`, `2026-W47` or `2026-11`."""
    digest: str
    """What it was made from, as a digest; by it new material is known."""
    model: str
    """The model that wrote it; empty where it was made by rules."""

class Talk(Record):
    """A conversation without what was said."""

    id: str
    conversation_id: str
    label: str
    folder: str
    status: Literal['active', 'pinned', 'archived']
    archived: bool
    importance_score: float
    message_count: int
    created_at: str
    updated_at: str
    metadata: Table[Any]

class TalkSummary(Record):
    """What a conversation came to."""

    conversation_id: str
    level: str
    summary: str
    generated_at: str
    created_at: str
    model: str
    tokens_used: int
    token_count: int

class TalkWhole(Record):
    """A conversation and what was said."""

    id: str
    conversation_id: str
    label: str
    folder: str
    status: Literal['active', 'pinned', 'archived']
    archived: bool
    importance_score: float
    message_count: int
    created_at: str
    updated_at: str
    metadata: Table[Any]
    messages: tuple[Turn, ...]

class Together(Record):
    """A file that usually changes with another."""

    path: str
    """The file."""
    support: int
    """Commits in which both changed."""
    confidence: float
    """The share of the commits of the file asked about in which this one changed too, 0 to 1."""

class Tool(Record):
    """A tool that may be called at `/mcp/tools/{name}`."""

    name: str
    description: str
    endpoint: str
    input_schema: Table[Any]

class ToolAnswer(Record):
    """What a tool answers: its data, which clients read beside `success` too."""

    success: bool
    data: Table[Any]
    error: str | None

Tools: TypeAlias = tuple[Tool, ...]
"""The tools that may be called."""

class TranscriptOffer(Record):
    """Transcripts of assistants about the project that are not kept."""

    count: int
    """How many there are; 0 where there is nothing to decide."""
    bytes: int
    """How large they are together."""
    since: str | None
    """When the oldest of them was written last."""
    sources: tuple[str, ...]
    """Whose they are."""
    note: str
    """The same as sentences; empty where there is nothing to decide."""

class TreeNode(Record):
    """One row of the tree. Its id carries all that is needed to list its children."""

    id: str
    """Names the row; unique in the tree."""
    label: str
    """What the row says."""
    description: str
    """Fainter words behind the label."""
    tooltip: str
    """Markdown shown on hovering."""
    picture: str
    """Picture of the editor's above the tooltip, by its name; most rows have none."""
    icon: str
    """Codicon."""
    context_value: str
    """Which menu entries apply, as words: `group`; `memory`, its kind, and `can-pin` for what can be done."""
    expandable: Literal['no', 'collapsed', 'expanded']
    """Whether it has children, and how it is shown at first."""
    memory: str
    """Id of the memory that the row stands for, if it does."""
    location: Location | None
    """The place in the project that the row stands for, if it does."""
    command: str
    """The editor's command that choosing the row runs, if it opens nothing."""

class Turn(Record):
    """One turn."""

    id: str
    role: str
    content: str
    timestamp: str

class Week(Record):
    """What was remembered of one week."""

    begin: str
    """Monday's midnight, where the server stands."""
    until: str
    """The Monday after."""
    kinds: tuple[Figure, ...]
    """Memories of each kind, by its name in lists; kinds of which there is none are left out."""

class Why(Record):
    """Why lines are there: Changes, newest first, and what their links lead to."""

    title: str
    """What it is about."""
    markdown: str
    """The page, title included; empty where there is nothing to say."""
    cited: tuple[Cited, ...]
    """The memories it speaks of, in the order of the page."""
    note: str
    """What to know about it, as a sentence: that it is empty, and what to do."""
    file: str
    """The file, relative to the project."""
    start: int
    """The first line asked about, from 1; 0 where no lines could be told apart."""
    end: int
    """The last line asked about."""
    reasons: tuple[Reason, ...]
    """The memories, in the order of the page."""
    only_git: tuple[str, ...]
    """Ids of the commits that made lines and that no memory tells of."""
    unfollowed: bool
    """Whether lines that came from other files were not followed there; asking thoroughly follows them."""
    bands: tuple[Band, ...]
    """What the page tells, for views that show it beside the code: what made which lines, in the order of the page."""
    life: tuple[str, ...]
    """Of a whole file its life in short, as sentences of Markdown: how it began, its great changes, who wrote it."""
    stretches: tuple[Stretch, ...]
    """Which conversations wrote which lines, as far as that is sure."""
    unknown: tuple[int, ...]
    """Of commits of which some lines come from conversations, those of which nobody knows: a person wrote them, or
    an assistant whose conversation was not read."""
    text: str
    """The lines themselves, where they were asked about as they are in a commit; those on disk are not told."""

class WordResults(Record):
    """The conversations that answer, best first."""

    query: str
    results: tuple[Result, ...]
    total: int

class Written(Record):
    """A file that is answered with, where it may not be written."""

    name: str
    """What it would be called."""
    text: str
    """All that it holds."""

class AnalyzePatternsParams(TypedDict):
    """What `whence/analyzePatterns` asks."""

    # only changes of this moment or later.
    since: NotRequired[str | None]

AnyMemory: TypeAlias = Mapping[str, Any]

class AppendTurnsParams(TypedDict):
    """What `whence/appendTurns` asks."""

    # the conversation.
    id: str
    # the turns, oldest first.
    messages: Sequence[MessageGiven]

class ApplyConsolidationParams(TypedDict):
    """What `whence/applyConsolidation` asks."""

    # all that were proposed, or some.
    proposals: Sequence[ProposalGiven]

class ApplySuggestionsParams(TypedDict):
    """What `whence/applySuggestions` asks."""

    # what to apply, by memory.
    suggestions: Sequence[ApprovedSuggestion]

class ApprovedSuggestion(TypedDict):
    """What of a suggestion is to be applied."""

    # The memory.
    id: str
    # The importance to give it; None to leave it as it is.
    importance: NotRequired[int | None]
    # Labels to add to those that it has.
    labels: NotRequired[Sequence[str]]

class AsCommentParams(TypedDict):
    """What `whence/asComment` asks."""

    # what the comment says.
    text: str
    # the language, by the editor's name for it, such as `python`.
    language: str

class AskParams(TypedDict):
    """What `whence/ask` asks."""

    # what to ask.
    question: str
    # the most tokens of memory to answer from.
    budget: NotRequired[int | None]
    # only these kinds of memory.
    kinds: NotRequired[Sequence[str]]
    # only memories with one of these labels.
    labels: NotRequired[Sequence[str]]
    # where the user is; memories near it count a little more.
    focus: NotRequired[Focus | None]
    # whether to keep question and answer as a conversation, if there is one.
    keep: NotRequired[bool]

class BackupParams(TypedDict):
    """What `whence/backup` asks."""

    # whether all earlier backups are removed then, so that what was deleted for good is gone there too.
    only: NotRequired[bool]

class BackupsParams(TypedDict):
    """What `whence/backups` asks."""


class CheckRulesParams(TypedDict):
    """What `whence/checkRules` asks."""

    # the files; without, those that differ from the last commit.
    files: NotRequired[Sequence[str]]

class ChildrenParams(TypedDict):
    """What `whence/children` asks."""

    # id of the row; empty for the top of the tree.
    parent: NotRequired[str]
    # only rows of what concerns this file or folder.
    file: NotRequired[str]

class ConsolidateParams(TypedDict):
    """What `whence/consolidate` asks."""

    # the most proposals.
    limit: NotRequired[int]

class ContextIn(TypedDict):
    """What a context is for, in the words of the guide, of the SDK page, or of the published controller."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    filters: NotRequired[Filters]
    query: str
    context_budget: NotRequired[int | None]
    token_budget: NotRequired[int | None]
    recency_weight: NotRequired[float | None]
    relevance_weight: NotRequired[float | None]
    importance_weight: NotRequired[float | None]
    preferred_labels: NotRequired[Sequence[str] | None]
    excluded_folders: NotRequired[Sequence[str]]

class ContextParams(TypedDict):
    """What `whence/context` asks."""

    # what the context is for: a task, a question, an error. Filters may stand in it as in that of a search.
    query: str
    # the most tokens that the block may take.
    budget: NotRequired[int | None]
    # how much it counts that a memory is recent, from 0 to 1.
    recencyWeight: NotRequired[float | None]
    # how much it counts that a memory fits the query, from 0 to 1.
    relevanceWeight: NotRequired[float | None]
    # how much it counts that a memory is important, from 0 to 1.
    importanceWeight: NotRequired[float | None]
    # only these kinds of memory.
    kinds: NotRequired[Sequence[str]]
    # only memories with one of these labels.
    labels: NotRequired[Sequence[str]]
    # no memories filed in these folders or in folders of them.
    excludeFolders: NotRequired[Sequence[str]]
    # where the user is; memories near it count a little more.
    focus: NotRequired[Focus | None]
    # only memories that concern these files or files in these folders.
    files: NotRequired[Sequence[str]]
    # only memories of this moment or later.
    since: NotRequired[str | None]
    # only memories that people of these names made; a part of a name will do.
    authors: NotRequired[Sequence[str]]

class ConversationChange(TypedDict):
    """What is to be another of a conversation; the rest stays."""

    label: NotRequired[str | None]
    folder: NotRequired[str | None]
    importance: NotRequired[int | None]
    status: NotRequired[Literal['active', 'pinned', 'archived'] | None]

class ConversationId(TypedDict):
    """A conversation."""

    conversation_id: str

class ConversationIn(TypedDict):
    """A conversation to keep."""

    label: NotRequired[str]
    folder: NotRequired[str]
    messages: Sequence[MessageIn]
    importance: NotRequired[int]
    metadata: NotRequired[Mapping[str, Any]]

class ConversationLinesParams(TypedDict):
    """What `whence/conversationLines` asks."""

    # the conversation.
    id: str

class CostsParams(TypedDict):
    """What `whence/costs` asks."""

    # only requests of this moment or later.
    since: NotRequired[str | None]
    # only requests from before this moment.
    until: NotRequired[str | None]

class CurrentSessionParams(TypedDict):
    """What `whence/currentSession` asks."""


class DashboardParams(TypedDict):
    """What `whence/dashboard` asks."""


class DependenciesParams(TypedDict):
    """What `whence/dependencies` asks."""

    # the file.
    path: str
    # how far to go: 1 for direct imports alone.
    depth: NotRequired[int]

class DraftCommitMessageParams(TypedDict):
    """What `whence/draftCommitMessage` asks."""


class DraftPullRequestParams(TypedDict):
    """What `whence/draftPullRequest` asks."""

    # the branch or commit to merge into; without it, the remote's default branch, or `main` or `master`.
    base: NotRequired[str]

class EmptyBinParams(TypedDict):
    """What `whence/emptyBin` asks."""


class EndSessionParams(TypedDict):
    """What `whence/endSession` asks."""

    # what came of it, in your own words; it stands above what is made from the session's memories.
    summary: NotRequired[str]
    # whether the aim was reached.
    success: NotRequired[bool | None]

class ErrorPatternsParams(TypedDict):
    """What `whence/errorPatterns` asks."""

    # only errors that were met at this moment or later.
    since: NotRequired[str | None]
    # at most so many groups, those met most often.
    limit: NotRequired[int]

class ExportIn(TypedDict):
    """What to export, and how."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    filters: NotRequired[Filters]
    format: NotRequired[Literal['markdown', 'json']]

class ExportOriginsParams(TypedDict):
    """What `whence/exportOrigins` asks."""

    # whether to write them; without, it is only told what would be written.
    write: NotRequired[bool]

class ExportParams(TypedDict):
    """What `whence/export` asks."""

    # the file to write; over HTTP below the folder of `--exports`, without which the answer holds it.
    target: str
    # `jsonl` holds every field of every memory, `markdown` reads well.
    format: NotRequired[Literal['jsonl', 'markdown']]
    # only these kinds of memory.
    kinds: NotRequired[Sequence[str]]
    # only memories with one of these labels.
    labels: NotRequired[Sequence[str]]
    # only memories filed in this folder or in folders of it.
    folder: NotRequired[str]
    # only memories of this importance or more.
    minImportance: NotRequired[int]
    # only memories of this moment or later.
    since: NotRequired[str | None]
    # only memories from before this moment.
    until: NotRequired[str | None]
    # whether archived memories come along.
    archived: NotRequired[bool]
    # whether those in the bin come along.
    binned: NotRequired[bool]
    # whether a file that is no export may be replaced.
    overwrite: NotRequired[bool]

class ExportRecordsParams(TypedDict):
    """What `whence/exportRecords` asks."""

    # the folder, which is made if it isn't there; over HTTP below the folder of `--exports`, without which the answer holds the records.
    target: str
    # the decisions; without any, all in use that have no record yet.
    ids: NotRequired[Sequence[str]]

Fields: TypeAlias = Mapping[str, Any]

class Filters(TypedDict):
    """Which conversations may answer. A filter that is not known is refused, never passed over."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]

class Focus(TypedDict):
    """Where the user is; memories near it count a little more."""

    # The current file, relative to the project.
    file: NotRequired[str]
    # The function or class under the cursor.
    symbol: NotRequired[str]
    # The cursor's line, from 1, which the symbol is looked up by where none is given; 0 where it is not known.
    line: NotRequired[int]
    # Files edited lately, the latest first; of many the first twenty count.
    recent: NotRequired[Sequence[str]]
    # Messages of the errors and warnings at hand, the nearest first; of many the first few count.
    diagnostics: NotRequired[Sequence[str]]

class FolderIn(TypedDict):
    """Another folder."""

    folder: str

class ForgetParams(TypedDict):
    """What `whence/forget` asks."""

    # the memories.
    ids: Sequence[str]

class FormParams(TypedDict):
    """What `whence/form` asks."""

    # the kind of memory, or `start_session` or `end_session`.
    kind: NotRequired[str]
    # the memory to change, instead.
    id: NotRequired[str]

class GetParams(TypedDict):
    """What `whence/get` asks."""

    # the memory, or what a search calls a hit in the code.
    id: str

class GraphParams(TypedDict):
    """What `whence/graph` asks."""

    # the file in the middle.
    path: str
    # how many imports to go in either direction.
    depth: NotRequired[int]

class ImportConversationsParams(TypedDict):
    """What `whence/importConversations` asks."""

    # the file or folder.
    source: str
    # a label for those that are new; without, the name of the tool they come from.
    label: NotRequired[str]
    # the folder to file new ones in.
    folder: NotRequired[str]

class ImportExportParams(TypedDict):
    """What `whence/importExport` asks."""

    # the file.
    source: str

class ImportHistoryParams(TypedDict):
    """What `whence/importHistory` asks."""

    # branches whose commits are imported; without any, those that HEAD descends from.
    branches: NotRequired[Sequence[str]]
    # only commits of this moment or later.
    since: NotRequired[str | None]
    # at most so many commits, the newest.
    limit: NotRequired[int | None]

class ImportMemoriesParams(TypedDict):
    """What `whence/importMemories` asks."""

    # the file or folder; of a project's folder, the places in it where these tools keep memories.
    source: str

class ImportRecordsParams(TypedDict):
    """What `whence/importRecords` asks."""

    # a folder of the project that holds records; without one, every folder that is named for them.
    folder: NotRequired[str]

class ImportTranscriptsParams(TypedDict):
    """What `whence/importTranscripts` asks."""

    # whose transcripts: `claude-code`, `codex`, `vscode`; all of them without.
    sources: NotRequired[Sequence[str]]

class IndexWorkspaceParams(TypedDict):
    """What `whence/indexWorkspace` asks."""

    # whether to wait until everything is found by meaning too, which takes minutes the first time; otherwise that follows in the background.
    vectors: NotRequired[bool]

class KeepAnswerParams(TypedDict):
    """What `whence/keepAnswer` asks."""

    # what was asked.
    question: str
    # what was answered, as Markdown.
    answer: str
    # ids of the memories that the answer cites; those that are not there any more are left out.
    cited: NotRequired[Sequence[str]]

class KeepDraftParams(TypedDict):
    """What `whence/keepDraft` asks."""

    # what stands in the fields, by their names.
    answers: Mapping[str, str]
    # the kind of memory, or `start_session` or `end_session`.
    kind: NotRequired[str]
    # the memory that is changed, instead.
    id: NotRequired[str]
    # the lines that it is about.
    selection: NotRequired[SelectionGiven | None]

class KeepTranscriptsParams(TypedDict):
    """What `whence/keepTranscripts` asks."""

    # whether to keep them. If not, nothing is taken and nobody asks again; what is kept already stays.
    keep: NotRequired[bool]

class LabelIn(TypedDict):
    """Another label, and another folder where one is said."""

    label: str
    folder: NotRequired[str | None]

class LabelsInUseParams(TypedDict):
    """What `whence/labelsInUse` asks."""

    # only labels of these kinds of memory.
    kinds: NotRequired[Sequence[str]]

class LineChangeParams(TypedDict):
    """What `whence/lineChange` asks."""

    # the file.
    file: str
    # the line, from 1.
    line: int
    # id of a commit: the line is meant as it is in it, in the file as it is named there.
    at: NotRequired[str]

class LinesByAssistantsParams(TypedDict):
    """What `whence/linesByAssistants` asks."""

    # the file; without it, the project as a whole.
    file: NotRequired[str]

class LinkParams(TypedDict):
    """What `whence/link` asks."""

    # the memory that holds the link, such as a Change.
    source: str
    # how it relates to the other.
    relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of']
    # the other memory, such as the decision that the Change implements.
    target: str

class MarksParams(TypedDict):
    """What `whence/marks` asks."""

    # the file.
    file: str
    # whether git is asked beside, where it has to be, so that who wrote the lines is known in a while.
    ask: NotRequired[bool]

class MergeParams(TypedDict):
    """What `whence/merge` asks."""

    # the memories, the one to keep first.
    ids: Sequence[str]

class MergedTextGiven(TypedDict):
    """A text of the memory that stays."""

    # The memory's field, such as `content` or `title`.
    field: str
    # What it would say.
    text: str

class MessageGiven(TypedDict):
    """One turn of a conversation."""

    # Who speaks.
    role: Literal['user', 'assistant', 'system', 'tool']
    # What was said.
    content: str
    # The speaker's name, where there is one.
    name: NotRequired[str]
    # When it was said.
    at: NotRequired[str | None]

class MessageId(TypedDict):
    """A message, as results name it."""

    message_id: str

class MessageIn(TypedDict):
    """One turn."""

    role: Literal['user', 'assistant', 'system', 'tool']
    content: str
    timestamp: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, Any]]

class Nothing(TypedDict):
    """No words are needed."""


class OnboardingParams(TypedDict):
    """What `whence/onboarding` asks."""

    # a file to write the page to, over HTTP below the folder of `--exports`; without it, it is only shown.
    target: NotRequired[str]
    # the most tokens of the page; without it, 12,000.
    budget: NotRequired[int | None]
    # whether a file that was not written by Whence may be replaced.
    overwrite: NotRequired[bool]

class OrganizeParams(TypedDict):
    """What `whence/organize` asks."""

    # the memories.
    ids: Sequence[str]
    # whether to keep them on top.
    pinned: NotRequired[bool | None]
    # whether to put them away, out of the tree and of search; false brings them back.
    archived: NotRequired[bool | None]
    # from 1 (a trifle) to 10 (never forget).
    importance: NotRequired[int | None]
    # labels to have instead of those they have.
    labels: NotRequired[Sequence[str] | None]
    # labels to have besides.
    addLabels: NotRequired[Sequence[str]]
    # labels to lose.
    removeLabels: NotRequired[Sequence[str]]
    # where to file them, as a path such as `team/architecture`; empty for no folder.
    folder: NotRequired[str | None]

class OutlineFileParams(TypedDict):
    """What `whence/outlineFile` asks."""

    # the file.
    file: str

class ProjectContextParams(TypedDict):
    """What `whence/projectContext` asks."""

    # what to look at in particular, such as a feature or a file; what answers it comes first.
    focus: NotRequired[str]
    # the most tokens of the page; without it, 1,500, or the setting `context.budget` if that is less.
    budget: NotRequired[int | None]

class ProposalGiven(TypedDict):
    """Memories of one kind that could be one. Nothing has happened to them."""

    # The memories, the one that stays first; the others would go to the bin.
    ids: Sequence[str]
    # What each of them says now, as a digest: one that has changed since is not merged.
    digests: Sequence[str]
    # Their kind.
    kind: str
    # The title of the one that stays.
    title: str
    # Why, as a sentence.
    reason: str
    # What the one that stays would say; labels, files and links are united besides.
    texts: NotRequired[Sequence[MergedTextGiven]]
    # What would change, as unified diffs in Markdown: of the one that stays, and of each other to it.
    diff: NotRequired[str]
    # The model that wrote the texts; empty where they were joined by rules.
    model: NotRequired[str]

class PruneExecuteIn(TypedDict):
    """What to archive."""

    conversation_ids: Sequence[str]

class PruneIn(TypedDict):
    """How long a conversation must not have been used, in days, and how little it may matter."""

    threshold_days: NotRequired[int]
    importance_threshold: NotRequired[float]

class PruneParams(TypedDict):
    """What `whence/prune` asks."""

    # the memories.
    ids: Sequence[str]

class QueryIn(TypedDict):
    """What to look for."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    filters: NotRequired[Filters]
    query: str
    limit: NotRequired[int]
    offset: NotRequired[int]

class ReadDiagramParams(TypedDict):
    """What `whence/readDiagram` asks."""

    # a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB and 50 million pixels).
    source: str
    # what to propose: a note, or a decision.
    kind: NotRequired[Literal['note', 'decision']]

class ReadScreenshotParams(TypedDict):
    """What `whence/readScreenshot` asks."""

    # a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB and 50 million pixels), or the id of a bug that one is kept with.
    source: str

class RebuildParams(TypedDict):
    """What `whence/rebuild` asks."""


class RecordErrorParams(TypedDict):
    """What `whence/recordError` asks."""

    # what the failure says, or a whole stack trace; may be empty where a stack trace tells.
    message: NotRequired[str]
    # its type, such as `TypeError`; read from the trace or the message without.
    errorType: NotRequired[str]
    # the trace as it was printed, in any of the common languages.
    stackTrace: NotRequired[str]
    # the file in which it happened; read from the trace without.
    file: NotRequired[str]
    # the line, from 1; 0 where it is not known.
    line: NotRequired[int]
    # why it happened.
    rootCause: NotRequired[str]
    # what solved it; a bug with a solution is resolved.
    solution: NotRequired[str]
    # how to keep it from coming back.
    prevention: NotRequired[str]
    # words to find it by; `#12` says which issue it is.
    labels: NotRequired[Sequence[str]]
    # further files that it concerns.
    files: NotRequired[Sequence[str]]
    # path of a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB), of which a copy is kept beside the memory.
    screenshot: NotRequired[str]
    # the lines that it is about; without, the one that `file` and `line` name. Whoever asks why these lines are there is shown it first.
    selection: NotRequired[SelectionGiven | None]

class RecordRuleParams(TypedDict):
    """What `whence/recordRule` asks."""

    # a text such as `print(`; a star stands for anything within the line. Behind ` => ` its reason may follow.
    pattern: str
    # why no line may hold it.
    reason: NotRequired[str]
    # files, folders or patterns of files, such as `src/*.py`, that it holds for; all without.
    files: NotRequired[Sequence[str]]

class RefactorImpactParams(TypedDict):
    """What `whence/refactorImpact` asks."""

    # the file.
    path: str

class RefactorOrderParams(TypedDict):
    """What `whence/refactorOrder` asks."""

    # the files.
    paths: Sequence[str]

class RememberParams(TypedDict):
    """What `whence/remember` asks."""

    # its fields, `kind` among them; ids and dates are filled in where absent. Besides, `selection` says which lines of a file it is about, as `src/cart.py:10-14` or with `file`, `start` and `end`: whoever asks why these lines are there is shown it first.
    memory: Mapping[str, Any]

class ReopenParams(TypedDict):
    """What `whence/reopen` asks."""

    # the bug.
    id: str

class ResolveParams(TypedDict):
    """What `whence/resolve` asks."""

    # the bug.
    id: str
    # what solved it.
    solution: NotRequired[str]
    # why it happened.
    rootCause: NotRequired[str]
    # how to keep it from coming back.
    prevention: NotRequired[str]
    # the Change that solved it: its id, or the id of its commit or the first 4 or more digits of that.
    change: NotRequired[str]

class RestoreBackupParams(TypedDict):
    """What `whence/restoreBackup` asks."""

    # the moment whose state is wanted, such as 2026-11-28 or 2026-11-28T14:30; the newest backup that can be read without.
    at: NotRequired[str]
    # whether what was written after the backup goes.
    exactly: NotRequired[bool]

class RestoreParams(TypedDict):
    """What `whence/restore` asks."""

    # the memories.
    ids: Sequence[str]

class ResumeModelsParams(TypedDict):
    """What `whence/resumeModels` asks."""


class ResumeSessionParams(TypedDict):
    """What `whence/resumeSession` asks."""

    # the session; empty for your latest.
    id: NotRequired[str]

class ReviewParams(TypedDict):
    """What `whence/review` asks."""

    # the branch or commit to compare with; without it, the remote's default branch, or `main` or `master`.
    base: NotRequired[str]
    # the branch or commit to review; without it, the work tree, uncommitted files included.
    head: NotRequired[str]

class SaveConversationParams(TypedDict):
    """What `whence/saveConversation` asks."""

    # what was said, as a selection, a document or the clipboard holds it.
    text: NotRequired[str]
    # what was said, as turns; beside a text they come after it.
    messages: NotRequired[Sequence[MessageGiven]]
    # the label to file it under; without any, the one that the settings name.
    label: NotRequired[str]
    # the folder to file it in.
    folder: NotRequired[str]
    # where it comes from, such as `copilot`.
    origin: NotRequired[str]
    # what to call it; made from the first question where absent.
    title: NotRequired[str]
    # further labels.
    labels: NotRequired[Sequence[str]]

class ScoreParams(TypedDict):
    """What `whence/score` asks."""

    # what they are to be relevant for: a task, a question, an error.
    query: str
    # only these kinds of memory.
    kinds: NotRequired[Sequence[str]]
    # only memories that concern these files or files in these folders.
    files: NotRequired[Sequence[str]]
    # only memories with one of these labels.
    labels: NotRequired[Sequence[str]]
    # only memories of this moment or later.
    since: NotRequired[str | None]
    # only memories from before this moment.
    until: NotRequired[str | None]
    # where the user is.
    focus: NotRequired[Focus | None]
    # the least relevance, from 0 to 1.
    threshold: NotRequired[float]
    # the most memories to return; without, 10, and 15 where a file is in focus.
    limit: NotRequired[int | None]

class SearchCodeParams(TypedDict):
    """What `whence/searchCode` asks."""

    # a name, words, or a sentence about what it does.
    query: str
    # only in these files or in files of these folders.
    files: NotRequired[Sequence[str]]
    # only in these languages, such as `python` or `typescript`.
    languages: NotRequired[Sequence[str]]
    # the most hits to return.
    limit: NotRequired[int | None]

class SearchErrorsParams(TypedDict):
    """What `whence/searchErrors` asks."""

    # an error message, a stack trace, or words about it.
    query: str
    # the most hits to return.
    limit: NotRequired[int | None]
    # only bugs that are solved, or only those that aren't.
    resolved: NotRequired[bool | None]

class SearchParams(TypedDict):
    """What `whence/search` asks."""

    # what to look for: words, an identifier, an error message, a sentence. Filters may stand in it, as `author:"Test Author"`, `kind:decision`, `file:src/cart.py`, `label:security`, `state:open` and `since:2026-03-01`; a person's whole name lists what that person made before what names them.
    query: str
    # only these kinds of memory; `code` for functions and classes of the indexed code, alone or besides.
    kinds: NotRequired[Sequence[str]]
    # only memories that concern these files or files in these folders.
    files: NotRequired[Sequence[str]]
    # only memories with one of these labels.
    labels: NotRequired[Sequence[str]]
    # only memories of this moment or later.
    since: NotRequired[str | None]
    # only memories from before this moment.
    until: NotRequired[str | None]
    # whether archived memories may answer too.
    archived: NotRequired[bool]
    # the most hits to return.
    limit: NotRequired[int | None]
    # where the user is; memories near it count a little more.
    focus: NotRequired[Focus | None]
    # whether each turn of a conversation answers for itself, instead of the best one for all.
    turns: NotRequired[bool]
    # only memories that people of these names made; a part of a name will do.
    authors: NotRequired[Sequence[str]]

class SelectionGiven(TypedDict):
    """Lines of a file that somebody chose; may be written as `src/cart.py:10-14`."""

    # The file, relative to the project.
    file: str
    # The first line, from 1.
    start: int
    # The last line; 0 for the first one alone.
    end: NotRequired[int]
    # The lines whole, as an editor has them that didn't save them yet; without it they are read on disk.
    text: NotRequired[str]

class ShowPromptParams(TypedDict):
    """What `whence/showPrompt` asks."""

    # the operation, such as `suggest_solution`.
    operation: str
    # its parameters.
    arguments: NotRequired[Mapping[str, Any] | None]

class SimilarParams(TypedDict):
    """What `whence/similar` asks."""

    # what stands in the fields of a form, by their names; the first that says something is looked for.
    answers: Mapping[str, str]
    # the kind of memory that is written, or `start_session`.
    kind: NotRequired[str]
    # the memory that is changed, instead.
    id: NotRequired[str]

class SmartQueryIn(TypedDict):
    """What to look for, and how many tokens of it to put into a text besides."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    filters: NotRequired[Filters]
    query: str
    limit: NotRequired[int]
    offset: NotRequired[int]
    token_budget: NotRequired[int | None]

class StandupParams(TypedDict):
    """What `whence/standup` asks."""

    # the moment to begin from; without it, the beginning of the last working day.
    since: NotRequired[str | None]

class StartSessionParams(TypedDict):
    """What `whence/startSession` asks."""

    # what it is for.
    goal: str
    # further aims.
    goals: NotRequired[Sequence[str]]
    # words to find it by.
    labels: NotRequired[Sequence[str]]
    # whether to end the session that is active, if one is.
    endActive: NotRequired[bool]

class StatusIn(TypedDict):
    """Another state: pinned and archived are one and the same thing's, as that client sees it."""

    status: Literal['active', 'pinned', 'archived']

class StatusParams(TypedDict):
    """What `whence/status` asks."""


class StopModelsParams(TypedDict):
    """What `whence/stopModels` asks."""


class SuggestLabelsParams(TypedDict):
    """What `whence/suggestLabels` asks."""

    # the memories; without, the newest ones that have no label.
    ids: NotRequired[Sequence[str]]
    # without `ids`, only these kinds; otherwise all that somebody kept.
    kinds: NotRequired[Sequence[str]]
    # the most memories to look at, where none are named.
    limit: NotRequired[int]

class SuggestPruningParams(TypedDict):
    """What `whence/suggestPruning` asks."""

    # the most memories to name.
    limit: NotRequired[int]

class SuggestSolutionParams(TypedDict):
    """What `whence/suggestSolution` asks."""

    # what the failure says; may be empty where a stack trace tells.
    message: NotRequired[str]
    # its type, such as `TypeError`.
    errorType: NotRequired[str]
    # the trace as it was printed.
    stackTrace: NotRequired[str]
    # the file in which it happened.
    file: NotRequired[str]
    # the line, from 1; 0 where it is not known.
    line: NotRequired[int]
    # a bug that is remembered, instead of all these.
    id: NotRequired[str]

class SummarizeIn(TypedDict):
    """What to sum up."""

    conversation_id: str
    level: NotRequired[Literal['daily', 'weekly', 'monthly']]

class SummarizeParams(TypedDict):
    """What `whence/summarize` asks."""

    # day, week or month.
    period: NotRequired[Literal['day', 'week', 'month']]
    # a day of it, as `2026-11-20`; without it, today.
    at: NotRequired[str]
    # instead, the first day of a range.
    since: NotRequired[str]
    # the last day of the range; without it, today.
    until: NotRequired[str]
    # whether to tell anew what has not changed.
    again: NotRequired[bool]

class SummarizeSessionParams(TypedDict):
    """What `whence/summarizeSession` asks."""

    # the session; empty for your latest.
    id: NotRequired[str]

class SyncParams(TypedDict):
    """What `whence/sync` asks."""


class TextAtParams(TypedDict):
    """What `whence/textAt` asks."""

    # the file, as it is named there.
    file: str
    # id of the commit; without it, the one that is checked out.
    at: NotRequired[str]
    # the file as it was before that commit.
    before: NotRequired[bool]

class ToolExportIn(TypedDict):
    """A conversation to export, and how."""

    conversation_id: str
    format: NotRequired[Literal['json', 'markdown']]
    include_metadata: NotRequired[bool]

class ToolPruneIn(TypedDict):
    """How long a conversation must not have been used, in days, and how little it may matter."""

    threshold_days: NotRequired[int]
    importance_threshold: NotRequired[float]

class ToolStatsIn(TypedDict):
    """Of which conversations to tell figures."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    filters: NotRequired[Filters]

class ToolTarget(TypedDict):
    """A conversation, and what is to be another of it."""

    label: NotRequired[str | None]
    folder: NotRequired[str | None]
    importance: NotRequired[int | None]
    status: NotRequired[Literal['active', 'pinned', 'archived'] | None]
    conversation_id: str

class TrackChangeParams(TypedDict):
    """What `whence/trackChange` asks."""

    # the file that was changed.
    file: str
    # what was done to it.
    action: NotRequired[Literal['create', 'edit', 'delete', 'rename', 'refactor', 'test']]
    # the unified diff, as far as it is at hand.
    diff: NotRequired[str]
    # why.
    reason: NotRequired[str]
    # further files that it concerns.
    files: NotRequired[Sequence[str]]
    # the lines that were changed, such as `10-20`.
    lines: NotRequired[str]
    # the decision that it implements: its id, its number or its title.
    implements: NotRequired[str]

class TranscriptOfferParams(TypedDict):
    """What `whence/transcriptOffer` asks."""

    # whether to tell even though the user was asked before, as long as no answer came.
    again: NotRequired[bool]

class UndoConsolidationParams(TypedDict):
    """What `whence/undoConsolidation` asks."""

    # the memory that stayed.
    id: str

class UnlinkParams(TypedDict):
    """What `whence/unlink` asks."""

    # the memory that holds the link.
    source: str
    # how it relates to the other.
    relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of']
    # the other memory.
    target: str

class UpdateParams(TypedDict):
    """What `whence/update` asks."""

    # the memory.
    id: str
    # the fields to replace, with their new values.
    changes: Mapping[str, Any]

class WhyParams(TypedDict):
    """What `whence/why` asks."""

    # the file.
    file: str
    # the first line, from 1; 0 for the whole file.
    start: NotRequired[int]
    # the last line; 0 for the first line alone.
    end: NotRequired[int]
    # a function or class of the file, such as `total` or `Cart.total`, whose lines are meant; where there are several of that name, the one that holds line `start`.
    symbol: NotRequired[str]
    # whether lines are followed to the files that they came from however long that takes.
    thorough: NotRequired[bool]
    # id of a commit: the lines are meant as they are in it, in the file as it is named there.
    at: NotRequired[str]

class WordsIn(TypedDict):
    """Words to look for; punctuation means nothing."""

    label: NotRequired[str]
    labels: NotRequired[Sequence[str]]
    folder: NotRequired[str]
    session: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    min_importance: NotRequired[int]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    filters: NotRequired[Filters]
    query: str
    limit: NotRequired[int]

class GetConversationsQuery(TypedDict):
    """What may stand behind the question mark of `GET /api/v1/conversations`."""

    label: NotRequired[str]
    folder: NotRequired[str]
    status: NotRequired[Literal['active', 'pinned', 'archived'] | None]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool | None]
    page: NotRequired[int]
    page_size: NotRequired[int]
    offset: NotRequired[int | None]

class GetConversationsCountQuery(TypedDict):
    """What may stand behind the question mark of `GET /api/v1/conversations/count`."""

    label: NotRequired[str]
    folder: NotRequired[str]

class PostConversationsOneSummaryQuery(TypedDict):
    """What may stand behind the question mark of `POST /api/v1/conversations/{id}/summary`."""

    level: NotRequired[Literal['daily', 'weekly', 'monthly']]

class GetPruneSuggestionsQuery(TypedDict):
    """What may stand behind the question mark of `GET /api/v1/prune/suggestions`."""

    threshold_days: NotRequired[int]
    importance_threshold: NotRequired[float]

class GetExportQuery(TypedDict):
    """What may stand behind the question mark of `GET /api/v1/export`."""

    format: NotRequired[Literal['markdown', 'json']]
    label: NotRequired[str]
    folder: NotRequired[str]

class GetMemoriesQuery(TypedDict):
    """What may stand behind the question mark of `GET /api/v1/memories`."""

    query: NotRequired[str]
    kinds: NotRequired[str]
    labels: NotRequired[str]
    files: NotRequired[str]
    authors: NotRequired[str]
    states: NotRequired[str]
    folder: NotRequired[str]
    session: NotRequired[str]
    min_importance: NotRequired[int]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    pinned: NotRequired[bool | None]
    archived: NotRequired[bool]
    offset: NotRequired[int]
    limit: NotRequired[int]
