/** Why lines are there, beside the code: follows the selection unless pinned, and colours the gutter while it is open. */
import type { ExtensionContext, TextEditor, TextEditorDecorationType, WebviewPanel } from 'vscode';
import { CancellationTokenSource, Range, Uri, ViewColumn, commands, env, l10n, window, workspace } from 'vscode';
import { COLOURS } from './bands';
import type { Server } from './client';
import { openAt, openMemory } from './documents';
import { harmless } from './markdown';
import type { LineChange, Why } from './protocol';
import { fileBehind, selection } from './place';
import { done } from './steps';
import { openView } from './view';

const PAUSE = 120;
const MOST_LINES = 400;

/** A stretch of lines: of a file as it is on disk, or in a commit. */
export interface Stretch {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly at?: string;
}

/** What the view draws. */
export interface Shown {
  readonly why: Why;
  /** The lines, as far as there are few enough to show. */
  readonly code: readonly string[];
  /** Whether an earlier stretch is shown, from which one goes back. */
  readonly earlier: boolean;
  readonly pinned: boolean;
  readonly note: string;
  readonly words: Record<string, string>;
}

/** What the view asks for; nothing, once it can draw. */
export interface WhyAsked {
  readonly diff?: { readonly line: number; readonly band: number };
  readonly earlier?: Stretch;
  readonly back?: true;
  readonly pin?: boolean;
  readonly thorough?: true;
  readonly open?: { readonly id: string; readonly title: string; readonly excerpt?: string };
  readonly reveal?: number;
  readonly copy?: string;
  readonly visit?: string;
}

/** What the view is told: what to draw, the change of a line that it asked for, or why there is nothing to draw yet. */
export type WhyTold = Shown | { readonly change: LineChange; readonly band: number } | { readonly waiting: string };

const words = () => ({
  pin: l10n.t('Pin'), unpin: l10n.t('Follow the cursor'), back: l10n.t('Back'), thorough: l10n.t('Ask thoroughly'),
  diff: l10n.t('Show what changed'), hide: l10n.t('Hide what changed'), earlier: l10n.t('Earlier'), open: l10n.t('Open'), copy: l10n.t('Copy'),
  begun: l10n.t('These lines began here.'), line: l10n.t('line'), manyLines: l10n.t('lines'), oneLine: l10n.t('Line'), severalLines: l10n.t('Lines'), lines: l10n.t('about these lines'), commit: l10n.t('commit'), behind: l10n.t('Behind it'),
  code: l10n.t('The lines, coloured by what made them'), reasons: l10n.t('What made them'), life: l10n.t('The file in short'), turn: l10n.t('Open the turn'), written: l10n.t('Who wrote these lines'), unknown: l10n.t('by a person, or in a conversation that was not read'), nothing: l10n.t('Nothing is known about these lines.'),
  uncommitted: l10n.t('not committed yet'), gone: l10n.t('about lines that are gone'), file: l10n.t('about this file'),
});

const bar = (fill: string) => Uri.parse(`data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="6" height="24"><rect x="1" width="4" height="24" fill="${fill}"/></svg>`)}`);

/** The gutter's marks, one for each colour; made when first needed. */
let marks: readonly TextEditorDecorationType[] | undefined;
const gutter = () => marks ??= COLOURS.map(({ light, dark }) => window.createTextEditorDecorationType({
  light: { gutterIconPath: bar(light), overviewRulerColor: light }, dark: { gutterIconPath: bar(dark), overviewRulerColor: dark }, gutterIconSize: 'contain',
}));

/** Colour the lines of an editor by the bands that made them; none without bands. */
function paint(editor: TextEditor | undefined, { bands }: Pick<Why, 'bands'>): void {
  if (!editor || (!bands.length && !marks)) return;
  gutter().forEach((mark, colour) => editor.setDecorations(mark, bands.flatMap(({ lines, about }, number) =>
    about || number % COLOURS.length !== colour ? [] : lines.map(line => new Range(line - 1, 0, line - 1, 0)))));
}

/** The one view of a window, while it is open. */
let view: { readonly panel: WebviewPanel; readonly ask: (stretch: Stretch, editor?: TextEditor) => Promise<void>; readonly say: (text: string) => Promise<void> } | undefined;

/** The selected lines of an editor, or the line of its cursor; of a notebook the whole file; a sentence where nothing can be told. */
function selected(editor: TextEditor): Stretch | string {
  const { uri, isUntitled } = editor.document;
  if (isUntitled) return l10n.t('This text is in no file yet. Save it in the project, and ask again.');
  if (uri.scheme === 'vscode-notebook-cell') return { file: uri.with({ scheme: 'file', fragment: '' }).toString(), start: 0, end: 0 };
  if (uri.scheme !== 'file') return l10n.t('This is not the file as it is now. Open the file itself, and ask there.');
  if (!workspace.getWorkspaceFolder(uri)) return l10n.t('This file is not in the folder that is open. Whence tells why of files of the project.');
  const line = editor.selection.start.line + 1;
  const { start, end = start } = selection(editor) ?? { start: line };
  return { file: editor.document.uri.toString(), start, end };
}

/** An editor of a file that is in sight, where a page or a view in front has the focus; else the file of a tab behind, brought to the front. */
async function another(): Promise<TextEditor | undefined> {
  const seen = window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'file');
  const behind = seen ? undefined : fileBehind();
  return behind ? window.showTextDocument(behind) : seen;
}

/** Why is this here: of the selected lines, of the line of the cursor, or of a file from the explorer. */
export async function why(context: ExtensionContext, server: Server, file?: { toString(): string }, whole = false): Promise<void> {
  const editor = window.activeTextEditor ?? await another();
  if (file && (whole || editor?.document.uri.toString() !== file.toString())) return show(context, server, { file: file.toString(), start: 0, end: 0 });
  if (!editor) {
    const open = l10n.t('Open a File');
    const chosen = await window.showInformationMessage(l10n.t('Open a file and put the cursor on a line first.'), open);
    if (chosen) await commands.executeCommand('workbench.action.quickOpen');
    return;
  }
  const stretch = selected(editor);
  if (typeof stretch !== 'string') return show(context, server, stretch, editor);
  await reveal(context, server).say(stretch);
}

/** Why the lines of a function or class are there, whose lens was pressed. */
export const whyLines = (context: ExtensionContext, server: Server, stretch: Stretch) =>
  show(context, server, stretch, window.visibleTextEditors.find(({ document }) => document.uri.toString() === stretch.file));

const show = (context: ExtensionContext, server: Server, stretch: Stretch, editor?: TextEditor) => reveal(context, server).ask(stretch, editor);

/** The view, opened where it was not, in sight; the focus stays in the code. */
function reveal(context: ExtensionContext, server: Server): NonNullable<typeof view> {
  view ??= open(context, server);
  view.panel.reveal(undefined, true);
  return view;
}

/** Open the view beside the code. */
function open(context: ExtensionContext, server: Server): NonNullable<typeof view> {
  let [current, painted]: [{ stretch: Stretch; shown: Shown } | undefined, TextEditor | undefined] = [undefined, undefined];
  let trail: readonly Stretch[] = [];
  let pinned = false;
  let drawn = false;
  let asking = new CancellationTokenSource();
  let pausing: NodeJS.Timeout | undefined;

  let waiting = '';
  /** Say why nothing is shown, while nothing is. */
  const wait = async (text: string) => {
    waiting = text;
    if (!current) await post({ waiting });
  };
  const post = (told: WhyTold) => drawn ? panel.webview.postMessage(told) : Promise.resolve(false);
  /** Say something instead of what is shown. */
  const say = async (text: string) => {
    asking.cancel();
    paint(painted, { bands: [] });
    [current, painted, trail] = [undefined, undefined, []];
    panel.title = l10n.t('Why');
    await wait(text);
  };
  /** Ask about a stretch, and draw what is answered; the newest question wins. */
  const ask = async (stretch: Stretch, editor?: TextEditor, { thorough = false, following = false } = {}) => {
    asking.cancel();
    const { token } = asking = new CancellationTokenSource();
    await wait(l10n.t('Asking git and memory…'));
    const found = await server.ask('why', { ...stretch, ...(thorough && { thorough }) }, token).catch(async (error: unknown) => {
      if (token.isCancellationRequested) return undefined;
      if (following) throw error;
      await say(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    if (!found || token.isCancellationRequested) return;
    if (found.bands.length) done('asked');
    const on = (editor ?? painted)?.document;
    const whole = stretch.at ? found.text.split('\n') : on && found.start ? Array.from({ length: Math.min(found.end, on.lineCount) - found.start + 1 }, (_, row) => on.lineAt(found.start - 1 + row).text) : [];
    const note = on?.isDirty ? l10n.t('The file has unsaved changes; its lines are told as they are on disk.') : '';
    current = { stretch, shown: {
      why: { ...found, life: found.life.map(harmless), stretches: found.stretches.map(stretch => ({ ...stretch, told: harmless(stretch.told) })), bands: found.bands.map(band => ({ ...band, said: harmless(band.said) })) }, code: whole.length > MOST_LINES ? [] : whole, earlier: !!trail.length, pinned, note, words: words(),
    } };
    panel.title = found.title;
    if (!stretch.at) {
      if (painted !== editor) paint(painted, { bands: [] });
      if (editor) painted = editor;
      paint(painted, found);
    }
    await post(current.shown);
  };

  const answer = async (message: unknown) => {
    const asked = message as WhyAsked;
    const { stretch, shown } = current ?? {};
    if (asked.open?.excerpt) await openAt(asked.open, asked.open.excerpt);
    else if (asked.open) await openMemory(asked.open, { viewColumn: ViewColumn.Active });
    else if (asked.visit) await env.openExternal(Uri.parse(asked.visit));
    else if (asked.copy) await env.clipboard.writeText(asked.copy);
    else if (asked.reveal && stretch && !stretch.at) {
      await commands.executeCommand('vscode.open', Uri.parse(stretch.file), { selection: new Range(asked.reveal - 1, 0, asked.reveal - 1, 0), viewColumn: painted?.viewColumn, preview: true });
    } else if (asked.diff && stretch) {
      const { line, band } = asked.diff;
      await post({ change: await server.ask('line_change', { file: stretch.file, line, ...(stretch.at && { at: stretch.at }) }), band });
    } else if (asked.earlier && stretch) {
      trail = [...trail, stretch];
      await ask(asked.earlier);
    } else if (asked.back) {
      const last = trail.at(-1);
      trail = trail.slice(0, -1);
      if (last) await ask(last, last.at ? undefined : painted);
    } else if (asked.thorough && stretch) await ask(stretch, painted, { thorough: true });
    else if (asked.pin !== undefined) {
      pinned = asked.pin;
      if (current && shown) await post((current = { ...current, shown: { ...shown, pinned } }).shown);
    } else {
      drawn = true;
      await post(shown ?? { waiting });
    }
  };
  const panel = openView(context, 'why', l10n.t('Why'), answer, { viewColumn: ViewColumn.Beside, preserveFocus: true });

  const follow = (editor: TextEditor | undefined) => {
    clearTimeout(pausing);
    if (!editor || pinned || trail.length || !panel.visible || editor.document.uri.scheme !== 'file') return;
    // What can't be told while the cursor runs is no error: what is shown stays.
    pausing = setTimeout(() => {
      const stretch = selected(editor);
      if (typeof stretch !== 'string') void ask(stretch, editor, { following: true }).catch(() => undefined);
    }, PAUSE);
  };
  const listening = [
    window.onDidChangeTextEditorSelection(({ textEditor }) => follow(textEditor)),
    window.onDidChangeActiveTextEditor(follow),
  ];
  panel.onDidDispose(() => {
    clearTimeout(pausing);
    asking.cancel();
    for (const each of listening) each.dispose();
    paint(painted, { bands: [] });
    view = undefined;
  });
  return { panel, ask: (stretch, editor) => { trail = []; return ask(stretch, editor); }, say };
}
