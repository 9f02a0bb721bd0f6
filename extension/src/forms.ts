/** Forms, each on one page beside the editor: a memory written or changed, a session begun or ended. And the quick way. */
import type { ExtensionContext, TextEditor, WebviewPanel } from 'vscode';
import { CancellationTokenSource, Range, Uri, ViewColumn, commands, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { excuse, folder } from './client';
import { openMemory } from './documents';
import type { Answers } from './fields';
import { begun, filled, lacking, refused } from './fields';
import { selected, selection } from './place';
import type { Acknowledged, EndSessionParams, SearchResult, Selection, SessionState, StartSessionParams, Form } from './protocol';
import { openView } from './view';

/** Milliseconds without a key after which similar memories are looked for. */
const PAUSE = 250;
const SAID_MS = 5000;
const MOST_LINES = 200;

/** What a form is of: a kind of memory, or an operation on sessions; or the memory that it changes. */
export interface Of {
  readonly kind?: string;
  readonly id?: string;
}

/** Lines that the memory will be about, as they are shown. */
export interface Cited {
  readonly place: string;
  readonly code: string;
}

/** What the view asks for; nothing, once it can draw. */
export interface FormAsked {
  /** What stands in the fields by now; `left` once a field or the page was left. */
  readonly typed?: Answers;
  readonly left?: true;
  readonly close?: true;
  readonly save?: Answers;
  readonly discard?: true;
  readonly open?: { readonly id: string; readonly title: string };
  /** Show the cited lines, or have the memory be about none. */
  readonly lines?: 'show' | 'remove';
}

/** What the view draws. */
export interface FormShown {
  readonly form: Form;
  readonly answers: Answers;
  readonly cited: Cited | undefined;
  readonly note: string;
  readonly words: ReturnType<typeof words>;
}

/** What the view is told: what to draw, what is similar, or what is wrong: by field, that of no name for all. */
export type FormTold = FormShown | { readonly similar: SearchResult } | { readonly faults: Readonly<Record<string, string>> };

/** The folder that is asked. */
interface Folder {
  readonly workspaceFolder?: string;
}

const words = () => ({ save: l10n.t('Save'), close: l10n.t('Close'), discard: l10n.t('Discard Draft'), remove: l10n.t('Remove') });

const reason = (error: unknown) => error instanceof Error ? error.message : String(error);

/** Say why nothing can be asked; true where it can, or soon will. */
function answering(server: Server): boolean {
  if (server.state === 'ready' || server.state === 'starting') return true;
  void window.showInformationMessage(excuse(server.state));
  return false;
}

/** Where the user is when something is to be written down: the lines that can be cited, or else the text that is selected. */
function here(): { lines: Selection | undefined; said: string; workspaceFolder: Folder } {
  const [lines, workspaceFolder] = [selection(), folder()?.uri.toString()];
  return { lines, said: lines ? '' : selected(), workspaceFolder: workspaceFolder ? { workspaceFolder } : {} };
}

const placeOf = ({ file, start, end }: Selection) => `${workspace.asRelativePath(Uri.parse(file), false)}:${start}${end && end > start ? `-${end}` : ''}`;

/** Lines with what they say now: of these the memory will be, wherever they move meanwhile. Undefined where there are none any more. */
async function cite(lines: Selection | null | undefined): Promise<{ readonly lines: Selection; readonly shown: Cited } | undefined> {
  const document = lines && await workspace.openTextDocument(Uri.parse(lines.file)).then(found => found, () => undefined);
  if (!lines || !document || lines.start > document.lineCount) return undefined;
  const end = Math.min(Math.max(lines.end ?? 0, lines.start), document.lineCount);
  const text = document.getText(new Range(lines.start - 1, 0, end - 1, document.lineAt(end - 1).text.length));
  const rows = text.split(/\r?\n/);
  const code = rows.length > MOST_LINES ? [...rows.slice(0, MOST_LINES), '…'] : rows;
  return { lines: { ...lines, end, text: rows.join('\n') }, shown: { place: placeOf({ ...lines, end }), code: code.join('\n') } };
}

/** Show lines in their file. */
const reveal = ({ file, start, end = start }: Selection, column: ViewColumn | undefined) =>
  window.showTextDocument(Uri.parse(file), { viewColumn: column ?? ViewColumn.Beside, selection: new Range(start - 1, 0, Math.max(start, end), 0), preview: true });

/** What forms are of that are being opened. */
const opening = new Set<string>();

/** The forms that are open, by what they are of. */
const open = new Map<string, { readonly panel: WebviewPanel; readonly cite: (lines: Selection) => Promise<void> }>();

/** Open a form beside the editor; what was written in it before and not kept stands in it again. */
export async function openForm(context: ExtensionContext, server: Server, { kind, id }: Of): Promise<void> {
  if (!answering(server)) return;
  const editor = window.activeTextEditor;
  const { lines, said, workspaceFolder } = here();
  const which = id ? { id } : { kind: kind ?? '', ...workspaceFolder };
  const key = JSON.stringify(which);
  const shown = open.get(key);
  if (shown) {
    shown.panel.reveal();
    if (lines) await shown.cite(lines);
    return;
  }
  if (opening.has(key)) return;
  opening.add(key);
  try {
    const form = await server.ask('form', which);
    if (form.fields.length) await present({ context, server, editor, which, workspaceFolder, key }, form, said, lines);
    else void window.showInformationMessage(form.note);
  } finally {
    opening.delete(key);
  }
}

/** What a form is opened with. */
interface Opened {
  readonly context: ExtensionContext;
  readonly server: Server;
  readonly editor: TextEditor | undefined;
  readonly which: Of & Folder;
  readonly workspaceFolder: Folder;
  readonly key: string;
}

/** Show a form, and do what it asks for until it is closed. */
async function present({ context, server, editor, which, workspaceFolder, key }: Opened, told: Form, said: string, lines: Selection | undefined): Promise<void> {
  let form = told;
  let written = begun(form);
  const [first] = form.fields;
  const taken = !!said && !!form.lines && !!first && !written[first.name]?.includes(said);
  if (taken) written = { ...written, [first.name]: [written[first.name], said].filter(Boolean).join('\n\n') };
  let about = form.lines ? await cite(lines ?? form.selection) : undefined;
  let changed = taken;
  let [drawn, saving, done, closed] = [false, false, false, false];
  let asking = new CancellationTokenSource();
  let pausing: NodeJS.Timeout | undefined;
  let keeping: Promise<unknown> = Promise.resolve();

  const post = (what: FormTold) => drawn && !closed ? panel.webview.postMessage(what) : Promise.resolve(false);
  const show = () => post({
    form, answers: written, cited: about?.shown, words: words(),
    note: taken ? l10n.t('What is selected is in no file of this folder: its text was taken, but not its place.') : '',
  });
  /** Look for what says something similar; the newest question wins. */
  const look = async () => {
    if (!form.similar || done) return;
    asking.cancel();
    const { token } = asking = new CancellationTokenSource();
    const similar = await server.ask('similar', { ...which, answers: written }, token);
    if (!token.isCancellationRequested) await post({ similar });
  };
  const lookSoon = () => {
    clearTimeout(pausing);
    // That nothing can be found while one writes is no error.
    pausing = setTimeout(() => void look().catch(() => undefined), PAUSE);
  };
  /** Keep what was written, or discard it; one after the other. */
  const keep = (what: Answers) => keeping = keeping.catch(() => undefined).then(() => {
    // What the lines say stays in their file.
    return server.ask('keep_draft', { ...which, answers: what, ...(about && { selection: { ...about.lines, text: '' } }) });
  });

  const ask = (): Promise<Acknowledged | SessionState> => {
    const given = filled(form, written);
    // What the server takes for a number or a truth is written here as everything else is.
    const session = { ...given, ...workspaceFolder } as unknown;
    switch (form.operation) {
      case 'update': return Object.keys(given).length ? server.ask('update', { id: form.id, changes: given }) : Promise.resolve({ ids: [form.id], note: '' });
      case 'start_session': return server.ask('start_session', { ...session as StartSessionParams, endActive: true });
      case 'end_session': return server.ask('end_session', session as EndSessionParams);
      case 'remember': return server.ask('remember', { memory: { ...given, kind: form.kind, ...(about && { selection: about.lines }) }, ...workspaceFolder });
    }
  };
  const save = async () => {
    const empty = lacking(form, written);
    if (empty.length) return post({ faults: Object.fromEntries(empty.map(name => [name, l10n.t('This can’t be left empty.')])) });
    saving = true;
    const column = panel.viewColumn;
    try {
      const { note, ids: [made] } = await ask();
      done = true;
      window.setStatusBarMessage(note, SAID_MS);
      await keep({}).catch(() => undefined);
      if (made) await openMemory((await server.ask('get', { id: made })).memory, column ? { viewColumn: column } : {});
      // Whoever wrote it beside the code goes on there.
      if (column && editor?.viewColumn && column > editor.viewColumn) await commands.executeCommand('workbench.action.focusPreviousGroup');
    } catch (error) {
      if (done || closed) throw error;
      await post({ faults: { [refused(form, reason(error))]: reason(error) } });
    } finally {
      saving = false;
      if (done) panel.dispose();
    }
    return true;
  };
  const answer = async (message: unknown) => {
    const asked = message as FormAsked;
    if (done || saving) return;
    const typed = asked.save ?? asked.typed;
    if (typed && form.fields.some(({ name }) => typed[name] !== written[name])) {
      [written, changed] = [typed, true];
      lookSoon();
    }
    if (asked.save) await save();
    else if (asked.close) panel.dispose();
    else if (typed) await (asked.left && changed ? keep(written) : undefined);
    else if (asked.discard) {
      form = { ...form, draft: '', selection: null, fields: form.fields.map(field => ({ ...field, draft: null })) };
      [written, changed, about] = [begun(form), false, form.lines ? await cite(lines) : undefined];
      await keep({});
      await show();
      await look();
    } else if (asked.open) await openMemory(asked.open, { viewColumn: editor?.viewColumn ?? ViewColumn.Beside, preserveFocus: true });
    else if (asked.lines === 'show' && about) await reveal(about.lines, editor?.viewColumn);
    else if (asked.lines === 'remove') [about, changed] = [undefined, true];
    else {
      drawn = true;
      await show();
      await look();
    }
  };
  const panel = openView(context, 'form', form.title, answer, { viewColumn: editor ? ViewColumn.Beside : ViewColumn.Active, preserveFocus: false });
  open.set(key, { panel, cite: async chosen => { if (form.lines) { about = await cite(chosen); await show(); } } });
  panel.onDidDispose(() => {
    closed = true;
    clearTimeout(pausing);
    asking.cancel();
    open.delete(key);
    if (done || !changed) return;
    keep(written).then(kept => window.setStatusBarMessage((kept as Acknowledged).note, SAID_MS), (error: unknown) => window.showWarningMessage(reason(error)));
  });
}

/** Write a memory of one line, about what is selected; its page leads to the form with the rest. */
export async function quick(server: Server, kind: string, title: string): Promise<void> {
  if (!answering(server)) return;
  const { lines, said, workspaceFolder } = here();
  const { fields: [field] } = await server.ask('form', { kind, ...workspaceFolder });
  if (!field) return;
  const text = await window.showInputBox({
    title: lines ? `${title} · ${placeOf(lines)}` : title, prompt: field.prompt, value: said.replace(/\s+/g, ' '), ignoreFocusOut: true,
  });
  if (!text?.trim()) return;
  const { note } = await server.ask('remember', { memory: { kind, [field.name]: text.trim(), ...(lines && { selection: lines }) }, ...workspaceFolder });
  window.setStatusBarMessage(note, SAID_MS);
}
