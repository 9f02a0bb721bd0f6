"""Written by server/generate.py from the OpenAPI document. Do not edit: run `npm run generate`."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, overload

from whence.faces.client import api
from whence.faces.client.records import Table
from whence.faces.client.transport import AsyncTransport, Transport

class Client(Transport):
    """Asks one `whence serve`, and waits for its answers."""

    @overload
    def request(self, route: Literal['POST /api/v1/conversations'], *, body: api.ConversationIn) -> api.Talk:
        """Keep a conversation."""

    @overload
    def request(self, route: Literal['GET /api/v1/conversations'], *, query: api.GetConversationsQuery = ...) -> api.Listed:
        """List conversations, the newest first."""

    @overload
    def request(self, route: Literal['GET /api/v1/conversations/{id}'], *, id: str) -> api.TalkWhole:
        """Show a conversation with all that was said."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}'], *, id: str, body: api.ConversationChange) -> api.Talk:
        """Change label, folder, importance or state of a conversation, as the published JavaScript client asks."""

    @overload
    def request(self, route: Literal['DELETE /api/v1/conversations/{id}'], *, id: str) -> api.Done:
        """Move a conversation to the bin."""

    @overload
    def request(self, route: Literal['GET /api/v1/conversations/count'], *, query: api.GetConversationsCountQuery = ...) -> api.Count:
        """Count conversations."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/label'], *, id: str, body: api.LabelIn) -> api.Done:
        """Give a conversation another label."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/folder'], *, id: str, body: api.FolderIn) -> api.Done:
        """Put a conversation into another folder; its label stays."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/pin'], *, id: str) -> api.Done:
        """Pin a conversation."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/unpin'], *, id: str) -> api.Done:
        """Unpin a conversation."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/archive'], *, id: str) -> api.Done:
        """Archive a conversation."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/unarchive'], *, id: str) -> api.Done:
        """Unarchive a conversation."""

    @overload
    def request(self, route: Literal['PUT /api/v1/conversations/{id}/status'], *, id: str, body: api.StatusIn) -> api.Done:
        """Pin or archive a conversation, or neither, as the published Python client asks."""

    @overload
    def request(self, route: Literal['POST /api/v1/query'], *, body: api.QueryIn) -> api.Results:
        """Find conversations by words and by meaning."""

    @overload
    def request(self, route: Literal['POST /api/v1/search'], *, body: api.QueryIn) -> api.Results:
        """Find conversations by words and by meaning, as the published JavaScript client asks."""

    @overload
    def request(self, route: Literal['POST /api/v1/query/smart'], *, body: api.SmartQueryIn) -> api.SmartResults:
        """Find conversations by words and by meaning, and put them into a budget of tokens where one is named."""

    @overload
    def request(self, route: Literal['POST /api/v1/search/fts'], *, body: api.WordsIn) -> api.WordResults:
        """Find conversations by words alone; any punctuation will do."""

    @overload
    def request(self, route: Literal['POST /api/v1/context/assemble'], *, body: api.ContextIn) -> api.Context:
        """Put what matters for a task into a budget of tokens."""

    @overload
    def request(self, route: Literal['POST /api/v1/summarize'], *, body: api.SummarizeIn) -> api.TalkSummary:
        """Sum up a conversation's last day, week or month."""

    @overload
    def request(self, route: Literal['POST /api/v1/conversations/{id}/summary'], *, id: str, query: api.PostConversationsOneSummaryQuery = ...) -> api.TalkSummary:
        """Sum up a conversation, as the published Python client asks."""

    @overload
    def request(self, route: Literal['POST /api/v1/prune/dry-run'], *, body: api.PruneIn = ...) -> api.PruneSuggestions:
        """Tell which conversations may be archived, and why."""

    @overload
    def request(self, route: Literal['GET /api/v1/prune/suggestions'], *, query: api.GetPruneSuggestionsQuery = ...) -> api.BareSuggestions:
        """Tell which conversations may be archived, as the published Python client asks."""

    @overload
    def request(self, route: Literal['POST /api/v1/prune/execute'], *, body: api.PruneExecuteIn) -> api.Pruned:
        """Archive conversations; pinned ones stay."""

    @overload
    def request(self, route: Literal['POST /api/v1/labels/suggest'], *, body: api.ConversationId) -> api.LabelSuggestions:
        """Suggest labels for a conversation."""

    @overload
    def request(self, route: Literal['POST /api/v1/conversations/{id}/suggest-labels'], *, id: str) -> api.BareLabels:
        """Suggest labels for a conversation, as the published Python client asks."""

    @overload
    def request(self, route: Literal['POST /api/v1/messages/score'], *, body: api.MessageId) -> api.Score:
        """Tell how much a message matters, from 1 to 10."""

    @overload
    def request(self, route: Literal['POST /api/v1/messages/{id}/importance'], *, id: str) -> api.Score:
        """Tell how much a message matters, as the published Python client asks."""

    @overload
    def request(self, route: Literal['POST /api/v1/rebuild-embeddings'], *, body: api.Nothing = ...) -> api.Rebuilt:
        """Make the search index anew."""

    @overload
    def request(self, route: Literal['GET /api/v1/stats']) -> api.Stats:
        """Tell how much is remembered."""

    @overload
    def request(self, route: Literal['GET /api/v1/export'], *, query: api.GetExportQuery = ...) -> api.ExportedText:
        """Export conversations, streamed."""

    @overload
    def request(self, route: Literal['POST /api/v1/export'], *, body: api.ExportIn = ...) -> api.ExportedText:
        """Export conversations, streamed."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_store'], *, body: api.ConversationIn) -> api.ToolAnswer:
        """Keep a conversation."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_search'], *, body: api.QueryIn) -> api.ToolAnswer:
        """Find conversations by words and by meaning."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_query'], *, body: api.QueryIn) -> api.ToolAnswer:
        """Find conversations by words and by meaning."""

    @overload
    def request(self, route: Literal['POST /mcp/memory/search'], *, body: api.QueryIn) -> api.ToolAnswer:
        """Find conversations by words and by meaning."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_get_context'], *, body: api.ConversationId) -> api.ToolAnswer:
        """Tell what is known of a conversation, without what was said."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_update'], *, body: api.ToolTarget) -> api.ToolAnswer:
        """Change label, folder, importance or state of a conversation."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_prune'], *, body: api.ToolPruneIn = ...) -> api.ToolAnswer:
        """Tell which conversations may be archived, and why; nothing happens to them."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_export'], *, body: api.ToolExportIn) -> api.ToolAnswer:
        """Export a conversation with all that was said."""

    @overload
    def request(self, route: Literal['POST /mcp/tools/memory_stats'], *, body: api.ToolStatsIn = ...) -> api.ToolAnswer:
        """Tell how many conversations there are, how much they matter, and where they are filed."""

    @overload
    def request(self, route: Literal['POST /mcp/memory/stats'], *, body: api.ToolStatsIn = ...) -> api.ToolAnswer:
        """Tell how many conversations there are, how much they matter, and where they are filed."""

    @overload
    def request(self, route: Literal['GET /mcp/tools']) -> api.Tools:
        """List the tools that may be called."""

    @overload
    def request(self, route: Literal['GET /api/v1/mcp/tools']) -> api.Tools:
        """List the tools that may be called."""

    @overload
    def request(self, route: Literal['GET /api/v1/memories'], *, query: api.GetMemoriesQuery = ...) -> api.FoundMemories:
        """List or find memories of any kind."""

    @overload
    def request(self, route: Literal['POST /api/v1/memories'], *, body: api.AnyMemory) -> api.Acknowledged:
        """Keep a memory of any kind."""

    @overload
    def request(self, route: Literal['GET /api/v1/memories/{id}'], *, id: str) -> api.Detail:
        """Show a memory whole."""

    @overload
    def request(self, route: Literal['PATCH /api/v1/memories/{id}'], *, id: str, body: api.Fields) -> api.Acknowledged:
        """Change fields of a memory."""

    @overload
    def request(self, route: Literal['DELETE /api/v1/memories/{id}'], *, id: str) -> api.Acknowledged:
        """Move a memory to the bin."""

    def ask(self, question: str, budget: int | None = ..., kinds: Sequence[str] = ..., labels: Sequence[str] = ..., focus: api.Focus | None = ..., keep: bool = ...) -> api.Answer:
        """Ask memory a question; the answer cites the memories it follows from, and where there is none it says so."""

    def keep_answer(self, question: str, answer: str, cited: Sequence[str] = ...) -> api.Acknowledged:
        """Keep a question to memory and its answer as a conversation that links to the memories cited."""

    def context(self, query: str, budget: int | None = ..., recency_weight: float | None = ..., relevance_weight: float | None = ..., importance_weight: float | None = ..., kinds: Sequence[str] = ..., labels: Sequence[str] = ..., exclude_folders: Sequence[str] = ..., focus: api.Focus | None = ..., files: Sequence[str] = ..., since: str | None = ..., authors: Sequence[str] = ...) -> api.ContextBlock:
        """Put the memories that matter for a task into one Markdown block within a budget of tokens."""

    def as_comment(self, text: str, language: str) -> api.Comment:
        """Turn a text, such as a context block, into a comment of a language, which stays known as what Whence handed
        out."""

    def score(self, query: str, kinds: Sequence[str] = ..., files: Sequence[str] = ..., labels: Sequence[str] = ..., since: str | None = ..., until: str | None = ..., focus: api.Focus | None = ..., threshold: float = ..., limit: int | None = ...) -> api.Relevance:
        """Have the small model score how relevant the memories are that a search finds, each with a reason."""

    def suggest_labels(self, ids: Sequence[str] = ..., kinds: Sequence[str] = ..., limit: int = ...) -> api.Suggestions:
        """Suggest importance and labels for memories, those in use first; nothing happens to them."""

    def apply_suggestions(self, suggestions: Sequence[api.ApprovedSuggestion]) -> api.Acknowledged:
        """Give memories the importance and labels that somebody approved; labels come besides those they have."""

    def search(self, query: str, kinds: Sequence[str] = ..., files: Sequence[str] = ..., labels: Sequence[str] = ..., since: str | None = ..., until: str | None = ..., archived: bool = ..., limit: int | None = ..., focus: api.Focus | None = ..., turns: bool = ..., authors: Sequence[str] = ...) -> api.SearchResult:
        """Find memories, and code if asked for, by words and by meaning, best first; an empty query lists the newest."""

    def get(self, id: str) -> api.Detail:
        """Show one memory whole:"""

    def children(self, parent: str = ..., file: str = ...) -> api.Children:
        """List the rows of the tree below a row."""

    def status(self) -> api.Status:
        """Tell the state of the project's memory:"""

    def why(self, file: str, start: int = ..., end: int = ..., symbol: str = ..., thorough: bool = ..., at: str = ...) -> api.Why:
        """Tell why lines of a file are there:"""

    def line_change(self, file: str, line: int, at: str = ...) -> api.LineChange:
        """Show what the commit that wrote a line changed there, and what stood in the line's place before."""

    def text_at(self, file: str, at: str = ..., before: bool = ...) -> api.PastText:
        """Give a file's text as it is in a commit, with secrets taken out."""

    def marks(self, file: str, ask: bool = ...) -> api.Marks:
        """Tell what is remembered of each function and class of a file:"""

    def analyze_patterns(self, since: str | None = ...) -> api.ProjectPatterns:
        """Tell the patterns and preferences of the project."""

    def standup(self, since: str | None = ...) -> api.Report:
        """Tell what was done since the last working day, and what is left open."""

    def review(self, base: str = ..., head: str = ...) -> api.Report:
        """Tell what is remembered of the files that a branch changes:"""

    def project_context(self, focus: str = ..., budget: int | None = ...) -> api.Report:
        """Tell what someone has to know to work on the project now."""

    def onboarding(self, target: str = ..., budget: int | None = ..., overwrite: bool = ...) -> api.Report:
        """Write what a newcomer should read:"""

    def dashboard(self) -> api.Dashboard:
        """Count a year of the project's memory:"""

    def lines_by_assistants(self, file: str = ...) -> api.LinesByAssistants:
        """Tell which lines assistants wrote:"""

    def record_rule(self, pattern: str, reason: str = ..., files: Sequence[str] = ...) -> api.Acknowledged:
        """Keep a rule of the project's own, which says what no line may hold, and why."""

    def check_rules(self, files: Sequence[str] = ...) -> api.RulesChecked:
        """Tell which lines break rules of the project's own, in these files or in what git says has changed."""

    def form(self, kind: str = ..., id: str = ...) -> api.Form:
        """Tell what a person fills in who records a memory by hand, changes one, or begins or ends a session."""

    def keep_draft(self, answers: Mapping[str, str], kind: str = ..., id: str = ..., selection: api.SelectionGiven | None = ...) -> api.Acknowledged:
        """Keep what a person has written in a form so far, in the place of what was kept before; it is no memory yet."""

    def similar(self, answers: Mapping[str, str], kind: str = ..., id: str = ...) -> api.SearchResult:
        """Find what is remembered already and says something like what a person is writing; nothing that fits badly."""

    def remember(self, memory: Mapping[str, Any]) -> api.Acknowledged:
        """Keep a new memory; it is on disk, with every secret redacted, when this returns."""

    def update(self, id: str, changes: Mapping[str, Any]) -> api.Acknowledged:
        """Change fields of a memory, such as `pinned`, `archived`, `labels`, `importance` or its content."""

    def forget(self, ids: Sequence[str]) -> api.Acknowledged:
        """Move memories to the bin, from which `restore` brings them back for 30 days."""

    def restore(self, ids: Sequence[str]) -> api.Acknowledged:
        """Bring memories back from the bin."""

    def rebuild(self) -> api.Acknowledged:
        """Drop the search index and make it anew from the memories, which stay as they are."""

    def link(self, source: str, relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of'], target: str) -> api.Acknowledged:
        """Relate one memory to another; doing so again changes nothing."""

    def unlink(self, source: str, relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of'], target: str) -> api.Acknowledged:
        """Take a relation between two memories away; without one nothing changes."""

    def track_change(self, file: str, action: Literal['create', 'edit', 'delete', 'rename', 'refactor', 'test'] = ..., diff: str = ..., reason: str = ..., files: Sequence[str] = ..., lines: str = ..., implements: str = ...) -> api.Acknowledged:
        """Record a change by hand, with its reason; what the reason refers to is linked."""

    def error_patterns(self, since: str | None = ..., limit: int = ...) -> api.ErrorPatterns:
        """Tell which errors come back, in groups of the same signature or the same meaning."""

    def suggest_solution(self, message: str = ..., error_type: str = ..., stack_trace: str = ..., file: str = ..., line: int = ..., id: str = ...) -> api.SuggestedSolution:
        """Suggest how to solve an error, from the bugs that were solved here before, with how sure that is and why."""

    def record_error(self, message: str = ..., error_type: str = ..., stack_trace: str = ..., file: str = ..., line: int = ..., root_cause: str = ..., solution: str = ..., prevention: str = ..., labels: Sequence[str] = ..., files: Sequence[str] = ..., screenshot: str = ..., selection: api.SelectionGiven | None = ...) -> api.Recorded:
        """Record a failure."""

    def resolve(self, id: str, solution: str = ..., root_cause: str = ..., prevention: str = ..., change: str = ...) -> api.Acknowledged:
        """Mark a bug as solved, and by which Change."""

    def reopen(self, id: str) -> api.Acknowledged:
        """Mark a bug as not solved after all; what was said to solve it stays with it."""

    def search_errors(self, query: str, limit: int | None = ..., resolved: bool | None = ...) -> api.SearchResult:
        """Find bugs by words and by meaning, best first; an empty query lists the newest."""

    def start_session(self, goal: str, goals: Sequence[str] = ..., labels: Sequence[str] = ..., end_active: bool = ...) -> api.SessionState:
        """Start a session:"""

    def end_session(self, summary: str = ..., success: bool | None = ...) -> api.SessionState:
        """End the active session."""

    def summarize_session(self, id: str = ...) -> api.SessionState:
        """Sum up a session that has ended, again or for the first time; what a person wrote of it stays on top."""

    def resume_session(self, id: str = ...) -> api.SessionState:
        """Take up a session again that was ended; the time in between doesn't count as worked."""

    def current_session(self) -> api.SessionState:
        """Tell which session is active, and how much came to be in it so far."""

    def save_conversation(self, text: str = ..., messages: Sequence[api.MessageGiven] = ..., label: str = ..., folder: str = ..., origin: str = ..., title: str = ..., labels: Sequence[str] = ...) -> api.Acknowledged:
        """Keep a conversation:"""

    def append_turns(self, id: str, messages: Sequence[api.MessageGiven]) -> api.Acknowledged:
        """Add turns at the end of a conversation."""

    def labels_in_use(self, kinds: Sequence[str] = ...) -> api.LabelsInUse:
        """List the labels that memories have, the most used first."""

    def import_conversations(self, source: str, label: str = ..., folder: str = ...) -> api.Imported:
        """Read conversations from a file or from all files of a folder; what is known gains only its new turns."""

    def import_transcripts(self, sources: Sequence[str] = ...) -> api.Imported:
        """Take all that assistants on this machine have written down of their conversations about this project."""

    def transcript_offer(self, again: bool = ...) -> api.TranscriptOffer:
        """Tell which transcripts of assistants about this project are not kept, for the user to decide."""

    def keep_transcripts(self, keep: bool = ...) -> api.Imported:
        """Keep what assistants write down of their conversations about this project, now and as it comes; or don't."""

    def conversation_lines(self, id: str) -> api.ConversationLines:
        """Tell which lines that a conversation wrote still stand, by file, and which are gone."""

    def import_history(self, branches: Sequence[str] = ..., since: str | None = ..., limit: int | None = ...) -> api.ImportedHistory:
        """Make a Change of every commit of the repository's past, the newest first."""

    def export_origins(self, write: bool = ...) -> api.ExportedOrigins:
        """Write which conversations wrote which lines as git notes, which other tools read:"""

    def export(self, target: str, format: Literal['jsonl', 'markdown'] = ..., kinds: Sequence[str] = ..., labels: Sequence[str] = ..., folder: str = ..., min_importance: int = ..., since: str | None = ..., until: str | None = ..., archived: bool = ..., binned: bool = ..., overwrite: bool = ...) -> api.Exported:
        """Write memories to a file:"""

    def import_export(self, source: str) -> api.Imported:
        """Take in a file that `export` wrote as JSON lines; of a memory that is here too the one written later stays."""

    def import_records(self, folder: str = ...) -> api.Imported:
        """Make a Decision of every decision record of the project, and keep it in step when the file is edited."""

    def export_records(self, target: str, ids: Sequence[str] = ...) -> api.Exported:
        """Write decisions as numbered Markdown records (MADR 4) into a folder; no file that is there is touched."""

    def import_memories(self, source: str) -> api.Imported:
        """Take over the memories of another tool, as notes and decisions, with the links between them."""

    def dependencies(self, path: str, depth: int = ...) -> api.Dependencies:
        """Tell which files a file imports, which import it, and whether it does so in a circle."""

    def refactor_impact(self, path: str) -> api.Impact:
        """Tell what a refactoring of a file would touch:"""

    def refactor_order(self, paths: Sequence[str]) -> api.RefactorOrder:
        """Tell in which order to refactor files:"""

    def graph(self, path: str, depth: int = ...) -> api.CodeGraph:
        """Give the files around a file and the imports and habits of change between them, to be drawn."""

    def index_workspace(self, vectors: bool = ...) -> api.Indexed:
        """Index the workspace's code, so that it can be searched and its dependencies followed."""

    def search_code(self, query: str, files: Sequence[str] = ..., languages: Sequence[str] = ..., limit: int | None = ...) -> api.CodeResult:
        """Find functions, classes and other entities of the code by name, by words and by meaning, best first."""

    def outline_file(self, file: str) -> api.FileOutline:
        """Tell what a file defines:"""

    def summarize(self, period: Literal['day', 'week', 'month'] = ..., at: str = ..., since: str = ..., until: str = ..., again: bool = ...) -> api.Summarized:
        """Sum up a day, a week or a month, or all of them in a range, and keep the summaries."""

    def consolidate(self, limit: int = ...) -> api.Consolidation:
        """Propose which decisions, bugs and notes could be one:"""

    def apply_consolidation(self, proposals: Sequence[api.ProposalGiven]) -> api.Consolidated:
        """Carry out proposals of `consolidate`:"""

    def undo_consolidation(self, id: str) -> api.Acknowledged:
        """Take the last merge into a memory back:"""

    def read_screenshot(self, source: str) -> api.ScreenshotReading:
        """Read the screenshot of an error:"""

    def read_diagram(self, source: str, kind: Literal['note', 'decision'] = ...) -> api.DiagramReading:
        """Read the diagram of an architecture:"""

    def draft_commit_message(self) -> api.Draft:
        """Draft the message of the next commit:"""

    def draft_pull_request(self, base: str = ...) -> api.Draft:
        """Draft the title and description of a pull request:"""

    def costs(self, since: str | None = ..., until: str | None = ...) -> api.Costs:
        """Tell what models cost on this machine:"""

    def stop_models(self) -> api.Acknowledged:
        """Switch all models off at once, in every window and process, until they are switched on again."""

    def resume_models(self) -> api.Acknowledged:
        """Switch models on again after they were switched off."""

    def show_prompt(self, operation: str, arguments: Mapping[str, Any] | None = ...) -> api.Preview:
        """Show exactly what an operation would send to a model and what that may cost, and send nothing."""

    def organize(self, ids: Sequence[str], pinned: bool | None = ..., archived: bool | None = ..., importance: int | None = ..., labels: Sequence[str] | None = ..., add_labels: Sequence[str] = ..., remove_labels: Sequence[str] = ..., folder: str | None = ...) -> api.Acknowledged:
        """File memories:"""

    def merge(self, ids: Sequence[str]) -> api.Acknowledged:
        """Merge duplicates of one kind into the first; the others go to the bin, from which `restore` brings them back."""

    def suggest_pruning(self, limit: int = ...) -> api.Pruning:
        """Tell which memories may be put away:"""

    def prune(self, ids: Sequence[str]) -> api.Acknowledged:
        """Archive memories, such as those that `suggest_pruning` names; pinned ones stay."""

    def empty_bin(self) -> api.Acknowledged:
        """Remove every memory in the bin for good, with their pictures."""

    def backup(self, only: bool = ...) -> api.Backups:
        """Take a backup of all memories now, and read it back; one is taken every day by itself."""

    def backups(self) -> api.Backups:
        """List the backups of this project's memories, the newest first, and whether each can be read."""

    def restore_backup(self, at: str = ..., exactly: bool = ...) -> api.Restored:
        """Bring back what a backup has."""

class AsyncClient(AsyncTransport):
    """The same, to be awaited."""

    @overload
    async def request(self, route: Literal['POST /api/v1/conversations'], *, body: api.ConversationIn) -> api.Talk:
        """Keep a conversation."""

    @overload
    async def request(self, route: Literal['GET /api/v1/conversations'], *, query: api.GetConversationsQuery = ...) -> api.Listed:
        """List conversations, the newest first."""

    @overload
    async def request(self, route: Literal['GET /api/v1/conversations/{id}'], *, id: str) -> api.TalkWhole:
        """Show a conversation with all that was said."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}'], *, id: str, body: api.ConversationChange) -> api.Talk:
        """Change label, folder, importance or state of a conversation, as the published JavaScript client asks."""

    @overload
    async def request(self, route: Literal['DELETE /api/v1/conversations/{id}'], *, id: str) -> api.Done:
        """Move a conversation to the bin."""

    @overload
    async def request(self, route: Literal['GET /api/v1/conversations/count'], *, query: api.GetConversationsCountQuery = ...) -> api.Count:
        """Count conversations."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/label'], *, id: str, body: api.LabelIn) -> api.Done:
        """Give a conversation another label."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/folder'], *, id: str, body: api.FolderIn) -> api.Done:
        """Put a conversation into another folder; its label stays."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/pin'], *, id: str) -> api.Done:
        """Pin a conversation."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/unpin'], *, id: str) -> api.Done:
        """Unpin a conversation."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/archive'], *, id: str) -> api.Done:
        """Archive a conversation."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/unarchive'], *, id: str) -> api.Done:
        """Unarchive a conversation."""

    @overload
    async def request(self, route: Literal['PUT /api/v1/conversations/{id}/status'], *, id: str, body: api.StatusIn) -> api.Done:
        """Pin or archive a conversation, or neither, as the published Python client asks."""

    @overload
    async def request(self, route: Literal['POST /api/v1/query'], *, body: api.QueryIn) -> api.Results:
        """Find conversations by words and by meaning."""

    @overload
    async def request(self, route: Literal['POST /api/v1/search'], *, body: api.QueryIn) -> api.Results:
        """Find conversations by words and by meaning, as the published JavaScript client asks."""

    @overload
    async def request(self, route: Literal['POST /api/v1/query/smart'], *, body: api.SmartQueryIn) -> api.SmartResults:
        """Find conversations by words and by meaning, and put them into a budget of tokens where one is named."""

    @overload
    async def request(self, route: Literal['POST /api/v1/search/fts'], *, body: api.WordsIn) -> api.WordResults:
        """Find conversations by words alone; any punctuation will do."""

    @overload
    async def request(self, route: Literal['POST /api/v1/context/assemble'], *, body: api.ContextIn) -> api.Context:
        """Put what matters for a task into a budget of tokens."""

    @overload
    async def request(self, route: Literal['POST /api/v1/summarize'], *, body: api.SummarizeIn) -> api.TalkSummary:
        """Sum up a conversation's last day, week or month."""

    @overload
    async def request(self, route: Literal['POST /api/v1/conversations/{id}/summary'], *, id: str, query: api.PostConversationsOneSummaryQuery = ...) -> api.TalkSummary:
        """Sum up a conversation, as the published Python client asks."""

    @overload
    async def request(self, route: Literal['POST /api/v1/prune/dry-run'], *, body: api.PruneIn = ...) -> api.PruneSuggestions:
        """Tell which conversations may be archived, and why."""

    @overload
    async def request(self, route: Literal['GET /api/v1/prune/suggestions'], *, query: api.GetPruneSuggestionsQuery = ...) -> api.BareSuggestions:
        """Tell which conversations may be archived, as the published Python client asks."""

    @overload
    async def request(self, route: Literal['POST /api/v1/prune/execute'], *, body: api.PruneExecuteIn) -> api.Pruned:
        """Archive conversations; pinned ones stay."""

    @overload
    async def request(self, route: Literal['POST /api/v1/labels/suggest'], *, body: api.ConversationId) -> api.LabelSuggestions:
        """Suggest labels for a conversation."""

    @overload
    async def request(self, route: Literal['POST /api/v1/conversations/{id}/suggest-labels'], *, id: str) -> api.BareLabels:
        """Suggest labels for a conversation, as the published Python client asks."""

    @overload
    async def request(self, route: Literal['POST /api/v1/messages/score'], *, body: api.MessageId) -> api.Score:
        """Tell how much a message matters, from 1 to 10."""

    @overload
    async def request(self, route: Literal['POST /api/v1/messages/{id}/importance'], *, id: str) -> api.Score:
        """Tell how much a message matters, as the published Python client asks."""

    @overload
    async def request(self, route: Literal['POST /api/v1/rebuild-embeddings'], *, body: api.Nothing = ...) -> api.Rebuilt:
        """Make the search index anew."""

    @overload
    async def request(self, route: Literal['GET /api/v1/stats']) -> api.Stats:
        """Tell how much is remembered."""

    @overload
    async def request(self, route: Literal['GET /api/v1/export'], *, query: api.GetExportQuery = ...) -> api.ExportedText:
        """Export conversations, streamed."""

    @overload
    async def request(self, route: Literal['POST /api/v1/export'], *, body: api.ExportIn = ...) -> api.ExportedText:
        """Export conversations, streamed."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_store'], *, body: api.ConversationIn) -> api.ToolAnswer:
        """Keep a conversation."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_search'], *, body: api.QueryIn) -> api.ToolAnswer:
        """Find conversations by words and by meaning."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_query'], *, body: api.QueryIn) -> api.ToolAnswer:
        """Find conversations by words and by meaning."""

    @overload
    async def request(self, route: Literal['POST /mcp/memory/search'], *, body: api.QueryIn) -> api.ToolAnswer:
        """Find conversations by words and by meaning."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_get_context'], *, body: api.ConversationId) -> api.ToolAnswer:
        """Tell what is known of a conversation, without what was said."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_update'], *, body: api.ToolTarget) -> api.ToolAnswer:
        """Change label, folder, importance or state of a conversation."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_prune'], *, body: api.ToolPruneIn = ...) -> api.ToolAnswer:
        """Tell which conversations may be archived, and why; nothing happens to them."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_export'], *, body: api.ToolExportIn) -> api.ToolAnswer:
        """Export a conversation with all that was said."""

    @overload
    async def request(self, route: Literal['POST /mcp/tools/memory_stats'], *, body: api.ToolStatsIn = ...) -> api.ToolAnswer:
        """Tell how many conversations there are, how much they matter, and where they are filed."""

    @overload
    async def request(self, route: Literal['POST /mcp/memory/stats'], *, body: api.ToolStatsIn = ...) -> api.ToolAnswer:
        """Tell how many conversations there are, how much they matter, and where they are filed."""

    @overload
    async def request(self, route: Literal['GET /mcp/tools']) -> api.Tools:
        """List the tools that may be called."""

    @overload
    async def request(self, route: Literal['GET /api/v1/mcp/tools']) -> api.Tools:
        """List the tools that may be called."""

    @overload
    async def request(self, route: Literal['GET /api/v1/memories'], *, query: api.GetMemoriesQuery = ...) -> api.FoundMemories:
        """List or find memories of any kind."""

    @overload
    async def request(self, route: Literal['POST /api/v1/memories'], *, body: api.AnyMemory) -> api.Acknowledged:
        """Keep a memory of any kind."""

    @overload
    async def request(self, route: Literal['GET /api/v1/memories/{id}'], *, id: str) -> api.Detail:
        """Show a memory whole."""

    @overload
    async def request(self, route: Literal['PATCH /api/v1/memories/{id}'], *, id: str, body: api.Fields) -> api.Acknowledged:
        """Change fields of a memory."""

    @overload
    async def request(self, route: Literal['DELETE /api/v1/memories/{id}'], *, id: str) -> api.Acknowledged:
        """Move a memory to the bin."""

    async def ask(self, question: str, budget: int | None = ..., kinds: Sequence[str] = ..., labels: Sequence[str] = ..., focus: api.Focus | None = ..., keep: bool = ...) -> api.Answer:
        """Ask memory a question; the answer cites the memories it follows from, and where there is none it says so."""

    async def keep_answer(self, question: str, answer: str, cited: Sequence[str] = ...) -> api.Acknowledged:
        """Keep a question to memory and its answer as a conversation that links to the memories cited."""

    async def context(self, query: str, budget: int | None = ..., recency_weight: float | None = ..., relevance_weight: float | None = ..., importance_weight: float | None = ..., kinds: Sequence[str] = ..., labels: Sequence[str] = ..., exclude_folders: Sequence[str] = ..., focus: api.Focus | None = ..., files: Sequence[str] = ..., since: str | None = ..., authors: Sequence[str] = ...) -> api.ContextBlock:
        """Put the memories that matter for a task into one Markdown block within a budget of tokens."""

    async def as_comment(self, text: str, language: str) -> api.Comment:
        """Turn a text, such as a context block, into a comment of a language, which stays known as what Whence handed
        out."""

    async def score(self, query: str, kinds: Sequence[str] = ..., files: Sequence[str] = ..., labels: Sequence[str] = ..., since: str | None = ..., until: str | None = ..., focus: api.Focus | None = ..., threshold: float = ..., limit: int | None = ...) -> api.Relevance:
        """Have the small model score how relevant the memories are that a search finds, each with a reason."""

    async def suggest_labels(self, ids: Sequence[str] = ..., kinds: Sequence[str] = ..., limit: int = ...) -> api.Suggestions:
        """Suggest importance and labels for memories, those in use first; nothing happens to them."""

    async def apply_suggestions(self, suggestions: Sequence[api.ApprovedSuggestion]) -> api.Acknowledged:
        """Give memories the importance and labels that somebody approved; labels come besides those they have."""

    async def search(self, query: str, kinds: Sequence[str] = ..., files: Sequence[str] = ..., labels: Sequence[str] = ..., since: str | None = ..., until: str | None = ..., archived: bool = ..., limit: int | None = ..., focus: api.Focus | None = ..., turns: bool = ..., authors: Sequence[str] = ...) -> api.SearchResult:
        """Find memories, and code if asked for, by words and by meaning, best first; an empty query lists the newest."""

    async def get(self, id: str) -> api.Detail:
        """Show one memory whole:"""

    async def children(self, parent: str = ..., file: str = ...) -> api.Children:
        """List the rows of the tree below a row."""

    async def status(self) -> api.Status:
        """Tell the state of the project's memory:"""

    async def why(self, file: str, start: int = ..., end: int = ..., symbol: str = ..., thorough: bool = ..., at: str = ...) -> api.Why:
        """Tell why lines of a file are there:"""

    async def line_change(self, file: str, line: int, at: str = ...) -> api.LineChange:
        """Show what the commit that wrote a line changed there, and what stood in the line's place before."""

    async def text_at(self, file: str, at: str = ..., before: bool = ...) -> api.PastText:
        """Give a file's text as it is in a commit, with secrets taken out."""

    async def marks(self, file: str, ask: bool = ...) -> api.Marks:
        """Tell what is remembered of each function and class of a file:"""

    async def analyze_patterns(self, since: str | None = ...) -> api.ProjectPatterns:
        """Tell the patterns and preferences of the project."""

    async def standup(self, since: str | None = ...) -> api.Report:
        """Tell what was done since the last working day, and what is left open."""

    async def review(self, base: str = ..., head: str = ...) -> api.Report:
        """Tell what is remembered of the files that a branch changes:"""

    async def project_context(self, focus: str = ..., budget: int | None = ...) -> api.Report:
        """Tell what someone has to know to work on the project now."""

    async def onboarding(self, target: str = ..., budget: int | None = ..., overwrite: bool = ...) -> api.Report:
        """Write what a newcomer should read:"""

    async def dashboard(self) -> api.Dashboard:
        """Count a year of the project's memory:"""

    async def lines_by_assistants(self, file: str = ...) -> api.LinesByAssistants:
        """Tell which lines assistants wrote:"""

    async def record_rule(self, pattern: str, reason: str = ..., files: Sequence[str] = ...) -> api.Acknowledged:
        """Keep a rule of the project's own, which says what no line may hold, and why."""

    async def check_rules(self, files: Sequence[str] = ...) -> api.RulesChecked:
        """Tell which lines break rules of the project's own, in these files or in what git says has changed."""

    async def form(self, kind: str = ..., id: str = ...) -> api.Form:
        """Tell what a person fills in who records a memory by hand, changes one, or begins or ends a session."""

    async def keep_draft(self, answers: Mapping[str, str], kind: str = ..., id: str = ..., selection: api.SelectionGiven | None = ...) -> api.Acknowledged:
        """Keep what a person has written in a form so far, in the place of what was kept before; it is no memory yet."""

    async def similar(self, answers: Mapping[str, str], kind: str = ..., id: str = ...) -> api.SearchResult:
        """Find what is remembered already and says something like what a person is writing; nothing that fits badly."""

    async def remember(self, memory: Mapping[str, Any]) -> api.Acknowledged:
        """Keep a new memory; it is on disk, with every secret redacted, when this returns."""

    async def update(self, id: str, changes: Mapping[str, Any]) -> api.Acknowledged:
        """Change fields of a memory, such as `pinned`, `archived`, `labels`, `importance` or its content."""

    async def forget(self, ids: Sequence[str]) -> api.Acknowledged:
        """Move memories to the bin, from which `restore` brings them back for 30 days."""

    async def restore(self, ids: Sequence[str]) -> api.Acknowledged:
        """Bring memories back from the bin."""

    async def rebuild(self) -> api.Acknowledged:
        """Drop the search index and make it anew from the memories, which stay as they are."""

    async def link(self, source: str, relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of'], target: str) -> api.Acknowledged:
        """Relate one memory to another; doing so again changes nothing."""

    async def unlink(self, source: str, relation: Literal['implements', 'solved_by', 'caused_by', 'supersedes', 'about', 'part_of'], target: str) -> api.Acknowledged:
        """Take a relation between two memories away; without one nothing changes."""

    async def track_change(self, file: str, action: Literal['create', 'edit', 'delete', 'rename', 'refactor', 'test'] = ..., diff: str = ..., reason: str = ..., files: Sequence[str] = ..., lines: str = ..., implements: str = ...) -> api.Acknowledged:
        """Record a change by hand, with its reason; what the reason refers to is linked."""

    async def error_patterns(self, since: str | None = ..., limit: int = ...) -> api.ErrorPatterns:
        """Tell which errors come back, in groups of the same signature or the same meaning."""

    async def suggest_solution(self, message: str = ..., error_type: str = ..., stack_trace: str = ..., file: str = ..., line: int = ..., id: str = ...) -> api.SuggestedSolution:
        """Suggest how to solve an error, from the bugs that were solved here before, with how sure that is and why."""

    async def record_error(self, message: str = ..., error_type: str = ..., stack_trace: str = ..., file: str = ..., line: int = ..., root_cause: str = ..., solution: str = ..., prevention: str = ..., labels: Sequence[str] = ..., files: Sequence[str] = ..., screenshot: str = ..., selection: api.SelectionGiven | None = ...) -> api.Recorded:
        """Record a failure."""

    async def resolve(self, id: str, solution: str = ..., root_cause: str = ..., prevention: str = ..., change: str = ...) -> api.Acknowledged:
        """Mark a bug as solved, and by which Change."""

    async def reopen(self, id: str) -> api.Acknowledged:
        """Mark a bug as not solved after all; what was said to solve it stays with it."""

    async def search_errors(self, query: str, limit: int | None = ..., resolved: bool | None = ...) -> api.SearchResult:
        """Find bugs by words and by meaning, best first; an empty query lists the newest."""

    async def start_session(self, goal: str, goals: Sequence[str] = ..., labels: Sequence[str] = ..., end_active: bool = ...) -> api.SessionState:
        """Start a session:"""

    async def end_session(self, summary: str = ..., success: bool | None = ...) -> api.SessionState:
        """End the active session."""

    async def summarize_session(self, id: str = ...) -> api.SessionState:
        """Sum up a session that has ended, again or for the first time; what a person wrote of it stays on top."""

    async def resume_session(self, id: str = ...) -> api.SessionState:
        """Take up a session again that was ended; the time in between doesn't count as worked."""

    async def current_session(self) -> api.SessionState:
        """Tell which session is active, and how much came to be in it so far."""

    async def save_conversation(self, text: str = ..., messages: Sequence[api.MessageGiven] = ..., label: str = ..., folder: str = ..., origin: str = ..., title: str = ..., labels: Sequence[str] = ...) -> api.Acknowledged:
        """Keep a conversation:"""

    async def append_turns(self, id: str, messages: Sequence[api.MessageGiven]) -> api.Acknowledged:
        """Add turns at the end of a conversation."""

    async def labels_in_use(self, kinds: Sequence[str] = ...) -> api.LabelsInUse:
        """List the labels that memories have, the most used first."""

    async def import_conversations(self, source: str, label: str = ..., folder: str = ...) -> api.Imported:
        """Read conversations from a file or from all files of a folder; what is known gains only its new turns."""

    async def import_transcripts(self, sources: Sequence[str] = ...) -> api.Imported:
        """Take all that assistants on this machine have written down of their conversations about this project."""

    async def transcript_offer(self, again: bool = ...) -> api.TranscriptOffer:
        """Tell which transcripts of assistants about this project are not kept, for the user to decide."""

    async def keep_transcripts(self, keep: bool = ...) -> api.Imported:
        """Keep what assistants write down of their conversations about this project, now and as it comes; or don't."""

    async def conversation_lines(self, id: str) -> api.ConversationLines:
        """Tell which lines that a conversation wrote still stand, by file, and which are gone."""

    async def import_history(self, branches: Sequence[str] = ..., since: str | None = ..., limit: int | None = ...) -> api.ImportedHistory:
        """Make a Change of every commit of the repository's past, the newest first."""

    async def export_origins(self, write: bool = ...) -> api.ExportedOrigins:
        """Write which conversations wrote which lines as git notes, which other tools read:"""

    async def export(self, target: str, format: Literal['jsonl', 'markdown'] = ..., kinds: Sequence[str] = ..., labels: Sequence[str] = ..., folder: str = ..., min_importance: int = ..., since: str | None = ..., until: str | None = ..., archived: bool = ..., binned: bool = ..., overwrite: bool = ...) -> api.Exported:
        """Write memories to a file:"""

    async def import_export(self, source: str) -> api.Imported:
        """Take in a file that `export` wrote as JSON lines; of a memory that is here too the one written later stays."""

    async def import_records(self, folder: str = ...) -> api.Imported:
        """Make a Decision of every decision record of the project, and keep it in step when the file is edited."""

    async def export_records(self, target: str, ids: Sequence[str] = ...) -> api.Exported:
        """Write decisions as numbered Markdown records (MADR 4) into a folder; no file that is there is touched."""

    async def import_memories(self, source: str) -> api.Imported:
        """Take over the memories of another tool, as notes and decisions, with the links between them."""

    async def dependencies(self, path: str, depth: int = ...) -> api.Dependencies:
        """Tell which files a file imports, which import it, and whether it does so in a circle."""

    async def refactor_impact(self, path: str) -> api.Impact:
        """Tell what a refactoring of a file would touch:"""

    async def refactor_order(self, paths: Sequence[str]) -> api.RefactorOrder:
        """Tell in which order to refactor files:"""

    async def graph(self, path: str, depth: int = ...) -> api.CodeGraph:
        """Give the files around a file and the imports and habits of change between them, to be drawn."""

    async def index_workspace(self, vectors: bool = ...) -> api.Indexed:
        """Index the workspace's code, so that it can be searched and its dependencies followed."""

    async def search_code(self, query: str, files: Sequence[str] = ..., languages: Sequence[str] = ..., limit: int | None = ...) -> api.CodeResult:
        """Find functions, classes and other entities of the code by name, by words and by meaning, best first."""

    async def outline_file(self, file: str) -> api.FileOutline:
        """Tell what a file defines:"""

    async def summarize(self, period: Literal['day', 'week', 'month'] = ..., at: str = ..., since: str = ..., until: str = ..., again: bool = ...) -> api.Summarized:
        """Sum up a day, a week or a month, or all of them in a range, and keep the summaries."""

    async def consolidate(self, limit: int = ...) -> api.Consolidation:
        """Propose which decisions, bugs and notes could be one:"""

    async def apply_consolidation(self, proposals: Sequence[api.ProposalGiven]) -> api.Consolidated:
        """Carry out proposals of `consolidate`:"""

    async def undo_consolidation(self, id: str) -> api.Acknowledged:
        """Take the last merge into a memory back:"""

    async def read_screenshot(self, source: str) -> api.ScreenshotReading:
        """Read the screenshot of an error:"""

    async def read_diagram(self, source: str, kind: Literal['note', 'decision'] = ...) -> api.DiagramReading:
        """Read the diagram of an architecture:"""

    async def draft_commit_message(self) -> api.Draft:
        """Draft the message of the next commit:"""

    async def draft_pull_request(self, base: str = ...) -> api.Draft:
        """Draft the title and description of a pull request:"""

    async def costs(self, since: str | None = ..., until: str | None = ...) -> api.Costs:
        """Tell what models cost on this machine:"""

    async def stop_models(self) -> api.Acknowledged:
        """Switch all models off at once, in every window and process, until they are switched on again."""

    async def resume_models(self) -> api.Acknowledged:
        """Switch models on again after they were switched off."""

    async def show_prompt(self, operation: str, arguments: Mapping[str, Any] | None = ...) -> api.Preview:
        """Show exactly what an operation would send to a model and what that may cost, and send nothing."""

    async def organize(self, ids: Sequence[str], pinned: bool | None = ..., archived: bool | None = ..., importance: int | None = ..., labels: Sequence[str] | None = ..., add_labels: Sequence[str] = ..., remove_labels: Sequence[str] = ..., folder: str | None = ...) -> api.Acknowledged:
        """File memories:"""

    async def merge(self, ids: Sequence[str]) -> api.Acknowledged:
        """Merge duplicates of one kind into the first; the others go to the bin, from which `restore` brings them back."""

    async def suggest_pruning(self, limit: int = ...) -> api.Pruning:
        """Tell which memories may be put away:"""

    async def prune(self, ids: Sequence[str]) -> api.Acknowledged:
        """Archive memories, such as those that `suggest_pruning` names; pinned ones stay."""

    async def empty_bin(self) -> api.Acknowledged:
        """Remove every memory in the bin for good, with their pictures."""

    async def backup(self, only: bool = ...) -> api.Backups:
        """Take a backup of all memories now, and read it back; one is taken every day by itself."""

    async def backups(self) -> api.Backups:
        """List the backups of this project's memories, the newest first, and whether each can be read."""

    async def restore_backup(self, at: str = ..., exactly: bool = ...) -> api.Restored:
        """Bring back what a backup has."""
