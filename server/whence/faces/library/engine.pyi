"""Written by server/generate.py from the operations' own signatures. Do not edit: run `npm run generate`."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field
from typing import Annotated
from typing import Literal
from whence.engine.answers.operations import _LONGEST_QUESTION
from whence.engine.consolidation.operations import Proposals
from whence.engine.context import Weight
from whence.engine.conversations import Turns
from whence.engine.forms import Answers
from whence.engine.lifecycle import _MOST_MERGED
from whence.engine.notes import Ids
from whence.engine.provenance import _Line
from whence.engine.reports import Budget
from whence.engine.structure import Depth
from whence.engine.structure import Paths
from whence.project.project import Project
from whence.retrieval import judgement
from whence.values.base import Lines
from whence.values.base import Text
from whence.values.base import Time
from whence.values.base import Words
from whence.values.code import CodeGraph
from whence.values.code import CodeResult
from whence.values.code import Dependencies
from whence.values.code import FileOutline
from whence.values.code import Impact
from whence.values.code import Indexed
from whence.values.code import RefactorOrder
from whence.values.comments import Comment
from whence.values.detail import Detail
from whence.values.detail import PastText
from whence.values.memory import Action
from whence.values.memory import Relation
from whence.values.memory.periods import Period
from whence.values.operation import Progress
from whence.values.protocol import Acknowledged
from whence.values.protocol import Children
from whence.values.protocol import ContextBlock
from whence.values.protocol import Focus
from whence.values.protocol import SearchResult
from whence.values.protocol import Selection
from whence.values.protocol import Status
from whence.values.reach import FileToWrite
from whence.values.reach import FolderToWrite
from whence.values.reach import ToRead
from whence.values.reports import Answer
from whence.values.reports import Costs
from whence.values.reports import Draft
from whence.values.reports import Exported
from whence.values.reports import Imported
from whence.values.reports import LabelsInUse
from whence.values.reports import Preview
from whence.values.reports import Pruning
from whence.values.reports import Recorded
from whence.values.reports import Report
from whence.values.reports import SessionState
from whence.values.reports import Summarized
from whence.values.reports import TranscriptOffer
from whence.values.reports.consolidation import Consolidated
from whence.values.reports.consolidation import Consolidation
from whence.values.reports.dashboard import Dashboard
from whence.values.reports.diagnosis import ErrorPatterns
from whence.values.reports.diagnosis import SuggestedSolution
from whence.values.reports.forms import Form
from whence.values.reports.history import ImportedHistory
from whence.values.reports.patterns import ProjectPatterns
from whence.values.reports.pictures import DiagramReading
from whence.values.reports.pictures import ScreenshotReading
from whence.values.reports.provenance import ConversationLines
from whence.values.reports.provenance import ExportedOrigins
from whence.values.reports.provenance import LineChange
from whence.values.reports.provenance import Marks
from whence.values.reports.provenance import Why
from whence.values.reports.relevance import Relevance
from whence.values.reports.rules import RulesChecked
from whence.values.reports.shares import LinesByAssistants
from whence.values.reports.suggestions import ApprovedSuggestion
from whence.values.reports.suggestions import Suggestions
from whence.values.reports.upkeep import Backups
from whence.values.reports.upkeep import Restored
from whence.values.settings import Settings

class Engine:
    """One project's memory, open and going, with every operation on it."""

    project: Project
    """What is open."""

    def __init__(self, folder: Path, settings: Settings | None = None, **opening: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None:
        """Write what is waiting and stop every thread."""

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until everything written so far is found by words, and by meaning if `vectors`. False on timeout."""

    def ask(self, question: Annotated[str, Field(min_length=1, max_length=_LONGEST_QUESTION)], budget: Annotated[int, Field(ge=1, le=200000)] | None=None, kinds: Words=(), labels: Words=(), focus: Focus | None=None, keep: bool=False, progress: Progress=...) -> Answer:
        """Ask memory a question; the answer cites the memories it follows from, and where there is none it says so."""

    def keep_answer(self, question: Annotated[Text, Field(max_length=_LONGEST_QUESTION)], answer: Annotated[Text, Field(max_length=200000)], cited: Words=()) -> Acknowledged:
        """Keep a question to memory and its answer as a conversation that links to the memories cited."""

    def context(self, query: str, budget: Annotated[int, Field(ge=1, le=200000)] | None=None, recency_weight: Weight | None=None, relevance_weight: Weight | None=None, importance_weight: Weight | None=None, kinds: Words=(), labels: Words=(), exclude_folders: Words=(), focus: Focus | None=None, files: Words=(), since: Time | None=None, authors: Words=()) -> ContextBlock:
        """Put the memories that matter for a task into one Markdown block within a budget of tokens."""

    def as_comment(self, text: str, language: str) -> Comment:
        """Turn a text, such as a context block, into a comment of a language, which stays known as what Whence handed
        out."""

    def score(self, query: str, kinds: Words=(), files: Words=(), labels: Words=(), since: Time | None=None, until: Time | None=None, focus: Focus | None=None, threshold: Annotated[float, Field(ge=0, le=1)]=judgement.THRESHOLD, limit: Annotated[int, Field(ge=1, le=50)] | None=None, progress: Progress=...) -> Relevance:
        """Have the small model score how relevant the memories are that a search finds, each with a reason."""

    def suggest_labels(self, ids: Words=(), kinds: Words=(), limit: Annotated[int, Field(ge=1, le=200)]=20, progress: Progress=...) -> Suggestions:
        """Suggest importance and labels for memories, those in use first; nothing happens to them."""

    def apply_suggestions(self, suggestions: Annotated[tuple[ApprovedSuggestion, ...], Field(min_length=1, max_length=10000)]) -> Acknowledged:
        """Give memories the importance and labels that somebody approved; labels come besides those they have."""

    def search(self, query: str, kinds: Words=(), files: Words=(), labels: Words=(), since: Time | None=None, until: Time | None=None, archived: bool=False, limit: Annotated[int, Field(ge=1, le=200)] | None=None, focus: Focus | None=None, turns: bool=False, authors: Words=()) -> SearchResult:
        """Find memories, and code if asked for, by words and by meaning, best first; an empty query lists the newest."""

    def get(self, id: str) -> Detail:
        """Show one memory whole:"""

    def children(self, parent: str='', file: str='') -> Children:
        """List the rows of the tree below a row."""

    def status(self) -> Status:
        """Tell the state of the project's memory:"""

    def why(self, file: str, start: _Line=0, end: _Line=0, symbol: str='', thorough: bool=False, at: str='') -> Why:
        """Tell why lines of a file are there:"""

    def line_change(self, file: str, line: Annotated[int, Field(ge=1)], at: str='') -> LineChange:
        """Show what the commit that wrote a line changed there, and what stood in the line's place before."""

    def text_at(self, file: str, at: str='', before: bool=False) -> PastText:
        """Give a file's text as it is in a commit, with secrets taken out."""

    def marks(self, file: str, ask: bool=False) -> Marks:
        """Tell what is remembered of each function and class of a file:"""

    def analyze_patterns(self, since: Time | None=None, progress: Progress=...) -> ProjectPatterns:
        """Tell the patterns and preferences of the project."""

    def standup(self, since: Time | None=None) -> Report:
        """Tell what was done since the last working day, and what is left open."""

    def review(self, base: str='', head: str='') -> Report:
        """Tell what is remembered of the files that a branch changes:"""

    def project_context(self, focus: str='', budget: Budget | None=None) -> Report:
        """Tell what someone has to know to work on the project now."""

    def onboarding(self, target: FileToWrite='', budget: Budget | None=None, overwrite: bool=False) -> Report:
        """Write what a newcomer should read:"""

    def dashboard(self, progress: Progress=...) -> Dashboard:
        """Count a year of the project's memory:"""

    def lines_by_assistants(self, file: str='', progress: Progress=...) -> LinesByAssistants:
        """Tell which lines assistants wrote:"""

    def record_rule(self, pattern: Text, reason: str='', files: Words=()) -> Acknowledged:
        """Keep a rule of the project's own, which says what no line may hold, and why."""

    def check_rules(self, files: Words=()) -> RulesChecked:
        """Tell which lines break rules of the project's own, in these files or in what git says has changed."""

    def form(self, kind: str='', id: str='') -> Form:
        """Tell what a person fills in who records a memory by hand, changes one, or begins or ends a session."""

    def keep_draft(self, answers: Answers, kind: str='', id: str='', selection: Selection | None=None) -> Acknowledged:
        """Keep what a person has written in a form so far, in the place of what was kept before; it is no memory yet."""

    def similar(self, answers: Answers, kind: str='', id: str='') -> SearchResult:
        """Find what is remembered already and says something like what a person is writing; nothing that fits badly."""

    def remember(self, memory: dict[str, Any]) -> Acknowledged:
        """Keep a new memory; it is on disk, with every secret redacted, when this returns."""

    def update(self, id: str, changes: dict[str, Any]) -> Acknowledged:
        """Change fields of a memory, such as `pinned`, `archived`, `labels`, `importance` or its content."""

    def forget(self, ids: Ids) -> Acknowledged:
        """Move memories to the bin, from which `restore` brings them back for 30 days."""

    def restore(self, ids: Ids) -> Acknowledged:
        """Bring memories back from the bin."""

    def rebuild(self, progress: Progress=...) -> Acknowledged:
        """Drop the search index and make it anew from the memories, which stay as they are."""

    def link(self, source: str, relation: Relation, target: str) -> Acknowledged:
        """Relate one memory to another; doing so again changes nothing."""

    def unlink(self, source: str, relation: Relation, target: str) -> Acknowledged:
        """Take a relation between two memories away; without one nothing changes."""

    def track_change(self, file: Text, action: Action='edit', diff: str='', reason: str='', files: Words=(), lines: str='', implements: str='') -> Acknowledged:
        """Record a change by hand, with its reason; what the reason refers to is linked."""

    def error_patterns(self, since: Time | None=None, limit: Annotated[int, Field(ge=1, le=50)]=10, progress: Progress=...) -> ErrorPatterns:
        """Tell which errors come back, in groups of the same signature or the same meaning."""

    def suggest_solution(self, message: str='', error_type: str='', stack_trace: str='', file: str='', line: Annotated[int, Field(ge=0)]=0, id: str='') -> SuggestedSolution:
        """Suggest how to solve an error, from the bugs that were solved here before, with how sure that is and why."""

    def record_error(self, message: str='', error_type: str='', stack_trace: str='', file: str='', line: Annotated[int, Field(ge=0)]=0, root_cause: str='', solution: str='', prevention: str='', labels: Words=(), files: Words=(), screenshot: ToRead='', selection: Selection | None=None) -> Recorded:
        """Record a failure."""

    def resolve(self, id: str, solution: str='', root_cause: str='', prevention: str='', change: str='') -> Acknowledged:
        """Mark a bug as solved, and by which Change."""

    def reopen(self, id: str) -> Acknowledged:
        """Mark a bug as not solved after all; what was said to solve it stays with it."""

    def search_errors(self, query: str, limit: Annotated[int, Field(ge=1, le=200)] | None=None, resolved: bool | None=None) -> SearchResult:
        """Find bugs by words and by meaning, best first; an empty query lists the newest."""

    def start_session(self, goal: Text, goals: Lines=(), labels: Words=(), end_active: bool=False) -> SessionState:
        """Start a session:"""

    def end_session(self, summary: str='', success: bool | None=None, progress: Progress=...) -> SessionState:
        """End the active session."""

    def summarize_session(self, id: str='', progress: Progress=...) -> SessionState:
        """Sum up a session that has ended, again or for the first time; what a person wrote of it stays on top."""

    def resume_session(self, id: str='') -> SessionState:
        """Take up a session again that was ended; the time in between doesn't count as worked."""

    def current_session(self) -> SessionState:
        """Tell which session is active, and how much came to be in it so far."""

    def save_conversation(self, text: str='', messages: Turns=(), label: str='', folder: str='', origin: str='', title: str='', labels: Words=()) -> Acknowledged:
        """Keep a conversation:"""

    def append_turns(self, id: str, messages: Annotated[Turns, Field(min_length=1)]) -> Acknowledged:
        """Add turns at the end of a conversation."""

    def labels_in_use(self, kinds: Words=()) -> LabelsInUse:
        """List the labels that memories have, the most used first."""

    def import_conversations(self, source: ToRead, label: str='', folder: str='', progress: Progress=...) -> Imported:
        """Read conversations from a file or from all files of a folder; what is known gains only its new turns."""

    def import_transcripts(self, sources: Words=(), progress: Progress=...) -> Imported:
        """Take all that assistants on this machine have written down of their conversations about this project."""

    def transcript_offer(self, again: bool=False) -> TranscriptOffer:
        """Tell which transcripts of assistants about this project are not kept, for the user to decide."""

    def keep_transcripts(self, keep: bool=True, progress: Progress=...) -> Imported:
        """Keep what assistants write down of their conversations about this project, now and as it comes; or don't."""

    def conversation_lines(self, id: str, progress: Progress=...) -> ConversationLines:
        """Tell which lines that a conversation wrote still stand, by file, and which are gone."""

    def import_history(self, branches: Words=(), since: Time | None=None, limit: Annotated[int, Field(ge=1)] | None=None, progress: Progress=...) -> ImportedHistory:
        """Make a Change of every commit of the repository's past, the newest first."""

    def export_origins(self, write: bool=False, progress: Progress=...) -> ExportedOrigins:
        """Write which conversations wrote which lines as git notes, which other tools read:"""

    def export(self, target: FileToWrite, format: Literal['jsonl', 'markdown']='jsonl', kinds: Words=(), labels: Words=(), folder: str='', min_importance: Annotated[int, Field(ge=1, le=10)]=1, since: Time | None=None, until: Time | None=None, archived: bool=True, binned: bool=False, overwrite: bool=False, progress: Progress=...) -> Exported:
        """Write memories to a file:"""

    def import_export(self, source: ToRead, progress: Progress=...) -> Imported:
        """Take in a file that `export` wrote as JSON lines; of a memory that is here too the one written later stays."""

    def import_records(self, folder: str='', progress: Progress=...) -> Imported:
        """Make a Decision of every decision record of the project, and keep it in step when the file is edited."""

    def export_records(self, target: FolderToWrite, ids: tuple[str, ...]=(), progress: Progress=...) -> Exported:
        """Write decisions as numbered Markdown records (MADR 4) into a folder; no file that is there is touched."""

    def import_memories(self, source: ToRead, progress: Progress=...) -> Imported:
        """Take over the memories of another tool, as notes and decisions, with the links between them."""

    def dependencies(self, path: str, depth: Depth=1) -> Dependencies:
        """Tell which files a file imports, which import it, and whether it does so in a circle."""

    def refactor_impact(self, path: str) -> Impact:
        """Tell what a refactoring of a file would touch:"""

    def refactor_order(self, paths: Paths) -> RefactorOrder:
        """Tell in which order to refactor files:"""

    def graph(self, path: str, depth: Annotated[int, Field(ge=1, le=5)]=1) -> CodeGraph:
        """Give the files around a file and the imports and habits of change between them, to be drawn."""

    def index_workspace(self, vectors: bool=False, progress: Progress=...) -> Indexed:
        """Index the workspace's code, so that it can be searched and its dependencies followed."""

    def search_code(self, query: str, files: Words=(), languages: Words=(), limit: Annotated[int, Field(ge=1, le=200)] | None=None) -> CodeResult:
        """Find functions, classes and other entities of the code by name, by words and by meaning, best first."""

    def outline_file(self, file: str) -> FileOutline:
        """Tell what a file defines:"""

    def summarize(self, period: Period='day', at: str='', since: str='', until: str='', again: bool=False, progress: Progress=...) -> Summarized:
        """Sum up a day, a week or a month, or all of them in a range, and keep the summaries."""

    def consolidate(self, limit: Annotated[int, Field(ge=1, le=100)]=20, progress: Progress=...) -> Consolidation:
        """Propose which decisions, bugs and notes could be one:"""

    def apply_consolidation(self, proposals: Proposals, progress: Progress=...) -> Consolidated:
        """Carry out proposals of `consolidate`:"""

    def undo_consolidation(self, id: str) -> Acknowledged:
        """Take the last merge into a memory back:"""

    def read_screenshot(self, source: ToRead, progress: Progress=...) -> ScreenshotReading:
        """Read the screenshot of an error:"""

    def read_diagram(self, source: ToRead, kind: Literal['note', 'decision']='note', progress: Progress=...) -> DiagramReading:
        """Read the diagram of an architecture:"""

    def draft_commit_message(self, progress: Progress=...) -> Draft:
        """Draft the message of the next commit:"""

    def draft_pull_request(self, base: str='', progress: Progress=...) -> Draft:
        """Draft the title and description of a pull request:"""

    def costs(self, since: Time | None=None, until: Time | None=None) -> Costs:
        """Tell what models cost on this machine:"""

    def stop_models(self) -> Acknowledged:
        """Switch all models off at once, in every window and process, until they are switched on again."""

    def resume_models(self) -> Acknowledged:
        """Switch models on again after they were switched off."""

    def show_prompt(self, operation: str, arguments: dict[str, Any] | None=None) -> Preview:
        """Show exactly what an operation would send to a model and what that may cost, and send nothing."""

    def organize(self, ids: Ids, pinned: bool | None=None, archived: bool | None=None, importance: Annotated[int, Field(ge=1, le=10)] | None=None, labels: Words | None=None, add_labels: Words=(), remove_labels: Words=(), folder: str | None=None) -> Acknowledged:
        """File memories:"""

    def merge(self, ids: Annotated[tuple[str, ...], Field(min_length=2, max_length=_MOST_MERGED)]) -> Acknowledged:
        """Merge duplicates of one kind into the first; the others go to the bin, from which `restore` brings them back."""

    def suggest_pruning(self, limit: Annotated[int, Field(ge=1, le=1000)]=50, progress: Progress=...) -> Pruning:
        """Tell which memories may be put away:"""

    def prune(self, ids: Ids) -> Acknowledged:
        """Archive memories, such as those that `suggest_pruning` names; pinned ones stay."""

    def empty_bin(self) -> Acknowledged:
        """Remove every memory in the bin for good, with their pictures."""

    def backup(self, only: bool=False, progress: Progress=...) -> Backups:
        """Take a backup of all memories now, and read it back; one is taken every day by itself."""

    def backups(self) -> Backups:
        """List the backups of this project's memories, the newest first, and whether each can be read."""

    def restore_backup(self, at: str='', exactly: bool=False, progress: Progress=...) -> Restored:
        """Bring back what a backup has."""
