// Written by server/generate.py from the server's own types. Do not edit: run `npm run generate`.

/** Memories that an operation wrote; they are on disk when this arrives. */
export interface Acknowledged {
  /** The memories, in the order of the request. */
  ids: readonly string[];
  /** What was done, as a sentence. */
  note: string;
}

/** What `whence/analyzePatterns` asks. */
export interface AnalyzePatternsParams {
  /** only changes of this moment or later. */
  since?: string | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What memory answers to a question; the memories that bear it out, or come closest, are cited. */
export interface Answer {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** Whether memory holds an answer, as far as whoever answered can tell; otherwise what is cited comes closest. */
  answered: boolean;
  /** The model that answered; empty where the page shows what memories say, in their own words. */
  model: string;
  /** Tokens of memory that the answer was made from. */
  tokens: number;
  /** The conversation that it was kept as, if it was. */
  kept: string;
}

/** What `whence/appendTurns` asks. */
export interface AppendTurnsParams {
  /** the conversation. */
  id: string;
  /** the turns, oldest first. */
  messages: readonly Message[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/applyConsolidation` asks. */
export interface ApplyConsolidationParams {
  /** all that were proposed, or some. */
  proposals: readonly Proposal[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/applySuggestions` asks. */
export interface ApplySuggestionsParams {
  /** what to apply, by memory. */
  suggestions: readonly ApprovedSuggestion[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What the user says to an estimate. */
export interface Approval {
  /** Whether it may be sent. */
  approved: boolean;
}

/** What of a suggestion is to be applied. */
export interface ApprovedSuggestion {
  /** The memory. */
  id: string;
  /** The importance to give it; None to leave it as it is. */
  importance?: number | null;
  /** Labels to add to those that it has. */
  labels?: readonly string[];
}

/** What `whence/asComment` asks. */
export interface AsCommentParams {
  /** what the comment says. */
  text: string;
  /** the language, by the editor's name for it, such as `python`. */
  language: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/ask` asks. */
export interface AskParams {
  /** what to ask. */
  question: string;
  /** the most tokens of memory to answer from. */
  budget?: number | null;
  /** only these kinds of memory. */
  kinds?: readonly string[];
  /** only memories with one of these labels. */
  labels?: readonly string[];
  /** where the user is; memories near it count a little more. */
  focus?: Focus | null;
  /** whether to keep question and answer as a conversation, if there is one. */
  keep?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A backup of a project's memories. */
export interface BackupListed {
  /** When it was taken. */
  at: string;
  /** Why: it was due, somebody asked for it, or it was taken before a migration or a restore. */
  why: 'daily' | 'asked' | 'migration' | 'restore';
  /** How many memories it has, the bin's included. */
  memories: number;
  /** Whether all of it can be read and is as it was written. */
  sound: boolean;
  /** Memories that were damaged on disk when it was taken, and that no earlier backup had. */
  damaged: number;
}

/** What `whence/backup` asks. */
export interface BackupParams {
  /** whether all earlier backups are removed then, so that what was deleted for good is gone there too. */
  only?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The backups of a project's memories. */
export interface Backups {
  /** Where they are. */
  folder: string;
  /** All of them, the newest first. */
  backups: readonly BackupListed[];
  /** What was done or is to be known, as a sentence. */
  note: string;
}

/** What `whence/backups` asks. */
export interface BackupsParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Lines that one thing made, or that one memory is about. */
export interface Band {
  /** The lines, from 1; none where nobody can tell which. */
  lines: readonly number[];
  /** When it was. */
  at: string;
  /** Who it was; empty where nobody knows. */
  author: string;
  /** What it was, in a line. */
  title: string;
  /** Why, as Markdown, without what the title says already and without noise; empty where no reason is known. */
  said: string;
  /** Id of the commit; empty for what is in none. */
  commit: string;
  /** Where that commit is to be seen; empty where the project has no known forge. */
  url: string;
  /** The memory; empty where only git knows. */
  id: string;
  /** The memory's kind; empty without a memory. */
  kind: string;
  /** Whether the memory is about these lines, about others that are gone, or about the file; not, what made them. */
  about: '' | 'lines' | 'gone' | 'file';
  /** Decisions, bugs, sessions and conversations behind it. */
  led: readonly Led[];
}

/** A line that holds what a rule says that none may hold. */
export interface BrokenRule {
  /** The decision that says so. */
  rule: string;
  /** What no line may hold. */
  pattern: string;
  /** Why. */
  reason: string;
  /** The file, relative to the project. */
  path: string;
  /** The line, from 1. */
  line: number;
  /** What it says. */
  text: string;
}

/** How much of a budget is left. */
export interface BudgetState {
  /** Which. */
  name: 'day' | 'month';
  /** The most that may be spent, in US dollars. */
  budget: number;
  /** What is spent of it, and what is set aside for requests under way. */
  spent: number;
}

/** A failure, and once it is known, why it happened and what solved it. */
export interface Bug {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'bug';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** What the failure says. */
  message: string;
  /** Its type, such as `TypeError` or `java.lang.IllegalStateException`. */
  errorType: string;
  /** The trace as it was printed. */
  stackTrace: string;
  /** Its calls, the innermost first. */
  frames: readonly Frame[];
  /** The file in which it happened, relative to the project where it is one of it. */
  file: string;
  /** The line, from 1; 0 where it is not known. */
  line: number;
  /** What stays the same when the bug comes back: made from type, message and innermost own frames. */
  signature: string;
  /** Why it happened. */
  rootCause: string;
  /** What solved it. */
  solution: string;
  /** How to keep it from coming back. */
  prevention: string;
  /** Name of the picture kept beside the database. */
  screenshot: string;
  /** Id of the commit by whose message it is known; empty where somebody met it. */
  commit: string;
  /** Whether it is solved. */
  resolved: boolean;
  /** When it was solved. */
  resolvedAt: string | null;
  /** When it was met, oldest first; the latest hundred. */
  occurrences: readonly string[];
  /** How often it was met. */
  count: number;
}

/** A bug that is like the one asked about. */
export interface Case {
  /** The bug. */
  cited: Cited;
  /** How sure it is that what solved it solves the other one. */
  fit: 'high' | 'medium' | 'low' | 'none';
  /** What the two have in common, as clauses. */
  reasons: readonly string[];
  /** What solved it; empty where it is open. */
  solution: string;
}

/** One logical change: a burst of saves of a file, or a commit. */
export interface Change {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'change';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** What was done, file by file. */
  edits: readonly FileEdit[];
  /** Why, in the words of the commit message or of whoever recorded it. */
  reason: string;
  /** Id of the commit that holds it; empty while it is in no commit. */
  commit: string;
  /** Branch on which it was made. */
  branch: string;
  /** Whether it may still grow with further saves or be taken up by a commit. */
  open: boolean;
  /** Whether it was thrown away before any commit: undone, restored, reset, or dropped from the stash. */
  discarded: boolean;
}

/** Notification `whence/changed`: memories or the status of a project changed. */
export interface Changed {
  /** The workspace folder, as the client named it. */
  folder: string;
  /** The memories written; empty where only the status changed or there were many. */
  ids: readonly string[];
}

/** What `whence/checkRules` asks. */
export interface CheckRulesParams {
  /** the files; without, those that differ from the last commit. */
  files?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The rows below a row, in the order to show them. */
export interface Children {
  /** The rows. Older ones wait behind an expandable last row. */
  nodes: readonly TreeNode[];
  /** What is shown where not all is: the words asked for, and the file; told with the top of the tree. */
  message: string;
}

/** What `whence/children` asks. */
export interface ChildrenParams {
  /** id of the row; empty for the top of the tree. */
  parent?: string;
  /** only rows of what concerns this file or folder. */
  file?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Lines of a file that a memory is about, as they were when it was made, and what they are found again by. */
export interface Citation {
  /** The file, relative to the project. */
  path: string;
  /** The first line, from 1. */
  start: number;
  /** The last line. */
  end: number;
  /** The function or class around the first line, such as `Cart.total`. */
  symbol: string;
  /** What the lines said, as a hash of each that isn't blank, without its indentation; nothing can be read of it. */
  fingerprint: string;
  /** Id of the commit that was checked out. */
  commit: string;
}

/** A memory that a report speaks of. */
export interface Cited {
  /** The memory. */
  id: string;
  /** Its kind. */
  kind: string;
  /** Its title. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
}

/** Something that a file defines. */
export interface CodeEntity {
  /** Its names, from the outermost that it stands in, with dots between them. */
  name: string;
  /** What it is. */
  kind: 'function' | 'method' | 'class' | 'interface' | 'type' | 'module';
  /** How it begins, on one line. */
  signature: string;
  /** Its docstring, or the comment before it. */
  doc: string;
  /** Its file, relative to the project. */
  path: string;
  /** Its first line. */
  line: number;
  /** Its last line. */
  endLine: number;
}

/** The graph around a file, to be drawn. */
export interface CodeGraph {
  /** The file in the middle. */
  file: string;
  /** The files, the one in the middle first. */
  nodes: readonly GraphNode[];
  /** What is between them. */
  edges: readonly GraphEdge[];
  /** Files that would have been too many to draw, the farthest ones. */
  leftOut: number;
  /** What the user should know, as a sentence. */
  note: string;
}

/** An entity that answers a query. */
export interface CodeHit {
  /** Its names, from the outermost that it stands in, with dots between them. */
  name: string;
  /** What it is. */
  kind: 'function' | 'method' | 'class' | 'interface' | 'type' | 'module';
  /** How it begins, on one line. */
  signature: string;
  /** Its docstring, or the comment before it. */
  doc: string;
  /** Its file, relative to the project. */
  path: string;
  /** Its first line. */
  line: number;
  /** Its last line. */
  endLine: number;
  /** Its language. */
  language: string;
  /** How well it answers; comparable within one result only. */
  score: number;
  /** Whether the query names it. */
  exact: boolean;
}

/** The entities that answer a query, best first. */
export interface CodeResult {
  /** Best first. */
  hits: readonly CodeHit[];
  /** How was searched. */
  mode: 'words and meaning' | 'words';
  /** What the user should know, as a sentence. */
  note: string;
}

/** A text as a comment of a programming language. */
export interface Comment {
  /** The comment, its lines ended; empty where the language has no comments, or none that are known. */
  text: string;
  /** Why there is none. */
  note: string;
}

/** What the editor's model answered. */
export interface CompletionAnswer {
  /** The whole answer. */
  text: string;
  /** The model's name, as the editor has it. */
  model?: string;
  /** Tokens of the question, if the editor counted them. */
  tokensIn?: number | null;
  /** Tokens of the answer, if the editor counted them. */
  tokensOut?: number | null;
}

/** Request `whence/complete` of the server: let one of the editor's own language models answer. */
export interface CompletionRequest {
  /** What is asked, in order. */
  messages: readonly PromptMessage[];
  /** What belongs to the last message. */
  pictures: readonly Picture[];
  /** The most tokens that the answer may take. */
  answerTokens: number;
}

/** One part of an architecture. */
export interface Component {
  /** What it is called. */
  name: string;
  /** What it is or does. */
  role: string;
}

/** How one part of an architecture relates to another. */
export interface Connection {
  /** Name of the part at which it begins. */
  origin: string;
  /** Name of the part to which it leads. */
  target: string;
  /** What it stands for. */
  what: string;
}

/** What `whence/consolidate` asks. */
export interface ConsolidateParams {
  /** the most proposals. */
  limit?: number;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What was merged; `undo_consolidation` takes it back, each by the id of the memory that stayed. */
export interface Consolidated {
  /** The memories, in the order of the request. */
  ids: readonly string[];
  /** What was done, as a sentence. */
  note: string;
  /** Proposals that were not carried out, by reason. */
  leftOut: readonly LeftOut[];
}

/** Memories that could be one, to be looked through. */
export interface Consolidation {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** What `apply_consolidation` takes, all of it or some. */
  proposals: readonly Proposal[];
  /** What is alike and was not proposed, by reason. */
  leftOut: readonly LeftOut[];
  /** The model that wrote texts; empty where all were joined by rules. */
  model: string;
}

/** Memories as one Markdown text within a budget of tokens. */
export interface ContextBlock {
  /** The block, its sources named; empty where nothing fits the query. */
  markdown: string;
  /** Tokens of the block, counted with Claude's published vocabulary; no fewer than OpenAI's models count. */
  tokens: number;
  /** The most tokens that it might take. */
  budget: number;
  /** What it was made of, in order. */
  sources: readonly ContextSource[];
  /** Memories that fitted the query but not the budget. */
  leftOut: number;
  /** All that was left out, by reason; the block's last line says the same. */
  omitted: readonly Omitted[];
  /** How well the best memory fits the query, as a search tells it. */
  confidence: number;
  /** Whether the memories may well have nothing to do with the query. */
  weak: boolean;
  /** What the user should know: that nothing fits, or that the budget was small. */
  note: string;
}

/** What `whence/context` asks. */
export interface ContextParams {
  /** what the context is for: a task, a question, an error. Filters may stand in it as in that of a search. */
  query: string;
  /** the most tokens that the block may take. */
  budget?: number | null;
  /** how much it counts that a memory is recent, from 0 to 1. */
  recencyWeight?: number | null;
  /** how much it counts that a memory fits the query, from 0 to 1. */
  relevanceWeight?: number | null;
  /** how much it counts that a memory is important, from 0 to 1. */
  importanceWeight?: number | null;
  /** only these kinds of memory. */
  kinds?: readonly string[];
  /** only memories with one of these labels. */
  labels?: readonly string[];
  /** no memories filed in these folders or in folders of them. */
  excludeFolders?: readonly string[];
  /** where the user is; memories near it count a little more. */
  focus?: Focus | null;
  /** only memories that concern these files or files in these folders. */
  files?: readonly string[];
  /** only memories of this moment or later. */
  since?: string | null;
  /** only memories that people of these names made; a part of a name will do. */
  authors?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** One memory that a context block holds. */
export interface ContextSource {
  /** The memory. */
  id: string;
  /** Its kind. */
  kind: string;
  /** One line that names it. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** What it takes of the budget. */
  tokens: number;
  /** Whether only a part of it fitted. */
  shortened: boolean;
  /** Memories that say nearly the same, and are left out because of it. */
  repeats: readonly string[];
}

/** What one turn of a conversation, or one assistant, brought into a commit. */
export interface Contribution {
  /** How many different lines; 0 where only the commit says that it helped. */
  lines: number;
  /** Those of them that somebody changed before the commit. */
  mixed: number;
  /** Who wrote them, the likeliest first. */
  origins: readonly Origin[];
  /** The same in words, as Markdown on one line. */
  told: string;
}

/** What was said, turn by turn. */
export interface Conversation {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'conversation';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** The turns, oldest first. */
  messages: readonly Message[];
  /** Where it comes from, such as `claude-code` or the name of a file. */
  origin: string;
  /** Its id there, by which further turns find it. */
  thread: string;
}

/** The lines that a conversation wrote: those that still stand, and those that are gone. */
export interface ConversationLines {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** By file, those with the most lines first. */
  files: readonly LinesInFile[];
}

/** What `whence/conversationLines` asks. */
export interface ConversationLinesParams {
  /** the conversation. */
  id: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What a day, a model or an operation cost. */
export interface CostRow {
  /** The day, the model or the operation. */
  name: string;
  /** Requests to models. */
  calls: number;
  /** Tokens that were sent. */
  tokensIn: number;
  /** Tokens that were answered. */
  tokensOut: number;
  /** What that cost, in US dollars, as far as prices are known. */
  usd: number;
  /** Requests among them whose price is not known. */
  unpriced: number;
}

/** What models cost on this machine, for all projects. */
export interface Costs {
  /** All of it. */
  total: CostRow;
  /** By day, the last one first. */
  days: readonly CostRow[];
  /** By model, the dearest first. */
  models: readonly CostRow[];
  /** By operation, the dearest first. */
  operations: readonly CostRow[];
  /** The budgets of this day and this month. */
  budgets: readonly BudgetState[];
  /** US dollars that this month comes to if it goes on as it began; 0 where nothing was spent in it. */
  monthEstimate: number;
  /** Whether all models are switched off. */
  stopped: boolean;
  /** The same as a page. */
  markdown: string;
  /** What to know about it, as a sentence. */
  note: string;
}

/** What `whence/costs` asks. */
export interface CostsParams {
  /** only requests of this moment or later. */
  since?: string | null;
  /** only requests from before this moment. */
  until?: string | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/currentSession` asks. */
export interface CurrentSessionParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The memory of a project over a year, to be drawn. */
export interface Dashboard {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The last 53 weeks, the oldest first. */
  weeks: readonly Week[];
  /** The last 13 months, the oldest first. */
  months: readonly Month[];
  /** Lines that came in, by month and by who wrote them, where edits of assistants are known; as *Lines by Assistants* has them. */
  lines: readonly LineShare[];
  /** The files of code that changed most in that time, the most changed first. */
  files: readonly HurtingFile[];
  /** Decisions by what became of them, the most first. */
  decisions: readonly Figure[];
  /** Bugs by how they stand, the most first. */
  bugs: readonly Figure[];
  /** Days from a bug's record to its solution, the median; None where none was solved. */
  daysToSolve: number | null;
  /** What models cost, by day, the last one first. */
  costs: readonly CostRow[];
}

/** What `whence/dashboard` asks. */
export interface DashboardParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What was decided, and why: the terms of an architecture decision record. */
export interface Decision {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'decision';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** What was decided. */
  decision: string;
  /** The situation that asked for a decision. */
  context: string;
  /** Why this and not something else. */
  rationale: string;
  /** What else was considered. */
  alternatives: readonly string[];
  /** What follows from it, good and bad. */
  consequences: string;
  /** Where it stands. */
  status: 'proposed' | 'accepted' | 'rejected' | 'deprecated' | 'superseded';
  /** How sure whoever decided was, from 0 to 1. */
  confidence: number;
  /** Its number among the project's decision records. */
  number: number | null;
  /** File of the decision record that it was read from, relative to the project. */
  record: string;
  /** What that file said when it was read last, as a digest; by it a later edit of either side is known. */
  recordRead: string;
  /** Whether that file is not there any more. */
  recordGone: boolean;
  /** Those of its files in which Changes have implemented it. */
  done: readonly string[];
}

/** What a file imports, and what imports it. */
export interface Dependencies {
  /** The file. */
  file: string;
  /** Files that it imports, nearest first. */
  imports: readonly Dependency[];
  /** Files that import it, nearest first. */
  importedBy: readonly Dependency[];
  /** The files, itself included, that import one another in a circle; empty where there is none. */
  cycle: readonly string[];
  /** Imports of the longest chain that leads from it to a file that imports none of the project. */
  longestChain: number;
  /** Imports of what is not part of the project, such as libraries. */
  external: number;
  /** Imports that should be of the project and of which no file was found. */
  unresolved: number;
  /** A few of those. */
  unresolvedNames: readonly string[];
  /** The same as a page. */
  markdown: string;
  /** What the user should know, as a sentence. */
  note: string;
}

/** What `whence/dependencies` asks. */
export interface DependenciesParams {
  /** the file. */
  path: string;
  /** how far to go: 1 for direct imports alone. */
  depth?: number;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A file at some distance from another. */
export interface Dependency {
  /** The file. */
  path: string;
  /** Imports between the two: 1 for a direct one. */
  depth: number;
}

/** A memory, and how it reads. */
export interface Detail {
  /** The memory itself; of code its page as a note, which is stored nowhere. */
  memory: Decision | Bug | Change | Conversation | Note | Session | Summary;
  /** The whole memory as one Markdown document, title included. */
  markdown: string;
  /** What can be done with it now, the likeliest first. */
  actions: readonly ('showChanges' | 'openCode' | 'resolve' | 'edit' | 'link' | 'pin' | 'unpin' | 'copy' | 'archive' | 'unarchive' | 'delete' | 'restore')[];
  /** Codicon of its kind. */
  icon: string;
  /** The memories in use that link to it, oldest first; those that it links to are its own `links`. */
  related: readonly Related[];
  /** How often it was shown or put into a context on this machine, this time included. */
  recalls: number;
  /** When that was last. */
  recalledAt: string | null;
  /** Of a Change that came in a commit, which conversations wrote its lines, as far as that is sure. */
  written: readonly Contribution[];
  /** Where somebody wrote the first field of its form alone, what else can be said, as a sentence. */
  unsaid: string;
}

/** The architecture on a diagram, as the proposal of a Note or a Decision. */
export interface DiagramReading {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The picture. */
  picture: PictureFacts;
  /** The model that read it; empty where none did. */
  model: string;
  /** The operation that keeps it. */
  operation: 'record_error' | 'update' | 'remember';
  /** What to call that with, to be confirmed or corrected. */
  arguments: Readonly<Record<string, unknown>>;
  /** Names of the arguments that the user should still type, the most important first. */
  missing: readonly string[];
  /** Its parts. */
  components: readonly Component[];
  /** How they relate. */
  connections: readonly Connection[];
  /** Its pattern, by the model's judgement. */
  pattern: string;
}

/** A commit message, or the title and description of a pull request; empty where there is nothing to tell. */
export interface Draft {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** What stands below the title: plain text of a commit message, Markdown of a pull request. */
  body: string;
  /** The model that wrote it; empty where it was composed from your memories and the changes alone. */
  model: string;
  /** The branch that it is for. */
  branch: string;
  /** What a pull request is compared with. */
  base: string;
  /** Files that it tells of. */
  files: number;
  /** Files that were not looked into, by reason. */
  leftOut: readonly LeftOut[];
}

/** What `whence/draftCommitMessage` asks. */
export interface DraftCommitMessageParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/draftPullRequest` asks. */
export interface DraftPullRequestParams {
  /** the branch or commit to merge into; without it, the remote's default branch, or `main` or `master`. */
  base?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** How far search by meaning is. */
export interface EmbeddingStatus {
  /** Switched off; not begun; being fetched or opened; in use; or failed. */
  state: 'off' | 'waiting' | 'preparing' | 'ready' | 'unavailable';
  /** The model's name. */
  model: string;
  /** What happened and what to try, where it is not ready. */
  message: string;
  /** Searchable pieces of all memories. */
  passages: number;
  /** Pieces of them that have a vector of this model. */
  embedded: number;
}

/** What `whence/emptyBin` asks. */
export interface EmptyBinParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/endSession` asks. */
export interface EndSessionParams {
  /** what came of it, in your own words; it stands above what is made from the session's memories. */
  summary?: string;
  /** whether the aim was reached. */
  success?: boolean | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Bugs that are alike. */
export interface ErrorGroup {
  /** What they have in common, in a line. */
  title: string;
  /** How often they were met, all together. */
  count: number;
  /** How many of its bugs are not solved. */
  open: number;
  /** When one of them was met first. */
  first: string;
  /** When one of them was met last. */
  last: string;
  /** Where they happened, the most frequent first. */
  files: readonly string[];
  /** Their types, the most frequent first. */
  types: readonly string[];
  /** What else they have in common, as sentences. */
  signs: readonly string[];
  /** Why they happen, beyond the symptom; empty where nobody said. */
  rootCause: string;
  /** How to keep them from coming back; empty where nobody said. */
  prevention: string;
  /** What to do when one of them is met; empty where none is solved. */
  quickFix: string;
  /** Its bugs, those met most often first. */
  cases: readonly Cited[];
  /** The model that says why; empty where the bugs themselves do. */
  model: string;
}

/** Bugs that come back, alone or alike, as groups. */
export interface ErrorPatterns {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The groups, those met most often first. */
  groups: readonly ErrorGroup[];
  /** Bugs that were looked at. */
  bugs: number;
  /** Those of them that were met once, and are like no other. */
  once: number;
  /** The model that helped; empty without one. */
  model: string;
}

/** What `whence/errorPatterns` asks. */
export interface ErrorPatternsParams {
  /** only errors that were met at this moment or later. */
  since?: string | null;
  /** at most so many groups, those met most often. */
  limit?: number;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What asking a model may cost at most. Request `whence/approve` of the server asks the user about it. */
export interface Estimate {
  /** What the answer is for, such as `end_session`. */
  operation: string;
  /** The model to be asked. */
  model: string;
  /** How often it is asked, repetitions of answers that cannot be read included. */
  calls: number;
  /** Tokens that are sent in all of them, by a careful estimate. */
  tokensIn: number;
  /** The most tokens that it may answer in all of them. */
  tokensOut: number;
  /** The most that it can cost, in US dollars; None where the price is not known. */
  usd: number | null;
  /** How many pictures are sent. */
  pictures: number;
  /** Exactly what would be sent, as Markdown, to be shown before it is. */
  prompt: string;
  /** The same as a sentence. */
  note: string;
}

/** What `whence/exportOrigins` asks. */
export interface ExportOriginsParams {
  /** whether to write them; without, it is only told what would be written. */
  write?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/export` asks. */
export interface ExportParams {
  /** the file to write; over HTTP below the folder of `--exports`, without which the answer holds it. */
  target: string;
  /** `jsonl` holds every field of every memory, `markdown` reads well. */
  format?: 'jsonl' | 'markdown';
  /** only these kinds of memory. */
  kinds?: readonly string[];
  /** only memories with one of these labels. */
  labels?: readonly string[];
  /** only memories filed in this folder or in folders of it. */
  folder?: string;
  /** only memories of this importance or more. */
  minImportance?: number;
  /** only memories of this moment or later. */
  since?: string | null;
  /** only memories from before this moment. */
  until?: string | null;
  /** whether archived memories come along. */
  archived?: boolean;
  /** whether those in the bin come along. */
  binned?: boolean;
  /** whether a file that is no export may be replaced. */
  overwrite?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/exportRecords` asks. */
export interface ExportRecordsParams {
  /** the folder, which is made if it isn't there; over HTTP below the folder of `--exports`, without which the answer holds the records. */
  target: string;
  /** the decisions; without any, all in use that have no record yet. */
  ids?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What an export wrote. */
export interface Exported {
  /** Memories written. */
  count: number;
  /** The files, as paths on this machine, or below the folder of `--exports` for who may write only there; the first hundred. */
  files: readonly string[];
  /** The files themselves, where whoever asked may write none on this machine. */
  contents: readonly Written[];
  /** What was done, as a sentence. */
  note: string;
}

/** What was written as git notes, or would be. */
export interface ExportedOrigins {
  /** Commits that get a note, or whose note of ours says something else by now. */
  commits: number;
  /** Lines that these notes name. */
  lines: number;
  /** Conversations that they name. */
  sessions: number;
  /** Commits that would have one, but have a note of another tool, which stays. */
  others: number;
  /** Whether they were written. */
  written: boolean;
  /** The same as a sentence. */
  note: string;
}

/** One figure that is drawn, and what it counts. */
export interface Figure {
  /** What it is about: a kind, a state. */
  name: string;
  /** How many memories. */
  count: number;
  /** The search that lists them. */
  query: string;
}

/** What one change did to one file. */
export interface FileEdit {
  /** The file, relative to the project, with forward slashes. */
  path: string;
  /** What was done to it. */
  action: 'create' | 'edit' | 'delete' | 'rename' | 'refactor' | 'test';
  /** Where it was before a rename. */
  oldPath: string;
  /** Lines added. */
  added: number;
  /** Lines removed. */
  removed: number;
  /** Unified diff, without file headers; cut where it was very long. */
  diff: string;
  /** Functions and classes whose lines were touched. */
  symbols: readonly string[];
}

/** What a file defines, in its order. */
export interface FileOutline {
  /** The file. */
  file: string;
  /** Its language; empty where it is not known. */
  language: string;
  /** What it defines. */
  entities: readonly CodeEntity[];
  /** What the user should know, as a sentence. */
  note: string;
}

/** Where the user is; memories near it count a little more. */
export interface Focus {
  /** The current file, relative to the project. */
  file?: string;
  /** The function or class under the cursor. */
  symbol?: string;
  /** The cursor's line, from 1, which the symbol is looked up by where none is given; 0 where it is not known. */
  line?: number;
  /** Files edited lately, the latest first; of many the first twenty count. */
  recent?: readonly string[];
  /** Messages of the errors and warnings at hand, the nearest first; of many the first few count. */
  diagnostics?: readonly string[];
}

/** What `whence/forget` asks. */
export interface ForgetParams {
  /** the memories. */
  ids: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** One page on which a person writes a memory, changes one, or begins or ends a session. */
export interface Form {
  /** What it is the form of: a kind of memory, `start_session` or `end_session`; what its draft goes by. */
  kind: string;
  /** The memory that it changes; empty where it makes a new one. */
  id: string;
  /** What it is called. */
  title: string;
  /** The operation that takes what was filled in. */
  operation: 'remember' | 'update' | 'start_session' | 'end_session';
  /** Its fields, in order; empty where there is nothing to fill in, and `note` says why. */
  fields: readonly FormField[];
  /** What to know before one fills it in. */
  note: string;
  /** Of what there is a draft, as a sentence; empty where there is none. */
  draft: string;
  /** What the lines are called that it can be about; empty where it is about none. */
  lines: string;
  /** The lines that its draft is about. */
  selection: Selection | null;
  /** What memories are called that say something similar; empty where none are looked for. */
  similar: string;
}

/** One field of a form. */
export interface FormField {
  /** Parameter of the form's operation, or field of the memory, that it fills. */
  name: string;
  /** What it is called. */
  title: string;
  /** What to write in it. */
  prompt: string;
  /** Markdown of any length, one line, an item a line, words with commas between them, or one of `choices`. */
  shape: 'text' | 'line' | 'list' | 'words' | 'choice';
  /** Whether it must say something. */
  required: boolean;
  /** The possible answers of a choice. */
  choices: readonly string[];
  /** What stands in it at first: what the memory says, or what a new one begins with. */
  value: string;
  /** What was written in it when the form was left before, where that is something else. */
  draft: string | null;
}

/** What `whence/form` asks. */
export interface FormParams {
  /** the kind of memory, or `start_session` or `end_session`. */
  kind?: string;
  /** the memory to change, instead. */
  id?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** One call of a stack trace. */
export interface Frame {
  /** The source file, as the trace names it. */
  file: string;
  /** The line, from 1; 0 where the trace doesn't tell. */
  line: number;
  /** The function or method. */
  function: string;
}

/** What `whence/get` asks. */
export interface GetParams {
  /** the memory, or what a search calls a hit in the code. */
  id: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** An import, or a habit of changing together. */
export interface GraphEdge {
  /** The file that imports. */
  source: string;
  /** The file that is imported. */
  target: string;
  /** Which of the two it is. */
  kind: 'import' | 'together';
  /** 1 for an import; for a habit its confidence. */
  weight: number;
}

/** A file of a graph. */
export interface GraphNode {
  /** The file. */
  path: string;
  /** Imports between it and the file in the middle, which has 0. */
  distance: number;
  /** Its language. */
  language: string;
  /** Whether it is a test. */
  test: boolean;
}

/** What `whence/graph` asks. */
export interface GraphParams {
  /** the file in the middle. */
  path: string;
  /** how many imports to go in either direction. */
  depth?: number;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** One thing that is done in this way or that. */
export interface Habit {
  /** What is counted, such as `Names of functions in Python`. */
  about: string;
  /** How many were counted. */
  counted: number;
  /** The ways, the most frequent first. */
  shares: readonly Share[];
}

/** One memory that answers a query, or a piece of the code. */
export interface Hit {
  /** The memory; of code what names it as long as it stands where it does. */
  id: string;
  /** Its kind; `code` for a piece of the code. */
  kind: string;
  /** Codicon of its kind. */
  icon: string;
  /** One line that names it. */
  title: string;
  /** A few words about when and where. */
  description: string;
  /** The piece of it that matched best. */
  snippet: string;
  /** How well it answers; comparable within one result only. */
  score: number;
  /** What the score is the sum of. */
  parts: ScoreParts;
  /** Why it was found, as a sentence. */
  why: string;
  /** The turn of the conversation that answers, from 0. */
  turn: number | null;
  /** Memories of nearly the same content that are not listed for themselves. */
  alike: readonly string[];
  /** When what it tells happened; of code when its file was last changed. */
  createdAt: string;
  /** Files it concerns. */
  files: readonly string[];
  /** Its labels. */
  labels: readonly string[];
  /** Where it stands, of code: a result opens there. */
  location: Location | null;
}

/** A file that changes often and in which bugs are met. */
export interface HurtingFile {
  /** The file, by the name that it has today. */
  path: string;
  /** Changes of it. */
  changes: number;
  /** Lines added and removed by them. */
  churn: number;
  /** How often a bug was met there. */
  bugs: number;
  /** Changes of it that say that they mend something. */
  fixes: number;
}

/** What a refactoring of a file would touch. */
export interface Impact {
  /** The file. */
  file: string;
  /** Files that import it. */
  direct: readonly string[];
  /** Files that import it by way of others, nearest first. */
  transitive: readonly Dependency[];
  /** Files that usually change with it, most closely first. */
  together: readonly Together[];
  /** Tests that reach it. */
  tests: readonly string[];
  /** Bugs that were met there. */
  bugs: readonly Cited[];
  /** Decisions that concern it. */
  decisions: readonly Cited[];
  /** How much care it wants. */
  risk: 'low' | 'medium' | 'high';
  /** Why, as sentences. */
  reasons: readonly string[];
  /** What to do, as sentences. */
  recommendations: readonly string[];
  /** The same as a page. */
  markdown: string;
  /** What the user should know, as a sentence. */
  note: string;
}

/** What `whence/importConversations` asks. */
export interface ImportConversationsParams {
  /** the file or folder. */
  source: string;
  /** a label for those that are new; without, the name of the tool they come from. */
  label?: string;
  /** the folder to file new ones in. */
  folder?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/importExport` asks. */
export interface ImportExportParams {
  /** the file. */
  source: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/importHistory` asks. */
export interface ImportHistoryParams {
  /** branches whose commits are imported; without any, those that HEAD descends from. */
  branches?: readonly string[];
  /** only commits of this moment or later. */
  since?: string | null;
  /** at most so many commits, the newest. */
  limit?: number | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/importMemories` asks. */
export interface ImportMemoriesParams {
  /** the file or folder; of a project's folder, the places in it where these tools keep memories. */
  source: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/importRecords` asks. */
export interface ImportRecordsParams {
  /** a folder of the project that holds records; without one, every folder that is named for them. */
  folder?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/importTranscripts` asks. */
export interface ImportTranscriptsParams {
  /** whose transcripts: `claude-code`, `codex`, `vscode`; all of them without. */
  sources?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What an import did; all of it is on disk. */
export interface Imported {
  /** Memories that are new. */
  added: number;
  /** Memories that were there and have changed. */
  updated: number;
  /** Memories that were there as they are. */
  unchanged: number;
  /** What was not imported, by reason. */
  leftOut: readonly LeftOut[];
  /** The first hundred memories that were added or updated. */
  ids: readonly string[];
  /** What was done, as a sentence. */
  note: string;
}

/** What the import of a repository's past did, what memory holds now, and what can be asked of it. */
export interface ImportedHistory {
  /** Memories that are new. */
  added: number;
  /** Memories that were there and have changed. */
  updated: number;
  /** Memories that were there as they are. */
  unchanged: number;
  /** What was not imported, by reason. */
  leftOut: readonly LeftOut[];
  /** The first hundred memories that were added or updated. */
  ids: readonly string[];
  /** What was done, as a sentence. */
  note: string;
  /** What the page is about. */
  title: string;
  /** The page, title included; empty where there is no history. */
  markdown: string;
  /** Commits that were asked for: those that are new, those that were known, and those that were left out. */
  commits: number;
  /** Changes that memory holds now. */
  changes: number;
  /** Bugs among its memories that are known from the commits that fixed them. */
  fixes: number;
  /** Decisions among its memories. */
  decisions: number;
  /** People who made its memories; programs are not counted. */
  people: number;
  /** Three questions to try, or fewer: each was answered when it was asked. */
  questions: readonly Question[];
}

/** What `whence/indexWorkspace` asks. */
export interface IndexWorkspaceParams {
  /** whether to wait until everything is found by meaning too, which takes minutes the first time; otherwise that follows in the background. */
  vectors?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What indexing the workspace did; all of it is on disk. */
export interface Indexed {
  /** Files in the index. */
  files: number;
  /** Functions, methods, classes, interfaces, types and modules that they define. */
  entities: number;
  /** Files that are new. */
  added: number;
  /** Files that have changed. */
  updated: number;
  /** Files that are as they were. */
  unchanged: number;
  /** Files that are gone and were forgotten. */
  removed: number;
  /** New or changed files of which a part could not be parsed; the rest of them is indexed. */
  broken: number;
  /** Files that are not indexed, by reason. */
  leftOut: readonly LeftOut[];
  /** Time that it took. */
  seconds: number;
  /** What was done, and what is to come, as sentences. */
  note: string;
}

/** What `whence/keepAnswer` asks. */
export interface KeepAnswerParams {
  /** what was asked. */
  question: string;
  /** what was answered, as Markdown. */
  answer: string;
  /** ids of the memories that the answer cites; those that are not there any more are left out. */
  cited?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/keepDraft` asks. */
export interface KeepDraftParams {
  /** what stands in the fields, by their names. */
  answers: Readonly<Record<string, string>>;
  /** the kind of memory, or `start_session` or `end_session`. */
  kind?: string;
  /** the memory that is changed, instead. */
  id?: string;
  /** the lines that it is about. */
  selection?: Selection | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/keepTranscripts` asks. */
export interface KeepTranscriptsParams {
  /** whether to keep them. If not, nothing is taken and nobody asks again; what is kept already stays. */
  keep?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** How many memories of a kind there are. */
export interface KindCount {
  /** The kind. */
  kind: string;
  /** What it is called in lists. */
  label: string;
  /** Memories in use, archived ones included, the bin not. */
  count: number;
}

/** A label, and how many memories have it. */
export interface LabelCount {
  /** The label. */
  label: string;
  /** Memories in use that have it, archived ones included. */
  count: number;
}

/** The labels that memories have. */
export interface LabelsInUse {
  /** The most used first. */
  labels: readonly LabelCount[];
}

/** What `whence/labelsInUse` asks. */
export interface LabelsInUseParams {
  /** only labels of these kinds of memory. */
  kinds?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What a memory leads to. */
export interface Led {
  /** How, such as `Implements` or `Solves`. */
  words: string;
  /** The memory. */
  cited: Cited;
  /** What there is to say of it in a word or two, such as `accepted` or `resolved`; may be empty. */
  state: string;
}

/** Things that an import left out for one reason. */
export interface LeftOut {
  /** Why, as a clause such as `empty file`. */
  reason: string;
  /** How many. */
  count: number;
  /** A few of their names. */
  examples: readonly string[];
}

/** What wrote a line: the commit, what it changed there, and what stood in its place before. */
export interface LineChange {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** Id of the commit; empty for a line that is in none yet. */
  commit: string;
  /** Where that commit is to be seen; empty where the project has no known forge. */
  url: string;
  /** The file as it was named there. */
  file: string;
  /** The line there, from 1. */
  line: number;
  /** The part of its patch around the line, as git prints it. */
  diff: string;
  /** Id of the commit before, which is asked about what was there; empty where nothing stood in the line's place. */
  parent: string;
  /** The file as it was named in that. */
  before: string;
  /** The first line that stood in its place before, from 1. */
  start: number;
  /** The last one. */
  end: number;
}

/** What `whence/lineChange` asks. */
export interface LineChangeParams {
  /** the file. */
  file: string;
  /** the line, from 1. */
  line: number;
  /** id of a commit: the line is meant as it is in it, in the file as it is named there. */
  at?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Lines that commits brought in, by who wrote them. */
export interface LineShare {
  /** The month, the directory or the model; empty for all together. */
  name: string;
  /** Lines that an assistant wrote in a conversation that is known. */
  assistants: number;
  /** Those of them that somebody changed before the commit. */
  mixed: number;
  /** Lines of commits that say that an assistant helped, of which nobody knows whether it wrote them. */
  helped: number;
  /** Lines of commits by programs. */
  programs: number;
  /** All others: a person wrote them, or an assistant whose conversation is not known. */
  unknown: number;
  /** Of those that an assistant wrote, lines that came in 30 days ago or more. */
  settled: number;
  /** Of these, lines that were taken out or changed within 30 days. */
  rewritten: number;
  /** The same of the lines of which nobody knows who wrote them, and of commits where an assistant helped. */
  othersSettled: number;
  /** Of these, lines that were taken out or changed within 30 days. */
  othersRewritten: number;
}

/** Who wrote the lines of a file, or those that came into the project in a year. */
export interface LinesByAssistants {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The file; empty for the project. */
  file: string;
  /** Of a file, which conversations wrote which lines, in the order of the file. */
  stretches: readonly Stretch[];
  /** All together. */
  total: LineShare;
  /** By month, such as `2026-02`, the oldest first; months without lines are left out. */
  months: readonly LineShare[];
  /** By directory, two deep at most, those with the most lines first. */
  directories: readonly LineShare[];
  /** Lines that assistants wrote, by model, or by assistant where the model isn't known. */
  models: readonly LineShare[];
  /** Commits that were not compared with conversations yet. */
  unread: number;
}

/** What `whence/linesByAssistants` asks. */
export interface LinesByAssistantsParams {
  /** the file; without it, the project as a whole. */
  file?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The lines that a conversation wrote into one file. */
export interface LinesInFile {
  /** The file, as it is named now, or was last. */
  path: string;
  /** Whether there is such a file. */
  there: boolean;
  /** Those that stand there, from 1. */
  standing: readonly number[];
  /** How many different ones came into a commit and stand there no more. */
  gone: number;
  /** The first of those that are gone. */
  examples: readonly string[];
}

/** A directed relation from the memory that holds it to another. */
export interface Link {
  /** How the two relate. */
  relation: 'implements' | 'solved_by' | 'caused_by' | 'supersedes' | 'about' | 'part_of';
  /** Id of the other memory. */
  target: string;
}

/** What `whence/link` asks. */
export interface LinkParams {
  /** the memory that holds the link, such as a Change. */
  source: string;
  /** how it relates to the other. */
  relation: 'implements' | 'solved_by' | 'caused_by' | 'supersedes' | 'about' | 'part_of';
  /** the other memory, such as the decision that the Change implements. */
  target: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A place in the project. */
export interface Location {
  /** The file, relative to the project, with forward slashes. */
  path: string;
  /** Line, counted from 1. */
  line: number;
  /** The file's URI on the machine that the server runs on. */
  uri: string;
}

/** What is remembered of a function, a class or some lines, to be shown at them. */
export interface Mark {
  /** Where it begins, from 1. */
  line: number;
  /** Where it ends. */
  end: number;
  /** The function or class; empty where a memory is about lines. */
  name: string;
  /** What is remembered, in a line, such as `1 bug · 3 changes, last 3 weeks ago`. */
  title: string;
  /** Whether a bug or a decision in force is among it. */
  serious: boolean;
  /** The memories: bugs, then decisions, then changes. */
  cited: readonly Cited[];
}

/** What is remembered of the parts of a file. */
export interface Marks {
  /** The file, relative to the project. */
  file: string;
  /** By function and class, in the order of the file. */
  marks: readonly Mark[];
  /** Lines that a decision in force or an open bug is about. */
  lines: readonly Mark[];
  /** Which conversations wrote which lines, as far as that is known without asking git at length. */
  origins: readonly OriginMark[];
  /** Whether git would have to be asked first; where the lines' origins were asked for, it is being asked. */
  pending: boolean;
}

/** What `whence/marks` asks. */
export interface MarksParams {
  /** the file. */
  file: string;
  /** whether git is asked beside, where it has to be, so that who wrote the lines is known in a while. */
  ask?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/merge` asks. */
export interface MergeParams {
  /** the memories, the one to keep first. */
  ids: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A text of the memory that stays. */
export interface MergedText {
  /** The memory's field, such as `content` or `title`. */
  field: string;
  /** What it would say. */
  text: string;
}

/** One turn of a conversation. */
export interface Message {
  /** Who speaks. */
  role: 'user' | 'assistant' | 'system' | 'tool';
  /** What was said. */
  content: string;
  /** The speaker's name, where there is one. */
  name?: string;
  /** When it was said. */
  at?: string | null;
}

/** What came to pass in one month. */
export interface Month {
  /** The first day's midnight, where the server stands. */
  begin: string;
  /** The beginning of the next month. */
  until: string;
  /** Bugs that were recorded. */
  met: number;
  /** Bugs that were solved. */
  solved: number;
  /** Changes by people without an assistant, as far as they say. */
  people: number;
  /** Changes that say that an assistant made them or helped. */
  assistants: number;
  /** Changes by programs, such as those that raise dependencies. */
  programs: number;
}

/** Anything worth keeping that has no shape of its own. */
export interface Note {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'note';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** What to remember. */
  content: string;
}

/** Memories that a context block doesn't hold, and why. */
export interface Omitted {
  /** The budget is used up; another one says nearly the same; or they are filed in an excluded folder. */
  reason: 'room' | 'repetition' | 'folder';
  /** How many. */
  count: number;
}

/** What `whence/onboarding` asks. */
export interface OnboardingParams {
  /** a file to write the page to, over HTTP below the folder of `--exports`; without it, it is only shown. */
  target?: string;
  /** the most tokens of the page; without it, 12,000. */
  budget?: number | null;
  /** whether a file that was not written by Whence may be replaced. */
  overwrite?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/organize` asks. */
export interface OrganizeParams {
  /** the memories. */
  ids: readonly string[];
  /** whether to keep them on top. */
  pinned?: boolean | null;
  /** whether to put them away, out of the tree and of search; false brings them back. */
  archived?: boolean | null;
  /** from 1 (a trifle) to 10 (never forget). */
  importance?: number | null;
  /** labels to have instead of those they have. */
  labels?: readonly string[] | null;
  /** labels to have besides. */
  addLabels?: readonly string[];
  /** labels to lose. */
  removeLabels?: readonly string[];
  /** where to file them, as a path such as `team/architecture`; empty for no folder. */
  folder?: string | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Who wrote lines, besides the commit that they came in: a conversation with an assistant. */
export interface Origin {
  /** Whose conversation, such as `claude-code`; as a commit names it, where only that says so. */
  assistant: string;
  /** The conversation's id there; empty where only the assistant is known. */
  session: string;
  /** The user's turn that led to it, from 1; 0 where that is not known. */
  turn: number;
  /** The words of that turn. */
  asked: string;
  /** The words of the last longer turn before it, where it says little by itself, such as `yes`. */
  before: string;
  /** The assistant's own words before the edit. */
  said: string;
  /** When the edit was made; when it was asked for, where only that is known. */
  at: string | null;
  /** The model, where it is known. */
  model: string;
  /** Whether the commit or a note beside it says so, or the lines were found among what the assistant wrote. */
  kind: 'stated' | 'matched';
  /** How sure it is, up to 1. */
  confidence: number;
  /** Whether somebody changed the lines after the assistant wrote them. */
  mixed: boolean;
  /** The memory that holds the conversation; empty where it isn't kept. */
  conversation: string;
  /** The turn that asked among all turns of that memory, from 0; None where it isn't found there. */
  place: number | null;
}

/** Who wrote some lines, to be shown at them. */
export interface OriginMark {
  /** The lines, from 1. */
  lines: readonly number[];
  /** The likeliest origin, in a line. */
  title: string;
  /** The memory that holds the conversation; empty where it isn't kept. */
  conversation: string;
  /** The words of the turn that asked, by which its place in the conversation is found. */
  asked: string;
}

/** What `whence/outlineFile` asks. */
export interface OutlineFileParams {
  /** the file. */
  file: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A file as it is in a commit. */
export interface PastText {
  /** Its text, with secrets taken out; empty where it is not there, or is no text. */
  text: string;
  /** Whether the commit has such a file. */
  there: boolean;
}

/** A picture that a model is to look at. */
export interface Picture {
  /** What it is. */
  mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  /** Its bytes, in base64. */
  data: string;
}

/** What a picture tells from outside. */
export interface PictureFacts {
  /** The name of its file. */
  name: string;
  /** What it is. */
  format: 'PNG' | 'JPEG' | 'GIF' | 'WebP';
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Bytes. */
  size: number;
}

/** What an operation would send to a model; nothing was sent, and nothing was done. */
export interface Preview {
  /** What it may cost; None where nothing would be sent. */
  estimate: Estimate | null;
  /** Exactly what would be sent. */
  markdown: string;
  /** What to know about it, as a sentence. */
  note: string;
}

/** What `whence/projectContext` asks. */
export interface ProjectContextParams {
  /** what to look at in particular, such as a feature or a file; what answers it comes first. */
  focus?: string;
  /** the most tokens of the page; without it, 1,500, or the setting `context.budget` if that is less. */
  budget?: number | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The habits of a project, and what is preferred in it. */
export interface ProjectPatterns {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** Changes that were looked at. */
  changes: number;
  /** Changes of single files among them. */
  edits: number;
  /** Whether these are enough to tell habits from chance. */
  enough: boolean;
  /** What is written, by changes of files. */
  languages: Habit;
  /** What is built on, by files that import it; those that are declared alone are counted 0. */
  libraries: Habit;
  /** How names are written. */
  naming: readonly Habit[];
  /** How it is tested. */
  testing: readonly Habit[];
  /** How changes are made and told. */
  commits: readonly Habit[];
  /** The files that change most often, by the names that they have today. */
  changed: Habit;
  /** What fails, by how often it was met. */
  errors: Habit;
  /** Further figures, as sentences. */
  facts: readonly string[];
  /** The files that hurt, by changes times bugs. */
  hurting: readonly HurtingFile[];
  /** What the habits come to, in a model's words; empty without one. */
  summary: string;
  /** What is preferred here: what the figures make clear and decisions in force, or what a model makes of these. */
  preferences: readonly string[];
  /** What to watch, in a model's words. */
  risks: readonly string[];
  /** What to do, in a model's words. */
  recommendations: readonly string[];
  /** The model that interpreted the figures; empty without one. */
  model: string;
}

/** One message of what a language model is asked. */
export interface PromptMessage {
  /** Who speaks: the instructions, the question, or an answer that shows how. */
  role: 'system' | 'user' | 'assistant';
  /** What is said, without secrets and paths of this machine. */
  content: string;
}

/** Memories of one kind that could be one. Nothing has happened to them. */
export interface Proposal {
  /** The memories, the one that stays first; the others would go to the bin. */
  ids: readonly string[];
  /** What each of them says now, as a digest: one that has changed since is not merged. */
  digests: readonly string[];
  /** Their kind. */
  kind: string;
  /** The title of the one that stays. */
  title: string;
  /** Why, as a sentence. */
  reason: string;
  /** What the one that stays would say; labels, files and links are united besides. */
  texts?: readonly MergedText[];
  /** What would change, as unified diffs in Markdown: of the one that stays, and of each other to it. */
  diff?: string;
  /** The model that wrote the texts; empty where they were joined by rules. */
  model?: string;
}

/** A model of a provider is to be asked, and what it is asked with is not installed. */
export interface ProviderRequest {
  /** The model's name. */
  model: string;
}

/** A memory that may be put away. */
export interface Prunable {
  /** The memory. */
  cited: Cited;
  /** Why, as clauses such as `never recalled`. */
  reasons: readonly string[];
  /** Its size, in tokens. */
  tokens: number;
}

/** What `whence/prune` asks. */
export interface PruneParams {
  /** the memories. */
  ids: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Memories that may be put away; nothing has happened to them. */
export interface Pruning {
  /** The memories, those with the strongest reasons first. */
  candidates: readonly Prunable[];
  /** The size of all of them together, in tokens. */
  tokens: number;
  /** What it comes to, as a sentence. */
  note: string;
}

/** A question that has a good answer: it was asked before it is proposed. */
export interface Question {
  /** The question as a person says it, as Markdown of one line. */
  text: string;
  /** What its answer stands on, as a sentence of Markdown. */
  told: string;
  /** What answers it. */
  operation: 'why' | 'search';
  /** The file that `why` is asked about, relative to the project; empty for `search`. */
  file: string;
  /** The first line, from 1; 0 for the whole file. */
  start: number;
  /** The last line; 0 for the whole file. */
  end: number;
  /** What `search` is asked; empty for `why`. */
  query: string;
}

/** What `whence/readDiagram` asks. */
export interface ReadDiagramParams {
  /** a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB and 50 million pixels). */
  source: string;
  /** what to propose: a note, or a decision. */
  kind?: 'note' | 'decision';
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/readScreenshot` asks. */
export interface ReadScreenshotParams {
  /** a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB and 50 million pixels), or the id of a bug that one is kept with. */
  source: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A memory that tells why lines are as they are. */
export interface Reason {
  /** The memory. */
  cited: Cited;
  /** How it relates to the memory that led to it; None for a Change of the lines themselves. */
  relation: 'implements' | 'solved_by' | 'caused_by' | 'supersedes' | 'about' | 'part_of' | null;
  /** The memory whose link led to it; empty for a Change of the lines themselves. */
  via: string;
  /** The lines that it is about, from 1. */
  lines: readonly number[];
}

/** What `whence/rebuild` asks. */
export interface RebuildParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/recordError` asks. */
export interface RecordErrorParams {
  /** what the failure says, or a whole stack trace; may be empty where a stack trace tells. */
  message?: string;
  /** its type, such as `TypeError`; read from the trace or the message without. */
  errorType?: string;
  /** the trace as it was printed, in any of the common languages. */
  stackTrace?: string;
  /** the file in which it happened; read from the trace without. */
  file?: string;
  /** the line, from 1; 0 where it is not known. */
  line?: number;
  /** why it happened. */
  rootCause?: string;
  /** what solved it; a bug with a solution is resolved. */
  solution?: string;
  /** how to keep it from coming back. */
  prevention?: string;
  /** words to find it by; `#12` says which issue it is. */
  labels?: readonly string[];
  /** further files that it concerns. */
  files?: readonly string[];
  /** path of a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB), of which a copy is kept beside the memory. */
  screenshot?: string;
  /** the lines that it is about; without, the one that `file` and `line` name. Whoever asks why these lines are there is shown it first. */
  selection?: Selection | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/recordRule` asks. */
export interface RecordRuleParams {
  /** a text such as `print(`; a star stands for anything within the line. Behind ` => ` its reason may follow. */
  pattern: string;
  /** why no line may hold it. */
  reason?: string;
  /** files, folders or patterns of files, such as `src/*.py`, that it holds for; all without. */
  files?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A bug that was recorded, or met again. */
export interface Recorded {
  /** The memories, in the order of the request. */
  ids: readonly string[];
  /** What was done, as a sentence. */
  note: string;
  /** Whether it had been met before. */
  again: boolean;
  /** How often it was met, this time included. */
  count: number;
  /** What solved it before, where that is known. */
  solution: string;
}

/** What `whence/refactorImpact` asks. */
export interface RefactorImpactParams {
  /** the file. */
  path: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** In which order to change files: those that depend on none of the others first. */
export interface RefactorOrder {
  /** The steps, in order. */
  steps: readonly RefactorStep[];
  /** The same as a page. */
  markdown: string;
  /** What the user should know, as a sentence. */
  note: string;
}

/** What `whence/refactorOrder` asks. */
export interface RefactorOrderParams {
  /** the files. */
  paths: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Files to change together. */
export interface RefactorStep {
  /** One file, or several that import one another in a circle. */
  files: readonly string[];
  /** Whether they import one another in a circle. */
  cycle: boolean;
  /** Files of earlier steps that these import. */
  after: readonly string[];
}

/** A memory that links to another. */
export interface Related {
  /** The memory. */
  id: string;
  /** Its kind. */
  kind: string;
  /** Its title. */
  title: string;
  /** How it relates to the other. */
  relation: 'implements' | 'solved_by' | 'caused_by' | 'supersedes' | 'about' | 'part_of';
  /** When what it tells happened. */
  createdAt: string;
}

/** The memories that matter for a question. */
export interface Relevance {
  /** The most relevant first. */
  memories: readonly ScoredMemory[];
  /** How many memories a search found and were looked at. */
  candidates: number;
  /** For how many of them a model was asked this time; for the others a score was remembered. */
  asked: number;
  /** How many were scored below the threshold. */
  below: number;
  /** Memories that could not be scored, the likeliest first. */
  unscored: readonly Cited[];
  /** The same as a page; empty where nothing is relevant. */
  markdown: string;
  /** What to know about it, as a sentence. */
  note: string;
  /** The model that scored; empty where relevance is retrieval's own. */
  model: string;
}

/** What `whence/remember` asks. */
export interface RememberParams {
  /** its fields, `kind` among them; ids and dates are filled in where absent. Besides, `selection` says which lines of a file it is about, as `src/cart.py:10-14` or with `file`, `start` and `end`: whoever asks why these lines are there is shown it first. */
  memory: Readonly<Record<string, unknown>>;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/reopen` asks. */
export interface ReopenParams {
  /** the bug. */
  id: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A page for a person or an assistant, made from memories. */
export interface Report {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
}

/** What `whence/resolve` asks. */
export interface ResolveParams {
  /** the bug. */
  id: string;
  /** what solved it. */
  solution?: string;
  /** why it happened. */
  rootCause?: string;
  /** how to keep it from coming back. */
  prevention?: string;
  /** the Change that solved it: its id, or the id of its commit or the first 4 or more digits of that. */
  change?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/restoreBackup` asks. */
export interface RestoreBackupParams {
  /** the moment whose state is wanted, such as 2026-11-28 or 2026-11-28T14:30; the newest backup that can be read without. */
  at?: string;
  /** whether what was written after the backup goes. */
  exactly?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/restore` asks. */
export interface RestoreParams {
  /** the memories. */
  ids: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What restoring a backup came to. */
export interface Restored {
  /** When the backup was taken. */
  at: string;
  /** How many memories there are now. */
  memories: number;
  /** Of these, those that were missing or damaged before. */
  back: number;
  /** Of these, those that were written after the backup and stayed. */
  later: number;
  /** Memories that were there before and are not any more. */
  removed: number;
  /** Where the database is kept that could not be opened; empty where it could be. */
  aside: string;
  /** What was done, as a sentence. */
  note: string;
}

/** What `whence/resumeModels` asks. */
export interface ResumeModelsParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/resumeSession` asks. */
export interface ResumeSessionParams {
  /** the session; empty for your latest. */
  id?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/review` asks. */
export interface ReviewParams {
  /** the branch or commit to compare with; without it, the remote's default branch, or `main` or `master`. */
  base?: string;
  /** the branch or commit to review; without it, the work tree, uncommitted files included. */
  head?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Which lines break rules of the project's own. */
export interface RulesChecked {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The lines, file by file. */
  broken: readonly BrokenRule[];
  /** Rules that are in force. */
  rules: number;
}

/** What `whence/saveConversation` asks. */
export interface SaveConversationParams {
  /** what was said, as a selection, a document or the clipboard holds it. */
  text?: string;
  /** what was said, as turns; beside a text they come after it. */
  messages?: readonly Message[];
  /** the label to file it under; without any, the one that the settings name. */
  label?: string;
  /** the folder to file it in. */
  folder?: string;
  /** where it comes from, such as `copilot`. */
  origin?: string;
  /** what to call it; made from the first question where absent. */
  title?: string;
  /** further labels. */
  labels?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/score` asks. */
export interface ScoreParams {
  /** what they are to be relevant for: a task, a question, an error. */
  query: string;
  /** only these kinds of memory. */
  kinds?: readonly string[];
  /** only memories that concern these files or files in these folders. */
  files?: readonly string[];
  /** only memories with one of these labels. */
  labels?: readonly string[];
  /** only memories of this moment or later. */
  since?: string | null;
  /** only memories from before this moment. */
  until?: string | null;
  /** where the user is. */
  focus?: Focus | null;
  /** the least relevance, from 0 to 1. */
  threshold?: number;
  /** the most memories to return; without, 10, and 15 where a file is in focus. */
  limit?: number | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What a hit's score is the sum of. */
export interface ScoreParts {
  /** Cosine of the meanings of query and memory, from -1 to 1; 0 without an embedding model. */
  semantic: number;
  /** Share of the best word match among the candidates, times its weight. */
  lexical: number;
  /** For having happened lately. */
  recency: number;
  /** For its importance, above or below the usual 5. */
  importance: number;
  /** For being pinned. */
  pinned: number;
  /** For being near to where the user is. */
  focus: number;
  /** For what is said by whom the query names, and by the length of what is said; in dialogues of people by name. */
  speaker: number;
  /** For being of a month or day that the query names. */
  date: number;
  /** For having the name that the query asks for; of code alone. */
  named: number;
  /** For how dialogues run: it follows the question that fits, or names a time that is asked for; less for a question. */
  dialogue: number;
  /** For having changed lines that a trace in the query runs through, or lines near them; of changes alone. */
  lines: number;
}

/** A memory, and how relevant it is for what was asked. */
export interface ScoredMemory {
  /** The memory. */
  cited: Cited;
  /** How relevant it is, from 0 to 1, with what counts besides. */
  score: number;
  /** Why, as clauses. */
  reason: string;
  /** Whether the score was made for the same question before, and cost nothing this time. */
  remembered: boolean;
}

/** The error on a screenshot, as the proposal of a Bug. */
export interface ScreenshotReading {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The picture. */
  picture: PictureFacts;
  /** The model that read it; empty where none did. */
  model: string;
  /** The operation that keeps it. */
  operation: 'record_error' | 'update' | 'remember';
  /** What to call that with, to be confirmed or corrected. */
  arguments: Readonly<Record<string, unknown>>;
  /** Names of the arguments that the user should still type, the most important first. */
  missing: readonly string[];
  /** Its type. */
  errorType: string;
  /** What it says. */
  message: string;
  /** The file, relative to the project where it is one of it. */
  file: string;
  /** The line, from 1; 0 where it is not known. */
  line: number;
  /** The calls that matter most, the innermost first. */
  frames: readonly Frame[];
  /** The source code that can be seen. */
  code: string;
  /** Why it may have happened, by the model's judgement. */
  cause: string;
}

/** What `whence/searchCode` asks. */
export interface SearchCodeParams {
  /** a name, words, or a sentence about what it does. */
  query: string;
  /** only in these files or in files of these folders. */
  files?: readonly string[];
  /** only in these languages, such as `python` or `typescript`. */
  languages?: readonly string[];
  /** the most hits to return. */
  limit?: number | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/searchErrors` asks. */
export interface SearchErrorsParams {
  /** an error message, a stack trace, or words about it. */
  query: string;
  /** the most hits to return. */
  limit?: number | null;
  /** only bugs that are solved, or only those that aren't. */
  resolved?: boolean | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/search` asks. */
export interface SearchParams {
  /** what to look for: words, an identifier, an error message, a sentence. Filters may stand in it, as `author:"Test Author"`, `kind:decision`, `file:src/cart.py`, `label:security`, `state:open` and `since:2026-03-01`; a person's whole name lists what that person made before what names them. */
  query: string;
  /** only these kinds of memory; `code` for functions and classes of the indexed code, alone or besides. */
  kinds?: readonly string[];
  /** only memories that concern these files or files in these folders. */
  files?: readonly string[];
  /** only memories with one of these labels. */
  labels?: readonly string[];
  /** only memories of this moment or later. */
  since?: string | null;
  /** only memories from before this moment. */
  until?: string | null;
  /** whether archived memories may answer too. */
  archived?: boolean;
  /** the most hits to return. */
  limit?: number | null;
  /** where the user is; memories near it count a little more. */
  focus?: Focus | null;
  /** whether each turn of a conversation answers for itself, instead of the best one for all. */
  turns?: boolean;
  /** only memories that people of these names made; a part of a name will do. */
  authors?: readonly string[];
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The memories that answer a query, best first. */
export interface SearchResult {
  /** Best first; empty where nothing fits. */
  hits: readonly Hit[];
  /** How was searched: without a model by words alone; an empty query lists the newest. */
  mode: 'words and meaning' | 'words' | 'time';
  /** How well the best hit fits: cosine plus the share of the query's words it holds, from 0 to 2; only the share where there is no model. */
  confidence: number;
  /** Whether the hits may well be no answer: four of five queries that belong elsewhere are told by this. */
  weak: boolean;
  /** What the user should know: that nothing fits and what to try, or that meaning is not searched yet. */
  note: string;
}

/** Lines of a file that somebody chose; may be written as `src/cart.py:10-14`. */
export interface Selection {
  /** The file, relative to the project. */
  file: string;
  /** The first line, from 1. */
  start: number;
  /** The last line; 0 for the first one alone. */
  end?: number;
  /** The lines whole, as an editor has them that didn't save them yet; without it they are read on disk. */
  text?: string;
}

/** A stretch of work with an aim. What is remembered while it is active carries its id. */
export interface Session {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'session';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** What it is for. */
  goal: string;
  /** Further aims. */
  goals: readonly string[];
  /** When it ended; None while it is active. */
  endedAt: string | null;
  /** When it was last taken up again after an end. */
  resumedAt: string | null;
  /** Minutes of its stretches before it was taken up again. */
  worked: number;
  /** Whether the aim was reached, as far as anyone said. */
  success: boolean | null;
  /** What came of it, as Markdown. */
  summary: string;
}

/** The active session, if there is one, and what happened in it. */
export interface SessionState {
  /** The session. */
  session: Session | null;
  /** Memories that came to be in it. */
  memories: number;
  /** The session's id, where an operation wrote it. */
  ids: readonly string[];
  /** The session as a page, where an operation ended it or summed it up. */
  markdown: string;
  /** The model that summed it up; empty where that was done by rules. */
  model: string;
  /** What is so, or was done, as a sentence. */
  note: string;
}

/** How often something is done so. */
export interface Share {
  /** What. */
  name: string;
  /** How often. */
  count: number;
  /** The same as a share of all that were counted, 0 to 1. */
  share: number;
  /** One of them. */
  example: string;
}

/** What `whence/showPrompt` asks. */
export interface ShowPromptParams {
  /** the operation, such as `suggest_solution`. */
  operation: string;
  /** its parameters. */
  arguments?: Readonly<Record<string, unknown>> | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/similar` asks. */
export interface SimilarParams {
  /** what stands in the fields of a form, by their names; the first that says something is looked for. */
  answers: Readonly<Record<string, string>>;
  /** the kind of memory that is written, or `start_session`. */
  kind?: string;
  /** the memory that is changed, instead. */
  id?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/standup` asks. */
export interface StandupParams {
  /** the moment to begin from; without it, the beginning of the last working day. */
  since?: string | null;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/startSession` asks. */
export interface StartSessionParams {
  /** what it is for. */
  goal: string;
  /** further aims. */
  goals?: readonly string[];
  /** words to find it by. */
  labels?: readonly string[];
  /** whether to end the session that is active, if one is. */
  endActive?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The state of a project's memory. */
export interface Status {
  /** Version of Whence. */
  version: string;
  /** `indexing` while passages or vectors are still being made. */
  state: 'ready' | 'indexing' | 'closed';
  /** Id of the project. */
  project: string;
  /** The project's name for people. */
  name: string;
  /** Memories in use. */
  total: number;
  /** The same by kind. */
  kinds: readonly KindCount[];
  /** Whether changes are noticed here; `elsewhere`: by another window on the same folder. */
  capture: 'on' | 'off' | 'elsewhere';
  /** Whether changes were imported, as from the repository's history. */
  imported: boolean;
  embedding: EmbeddingStatus;
  /** Where the memory lives: a folder of this machine or a database's address. */
  storage: string;
  /** What conversations take as text, with the table of what was written in them; None where it isn't measured. */
  conversationBytes: number | null;
  /** What the user should know, as sentences. */
  messages: readonly string[];
}

/** What `whence/status` asks. */
export interface StatusParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/stopModels` asks. */
export interface StopModelsParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Lines of one origin. Lines that stand in none have no origin that is known. */
export interface Stretch {
  /** The lines, from 1. */
  lines: readonly number[];
  /** Who wrote them, the likeliest first. */
  origins: readonly Origin[];
  /** The same in words, as Markdown on one line. */
  told: string;
}

/** What `whence/suggestLabels` asks. */
export interface SuggestLabelsParams {
  /** the memories; without, the newest ones that have no label. */
  ids?: readonly string[];
  /** without `ids`, only these kinds; otherwise all that somebody kept. */
  kinds?: readonly string[];
  /** the most memories to look at, where none are named. */
  limit?: number;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/suggestPruning` asks. */
export interface SuggestPruningParams {
  /** the most memories to name. */
  limit?: number;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/suggestSolution` asks. */
export interface SuggestSolutionParams {
  /** what the failure says; may be empty where a stack trace tells. */
  message?: string;
  /** its type, such as `TypeError`. */
  errorType?: string;
  /** the trace as it was printed. */
  stackTrace?: string;
  /** the file in which it happened. */
  file?: string;
  /** the line, from 1; 0 where it is not known. */
  line?: number;
  /** a bug that is remembered, instead of all these. */
  id?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** How important a memory may be. */
export interface SuggestedImportance {
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** How sure it is, from 0 to 1. */
  confidence: number;
  /** Why, as a clause. */
  reason: string;
}

/** A label that a memory may want. */
export interface SuggestedLabel {
  /** The label. */
  label: string;
  /** How sure it is, from 0 to 1. */
  confidence: number;
  /** Whether other memories have it. */
  existing: boolean;
  /** Why, as a clause. */
  reason: string;
}

/** How an error may be solved, from the bugs of the past. */
export interface SuggestedSolution {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** What to do; empty where no case fits. */
  solution: string;
  /** How sure that is. */
  confidence: 'high' | 'medium' | 'low' | 'none';
  /** Why it is thought to help, and what speaks against it, as sentences. */
  reasons: readonly string[];
  /** What else may help. */
  alternatives: readonly string[];
  /** How to find out more if it does not help. */
  tips: readonly string[];
  /** The bugs it follows from, the closest first. */
  cases: readonly Case[];
  /** The model that helped; empty without one. */
  model: string;
}

/** What is suggested for one memory; nothing has happened to it. */
export interface Suggestion {
  /** The memory. */
  cited: Cited;
  /** How important it may be; None where it is so already. */
  importance: SuggestedImportance | null;
  /** Labels that it may want besides its own, the likeliest first. */
  labels: readonly SuggestedLabel[];
  /** The model that suggests it; empty where rules and the labels of its neighbours do. */
  model: string;
}

/** What is suggested for filing memories. */
export interface Suggestions {
  /** By memory, in the order asked for, or the newest first; those that are well filed are not among them. */
  suggestions: readonly Suggestion[];
  /** How many memories were looked at. */
  lookedAt: number;
  /** The same as a page; empty where there is nothing to suggest. */
  markdown: string;
  /** What to know about it, as a sentence. */
  note: string;
  /** The model that answered; empty where none did. */
  model: string;
}

/** What `whence/summarize` asks. */
export interface SummarizeParams {
  /** day, week or month. */
  period?: 'day' | 'week' | 'month';
  /** a day of it, as `2026-11-20`; without it, today. */
  at?: string;
  /** instead, the first day of a range. */
  since?: string;
  /** the last day of the range; without it, today. */
  until?: string;
  /** whether to tell anew what has not changed. */
  again?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/summarizeSession` asks. */
export interface SummarizeSessionParams {
  /** the session; empty for your latest. */
  id?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** The summaries of days, weeks or months; all of them are on disk. */
export interface Summarized {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The summaries that were asked for, the earliest first, those that were there already included. */
  ids: readonly string[];
  /** Summaries that were written or changed, those of the days and weeks below included. */
  written: number;
  /** Summaries that were there, and whose sources say what they said. */
  unchanged: number;
  /** Of the days, weeks or months that were asked for, those of which nothing is remembered. */
  empty: number;
  /** The model that wrote what was written; empty where that was done by rules. */
  model: string;
}

/** What a stretch of work came to, made from the memories of it. */
export interface Summary {
  /** Identifies the memory; its text sorts by time. */
  id: string;
  kind: 'summary';
  /** One line that names it in lists. */
  title: string;
  /** When what it tells happened. */
  createdAt: string;
  /** When it was last written. */
  updatedAt: string;
  /** Who made it, as git or the editor names them. */
  author: string;
  /** Id of the project it belongs to. */
  project: string;
  /** From 1 (a trifle) to 10 (never forget). */
  importance: number;
  /** Kept on top of the tree and preferred a little in search. */
  pinned: boolean;
  /** Put away: out of the tree and of search unless asked for. */
  archived: boolean;
  /** When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied. */
  deletedAt: string | null;
  /** Where the user filed it, as a path such as `team/architecture`. */
  folder: string;
  /** Words to find it by. */
  labels: readonly string[];
  /** Files it concerns, relative to the project, with forward slashes. */
  files: readonly string[];
  /** Lines that it is about; whoever asks why they are there is shown it first. */
  citations: readonly Citation[];
  /** Id of the session in which it came to be. */
  session: string;
  /** How it came to be. */
  source: 'save' | 'commit' | 'user' | 'assistant' | 'import' | 'model' | 'rules';
  /** Relations to other memories. */
  links: readonly Link[];
  /** What the program that kept it attached, as plain JSON; nothing of it is searched. */
  metadata: Readonly<Record<string, unknown>>;
  /** The summary, as Markdown. */
  content: string;
  /** What it sums up. */
  period: 'session' | 'day' | 'week' | 'month';
  /** Where the stretch begins. */
  since: string | null;
  /** Where it ends. */
  until: string | null;
  /** The stretch by its name in the days of whoever asked for it: `2026-11-20`, `2026-W47` or `2026-11`. */
  span: string;
  /** What it was made from, as a digest; by it new material is known. */
  digest: string;
  /** The model that wrote it; empty where it was made by rules. */
  model: string;
}

/** What `whence/sync` asks. */
export interface SyncParams {
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/textAt` asks. */
export interface TextAtParams {
  /** the file, as it is named there. */
  file: string;
  /** id of the commit; without it, the one that is checked out. */
  at?: string;
  /** the file as it was before that commit. */
  before?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A file that usually changes with another. */
export interface Together {
  /** The file. */
  path: string;
  /** Commits in which both changed. */
  support: number;
  /** The share of the commits of the file asked about in which this one changed too, 0 to 1. */
  confidence: number;
}

/** What `whence/trackChange` asks. */
export interface TrackChangeParams {
  /** the file that was changed. */
  file: string;
  /** what was done to it. */
  action?: 'create' | 'edit' | 'delete' | 'rename' | 'refactor' | 'test';
  /** the unified diff, as far as it is at hand. */
  diff?: string;
  /** why. */
  reason?: string;
  /** further files that it concerns. */
  files?: readonly string[];
  /** the lines that were changed, such as `10-20`. */
  lines?: string;
  /** the decision that it implements: its id, its number or its title. */
  implements?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** Transcripts of assistants about the project that are not kept. */
export interface TranscriptOffer {
  /** How many there are; 0 where there is nothing to decide. */
  count: number;
  /** How large they are together. */
  bytes: number;
  /** When the oldest of them was written last. */
  since: string | null;
  /** Whose they are. */
  sources: readonly string[];
  /** The same as sentences; empty where there is nothing to decide. */
  note: string;
}

/** What `whence/transcriptOffer` asks. */
export interface TranscriptOfferParams {
  /** whether to tell even though the user was asked before, as long as no answer came. */
  again?: boolean;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** One row of the tree. Its id carries all that is needed to list its children. */
export interface TreeNode {
  /** Names the row; unique in the tree. */
  id: string;
  /** What the row says. */
  label: string;
  /** Fainter words behind the label. */
  description: string;
  /** Markdown shown on hovering. */
  tooltip: string;
  /** Picture of the editor's above the tooltip, by its name; most rows have none. */
  picture: string;
  /** Codicon. */
  icon: string;
  /** Which menu entries apply, as words: `group`; `memory`, its kind, and `can-pin` for what can be done. */
  contextValue: string;
  /** Whether it has children, and how it is shown at first. */
  expandable: 'no' | 'collapsed' | 'expanded';
  /** Id of the memory that the row stands for, if it does. */
  memory: string;
  /** The place in the project that the row stands for, if it does. */
  location: Location | null;
  /** The editor's command that choosing the row runs, if it opens nothing. */
  command: string;
}

/** What `whence/undoConsolidation` asks. */
export interface UndoConsolidationParams {
  /** the memory that stayed. */
  id: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/unlink` asks. */
export interface UnlinkParams {
  /** the memory that holds the link. */
  source: string;
  /** how it relates to the other. */
  relation: 'implements' | 'solved_by' | 'caused_by' | 'supersedes' | 'about' | 'part_of';
  /** the other memory. */
  target: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What `whence/update` asks. */
export interface UpdateParams {
  /** the memory. */
  id: string;
  /** the fields to replace, with their new values. */
  changes: Readonly<Record<string, unknown>>;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** What was remembered of one week. */
export interface Week {
  /** Monday's midnight, where the server stands. */
  begin: string;
  /** The Monday after. */
  until: string;
  /** Memories of each kind, by its name in lists; kinds of which there is none are left out. */
  kinds: readonly Figure[];
}

/** Why lines are there: Changes, newest first, and what their links lead to. */
export interface Why {
  /** What it is about. */
  title: string;
  /** The page, title included; empty where there is nothing to say. */
  markdown: string;
  /** The memories it speaks of, in the order of the page. */
  cited: readonly Cited[];
  /** What to know about it, as a sentence: that it is empty, and what to do. */
  note: string;
  /** The file, relative to the project. */
  file: string;
  /** The first line asked about, from 1; 0 where no lines could be told apart. */
  start: number;
  /** The last line asked about. */
  end: number;
  /** The memories, in the order of the page. */
  reasons: readonly Reason[];
  /** Ids of the commits that made lines and that no memory tells of. */
  onlyGit: readonly string[];
  /** Whether lines that came from other files were not followed there; asking thoroughly follows them. */
  unfollowed: boolean;
  /** What the page tells, for views that show it beside the code: what made which lines, in the order of the page. */
  bands: readonly Band[];
  /** Of a whole file its life in short, as sentences of Markdown: how it began, its great changes, who wrote it. */
  life: readonly string[];
  /** Which conversations wrote which lines, as far as that is sure. */
  stretches: readonly Stretch[];
  /** Of commits of which some lines come from conversations, those of which nobody knows: a person wrote them, or an assistant whose conversation was not read. */
  unknown: readonly number[];
  /** The lines themselves, where they were asked about as they are in a commit; those on disk are not told. */
  text: string;
}

/** What `whence/why` asks. */
export interface WhyParams {
  /** the file. */
  file: string;
  /** the first line, from 1; 0 for the whole file. */
  start?: number;
  /** the last line; 0 for the first line alone. */
  end?: number;
  /** a function or class of the file, such as `total` or `Cart.total`, whose lines are meant; where there are several of that name, the one that holds line `start`. */
  symbol?: string;
  /** whether lines are followed to the files that they came from however long that takes. */
  thorough?: boolean;
  /** id of a commit: the lines are meant as they are in it, in the file as it is named there. */
  at?: string;
  /** URI of the workspace folder asked; the first without. */
  workspaceFolder?: string;
}

/** A file that is answered with, where it may not be written. */
export interface Written {
  /** What it would be called. */
  name: string;
  /** All that it holds. */
  text: string;
}

/** Every request, by the name of its operation. */
export interface Operations {
  /** Ask memory a question; the answer cites the memories it follows from, and where there is none it says so. */
  ask: { method: 'whence/ask'; params: AskParams; result: Answer };
  /** Keep a question to memory and its answer as a conversation that links to the memories cited. */
  keep_answer: { method: 'whence/keepAnswer'; params: KeepAnswerParams; result: Acknowledged };
  /** Put the memories that matter for a task into one Markdown block within a budget of tokens. */
  context: { method: 'whence/context'; params: ContextParams; result: ContextBlock };
  /** Turn a text, such as a context block, into a comment of a language, which stays known as what Whence handed out. */
  as_comment: { method: 'whence/asComment'; params: AsCommentParams; result: Comment };
  /** Have the small model score how relevant the memories are that a search finds, each with a reason. */
  score: { method: 'whence/score'; params: ScoreParams; result: Relevance };
  /** Suggest importance and labels for memories, those in use first; nothing happens to them. */
  suggest_labels: { method: 'whence/suggestLabels'; params: SuggestLabelsParams; result: Suggestions };
  /** Give memories the importance and labels that somebody approved; labels come besides those they have. */
  apply_suggestions: { method: 'whence/applySuggestions'; params: ApplySuggestionsParams; result: Acknowledged };
  /** Find memories, and code if asked for, by words and by meaning, best first; an empty query lists the newest. */
  search: { method: 'whence/search'; params: SearchParams; result: SearchResult };
  /** Show one memory whole: */
  get: { method: 'whence/get'; params: GetParams; result: Detail };
  /** List the rows of the tree below a row. */
  children: { method: 'whence/children'; params: ChildrenParams; result: Children };
  /** Tell the state of the project's memory: */
  status: { method: 'whence/status'; params: StatusParams; result: Status };
  /** Tell why lines of a file are there: */
  why: { method: 'whence/why'; params: WhyParams; result: Why };
  /** Show what the commit that wrote a line changed there, and what stood in the line's place before. */
  line_change: { method: 'whence/lineChange'; params: LineChangeParams; result: LineChange };
  /** Give a file's text as it is in a commit, with secrets taken out. */
  text_at: { method: 'whence/textAt'; params: TextAtParams; result: PastText };
  /** Tell what is remembered of each function and class of a file: */
  marks: { method: 'whence/marks'; params: MarksParams; result: Marks };
  /** Tell the patterns and preferences of the project. */
  analyze_patterns: { method: 'whence/analyzePatterns'; params: AnalyzePatternsParams; result: ProjectPatterns };
  /** Tell what was done since the last working day, and what is left open. */
  standup: { method: 'whence/standup'; params: StandupParams; result: Report };
  /** Tell what is remembered of the files that a branch changes: */
  review: { method: 'whence/review'; params: ReviewParams; result: Report };
  /** Tell what someone has to know to work on the project now. */
  project_context: { method: 'whence/projectContext'; params: ProjectContextParams; result: Report };
  /** Write what a newcomer should read: */
  onboarding: { method: 'whence/onboarding'; params: OnboardingParams; result: Report };
  /** Count a year of the project's memory: */
  dashboard: { method: 'whence/dashboard'; params: DashboardParams; result: Dashboard };
  /** Tell which lines assistants wrote: */
  lines_by_assistants: { method: 'whence/linesByAssistants'; params: LinesByAssistantsParams; result: LinesByAssistants };
  /** Keep a rule of the project's own, which says what no line may hold, and why. */
  record_rule: { method: 'whence/recordRule'; params: RecordRuleParams; result: Acknowledged };
  /** Tell which lines break rules of the project's own, in these files or in what git says has changed. */
  check_rules: { method: 'whence/checkRules'; params: CheckRulesParams; result: RulesChecked };
  /** Tell what a person fills in who records a memory by hand, changes one, or begins or ends a session. */
  form: { method: 'whence/form'; params: FormParams; result: Form };
  /** Keep what a person has written in a form so far, in the place of what was kept before; it is no memory yet. */
  keep_draft: { method: 'whence/keepDraft'; params: KeepDraftParams; result: Acknowledged };
  /** Find what is remembered already and says something like what a person is writing; nothing that fits badly. */
  similar: { method: 'whence/similar'; params: SimilarParams; result: SearchResult };
  /** Keep a new memory; it is on disk, with every secret redacted, when this returns. */
  remember: { method: 'whence/remember'; params: RememberParams; result: Acknowledged };
  /** Change fields of a memory, such as `pinned`, `archived`, `labels`, `importance` or its content. */
  update: { method: 'whence/update'; params: UpdateParams; result: Acknowledged };
  /** Move memories to the bin, from which `restore` brings them back for 30 days. */
  forget: { method: 'whence/forget'; params: ForgetParams; result: Acknowledged };
  /** Bring memories back from the bin. */
  restore: { method: 'whence/restore'; params: RestoreParams; result: Acknowledged };
  /** Drop the search index and make it anew from the memories, which stay as they are. */
  rebuild: { method: 'whence/rebuild'; params: RebuildParams; result: Acknowledged };
  /** Relate one memory to another; doing so again changes nothing. */
  link: { method: 'whence/link'; params: LinkParams; result: Acknowledged };
  /** Take a relation between two memories away; without one nothing changes. */
  unlink: { method: 'whence/unlink'; params: UnlinkParams; result: Acknowledged };
  /** Record a change by hand, with its reason; what the reason refers to is linked. */
  track_change: { method: 'whence/trackChange'; params: TrackChangeParams; result: Acknowledged };
  /** Tell which errors come back, in groups of the same signature or the same meaning. */
  error_patterns: { method: 'whence/errorPatterns'; params: ErrorPatternsParams; result: ErrorPatterns };
  /** Suggest how to solve an error, from the bugs that were solved here before, with how sure that is and why. */
  suggest_solution: { method: 'whence/suggestSolution'; params: SuggestSolutionParams; result: SuggestedSolution };
  /** Record a failure. */
  record_error: { method: 'whence/recordError'; params: RecordErrorParams; result: Recorded };
  /** Mark a bug as solved, and by which Change. */
  resolve: { method: 'whence/resolve'; params: ResolveParams; result: Acknowledged };
  /** Mark a bug as not solved after all; what was said to solve it stays with it. */
  reopen: { method: 'whence/reopen'; params: ReopenParams; result: Acknowledged };
  /** Find bugs by words and by meaning, best first; an empty query lists the newest. */
  search_errors: { method: 'whence/searchErrors'; params: SearchErrorsParams; result: SearchResult };
  /** Start a session: */
  start_session: { method: 'whence/startSession'; params: StartSessionParams; result: SessionState };
  /** End the active session. */
  end_session: { method: 'whence/endSession'; params: EndSessionParams; result: SessionState };
  /** Sum up a session that has ended, again or for the first time; what a person wrote of it stays on top. */
  summarize_session: { method: 'whence/summarizeSession'; params: SummarizeSessionParams; result: SessionState };
  /** Take up a session again that was ended; the time in between doesn't count as worked. */
  resume_session: { method: 'whence/resumeSession'; params: ResumeSessionParams; result: SessionState };
  /** Tell which session is active, and how much came to be in it so far. */
  current_session: { method: 'whence/currentSession'; params: CurrentSessionParams; result: SessionState };
  /** Keep a conversation: */
  save_conversation: { method: 'whence/saveConversation'; params: SaveConversationParams; result: Acknowledged };
  /** Add turns at the end of a conversation. */
  append_turns: { method: 'whence/appendTurns'; params: AppendTurnsParams; result: Acknowledged };
  /** List the labels that memories have, the most used first. */
  labels_in_use: { method: 'whence/labelsInUse'; params: LabelsInUseParams; result: LabelsInUse };
  /** Read conversations from a file or from all files of a folder; what is known gains only its new turns. */
  import_conversations: { method: 'whence/importConversations'; params: ImportConversationsParams; result: Imported };
  /** Take all that assistants on this machine have written down of their conversations about this project. */
  import_transcripts: { method: 'whence/importTranscripts'; params: ImportTranscriptsParams; result: Imported };
  /** Tell which transcripts of assistants about this project are not kept, for the user to decide. */
  transcript_offer: { method: 'whence/transcriptOffer'; params: TranscriptOfferParams; result: TranscriptOffer };
  /** Keep what assistants write down of their conversations about this project, now and as it comes; or don't. */
  keep_transcripts: { method: 'whence/keepTranscripts'; params: KeepTranscriptsParams; result: Imported };
  /** Tell which lines that a conversation wrote still stand, by file, and which are gone. */
  conversation_lines: { method: 'whence/conversationLines'; params: ConversationLinesParams; result: ConversationLines };
  /** Make a Change of every commit of the repository's past, the newest first. */
  import_history: { method: 'whence/importHistory'; params: ImportHistoryParams; result: ImportedHistory };
  /** Write which conversations wrote which lines as git notes, which other tools read: */
  export_origins: { method: 'whence/exportOrigins'; params: ExportOriginsParams; result: ExportedOrigins };
  /** Write memories to a file: */
  export: { method: 'whence/export'; params: ExportParams; result: Exported };
  /** Take in a file that `export` wrote as JSON lines; of a memory that is here too the one written later stays. */
  import_export: { method: 'whence/importExport'; params: ImportExportParams; result: Imported };
  /** Make a Decision of every decision record of the project, and keep it in step when the file is edited. */
  import_records: { method: 'whence/importRecords'; params: ImportRecordsParams; result: Imported };
  /** Write decisions as numbered Markdown records (MADR 4) into a folder; no file that is there is touched. */
  export_records: { method: 'whence/exportRecords'; params: ExportRecordsParams; result: Exported };
  /** Take over the memories of another tool, as notes and decisions, with the links between them. */
  import_memories: { method: 'whence/importMemories'; params: ImportMemoriesParams; result: Imported };
  /** Tell which files a file imports, which import it, and whether it does so in a circle. */
  dependencies: { method: 'whence/dependencies'; params: DependenciesParams; result: Dependencies };
  /** Tell what a refactoring of a file would touch: */
  refactor_impact: { method: 'whence/refactorImpact'; params: RefactorImpactParams; result: Impact };
  /** Tell in which order to refactor files: */
  refactor_order: { method: 'whence/refactorOrder'; params: RefactorOrderParams; result: RefactorOrder };
  /** Give the files around a file and the imports and habits of change between them, to be drawn. */
  graph: { method: 'whence/graph'; params: GraphParams; result: CodeGraph };
  /** Index the workspace's code, so that it can be searched and its dependencies followed. */
  index_workspace: { method: 'whence/indexWorkspace'; params: IndexWorkspaceParams; result: Indexed };
  /** Find functions, classes and other entities of the code by name, by words and by meaning, best first. */
  search_code: { method: 'whence/searchCode'; params: SearchCodeParams; result: CodeResult };
  /** Tell what a file defines: */
  outline_file: { method: 'whence/outlineFile'; params: OutlineFileParams; result: FileOutline };
  /** Sum up a day, a week or a month, or all of them in a range, and keep the summaries. */
  summarize: { method: 'whence/summarize'; params: SummarizeParams; result: Summarized };
  /** Propose which decisions, bugs and notes could be one: */
  consolidate: { method: 'whence/consolidate'; params: ConsolidateParams; result: Consolidation };
  /** Carry out proposals of `consolidate`: */
  apply_consolidation: { method: 'whence/applyConsolidation'; params: ApplyConsolidationParams; result: Consolidated };
  /** Take the last merge into a memory back: */
  undo_consolidation: { method: 'whence/undoConsolidation'; params: UndoConsolidationParams; result: Acknowledged };
  /** Read the screenshot of an error: */
  read_screenshot: { method: 'whence/readScreenshot'; params: ReadScreenshotParams; result: ScreenshotReading };
  /** Read the diagram of an architecture: */
  read_diagram: { method: 'whence/readDiagram'; params: ReadDiagramParams; result: DiagramReading };
  /** Draft the message of the next commit: */
  draft_commit_message: { method: 'whence/draftCommitMessage'; params: DraftCommitMessageParams; result: Draft };
  /** Draft the title and description of a pull request: */
  draft_pull_request: { method: 'whence/draftPullRequest'; params: DraftPullRequestParams; result: Draft };
  /** Tell what models cost on this machine: */
  costs: { method: 'whence/costs'; params: CostsParams; result: Costs };
  /** Switch all models off at once, in every window and process, until they are switched on again. */
  stop_models: { method: 'whence/stopModels'; params: StopModelsParams; result: Acknowledged };
  /** Switch models on again after they were switched off. */
  resume_models: { method: 'whence/resumeModels'; params: ResumeModelsParams; result: Acknowledged };
  /** Show exactly what an operation would send to a model and what that may cost, and send nothing. */
  show_prompt: { method: 'whence/showPrompt'; params: ShowPromptParams; result: Preview };
  /** File memories: */
  organize: { method: 'whence/organize'; params: OrganizeParams; result: Acknowledged };
  /** Merge duplicates of one kind into the first; the others go to the bin, from which `restore` brings them back. */
  merge: { method: 'whence/merge'; params: MergeParams; result: Acknowledged };
  /** Tell which memories may be put away: */
  suggest_pruning: { method: 'whence/suggestPruning'; params: SuggestPruningParams; result: Pruning };
  /** Archive memories, such as those that `suggest_pruning` names; pinned ones stay. */
  prune: { method: 'whence/prune'; params: PruneParams; result: Acknowledged };
  /** Remove every memory in the bin for good, with their pictures. */
  empty_bin: { method: 'whence/emptyBin'; params: EmptyBinParams; result: Acknowledged };
  /** Take a backup of all memories now, and read it back; one is taken every day by itself. */
  backup: { method: 'whence/backup'; params: BackupParams; result: Backups };
  /** List the backups of this project's memories, the newest first, and whether each can be read. */
  backups: { method: 'whence/backups'; params: BackupsParams; result: Backups };
  /** Bring back what a backup has. */
  restore_backup: { method: 'whence/restoreBackup'; params: RestoreBackupParams; result: Restored };
  /** Exchange memories with the team's store now; an open editor and `whence mcp` do so by themselves. */
  sync: { method: 'whence/sync'; params: SyncParams; result: Acknowledged };
}

export const METHODS: { readonly [K in keyof Operations]: Operations[K]['method'] } = {
  ask: 'whence/ask',
  keep_answer: 'whence/keepAnswer',
  context: 'whence/context',
  as_comment: 'whence/asComment',
  score: 'whence/score',
  suggest_labels: 'whence/suggestLabels',
  apply_suggestions: 'whence/applySuggestions',
  search: 'whence/search',
  get: 'whence/get',
  children: 'whence/children',
  status: 'whence/status',
  why: 'whence/why',
  line_change: 'whence/lineChange',
  text_at: 'whence/textAt',
  marks: 'whence/marks',
  analyze_patterns: 'whence/analyzePatterns',
  standup: 'whence/standup',
  review: 'whence/review',
  project_context: 'whence/projectContext',
  onboarding: 'whence/onboarding',
  dashboard: 'whence/dashboard',
  lines_by_assistants: 'whence/linesByAssistants',
  record_rule: 'whence/recordRule',
  check_rules: 'whence/checkRules',
  form: 'whence/form',
  keep_draft: 'whence/keepDraft',
  similar: 'whence/similar',
  remember: 'whence/remember',
  update: 'whence/update',
  forget: 'whence/forget',
  restore: 'whence/restore',
  rebuild: 'whence/rebuild',
  link: 'whence/link',
  unlink: 'whence/unlink',
  track_change: 'whence/trackChange',
  error_patterns: 'whence/errorPatterns',
  suggest_solution: 'whence/suggestSolution',
  record_error: 'whence/recordError',
  resolve: 'whence/resolve',
  reopen: 'whence/reopen',
  search_errors: 'whence/searchErrors',
  start_session: 'whence/startSession',
  end_session: 'whence/endSession',
  summarize_session: 'whence/summarizeSession',
  resume_session: 'whence/resumeSession',
  current_session: 'whence/currentSession',
  save_conversation: 'whence/saveConversation',
  append_turns: 'whence/appendTurns',
  labels_in_use: 'whence/labelsInUse',
  import_conversations: 'whence/importConversations',
  import_transcripts: 'whence/importTranscripts',
  transcript_offer: 'whence/transcriptOffer',
  keep_transcripts: 'whence/keepTranscripts',
  conversation_lines: 'whence/conversationLines',
  import_history: 'whence/importHistory',
  export_origins: 'whence/exportOrigins',
  export: 'whence/export',
  import_export: 'whence/importExport',
  import_records: 'whence/importRecords',
  export_records: 'whence/exportRecords',
  import_memories: 'whence/importMemories',
  dependencies: 'whence/dependencies',
  refactor_impact: 'whence/refactorImpact',
  refactor_order: 'whence/refactorOrder',
  graph: 'whence/graph',
  index_workspace: 'whence/indexWorkspace',
  search_code: 'whence/searchCode',
  outline_file: 'whence/outlineFile',
  summarize: 'whence/summarize',
  consolidate: 'whence/consolidate',
  apply_consolidation: 'whence/applyConsolidation',
  undo_consolidation: 'whence/undoConsolidation',
  read_screenshot: 'whence/readScreenshot',
  read_diagram: 'whence/readDiagram',
  draft_commit_message: 'whence/draftCommitMessage',
  draft_pull_request: 'whence/draftPullRequest',
  costs: 'whence/costs',
  stop_models: 'whence/stopModels',
  resume_models: 'whence/resumeModels',
  show_prompt: 'whence/showPrompt',
  organize: 'whence/organize',
  merge: 'whence/merge',
  suggest_pruning: 'whence/suggestPruning',
  prune: 'whence/prune',
  empty_bin: 'whence/emptyBin',
  backup: 'whence/backup',
  backups: 'whence/backups',
  restore_backup: 'whence/restoreBackup',
  sync: 'whence/sync',
};

/** Notification: memories or the status of a project changed. Params: Changed. */
export const CHANGED = 'whence/changed';

/** Request of the server: may this be sent? Params: Estimate; result: Approval. */
export const APPROVE = 'whence/approve';

/** Request of the server: let the editor's own model answer. Params: CompletionRequest; result: CompletionAnswer. */
export const COMPLETE = 'whence/complete';

/** Request of the server: may what a provider's model is asked with be installed, and is it now? Params: ProviderRequest; result: Approval. */
export const INSTALL = 'whence/install';

/** Prefix of the commands that record a memory by a form; the kind follows. */
export const FORM_COMMAND = 'whence.new.';

/** Prefix of the commands that record a memory of one line; the kind follows. */
export const QUICK_COMMAND = 'whence.quick.';

/** A command of the palette that asks an operation, and shows the page or the sentence that it answers. */
export interface PaletteCommand {
  command: string;
  operation: 'backup' | 'check_rules' | 'empty_bin' | 'error_patterns' | 'index_workspace' | 'lines_by_assistants' | 'onboarding' | 'analyze_patterns' | 'project_context' | 'rebuild' | 'record_rule' | 'restore_backup' | 'resume_models' | 'resume_session' | 'review' | 'standup' | 'stop_models';
  /** What it is called, in English. */
  title: string;
  /** What is said while it is under way, in English. */
  doing?: string;
  /** Whether it takes a while, tells its progress and can be cancelled. */
  long: boolean;
  /** Whether it asks a model, so that what it would send can be shown. */
  thinks: boolean;
  /** The parameter that a line of text from the user becomes. */
  asks?: { parameter: string; prompt: string; required: boolean };
  /** A question that the user must say yes to first. */
  confirm?: string;
}

/** The commands for which nothing is written by hand, in the order of their ids. */
export const COMMANDS: readonly PaletteCommand[] = [
  { command: 'whence.backup', operation: 'backup', title: 'Back Up Memory', long: true, thinks: false, doing: 'Backing up memories' },
  { command: 'whence.checkRules', operation: 'check_rules', title: 'Check Rules', long: false, thinks: false, doing: 'Checking the project’s rules' },
  { command: 'whence.emptyBin', operation: 'empty_bin', title: 'Empty Bin…', long: false, thinks: false, confirm: 'Remove everything in the bin? This cannot be undone.' },
  { command: 'whence.errorPatterns', operation: 'error_patterns', title: 'Error Patterns', long: true, thinks: true },
  { command: 'whence.indexWorkspace', operation: 'index_workspace', title: 'Index Workspace', long: true, thinks: false, doing: 'Indexing the workspace' },
  { command: 'whence.linesByAssistants', operation: 'lines_by_assistants', title: 'Lines by Assistants', long: true, thinks: false, doing: 'Counting lines' },
  { command: 'whence.onboarding', operation: 'onboarding', title: 'Onboarding', long: false, thinks: false, doing: 'Writing the onboarding' },
  { command: 'whence.patterns', operation: 'analyze_patterns', title: 'Project Patterns', long: true, thinks: true },
  { command: 'whence.projectContext', operation: 'project_context', title: 'Project Context', long: false, thinks: false, doing: 'Gathering the project’s context', asks: { parameter: 'focus', prompt: 'What to look at in particular? May stay empty', required: false } },
  { command: 'whence.rebuild', operation: 'rebuild', title: 'Rebuild Index', long: true, thinks: false, doing: 'Rebuilding the search index' },
  { command: 'whence.recordRule', operation: 'record_rule', title: 'Record Rule…', long: false, thinks: false, asks: { parameter: 'pattern', prompt: 'What must no line hold, and why? pattern => reason', required: true } },
  { command: 'whence.restoreMemory', operation: 'restore_backup', title: 'Restore Memory…', long: true, thinks: false, doing: 'Restoring memories', confirm: 'Bring back what the backup has? Of each memory the later state stays, and a backup is taken before.', asks: { parameter: 'at', prompt: 'Which backup? A date, such as 2026-11-28; empty for the newest that can be read', required: false } },
  { command: 'whence.resumeModels', operation: 'resume_models', title: 'Allow Models Again', long: false, thinks: false },
  { command: 'whence.resumeSession', operation: 'resume_session', title: 'Resume Session', long: false, thinks: false },
  { command: 'whence.review', operation: 'review', title: 'Prepare Review', long: false, thinks: false, doing: 'Preparing the review' },
  { command: 'whence.standup', operation: 'standup', title: 'Standup', long: false, thinks: false, doing: 'Preparing the standup' },
  { command: 'whence.stopModels', operation: 'stop_models', title: 'Stop All Models', long: false, thinks: false },
];
