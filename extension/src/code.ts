/** The code: indexed, searched, and what depends on what, as pages and as a picture. */
import type { ExtensionContext, QuickPickItem } from 'vscode';
import { CancellationTokenSource, Range, Uri, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { openPage } from './documents';
import { plain } from './markdown';
import type { CodeHit } from './protocol';
import { placed } from './place';
import type { Asked } from './view';
import { openView } from './view';

const PAUSE = 120;

/** The file that a command is about: the one it was called on, else the active editor's. */
const about = (file?: Uri) => (file ?? window.activeTextEditor?.document.uri)?.toString();

const folder = (file?: string) => (file ? workspace.getWorkspaceFolder(Uri.parse(file)) : undefined) ?? workspace.workspaceFolders?.[0];

interface Item extends QuickPickItem {
  readonly hit?: CodeHit;
}

/** Search the code while the user types; what is chosen opens at its line. */
export function searchCode(server: Server): void {
  const pick = window.createQuickPick<Item>();
  let asked = new CancellationTokenSource();
  let pending: NodeJS.Timeout | undefined;
  const ask = async () => {
    asked.cancel();
    const { token } = asked = new CancellationTokenSource();
    pick.busy = true;
    const failed = (error: unknown) => ({ hits: [], note: error instanceof Error ? error.message : String(error) });
    const { hits, note } = await server.ask('search_code', { query: pick.value }, token).catch(failed);
    if (token.isCancellationRequested) return;
    pick.items = hits.length
      ? hits.map(hit => ({ label: `$(symbol-${hit.kind === 'type' ? 'interface' : hit.kind}) ${plain(hit.name)}`, description: `${hit.path}:${hit.line}`, detail: plain(hit.signature), alwaysShow: true, hit }))
      : [{ label: note, alwaysShow: true }];
    pick.busy = false;
  };
  pick.placeholder = l10n.t('A name, or what the code does');
  Object.assign(pick, { matchOnDescription: false, matchOnDetail: false, sortByLabel: false });
  pick.onDidChangeValue(() => { clearTimeout(pending); pending = setTimeout(() => void ask(), PAUSE); });
  pick.onDidAccept(() => {
    const hit = pick.activeItems[0]?.hit;
    pick.hide();
    if (hit) void openAt(hit.path, hit.line);
  });
  pick.onDidHide(() => { clearTimeout(pending); asked.cancel(); pick.dispose(); });
  pick.show();
}

/** Open a file of the project, which is named from the repository's top, at a line. */
export async function openAt(path: string, line = 1): Promise<void> {
  const inside = folder();
  if (!inside) return;
  const uri = await placed(inside, path);
  if (uri) await window.showTextDocument(uri, { selection: new Range(line - 1, 0, line - 1, 0), preview: true });
  else void window.showInformationMessage(l10n.t('{0} is not in the folder that is open.', path));
}

/** The pages about a file, by the name of their command. */
export const FILE_PAGES = {
  dependencies: async (server: Server, path: string) => { const { markdown } = await server.ask('dependencies', { path }); await openPage(l10n.t('Dependencies'), markdown); },
  impact: async (server: Server, path: string) => {
    const { markdown, bugs, decisions } = await server.ask('refactor_impact', { path });
    await openPage(l10n.t('Impact'), markdown, [...bugs, ...decisions]);
  },
  fileByAssistants: async (server: Server, path: string) => {
    const { markdown, note, stretches } = await server.ask('lines_by_assistants', { file: path });
    if (markdown) await openPage(l10n.t('Lines by Assistants'), markdown, [], { written: stretches });
    else void window.showInformationMessage(note);
  },
} as const;

/** Do something about a file, or say that one is needed. */
export const onFile = (server: Server, work: (server: Server, path: string) => Promise<unknown>) => async (file?: Uri) => {
  const path = about(file);
  if (path) await work(server, path);
  else void window.showInformationMessage(l10n.t('Open a file first.'));
};

export async function refactorOrder(server: Server, file?: Uri, files?: Uri[]): Promise<void> {
  const chosen = (files ?? (file ? [file] : window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => (input as { uri?: Uri } | undefined)?.uri)))
    .filter((uri): uri is Uri => uri?.scheme === 'file');
  const paths = [...new Set(chosen.map(uri => uri.toString()))];
  if (paths.length < 2) return void window.showInformationMessage(l10n.t('Choose several files in the explorer, or open them as tabs.'));
  const { markdown } = await server.ask('refactor_order', { paths });
  await openPage(l10n.t('Refactoring Order'), markdown);
}

/** Draw the files around a file. */
export const showGraph = (context: ExtensionContext) => async (server: Server, first: string): Promise<void> => {
  const graph = await server.ask('graph', { path: first });
  const words = {
    test: l10n.t('test'), imports: l10n.t('imports'), together: l10n.t('change together'),
    how: l10n.t('Enter opens a file, Space puts it in the middle, arrow keys follow the lines.'),
  };
  openView(context, 'graph', l10n.t('Graph'), async (asked, panel) => {
    const { open, center } = asked as Asked;
    if (open) return openAt(open);
    const shown = center ? await server.ask('graph', { path: center }) : graph;
    panel.title = l10n.t('Graph of {0}', shown.file.slice(shown.file.lastIndexOf('/') + 1));
    await panel.webview.postMessage({ graph: shown, words });
  });
};
