/** What the palette does about the work at hand: errors, sessions, why a line is there, and what can be put away. */
import type { Diagnostic, Disposable, TextEditor } from 'vscode';
import { CodeAction, CodeActionKind, DiagnosticSeverity, ProgressLocation, l10n, languages, window } from 'vscode';
import type { Progress, Server } from './client';
import type { Offer } from './documents';
import { openHit, openMemory, openPage } from './documents';
import { plain } from './markdown';
import type { Operations, Report } from './protocol';
import { choose } from './search';
import { Together } from './together';
import { SAID_MS } from './words';

const works = new WeakMap<Server, Together>();

/** Ask for what takes a while: its progress shows, and it can be cancelled. What is asked twice is done once, for both. */
export function long<K extends keyof Operations>(
  server: Server, operation: K, params: Operations[K]['params'], title: string,
): PromiseLike<Operations[K]['result']> {
  const ours = works.get(server) ?? new Together();
  works.set(server, ours);
  const name = JSON.stringify([operation, params]);
  const other = ours.underWay<Operations[K]['result']>(name);
  if (other) {
    void window.showInformationMessage(l10n.t('{0}: this is under way already.', title));
    return other;
  }
  return ours.begin(name, window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    let done = 0;
    const report: Progress = (message, percentage) => {
      progress.report({ message, increment: percentage - done });
      done = percentage;
    };
    return server.ask(operation, params, token, report);
  }));
}

/** The line by which a page is known as what Whence handed out. */
const MARK = /(?:\n\n\*Whence [0-9a-f]{8}\*\s*)?$/;

/** Show a report as a page, with what else there is to say at its end and what it offers to do; or say why there is none. */
export async function show(report: Report | PromiseLike<Report>, offers: readonly Offer[] = []): Promise<void> {
  const { title, markdown, cited, note } = await report;
  const more = unsaid(markdown, note);
  if (markdown) await openPage(title, more ? markdown.replace(MARK, mark => `\n\n${more}${mark}`) : markdown, cited, { offers });
  else if (more) void window.showInformationMessage(more);
}

/** The note, but for one that says what a page says, whatever is escaped or emphasised in it. */
export function unsaid(markdown: string, note: string): string {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return letters(markdown).includes(letters(note)) ? '' : note;
}

/** Do what is over soon: the status bar says what. */
export const brief = <T>(title: string, work: () => Thenable<T>) => window.withProgress({ location: ProgressLocation.Window, title }, work);

/** Let the user choose among past errors, and open the one chosen. */
export async function searchErrors(server: Server): Promise<void> {
  const hit = await choose({
    ask: (query, token) => server.ask('search_errors', { query }, token), placeholder: l10n.t('An error’s message, its type, or what went wrong'),
    query: under(window.activeTextEditor)?.message.split('\n')[0] ?? '',
  });
  if (hit) await openHit(hit);
}

/** The problem under the cursor, the gravest first. */
function under(editor: TextEditor | undefined): Diagnostic | undefined {
  const { document, selection } = editor ?? {};
  if (!document || !selection) return undefined;
  const here = languages.getDiagnostics(document.uri).filter(({ range }) => range.intersection(selection) ?? range.start.line === selection.active.line);
  return here.sort((one, other) => one.severity - other.severity)[0];
}

const code = ({ code: given }: Diagnostic) => String(typeof given === 'object' ? given.value : given ?? '');

/** The problem under the cursor, as the server takes an error. */
export function problemHere(editor = window.activeTextEditor, problem = under(editor)) {
  return editor && problem && {
    message: problem.message, errorType: [problem.source, code(problem)].filter(Boolean).join(' '),
    file: editor.document.uri.toString(), line: problem.range.start.line + 1,
  };
}

/** Record the problem under the cursor: its type, message, file and line are known. */
export async function recordProblem(server: Server, given?: Diagnostic): Promise<void> {
  const editor = window.activeTextEditor;
  const known = problemHere(editor, given);
  if (!known) return void window.showInformationMessage(l10n.t('Put the cursor on a problem first, or use “Record Error”.'));
  const solution = await window.showInputBox({
    title: l10n.t('Record Error'), prompt: l10n.t('What solved it? Leave empty while it is open'), placeHolder: plain(known.message), ignoreFocusOut: true,
  });
  if (solution === undefined) return;
  const { note, ids: [id] } = await server.ask('record_error', { ...known, solution });
  await offer(server, note, id);
}

/** Say what was done, and offer to open the memory. */
async function offer(server: Server, note: string, id?: string): Promise<void> {
  const open = l10n.t('Open');
  if (id && await window.showInformationMessage(note, open)) await openMemory((await server.ask('get', { id })).memory);
}

/** Mark an error as solved: by what, and by which change. */
export async function resolve(server: Server, [id]: readonly string[]): Promise<void> {
  if (!id) return;
  const solution = await window.showInputBox({ title: l10n.t('Resolve'), prompt: l10n.t('What solved it? May stay empty'), ignoreFocusOut: true });
  if (solution === undefined) return;
  const change = await choose({
    ask: (query, token) => server.ask('search', { query }, token), title: l10n.t('Resolve'), placeholder: l10n.t('The change that solved it; Escape if there is none'),
  });
  const { note } = await server.ask('resolve', { id, solution, ...(change && { change: change.id }) });
  window.setStatusBarMessage(note, SAID_MS);
}

/** What may be put away: shown with its reasons, and archived if the user agrees. */
export async function suggestPruning(server: Server): Promise<void> {
  const { candidates, note } = await brief(l10n.t('Looking for what can be put away'), () => server.ask('suggest_pruning', {}));
  if (!candidates.length) return void window.showInformationMessage(note);
  const items = candidates.map(({ cited, reasons, tokens }) => ({
    label: plain(cited.title), description: l10n.t('{0} tokens', tokens), detail: reasons.join(', '), picked: true, id: cited.id,
  }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true, title: l10n.t('Suggest Pruning'), placeHolder: l10n.t('Archive these? They can be restored at any time'), ignoreFocusOut: true,
  });
  if (!chosen?.length) return;
  const ids = chosen.map(({ id }) => id);
  const { note: done } = await server.ask('prune', { ids });
  const undo = l10n.t('Undo');
  if (await window.showInformationMessage(done, undo)) await server.ask('organize', { ids, archived: false });
}

/** Offer to record problems from their light bulb. */
export function watchProblems(): Disposable {
  return languages.registerCodeActionsProvider({ scheme: 'file' }, {
    provideCodeActions: (_document, _range, { diagnostics }) => diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning).map(problem => {
      const title = l10n.t('Whence: Record this error');
      const action = new CodeAction(title, CodeActionKind.QuickFix);
      action.command = { command: 'whence.recordProblem', title, arguments: [problem] };
      return action;
    }),
  }, { providedCodeActionKinds: [CodeActionKind.QuickFix] });
}
