/** What comes in from outside and goes out again: history, conversations, records, files. */
import { CancellationError, Uri, env, l10n, window } from 'vscode';
import type { Server } from './client';
import { openMemory } from './documents';
import { plain } from './markdown';
import type { Imported } from './protocol';
import { done } from './steps';
import { SAID_MS } from './words';
import { brief, long, show } from './work';

interface Choice {
  readonly label: string;
  readonly detail: string;
  readonly run: () => unknown;
}

async function menu(title: string, choices: readonly Choice[]): Promise<void> {
  const chosen = await window.showQuickPick(choices, { title, matchOnDetail: true });
  await chosen?.run();
}

/** Say what an import did, and on request what it left out. */
async function tell(imported: Thenable<Imported>): Promise<void> {
  const { note, leftOut } = await imported;
  const details = leftOut.length ? [l10n.t('What Was Left Out')] : [];
  if (!await window.showInformationMessage(note, ...details)) return;
  const items = leftOut.map(({ reason, count, examples }) => ({ label: plain(reason), description: String(count), detail: examples.map(plain).join(', ') }));
  await window.showQuickPick(items, { title: l10n.t('What Was Left Out') });
}

async function source(title: string, folders = true): Promise<string | undefined> {
  const [chosen] = await window.showOpenDialog({ title, canSelectFiles: true, canSelectFolders: folders }) ?? [];
  return chosen?.fsPath;
}

/** Make memories of the repository's past: how far that is shows, and at its end what was found, with questions to try. */
export async function importHistory(server: Server): Promise<void> {
  try {
    const found = await brief(l10n.t('Whence is importing'), () => long(server, 'import_history', {}, l10n.t('Importing history')));
    if (found.commits) done('imported');
    await show({ ...found, cited: [] });
  } catch (error) {
    if (!(error instanceof CancellationError)) throw error;
    window.setStatusBarMessage(l10n.t('The import was stopped; what it made is kept, and the next one goes on from there.'), SAID_MS);
  }
}

export function importMenu(server: Server): Promise<void> {
  const from = (title: string, run: (source: string) => unknown) => async () => {
    const chosen = await source(title);
    if (chosen) await run(chosen);
  };
  const conversations = l10n.t('Conversations');
  const others = l10n.t('Memories of Another Tool');
  const own = l10n.t('A Whence Export');
  return menu(l10n.t('Import'), [
    { label: l10n.t('History of This Repository'), detail: l10n.t('Every commit that HEAD reaches, with its message and files'), run: () => importHistory(server) },
    {
      label: l10n.t('Decision Records'), detail: l10n.t('The Markdown records of this project, such as docs/adr'),
      run: () => tell(long(server, 'import_records', {}, l10n.t('Reading decision records'))),
    },
    {
      label: l10n.t('Transcripts of Assistants'), detail: l10n.t('What Claude Code, Codex and VS Code’s chat keep about this project on this machine'),
      run: () => tell(long(server, 'import_transcripts', {}, l10n.t('Reading transcripts'))),
    },
    {
      label: conversations, detail: l10n.t('A chat export or a folder of them: ChatGPT, Claude, VS Code, Markdown'),
      run: from(conversations, source => tell(long(server, 'import_conversations', { source }, l10n.t('Reading conversations')))),
    },
    {
      label: others, detail: l10n.t('The MCP memory server, Cline’s memory bank, Serena, basic-memory'),
      run: from(others, source => tell(long(server, 'import_memories', { source }, l10n.t('Reading memories')))),
    },
    {
      label: own, detail: l10n.t('JSON lines that “Export” wrote'),
      run: from(own, source => tell(long(server, 'import_export', { source }, l10n.t('Importing')))),
    },
  ]);
}

export function exportMenu(server: Server): Promise<void> {
  const to = (format: 'jsonl' | 'markdown', extension: string) => async () => {
    const target = await window.showSaveDialog({ title: l10n.t('Export'), filters: { [extension]: [extension] } });
    if (!target) return;
    const { note } = await long(server, 'export', { target: target.fsPath, format, overwrite: true }, l10n.t('Exporting'));
    await offerFile(note, target);
  };
  return menu(l10n.t('Export'), [
    { label: l10n.t('All Memories as JSON Lines'), detail: l10n.t('Lossless; “Import” reads it back'), run: to('jsonl', 'jsonl') },
    { label: l10n.t('All Memories as Markdown'), detail: l10n.t('For people to read'), run: to('markdown', 'md') },
    {
      label: l10n.t('Decision Records'), detail: l10n.t('Numbered Markdown files in a folder of your choice'),
      run: async () => {
        const [folder] = await window.showOpenDialog({ title: l10n.t('Where to write the records'), canSelectFiles: false, canSelectFolders: true }) ?? [];
        if (!folder) return;
        const { note, files: [first] } = await long(server, 'export_records', { target: folder.fsPath }, l10n.t('Writing decision records'));
        await offerFile(note, first ? Uri.file(first) : undefined);
      },
    },
    {
      label: l10n.t('Onboarding Document'), detail: l10n.t('Decisions and what matters most, in one Markdown file'),
      run: async () => {
        const target = await window.showSaveDialog({ title: l10n.t('Export'), filters: { Markdown: ['md'] } });
        if (!target) return;
        const { note } = await server.ask('onboarding', { target: target.fsPath, overwrite: true });
        await offerFile(note, target);
      },
    },
  ]);
}

async function offerFile(note: string, file: Uri | undefined): Promise<void> {
  const open = l10n.t('Open');
  if (await window.showInformationMessage(note, ...(file ? [open] : [])) && file) await window.showTextDocument(file);
}

const PROSE = new Set(['markdown', 'plaintext', 'json', 'jsonl']);

/** Keep a conversation: the selection, else the active editor where it holds prose, else the clipboard. */
export async function saveConversation(server: Server): Promise<void> {
  const editor = window.activeTextEditor;
  const selection = editor?.document.getText(editor.selection) ?? '';
  const whole = editor && PROSE.has(editor.document.languageId) ? editor.document.getText() : '';
  const text = [selection, whole, await env.clipboard.readText()].find(each => each.trim());
  if (!text) return void window.showInformationMessage(l10n.t('Select the conversation, open it in an editor, or copy it first.'));
  const label = await askLabel(server);
  if (label === undefined) return;
  const { ids: [id], note } = await server.ask('save_conversation', { text, label });
  const open = l10n.t('Open');
  if (id && await window.showInformationMessage(note, open)) await openMemory((await server.ask('get', { id })).memory);
}

/** A label from those in use, or a new one; empty for none. */
async function askLabel(server: Server): Promise<string | undefined> {
  const { labels } = await server.ask('labels_in_use', {});
  const known = labels.map(({ label, count }) => ({ label, description: String(count), value: label }));
  const pick = window.createQuickPick<{ label: string; description?: string; value: string }>();
  const none = { label: l10n.t('No label'), value: '' };
  pick.title = l10n.t('Save Conversation');
  pick.placeholder = l10n.t('A label; type a new one or choose');
  pick.items = [...known, none];
  pick.onDidChangeValue(typed => {
    const fresh = typed.trim() && !known.some(({ label }) => label === typed.trim()) ? [{ label: typed.trim(), description: l10n.t('new'), value: typed.trim() }] : [];
    pick.items = [...fresh, ...known, none];
  });
  return new Promise(resolve => {
    pick.onDidAccept(() => { resolve(pick.activeItems[0]?.value); pick.hide(); });
    pick.onDidHide(() => { resolve(undefined); pick.dispose(); });
    pick.show();
  });
}
