/** What the palette, the tree's menus and the buttons do. */
import * as vscode from 'vscode';
import type { Server } from './client';
import { serveAssistants } from './assistants';
import { connectAssistant } from './connect';
import { insert, insertContext } from './context';
import { FILE_PAGES, onFile, refactorOrder, searchCode, showGraph } from './code';
import { showDashboard } from './dashboard';
import { setKey, showCosts } from './models';
import { openAt, openCode, openMemory, openPlace, showChanges } from './documents';
import { openForm, quick } from './forms';
import { watchLines } from './lines';
import { focus, watchEdits } from './place';
import type { PaletteCommand, TreeNode } from './protocol';
import { COMMANDS, FORM_COMMAND, QUICK_COMMAND } from './protocol';
import { askQuestion } from './questions';
import { ROWS } from './rows';
import { search } from './search';
import { HELPS, showPrompt } from './thinking';
import { exportMenu, importHistory, importMenu, saveConversation } from './transfer';
import type { Tree } from './tree';
import { brief, long, recordProblem, resolve, searchErrors, show, suggestPruning, watchProblems } from './work';
import type { Stretch } from './whyview';
import { why, whyLines } from './whyview';

const { l10n, window } = vscode;

/** What the commands read of the extension's manifest. */
interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
}

/** Do it, and show as a message why it failed, with the command that the message names as a button. Being cancelled is no failure. */
export async function attempt(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    const told = error instanceof Error ? error.message : String(error);
    const named = COMMANDS.find(({ title }) => told.includes(`“${title}”`));
    const offered = [...(named ? [{ title: l10n.t(named.title), command: named.command }] : []), { title: l10n.t('Show Log'), command: 'whence.showLog' }];
    const chosen = await window.showErrorMessage(told, ...offered);
    if (chosen) await vscode.commands.executeCommand(chosen.command);
  }
}

async function markdownOf(server: Server, ids: readonly string[]): Promise<string> {
  const details = await Promise.all(ids.map(id => server.ask('get', { id })));
  return details.map(({ markdown }) => markdown).join('\n\n');
}

async function copyMemories(server: Server, ids: readonly string[]): Promise<void> {
  await vscode.env.clipboard.writeText(await markdownOf(server, ids));
  window.setStatusBarMessage(l10n.t('Copied as Markdown'), 3000);
}

async function open(node: TreeNode): Promise<void> {
  if (node.memory) await openMemory({ id: node.memory, title: node.label });
  else if (node.location) await openPlace(node.location);
}

/** Carry out a command of the table: ask the user what it asks, then show the page or the sentence that its operation answers. */
async function carryOut(server: Server, { operation, title, doing, long: takesLong, asks, confirm }: PaletteCommand): Promise<void> {
  const label = l10n.t(title);
  if (confirm) {
    const yes = label.replace(/…$/, '');
    if (await window.showWarningMessage(l10n.t(confirm), { modal: true }, yes) !== yes) return;
  }
  const value = asks ? await window.showInputBox({ title: label, prompt: l10n.t(asks.prompt) }) : '';
  if (value === undefined || asks?.required && !value.trim()) return;
  const params = asks ? { [asks.parameter]: value } : {};
  const answer = await (takesLong ? long(server, operation, params, doing ? l10n.t(doing) : label)
    : doing ? brief(l10n.t(doing), () => server.ask(operation, params)) : server.ask(operation, params));
  if ('cited' in answer) await show(answer);
  else if (answer.note) void window.showInformationMessage(answer.note);
}

async function filter(tree: Tree): Promise<void> {
  const text = await window.showInputBox({ title: l10n.t('Filter Tree'), prompt: l10n.t('Show only memories that fit these words; author:"A Name", kind:bug, file:cart.py and label:urgent narrow it') });
  if (text !== undefined) tree.filter(text);
}

/** Register every command but those that set up and show. The tree's selection stands in where a command gets no row. */
export function registerCommands(server: Server, tree: Tree, context: vscode.ExtensionContext): vscode.Disposable[] {
  const command = (name: string, work: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(name, (...args: never[]) => attempt(() => work(...args)));
  /** A command on rows: the row it was called on, the whole selection where that row is in it, or just the selection. */
  const onRows = (name: string, work: (ids: readonly string[]) => unknown) => command(`whence.${name}`, (node?: TreeNode, nodes?: TreeNode[]) => {
    const ids = (nodes ?? (node ? [node] : tree.view.selection)).map(({ memory }) => memory).filter(Boolean);
    return ids.length ? work(ids) : undefined;
  });
  const { commands: all } = (context.extension.packageJSON as Manifest).contributes;
  const byHand = (prefix: string) => all.filter(({ command: name }) => name.startsWith(prefix)).map(({ command: name, title }) => ({ name, title, kind: name.slice(prefix.length) }));
  return [
    command('whence.search', (query?: string) => search(server, focus(), query ?? '')),
    command('whence.insertContext', () => insertContext(server)),
    command('whence.open', open),
    onRows('copy', ids => copyMemories(server, ids)),
    onRows('openCode', ids => openCode(server, ids)),
    onRows('showChanges', ids => showChanges(server, ids)),
    onRows('insert', async ids => insert(server, await markdownOf(server, ids))),
    onRows('resolve', ids => resolve(server, ids)),
    onRows('edit', ([id = '']) => openForm(context, server, { id })),
    ...Object.entries(ROWS).map(([name, work]) => onRows(name, ids => work(server, ids))),
    ...COMMANDS.map(each => command(each.command, () => carryOut(server, each))),
    command('whence.whyLines', (stretch: Stretch) => whyLines(context, server, stretch)),
    command('whence.question', (link: vscode.Uri) => askQuestion(context, server, link)),
    command('whence.openMemory', ({ excerpt, ...memory }: { id: string; title: string; excerpt?: string }) => excerpt ? openAt(memory, excerpt) : openMemory(memory)),
    // The explorer names all that is chosen there as well, and means files, not the lines of an editor.
    command('whence.why', (file?: vscode.Uri, files?: unknown) => why(context, server, file, Array.isArray(files))),
    command('whence.searchErrors', () => searchErrors(server)),
    command('whence.recordProblem', (problem?: vscode.Diagnostic) => recordProblem(server, problem)),
    command('whence.startSession', () => openForm(context, server, { kind: 'start_session' })),
    command('whence.endSession', () => openForm(context, server, { kind: 'end_session' })),
    command('whence.saveConversation', () => saveConversation(server)),
    command('whence.importHistory', () => importHistory(server)),
    command('whence.import', () => importMenu(server)),
    command('whence.export', () => exportMenu(server)),
    command('whence.suggestPruning', () => suggestPruning(server)),
    command('whence.filter', () => filter(tree)),
    command('whence.clearFilter', () => tree.filter('')),
    command('whence.onlyThisFile', () => tree.onlyFile(true)),
    command('whence.everyFile', () => tree.onlyFile(false)),
    command('whence.searchCode', () => searchCode(server)),
    command('whence.refactorOrder', (file?: vscode.Uri, files?: vscode.Uri[]) => refactorOrder(server, file, files)),
    ...Object.entries({ ...FILE_PAGES, graph: showGraph(context) }).map(([name, work]) => command(`whence.${name}`, onFile(server, work))),
    ...Object.entries(HELPS).map(([name, { run }]) => command(`whence.${name}`, () => run(server))),
    command('whence.showPrompt', () => showPrompt(server)),
    command('whence.setKey', () => setKey(context, server)),
    command('whence.costs', () => showCosts(context, server)),
    command('whence.dashboard', () => showDashboard(context, server)),
    command('whence.connect', () => connectAssistant(context, server)),
    ...serveAssistants(server),
    watchProblems(),
    ...watchLines(server),
    watchEdits(),
    ...byHand(FORM_COMMAND).map(({ name, kind }) => command(name, () => openForm(context, server, { kind }))),
    ...byHand(QUICK_COMMAND).map(({ name, title, kind }) => command(name, () => quick(server, kind, title))),
  ];
}
