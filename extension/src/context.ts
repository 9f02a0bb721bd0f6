/** Inserting context: shown beside first, then put where the user wants it, as a comment, into chat or on the clipboard. */
import type { TextEditor } from 'vscode';
import { ConfigurationTarget, Position, ProgressLocation, Range, ViewColumn, commands, env, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { openPage } from './documents';
import { focus, selected } from './place';
import { SAID_MS, indented } from './words';

type Way = 'comment' | 'chat' | 'clipboard';

const [SETTING, CHAT] = ['insertContextAs', 'workbench.action.chat.open'];
const PROSE = new Set(['markdown', 'plaintext']);

const canChat = async () => (await commands.getCommands(true)).includes(CHAT);

const editable = (editor: TextEditor | undefined) => editor && editor.document.uri.scheme !== 'output' ? editor : undefined;

/** Ask where it should go; the answer is kept as a setting, so that it is asked once. */
async function chooseWay(editor: TextEditor | undefined): Promise<Way | undefined> {
  const items: { label: string; detail?: string; way: Way }[] = [];
  if (editor) items.push({ label: l10n.t('$(comment) Insert as a Comment'), detail: l10n.t('Above the cursor’s line, as the language of the file writes comments'), way: 'comment' });
  if (await canChat()) items.push({ label: l10n.t('$(comment-discussion) Put into Chat'), detail: l10n.t('Into the chat’s input, not sent yet'), way: 'chat' });
  items.push({ label: l10n.t('$(copy) Copy'), detail: l10n.t('As Markdown, to paste it anywhere'), way: 'clipboard' });
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Insert Context'), ignoreFocusOut: true,
    placeHolder: l10n.t('Where should it go? The choice is kept as the setting “Whence: Insert Context As”'),
  });
  if (chosen) await workspace.getConfiguration('whence').update(SETTING, chosen.way, ConfigurationTarget.Global);
  return chosen?.way;
}

/** Put it into the file as a comment, above the line where the selection begins; into prose as it is, below the selection. */
async function comment(server: Server, editor: TextEditor, markdown: string): Promise<string> {
  const { document, selection } = editor;
  const { text, note } = await server.ask('as_comment', { text: markdown, language: document.languageId });
  if (!text) return note;
  const below = PROSE.has(document.languageId);
  const line = below ? selection.end.line + 1 : selection.start.line;
  const like = below ? '' : document.lineAt(line).text;
  const where = document.validatePosition(new Position(line, 0));
  const inserted = (below && line === document.lineCount && document.getText() ? '\n' : '') + indented(text, like);
  // The page beside may have hidden it.
  const shown = await window.showTextDocument(document, { viewColumn: editor.viewColumn ?? ViewColumn.Active, selection: new Range(selection.start, selection.end) });
  return await shown.edit(edit => edit.insert(where, inserted)) ? '' : l10n.t('This file can’t be changed.');
}

/** Take Markdown to where the user wants it; where that can't be, it is copied, and said why. */
async function take(server: Server, markdown: string, way: Way, editor: TextEditor | undefined, [inserted, copied]: readonly [string, string]): Promise<void> {
  let why = '';
  if (way === 'comment') {
    why = editor ? await comment(server, editor, markdown) : l10n.t('No editor is open.');
    if (!why) return void window.setStatusBarMessage(inserted, SAID_MS);
  } else if (way === 'chat') {
    if (await canChat()) {
      await commands.executeCommand(CHAT, { query: markdown, isPartialQuery: true });
      return;
    }
    why = l10n.t('There is no chat in this editor.');
  }
  await env.clipboard.writeText(markdown);
  window.setStatusBarMessage(`${why} ${copied}`.trim(), SAID_MS);
}

/** Where the user once chose that it goes, else what is chosen now. */
async function wayFor(editor: TextEditor | undefined): Promise<Way | undefined> {
  const setting = workspace.getConfiguration('whence').get<Way | 'ask'>(SETTING, 'ask');
  return setting === 'ask' ? chooseWay(editor) : setting;
}

/** Take Markdown that the user chose to where it was once chosen that it goes. */
export async function insert(server: Server, markdown: string): Promise<void> {
  const editor = editable(window.activeTextEditor);
  const way = await wayFor(editor);
  if (way) await take(server, markdown, way, editor, [l10n.t('Inserted'), l10n.t('Copied as Markdown')]);
}

/** Gather what is remembered for a task, show it, and take it where the user wants it. */
export async function insertContext(server: Server): Promise<void> {
  const editor = editable(window.activeTextEditor);
  const query = await window.showInputBox({
    title: l10n.t('Insert Context'), prompt: l10n.t('What is it for? A task, a question, an error'),
    value: selected(editor).split('\n').join(' ').slice(0, 500), ignoreFocusOut: true,
  });
  if (query === undefined) return;
  const block = await window.withProgress({ location: ProgressLocation.Window, title: l10n.t('Gathering context') },
    () => server.ask('context', { query, focus: focus(editor) }));
  if (!block.sources.length) return void window.showInformationMessage(block.note);
  await openPage(l10n.t('Context'), block.markdown, block.sources, { viewColumn: editor ? ViewColumn.Beside : ViewColumn.Active, preserveFocus: true });
  const { markdown, tokens, budget } = block;
  const way = await wayFor(editor);
  if (way) await take(server, markdown, way, editor, [l10n.t('Inserted {0} of {1} tokens', tokens, budget), l10n.t('Copied {0} of {1} tokens', tokens, budget)]);
}
