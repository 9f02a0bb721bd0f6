/** What a language model can help with: questions, solutions, summaries, patterns, filing, pictures, drafts. Each answers without one too. */
import { extensions, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { openPage } from './documents';
import { plain } from './markdown';
import { focus, selected } from './place';
import type { ApprovedSuggestion, Operations } from './protocol';
import { COMMANDS } from './protocol';
import { SAID_MS } from './words';
import { long, problemHere, show, unsaid } from './work';

type Params<K extends keyof Operations> = Operations[K]['params'];
type Result<K extends keyof Operations> = Operations[K]['result'];

/** One thing that a model can help with. */
interface Help {
  readonly title: string;
  /** Ask the user for what is missing, then do it. */
  readonly run: (server: Server) => Promise<unknown>;
  /** Ask the user for what is missing, then show what would be sent for it. */
  readonly preview: (server: Server) => Promise<unknown>;
}

function help<K extends keyof Operations>(
  operation: K, title: string, ask: () => Params<K> | Promise<Params<K> | undefined>, then: (result: Result<K>, server: Server, params: Params<K>) => unknown,
): Help {
  return {
    title,
    run: async server => {
      const params = await ask();
      if (params) await then(await long(server, operation, params, title), server, params);
    },
    preview: async server => {
      const params = await ask();
      if (params) await preview(server, operation, params);
    },
  };
}

/** Show what would be sent for an operation. */
async function preview(server: Server, operation: string, params: object): Promise<void> {
  const { markdown, note } = await server.ask('show_prompt', { operation, arguments: { ...params } });
  if (markdown) await openPage(l10n.t('What Would Be Sent'), markdown);
  const more = unsaid(markdown, note);
  if (more) void window.showInformationMessage(more);
}

/** A line from the user; nothing where it was left with Escape or empty. */
async function line(title: string, prompt: string, value = ''): Promise<string | undefined> {
  return (await window.showInputBox({ title, prompt, value: value.split('\n').join(' ').slice(0, 500), ignoreFocusOut: true }))?.trim();
}

/** Show an answer, which can be kept as a conversation. */
async function answered({ title, markdown, cited, note, answered: known }: Result<'ask'>, server: Server, { question }: Params<'ask'>): Promise<void> {
  const keep = async () => {
    const { note: kept } = await server.ask('keep_answer', { question, answer: markdown, cited: cited.map(({ id }) => id) });
    window.setStatusBarMessage(kept, SAID_MS);
    return true;
  };
  await show({ title, markdown, cited, note }, known ? [{ title: l10n.t('Keep as Conversation'), run: keep }] : []);
}

async function askSummary(): Promise<Params<'summarize'> | undefined> {
  const items = [
    { label: l10n.t('Today'), period: 'day' as const }, { label: l10n.t('This Week'), period: 'week' as const }, { label: l10n.t('This Month'), period: 'month' as const },
  ];
  const chosen = await window.showQuickPick(items, { title: l10n.t('Summarize'), placeHolder: l10n.t('What is already summarized is not read again') });
  return chosen && { period: chosen.period };
}

/** Offer what is suggested, and apply what the user leaves checked. */
async function file({ suggestions, note }: Result<'suggest_labels'>, server: Server): Promise<void> {
  if (!suggestions.length) return void window.showInformationMessage(note);
  const items = suggestions.map(({ cited, importance, labels }) => ({
    label: plain(cited.title),
    description: [importance && l10n.t('importance {0}', importance.importance), ...labels.map(({ label }) => `+${label}`)].filter(Boolean).join(' '),
    detail: plain([importance?.reason, ...labels.map(({ label, reason }) => `${label}: ${reason}`)].filter(Boolean).join('; ')),
    picked: true,
    approved: { id: cited.id, importance: importance?.importance ?? null, labels: labels.map(({ label }) => label) } satisfies ApprovedSuggestion,
  }));
  const chosen = await window.showQuickPick(items, { canPickMany: true, title: l10n.t('Suggest Importance and Labels'), placeHolder: note, ignoreFocusOut: true });
  if (!chosen?.length) return;
  const { note: done } = await server.ask('apply_suggestions', { suggestions: chosen.map(({ approved }) => approved) });
  window.setStatusBarMessage(done, SAID_MS);
}

/** Show what could be merged, as diffs, and merge what the user leaves checked. */
async function merge({ title, markdown, cited, note, proposals }: Result<'consolidate'>, server: Server): Promise<void> {
  if (!proposals.length) return void window.showInformationMessage(note);
  await openPage(title, markdown, cited);
  const items = proposals.map(proposal => ({ label: plain(proposal.title), description: l10n.t('{0} into one', proposal.ids.length), detail: plain(proposal.reason), proposal }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true, title: l10n.t('Consolidate Memories'), placeHolder: l10n.t('Merge which? The page shows what would change; others go to the bin'), ignoreFocusOut: true,
  });
  if (!chosen?.length) return;
  const { ids, note: done } = await server.ask('apply_consolidation', { proposals: chosen.map(({ proposal }) => proposal) });
  const undo = l10n.t('Undo');
  if (await window.showInformationMessage(done, ...(ids.length ? [undo] : [])) !== undo) return;
  for (const id of ids) await server.ask('undo_consolidation', { id });
}

async function askPicture(title: string): Promise<{ source: string } | undefined> {
  const [chosen] = await window.showOpenDialog({ title, openLabel: l10n.t('Read'), filters: { [l10n.t('Pictures')]: ['png', 'jpg', 'jpeg', 'gif', 'webp'] } }) ?? [];
  return chosen && { source: chosen.fsPath };
}

/** Show what a picture shows, which can be kept; what could not be read is asked for then. */
async function seen({ title, markdown, cited, note, operation, arguments: found, missing }: Result<'read_screenshot' | 'read_diagram'>, server: Server): Promise<void> {
  const keep = async () => {
    const given = { ...found };
    for (const name of missing) {
      const value = await line(title, l10n.t('What the picture says of: {0}', name));
      if (value === undefined) return false;
      if (value) given[name] = value;
    }
    const { note: kept } = await server.ask(operation, given);
    window.setStatusBarMessage(kept, SAID_MS);
    return true;
  };
  await show({ title, markdown, cited, note }, [{ title: l10n.t('Keep'), run: keep }]);
}

/** The part of the git extension's interface that takes a commit message. */
interface Git { getAPI: (version: 1) => { repositories: { inputBox: { value: string } }[] } }

/** Put a commit message where one writes it, unless something stands there already; then it is shown to be copied from. */
async function drafted({ title, body, note, markdown }: Result<'draft_commit_message'>): Promise<void> {
  if (!title) return void window.showInformationMessage(note);
  const text = [title, body].filter(Boolean).join('\n\n');
  const git = extensions.getExtension<Git>('vscode.git');
  const box = git?.isActive ? git.exports.getAPI(1).repositories[0]?.inputBox : undefined;
  if (box && !box.value.trim()) {
    box.value = text;
    return void window.showInformationMessage([l10n.t('The message stands in Source Control.'), note].join(' '));
  }
  await window.showTextDocument(await workspace.openTextDocument({ content: text || markdown, language: 'git-commit' }));
  const more = unsaid(text, note);
  if (more) void window.showInformationMessage(more);
}

async function pullRequest({ title, body, note }: Result<'draft_pull_request'>): Promise<void> {
  if (!title) return void window.showInformationMessage(note);
  const text = `# ${title}\n\n${body}\n`;
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language: 'markdown' }));
  const more = unsaid(text, note);
  if (more) void window.showInformationMessage(more);
}

const question = async (title: string) => {
  const query = await line(title, l10n.t('A question about the project'), selected());
  return query ? { question: query, focus: focus() } : undefined;
};

/** What models can help with and asks or shows something of its own, by the name of its command. */
export const HELPS = {
  ask: help('ask', l10n.t('Ask Memory'), () => question(l10n.t('Ask Memory')), answered),
  suggestSolution: help('suggest_solution', l10n.t('Suggest a Solution'), async () => {
    const problem = problemHere();
    if (problem) return problem;
    const message = await line(l10n.t('Suggest a Solution'), l10n.t('The error’s message'), selected());
    return message ? { message } : undefined;
  }, report => show(report)),
  summarizeSession: help('summarize_session', l10n.t('Summarize Session'), () => ({}), ({ session, markdown, note }) => show({ title: session?.title ?? l10n.t('Session'), markdown, cited: [], note })),
  summarize: help('summarize', l10n.t('Summarize…'), askSummary, report => show(report)),
  suggestLabels: help('suggest_labels', l10n.t('Suggest Importance and Labels'), () => ({}), file),
  consolidate: help('consolidate', l10n.t('Consolidate Memories'), () => ({}), merge),
  score: help('score', l10n.t('Score Relevance'), async () => {
    const query = await line(l10n.t('Score Relevance'), l10n.t('What the memories are to matter for'), selected());
    return query ? { query, focus: focus() } : undefined;
  }, ({ markdown, note }) => show({ title: l10n.t('Relevance'), markdown, cited: [], note })),
  readScreenshot: help('read_screenshot', l10n.t('Read Screenshot of an Error…'), () => askPicture(l10n.t('Read Screenshot of an Error')), seen),
  readDiagram: help('read_diagram', l10n.t('Read Architecture Diagram…'), () => askPicture(l10n.t('Read Architecture Diagram')), seen),
  draftCommit: help('draft_commit_message', l10n.t('Draft Commit Message'), () => ({}), drafted),
  draftPullRequest: help('draft_pull_request', l10n.t('Draft Pull Request'), () => ({}), pullRequest),
} as const satisfies Record<string, Help>;

/** Show what would be sent for something, and send nothing. */
export async function showPrompt(server: Server): Promise<void> {
  const { ask, suggestSolution, ...others } = HELPS;
  const own = ({ title, preview }: Help) => ({ label: title, show: () => preview(server) });
  const plain = COMMANDS.filter(({ thinks }) => thinks).map(({ title, operation }) => ({ label: l10n.t(title), show: () => preview(server, operation, {}) }));
  const items = [own(ask), own(suggestSolution), ...plain, ...Object.values(others).map(own)];
  const chosen = await window.showQuickPick(items, { title: l10n.t('Show What Would Be Sent'), placeHolder: l10n.t('For what? Nothing is sent') });
  await chosen?.show();
}
