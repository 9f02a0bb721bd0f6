/** What is remembered, at the lines themselves: lenses, hovers, marks in the overview ruler, and a note behind the cursor's line. */
import type { CancellationToken, TextDocument, TextEditor } from 'vscode';
import { CodeLens, EventEmitter, Hover, MarkdownString, OverviewRulerLane, Range, ThemeColor, l10n, languages, window, workspace } from 'vscode';
import type { Server } from './client';
import { plain, tame } from './markdown';
import type { Band, Mark, Marks, OriginMark } from './protocol';

const FILES = { scheme: 'file' };
const PAUSE = 250;
const NOTHING: Omit<Marks, 'file'> = { marks: [], lines: [], origins: [], pending: false };
const MOST_REASONS = 3;
const WIDTH = 90;

/** How much is shown: nothing, what concerns bugs and decisions, or all that is remembered. */
type Amount = 'off' | 'quiet' | 'all';
const amount = () => workspace.getConfiguration('whence').get<Amount>('lines', 'quiet');

const day = (at: string) => new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const range = (line: number, end = line) => new Range(line - 1, 0, end - 1, 0);

/** A hover's text; of commands its links may run ours alone. */
function said(lines: readonly string[]): MarkdownString {
  const markdown = new MarkdownString(lines.join('\n\n'));
  markdown.isTrusted = { enabledCommands: ['whence.why', 'whence.openMemory', 'whence.copy'] };
  return markdown;
}

const escaped = (text: string) => plain(tame(text)).replace(/[[\]`\\*_]/g, '\\$&');
const linkTo = (title: string, id: string, said = title, excerpt = '') =>
  id ? `[${escaped(said)}](command:whence.openMemory?${encodeURIComponent(JSON.stringify([{ id, title, ...(excerpt && { excerpt }) }]))})` : escaped(said);
/** Which conversation wrote a line, with the way to the turn that asked. */
const asker = ({ title, conversation, asked }: OriginMark) =>
  conversation ? `${escaped(title)} · ${linkTo(asked || title, conversation, l10n.t('Open the turn'), asked)}` : escaped(title);
const WHY = '[Why?](command:whence.why)';
/** Ways to put a memory on the clipboard. */
const copying = (id: string) => `[Copy](command:whence.copy?${encodeURIComponent(JSON.stringify([{ memory: id, label: '' }]))})`;

/** What made a line, as a hover tells it: when, who and what; what stands behind it. */
const told = ({ at, author, title, id, led }: Band) =>
  [`${day(at)}${author ? ` · ${plain(tame(author))}` : ''}: ${linkTo(title, id)}`, ...led.slice(0, MOST_REASONS).map(({ words, cited, state }) => `— ${words} ${linkTo(cited.title, cited.id)}${state ? ` (${state})` : ''}`)].join('  \n');

/** Show at the lines of files what is remembered of them. */
export function watchLines(server: Server): { dispose: () => void }[] {
  const changed = new EventEmitter<void>();
  const known = new Map<string, typeof NOTHING>();
  const ruler = window.createTextEditorDecorationType({ overviewRulerColor: new ThemeColor('editorOverviewRuler.infoForeground'), overviewRulerLane: OverviewRulerLane.Right });
  const behind = window.createTextEditorDecorationType({ after: { margin: '0 0 0 3em', color: new ThemeColor('editorCodeLens.foreground') }, isWholeLine: true });
  let pausing: NodeJS.Timeout | undefined;

  /** Ask about a file, when it is opened, saved, or memory has changed; never while somebody types. Git is asked who wrote its lines once somebody looks at it. */
  const learn = async (document: TextDocument, looking = false) => {
    if (document.uri.scheme !== 'file' || document.isDirty || amount() === 'off' || server.state !== 'ready') return;
    const found = await server.ask('marks', { file: document.uri.toString(), ask: looking }).catch(() => NOTHING);
    known.set(document.uri.toString(), found);
    for (const editor of window.visibleTextEditors) paint(editor);
    changed.fire();
  };
  /** What is known of a file, which is asked for where it isn't shown in an editor. */
  const marksOf = async (document: TextDocument) => {
    if (known.get(document.uri.toString())?.pending ?? true) await learn(document, true);
    return known.get(document.uri.toString()) ?? NOTHING;
  };
  const paint = (editor: TextEditor) => {
    const lines = amount() === 'off' ? [] : known.get(editor.document.uri.toString())?.lines ?? [];
    editor.setDecorations(ruler, lines.map(({ line, end }) => range(line, end)));
  };
  const learnAll = (looking = false) => {
    known.clear();
    for (const { document } of window.visibleTextEditors) void learn(document, looking);
  };

  const shown = ({ serious }: Mark) => serious || amount() === 'all';
  const lenses = languages.registerCodeLensProvider(FILES, {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: document => amount() === 'off' ? [] : (known.get(document.uri.toString())?.marks ?? []).filter(shown)
      .map(({ line, end, title }) => new CodeLens(range(line), { command: 'whence.whyLines', title, arguments: [{ file: document.uri.toString(), start: line, end }] })),
  });
  const hovers = languages.registerHoverProvider(FILES, {
    provideHover: async (document, { line }, token) => {
      const found = await marksOf(document);
      const marks = found.lines.filter(mark => mark.line <= line + 1 && line + 1 <= mark.end);
      const askers = document.isDirty ? [] : found.origins.filter(({ lines }) => lines.includes(line + 1));
      if (amount() === 'off' || server.state !== 'ready' || (!marks.length && !askers.length && amount() !== 'all')) return undefined;
      const bands = amount() === 'all' ? await askLine(document, line, token) : [];
      const lines = [...marks.flatMap(({ title, cited }) => cited.map(({ id }) => linkTo(title, id))), ...askers.map(asker), ...bands.slice(0, MOST_REASONS).map(told)];
      const [id] = [...marks.flatMap(({ cited }) => cited.map(({ id }) => id)), ...bands.map(({ id }) => id)].filter(Boolean);
      return lines.length ? new Hover(said(['**Whence**', ...lines, [WHY, ...(id ? [copying(id)] : [])].join(' · ')]), new Range(line, 0, line, 0)) : undefined;
    },
  });
  const askLine = async (document: TextDocument, line: number, token?: CancellationToken) =>
    (await server.ask('why', { file: document.uri.toString(), start: line + 1, end: line + 1 }, token)).bands;

  /** Who, when and what, behind the line of the cursor, where all is shown. */
  const annotate = (editor: TextEditor | undefined) => {
    clearTimeout(pausing);
    if (!editor) return;
    editor.setDecorations(behind, []);
    if (amount() !== 'all' || server.state !== 'ready' || editor.document.uri.scheme !== 'file' || editor.document.isDirty) return;
    const { line } = editor.selection.active;
    pausing = setTimeout(() => void askLine(editor.document, line).then(([band]) => {
      if (!band || editor.document.isDirty || editor.selection.active.line !== line) return;
      const text = plain([band.author, day(band.at), band.title].filter(Boolean).join(' · ')).slice(0, WIDTH);
      editor.setDecorations(behind, [{ range: new Range(line, Number.MAX_SAFE_INTEGER, line, Number.MAX_SAFE_INTEGER), renderOptions: { after: { contentText: text } } }]);
    }, () => undefined), PAUSE);
  };

  let waiting: NodeJS.Timeout | undefined;
  return [
    changed, ruler, behind, lenses, hovers,
    window.onDidChangeVisibleTextEditors(() => learnAll(true)),
    window.onDidChangeTextEditorSelection(({ textEditor }) => annotate(textEditor)),
    workspace.onDidSaveTextDocument(document => learn(document)),
    workspace.onDidChangeConfiguration(event => { if (event.affectsConfiguration('whence.lines')) { learnAll(); changed.fire(); } }),
    server.onDidChange(() => { clearTimeout(waiting); waiting = setTimeout(learnAll, PAUSE); }),
    { dispose: () => { clearTimeout(pausing); clearTimeout(waiting); } },
  ];
}
